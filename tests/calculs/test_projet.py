"""Le projet : décisions du client, sinon recommandations motivées ; les mêmes octets pour les mêmes entrées."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

import mutunb
from mutunb.calculs.accords import accords_a_reunir
from mutunb.calculs.ecarts_decisions import ecarts_decisions
from mutunb.calculs.premier_janvier import premier_janvier
from mutunb.calculs.projet import CHAMPS, date_reference, projeter
from mutunb.calculs.tableaux_accords import tableau_accords, tableau_decisions, tableau_perimetres
from mutunb.calculs.tableaux_instruments import (
    tableau_admis,
    tableau_choix,
    tableau_consequences,
    tableau_refus,
    tableau_variantes,
    tableau_vigilances,
)
from mutunb.dossier.decisions import DecisionFonction, Decisions

FICTIF, REEL, FA, METROPOLE = "999999998", "247900798", "246700967", "242900314"
SOCLE = {"systemes_information", "juridique", "comptabilite_finances"}
TABLEAUX = (
    tableau_choix, tableau_admis, tableau_refus, tableau_variantes, tableau_vigilances, tableau_consequences, tableau_accords,
    tableau_perimetres, tableau_decisions,
)  # fmt: skip


@pytest.fixture(scope="module")
def dossiers():
    return {siren: mutunb.ouvrir(siren) for siren in (FICTIF, REEL, FA, METROPOLE)}


@pytest.fixture(scope="module")
def projets(dossiers):
    return {siren: projeter(dossier) for siren, dossier in dossiers.items()}


def decide(dossier, fonction: str, **champs):
    decision = DecisionFonction(auteur="Bureau", date=datetime.date(2026, 1, 15), motif="vote", **champs)
    return projeter(replace(dossier, decisions=Decisions(fonctions={fonction: decision})))


@pytest.mark.parametrize("siren", [FICTIF, REEL, FA, METROPOLE])
def test_le_socle_est_retenu_et_chaque_champ_a_son_motif(projets, siren):
    projet = projets[siren]
    assert set(projet.choix) >= SOCLE and not set(projet.choix) & set(projet.ecartees)
    for fonction, choix in projet.choix.items():
        assert choix.fonction == fonction and len(choix.perimetre) >= 2
        assert set(choix.origines) == set(choix.motifs) == set(CHAMPS)
        assert all(choix.motifs.values()) and set(choix.origines.values()) <= {"decide", "recommande"}
        assert choix.mode_financier in choix.examen.modes_financiers(choix.instrument)
        # un 1er janvier, ou le premier jour d'un trimestre quand la limite de bascules le reporte
        assert choix.date_effet.day == 1 and choix.date_effet.month in (1, 4, 7, 10) and choix.date_effet > projet.reference


def test_sans_dossier_tout_est_recommande_et_sans_horloge(dossiers, projets):
    for siren in (REEL, FA, METROPOLE):
        assert not any(choix.decision_suivie for choix in projets[siren].choix.values())
        assert all(choix.perimetre[0] == siren for choix in projets[siren].choix.values())
        assert date_reference(dossiers[siren])[0] == datetime.date(2025, 12, 31)
    assert projeter(dossiers[REEL]).choix == projets[REEL].choix


def test_la_fiscalite_additionnelle_impose_la_facture(projets):
    assert {choix.mode_financier for choix in projets[FA].choix.values()} == {"facture"}
    assert projets[METROPOLE].choix["juridique"].mode_financier == "ac"


@pytest.mark.parametrize(
    ("instrument", "reference", "attendu"),
    [
        ("SC", "2025-12-31", "2028-01-01"),
        ("SC", "2025-10-31", "2028-01-01"),
        ("SC", "2026-11-01", "2028-01-01"),
        ("SC", "2026-11-02", "2029-01-01"),
        ("SC", "2024-10-31", "2026-01-01"),
        ("GC", "2025-12-31", "2027-01-01"),
        ("GC", "2026-09-01", "2027-01-01"),
        ("GC", "2026-09-02", "2028-01-01"),
        ("MADD", "2025-12-31", "2028-01-01"),
    ],
)
def test_la_date_evite_les_elections_des_comites(instrument, reference, attendu):
    assert premier_janvier(instrument, datetime.date.fromisoformat(reference))[0] == datetime.date.fromisoformat(attendu)


def test_le_fictif_suit_sa_decision_et_ses_lignes_rouges(projets):
    choix = projets[FICTIF].choix
    assert choix["systemes_information"].origines["perimetre"] == "decide"
    assert choix["systemes_information"].origines["cle"] == "recommande"
    assert choix["comptabilite_finances"].instrument == "MADD" and "lignes rouges" in choix["comptabilite_finances"].motifs["instrument"]
    assert choix["achats"].instrument == "GC" and len(choix["achats"].perimetre) == 6
    assert not any(nom in choix["achats"].motifs["perimetre"] for nom in ("Chantevole", "Brezillac"))
    assert all(choix[f].cle == "population" for f in choix)


def test_une_decision_ajoute_ou_ecarte_une_fonction(dossiers):
    ajoute = decide(dossiers[REEL], "archives", instrument="CDG")
    assert ajoute.choix["archives"].instrument == "CDG" and "archives" not in ajoute.ecartees
    ecarte = decide(dossiers[REEL], "juridique", retenue=False)
    assert "juridique" not in ecarte.choix and "Bureau" in ecarte.ecartees["juridique"]
    assert list(ecarts_decisions(ecarte)["etat"]) == ["fonction écartée"]
    assert list(ecarts_decisions(ajoute)["etat"]) == ["fonction ajoutée", "modifié"]


def test_une_decision_interdite_n_est_pas_suivie_et_le_dit(dossiers):
    choix = decide(dossiers[FA], "juridique", mode_financier="ac").choix["juridique"]
    assert choix.mode_financier == "facture" and choix.origines["mode_financier"] == "recommande"
    assert "fiscalité additionnelle" in choix.non_suivies["mode_financier"]
    communes = tuple(dossiers[REEL].territoire.communes["siren"][:3])
    projet = decide(dossiers[REEL], "juridique", instrument="SC", perimetre=communes)
    choix = projet.choix["juridique"]
    assert choix.perimetre == communes and choix.instrument != "SC" and "L.5211-4-2" in choix.non_suivies["instrument"]
    assert "non suivi" in set(ecarts_decisions(projet)["etat"])


@pytest.mark.parametrize(
    ("champs", "attendu"),
    [
        ({"cle": "unites"}, "mixte"),
        ({"cle": "depense"}, "ac"),
        ({"instrument": "MADD"}, "facture"),
        ({"instrument": "SCC"}, "facture"),
        ({"mode_financier": "facture"}, "facture"),
    ],
)
def test_la_voie_suit_la_cle_et_l_instrument(dossiers, champs, attendu):
    assert decide(dossiers[REEL], "juridique", **champs).choix["juridique"].mode_financier == attendu


def test_une_date_trop_proche_est_gardee_et_signalee(dossiers):
    choix = decide(dossiers[REEL], "juridique", date_effet=datetime.date(2026, 7, 1)).choix["juridique"]
    assert choix.date_effet == datetime.date(2026, 7, 1) and "délai d'usage" in choix.motifs["date_effet"]


def test_des_volumes_complets_donnent_la_cle_a_l_unite(dossiers):
    dossier = dossiers[FICTIF]
    tables = dict(dossier.collecte.tables)
    activite = tables["activite"]
    repondants = activite.loc[activite["indicateur"].eq("postes"), "siren"].tolist()
    decision = DecisionFonction(perimetre=tuple(repondants), auteur="a", date=datetime.date(2026, 1, 1), motif="m")
    projet = projeter(replace(dossier, decisions=Decisions(fonctions={"systemes_information": decision})))
    assert projet.choix["systemes_information"].cle == "unites"
    assert projet.choix["systemes_information"].mode_financier == "mixte"


@pytest.mark.parametrize("siren", [FICTIF, REEL, FA, METROPOLE])
def test_les_tableaux_se_construisent(projets, siren):
    tableaux = [tableau for fabrique in TABLEAUX if (tableau := fabrique(projets[siren])) is not None]
    assert all(t.id.startswith("instruments_") and len(t.donnees) for t in tableaux)
    assert len({t.id for t in tableaux}) == len(tableaux) >= len(TABLEAUX) - 1
    assert (tableau_decisions(projets[siren]) is None) is (siren != FICTIF)
    assert tableau_perimetres(projets[siren]).sensible


def test_les_accords_du_thouarsais(projets):
    accords = {accord.regle.id: accord for accord in accords_a_reunir(projets[REEL])}
    assert accords["service_commun"].requis and accords["service_commun"].blocage is None
    assert not accords["modification_statuts"].requis and accords["modification_statuts"].blocage.taille == 1
    assert len(accords["modification_statuts"].populations) == 24
    assert "revision_libre_ac" not in {accord.regle.id for accord in accords_a_reunir(projets[FA])}


def test_les_variantes_disent_les_refus_de_la_methode(projets):
    textes = " ".join(tableau_variantes(projets[REEL]).donnees["impossible"])
    for titre in ("Service commun impossible sans l'EPCI", "marché déjà lancé", "compétence transférée", "territoire de l'EPCI"):
        assert titre in textes
    assert "Imputation impossible en fiscalité additionnelle" in " ".join(tableau_refus(projets[FA]).donnees["motif"])
