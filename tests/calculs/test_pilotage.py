"""Le pilotage : indicateurs, alertes, satisfaction sans taux, coût réel, contrefactuel, gains, bilan ; sans suivi, page utile."""

from __future__ import annotations

import dataclasses
import datetime

import numpy as np
import pandas as pd
import pytest

from mutunb.calculs import bilan_annuel as b
from mutunb.calculs.bilan_annuel import dresser_bilan
from mutunb.calculs.contrefactuel import porter
from mutunb.calculs.depart import DEMONTRABLE, NON_DEMONTRABLE, SANS_T0
from mutunb.calculs.derives import AU_DESSOUS, AU_DESSUS, CONFORME, NON_RELEVE, hypotheses_derivees
from mutunb.calculs.gains_realises import (
    NON_DEMONTRABLE as GAIN_NON_DEMONTRABLE,
)
from mutunb.calculs.gains_realises import NON_PROUVE, PAS_UN_GAIN, PROUVE, gains_realises, par_famille
from mutunb.calculs.indicateurs_suivis import PEU_DE_REPONDANTS, SANS_TAUX, indicateurs_suivis
from mutunb.calculs.obligations import obligations
from mutunb.calculs.realise import realiser
from mutunb.calculs.tableau_de_bord import dresser_tableau_de_bord
from mutunb.calculs.tableaux_bilan import tableau_couts, tableau_flux, tableau_gains
from mutunb.calculs.tableaux_suivi import tableau_depart, tableau_indicateurs, tableau_obligations
from mutunb.dossier import ouvrir
from mutunb.dossier.gel import geler
from mutunb.dossier.t0 import lire_fichier_t0
from mutunb.erreurs import ErreurUsage
from tests.fabrique_exercices import FINANCES, charge, exercice, suivi, usager

EPCI, COMMUNE = "999999998", "999999899"
COLLECTE_REELLE = "247900798"


@pytest.fixture(scope="module")
def fictif():
    return ouvrir(EPCI)


@pytest.fixture(scope="module")
def gele(fictif, tmp_path_factory):
    dossier = tmp_path_factory.mktemp("territoires")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUTUNB_TERRITOIRES", str(dossier))
        t0 = lire_fichier_t0(geler(ouvrir(EPCI), datetime.date(2025, 12, 31), "direction"))
    return dataclasses.replace(fictif, t0=t0)


def note(**autres):
    ligne = {"fonction": FINANCES, "indicateur": "FIN_07", "groupe": "satisfaction", "valeur": 4.0, "cible": 4.0, "seuil_alerte": 3.0}
    return ligne | {"sens": "hausse", "taux_reponse": 0.5, "repondants": 20.0} | autres


def un_indicateur(*lignes, seuil=5):
    return indicateurs_suivis(suivi(exercice(2028, indicateurs=lignes)), 2028, seuil).iloc[0]


def test_une_satisfaction_sans_taux_de_reponse_ne_se_montre_pas():
    lu = un_indicateur(note(taux_reponse=None, valeur=1.0))
    assert np.isnan(lu["valeur"]) and lu["reserve"] == SANS_TAUX and lu["etat"] == "inconnu"
    assert un_indicateur(note())["valeur"] == 4.0


@pytest.mark.parametrize(("repondants", "reserve"), [(4.0, PEU_DE_REPONDANTS), (5.0, "")])
def test_trop_peu_de_repondants(repondants, reserve):
    assert un_indicateur(note(repondants=repondants))["reserve"] == reserve


def test_la_tendance_vient_de_l_exercice_d_avant():
    ancien, neuf = (exercice(a, indicateurs=[note(valeur=v)]) for a, v in ((2028, 4.2), (2030, 3.9)))
    lu = indicateurs_suivis(suivi(ancien, neuf), 2030).iloc[0]
    assert (lu["precedente"], lu["tendance"]) == (4.2, "moins bien")


def test_le_cout_reel_additionne_les_charges_liees_et_annualise_les_biens():
    charges = [
        charge(100_000.0),
        charge(9_000.0, "autre", strictement_lie="non"),
        charge(None, "renouvellement", remplacement_eur=90_000.0, duree_ans=15.0, charges_financieres_eur=12_000.0, entretien_eur_an=2_000.0),
    ]
    lu = realiser(exercice(charges=charges, unites=[usager(EPCI, 10.0)]), FINANCES)
    assert lu.cout_eur == 108_800 and lu.personnel_eur == 100_000 and not lu.manques


def test_une_charge_sans_montant_ou_sans_duree_rend_le_cout_inconnu():
    for fautive in (charge(None), charge(None, "renouvellement", remplacement_eur=1.0)):
        lu = realiser(exercice(charges=[charge(1.0), fautive]), FINANCES)
        assert np.isnan(lu.cout_eur) and "1 charge sans montant" in " ".join(lu.manques)


