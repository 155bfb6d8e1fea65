"""Rapprochements avec les comptes et les volumes : chaque seuil des deux côtés."""

from __future__ import annotations

import pytest

from mutunb import referentiel
from mutunb.dossier.controles import controler
from tests.dossier.fabrique_collecte import ADAM, BERE, COLY, EPCI, JOUR, collecte, constats, poste, territoire


@pytest.mark.parametrize(("cout", "declare", "nombre"), [(200_000.0, None, 0), (200_001.0, None, 1), (150_000.0, 149_999.0, 1)])
def test_support_au_dela_du_personnel(cout: float, declare: float | None, nombre: int) -> None:
    entite = {"siren": BERE, "nom": "Béré", "nature": "commune", "charges_personnel_eur": declare}
    lignes = [poste(siren=BERE, cout_employeur_eur=cout), poste(BERE, "P2", "hors_support", cout_employeur_eur=9e6)]
    assert len(constats("support_au_dela_du_personnel", effectifs=lignes, entites=[entite])) == nombre
    couts = [{"siren": BERE, "fonction": "achats", "nature": "personnel", "montant_eur": cout}]
    assert len(constats("support_au_dela_du_personnel", couts=couts, entites=[entite])) == nombre


@pytest.mark.parametrize(("declare", "nombre"), [(240_000.0, 0), (240_001.0, 1), (160_000.0, 0), (159_999.0, 1), (200.0, 1)])
def test_personnel_ecarte_du_compte(declare: float, nombre: int) -> None:
    entite = {"siren": BERE, "nom": "Béré", "charges_personnel_eur": declare}
    assert len(constats("personnel_ecarte_du_compte", entites=[entite])) == nombre


@pytest.mark.parametrize(("charges", "nombre"), [(28_000.0, 0), (27_999.0, 1), (67_600.0, 0), (67_601.0, 1)])
def test_personnel_par_etp(charges: float, nombre: int) -> None:
    entite = {"siren": BERE, "nom": "Béré", "charges_personnel_eur": charges, "effectif_etp": 1.0}
    assert len(constats("personnel_par_etp_hors_bornes", entites=[entite])) == nombre


def test_personnel_par_etp_suit_l_hypothese_du_client() -> None:
    hypotheses = dict(referentiel.hypotheses())
    hypotheses["cout_etp_moyen"] = hypotheses["cout_etp_moyen"].remplacee(60_000, 70_000, 80_000, auteur="x", motif="y")
    entite = {"siren": BERE, "nom": "Béré", "charges_personnel_eur": 90_000.0, "effectif_etp": 1.0}
    trouves = controler(collecte(entites=[entite]), territoire(), hypotheses, JOUR)
    assert "personnel_par_etp_hors_bornes" not in {constat.controle for constat in trouves}


@pytest.mark.parametrize(("declare", "nombre"), [(55_000.0, 0), (55_001.0, 1), (45_000.0, 0), (44_999.0, 1)])
def test_couts_de_personnel_qui_ne_ferment_pas(declare: float, nombre: int) -> None:
    couts = [{"siren": ADAM, "fonction": "achats", "nature": "personnel", "montant_eur": declare, "exercice": 2025.0}]
    lignes = [poste(cout_employeur_eur=50_000.0)]
    assert len(constats("couts_de_personnel_qui_ne_ferment_pas", couts=couts, effectifs=lignes)) == nombre
    inconnu = [*lignes, poste(poste="P2")]
    assert not constats("couts_de_personnel_qui_ne_ferment_pas", couts=couts, effectifs=inconnu)


@pytest.mark.parametrize(("ac", "nombre"), [(96_000.0, 0), (95_999.0, 1), (64_000.0, 1), (120_000.0 - 24_000.0, 0)])
def test_compensations_ecartees_du_compte(ac: float, nombre: int) -> None:
    lignes = [
        {"siren": ADAM, "exercice": 2025.0, "ac_fonctionnement_eur": ac},
        {"siren": COLY, "exercice": 2025.0, "ac_fonctionnement_eur": 0.0},
        {"siren": ADAM, "exercice": 2024.0, "ac_fonctionnement_eur": 1e9},
    ]
    trouves = constats("compensations_ecartees_du_compte", compensations=lignes)
    assert len(trouves) == nombre
    for constat in trouves:
        assert "AC + DSC (OFGL)" in constat.attendu
        assert "Réserve" in constat.remede


@pytest.mark.parametrize(("cif", "annee", "nombre"), [(0.3505, 2025.0, 0), (0.3506, 2025.0, 1), (0.5, 2024.0, 0)])
def test_cif_different_du_publie(cif: float, annee: float, nombre: int) -> None:
    vu = territoire(cif_2025=0.35)
    lignes = [{"siren": EPCI, "exercice": annee, "cif": cif}]
    assert len(constats("cif_different_du_publie", vu=vu, dgf=lignes)) == nombre
    assert not constats("cif_different_du_publie", vu=territoire(), dgf=lignes), "CIF public inconnu"


@pytest.mark.parametrize(
    ("bulletins", "unite", "alertes", "erreurs"),
    [(120.0, "pièces/an", 0, 0), (119.0, "pièces/an", 1, 0), (10.0, "pièces/an", 1, 0), (9.0, "pièces/an", 0, 1),
     (10.0, "bulletins/mois", 0, 0), (9.0, "bulletins/mois", 1, 0)],
)  # fmt: skip
def test_bulletins(bulletins: float, unite: str, alertes: int, erreurs: int) -> None:
    entites = [{"siren": ADAM, "nom": "Adam", "agents": 10.0}]
    ligne = {"siren": ADAM, "fonction": "ressources_humaines", "indicateur": "bulletins", "valeur": bulletins, "unite": unite}
    assert len(constats("bulletins_sous_douze_par_agent", entites=entites, activite=[ligne])) == alertes
    assert len(constats("bulletins_sous_les_agents", entites=entites, activite=[ligne])) == erreurs


@pytest.mark.parametrize(("payes", "nombre"), [(12.0, 0), (13.0, 1), (8.0, 0), (7.0, 1)])
def test_agents_payes(payes: float, nombre: int) -> None:
    entites = [{"siren": ADAM, "nom": "Adam", "agents": 10.0}]
    ligne = {"siren": ADAM, "fonction": "ressources_humaines", "indicateur": "agents_payes", "valeur": payes}
    assert len(constats("agents_payes_incoherents", entites=entites, activite=[ligne])) == nombre
