"""Contrôles des contrats et des licences : chaque date et chaque seuil des deux côtés."""

from __future__ import annotations

import datetime

import pytest

from tests.dossier.fabrique_collecte import ADAM, BERE, constats, contrat


@pytest.mark.parametrize(("fin", "nombre"), [("2026-03-01", 0), ("2026-02-28", 1), (None, 0)])
def test_contrat_fini_avant_debut(fin: str | None, nombre: int) -> None:
    assert len(constats("contrat_fini_avant_debut", contrats=[contrat(debut="2026-03-01", fin=fin)])) == nombre


@pytest.mark.parametrize(("fin_max", "nombre"), [("2027-06-30", 0), ("2027-06-29", 1)])
def test_fin_ferme_apres_fin_max(fin_max: str, nombre: int) -> None:
    assert len(constats("fin_ferme_apres_fin_max", contrats=[contrat(fin="2027-06-30", fin_max=fin_max)])) == nombre


@pytest.mark.parametrize(
    ("fin", "fin_max", "nombre"),
    [("2026-01-15", None, 0), ("2026-01-14", None, 1), ("2025-01-01", "2026-01-15", 0), ("2025-01-01", "2026-01-14", 1)],
)
def test_contrat_echu(fin: str, fin_max: str | None, nombre: int) -> None:
    assert len(constats("contrat_echu", contrats=[contrat(fin=fin, fin_max=fin_max)])) == nombre


@pytest.mark.parametrize(("preavis", "nombre"), [(3.0, 0), (4.0, 1), (None, 0)])
def test_preavis_plus_long_que_la_duree(preavis: float | None, nombre: int) -> None:
    ligne = contrat(debut="2026-01-01", fin="2026-03-31", preavis_mois=preavis)
    assert len(constats("preavis_plus_long_que_la_duree", contrats=[ligne])) == nombre


@pytest.mark.parametrize(
    ("reconduction", "fin", "tacites", "sans_fin"),
    [("tacite", None, 1, 0), ("tacite", "2027-01-01", 0, 0), ("expresse", None, 0, 1), (None, None, 0, 1)],
)
def test_contrats_sans_date(reconduction: str | None, fin: str | None, tacites: int, sans_fin: int) -> None:
    lignes = [contrat(reconduction=reconduction, fin=fin)]
    assert len(constats("reconduction_tacite_sans_date", contrats=lignes)) == tacites
    assert len(constats("contrat_sans_fin", contrats=lignes)) == sans_fin


@pytest.mark.parametrize(("annuel", "nombre"), [(1000.0, 0), (1200.0, 0), (1201.0, 1), (800.0, 0), (799.0, 1)])
def test_montants_de_contrat(annuel: float, nombre: int) -> None:
    ligne = contrat(debut="2024-01-01", fin="2027-12-31", montant_annuel_eur=annuel, montant_total_eur=4000.0)
    assert len(constats("montants_de_contrat_qui_ne_ferment_pas", contrats=[ligne])) == nombre


def test_le_total_peut_porter_sur_la_duree_maximale() -> None:
    ligne = contrat(
        debut="2024-01-01", fin="2024-12-31", fin_max="2027-12-31", montant_annuel_eur=1000.0, montant_total_eur=4000.0
    )
    assert not constats("montants_de_contrat_qui_ne_ferment_pas", contrats=[ligne])


def test_contrat_en_double_probable() -> None:
    jumeaux = [contrat("C1", objet="Copieurs", titulaire="SA Bureau"), contrat("C2", objet="COPIEURS", titulaire="S.A. Bureau")]
    assert not constats("contrat_en_double_probable", contrats=jumeaux)
    jumeaux[1]["titulaire"] = "sa bureau"
    (constat,) = constats("contrat_en_double_probable", contrats=jumeaux)
    assert "C1 et C2" in constat.trouve
    assert not constats("contrat_en_double_probable", contrats=[jumeaux[0], jumeaux[1] | {"siren": BERE}])


@pytest.mark.parametrize(("fin", "nombre"), [(datetime.date(2026, 1, 15), 0), (datetime.date(2026, 1, 14), 1)])
def test_licence_echue(fin: datetime.date, nombre: int) -> None:
    ligne = {"siren": ADAM, "domaine": "finances", "application": "Compta", "fin_contrat": fin}
    assert len(constats("licence_echue", applications=[ligne])) == nombre


def test_sauvegarde_jamais_testee() -> None:
    lignes = [{"siren": siren, "domaine": "finances", "application": nom} for siren in (ADAM, BERE) for nom in "ab"]
    lignes[0]["sauvegarde_testee_le"] = datetime.date(2025, 1, 1)
    (constat,) = constats("sauvegarde_jamais_testee", applications=lignes)
    assert (constat.gravite, constat.trouve.endswith("de Béré")) == ("information", True)
