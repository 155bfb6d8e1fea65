"""Degré d'intégration : la règle des quartiles, des deux côtés, et l'absence de donnée."""

import numpy as np
import pandas as pd
import pytest
from tests.fabrique import commune, dossier

from mutunb.calculs.integration import mesurer_integration, niveau_integration
from mutunb.territoires import quartiles


@pytest.mark.parametrize(
    ("signaux", "niveau"),
    [
        ([1, 1], "forte"),
        ([1, -1], "forte"),  # le CIF décide
        ([0, 1], "moyenne"),
        ([-1, 1], "faible"),
        ([np.nan, 1], "forte"),
        ([np.nan, -1], "faible"),
        ([np.nan, 0], "moyenne"),
        ([np.nan, np.nan], "indéterminée"),
    ],
)
def test_niveau(signaux, niveau):
    assert niveau_integration(pd.Series(signaux, dtype=float)) == niveau


@pytest.mark.parametrize(("ecart", "signal"), [(-1e-6, 0), (0, 0), (1e-6, 1)])
def test_le_quartile_lui_meme_est_au_milieu(ecart, signal):
    etude = dossier([commune("A", 100, 1e6, 1e6)])
    q3 = float(quartiles(etude.territoire, "ensemble").at["cif_2025", "q3"])
    mesure = mesurer_integration(dossier([commune("A", 100, 1e6, 1e6)], cif_2025=q3 + ecart))
    assert mesure.signaux.set_index("indicateur").at["cif_2025", "signal"] == signal


def test_cif_absent_reste_absent():
    mesure = mesurer_integration(dossier([commune("A", 100, 1e6, 1e6)], frais_personnel=1e7))
    assert np.isnan(mesure.cif)
    assert mesure.niveau == "forte"  # l'EPCI porte 10/11 du personnel


def test_tableau_dit_la_part_surestimee():
    assert "surestimée" in mesurer_integration(dossier([commune("A", 100, 1e6, 1e6)])).tableau.note
