"""Flux : actualisation, point bas, retours qui tiennent jusqu'à l'horizon, refus expliqués."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.flux import delai_de_retour, etudier_flux, valeur_actuelle_nette
from mutunb.erreurs import ErreurDonnees

montants = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=12)


@given(montants)
def test_a_taux_nul_la_van_est_le_dernier_cumul(flux):
    etude = etudier_flux(flux, [0] * len(flux), taux=[0])
    assert etude.van_eur[0] == etude.cumul_eur[-1] == sum(flux)
    assert etude.retour_actualise[0] == etude.retour_simple


@given(montants)
def test_apres_le_retour_le_cumul_reste_positif(flux):
    etude = etudier_flux(flux, [0] * len(flux))
    retour = etude.retour_simple
    if retour.est_atteint:
        assert all(cumul >= 0 for cumul in etude.cumul_eur[retour.annee :])
        assert retour.annee == 0 or etude.cumul_eur[retour.annee - 1] < 0
        assert retour.annee == 0 or retour.annee - 1 < retour.interpole_ans <= retour.annee
    else:
        assert etude.cumul_eur[-1] < 0


def test_un_retour_qui_ne_tient_pas_n_en_est_pas_un():
    assert delai_de_retour([-10, 20, -15, 10]).annee == 3


def test_rien_a_rembourser():
    assert delai_de_retour([0, 5]).annee == 0


def test_la_premiere_annee_n_est_pas_actualisee():
    assert valeur_actuelle_nette([100], "0.5") == 100
    assert valeur_actuelle_nette([0, 100], "0.25") == 80


def test_annees_du_calendrier():
    etude = etudier_flux([0, 50, 60], [100, 0, 0], annees=[2027, 2028, 2029])
    assert (etude.annee_point_bas, etude.retour_simple.annee) == (2027, 2029)
    assert round(etude.retour_simple.interpole_ans, 4) == Decimal("1.8333")


@pytest.mark.parametrize(
    ("arguments", "morceau"),
    [
        (([1, 2], [1]), "autant de chaque"),
        (([], []), "autant de chaque"),
        (([1, None], [0, 0]), "le gain de l'année 1"),
        (([1], [0], [-1]), "taux supérieur"),
        (([1, 2], [0, 0], [0], [2027, 2029]), "consécutives"),
    ],
)
def test_refus_explique(arguments, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        etudier_flux(*arguments)
