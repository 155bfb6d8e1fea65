"""Ce qu'une imputation changerait, en deux phrases : pour le premier écran d'une page comme pour un acte."""

from __future__ import annotations

import numpy as np

from mutunb import formats
from mutunb.calculs.contraintes_dotation import CIF_PLAFONNE
from mutunb.calculs.effets_dotations import EffetsDotations
from mutunb.calculs.tableaux_dotations import dire_variation


def constat_dotations(effets: EffetsDotations) -> str:
    """Ce que l'imputation changerait, en deux phrases et sans sigle nu, pour le premier écran."""
    cif = "coefficient d'intégration fiscale (CIF)"
    if effets.refus:
        return f"En fiscalité additionnelle, le service se facture : le {cif}, la dotation et le FPIC ne changent pas."
    montant = formats.euros_exacts(effets.total_eur) if effets.illustratif else formats.environ_euros(effets.total_eur)
    verbe = "À titre d'illustration, retenir" if effets.illustratif else "Retenir"
    debut = f"{verbe} {montant} par an sur les attributions de compensation"
    if np.isnan(effets.variation_cif.central):
        return f"{debut} relèverait le {cif}, d'un montant qui ne se chiffre pas encore. Facturer le même service ne changerait rien."
    hausse = dire_variation(effets).removeprefix("+")
    return f"{debut} relèverait le {cif} d'environ {hausse}{_suite_dotation(effets)}. Facturer le même service ne changerait rien."


def _suite_dotation(effets: EffetsDotations) -> str:
    """Ce que la dotation en ferait : un montant borné, rien, ou ce qu'il manque pour le dire."""
    if effets.effet is not None and abs(float(effets.effet.gain_eur)) >= 1:
        gain = float(effets.effet.gain_eur)
        return f" et la dotation de l'EPCI de {formats.environ_euros(gain)} par an au plus, à partir de {effets.annee_effet}"
    if effets.effet is not None or CIF_PLAFONNE in effets.contraintes:
        return ", sans effet sur la dotation" + (" : le CIF compté est déjà au plafond" if CIF_PLAFONNE in effets.contraintes else "")
    return f" ; l'effet sur la dotation ne se chiffre pas en euros ({effets.motif_dotation})"