def test_un_exercice_partiel_se_prolonge_sauf_budgets_annuites_et_stocks():
    partiel = exercice(
        2026,
        False,
        datetime.date(2026, 6, 30),
        charges=[charge(181.0), charge(1_000.0, "contrats", source_montant="budget")],
        unites=[
            usager(EPCI, 181.0),
            usager(COMMUNE, 40.0, mois=6.0, mouvement="sortie", date_mouvement=pd.Timestamp(2026, 6, 30)),
        ],
    )
    lu = realiser(partiel, FINANCES)
    assert lu.prolonge and lu.cout_eur == pytest.approx(365 + 1_000)
    assert lu.usagers.loc[EPCI, "constatees"] == pytest.approx(365)
    assert lu.usagers.loc[COMMUNE, "constatees"] == 40.0  # partie le 30 juin : rien à prolonger
    stock = exercice(2026, False, datetime.date(2026, 6, 30), unites=[usager(EPCI, 30.0, fonction="systemes_information", unite="SI_UO_POSTE")])
    assert realiser(stock, "systemes_information").usagers["constatees"].iloc[0] == 30.0


def test_un_stock_compte_a_proportion_de_la_presence():
    plein, demi = (
        realiser(exercice(unites=[usager(EPCI, 2.0, mois=m, fonction="systemes_information", unite="SI_UO_POSTE")]), "systemes_information")
        for m in (12.0, 6.0)
    )
    assert demi.usagers["constatees"].iloc[0] == 2.0
    recours, mouvements = b.recours_entre(plein, demi)
    assert (recours[EPCI].unites_reference, recours[EPCI].unites, mouvements) == (2.0, 1.0, 1)


def test_un_exercice_partiel_sans_date_d_arret_n_invente_rien():
    lu = realiser(exercice(2026, False, charges=[charge(100.0)], unites=[usager(EPCI, 10.0)]), FINANCES)
    assert np.isnan(lu.cout_eur) and np.isnan(lu.usagers["constatees"].iloc[0])


def test_adherer_n_est_pas_utiliser(fictif):
    communes = fictif.territoire.communes["siren"].tolist()[:3]
    unites = [usager(communes[0], 5.0), usager(communes[1], 0.0), usager(EPCI, 9.0)]
    bord = dresser_tableau_de_bord(dataclasses.replace(fictif, suivi=suivi(exercice(unites=unites))))
    lu = bord.usage.iloc[0]
    assert (lu["adherentes"], lu["utilisatrices"], lu["part"]) == (2, 1, 0.5)
    bord = dresser_tableau_de_bord(dataclasses.replace(fictif, suivi=suivi(exercice(unites=[*unites, usager(communes[2], None)]))))
    assert np.isnan(bord.usage.iloc[0]["part"]) and bord.usage.iloc[0]["non_relevees"] == 1


@pytest.mark.parametrize(("indice", "attendu"), [(102.0, CONFORME), (103.0, AU_DESSUS), (101.0, AU_DESSOUS), (None, NON_RELEVE)])
def test_les_prix_qui_derivent(fictif, indice, attendu):
    lu = exercice(2026, exercice=[{"exercice": 2026.0, "indice_prix": indice}])
    assert hypotheses_derivees(lu, {}, 2025, fictif.hypotheses)["etat"].iloc[0] == attendu


@pytest.mark.parametrize(("constatees", "attendu"), [(105.0, CONFORME), (106.0, AU_DESSUS), (94.0, AU_DESSOUS)])
def test_les_volumes_qui_derivent(fictif, constatees, attendu):
    lu = exercice(unites=[usager(EPCI, constatees, unites_prevues=100.0)])
    assert hypotheses_derivees(lu, {FINANCES: realiser(lu, FINANCES)}, 2025, fictif.hypotheses)["etat"].iloc[-1] == attendu


def gain(famille="GA", **autres):
    ligne = {"fonction": FINANCES, "famille": famille, "libelle": f"{famille} essai", "prevu": 100.0, "realise": 80.0}
    return ligne | {"unite": "€/an", "preuve": "compte", "reference": "compte 6156"} | autres


def test_un_gain_sans_piece_est_non_prouve_et_sans_t0_non_demontrable():
    lignes = [gain(), gain("GB", reference=None), gain("GE", preuve="aucune"), gain("GG"), gain("GF", unite="communes")]
    lu = exercice(gains=lignes)
    assert gains_realises(lu, True).set_index("famille")["etat"].to_dict() == {
        "GA": PROUVE, "GB": NON_PROUVE, "GE": NON_PROUVE, "GG": PAS_UN_GAIN, "GF": PROUVE
    }  # fmt: skip
    sans = gains_realises(lu, False).set_index("famille")["etat"]
    assert sans["GA"] == sans["GB"] == GAIN_NON_DEMONTRABLE and sans["GF"] == PROUVE


def test_les_familles_et_les_unites_ne_s_additionnent_jamais():
    lignes = [gain(), gain(libelle="autre"), gain("GB"), gain("GC", unite="heures/an"), gain("GC", unite="ETP", libelle="b"), gain("GG")]
    table = par_famille(gains_realises(exercice(gains=lignes), True))
    assert table[["famille", "unite"]].to_numpy().tolist() == [["GA", "€/an"], ["GB", "€/an"], ["GC", "ETP"], ["GC", "heures/an"]]
    assert table["prouve"].tolist() == [160.0, 80.0, 80.0, 80.0]


