"""La décomposition d'un écart ferme exactement, sur toute donnée : zéros, entrées, sorties, présences partielles, sans indice."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.ecarts import EFFETS, Recours, decomposer
from mutunb.erreurs import ErreurDonnees

montants = st.one_of(st.just(0), st.decimals(0, 10**9, places=2))
unites = st.one_of(st.just(0), st.integers(0, 10**6), st.decimals(0, 10**5, places=3))
parts = st.one_of(st.just(0), st.just(1), st.fractions(0, 1, max_denominator=12))
recours = st.dictionaries(st.text("ABCDEFGH", min_size=1, max_size=2), st.builds(Recours, unites, unites, parts, parts), max_size=6)
indices = st.one_of(st.none(), st.decimals("0.5", "2", places=4))


@given(montants, montants, recours, indices)
def test_la_somme_des_effets_est_l_ecart_exactement(avant, apres, entites, indice):
    trouve = decomposer(avant, apres, entites, indice)
    assert sum(trouve.effets_eur.values()) == Fraction(str(apres)) - Fraction(str(avant)) == trouve.ecart_eur


@given(montants, montants, recours, indices)
def test_les_effets_au_centime_ferment_encore(avant, apres, entites, indice):
    trouve = decomposer(avant, apres, entites, indice)
    arrondis = trouve.au_centime()
    assert sum(arrondis.values()) == Decimal(str(apres)) - Decimal(str(avant))
    assert all(abs(Fraction(arrondis[e]) - trouve.effets_eur[e]) < Fraction(2, 100) for e in EFFETS)


@given(montants, montants, unites.filter(lambda u: u > 0), unites)
def test_sans_mouvement_pas_d_effet_de_perimetre(avant, apres, v0, v1):
    assert decomposer(avant, apres, {"A": Recours(v0, v1)}, 1).perimetre_eur == 0


@given(montants, st.integers(1, 1000), st.decimals("0.9", "1.2", places=3))
def test_un_cout_qui_ne_suit_que_les_prix_n_est_qu_inflation(avant, v, indice):
    apres = Fraction(str(avant)) * Fraction(str(indice))
    trouve = decomposer(avant, apres, {"A": Recours(v, v)}, indice)
    assert (trouve.perimetre_eur, trouve.volume_eur, trouve.prix_eur) == (0, 0, 0)
    assert trouve.inflation_eur == trouve.ecart_eur


def test_entree_et_sortie_sont_du_perimetre():
    trouve = decomposer(1000, 1000, {"A": Recours(80, 80), "B": Recours(20, 0, 1, 0), "C": Recours(0, 30, 0, Fraction(1, 2))}, 1)
    assert trouve.perimetre_eur == Fraction(1000, 100) * (30 - 20)
    assert trouve.volume_eur == 0 and trouve.prix_eur == -100


def test_une_annee_pleine_apres_six_mois_est_du_perimetre_a_rythme_egal():
    trouve = decomposer(500, 1000, {"A": Recours(50, 100, Fraction(1, 2), 1)}, 1)
    assert trouve.effets_eur == {"perimetre": 500, "volume": 0, "inflation": 0, "prix": 0}


def test_sans_indice_l_inflation_n_est_pas_separee():
    trouve = decomposer(1000, 1100, {"A": Recours(10, 10)})
    assert not trouve.inflation_connue and trouve.inflation_eur == 0 and trouve.prix_eur == 100


def test_tous_les_defauts_a_la_fois():
    with pytest.raises(ErreurDonnees) as refus:
        decomposer(1, 1, {"A": Recours(1, 1, 2, -1)}, 0)
    message = str(refus.value)
    assert "indice" in message and "présence de référence de A" in message and "présence de l'année de A" in message


@pytest.mark.parametrize("faux", [(-1, 1, {}), (1, float("nan"), {}), (1, 1, {"A": Recours(-1, 1)})])
def test_montants_et_unites_absents_ou_negatifs_sont_refuses(faux):
    with pytest.raises(ErreurDonnees):
        decomposer(*faux)
