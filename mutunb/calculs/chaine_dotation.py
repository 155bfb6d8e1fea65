"""Dotation d'intercommunalité sur plusieurs années, sans et avec imputation : la récurrence des garanties.

Chaque dotation par habitant devient la référence de l'année suivante. Franchir durablement un seuil peut valoir plus que
l'effet de la première année. Estimation, règles 2024 à confirmer ; enveloppe fermée : un gain est un majorant.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mutunb.calculs.dotation import DELAI_EFFET_ANS, Dotation, borner, reference_lue, spontanee_apres
from mutunb.calculs.entrees import ANNEES_MAX, entier
from mutunb.calculs.entrees import annee as lire_annee
from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.calculs.regles_dotation import ReglesDotation


@dataclass(frozen=True)
class AnneeDotation:
    """Une année de la chaîne : dotation sans et avec imputation, et ce qui joue."""

    annee: int
    rang: int
    cif_sans: Decimal
    cif_avec: Decimal
    sans_eur: Decimal
    avec_eur: Decimal
    gain_eur: Decimal
    cumul_eur: Decimal
    borne_sans: str
    borne_avec: str


def chaine_dotation(
    spontanee_eur: Nombre,
    cif_avant: Nombre,
    cif_apres: Nombre,
    population_dgf: Nombre,
    di_hab_precedente_eur: Nombre,
    nature: str = "CC",
    annee_imputation: int = 2024,
    annees: int = 7,
    annee_depart: int | None = None,
    **options: Any,
) -> tuple[AnneeDotation, ...]:
    """Dotation sans et avec imputation (€), de l'année N de l'imputation à N + ``annees`` − 1.

    La dotation par habitant obtenue devient la référence de l'année suivante, sans et avec imputation. Rien ne bouge en
    N et N+1 ; le premier effet vient en N+2. Valeurs de point, population et critères constants.

    Parameters
    ----------
    spontanee_eur, cif_avant, cif_apres, population_dgf, di_hab_precedente_eur, nature, **options
        Comme :func:`effet_imputation_dotation`.
    annee_imputation : int
        N.
    annees : int
        Nombre d'années rendues, N comprise.
    annee_depart : int, optional
        Année à laquelle se rapporte ``di_hab_precedente_eur`` (qui est la dotation de l'année d'avant) ; N par défaut.
        Plus tôt, les années d'avant N sont déroulées sans être rendues.

    Returns
    -------
    tuple of AnneeDotation
        ``cumul_eur`` est la somme des gains depuis N.

    Examples
    --------
    >>> chaine = chaine_dotation(700_000, 0.3375, 0.3675, 50_000, 20, "CA", annee_imputation=2024, annees=4)
    >>> [(annee.annee, int(annee.gain_eur)) for annee in chaine]
    [(2024, 0), (2025, 0), (2026, 45125), (2027, 87993)]
    """
    annees, annee_imputation = entier(annees, "le nombre d'années", 1, ANNEES_MAX), lire_annee(annee_imputation)
    regles = ReglesDotation(nature, **options)
    avant_cif, apres_cif = exact(cif_avant, "le CIF avant"), exact(cif_apres, "le CIF après")
    spontanee = positif(spontanee_eur, "la dotation spontanée")
    relevee = spontanee_apres(spontanee, avant_cif, apres_cif, regles)
    population, depart = reference_lue(population_dgf, di_hab_precedente_eur)
    debut = annee_imputation if annee_depart is None else min(lire_annee(annee_depart), annee_imputation)
    sans = avec = depart
    cumul, lignes = Fraction(0), []
    for annee in range(debut, annee_imputation + annees):
        joue = annee >= annee_imputation + DELAI_EFFET_ANS
        nue = borner(spontanee, avant_cif, population, sans, regles, annee)
        imputee = borner(relevee if joue else spontanee, apres_cif if joue else avant_cif, population, avec, regles, annee)
        sans, avec = (exact(d.montant_eur) / population for d in (nue, imputee))
        cumul += exact(imputee.montant_eur) - exact(nue.montant_eur)
        if annee >= annee_imputation:
            lignes.append(_ligne(annee, annee - annee_imputation, nue, imputee, cumul))
    return tuple(lignes)


def _ligne(annee: int, rang: int, sans: Dotation, avec: Dotation, cumul: Fraction) -> AnneeDotation:
    gain = en_decimal(exact(avec.montant_eur) - exact(sans.montant_eur))
    return AnneeDotation(
        annee, rang, sans.cif, avec.cif, sans.montant_eur, avec.montant_eur, gain, en_decimal(cumul), sans.borne, avec.borne
    )
