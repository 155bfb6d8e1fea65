"""Taux de rentabilité : l'avertissement avant le taux, les taux trouvés annulent la VAN."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mutunb.calculs.flux import valeur_actuelle_nette
from mutunb.calculs.rentabilite import changements_de_signe, taux_de_rentabilite
from mutunb.erreurs import ErreurDonnees


@pytest.mark.parametrize(
    ("flux", "combien"),
    [([-100, 110], 1), ([-100, 0, 110], 1), ([-100, 230, -132], 2), ([0, 0], 0), ([5, 5], 0), ([-1, 1, -1, 1], 3)],
)
def test_changements_de_signe(flux, combien):
    assert changements_de_signe(flux) == combien


def test_un_seul_changement_un_taux_lisible():
    resultat = taux_de_rentabilite([-100, 60, 60])
    assert resultat.est_lisible
    assert abs(valeur_actuelle_nette([-100, 60, 60], str(resultat.taux[0]))) < Fraction(1, 10**6)


def test_plusieurs_changements_avertissent_avant_le_taux():
    resultat = taux_de_rentabilite([-100, 230, -132])
    assert not resultat.est_lisible
    assert "2 fois de signe" in resultat.avertissement
    assert resultat.taux == pytest.approx((0.1, 0.2))


def test_aucun_taux_se_dit():
    resultat = taux_de_rentabilite([-100, 0, 0])
    assert resultat.taux == () and "Aucun taux" in resultat.avertissement


@given(st.integers(1, 1000), st.lists(st.integers(0, 500), min_size=1, max_size=8))
def test_un_investissement_puis_des_gains(depense, gains):
    assume(sum(gains) > 0)
    resultat = taux_de_rentabilite([-depense, *gains])
    for taux in resultat.taux:
        if taux > -0.5:
            assert abs(float(valeur_actuelle_nette([-depense, *gains], taux))) < 1e-3 * depense


@pytest.mark.parametrize("flux", [[], [1, None], [float("nan")]])
def test_refus_explique(flux):
    with pytest.raises(ErreurDonnees):
        taux_de_rentabilite(flux)
