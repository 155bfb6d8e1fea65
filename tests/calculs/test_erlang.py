"""Erlang B et C : récurrence contre formule directe en fractions exactes, stabilité des deux côtés, grands nombres."""

from fractions import Fraction
from math import factorial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.erlang import attente_moyenne_minutes, effectif_minimal, erlang_b, erlang_c, taux_de_service, trafic_erlangs
from mutunb.erreurs import ErreurDonnees


def b_direct(trafic: Fraction, serveurs: int) -> Fraction:
    """(a^n / n!) / somme(a^k / k!)."""
    termes = [trafic**k / factorial(k) for k in range(serveurs + 1)]
    return termes[-1] / sum(termes)


def c_direct(trafic: Fraction, serveurs: int) -> Fraction:
    """(a^n/n!)·n/(n−a) / (somme(a^k/k!, k<n) + même terme)."""
    attente = trafic**serveurs / factorial(serveurs) * serveurs / (serveurs - trafic)
    return attente / (sum(trafic**k / factorial(k) for k in range(serveurs)) + attente)


trafics = st.fractions(Fraction(1, 10), 30, max_denominator=20)


@given(trafics, st.integers(0, 40))
def test_b_egale_la_formule_directe(trafic, serveurs):
    assert erlang_b(float(trafic), serveurs) == pytest.approx(float(b_direct(trafic, serveurs)), rel=1e-12, abs=1e-300)


@given(trafics, st.integers(1, 20))
def test_c_egale_la_formule_directe_et_depasse_b(trafic, marge):
    serveurs = int(trafic) + marge
    valeur = erlang_c(float(trafic), serveurs)
    assert valeur == pytest.approx(float(c_direct(trafic, serveurs)), rel=1e-9)
    assert erlang_b(float(trafic), serveurs) <= valeur <= 1


def test_cas_refaits_a_la_main():
    assert erlang_b(2, 3) == pytest.approx(4 / 19)  # (8/6) / (1 + 2 + 2 + 8/6)
    assert erlang_c(2, 3) == pytest.approx(4 / 9)
    assert erlang_c(0.5, 1) == pytest.approx(0.5)  # une seule personne : attendre, c'est la trouver occupée
    assert trafic_erlangs(30, 10) == 5


def test_le_bord_de_l_instabilite():
    assert erlang_c(2.999, 3) < 1
    for trafic in (3, 3.5):
        with pytest.raises(ErreurDonnees, match="File instable.*4 agents"):
            erlang_c(trafic, 3)
    assert 0 < erlang_b(3.5, 3) < 1


def test_sans_demande_personne_n_attend():
    assert erlang_b(0, 3) == erlang_c(0, 3) == 0
    assert erlang_b(0, 0) == 1


def test_de_grands_nombres_ne_debordent_pas():
    assert 0 < erlang_b(1_000, 1_000) < 0.05
    assert 0 < erlang_c(990, 1_000) < 1


def test_effectif_minimal_des_deux_cotes():
    retenu = effectif_minimal(5, duree_minutes=10, attente_minutes=5, niveau_service=0.8)
    assert retenu.agents == 7
    assert taux_de_service(5, 6, 10, 5) < 0.8 <= retenu.taux_service == taux_de_service(5, 7, 10, 5)
    assert retenu.attente_moyenne_minutes == attente_moyenne_minutes(5, 7, 10)


@given(st.floats(0.1, 20), st.floats(0, 0.99))
def test_un_agent_de_moins_ne_suffit_pas(trafic, niveau):
    agents = effectif_minimal(trafic, 10, 5, niveau).agents
    assert agents > trafic
    assert agents - 1 <= trafic or taux_de_service(trafic, agents - 1, 10, 5) < niveau


@pytest.mark.parametrize("serveurs", [-1, 1.5, True, None, "deux", float("nan"), 10**9])
def test_un_nombre_d_agents_qui_n_en_est_pas_un(serveurs):
    with pytest.raises(ErreurDonnees, match="nombre d'agents"):
        erlang_b(1, serveurs)


@pytest.mark.parametrize("trafic", [-1, None, float("nan"), float("inf"), "x"])
def test_un_trafic_qui_n_en_est_pas_un(trafic):
    with pytest.raises(ErreurDonnees, match="le trafic"):
        erlang_c(trafic, 3)


@pytest.mark.parametrize("niveau", [1, 1.2, -0.1])
def test_un_niveau_impossible(niveau):
    with pytest.raises(ErreurDonnees, match="part de 0 à 1"):
        effectif_minimal(1, 10, 5, niveau)
