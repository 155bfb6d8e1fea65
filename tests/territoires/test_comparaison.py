"""Groupe, normes, distances."""

import pandas as pd
import pytest

from mutunb import territoires
from mutunb.erreurs import ErreurUsage
from mutunb.territoires.distributions import normes_nationales
from mutunb.territoires.voisinage import distances


@pytest.fixture
def trois_epci(epci_type) -> pd.DataFrame:
    """Ils ne diffèrent que par le poids de la ville-centre : 0,2 ; 0,4 ; 0,9."""
    poids = {"0": 0.2, "1": 0.4, "2": 0.9}
    return pd.DataFrame([epci_type | {"epci_siren": s, "part_ville_centre": p} for s, p in poids.items()])


def norme(table, groupe, indicateur):
    return table.set_index(["groupe", "indicateur"]).loc[(groupe, indicateur)]


def test_normes_calculees_a_la_main(trois_epci):
    lue = norme(normes_nationales(trois_epci), "CC-FPU", "part_ville_centre")
    # moyenne 0,5 ; variance (0,09 + 0,01 + 0,16) / 3
    assert lue.to_dict() == pytest.approx(
        {"n": 3, "moyenne": 0.5, "ecart_type": (0.26 / 3) ** 0.5, "q1": 0.3, "mediane": 0.4, "q3": 0.65}
    )


def test_les_inconnus_ne_comptent_pas(trois_epci):
    trois_epci.loc[0, "cif_2025"] = None
    assert norme(normes_nationales(trois_epci), "ensemble", "cif_2025")["n"] == 2


def test_chaque_groupe_a_ses_normes(trois_epci):
    trois_epci.loc[0, "regime_fiscal"] = "FA"
    table = normes_nationales(trois_epci)
    assert norme(table, "CC-FA", "part_ville_centre")["mediane"] == 0.2
    assert norme(table, "CC-FPU", "part_ville_centre")["mediane"] == pytest.approx(0.65)
    assert norme(table, "ensemble", "part_ville_centre")["n"] == 3


@pytest.fixture
def ecarts_types() -> pd.Series:
    return pd.Series({"log_population": 1.0, "log_communes": 1.0, "part_ville_centre": 0.1, "depense_hab": 100.0})


def test_distances_calculees_a_la_main(trois_epci, ecarts_types):
    # un seul critère diffère, sur quatre : √((écart / 0,1)² / 4)
    lues = distances(trois_epci.iloc[0], trois_epci, ecarts_types)
    assert lues.to_dict() == pytest.approx({"1": 1.0, "2": 3.5})


def test_un_poids_nul_ecarte_le_critere(trois_epci, ecarts_types):
    poids = {"log_population": 1, "log_communes": 1, "part_ville_centre": 0, "depense_hab": 1}
    assert distances(trois_epci.iloc[0], trois_epci, ecarts_types, poids).tolist() == [0.0, 0.0]


def test_un_critere_inconnu_du_territoire_est_ecarte_pour_tous(trois_epci, ecarts_types):
    trois_epci.loc[0, "communes_couverture_pop"] = 0.9
    # trois critères restent : √(4 / 3) et √(49 / 3)
    lues = distances(trois_epci.iloc[0], trois_epci, ecarts_types)
    assert lues.tolist() == pytest.approx([(4 / 3) ** 0.5, (49 / 3) ** 0.5])


def test_un_epci_au_critere_inconnu_n_est_pas_comparable(trois_epci, ecarts_types):
    trois_epci.loc[1, "communes_couverture_pop"] = 0.9
    assert distances(trois_epci.iloc[0], trois_epci, ecarts_types).index.tolist() == ["2"]


def test_un_critere_sans_dispersion_ne_separe_personne(trois_epci, ecarts_types):
    ecarts_types["part_ville_centre"] = 0.0
    assert distances(trois_epci.iloc[0], trois_epci, ecarts_types).tolist() == [0.0, 0.0]


def test_le_groupe_du_territoire():
    lyon = territoires.ouvrir("200046977")
    groupe = territoires.epci_de_meme_groupe(lyon)
    assert set(groupe["nature"]) == {"METRO", "MET69"}
    assert groupe.columns.tolist() == lyon.epci.index.tolist()
    assert groupe["epci_siren"].is_monotonic_increasing and lyon.siren in groupe["epci_siren"].tolist()


def test_les_normes_du_territoire():
    thouarsais = territoires.ouvrir("247900798")
    table = territoires.normes_groupe(thouarsais)
    assert set(table["groupe"]) == {"CC-FPU", "ensemble"}
    assert norme(table, "CC-FPU", "part_ville_centre")["n"] == 829
    assert norme(table, "ensemble", "cif_2025")["n"] == 425
    assert territoires.normes(thouarsais).loc["log_population", "n"] == 829
    assert territoires.quartiles(thouarsais, "ensemble").loc["depense_hab", "n"] == 1242
    with pytest.raises(ErreurUsage, match="groupe"):
        territoires.quartiles(thouarsais, "groupes")
    assert territoires.quartiles(thouarsais).columns.tolist() == ["n", "q1", "mediane", "q3"]
