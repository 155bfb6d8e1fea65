"""Le calendrier d'un service commun : contraintes à respecter, tâches à enchaîner, périodes à éviter."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator

from mutunb.erreurs import Constat
from mutunb.referentiel.champs import (
    Connus,
    Entree,
    IdsSource,
    Jour,
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


class Fenetre(Entree):
    """Une période où une séance se place mal : ``debut`` et ``fin`` en font partie.

    Parameters
    ----------
    etapes : tuple of str
        Séances concernées : ``comite`` (comité social), ``conseil`` (assemblée).
    annuelle : bool
        Vrai si la période revient chaque année aux mêmes jours.
    """

    id: Texte
    libelle: Prose
    debut: Jour
    fin: Jour
    etapes: tuple[Literal["comite", "conseil"], ...]
    annuelle: bool = False
    texte: Prose
    niveau: Niveau
    source: IdsSource

    @field_validator("fin")
    @classmethod
    def _apres_le_debut(cls, fin: datetime.date, info: ValidationInfo) -> datetime.date:
        debut = info.data.get("debut")
        if debut is not None and fin < debut:
            raise refus(montrer(fin), f"une date à partir du {debut}", "La fin ne précède pas le début.")
        return fin

    def bornes(self, annee: int) -> tuple[datetime.date, datetime.date]:
        """Premier et dernier jour de la période ; ceux de l'année demandée si elle est annuelle."""
        if not self.annuelle:
            return self.debut, self.fin
        return self.debut.replace(year=annee), self.fin.replace(year=annee)

    def contient(self, jour: datetime.date) -> bool:
        """Vrai si le jour tombe dans la période."""
        debut, fin = self.bornes(jour.year)
        return debut <= jour <= fin


@dataclass(frozen=True)
class Calendrier:
    """Ce que dit ``droit/calendrier.yaml``."""

    contraintes: Mapping[str, Contrainte]
    taches: Mapping[str, Tache]
    fenetres: Mapping[str, Fenetre]


BLOCS = {"contraintes": Contrainte, "taches": Tache, "fenetres": Fenetre}


def lire(dossier: Path, connus: Connus) -> Calendrier:
    """Calendrier de ``droit/calendrier.yaml`` ; les prédécesseurs existent et ne forment pas de boucle."""
    chemin = dossier / "droit" / "calendrier.yaml"
    contenu, constats = lire_bloc(chemin)
    nom = nom_court(chemin)
    for cle in [cle for cle in contenu if cle not in BLOCS]:
        constats.append(Constat(nom, f"la clé « {cle} »", ", ".join(BLOCS), "Retirez cette clé."))
    lus: dict[str, dict[str, Any]] = {}
    for bloc, modele in BLOCS.items():
        lus[bloc], defauts = _valides(contenu.get(bloc, {}), modele, connus, f"{nom}, {bloc}")
        constats += defauts
    if not constats:
        constats += _enchainement(lus["taches"], f"{nom}, taches")
    return Calendrier(**{bloc: fige("Calendrier", objets, constats) for bloc, objets in lus.items()})


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
