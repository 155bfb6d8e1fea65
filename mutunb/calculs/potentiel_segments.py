"""Ce que chaque segment pourrait rapporter : une fourchette tirée de ses propres repères, ou rien.

Un segment que la méthode ne classe pas, ou dont aucun prix constaté n'est publié, n'a pas de gain chiffré. Ce qui
s'achète déjà en commun ne se recompte pas.
"""

from __future__ import annotations

import pandas as pd

from mutunb import referentiel
from mutunb.calculs.contrats import DEJA_EN_COMMUN, Contrats
from mutunb.calculs.segments import matrice

LEGERS = ("GC", "CA", "GCD")
RANG_GAIN = {"fort": 0, "moyen": 1, "faible": 2}
NON_CLASSE = "non classé"
RANG_COMPLEXITE = {"simple": 0, "complexe": 1}


def fourchette(segment: str, plancher: float) -> tuple[float, float] | None:
    """Baisse de prix (bas, haut, parts de 0 à 1) d'un segment ; ``None`` sans classement ou sans repère propre.

    Un repère à valeur unique, constaté ailleurs et une fois, ne donne que la borne haute : la borne basse est
    ``plancher``, le plus prudent des gains publiés.

    Examples
    --------
    >>> fourchette("Téléphonie fixe", 0.01), fourchette("Gaz naturel", 0.01), fourchette("Assurances", 0.01)
    ((0.3, 0.7), (0.01, 0.21), None)
    """
    entree = matrice()[segment]
    reperes = [referentiel.repere(r) for r in entree.reperes]
    if entree.gain_attendu is None or not reperes:
        return None
    hauts = [max(v for v in (r.bas, r.central, r.haut) if v is not None) for r in reperes]
    bas = [r.bas / 100 if r.bas is not None else plancher for r in reperes]
    return min(bas), max(hauts) / 100


def par_segment(contrats: Contrats) -> pd.DataFrame:
    """Matrice complexité × gain du territoire, segment par segment, du plus accessible au plus exigeant.

    Returns
    -------
    pandas.DataFrame
        ``segment``, ``famille``, ``complexite``, ``gain`` (« non classé » sans note), ``acheteurs``, ``contrats``,
        ``montant_eur``, ``a_grouper_eur`` (hors achats déjà en commun), ``taux_bas``, ``taux_haut``, ``gain_bas_eur``,
        ``gain_haut_eur``, ``commencer`` (instruments légers), ``ensuite`` (plus lourds), ``reperes``, ``sirens``.
    """
    table = contrats.en_cours.dropna(subset=["segment"])
    lignes = [_segment(str(nom), bloc, contrats.gain_prudent) for nom, bloc in table.groupby("segment")]
    colonnes = list(_segment(next(iter(matrice())), table.head(0), 0.0))
    trouvees = pd.DataFrame(lignes, columns=colonnes)
    rangs = trouvees.assign(
        _c=trouvees["complexite"].map(RANG_COMPLEXITE), _g=trouvees["gain"].map(RANG_GAIN).fillna(len(RANG_GAIN))
    ).sort_values(["_c", "_g", "a_grouper_eur"], ascending=[True, True, False], kind="stable")
    return trouvees.loc[rangs.index].reset_index(drop=True)


def _segment(nom: str, bloc: pd.DataFrame, plancher: float) -> dict[str, object]:
    entree = matrice()[nom]
    a_grouper = float(bloc.loc[~bloc["cadre"].isin(DEJA_EN_COMMUN), "montant_eur"].sum(min_count=1))
    bas, haut = fourchette(nom, plancher) or (float("nan"), float("nan"))
    return {
        "segment": nom,
        "famille": entree.famille,
        "complexite": entree.complexite,
        "gain": entree.gain_attendu or NON_CLASSE,
        "acheteurs": bloc["siren"].nunique(),
        "contrats": len(bloc),
        "montant_eur": float(bloc["montant_eur"].sum(min_count=1)),
        "a_grouper_eur": a_grouper,
        "taux_bas": bas,
        "taux_haut": haut,
        "gain_bas_eur": a_grouper * bas,
        "gain_haut_eur": a_grouper * haut,
        "commencer": tuple(m for m in entree.mode if m in LEGERS),
        "ensuite": tuple(m for m in entree.mode if m not in LEGERS),
        "reperes": entree.reperes,
        "sirens": frozenset(bloc["siren"]),
    }


def par_famille(contrats: Contrats) -> pd.DataFrame:
    """Acheteurs, contrats et montant annuel par famille ; les contrats sans famille sont réunis sous ``None``, en dernier."""
    table = contrats.en_cours.assign(famille=contrats.en_cours["famille"].fillna(""))
    familles = table.groupby("famille").agg(
        acheteurs=("siren", "nunique"),
        contrats=("siren", "size"),
        montant_eur=("montant_eur", lambda m: m.sum(min_count=1)),
        sirens=("siren", frozenset),
    )
    familles = familles.reset_index().assign(vide=lambda f: f["famille"].eq(""))
    return familles.sort_values(["vide", "montant_eur"], ascending=[True, False], kind="stable").drop(columns="vide")
