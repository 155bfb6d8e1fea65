"""Ce que les communes peuvent voir des montants les unes des autres : des agrégats, sauf si le dossier permet plus."""

from __future__ import annotations

import pandas as pd

from mutunb.calculs.dominance import est_dominee
from mutunb.calculs.masquage import TOTAL, masquer
from mutunb.erreurs import ErreurDonnees

#: à deux, chaque commune déduirait le montant de l'autre
COMMUNES_MIN = 3
RESERVE = "Un montant qui laisserait deviner celui d'une commune n'est pas montré (n.d.) : le dossier ne le permet pas."


def montants_diffusables(
    montants: pd.DataFrame, sirens: pd.DataFrame, communes: frozenset[str], permis: bool
) -> pd.DataFrame:
    """Montants qui peuvent se montrer à toutes les communes, avec leurs totaux (ligne et colonne « Total »).

    Parameters
    ----------
    montants : DataFrame
        Montants, lignes × colonnes, sans totaux ; NaN = absent.
    sirens : DataFrame
        Mêmes lignes et colonnes : ensemble des SIREN dont les montants sont additionnés dans la case.
    communes : frozenset of str
        SIREN des communes ; les montants des autres entités (EPCI, syndicats) se montrent.
    permis : bool
        Vrai si le dossier permet la diffusion financière entre communes.
    """
    complets, tous = _avec_totaux(montants, sirens)
    if permis:
        return complets
    effectifs = tous.map(lambda s: len(s & communes) or (COMMUNES_MIN if s else 0)).astype(float)
    try:
        return masquer(complets, effectifs, seuil=COMMUNES_MIN).table
    except ErreurDonnees:  # trop peu de cases pour cacher les unes sous les autres : rien ne se montre
        return complets.where(effectifs.ge(COMMUNES_MIN) & False)


def porteurs(montants: pd.Series, communes: frozenset[str]) -> frozenset[str]:
    """SIREN dont un montant est fait (montant par SIREN) ; la seule commune qui en fait plus de 85 %, s'il y en a une.

    Règle de dominance (:mod:`mutunb.calculs.dominance`) : à plusieurs ou presque seule, son montant se lirait pareil.
    """
    par_siren = montants.groupby(level=0).sum()
    premier = par_siren.abs().idxmax() if len(par_siren) else ""
    if premier in communes and est_dominee(par_siren):
        return frozenset({premier})
    return frozenset(par_siren.index)


def _avec_totaux(montants: pd.DataFrame, sirens: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    complets, tous = montants.astype(float).copy(), sirens.astype("object").copy()
    complets[TOTAL] = complets.sum(axis=1, min_count=1)
    tous[TOTAL] = [frozenset().union(*ligne) for ligne in sirens.itertuples(index=False, name=None)]
    complets.loc[TOTAL] = complets.sum(axis=0, min_count=1)
    tous.loc[TOTAL] = [frozenset().union(*tous[colonne]) for colonne in tous.columns]
    return complets, tous
