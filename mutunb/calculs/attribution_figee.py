"""Une attribution de compensation ne suit pas le coût du service : ce qui reste à régler chaque année par convention."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutunb.calculs.entrees import ANNEES_MAX, entier
from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.erreurs import ErreurDonnees


@dataclass(frozen=True)
class Residu:
    """Une année : part réelle, part imputée (figée), résidu de l'année et résidu cumulé depuis l'imputation (€)."""

    rang: int
    part_reelle_eur: Decimal
    part_imputee_eur: Decimal
    residu_eur: Decimal
    cumul_eur: Decimal


def residu_attribution_figee(part_imputee_eur: Nombre, evolution_annuelle: Nombre, annees: int = 7) -> tuple[Residu, ...]:
    """Écart, année par année, entre le coût qui évolue et l'attribution figée au montant de la première année (€).

    Parameters
    ----------
    part_imputee_eur : Nombre
        Montant imputé (€/an), égal au coût de la première année.
    evolution_annuelle : Nombre
        Évolution du coût, en part (0,025 pour 2,5 % par an).
    annees : int
        Nombre d'années, celle de l'imputation comprise.

    Returns
    -------
    tuple of Residu
        Un résidu positif est à facturer à côté ou à imputer par une révision ; sinon l'EPCI le supporte.

    Raises
    ------
    ErreurDonnees
        Part négative ou absente, évolution de −100 % ou moins, aucune année.

    Examples
    --------
    >>> [int(annee.residu_eur) for annee in residu_attribution_figee(100_000, 0.02, 3)]
    [0, 2000, 4040]
    """
    part, facteur = positif(part_imputee_eur, "la part imputée"), 1 + exact(evolution_annuelle, "l'évolution annuelle")
    annees = entier(annees, "le nombre d'années", 1, ANNEES_MAX)
    if facteur <= 0:
        raise ErreurDonnees(f"Évolution annuelle : trouvé {evolution_annuelle} ; attendu une part supérieure à −1 (0,025 pour 2,5 %).")
    cumul, lignes = Fraction(0), []
    for rang in range(annees):
        reelle = part * facteur**rang
        cumul += reelle - part
        lignes.append(Residu(rang, *(en_decimal(v) for v in (reelle, part, reelle - part, cumul))))
    return tuple(lignes)
