"""La liste relisible des contrôles du dossier : identifiant, gravité, phrase, remède, seuils et leur source."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from mutunb import chemins, referentiel
from mutunb.dossier.questionnaire import Questionnaire, questionnaire
from mutunb.erreurs import Constat, phrase_nom_inconnu
from mutunb.referentiel.champs import CodeUnite, Connus, Entree, IdSource, Nombre, Prose, Texte
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau

Gravite = Literal["erreur", "alerte", "information"]
#: de la plus à la moins grave
GRAVITES: tuple[Gravite, ...] = ("erreur", "alerte", "information")
_FICHIER = "controles_dossier.yaml"


class Seuil(Entree):
    """La valeur au-delà de laquelle un contrôle se déclenche, son unité, sa source et son niveau de preuve."""

    valeur: Nombre
    unite: CodeUnite
    source: IdSource
    niveau: Niveau


class ControleDossier(Entree):
    """Un contrôle des réponses d'un dossier.

    ``phrase``, ``attendu`` et ``remede`` portent des champs entre accolades, remplis par la fonction du même nom.
    ``reperes`` : bornes prises dans le référentiel ; ``champs`` : colonnes visées (« feuille.champ ») ; ``exclus`` :
    valeurs que le contrôle laisse de côté.
    """

    id: Texte
    libelle: Texte
    feuilles: Annotated[tuple[Texte, ...], Field(min_length=1)]
    gravite: Gravite
    phrase: Prose
    attendu: Prose
    remede: Prose
    seuils: Mapping[str, Seuil] = {}
    reperes: Mapping[str, Texte] = {}
    champs: tuple[Texte, ...] = ()
    exclus: tuple[Texte, ...] = ()

    @property
    def a_remplir(self) -> frozenset[str]:
        """Noms des champs entre accolades."""
        textes = (self.phrase, self.attendu, self.remede)
        return frozenset(nom for texte in textes for _, nom, _, _ in string.Formatter().parse(texte) if nom)


def controles() -> Mapping[str, ControleDossier]:
    """Tous les contrôles, par identifiant, dans l'ordre du fichier.

    Examples
    --------
    >>> controles()["contrat_fini_avant_debut"].gravite
    'erreur'
    """
    return lire_controles(chemins.referentiel() / _FICHIER)


@cache
def lire_controles(chemin: Path, lire_modele: Callable[[], Questionnaire] = questionnaire) -> Mapping[str, ControleDossier]:
    """Contrôles écrits dans ``chemin`` ; :class:`ErreurDonnees` avec tous les défauts du fichier.

    ``lire_modele`` : rend les feuilles que les contrôles citent.
    """
    connus = Connus(frozenset(referentiel.sources()), frozenset(referentiel.unites()))
    lus, constats = lire_entrees(chemin, ControleDossier, connus)
    for controle in lus.values():
        constats += _renvois(controle, f"{chemin.name}, {controle.id}", lire_modele())
    return fige("Contrôles du dossier", lus, constats)


def _renvois(controle: ControleDossier, ou: str, modele: Questionnaire) -> list[Constat]:
    """Feuilles, colonnes et repères cités existent."""
    feuilles = {feuille.nom: feuille.colonnes for feuille in modele.feuilles}
    colonnes = [f"{nom}.{champ}" for nom, champs in feuilles.items() for champ in champs]
    cites = [("une feuille", nom, feuilles) for nom in controle.feuilles]
    cites += [("un champ", nom, colonnes) for nom in controle.champs]
    cites += [("un repère", nom, referentiel.reperes()) for nom in controle.reperes.values()]
    return [
        Constat(ou, f"« {nom} »", f"{genre} qui existe", phrase_nom_inconnu(genre, nom, connus))
        for genre, nom, connus in cites
        if nom not in connus
    ]
