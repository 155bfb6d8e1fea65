"""Juger les comptes d'une commune : la population qu'ils couvrent, et sa tranche de population."""

from __future__ import annotations

import numpy as np
import pandas as pd

#: tranche de population totale → borne haute exclue
STRATES = {
    "0-249": 250,
    "250-499": 500,
    "500-1999": 2_000,
    "2000-3499": 3_500,
    "3500-4999": 5_000,
    "5000-9999": 10_000,
    "10000-19999": 20_000,
    "20000-49999": 50_000,
    "50000-99999": 100_000,
    "100000+": np.inf,
}
#: en deçà, une commune d'au moins POPULATION_JUGEE habitants a des comptes partiels ; au-delà, à vérifier
COUVERTURE_PARTIELLE = 0.85
COUVERTURE_A_VERIFIER = 1.25
#: sous cette population, quelques habitants de plus ou de moins font bouger la couverture : elle ne prouve rien
POPULATION_JUGEE = 100


def strate(pop_totale: pd.Series) -> pd.Series:
    """Tranche de population totale (« 500-1999 »), vide si la population manque."""
    bornes = [-1, *(borne - 0.5 for borne in STRATES.values())]
    return pd.cut(pop_totale.astype("float64"), bornes, labels=list(STRATES)).astype("object")


def qualite(communes: pd.DataFrame) -> pd.Series:
    """``absent`` (aucun compte), ``partiel`` (une fondatrice de commune nouvelle manque), ``a_verifier``, ``ok``."""
    jugee = communes["pop_totale_2025"].ge(POPULATION_JUGEE)
    couverture = communes["ofgl_couverture_pop"]
    choix = {
        "absent": communes["dep_fonctionnement"].isna(),
        "partiel": jugee & couverture.lt(COUVERTURE_PARTIELLE),
        "a_verifier": jugee & couverture.gt(COUVERTURE_A_VERIFIER),
    }
    return pd.Series(np.select(list(choix.values()), list(choix), default="ok"), index=communes.index)
