"""Le calendrier d'un service commun : contraintes à respecter et tâches à enchaîner."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator

from mutunb.erreurs import Constat
from mutunb.referentiel.champs import (
    Connus,
    Entree,
    IdsSource,
    Nombre,
    Prose,
    ProseLibre,
    Texte,
    montrer,
    refus,
    voisins,
)
from mutunb.referentiel.lecture import fige, lire_bloc, nom_court, valider
from mutunb.referentiel.niveaux import Niveau, est_a_verifier

Nature = Literal[
    "organisation", "social", "acte", "finances", "legal", "ressources_humaines", "technique", "logistique",
    "jalon", "pilotage",
]


class Contrainte(Entree):
    """Une règle que tout calendrier respecte."""

    id: Texte
    texte: Prose
    reference: Prose
    niveau: Niveau
    source: IdsSource

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


class Tache(Entree):
    """Une tâche du projet.

    Parameters
    ----------
    predecesseurs : tuple of str
        Tâches à finir avant.
    duree_min_jours, duree_usuelle_jours : int or None
        Jours calendaires : plancher légal ou technique ; durée de la pratique (niveau B).
    """

    id: Texte
    libelle: Prose
    predecesseurs: tuple[Texte, ...]
    duree_min_jours: Nombre
    duree_usuelle_jours: Nombre | None
    nature: Nature
    note: ProseLibre = ""
    niveau: Niveau
    source: IdsSource

    @field_validator("duree_usuelle_jours")
    @classmethod
    def _pas_plus_court(cls, duree: float | None, info: ValidationInfo) -> float | None:
        minimum = info.data.get("duree_min_jours")
        if duree is not None and minimum is not None and duree < minimum:
            remede = "La durée usuelle ne descend pas sous le plancher."
            raise refus(montrer(duree), f"au moins {minimum} jours", remede)
        return duree


def lire(dossier: Path, connus: Connus) -> tuple[Mapping[str, Contrainte], Mapping[str, Tache]]:
    """Contraintes et tâches de ``droit/calendrier.yaml`` ; les prédécesseurs existent et ne forment pas de boucle."""
    chemin = dossier / "droit" / "calendrier.yaml"
    contenu, constats = lire_bloc(chemin)
    nom = nom_court(chemin)
    for cle in [cle for cle in contenu if cle not in ("contraintes", "taches")]:
        constats.append(Constat(nom, f"la clé « {cle} »", "contraintes ou taches", "Retirez cette clé."))
    contraintes, defauts = _valides(contenu.get("contraintes"), Contrainte, connus, f"{nom}, contraintes")
    taches, autres = _valides(contenu.get("taches"), Tache, connus, f"{nom}, taches")
    constats += [*defauts, *autres]
    if not constats:
        constats += _enchainement(taches, f"{nom}, taches")
    return fige("Calendrier", contraintes, constats), fige("Calendrier", taches, constats)


def _valides(bloc: Any, modele: type, connus: Connus, endroit: str) -> tuple[dict[str, Any], list[Constat]]:
    if not isinstance(bloc, dict):
        return {}, [Constat(endroit, montrer(bloc), "un bloc de clés", "Écrivez une entrée par identifiant.")]
    valides, constats = {}, []
    for cle, corps in bloc.items():
        corps = {"id": cle, **corps} if isinstance(corps, dict) else {"id": cle}
        objet, defauts = valider(corps, modele, connus, f"{endroit}, {cle}")
        valides[cle] = objet
        constats += defauts
    return valides, constats


def _enchainement(taches: Mapping[str, Tache], endroit: str) -> list[Constat]:
    """Prédécesseur inconnu, ou placé après la tâche (l'ordre du fichier est un ordre d'exécution)."""
    constats = []
    vues: set[str] = set()
    for tache in taches.values():
        for autre in tache.predecesseurs:
            if autre not in taches:
                remede = voisins(autre, taches, "Corrigez ce renvoi.")
                constats.append(Constat(f"{endroit}, {tache.id}", f"« {autre} »", "une tâche du fichier", remede))
            elif autre not in vues:
                remede = "Placez le prédécesseur plus haut ; deux tâches ne s'attendent pas l'une l'autre."
                constats.append(Constat(f"{endroit}, {tache.id}", f"« {autre} »", "une tâche placée avant", remede))
        vues.add(tache.id)
    return constats
