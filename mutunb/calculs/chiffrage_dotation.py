"""Chiffrer l'effet d'une imputation sur le CIF et la dotation avec ce que l'on sait ; dire pourquoi quand on ne peut pas."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.calculs.approximation_cif import INDETERMINE, parametre, situer
from mutunb.calculs.chaine_dotation import AnneeDotation, chaine_dotation
from mutunb.calculs.cif import retenu_exact, seuil_garantie
from mutunb.calculs.criteres_dotation import CriteresDotation
from mutunb.calculs.dotation import DELAI_EFFET_ANS, EffetDotation, effet_imputation_dotation
from mutunb.calculs.monnaie import exact

#: années montrées, celle de l'imputation comprise (N à N+6)
ANNEES = 7


@dataclass(frozen=True)
class Fourchette:
    """Une grandeur approchée : bas, central, haut ; NaN si inconnue."""

    bas: float
    central: float
    haut: float


INCONNUES = Fourchette(np.nan, np.nan, np.nan)


def varier_cif(criteres: CriteresDotation, total: Fourchette) -> Fourchette:
    """Hausse du CIF = total imputé ÷ dénominateur approché, avec la marge de l'un et de l'autre."""
    approche = criteres.denominateur
    if approche is None:
        return INCONNUES
    return Fourchette(
        total.bas / float(approche.haut_eur), total.central / float(approche.central_eur), total.haut / float(approche.bas_eur)
    )


def chiffrer_dotation(
    criteres: CriteresDotation, variation: Fourchette, annee: int
) -> tuple[EffetDotation | None, Fourchette, tuple[AnneeDotation, ...], str]:
    """Effet de N+2, gain sur la marge du CIF, chaîne pluriannuelle ; ou rien, et le motif."""
    motif = _motif(criteres, variation, annee)
    if motif:
        return None, INCONNUES, (), motif
    nature = criteres.dossier.territoire.nature
    depart, d = depart_chaine(criteres)
    fixes = (criteres.population_dgf, d, nature, annee, ANNEES, depart)
    chaines = [
        chaine_dotation(criteres.spontanee_eur, criteres.cif, criteres.cif + hausse, *fixes)
        for hausse in (variation.bas, variation.central, variation.haut)
    ]
    gain = Fourchette(*(float(chaine[DELAI_EFFET_ANS].gain_eur) for chaine in chaines))
    centrale = chaines[1]
    effet = effet_imputation_dotation(
        criteres.spontanee_eur,
        criteres.cif,
        criteres.cif + variation.central,
        criteres.population_dgf,
        exact(centrale[DELAI_EFFET_ANS - 1].sans_eur) / exact(criteres.population_dgf),
        nature,
        annee + DELAI_EFFET_ANS,
        annee,
    )
    return effet, gain, centrale, ""


def depart_chaine(criteres: CriteresDotation) -> tuple[int, float]:
    """Première année à dérouler et dotation par habitant de l'année d'avant ; la dotation notifiée, si elle est connue."""
    exercice = criteres.exercice or 0
    if pd.notna(criteres.di_eur):
        return exercice + 1, criteres.di_eur / criteres.population_dgf
    return exercice, criteres.di_hab_precedente_eur


def _motif(criteres: CriteresDotation, variation: Fourchette, annee: int) -> str:
    """Pourquoi la dotation ne se chiffre pas ; vide si elle se chiffre."""
    if criteres.exercice is None:
        return "la fiche DGF de l'EPCI n'est pas fournie"
    if criteres.manques:
        return f"la fiche DGF fournie ne donne pas : {', '.join(criteres.manques)}"
    if not criteres.cif > 0:
        return "le CIF n'est pas connu"
    if np.isnan(variation.central):
        return criteres.motif_denominateur
    if annee <= criteres.exercice:
        return f"la fiche DGF {criteres.exercice} n'est pas antérieure à l'imputation de {annee}"
    return _seuil_indecis(criteres, variation)


def _seuil_indecis(criteres: CriteresDotation, variation: Fourchette) -> str:
    """Une approximation ne tranche pas un seuil : ni celle du CIF, ni celle de sa hausse."""
    nature = criteres.dossier.territoire.nature
    seuil = seuil_garantie(nature)
    places = {
        situer(criteres.cif + hausse, seuil, criteres.est_approche) for hausse in (variation.bas, variation.haut)
    }
    if len(places) > 1 or INDETERMINE in places:
        return f"le CIF approché est trop près du seuil de {str(seuil).replace('.', ',')} pour dire s'il est franchi"
    return ""


def hausse_dotation(criteres: CriteresDotation, variation: Fourchette) -> Fourchette:
    """Hausse de la dotation calculée, avant garanties et plafond (en part) : celle du CIF retenu ; NaN si inconnue.

    Sans franchissement du seuil, la dotation versée ne croît jamais davantage la première année. Un CIF approché se prend
    sur sa marge.
    """
    if not criteres.cif > 0 or np.isnan(variation.central):
        return INCONNUES
    marge = parametre("marge_indetermination") if criteres.est_approche else 0.0
    departs = (criteres.cif + marge, criteres.cif, criteres.cif - marge)
    if departs[-1] <= 0:
        return INCONNUES
    nature, hausses = criteres.dossier.territoire.nature, (variation.bas, variation.central, variation.haut)
    return Fourchette(
        *(
            float(retenu_exact(cif + hausse, nature) / retenu_exact(cif, nature) - 1)
            for cif, hausse in zip(departs, hausses, strict=True)
        )
    )


def peut_franchir(criteres: CriteresDotation, variation: Fourchette) -> bool:
    """Vrai si l'imputation peut faire franchir le seuil de garantie, ou si un CIF approché ne permet pas de l'écarter."""
    if np.isnan(criteres.cif) or np.isnan(variation.haut):
        return False
    seuil = seuil_garantie(criteres.dossier.territoire.nature)
    avant = situer(criteres.cif, seuil, criteres.est_approche)
    return avant == INDETERMINE or avant != situer(criteres.cif + variation.haut, seuil, criteres.est_approche)
