"""Jours ouvrés, jours francs, fériés : des dates qu'un agenda papier vérifie."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.jours import (
    ajouter_jours_ouvres,
    compter_jours_francs,
    compter_jours_ouvres,
    echeance_franche,
    envoi_au_plus_tard,
    est_ouvre,
    feries,
    jour_ouvre_precedent,
    jour_ouvre_suivant,
)
from mutunb.erreurs import ErreurDonnees

DATES = st.dates(date(2024, 1, 1), date(2035, 12, 31))


def test_les_onze_feries_de_2026():
    attendus = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25", "07-14", "08-15", "11-01", "11-11", "12-25"]
    assert [jour.isoformat() for jour in feries(2026)] == [f"2026-{j}" for j in attendus]


@pytest.mark.parametrize(("annee", "lundi"), [(2026, "2026-04-06"), (2027, "2027-03-29"), (2028, "2028-04-17")])
def test_lundi_de_paques(annee, lundi):
    jour = date.fromisoformat(lundi)
    assert feries(annee)[jour] == "Lundi de Pâques"
    assert jour_ouvre_suivant(jour) == jour + timedelta(days=1)


@pytest.mark.parametrize(("departement", "combien"), [("79", 11), ("57", 13), ("67", 13), ("68", 13), ("", 11)])
def test_alsace_moselle_a_deux_feries_de_plus(departement, combien):
    assert len(feries(2027, departement)) == combien


def test_vendredi_saint_et_saint_etienne():
    assert est_ouvre(date(2027, 3, 26)) and not est_ouvre(date(2027, 3, 26), "68")
    assert est_ouvre(date(2028, 12, 26)) and not est_ouvre(date(2028, 12, 26), "57")


def test_premier_mai_un_vendredi():
    assert jour_ouvre_suivant(date(2026, 5, 1)) == date(2026, 5, 4)
    assert jour_ouvre_precedent(date(2026, 5, 1)) == date(2026, 4, 30)
    assert compter_jours_ouvres(date(2026, 4, 27), date(2026, 5, 4)) == 4
    assert ajouter_jours_ouvres(date(2026, 4, 30), 1) == date(2026, 5, 4)
    assert ajouter_jours_ouvres(date(2026, 5, 4), -1) == date(2026, 4, 30)


def test_cinq_jours_francs_pleins():
    envoi = date(2026, 10, 6)
    assert echeance_franche(envoi, 5) == date(2026, 10, 12)
    assert compter_jours_francs(envoi, date(2026, 10, 12)) == 5
    assert compter_jours_francs(envoi, date(2026, 10, 11)) == 4


def test_trois_jours_francs_autour_de_noel():
    """CE, 13 octobre 1993 : envoi le 21 décembre 1989, séance le 26 ; samedi, dimanche et férié n'y changent rien."""
    assert compter_jours_francs(date(1989, 12, 21), date(1989, 12, 26)) >= 3


def test_dernier_jour_franc_un_dimanche():
    """Envoi le mardi 6 octobre 2026 : les cinq jours finissent le dimanche 11."""
    envoi = date(2026, 10, 6)
    assert (envoi + timedelta(days=5)).weekday() == 6
    assert echeance_franche(envoi, 5) == date(2026, 10, 12)  # convocation d'une assemblée : pas de report
    assert echeance_franche(envoi, 5, report=True) == date(2026, 10, 13)  # autre délai : le lundi compte, séance le mardi


def test_report_apres_un_ferie():
    """Trois jours francs finissant le vendredi 1er mai 2026 se reportent au lundi 4."""
    assert echeance_franche(date(2026, 4, 28), 3, report=True) == date(2026, 5, 5)
    assert echeance_franche(date(2026, 4, 28), 3) == date(2026, 5, 2)


@pytest.mark.parametrize(
    ("seance", "francs", "envoi"),
    [
        ("2026-10-15", 5, "2026-10-09"),  # le vendredi
        ("2026-10-16", 5, "2026-10-09"),  # le samedi 10 recule au vendredi
        ("2026-10-19", 5, "2026-10-13"),
        ("2026-05-05", 3, "2026-04-30"),  # le 1er mai recule au jeudi
    ],
)
def test_envoi_au_plus_tard(seance, francs, envoi):
    assert envoi_au_plus_tard(date.fromisoformat(seance), francs) == date.fromisoformat(envoi)


def test_envoi_electronique_un_samedi():
    assert envoi_au_plus_tard(date(2026, 10, 16), 5, ouvre=False) == date(2026, 10, 10)


def test_delai_negatif_refuse():
    with pytest.raises(ErreurDonnees, match="0 au moins"):
        echeance_franche(date(2026, 1, 5), -1)


@given(DATES, st.integers(0, 10))
def test_un_envoi_au_plus_tard_respecte_toujours_le_delai(seance, francs):
    envoi = envoi_au_plus_tard(seance, francs)
    assert compter_jours_francs(envoi, seance) >= francs
    assert est_ouvre(envoi)
    assert echeance_franche(envoi, francs) <= seance


@given(DATES, st.integers(-60, 60))
def test_ajouter_puis_retirer_des_jours_ouvres(jour, combien):
    jour = jour_ouvre_suivant(jour)
    assert ajouter_jours_ouvres(ajouter_jours_ouvres(jour, combien), -combien) == jour


@given(DATES, st.integers(0, 90))
def test_le_compte_suit_l_ajout(jour, combien):
    jour = jour_ouvre_suivant(jour)
    assert compter_jours_ouvres(jour, ajouter_jours_ouvres(jour, combien)) == combien
