"""Partage du FPIC entre l'EPCI et ses communes : la part de l'EPCI est celle de son CIF (droit commun).

Source : CGCT, art. R.2336-2 et R.2336-4 (rédaction de 2015-2016, niveau A15). Quand le CIF monte, l'argent se déplace
entre l'EPCI et ses communes : c'est un partage, pas un gain. Répartition dérogatoire : non traitée.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutunb.calculs.cif import retenu_exact
from mutunb.calculs.monnaie import Nombre, en_decimal, positif
from mutunb.erreurs import ErreurDonnees, ErreurUsage

SENS = ("attribution", "contribution")
CIF_LUS = ("brut", "retenu")


@dataclass(frozen=True)
class PartageFpic:
    """Parts de l'EPCI et de l'ensemble des communes (€/an) ; leur somme est le FPIC."""

    epci_eur: Decimal
    communes_eur: Decimal


@dataclass(frozen=True)
class EffetFpic:
    """Partage avant et après, et ce que chacun y gagne (positif) ou y perd (négatif) (€/an).

    Attributes
    ----------
    avant, apres : PartageFpic
        Montants reçus (attribution) ou payés (contribution).
    effet_epci_eur, effet_communes_eur : Decimal
        Opposés l'un de l'autre. Pour une contribution, l'EPCI paie davantage : son effet est négatif.
    """

    avant: PartageFpic
    apres: PartageFpic
    effet_epci_eur: Decimal
    effet_communes_eur: Decimal


def partager_fpic(fpic_eur: Nombre, cif: Nombre, cif_lu: str = "brut", nature: str = "CC") -> PartageFpic:
    """Part de l'EPCI = CIF × FPIC, le reste aux communes (€/an).

    Parameters
    ----------
    fpic_eur : Nombre
        Attribution ou contribution de l'ensemble intercommunal (€/an), positive.
    cif : Nombre
        De 0 à 1.
    cif_lu : str
        ``brut`` (défaut) ou ``retenu`` (plafonné à 0,6, majoré pour une métropole) : non tranché, niveau B.
    nature : str
        Lue seulement si ``cif_lu`` vaut ``retenu``.

    Raises
    ------
    ErreurDonnees
        Montant absent ou négatif, CIF hors de 0 à 1.

    Examples
    --------
    >>> partager_fpic(800_000, 0.3375)
    PartageFpic(epci_eur=Decimal('270000'), communes_eur=Decimal('530000'))
    """
    total, part = positif(fpic_eur, "le FPIC"), _part(cif, cif_lu, nature)
    return PartageFpic(en_decimal(total * part), en_decimal(total * (1 - part)))


def effet_imputation_fpic(
    fpic_eur: Nombre,
    cif_avant: Nombre,
    cif_apres: Nombre,
    sens: str = "attribution",
    cif_lu: str = "brut",
    nature: str = "CC",
) -> EffetFpic:
    """Ce que la hausse du CIF déplace entre les communes et l'EPCI = FPIC × ΔCIF (€/an).

    Parameters
    ----------
    fpic_eur : Nombre
        Montant de l'ensemble intercommunal (€/an), positif.
    cif_avant, cif_apres : Nombre
        CIF sans et avec l'imputation.
    sens : str
        ``attribution`` (l'ensemble reçoit) ou ``contribution`` (l'ensemble paie : le signe s'inverse).
    cif_lu, nature : str
        Comme :func:`partager_fpic`.

    Examples
    --------
    >>> effet = effet_imputation_fpic(800_000, 0.3375, 0.3675)
    >>> effet.apres.epci_eur, effet.effet_epci_eur, effet.effet_communes_eur
    (Decimal('294000'), Decimal('24000'), Decimal('-24000'))
    >>> effet_imputation_fpic(800_000, 0.3375, 0.3675, sens="contribution").effet_epci_eur
    Decimal('-24000')
    """
    if sens not in SENS:
        raise ErreurUsage.nom_inconnu("sens du FPIC", str(sens), SENS)
    total = positif(fpic_eur, "le FPIC")
    deplace = total * (_part(cif_apres, cif_lu, nature) - _part(cif_avant, cif_lu, nature))
    signe = 1 if sens == "attribution" else -1
    return EffetFpic(
        partager_fpic(fpic_eur, cif_avant, cif_lu, nature),
        partager_fpic(fpic_eur, cif_apres, cif_lu, nature),
        en_decimal(signe * deplace),
        en_decimal(-signe * deplace),
    )


def _part(cif: Nombre, cif_lu: str, nature: str) -> Fraction:
    if cif_lu not in CIF_LUS:
        raise ErreurUsage.nom_inconnu("CIF du FPIC", str(cif_lu), CIF_LUS)
    lu = positif(cif, "le CIF")
    if lu > 1:
        raise ErreurDonnees(f"CIF {cif} : une part de 0 à 1 est attendue (0,34 pour 34 %).")
    return retenu_exact(lu, nature) if cif_lu == "retenu" else lu
