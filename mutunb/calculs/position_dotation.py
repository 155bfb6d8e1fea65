"""Où se tient l'EPCI : au-dessus de 0,6 ? du seuil de garantie ? au plafond ? au plancher ? Sans trancher ce qu'on ignore."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mutunb import formats
from mutunb.calculs.approximation_cif import INDETERMINE, situer
from mutunb.calculs.cif import coefficient_nature, regle, seuil_garantie
from mutunb.calculs.criteres_dotation import ABSENT, CriteresDotation
from mutunb.calculs.dotation import Dotation, calculer_dotation
from mutunb.calculs.monnaie import en_decimal, exact

NON_ETABLI = "non établi"
#: écart relatif au-delà duquel la dotation notifiée n'est pas celle que la règle retrouve
ECART_NOTIFIE = 0.01
CIF_IMPOSSIBLE = "Le CIF lu ({cif} ; {source}) n'est pas entre 0 et 1 : faites-le corriger, rien ne s'en déduit d'ici là."


@dataclass(frozen=True)
class PositionDotation:
    """Où l'EPCI se tient.

    Attributes
    ----------
    cif, cif_retenu : float
        NaN si inconnu ; le retenu est majoré pour une métropole et plafonné.
    plafond_cif, seuil : str
        ``au-dessus``, ``au-dessous``, ``indéterminé`` (CIF approché, trop près) ou ``non établi`` (CIF inconnu).
    seuil_valeur, plafond_cif_valeur : float
    borne : str
        ``plancher``, ``plafond`` ou ``aucune`` pour la dotation de la fiche ; ``non établi`` sans fiche complète.
    dotation : Dotation, optional
        Dotation de l'année de la fiche, recalculée.
    alertes : tuple of str
    """

    criteres: CriteresDotation
    cif: float
    cif_retenu: float
    plafond_cif: str
    plafond_cif_valeur: float
    seuil: str
    seuil_valeur: float
    borne: str
    dotation: Dotation | None
    alertes: tuple[str, ...]

    @property
    def est_indeterminee(self) -> bool:
        """Vrai si un seuil ne peut pas être tranché."""
        return INDETERMINE in (self.plafond_cif, self.seuil) or self.seuil == NON_ETABLI


def ou_se_tient(criteres: CriteresDotation) -> PositionDotation:
    """Position d'un EPCI par rapport au plafond de CIF, au seuil de garantie, au plancher et au plafond de dotation."""
    nature = criteres.dossier.territoire.nature
    seuil, limite = seuil_garantie(nature), exact(regle("plafond_cif"))
    dotation, alertes = _dotation(criteres)
    connu = criteres.origine_cif != ABSENT and 0 <= criteres.cif <= 1
    if not connu and pd.notna(criteres.cif):
        alertes = (*alertes, CIF_IMPOSSIBLE.format(cif=formats.nombre(criteres.cif, 2), source=criteres.source_cif))
    majore = exact(criteres.cif) * coefficient_nature(nature) if connu else None
    return PositionDotation(
        criteres=criteres,
        cif=criteres.cif if connu else float("nan"),
        cif_retenu=float("nan") if majore is None else float(min(majore, limite)),
        plafond_cif=NON_ETABLI if majore is None else situer(majore, limite, criteres.est_approche),
        plafond_cif_valeur=float(limite),
        seuil=situer(criteres.cif, seuil, criteres.est_approche) if connu else NON_ETABLI,
        seuil_valeur=float(seuil),
        borne=NON_ETABLI if dotation is None else dotation.borne,
        dotation=dotation,
        alertes=alertes,
    )


def _dotation(criteres: CriteresDotation) -> tuple[Dotation | None, tuple[str, ...]]:
    """Dotation recalculée pour l'année de la fiche, et ce qui y cloche ; rien si la fiche est incomplète ou le CIF approché."""
    if criteres.exercice is None or criteres.manques or criteres.est_approche or not 0 < criteres.cif <= 1:
        return None, ()
    dotation = calculer_dotation(
        criteres.spontanee_eur,
        criteres.cif,
        criteres.population_dgf,
        criteres.di_hab_precedente_eur,
        criteres.dossier.territoire.nature,
        max(criteres.exercice, 2019),
    )
    return dotation, (*dotation.alertes, *_ecart_notifie(criteres, dotation))


def _ecart_notifie(criteres: CriteresDotation, dotation: Dotation) -> tuple[str, ...]:
    if pd.isna(criteres.di_eur) or dotation.montant_eur == 0:
        return ()
    ecart = en_decimal(exact(criteres.di_eur) / exact(dotation.montant_eur) - 1)
    if abs(ecart) <= ECART_NOTIFIE:
        return ()
    return (
        "La dotation notifiée n'est pas celle que les règles lues retrouvent : faites vérifier la fiche avant tout chiffrage.",
    )
