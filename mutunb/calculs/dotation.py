"""Dotation d'intercommunalité : la spontanée, ses garanties et son plafond, l'effet d'une imputation.

La dotation spontanée (base + péréquation) est proportionnelle au CIF retenu ; elle est ensuite bornée par un plancher et
un plafond appliqués à la dotation par habitant de l'an dernier. Ce sont ces bornes qui décident, non la formule.
Source : CGCT, art. L.5211-28 (loi de finances pour 2019, art. 250). Estimation, règles 2024 à confirmer ; l'enveloppe est
fermée, donc un gain calculé à valeurs de point constantes est un majorant.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mutunb.calculs.cif import regle, seuil_garantie
from mutunb.calculs.contraintes_dotation import Situation, dire_contraintes, nommer_contraintes
from mutunb.calculs.entrees import annee as lire_annee
from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.calculs.regles_dotation import ReglesDotation
from mutunb.erreurs import ErreurDonnees

MENTION = "estimation, règles 2024 à confirmer"
MAJORANT = (
    "L'enveloppe nationale est fermée : si d'autres EPCI s'intègrent aussi, chaque point vaut moins. Le gain calculé est un "
    "majorant, financé par les autres EPCI."
)
#: années entre l'imputation et son premier effet : le CIF lit le compte de l'avant-dernière année
DELAI_EFFET_ANS = 2


@dataclass(frozen=True)
class Dotation:
    """Dotation d'une année, et ce qui la borne.

    Attributes
    ----------
    montant_eur, hab_eur : Decimal
        Dotation après garanties et plafond (€, €/habitant DGF).
    spontanee_eur : Decimal
        Base + péréquation, avant garanties.
    plancher_part, plafond_part : Decimal
        Bornes en part de la dotation par habitant de l'an dernier (0,95 ou 1 ; 1,1 ou 1,2).
    plancher_eur, plafond_eur : Decimal
        Les mêmes bornes, en euros.
    borne : str
        ``plancher``, ``plafond`` ou ``aucune``.
    cif, cif_retenu : Decimal
    alertes : tuple of str
        Ce qui fragilise le calcul (dotation sous 5 € par habitant…).
    """

    montant_eur: Decimal
    hab_eur: Decimal
    spontanee_eur: Decimal
    plancher_part: Decimal
    plafond_part: Decimal
    plancher_eur: Decimal
    plafond_eur: Decimal
    borne: str
    cif: Decimal
    cif_retenu: Decimal
    alertes: tuple[str, ...] = ()


@dataclass(frozen=True)
class EffetDotation:
    """Dotation sans et avec imputation, la même année.

    Attributes
    ----------
    avant, apres : Dotation
    gain_eur, gain_hab_eur : Decimal
        Après − avant (€/an, €/habitant DGF).
    contraintes : tuple of str
        Ce qui joue, du plus limitant au moins limitant (codes de :mod:`mutunb.calculs.contraintes_dotation`).
    phrase : str
        La même chose, en clair.
    annee_effet : int, optional
        Premier effet : deux ans après l'imputation.
    """

    avant: Dotation
    apres: Dotation
    gain_eur: Decimal
    gain_hab_eur: Decimal
    contraintes: tuple[str, ...]
    phrase: str
    annee_effet: int | None = None


def calculer_dotation(
    spontanee_eur: Nombre,
    cif: Nombre,
    population_dgf: Nombre,
    di_hab_precedente_eur: Nombre,
    nature: str = "CC",
    annee: int = 2024,
    **options: Any,
) -> Dotation:
    """Dotation d'intercommunalité d'une année : la spontanée, bornée par le plancher et le plafond (€).

    Parameters
    ----------
    spontanee_eur : Nombre
        Dotation de base + péréquation, avant garanties (€).
    cif : Nombre
        CIF de l'année ; il décide du plancher : 95 %, ou 100 % au-dessus du seuil de la catégorie.
    population_dgf : Nombre
        Population DGF.
    di_hab_precedente_eur : Nombre
        Dotation d'intercommunalité par habitant de l'an dernier (€/habitant).
    nature : str
        ``CC``, ``CA``, ``CU``, ``METRO`` ou ``MET69``.
    annee : int
        Plafond de 1,10 jusqu'en 2023, 1,20 depuis 2024.
    **options
        Champs de :class:`ReglesDotation` (``seuils``, ``clause_60``, ``plafond``, ``complement``…).

    Raises
    ------
    ErreurDonnees
        Donnée absente, négative, population ou CIF nul.

    Examples
    --------
    >>> dotation = calculer_dotation(700_000, 0.3375, 50_000, 20, "CA", 2024)
    >>> dotation.montant_eur, dotation.borne
    (Decimal('950000'), 'plancher')
    >>> calculer_dotation(700_000, 0.35, 50_000, 20, "CA").plancher_part  # au seuil exact : 95 %
    Decimal('0.95')
    """
    spontanee, base = positif(spontanee_eur, "la dotation spontanée"), reference_lue(population_dgf, di_hab_precedente_eur)
    return borner(spontanee, exact(cif, "le CIF"), *base, ReglesDotation(nature, **options), lire_annee(annee))


def effet_imputation_dotation(
    spontanee_eur: Nombre,
    cif_avant: Nombre,
    cif_apres: Nombre,
    population_dgf: Nombre,
    di_hab_precedente_eur: Nombre,
    nature: str = "CC",
    annee: int = 2024,
    annee_imputation: int | None = None,
    **options: Any,
) -> EffetDotation:
    """Dotation sans et avec imputation (€), gain, et contrainte qui l'explique, à valeurs de point constantes.

    Parameters
    ----------
    spontanee_eur, population_dgf, di_hab_precedente_eur, nature, annee, **options
        Comme :func:`calculer_dotation` ; ``annee`` est celle de la dotation comparée.
    cif_avant, cif_apres : Nombre
        CIF sans et avec l'imputation (:func:`mutunb.calculs.cif.imputer_cif`).
    annee_imputation : int, optional
        Année N de l'imputation : le premier effet est dit en N+2.

    Raises
    ------
    ErreurDonnees
        Donnée absente ou négative, CIF de départ nul.

    Examples
    --------
    >>> effet = effet_imputation_dotation(700_000, 0.3375, 0.3675, 50_000, 20, "CA", 2024)
    >>> effet.gain_eur, effet.contraintes
    (Decimal('50000'), ('seuil_franchi',))
    >>> effet_imputation_dotation(1_050_000, 0.40, 0.42, 50_000, 20, "CC", 2024).gain_eur
    Decimal('52500')
    """
    regles, annee = ReglesDotation(nature, **options), lire_annee(annee)
    spontanee = positif(spontanee_eur, "la dotation spontanée")
    base = reference_lue(population_dgf, di_hab_precedente_eur)
    avant_cif, apres_cif = exact(cif_avant, "le CIF avant"), exact(cif_apres, "le CIF après")
    avant = borner(spontanee, avant_cif, *base, regles, annee)
    apres = borner(spontanee_apres(spontanee, avant_cif, apres_cif, regles), apres_cif, *base, regles, annee)
    situation = _situation(avant, apres, regles)
    codes = nommer_contraintes(situation)
    gain = exact(apres.montant_eur) - exact(avant.montant_eur)
    annee_effet = None if annee_imputation is None else lire_annee(annee_imputation, "l'année de l'imputation") + DELAI_EFFET_ANS
    phrase = dire_contraintes(codes, situation, annee_effet)
    return EffetDotation(avant, apres, en_decimal(gain), en_decimal(gain / base[0]), codes, phrase, annee_effet)


def reference_lue(population: Nombre, d: Nombre) -> tuple[Fraction, Fraction]:
    """Population DGF et dotation par habitant de l'an dernier, contrôlées, en fractions exactes."""
    return positif(population, "la population DGF", strict=True), positif(d, "la dotation par habitant de l'an dernier")


