"""Le calendrier d'un projet : tâches retirées, comités, séances, rythme, actes à dates limites, contraintes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from mutunb import referentiel
from mutunb.calculs.agenda import Agenda, agenda_de
from mutunb.calculs.calage import (
    A_REBOURS,
    IMPOSSIBLE,
    TENABLE,
    TENDU,
    dater,
    depart_au_plus_tard,
    effet_au_plus_tot,
    rythme_tenable,
)
from mutunb.calculs.calendrier import dresser_calendrier, plus_mois
from mutunb.calculs.comites import comite_competent, comites_competents
from mutunb.calculs.jalons import SANS_OBJET, TENUE, VIGILANCE, eprouver_contraintes, jalons, notification_ac
from mutunb.calculs.projet import projeter
from mutunb.calculs.taches import chaine_du_projet
from mutunb.dossier import ouvrir
from mutunb.dossier.decisions import Decisions
from mutunb.dossier.decisions_calendrier import DecisionCalendrier
from mutunb.erreurs import ErreurUsage

SC, EFFET = chaine_du_projet("SC", "ac"), date(2028, 1, 1)


@pytest.fixture(scope="module")
def projet():
    return projeter(ouvrir("999999998"))


@pytest.fixture(scope="module")
def reel():
    return projeter(ouvrir("247900798"))


def avec_dates(projet, **dates):
    decisions = Decisions(calendrier=DecisionCalendrier(**dates))
    return replace(projet, dossier=replace(projet.dossier, decisions=decisions))


# --- tâches sans objet


@pytest.mark.parametrize(
    ("instrument", "mode", "absentes", "presentes"),
    [
        ("SC", "ac", {"T04", "T23"}, {"T12", "T16", "T17", "T11c"}),
        ("SC", "facture", {"T04", "T12"}, {"T23", "T17"}),
        ("SC", "mixte", {"T04"}, {"T12", "T23"}),
        ("MADD", "facture", {"T04", "T06", "T07", "T12", "T17"}, {"T10", "T11a", "T16", "T23"}),
        ("GC", "facture", {"T05", "T07", "T10", "T11a", "T12", "T16", "T17", "T18", "T23"}, {"T08", "T13", "T14", "T15"}),
        ("MADI", "facture", {"T10", "T11x", "T17"}, {"T16"}),
    ],
)
def test_taches_retirees_selon_l_instrument(instrument, mode, absentes, presentes):
    chaine = chaine_du_projet(instrument, mode)
    assert absentes <= set(chaine.retirees) and presentes <= set(chaine.taches)
    assert all(raison and raison[0].islower() for raison in chaine.retirees.values())
    assert set(chaine.taches) | set(chaine.retirees) == set(referentiel.taches())


def test_une_tache_retiree_passe_ses_devancieres():
    assert chaine_du_projet("MADD", "facture").predecesseurs["T10"] == ("T05", "T02", "T08")


def test_statuts_avant_les_deliberations():
    chaine = chaine_du_projet("GCD", "facture")
    assert "S01" in chaine.predecesseurs["T13"]
    assert chaine.taches["S01"].duree_min_jours == 92
    assert "S01" not in chaine_du_projet("GC", "facture").taches


def test_comites_selon_les_effectifs():
    chaine = chaine_du_projet("SC", "ac", communes_avec_comite=False, au_centre_de_gestion=False)
    assert {"T11b", "T11c"} <= set(chaine.retirees) and "T11a" in chaine.taches
    assert "T11a" in chaine_du_projet("SC", "ac", epci_au_centre=True).retirees


def test_deliberation_de_principe_en_option():
    chaine = chaine_du_projet("SC", "ac", principe=True)
    assert "T04" in chaine.predecesseurs["T05"] and "T04" in chaine.predecesseurs["T08"]


def test_instrument_inconnu():
    with pytest.raises(ErreurUsage, match="SC"):
        chaine_du_projet("SCX")


def test_duree_au_rythme_des_deux_bouts():
    assert SC.durees(0)["T18"] == 30 and SC.durees(1)["T18"] == 90 and SC.durees(0.5)["T18"] == 60
    assert SC.durees(1)["T24"] == 0  # sans durée usuelle : le plancher


# --- comités


@pytest.mark.parametrize(("agents", "comite"), [(49, "centre_gestion"), (50, "propre")])
def test_seuil_de_cinquante_agents(agents, comite):
    assert comite_competent(agents) == comite


def test_estimation_a_cheval_sur_le_seuil():
    rien = float("nan")
    assert comite_competent(rien, 50, 90) == "propre"
    assert comite_competent(rien, 10, 49.9) == "centre_gestion"
    assert comite_competent(rien, 49, 51) is None
    assert comite_competent(rien) is None


def test_comites_du_territoire_fictif(projet):
    tous = (projet.dossier.territoire.siren, *projet.dossier.territoire.communes["siren"])
    comites = comites_competents(projet.dossier, tous)
    table = comites.table.set_index("siren")
    assert table.at["999999998", "comite"] == "propre" and table.at["999999998", "statut"] == "declare"
    assert table.at["999999972", "statut"] == "estime"  # Pierrelue n'a pas répondu
    assert comites.combien("propre") == 2 and comites.au_centre_de_gestion and not comites.epci_au_centre


# --- calage


def test_durees_totales_du_service_commun():
    """545 jours d'usage, 186 au plancher (la séance demande six jours), plus les séances poussées hors week-end et été."""
    assert 545 <= (EFFET - depart_au_plus_tard(SC, Agenda(), EFFET, 1)).days <= 545 + 60
    assert (EFFET - depart_au_plus_tard(SC, Agenda(), EFFET, 0)).days >= 186


