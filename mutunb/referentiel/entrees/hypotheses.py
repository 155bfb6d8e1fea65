"""Les hypothèses : trois bornes, une unité, une source par borne, deux notes (qualité, impact) que le client voit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationInfo, field_validator, model_validator

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import (
    Annee,
    CodeUnite,
    Connus,
    Entree,
    IdFonction,
    IdSource,
    Nombre,
    Prose,
    Texte,
    verifier_ordre,
)
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau, est_a_verifier, le_plus_fragile

Qualite = Literal["vert", "orange", "rouge"]
Impact = Literal["fort", "moyen", "faible"]
BORNES = ("bas", "central", "haut")
#: source d'une valeur choisie par le client, et son niveau
SOURCE_CLIENT = "client"
NIVEAU_CLIENT = "B"


class NiveauxParBorne(Entree):
    """Niveau de preuve de chaque borne."""

    bas: Niveau
    central: Niveau
    haut: Niveau


class SourcesParBorne(Entree):
    """Source de chaque borne."""

    bas: IdSource
    central: IdSource
    haut: IdSource


class Hypothese(Entree):
    """Une valeur choisie faute de donnée, avec sa fourchette.

    Parameters
    ----------
    id, libelle, remarque : str
        Identifiant, ce qui est supposé, pourquoi ces bornes.
    fonction : str
        Fonction concernée, ou ``transversal``.
    bas, central, haut : float
        Bornes dans ``unite``.
    qualite : str
        ``vert`` (source solide), ``orange`` (indirecte), ``rouge`` (usage ou choix de mutunb).
    impact : str
        Effet sur les résultats : ``fort``, ``moyen``, ``faible``.
    """

    id: Texte
    libelle: Prose
    fonction: IdFonction
    bas: Nombre
    central: Nombre
    haut: Nombre
    unite: CodeUnite
    annee: Annee | None
    niveaux: NiveauxParBorne
    sources: SourcesParBorne
    qualite: Qualite
    impact: Impact
    remarque: Prose

    @model_validator(mode="before")
    @classmethod
    def _une_marque_pour_toutes(cls, corps: Any) -> Any:
        """``niveau`` et ``source`` au singulier valent pour les trois bornes."""
        if not isinstance(corps, dict):
            return corps
        corps = dict(corps)
        for seul, pluriel in (("niveau", "niveaux"), ("source", "sources")):
            if seul in corps and pluriel not in corps:
                corps[pluriel] = dict.fromkeys(BORNES, corps.pop(seul))
        return corps

    @field_validator("central", "haut")
    @classmethod
    def _ordre(cls, valeur: float, info: ValidationInfo) -> float:
        verifier_ordre(valeur, info)
        return valeur

    @property
    def niveau(self) -> str:
        """Niveau de la borne la plus fragile."""
        return le_plus_fragile(self.niveaux.model_dump().values())

    @property
    def a_verifier(self) -> bool:
        """Vrai si une borne au moins n'est pas de niveau A."""
        return est_a_verifier(self.niveau)

    def remplacee(self, bas: float, central: float, haut: float, *, auteur: str, motif: str) -> HypotheseRemplacee:
        """Hypothèse de même nom, aux bornes choisies par le client ; l'originale ne change pas.

        Raises
        ------
        ErreurDonnees
            Bornes dans le désordre.
        """
        if not bas <= central <= haut:
            trouve = f"{bas}, {central}, {haut}"
            constat = Constat(self.id, trouve, "bas ≤ central ≤ haut", "Remettez-les dans l'ordre.")
            raise ErreurDonnees.de_constats("Hypothèse remplacée", [constat])
        changements = {
            "bas": bas,
            "central": central,
            "haut": haut,
            "niveaux": NiveauxParBorne(**dict.fromkeys(BORNES, NIVEAU_CLIENT)),
            "sources": SourcesParBorne(**dict.fromkeys(BORNES, SOURCE_CLIENT)),
        }
        return HypotheseRemplacee.model_construct(**{**dict(self), **changements}, auteur=auteur, motif=motif)


class HypotheseRemplacee(Hypothese):
    """Hypothèse choisie pour un client, avec son auteur et son motif."""

    auteur: Prose
    motif: Prose


def lire(dossier: Path, connus: Connus) -> Mapping[str, Hypothese]:
    """Hypothèses de ``hypotheses.yaml``, par identifiant."""
    return fige("Hypothèses", *lire_entrees(dossier / "hypotheses.yaml", Hypothese, connus))