def spontanee_apres(spontanee: Fraction, avant: Fraction, apres: Fraction, regles: ReglesDotation) -> Fraction:
    """Dotation spontanée après imputation (€), proportionnelle au CIF retenu."""
    retenu = regles.retenu(avant)
    if retenu == 0:
        raise ErreurDonnees("CIF nul : la dotation d'après imputation ne se déduit pas d'un CIF nul. Vérifiez le CIF.")
    return spontanee * regles.retenu(apres) / retenu


def borner(
    spontanee: Fraction, cif: Fraction, population: Fraction, d: Fraction, regles: ReglesDotation, annee: int
) -> Dotation:
    """Dotation d'une année : la spontanée (€) ramenée entre le plancher et le plafond."""
    reference = regles.reference(d) * population
    plancher, plafond = regles.plancher(cif), regles.plafond_part(annee)
    bas, haut = plancher * reference, plafond * reference
    montant = min(max(spontanee, bas), haut)
    borne = "plancher" if spontanee < bas else "plafond" if spontanee > haut else "aucune"
    return Dotation(
        *(en_decimal(v) for v in (montant, montant / population, spontanee, plancher, plafond, bas, haut)),
        borne,
        en_decimal(cif),
        en_decimal(regles.retenu(cif)),
        _alertes(d, regles),
    )


def _alertes(d: Fraction, regles: ReglesDotation) -> tuple[str, ...]:
    if d >= exact(regle("complement")) or regles.complement:
        return ()
    debut = "Aucune dotation l'an dernier" if d == 0 else "Dotation de l'an dernier inférieure à 5 € par habitant"
    return (f"{debut} : un complément change la base de comparaison, et ce calcul n'en tient pas compte.",)


def _situation(avant: Dotation, apres: Dotation, regles: ReglesDotation) -> Situation:
    facteur = regles.facteur
    return Situation(
        avant,
        apres,
        seuil_garantie(regles.nature),
        garanti_avant=regles.est_garanti(avant.cif),
        garanti_apres=regles.est_garanti(apres.cif),
        depasse_plafond_cif=facteur * exact(apres.cif) > exact(apres.cif_retenu),
    )
