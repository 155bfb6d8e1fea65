"""Les sommes d'effectifs et de coûts qu'une phrase ou une figure peut citer : NaN si le lecteur ne doit pas les voir."""

from __future__ import annotations

import numpy as np

from mutunb.calculs.couts_publies import fonctions_masquees
from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.effectifs_publies import effectifs_publies
from mutunb.dossier.confidentialite import est_consultant


def total_lisible(effectifs: Effectifs, fonction: str, borne: str = "central") -> float:
    """ETP d'une fonction, tout le bloc."""
    masque = effectifs_publies(effectifs).totaux[fonction]
    return effectifs.total(fonction, borne) if est_consultant() or not masque else np.nan


def cout_lisible(effectifs: Effectifs, fonction: str, borne: str = "central") -> float:
    """Coût d'une fonction (€/an), tout le bloc."""
    masque = fonction in fonctions_masquees(effectifs)
    return effectifs.cout(fonction, borne) if est_consultant() or not masque else np.nan


def quatre_fonctions(effectifs: Effectifs, borne: str = "central") -> float:
    """ETP des quatre fonctions estimées, tout le bloc ; si trop peu d'agents sont déclarés, l'estimation seule."""
    if quatre_declarees(effectifs):
        return sum(effectifs.total(f, borne) for f in FONCTIONS_ESTIMEES)
    if effectifs_publies(effectifs).effectif_total:  # l'estimation en découle
        return np.nan
    return float(effectifs.estimes[borne].sum(min_count=1).sum(min_count=1))


def quatre_declarees(effectifs: Effectifs) -> bool:
    """Vrai si le total des quatre fonctions peut comprendre les réponses."""
    return est_consultant() or not effectifs_publies(effectifs).quatre


def statut_quatre(effectifs: Effectifs) -> str:
    """Statut de :func:`quatre_fonctions`."""
    return effectifs.statut() if quatre_declarees(effectifs) else "estime"


def sous_un_lisible(effectifs: Effectifs, fonction: str) -> bool:
    """Vrai si la somme des ETP des communes sous un poste entier peut se dire."""
    return est_consultant() or not effectifs_publies(effectifs).sous_un[fonction]