def test_la_tendance_suit_salaires_prix_et_volumes(fictif):
    hypotheses = fictif.hypotheses
    attendu = (100 * 1.025**2 + 50 * 1.02**2) * 1.005**2
    assert porter(100, 50, 2, hypotheses) == pytest.approx(attendu)
    assert porter(100, 50, 0, hypotheses) == 150


def test_sans_t0_gele_aucun_gain_n_est_demontrable(fictif):
    bilan = dresser_bilan(dresser_tableau_de_bord(fictif, 2028))
    assert fictif.t0 is None
    assert all(li.preuve == NON_DEMONTRABLE and li.motif == SANS_T0 and li.verdict == b.SANS_PREUVE for li in bilan.lignes)
    assert set(tableau_couts(bilan).donnees["lecture"]) == {"gain non démontrable", "—"}


def test_avec_t0_gele_le_verdict_est_celui_de_la_fourchette(gele):
    bilan = dresser_bilan(dresser_tableau_de_bord(gele, 2029))
    for ligne in bilan.lignes:
        reel, sans = ligne.realise.cout_eur, ligne.contrefactuel
        attendu = b.DANS_LA_MARGE if sans.bas_eur <= reel <= sans.haut_eur else b.SOUS_LA_TENDANCE if reel < sans.bas_eur else b.AU_DESSUS_DE_LA_TENDANCE
        assert ligne.preuve != NON_DEMONTRABLE and ligne.verdict == attendu
    assert bilan.bord.depart.reference.startswith("T0 n° 1")


def test_le_t0_se_rejoue_sur_la_presence_de_l_annee(gele):
    def depart(mois):
        unites = [usager(EPCI, 10.0), usager(COMMUNE, 10.0, mois=mois)]
        etude = dataclasses.replace(gele, suivi=suivi(exercice(charges=[charge(1.0)], unites=unites)))
        return dresser_bilan(dresser_tableau_de_bord(etude)).lignes[0].contrefactuel.depart_eur

    situation = dresser_tableau_de_bord(gele).depart.situation(FINANCES)["cout_eur"]
    assert depart(12.0) == pytest.approx(situation[EPCI] + situation[COMMUNE])
    assert depart(6.0) == pytest.approx(situation[EPCI] + situation[COMMUNE] / 2)


def test_un_t0_ou_presque_rien_n_est_declare_ne_prouve_rien(gele):
    bord = dresser_tableau_de_bord(gele)
    assert bord.depart.preuve(FINANCES, [EPCI, COMMUNE])[0] == DEMONTRABLE
    assert bord.depart.preuve(FINANCES, [EPCI, "999999972"])[0] == NON_DEMONTRABLE  # une commune sur deux n'a pas répondu


@pytest.mark.parametrize("annee", [2028, 2029, 2030])
def test_les_flux_internes_s_annulent(fictif, annee):
    bilan = dresser_bilan(dresser_tableau_de_bord(fictif, annee))
    flux = bilan.flux.set_index("poste")
    assert flux.loc[["factures", "ac"], "ensemble_eur"].tolist() == [0, 0]
    assert flux.loc["net", "ensemble_eur"] == pytest.approx(bilan.cout_eur)
    assert tableau_flux(bilan) is not None


@pytest.mark.parametrize("annee", [2029, 2030])
def test_les_ecarts_du_fictif_ferment(fictif, annee):
    bilan = dresser_bilan(dresser_tableau_de_bord(fictif, annee))
    assert len(bilan.ecarts) == 2
    for ecart in bilan.ecarts:
        assert sum(ecart.decomposition.effets_eur.values()) == ecart.decomposition.ecart_eur


def test_un_usager_non_releve_empeche_de_decomposer(fictif):
    annees = [exercice(a, charges=[charge(100.0)], unites=[usager(EPCI, n)]) for a, n in ((2028, 10.0), (2029, None))]
    ecart = dresser_bilan(dresser_tableau_de_bord(dataclasses.replace(fictif, suivi=suivi(*annees)))).ecarts[0]
    assert ecart.decomposition is None and "unités non relevées pour 1 usager" in ecart.motif


def test_exercice_inconnu(fictif):
    with pytest.raises(ErreurUsage, match="2028, 2029 et 2030"):
        dresser_tableau_de_bord(fictif, 2019)


def test_sans_suivi_la_page_dit_ce_qu_il_faut_preparer():
    bord = dresser_tableau_de_bord(ouvrir(COLLECTE_REELLE))
    assert not bord.est_suivi and tableau_indicateurs(bord) is None
    assert set(bord.a_noter["fonction"]) == set(bord.projet.choix)
    assert bord.a_noter.groupby("fonction")["groupe"].apply(lambda g: g.eq("unite").sum()).eq(1).all()
    assert len(obligations(bord.projet)) >= 8 and tableau_obligations(bord) is not None
    depart = tableau_depart(bord)
    assert depart.donnees["couts"].eq(0).all() and depart.donnees["reste"].str.contains("geler le T0").all()
    bilan = dresser_bilan(bord)
    assert bilan.lignes == () and tableau_couts(bilan) is None and tableau_gains(bilan) is None
