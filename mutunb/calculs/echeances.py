"""Quand les contrats finissent, et quand plusieurs acheteurs peuvent regrouper les leurs.

On n'entre pas dans un marché en cours : chaque acheteur rejoint le marché commun à la fin de son propre contrat, et la
fenêtre s'ouvre à la première de ces fins.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from mutunb.calculs.contrats import DEJA_EN_COMMUN, Contrats

COLONNES = ("groupe", "acheteurs", "contrats", "ouvre", "ferme", "montant_eur", "denoncer_avant", "lignes")
DATES = ("ouvre", "ferme", "denoncer_avant")


def echeances_par_annee(table: pd.DataFrame, par: str) -> pd.DataFrame:
    """Nombre de fins par année civile (colonnes) et par valeur de ``par`` (lignes), d'après ``fin_utile``."""
    datees = table.dropna(subset=["fin_utile", par])
    annees = datees["fin_utile"].dt.year.rename("annee")
    if datees.empty:
        return pd.DataFrame()
    comptees = datees.groupby([par, annees]).size().unstack(fill_value=0)
    return comptees.reindex(columns=range(comptees.columns.min(), comptees.columns.max() + 1), fill_value=0)


def fenetres(table: pd.DataFrame, ecart_mois: float, groupe: str = "groupe") -> pd.DataFrame:
    """Ensembles d'échéances d'un même groupe à moins de ``ecart_mois`` l'une de l'autre, chez deux acheteurs au moins.

    Parameters
    ----------
    table : pandas.DataFrame
        ``siren``, ``fin_utile``, ``montant_eur``, ``denoncer_avant`` et la colonne ``groupe``.
    ecart_mois : float
        Écart strict : deux fins séparées d'exactement cet écart ne se groupent pas.
    groupe : str
        Colonne qui dit ce qui se ressemble (segment, domaine).

    Returns
    -------
    pandas.DataFrame
        Colonnes :data:`COLONNES` ; une échéance n'est que dans une fenêtre, celle qui réunit le plus d'acheteurs, puis
        qui ouvre le plus tôt. Rangées par date d'ouverture.
    """
    datees = table.dropna(subset=["fin_utile", groupe]).sort_values(["fin_utile", "siren"], kind="stable")
    lignes = [
        _fenetre(str(nom), bloc.iloc[rangs])
        for nom, bloc in datees.groupby(groupe, sort=True)
        for rangs in _ensembles(bloc["fin_utile"], bloc["siren"].to_numpy(), ecart_mois)
    ]
    trouvees = pd.DataFrame(lignes, columns=list(COLONNES)).astype(dict.fromkeys(DATES, "datetime64[ns]"))
    return trouvees.sort_values(["ouvre", "groupe"], kind="stable").reset_index(drop=True)


def _ensembles(fins: pd.Series, sirens: np.ndarray, ecart_mois: float) -> list[list[int]]:
    """Rangs (dans l'ordre des fins) de chaque ensemble retenu, le plus rassembleur d'abord."""
    limites = (fins + pd.DateOffset(months=int(ecart_mois))).to_numpy()
    libres, retenus = list(range(len(fins))), []
    while libres:
        premier, dernier, acheteurs = _plus_rassembleur(libres, fins.to_numpy(), limites, sirens)
        if acheteurs < 2:
            break
        retenus.append(libres[premier:dernier])
        libres = libres[:premier] + libres[dernier:]
    return retenus


def _plus_rassembleur(
    libres: list[int], fins: np.ndarray, limites: np.ndarray, sirens: np.ndarray
) -> tuple[int, int, int]:
    """Tranche de ``libres`` (début, fin exclue) qui réunit le plus d'acheteurs, puis d'échéances, puis la plus proche."""
    meilleur, dernier, vus = (0, 0, 0), 0, Counter()
    for premier, depart in enumerate(libres):
        while dernier < len(libres) and fins[libres[dernier]] < limites[depart]:
            vus[sirens[libres[dernier]]] += 1
            dernier += 1
        if (len(vus), dernier - premier) > (meilleur[2], meilleur[1] - meilleur[0]):
            meilleur = (premier, dernier, len(vus))
        vus[sirens[depart]] -= 1
        if not vus[sirens[depart]]:
            del vus[sirens[depart]]
    return meilleur


def _fenetre(groupe: str, bloc: pd.DataFrame) -> tuple[object, ...]:
    return (
        groupe,
        tuple(dict.fromkeys(bloc["siren"])),
        len(bloc),
        bloc["fin_utile"].iloc[0],
        bloc["fin_utile"].iloc[-1],
        float(bloc["montant_eur"].sum(min_count=1)),
        bloc["denoncer_avant"].min(),
        tuple(bloc.index),
    )


def fenetres_achats(contrats: Contrats) -> pd.DataFrame:
    """Fenêtres des contrats qui ne sont pas déjà en commun, avec ce qu'il faut faire et avant quand.

    Ajoute ``lancer_avant`` (ouverture moins délai de montage) et ``en_retard`` (ce jour est passé : le premier contrat
    devra être prolongé ou son titulaire rejoindre plus tard).
    """
    table = contrats.en_cours
    trouvees = fenetres(table[~table["cadre"].isin(DEJA_EN_COMMUN)], contrats.ecart_mois)
    trouvees["lancer_avant"] = trouvees["ouvre"] - pd.DateOffset(months=int(contrats.montage_mois))
    trouvees["en_retard"] = trouvees["lancer_avant"] < pd.Timestamp(contrats.reference)
    return trouvees
