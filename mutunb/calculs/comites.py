"""Quels comités sociaux doivent rendre un avis : celui de chaque employeur d'au moins 50 agents, sinon celui du centre de gestion."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.declarations import feuille
from mutunb.calculs.effectifs import estimer_effectifs
from mutunb.dossier import Dossier

PROPRE, COMMUN, CENTRE = "propre", "commun", "centre_gestion"


@dataclass(frozen=True)
class Comites:
    """Comité compétent de chaque participant.

    Attributes
    ----------
    table : DataFrame
        ``siren, nom, genre`` (« epci » ou « commune »), ``comite`` (``propre``, ``commun``, ``centre_gestion`` ; None si
        l'effectif estimé ne permet pas de trancher), ``agents`` (NaN si non déclaré), ``statut`` (``declare``,
        ``estime`` ou None).
    """

    table: pd.DataFrame

    def combien(self, comite: str | None, genre: str | None = None) -> int:
        """Participants relevant de ce comité (``None`` : ceux dont on ne sait pas)."""
        retenus = self.table if genre is None else self.table[self.table["genre"].eq(genre)]
        return int((retenus["comite"].isna() if comite is None else retenus["comite"].eq(comite)).sum())

    @property
    def communes_avec_comite(self) -> bool:
        """Vrai si une commune au moins a, ou pourrait avoir, son propre comité (ou un comité commun)."""
        return self.combien(PROPRE, "commune") + self.combien(COMMUN, "commune") + self.combien(None, "commune") > 0

    @property
    def au_centre_de_gestion(self) -> bool:
        """Vrai si un participant relève, ou pourrait relever, du comité du centre de gestion."""
        return self.combien(CENTRE) + self.combien(None) > 0

    @property
    def epci_au_centre(self) -> bool:
        """Vrai si l'EPCI n'a pas son propre comité."""
        return self.combien(CENTRE, "epci") > 0


def comite_competent(agents: float, bas: float = np.nan, haut: float = np.nan) -> str | None:
    """Comité d'un employeur d'après son effectif ; ``None`` si l'estimation chevauche le seuil.

    Parameters
    ----------
    agents : float
        Agents déclarés au 1er janvier ; NaN si inconnu.
    bas, haut : float
        Fourchette estimée, consultée à défaut.

    Notes
    -----
    Seuil de 50 agents : CGFP, art. L.251-5.

    Examples
    --------
    >>> comite_competent(50), comite_competent(49), comite_competent(float("nan"), 40, 60)
    ('propre', 'centre_gestion', None)
    """
    seuil = _seuil()
    if np.isfinite(agents):
        return PROPRE if agents >= seuil else CENTRE
    if np.isfinite(bas) and bas >= seuil:
        return PROPRE
    if np.isfinite(haut) and haut < seuil:
        return CENTRE
    return None


def _seuil() -> float:
    valeurs = {v.id: v for v in referentiel.droit("comite_social_territorial").valeurs}
    return float(valeurs["seuil_comite_propre"].historique[-1].valeur)


def comites_competents(dossier: Dossier, perimetre: Collection[str]) -> Comites:
    """Comité compétent de chaque participant : déclaré, sinon déduit de l'effectif déclaré ou estimé.

    Parameters
    ----------
    perimetre : collection of str
        SIREN des participants, EPCI compris.

    Notes
    -----
    L'effectif estimé est en ETP, un peu au-dessous du nombre d'agents ; l'effectif du 1er janvier le remplace.
    """
    table = estimer_effectifs(dossier).entites
    table = table[table["siren"].isin(perimetre)].reset_index(drop=True)
    lues = feuille(dossier, "entites")
    connus = pd.DataFrame(columns=["cst", "agents"]) if lues is None else lues.drop_duplicates("siren", keep="last").set_index("siren")
    declares = table["siren"].map(connus["cst"]) if len(connus) else pd.Series(None, index=table.index, dtype=object)
    agents = table["siren"].map(connus["agents"]).astype(float) if len(connus) else pd.Series(np.nan, index=table.index)
    comites, statuts = [], []
    for declare, combien, bas, haut in zip(declares, agents, table["effectif_bas"], table["effectif_haut"], strict=True):
        lu = declare if isinstance(declare, str) and declare else None
        comites.append(lu or comite_competent(combien, bas, haut))
        statuts.append("declare" if lu or np.isfinite(combien) else "estime" if comites[-1] else None)
    vue = table[["siren", "nom", "genre"]].assign(comite=comites, agents=agents, statut=statuts)
    return Comites(vue.astype({"comite": object, "statut": object}))