def test_rythme_des_deux_cotes():
    usuel = depart_au_plus_tard(SC, Agenda(), EFFET, 1)
    plancher = depart_au_plus_tard(SC, Agenda(), EFFET, 0)
    assert rythme_tenable(SC, Agenda(), usuel, EFFET) == 1.0
    assert rythme_tenable(SC, Agenda(), plancher, EFFET) is not None
    assert rythme_tenable(SC, Agenda(), date(2027, 9, 1), EFFET) is None


def test_le_rythme_retenu_est_le_plus_lent_qui_tient():
    depart = date(2026, 12, 1)
    rythme = rythme_tenable(SC, Agenda(), depart, EFFET)
    assert 0 < rythme < 1
    assert effet_au_plus_tot(SC, Agenda(), depart, rythme) <= EFFET
    assert effet_au_plus_tot(SC, Agenda(), depart, rythme + 0.01) > EFFET


def test_une_seance_saisie_fait_foi():
    agenda = agenda_de(DecisionCalendrier(conseils=["2027-09-30", "2027-12-16"], cst=["2027-06-03"]))
    etapes, _ = dater(SC, agenda, date(2026, 7, 1), EFFET, 0.5)
    assert etapes["T13"].fin_tard in (date(2027, 9, 30), date(2027, 12, 16)) and etapes["T13"].saisie
    assert etapes["T11a"].fin_tard == date(2027, 6, 3) and not etapes["T11c"].saisie


def test_l_assemblee_attend_cinq_jours_francs_apres_l_avis():
    agenda = Agenda({"T13": (date(2027, 10, 12), date(2027, 11, 30))})
    assert agenda.avancer("T13", date(2027, 10, 6).toordinal(), 5) == date(2027, 10, 12).toordinal()
    assert agenda.avancer("T13", date(2027, 10, 7).toordinal(), 5) == date(2027, 11, 30).toordinal()
    assert agenda.reculer("T13", date(2027, 11, 29).toordinal(), 45) == date(2027, 10, 6).toordinal()


