"""Qui ressemble à qui : la distance entre un EPCI et ceux de son groupe, sur des critères centrés-réduits."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mutunb.territoires.indicateurs import CRITERES, criteres


def distances(
    epci: pd.Series, groupe: pd.DataFrame, ecarts_types: pd.Series, poids: Mapping[str, float] | None = None
) -> pd.Series:
    """Distance (sans unité) de ``epci`` aux autres EPCI du groupe, de la plus petite à la plus grande.

    Racine de la moyenne pondérée des carrés des écarts, chacun divisé par l'écart-type national du groupe.
    Un critère inconnu de ``epci``, ou sans dispersion dans le groupe, est écarté pour tous ; un EPCI dont un
    critère retenu est inconnu n'a pas de distance.

    Parameters
    ----------
    epci : pandas.Series
        Ligne de l'EPCI (``territoire.epci``).
    groupe : pandas.DataFrame
        Lignes des EPCI de son groupe, le sien compris ou non.
    ecarts_types : pandas.Series
        Écart-type national de chaque critère dans le groupe.
    poids : mapping, optional
        Poids des critères ; 1 pour chacun par défaut.

    Returns
    -------
    pandas.Series
        Indexée par ``epci_siren`` ; à distance égale, dans l'ordre des SIREN.
    """
    soi = criteres(epci.to_frame().T).iloc[0]
    retenus = [critere for critere in CRITERES if pd.notna(soi[critere]) and ecarts_types[critere] > 0]
    coefficients = pd.Series({critere: 1.0 if poids is None else poids[critere] for critere in retenus})
    autres = groupe[groupe["epci_siren"] != epci["epci_siren"]].sort_values("epci_siren").set_index("epci_siren")
    ecarts = (criteres(autres)[retenus] - soi[retenus]) / ecarts_types[retenus]
    carres = (ecarts**2 * coefficients).sum(axis=1, skipna=False) / coefficients.sum()
    return np.sqrt(carres).rename("distance").dropna().sort_values(kind="stable")
