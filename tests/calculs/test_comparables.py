"""Comparables : même groupe, ordre des distances, poids, critères écartés."""

import numpy as np
import pytest

from mutunb import dossier as dossiers
from mutunb.calculs.comparables import chercher_comparables
from mutunb.erreurs import ErreurUsage
from mutunb.territoires import criteres, normes

SIREN = "247900798"


@pytest.fixture(scope="module")
def etude():
    return dossiers.ouvrir(SIREN)


def test_meme_groupe_sans_soi_meme(etude):
    voisins = chercher_comparables(etude).epci
    assert len(voisins) == 10
    assert set(voisins["nature"]) == {"CC"} and set(voisins["regime_fiscal"]) == {"FPU"}
    assert SIREN not in set(voisins["epci_siren"])
    assert voisins["distance"].is_monotonic_increasing


def test_distance_refaite_a_la_main(etude):
    voisins = chercher_comparables(etude).epci
    reference = normes(etude.territoire)["ecart_type"]
    premier = criteres(voisins.head(1)).iloc[0]
    ecarts = [(premier[c] - etude.criteres[c]) / reference[c] for c in etude.criteres.index]
    assert voisins["distance"].iloc[0] == pytest.approx(np.sqrt(np.mean(np.square(ecarts))))


def test_poids_nul_ecarte_le_critere(etude):
    resultat = chercher_comparables(etude, poids={"depense_hab": 0})
    assert resultat.criteres_ecartes == ("depense_hab",)


def test_changer_l_echelle_des_poids_ne_change_rien(etude):
    simples = chercher_comparables(etude, poids={c: 1.0 for c in etude.criteres.index})
    doubles = chercher_comparables(etude, poids={c: 2.0 for c in etude.criteres.index})
    assert simples.epci["epci_siren"].tolist() == doubles.epci["epci_siren"].tolist()


@pytest.mark.parametrize(
    ("poids", "morceau"),
    [({"populations": 1}, "nom inconnu"), ({"depense_hab": -1}, "positif"), (None, None)],
)
def test_poids_refuses(etude, poids, morceau):
    if poids is None:
        poids, morceau = dict.fromkeys(etude.criteres.index, 0), "aucun critère"
    with pytest.raises(ErreurUsage, match=morceau):
        chercher_comparables(etude, poids=poids)


def test_rang_du_territoire(etude):
    positions = chercher_comparables(etude).positions
    assert positions["rang"].between(1, 11).all()
    assert (positions["q1"] <= positions["mediane"]).all() and (positions["mediane"] <= positions["q3"]).all()


@pytest.mark.national
def test_echantillon_et_national_donnent_les_memes_voisins(etude, dossier_national):
    national = chercher_comparables(dossiers.ouvrir(SIREN, dossier_national))
    local = chercher_comparables(etude)
    assert local.epci["epci_siren"].tolist() == national.epci["epci_siren"].tolist()
    assert local.epci["distance"].to_numpy() == pytest.approx(national.epci["distance"].to_numpy())
