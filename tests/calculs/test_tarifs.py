"""Tarifs : barèmes des deux côtés de chaque tranche, tables publiées fausses, capacité d'un service."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.tables_publiees import comparer_table
from mutunb.calculs.tarifs import Bareme, Tranche, contribution_plafonnee, controler_capacite, effets_de_seuil, forfait_et_au_dela
from mutunb.erreurs import ErreurDonnees, ErreurUsage

TRANCHES = [Tranche(1, 2, 1), Tranche(3, 5, "0.9"), Tranche(6, None, "0.7")]


@pytest.mark.parametrize(("n", "coefficient"), [(1, "1"), (2, "1"), (3, "0.9"), (5, "0.9"), (6, "0.7"), (600, "0.7")])
def test_la_tranche_atteinte_vaut_pour_tout(n, coefficient):
    assert Bareme(100, TRANCHES).montant(n) == n * 100 * Decimal(coefficient)


@given(st.integers(0, 200))
def test_le_mode_marginal_est_croissant_et_jamais_moins_cher(n):
    marginal, plein = Bareme(100, TRANCHES, "marginal"), Bareme(100, TRANCHES)
    assert marginal.montant(n) <= marginal.montant(n + 1)
    assert marginal.montant(n) >= plein.montant(n)


def test_les_effets_de_seuil_des_bornes_sont_ceux_de_toute_la_table():
    bareme = Bareme(100, TRANCHES)
    assert bareme.effets_de_seuil() == effets_de_seuil(bareme.table(range(1, 60)))
    assert not bareme.est_croissant()
    assert Bareme(100, TRANCHES, "marginal").est_croissant()


def test_un_bareme_dit_tous_ses_defauts():
    with pytest.raises(ErreurDonnees) as erreur:
        Bareme(1, [Tranche(2, 3, 1), Tranche(5, 4, -1), Tranche(9, None, 1), Tranche(10, None, 1)])
    assert len(erreur.value.constats) == 6
    with pytest.raises(ErreurDonnees, match="une tranche au moins"):
        Bareme(1, [])
    with pytest.raises(ErreurUsage, match="marginal"):
        Bareme(1, TRANCHES, "marginale")


def test_au_dela_d_un_bareme_ferme():
    ferme = Bareme(10, [Tranche(1, 5, 1)])
    assert ferme.montant(5) == 50
    with pytest.raises(ErreurDonnees, match="s'arrête à 5"):
        ferme.montant(6)


def test_une_table_juste_n_a_pas_d_anomalie():
    bareme = Bareme("574.88", TRANCHES)
    bilan = comparer_table(bareme.table(range(1, 30)), bareme)
    assert bilan.anomalies == ()
    assert len(bilan.conformes) == 29


def test_un_ecart_sans_explication_reste_inexplique():
    bilan = comparer_table({1: 10, 2: "23.37"}, Bareme(10, [Tranche(1, None, 1)]))
    assert [a.genre for a in bilan.anomalies] == ["inexpliquee"]
    assert "23,37" in bilan.anomalies[0].constat


@pytest.mark.parametrize(("ecart", "conforme"), [("0.01", True), ("0.015", True), ("0.02", False)])
def test_tolerance_des_deux_cotes(ecart, conforme):
    bilan = comparer_table({7: Decimal(70) + Decimal(ecart)}, Bareme(10, [Tranche(1, None, 1)]), tolerance_eur="0.015")
    assert (bilan.conformes == (7,)) is conforme


@pytest.mark.parametrize(("population", "montant"), [(0, 5000), (15_000, 5000), (15_001, "5000.25")])
def test_forfait_des_deux_cotes(population, montant):
    assert forfait_et_au_dela(population, 5000, 15_000, "0.25") == Decimal(montant)


def test_sans_plafond():
    assert contribution_plafonnee(10_000, 1) == 10_000


@pytest.mark.parametrize(("heures", "alerte"), [("30.904", True), ("30.903", False)])
def test_capacite_des_deux_cotes(heures, alerte):
    assert controler_capacite({"A": heures}, etp=1, heures_an_par_etp=1607).alerte is alerte
