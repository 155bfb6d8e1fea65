"""Les gains d'un exercice, famille par famille, face à ce qui était prévu, avec leur preuve ; jamais additionnés entre familles.

Un gain est prouvé par un compte, un contrat ou une délibération dont la référence est donnée. Une économie, un coût évité ou un
temps libéré se mesurent à un état de départ : sans T0 gelé, ils ne sont pas démontrables, quelle que soit la pièce.
"""

from __future__ import annotations

import pandas as pd

from mutunb.calculs.gains import FAMILLES
from mutunb.dossier.suivi import ExerciceSuivi

PROUVE, NON_PROUVE, NON_DEMONTRABLE, NON_RELEVE, PAS_UN_GAIN = (
    "prouvé", "non prouvé", "gain non démontrable", "non relevé", "pas un gain",
)  # fmt: skip
#: familles qui se mesurent à un état de départ
FACE_AU_T0 = frozenset({"GA", "GB", "GC"})
PREUVES = {"compte": "compte", "contrat": "contrat", "deliberation": "délibération"}
TRANSFERT = "GG"
COLONNES = ("famille", "fonction", "libelle", "prevu", "realise", "unite", "etat", "preuve")
COLONNES_FAMILLES = ("famille", "unite", "prevu", "prouve", "non_prouve", "non_demontrable", "non_releves")


def gains_realises(suivi: ExerciceSuivi, t0_gele: bool) -> pd.DataFrame:
    """Gains notés dans un exercice (:data:`COLONNES`), par famille ; ``etat`` dit ce qu'on peut en affirmer.

    Parameters
    ----------
    suivi : ExerciceSuivi
    t0_gele : bool
        Vrai si un état de départ est gelé.
    """
    table = suivi.table("gains").dropna(subset="famille")
    lignes = [
        {
            "famille": g.famille,
            "fonction": g.fonction,
            "libelle": g.libelle,
            "prevu": g.prevu,
            "realise": g.realise,
            "unite": g.unite if isinstance(g.unite, str) else "",
            "etat": _etat(g, t0_gele),
            "preuve": _preuve(g),
        }
        for g in table.itertuples()
    ]
    return pd.DataFrame(lignes, columns=list(COLONNES)).sort_values("famille", kind="stable").reset_index(drop=True)


def par_famille(gains: pd.DataFrame) -> pd.DataFrame:
    """Totaux par famille et unité (:data:`COLONNES_FAMILLES`) ; deux familles, deux unités, deux lignes.

    Un total est NaN si aucun gain de la case n'est chiffré ; ``non_releves`` compte ceux dont le réalisé manque.
    """
    gains = gains[gains["famille"].ne(TRANSFERT)]
    lignes = []
    for (famille, unite), groupe in gains.groupby(["famille", "unite"], sort=True):
        sommes = {nom: _somme(groupe, etat) for nom, etat in
                  (("prouve", PROUVE), ("non_prouve", NON_PROUVE), ("non_demontrable", NON_DEMONTRABLE))}  # fmt: skip
        prevu = float(groupe["prevu"].sum(min_count=1))
        lignes.append({"famille": famille, "unite": unite, "prevu": prevu, **sommes, "non_releves": int(groupe["etat"].eq(NON_RELEVE).sum())})
    table = pd.DataFrame(lignes, columns=list(COLONNES_FAMILLES))
    return table.sort_values("famille", key=lambda f: f.map(list(FAMILLES).index), kind="stable").reset_index(drop=True)


def _somme(gains: pd.DataFrame, etat: str) -> float:
    return float(gains.loc[gains["etat"].eq(etat), "realise"].sum(min_count=1))


def _etat(gain, t0_gele: bool) -> str:
    if gain.famille == TRANSFERT:
        return PAS_UN_GAIN
    if pd.isna(gain.realise):
        return NON_RELEVE
    if gain.famille in FACE_AU_T0 and not t0_gele:
        return NON_DEMONTRABLE
    return PROUVE if gain.preuve in PREUVES and _est_dite(gain.reference) else NON_PROUVE


def _preuve(gain) -> str:
    if gain.preuve not in PREUVES:
        return "aucune pièce"
    reference = f", {gain.reference}" if _est_dite(gain.reference) else ", référence à donner"
    return f"{PREUVES[gain.preuve]}{reference}"


def _est_dite(reference: object) -> bool:
    return isinstance(reference, str) and bool(reference.strip())
