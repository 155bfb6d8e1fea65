"""Les contrôles du suivi : chacun se déclenche sur son défaut, dit sa cellule, et se tait sur un classeur en règle."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from mutunb import referentiel
from mutunb.dossier.controles_suivi import controler_suivi
from mutunb.dossier.decisions import DecisionFonction, Decisions
from mutunb.dossier.examen_suivi import controles_du_suivi, registre_suivi
from tests.fabrique_suivi import ADAM, BERE, COLY, EPCI, SI, charge, exercice, suivi, territoire, usager

JOUR = datetime.date
VERSEMENT = {"fonction": SI, "siren": ADAM, "mode": "facture", "appele_eur": 100, "verse_eur": 100}
NOTE = {"fonction": SI, "indicateur": "SI_09", "valeur": 3.5}
GAIN = {"fonction": SI, "famille": "GA", "libelle": "Contrat résilié", "realise": 100, "preuve": "contrat"}
EN_REGLE = {
    "exercice": [exercice()],
    "charges": [charge()],
    "unites": [usager(EPCI), usager(), usager(BERE)],
    "versements": [VERSEMENT],
    "indicateurs": [NOTE | {"taux_reponse": 40, "exercice": 2028}],
    "gains": [GAIN],
}
DECISION = DecisionFonction(perimetre=(EPCI, ADAM, BERE), auteur="Bureau", date=JOUR(2027, 1, 1), motif="vote")


def constats(dossier: Path, vu=None, **feuilles):
    vu = vu or territoire()
    lu = suivi(dossier, EN_REGLE | feuilles, vu=vu)
    assert not [c for c in lu.constats if c.gravite == "erreur"], lu.constats
    return controler_suivi(lu, vu, Decisions(fonctions={SI: DECISION}))


def test_la_liste_et_les_fonctions_se_repondent() -> None:
    assert set(controles_du_suivi()) == set(registre_suivi())
    for controle in controles_du_suivi().values():
        assert all(seuil.source in referentiel.sources() for seuil in controle.seuils.values())


def test_un_classeur_en_regle_ne_dit_rien(tmp_path: Path) -> None:
    assert constats(tmp_path) == ()


def sortie(**champs):
    return usager(BERE, mouvement="sortie", mois_presence=6, date_mouvement=JOUR(2028, 6, 30), **champs)


DEFAUTS = [
    ("exercice_non_dit", {"exercice": [exercice(complet=None)]}, "C5"),
    ("exercice_partiel_sans_arret", {"exercice": [exercice(complet="non")]}, "D5"),
    ("arret_hors_exercice", {"exercice": [exercice(complet="non", date_arret=JOUR(2027, 9, 30))]}, "D5"),
    ("arret_hors_exercice", {"exercice": [exercice(date_arret=JOUR(2028, 9, 30))]}, "C5"),
    ("periodicite_trop_longue", {"exercice": [exercice(periodicite_mois=13)]}, "H5"),
    ("notification_absente", {"exercice": [exercice(date_notification=None)]}, "E5"),
    ("notification_apres_budget", {"exercice": [exercice(date_notification=JOUR(2028, 3, 28))]}, "E5"),
    ("notification_trop_tardive",
     {"exercice": [exercice(date_signature=JOUR(2028, 1, 10), date_notification=JOUR(2028, 4, 11))]}, "E5"),
    ("charge_non_liee", {"charges": [charge("fournitures", strictement_lie="non")]}, "C5"),
    ("charge_non_liee", {"charges": [charge("autre", strictement_lie=None)]}, "C5"),
    ("charge_sans_montant", {"charges": [charge(montant_eur=None)]}, "E5"),
    ("renouvellement_incomplet", {"charges": [charge("renouvellement", montant_eur=None, remplacement_eur=9000)]}, "K5"),
    ("renouvellement_incomplet", {"charges": [charge("renouvellement", montant_eur=None, remplacement_eur=9, duree_ans=0)]}, "K5"),
    ("ajustement_non_justifie", {"charges": [charge(ajustement_budget_eur=-50)]}, "G5"),
    ("siren_inconnu", {"unites": [usager("247900798")]}, "C5"),
    ("siren_inconnu", {"etp": [{"fonction": SI, "siren": "247900798", "etp_reel": 1}]}, "C5"),
    ("entite_hors_perimetre", {"unites": [usager(), usager(COLY)]}, "C6"),
    ("unites_constatees_absentes", {"unites": [usager(unites_constatees=None)]}, "G5"),
    ("unites_constatees_en_attente",
     {"exercice": [exercice(complet="non", date_arret=JOUR(2028, 9, 30))], "unites": [usager(unites_constatees=None)]}, "G5"),
    ("unites_toutes_nulles", {"unites": [usager(unites_constatees=0), usager(BERE, unites_constatees=0)]}, "G5"),
    ("unites_loin_de_la_prevision", {"unites": [usager(unites_constatees=13)]}, "G5"),
    ("unites_melangees", {"unites": [usager(EPCI), usager(), usager(BERE, unite="SI_UO_COMPTE")]}, "E7"),
    ("mouvement_sans_date", {"unites": [usager(mouvement="entree")]}, "J5"),
    ("mouvement_hors_exercice", {"unites": [usager(mouvement="entree", date_mouvement=JOUR(2027, 7, 1))]}, "J5"),
    ("presence_incoherente", {"unites": [usager(mois_presence=9)]}, "H5"),
    ("presence_incoherente", {"unites": [usager(mouvement="entree", date_mouvement=JOUR(2028, 10, 1), mois_presence=9)]}, "H5"),
    ("voie_contradictoire", {"versements": [VERSEMENT | {"ac_imputee_eur": 10}]}, "E5"),
    ("satisfaction_sans_taux", {"indicateurs": [NOTE]}, "F5"),
    ("satisfaction_sans_taux", {"indicateurs": [NOTE | {"indicateur": "Avis des maires", "groupe": "satisfaction"}]}, "F5"),
    ("indicateur_d_un_autre_exercice", {"indicateurs": [NOTE | {"taux_reponse": 40, "exercice": 2027}]}, "L5"),
    ("gain_sans_preuve", {"gains": [GAIN | {"preuve": "aucune"}]}, "F5"),
]


@pytest.mark.parametrize(("controle", "feuilles", "cellule"), DEFAUTS, ids=[f"{d[0]}-{rang}" for rang, d in enumerate(DEFAUTS)])
def test_le_defaut_est_dit_a_sa_cellule(tmp_path: Path, controle: str, feuilles: dict, cellule: str) -> None:
    trouves = [c for c in constats(tmp_path, **feuilles) if c.controle == controle]
    assert len(trouves) == 1
    (trouve,) = trouves
    assert cellule in [c.adresse for c in trouve.cellules] and trouve.gravite == controles_du_suivi()[controle].gravite
    phrase = str(trouve)
    assert "{" not in phrase and "nan" not in phrase.split() and "suivi-2028.xlsx" in trouve.ou


def test_l_ac_n_existe_pas_en_fiscalite_additionnelle(tmp_path: Path) -> None:
    lignes = [VERSEMENT | {"mode": "ac", "ac_imputee_eur": 100}]
    assert "ac_en_fiscalite_additionnelle" not in {c.controle for c in constats(tmp_path, versements=lignes)}
    trouves = constats(tmp_path, vu=territoire(regime="FA"), versements=lignes)
    assert [c.controle for c in trouves] == ["ac_en_fiscalite_additionnelle"]


def test_chaque_controle_est_eprouve() -> None:
    assert {defaut[0] for defaut in DEFAUTS} | {"ac_en_fiscalite_additionnelle"} == set(controles_du_suivi())


@pytest.mark.parametrize(
    "feuilles",
    [
        {"exercice": [exercice(periodicite_mois=12)]},
        {"exercice": [exercice(date_notification=JOUR(2028, 3, 27))]},
        {"exercice": [exercice(date_signature=JOUR(2028, 1, 10), date_notification=JOUR(2028, 4, 10))]},
        {"exercice": [exercice(date_signature=JOUR(2027, 11, 30))]},
        {"unites": [usager(), sortie()]},
        {"unites": [usager(), sortie() | {"mois_presence": 5}]},
        {"unites": [usager(), usager(COLY, mouvement="entree", date_mouvement=JOUR(2028, 7, 1), mois_presence=6)]},
        {"unites": [usager(unites_constatees=12)]},
        {"unites": [usager(), usager(BERE, unites_prevues=2, unites_constatees=0)]},
        {"charges": [charge("autre", strictement_lie="oui")]},
        {"charges": [charge("renouvellement", montant_eur=None, remplacement_eur=9000, duree_ans=5)]},
        {"charges": [charge(montant_eur=0)]},
        {"gains": [GAIN | {"realise": 0, "preuve": "aucune"}]},
    ],
)
def test_juste_sous_le_seuil_rien_n_est_dit(tmp_path: Path, feuilles: dict) -> None:
    assert [c.controle for c in constats(tmp_path, **feuilles)] == []


def test_tous_les_defauts_a_la_fois(tmp_path: Path) -> None:
    trouves = constats(
        tmp_path,
        exercice=[exercice(periodicite_mois=24, date_notification=None)],
        charges=[charge("autre", strictement_lie="non")],
        unites=[usager(unites_constatees=None), usager("247900798", mouvement="sortie")],
    )
    assert {c.controle for c in trouves} == {
        "periodicite_trop_longue", "notification_absente", "charge_non_liee", "unites_constatees_absentes",
        "siren_inconnu", "mouvement_sans_date",
    }  # fmt: skip
    assert [c.gravite for c in trouves] == sorted((c.gravite for c in trouves), key=["erreur", "alerte", "information"].index)


