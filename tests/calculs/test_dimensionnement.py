"""Dimensionnement : cas refaits à la main, demi-poste des deux côtés, minimum de continuité, refus expliqués."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.dimensionnement import (
    arrondir_au_pas,
    besoin_par_productivite,
    dimensionner,
    heures_productives,
    temps_unitaire_h,
)
from mutunb.erreurs import ErreurDonnees


def test_cas_refait_a_la_main():
    # 12 000 mandats × 15 min + 3 000 titres × 10 min = 3 000 h + 500 h = 3 500 h ; / 1 400 h = 2,5 ETP
    besoin = dimensionner({"mandats": 12_000, "titres": 3_000}, {"mandats": "1/4", "titres": "1/6"}, heures=1_400)
    assert (besoin.charge_h, besoin.exact_etp, besoin.retenu_etp) == (3_500, 2.5, 2.5)
    assert besoin.taux_occupation == 1


@pytest.mark.parametrize(("volume", "retenu"), [(13_999, 2.5), (14_000, 2.5), (14_001, 3.0), (1, 0.5), (0, 0.0)])
def test_le_demi_poste_des_deux_cotes(volume, retenu):
    assert dimensionner({"actes": volume}, {"actes": "0.25"}, heures=1_400).retenu_etp == retenu


@pytest.mark.parametrize(("volume", "retenu", "atteint"), [(0, 0.0, False), (1, 2.0, True), (11_200, 2.0, False), (11_201, 2.5, False)])
def test_le_minimum_de_continuite_ne_joue_que_s_il_y_a_du_travail(volume, retenu, atteint):
    besoin = dimensionner({"actes": volume}, {"actes": "0.25"}, heures=1_400, minimum_etp=2)
    assert (besoin.retenu_etp, besoin.minimum_atteint) == (retenu, atteint)


def test_heures_productives_depuis_1607():
    assert heures_productives(130, 120) == 1357
    assert heures_productives(0, 0) == 1607
    with pytest.raises(ErreurDonnees, match="ne laisse rien"):
        heures_productives(1_000, 607)


def test_temps_unitaire_et_productivite_disent_la_meme_chose():
    temps = temps_unitaire_h(5_000, 1_357)
    assert dimensionner({"pieces": 30_925}, {"pieces": temps}, heures=1_357, pas_etp=0).exact_etp == pytest.approx(30_925 / 5_000)
    assert besoin_par_productivite(30_925, 5_000) == 6.5


@given(st.fractions(0, 50), st.sampled_from(["0.5", "0.25", "1"]))
def test_l_arrondi_est_le_plus_petit_multiple_qui_couvre(etp, pas):
    arrondi = arrondir_au_pas(etp, pas)
    assert arrondi >= etp > arrondi - Fraction(pas)
    assert (arrondi / Fraction(pas)).denominator == 1


@pytest.mark.parametrize(
    ("volumes", "temps", "morceau"),
    [
        ({"a": 1}, {}, "Sans temps unitaire : a"),
        ({"a": None}, {"a": 1}, "une donnée absente n'est pas un zéro"),
        ({"a": float("nan")}, {"a": 1}, "une donnée absente n'est pas un zéro"),
        ({"a": -1}, {"a": 1}, "positif ou nul"),
        ({"a": 1}, {"a": -1}, "positif ou nul"),
    ],
)
def test_refus_explique(volumes, temps, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        dimensionner(volumes, temps)


def test_sans_volume_il_n_y_a_pas_de_besoin():
    assert dimensionner({}, {}).retenu_etp == 0