@pytest.mark.parametrize(
    ("tache", "jour", "attendu"),
    [
        ("T11a", "2026-12-10", "2027-01-04"),  # élections professionnelles, puis le premier jour ouvré de janvier
        ("T11a", "2027-07-13", "2027-07-13"),  # dernier jour ouvré avant la pause d'été
        ("T11a", "2027-07-14", "2027-09-01"),  # férié, puis l'été
        ("T13", "2026-12-04", "2026-12-10"),  # six jours de convocation ; les élections ne gênent pas une assemblée
        ("T13", "2026-04-15", "2026-05-04"),  # réinstallation, puis le 1er mai et la fin de semaine
    ],
)
def test_une_seance_supposee_evite_les_periodes(tache, jour, attendu):
    atteint = Agenda().avancer(tache, date.fromisoformat(jour).toordinal(), 0)
    assert date.fromordinal(atteint) == date.fromisoformat(attendu)


def test_une_seance_tardive_recule_avant_l_ete():
    assert Agenda().derniere("T11c", date(2027, 8, 11).toordinal()) == date(2027, 7, 13).toordinal()


# --- calendrier d'un territoire


def test_sans_depart_tout_est_a_rebours(projet):
    calendrier = dresser_calendrier(projet)
    assert calendrier.date_depart is None
    for fonction, plan in calendrier.plans.items():
        assert plan.etat == A_REBOURS and plan.depart == plan.depart_usuel < plan.depart_plancher
        assert plan.effet >= projet.choix[fonction].date_effet
        assert all(etape.fin_tard <= plan.effet for etape in plan.etapes.values())


def test_etats_selon_le_depart(projet):
    etat = lambda depart: dresser_calendrier(projet, depart, "2028-01-01").principal.etat  # noqa: E731
    assert (etat("2026-01-05"), etat("2026-12-01"), etat("2027-10-01")) == (TENABLE, TENDU, IMPOSSIBLE)


def test_date_proposee_quand_la_visee_est_hors_d_atteinte(projet):
    calendrier = dresser_calendrier(projet, "2027-10-01", "2028-01-01", transferts_par_trimestre=12)
    plan = calendrier.principal
    assert (plan.effet.month, plan.effet.day) == (1, 1) and plan.effet > date(2028, 1, 1)
    assert plan.rythme >= 0.5


def test_la_limite_de_capacite_ne_compte_que_les_bascules(projet):
    calendrier = dresser_calendrier(projet, date_effet="2028-01-01", transferts_par_trimestre=1)
    lourdes = [p for p in calendrier.plans.values() if p.choix.instrument != "GC"]
    assert len({(p.effet.year, p.effet.month) for p in lourdes}) == len(lourdes)
    assert calendrier.plans["achats"].effet == date(2028, 1, 1) and projet.choix["achats"].instrument == "GC"


def test_memes_entrees_memes_dates(reel):
    un, autre = (dresser_calendrier(reel, "2026-09-01").principal for _ in range(2))
    assert un.etapes == autre.etapes and un.chemin_critique == autre.chemin_critique


def test_depart_et_seances_lus_dans_les_decisions(projet):
    calendrier = dresser_calendrier(avec_dates(projet, date_depart="2026-09-01", conseils=["2027-09-30", "2027-12-16"]))
    assert calendrier.date_depart == date(2026, 9, 1) and calendrier.seances_saisies
    assert calendrier.principal.etapes["T13"].saisie
    assert dresser_calendrier(avec_dates(projet, date_depart="2026-09-01"), "2026-10-01").date_depart == date(2026, 10, 1)


def test_fiscalite_additionnelle_sans_clect():
    plan = dresser_calendrier(projeter(ouvrir("246700967"))).principal
    assert "T12" in plan.chaine.retirees and not plan.imputation
    assert not any(j.contrainte == "C11" for j in jalons(plan))


# --- actes et contraintes


