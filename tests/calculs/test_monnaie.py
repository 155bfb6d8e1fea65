"""Montants exacts : ce qui s'écrit est ce qui se calcule, l'absent n'est pas zéro."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from mutunb.calculs.monnaie import au_centime, centimes, exact, positif
from mutunb.erreurs import ErreurDonnees


@pytest.mark.parametrize("valeur", [0.1, "0.1", Decimal("0.1"), Fraction(1, 10), np.float64(0.1)])
def test_un_dixieme_est_un_dixieme(valeur):
    assert exact(valeur) == Fraction(1, 10)


@pytest.mark.parametrize("valeur", [None, float("nan"), float("inf"), "NC", "", True, "1/0"])
def test_l_absent_est_refuse(valeur):
    with pytest.raises(ErreurDonnees, match="le prix"):
        exact(valeur, "le prix")


@pytest.mark.parametrize(("euros", "attendu"), [("0.005", 1), ("0.00499", 0), (-0.005, -1), ("-0.00499", 0), (3, 300)])
def test_demi_centime_des_deux_cotes(euros, attendu):
    assert centimes(euros) == attendu


def test_deux_decimales():
    assert str(au_centime(5)) == "5.00"


def test_positif():
    assert positif(0) == 0
    with pytest.raises(ErreurDonnees, match="strictement"):
        positif(0, strict=True)
    with pytest.raises(ErreurDonnees, match="positif ou nul"):
        positif(-1)
