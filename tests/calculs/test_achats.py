"""Potentiel d'achat : le produit refait à la main, l'absence, la fourchette."""

import math

import pytest
from tests.fabrique import commune, dossier, sans_comptes

from mutunb.calculs.achats import estimer_potentiel_achats


def test_produit_a_la_main():
    # 10 M€ × 20 % × 4,2 % = 84 000 € ; bas 10 % × 1 % = 10 000 € ; haut 30 % × 10 % = 300 000 €.
    etude = dossier([commune("A", 100, 0, 4_000_000)], achats_charges_externes=6_000_000.0)
    potentiel = estimer_potentiel_achats(etude)
    assert potentiel.base == 10_000_000
    assert (potentiel.bas, potentiel.central, potentiel.haut) == pytest.approx((10_000, 84_000, 300_000))


def test_absent_si_les_comptes_manquent():
    assert math.isnan(estimer_potentiel_achats(dossier([sans_comptes("A", 100)])).central)