def test_actes_dans_l_ordre_et_jours_ouvres(projet):
    plan = dresser_calendrier(projet).principal
    dates = {j.acte: j.au_plus_tard for j in jalons(plan)}
    tous = [j.au_plus_tard for j in jalons(plan)]
    assert tous == sorted(tous)
    assert all(j.au_plus_tard.weekday() < 5 for j in jalons(plan) if j.acte != "Date d'effet")
    comite, convocation = dates["Comité social de l'EPCI : dernière séance"], dates["Convoquer le comité social de l'EPCI"]
    assert (comite - convocation).days >= 15
    assert (comite - dates["Envoyer les pièces au comité social de l'EPCI"]).days >= 8


@pytest.mark.parametrize(
    ("effet", "veille"),
    [("2028-01-01", "2028-02-14"), ("2028-02-14", "2028-02-14"), ("2028-02-15", "2029-02-14"), ("2028-07-01", "2029-02-14")],
)
def test_notification_avant_le_quinze_fevrier(effet, veille):
    assert notification_ac(date.fromisoformat(effet)) == date.fromisoformat(veille)


def test_trois_mois_apres_une_fin_de_mois():
    assert plus_mois(date(2027, 11, 30), 3) == date(2028, 2, 29)
    assert plus_mois(date(2027, 12, 31), 1) == date(2028, 1, 31)


def test_contraintes_du_service_commun(projet):
    calendrier = dresser_calendrier(projet)
    verdicts = {v.contrainte: v for v in eprouver_contraintes(calendrier.principal, calendrier)}
    assert list(verdicts) == [f"C{rang}" for rang in range(1, 16)]
    assert {verdicts[c].respect for c in ("C1", "C2", "C3", "C5", "C8", "C9", "C10", "C15")} == {TENUE}
    assert {verdicts[c].respect for c in ("C7", "C13", "C14")} == {SANS_OBJET}


def test_contraintes_du_groupement(projet):
    calendrier = dresser_calendrier(projet)
    verdicts = {v.contrainte: v.respect for v in eprouver_contraintes(calendrier.plans["achats"], calendrier)}
    assert {verdicts[c] for c in ("C1", "C2", "C3", "C4", "C9", "C11", "C12")} == {SANS_OBJET}
    assert verdicts["C14"] == TENUE


def test_seance_saisie_pendant_les_elections(projet):
    saisi = avec_dates(projet, cst=["2026-12-08"], cst_communes=["2026-12-08"], cst_cdg=["2026-12-08"])
    calendrier = dresser_calendrier(saisi, date_effet="2027-07-01")
    verdicts = {v.contrainte: v for v in eprouver_contraintes(calendrier.principal, calendrier)}
    assert verdicts["C15"].respect == VIGILANCE and "élections professionnelles" in verdicts["C15"].constat


def test_effet_en_cours_d_exercice(projet):
    calendrier = dresser_calendrier(projet, date_effet="2028-04-01", transferts_par_trimestre=12)
    verdicts = {v.contrainte: v for v in eprouver_contraintes(calendrier.principal, calendrier)}
    assert verdicts["C11"].respect == (VIGILANCE if calendrier.principal.imputation else SANS_OBJET)
    hors_mois = dresser_calendrier(projet, date_effet="2028-04-12")
    assert {v.contrainte: v for v in eprouver_contraintes(hors_mois.principal, hors_mois)}["C10"].respect == VIGILANCE


def test_etapes_qui_commandent_la_date(projet):
    """La pause d'été coupe la chaîne : ce qui la suit garde de la marge et ne commande plus rien."""
    plan = dresser_calendrier(projet, "2026-09-01", "2028-01-01").principal
    assert "T11c" in plan.decisives and "T18" not in plan.decisives
    assert set(plan.decisives) <= set(plan.chemin_critique)
    assert plan.marge_jours == min(plan.etapes[t].marge_jours for t in plan.decisives)
    assert dresser_calendrier(projet, "2026-01-05", "2028-01-01").principal.marge_jours > 100
