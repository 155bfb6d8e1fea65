"""Tornade : bornée par les facteurs, triée, un facteur à la fois, refus expliqués."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.tornade import tornade
from mutunb.erreurs import ErreurDonnees

triplets = st.tuples(*[st.integers(-100, 100)] * 3).map(sorted)


@given(st.dictionaries(st.sampled_from("abcdef"), triplets, min_size=1), st.dictionaries(st.sampled_from("abcdef"), st.integers(-5, 5)))
def test_lineaire_bornee_et_triee(facteurs, poids):
    table = tornade(lambda v: sum(poids.get(n, 0) * x for n, x in v.items()), facteurs)
    assert table["amplitude"].tolist() == sorted(table["amplitude"], reverse=True)
    for ligne in table.itertuples():
        bas, _, haut = facteurs[ligne.facteur]
        assert ligne.amplitude == abs(poids.get(ligne.facteur, 0)) * (haut - bas)
        assert min(ligne.resultat_bas, ligne.resultat_haut) <= ligne.resultat_central <= max(ligne.resultat_bas, ligne.resultat_haut)


def test_un_resultat_non_monotone_se_voit_dans_l_amplitude():
    assert tornade(lambda v: v["a"] ** 2, {"a": (-2, 0, 2)})["amplitude"].tolist() == [4.0]


def test_a_egalite_l_ordre_recu_et_les_premiers_seulement():
    table = tornade(lambda v: v["z"] + v["a"], {"z": (0, 1, 2), "a": (0, 1, 2), "m": (0, 0, 0)}, combien=2)
    assert table["facteur"].tolist() == ["z", "a"]


@pytest.mark.parametrize("facteurs", [{}, {"a": (2, 1, 3)}, {"a": (0, 1)}, {"a": (0, float("nan"), 1)}])
def test_refus_explique(facteurs):
    with pytest.raises(ErreurDonnees, match="(?i)tornade"):
        tornade(lambda v: 0, facteurs)
