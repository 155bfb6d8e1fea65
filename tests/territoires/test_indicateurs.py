"""Les indicateurs, recalculés à la main."""

import math

import numpy as np
import pandas as pd
import pytest

from mutunb import territoires
from mutunb.formats import unites_connues
from mutunb.territoires.indicateurs import CRITERES, INDICATEURS, criteres, groupes, indicateurs

@pytest.fixture
def un(epci_type):
    """Les indicateurs de l'EPCI type, à quelques valeurs près."""
    return lambda **changes: indicateurs(pd.DataFrame([epci_type | changes])).iloc[0]


def test_valeurs_calculees_a_la_main(un):
    assert un().to_dict() == pytest.approx(
        {
            "depense_hab": 1000.0,  # (4 + 6) M€ / 10 000 hab.
            "personnel_hab_bloc": 400.0,
            "achats_hab_bloc": 300.0,
            "part_epci_personnel": 0.25,  # 1 / (1 + 3)
            "part_epci_depense": 0.4,
            "cif_2025": 0.35,
            "epargne_brute_taux": 0.2,
            "dette_hab": 700.0,
            "part_ville_centre": 0.4,
            "communes_moins_1000": 0.7,
        }
    )


def test_criteres_calcules_a_la_main(epci_type):
    assert criteres(pd.DataFrame([epci_type])).iloc[0].to_dict() == pytest.approx(
        {
            "log_population": math.log(9000),
            "log_communes": math.log(10),
            "part_ville_centre": 0.4,
            "depense_hab": 1000.0,
        }
    )


BLOC = ["depense_hab", "personnel_hab_bloc", "achats_hab_bloc", "part_epci_personnel", "part_epci_depense", "dette_hab"]


@pytest.mark.parametrize("couverture", ["communes_couverture_pop", "ofgl_couverture_pop"])
def test_le_bloc_demande_95_pour_cent_de_couverture(un, couverture):
    assert un(**{couverture: 0.95})[BLOC].notna().all()
    assert un(**{couverture: 0.949})[BLOC].isna().all()
    assert un(**{couverture: np.nan})[BLOC].isna().all()
    assert un(**{couverture: 0.949})["epargne_brute_taux"] == pytest.approx(0.2)


def test_absent_reste_absent(un):
    assert math.isnan(un(cif_2025=np.nan)["cif_2025"])
    assert math.isnan(un(communes_frais_personnel=np.nan)["part_epci_personnel"])


@pytest.mark.parametrize("recettes", [0.0, -1.0, np.nan])
def test_pas_de_division_par_zero(un, epci_type, recettes):
    assert math.isnan(un(rec_fonctionnement=recettes)["epargne_brute_taux"])
    assert math.isnan(un(pop_totale_2025=0.0)["depense_hab"])
    assert np.isnan(criteres(pd.DataFrame([epci_type | {"pop_municipale_2025": 0.0}]))["log_population"].item())


def test_une_ligne_de_territoire_suffit():
    territoire = territoires.ouvrir("247900798")
    ligne = indicateurs(territoire.epci.to_frame().T)
    assert ligne.index.tolist() == ["247900798"]
    assert ligne.notna().all(axis=None)


def test_l_entree_n_est_pas_modifiee(epci_type):
    table = pd.DataFrame([epci_type])
    avant = table.copy()
    indicateurs(table), criteres(table)
    pd.testing.assert_frame_equal(table, avant)


def test_la_metropole_de_lyon_est_rangee_avec_les_metropoles():
    table = pd.DataFrame({"nature": ["MET69", "METRO", "CC"], "regime_fiscal": ["FPU", "FPU", "FA"]})
    assert groupes(table).tolist() == ["METRO-FPU", "METRO-FPU", "CC-FA"]


def test_chaque_mesure_a_libelle_et_unite_connue():
    for id_, mesure in {**CRITERES, **INDICATEURS}.items():
        assert mesure.id == id_ and mesure.libelle and mesure.unite in unites_connues()
