"""Agents concernés, convergence, trajets, risques, gouvernance : le territoire fictif se recompte à la main."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb import referentiel
from mutunb.calculs.calendrier import dresser_calendrier
from mutunb.calculs.convergence import cout_convergence, estimer_convergence, fonctions_inconnues
from mutunb.calculs.gouvernance import composer_gouvernance
from mutunb.calculs.masquage import TOTAL
from mutunb.calculs.mobilite import distance_km, indemnite_mobilite, mesurer_mobilite, tranche_mobilite
from mutunb.calculs.personnel import (
    ACCUEIL,
    DISPOSITION,
    EXAMEN,
    INCONNU,
    TRANSFERT,
    par_statut,
    recenser_personnel,
    situation_agent,
)
from mutunb.calculs.projet import Projet, projeter
from mutunb.calculs.risques import COMMUN, amorcer_registre
from mutunb.calculs.tableaux_mobilite import tableau_mobilite
from mutunb.calculs.tableaux_personnel import (
    tableau_agents,
    tableau_convergence,
    tableau_etp_communaux,
    tableau_fiche_impact,
    tableau_postes,
    total_publiable,
)
from mutunb.dossier import ouvrir
from mutunb.erreurs import ErreurDonnees

AUBRELLE = "999999899"


@pytest.fixture(scope="module")
def modele() -> Projet:
    return projeter(ouvrir("999999998"))


def en_service(modele: Projet, *fonctions: str, instrument: str = "SC") -> Projet:
    """Le projet fictif, réduit à ces fonctions, toutes sous cet instrument et sur tout le périmètre."""
    territoire = modele.dossier.territoire
    perimetre = (territoire.siren, *territoire.communes["siren"])
    gabarit = next(iter(modele.choix.values()))
    champs = {"instrument": instrument, "perimetre": perimetre, "mode_financier": "facture"}
    return replace(modele, choix={f: replace(gabarit, fonction=f, **champs) for f in fonctions})


@pytest.fixture(scope="module")
def finances(modele):
    return recenser_personnel(en_service(modele, "comptabilite_finances"))


@pytest.fixture(scope="module")
def reel():
    return recenser_personnel(projeter(ouvrir("247900798")))


@pytest.mark.parametrize(
    ("parts", "attendu"),
    [
        ({"si": 1.0}, TRANSFERT),
        ({"si": 0.99}, DISPOSITION),
        ({"si": 0.5, "rh": 0.5}, EXAMEN),
        ({"si": 0.5, "rh": 0.49}, DISPOSITION),
        ({"si": float("nan")}, INCONNU),
        ({"si": 1.0, "rh": float("nan")}, TRANSFERT),
    ],
)
def test_situation_d_un_agent(parts, attendu):
    assert situation_agent(parts) == attendu
    assert situation_agent(parts, employeur_est_gestionnaire=True) == ACCUEIL


def test_comptables_du_territoire_fictif(finances):
    """Aubrelle : trois comptables à plein temps ; ailleurs, des parts ; l'EPCI en emploie déjà quatre."""
    aubrelle = finances.entites.set_index("siren").loc[AUBRELLE]
    assert (aubrelle[TRANSFERT], aubrelle[DISPOSITION]) == (3, 0)
    assert (finances.combien(TRANSFERT), finances.combien(ACCUEIL)) == (3, 4)
    assert finances.etp(TRANSFERT) == 3.0
    assert par_statut(finances) == {"fonctionnaires": 3, "contractuels": 0, "inconnus": 0}


def test_un_temps_partiel_entierement_consacre_est_transfere(modele):
    """Aubrelle, P08 : toute sa quotité de 50 % va à l'informatique."""
    agents = recenser_personnel(en_service(modele, "systemes_information")).agents.set_index(["siren", "poste"])
    assert agents.at[(AUBRELLE, "P08"), "situation"] == TRANSFERT
    assert agents.at[(AUBRELLE, "P08"), "etp"] == 0.5


def test_plusieurs_services_a_cent_pour_cent_sont_a_examiner(modele):
    """Aubrelle, P09 : 80 % aux achats et 20 % aux assurances."""
    agents = recenser_personnel(en_service(modele, "achats", "assurances")).agents.set_index(["siren", "poste"])
    assert agents.at[(AUBRELLE, "P09"), "situation"] == EXAMEN
    assert agents.at[(AUBRELLE, "P09"), "part"] == pytest.approx(1)


def test_un_employeur_muet_reste_absent(finances):
    pierrelue = finances.entites.set_index("nom").loc["Pierrelue"]
    assert not pierrelue["repondu"] and math.isnan(pierrelue[TRANSFERT])
    assert finances.muets == 1


def test_mise_a_disposition_et_groupement(modele):
    descendante = recenser_personnel(en_service(modele, "comptabilite_finances", instrument="MADD"))
    assert set(descendante.agents["siren"]) == {"999999998"} and set(descendante.agents["situation"]) == {DISPOSITION}
    assert not descendante.gestionnaires and mesurer_mobilite(descendante) is None and tableau_convergence(descendante) is None
    groupement = recenser_personnel(en_service(modele, "achats", instrument="GC"))
    assert groupement.agents.empty and not groupement.concerne_du_personnel and tableau_agents(groupement) is None


def test_service_gere_par_une_commune(modele):
    """La ville-centre gère : ses comptables restent, ceux de l'EPCI sont transférés."""
    gere = recenser_personnel(en_service(modele, "comptabilite_finances", instrument="SCC"))
    assert gere.gestionnaires["comptabilite_finances"] == AUBRELLE
    situations = gere.agents.groupby("siren")["situation"].agg(set)
    assert situations[AUBRELLE] == {ACCUEIL} and TRANSFERT in situations["999999998"]


def test_sans_questionnaire_rien_n_est_compte(reel):
    assert not reel.est_declare and reel.combien(TRANSFERT) is None and math.isnan(reel.etp(TRANSFERT))
    assert tableau_agents(reel) is None and tableau_postes(reel) is None
    assert tableau_etp_communaux(reel).donnees["haut"].notna().any()
    assert fonctions_inconnues(reel) == ["juridique"]


# --- confidentialité


def test_aucun_petit_nombre_au_client(finances):
    tableau = tableau_agents(finances)
    assert tableau.donnees.set_index("employeur").at["Aubrelle", TRANSFERT] == 3
    publies = tableau.publiables().drop(columns="employeur")
    assert not ((publies > 0) & (publies < 5)).any(axis=None)


def test_le_total_masque_ne_se_deduit_pas(finances):
    """Trois transferts sont sous le seuil : ni leur total, ni le coût qui en découle, ne se montrent."""
    assert total_publiable(finances, TRANSFERT) is None
    convergence = tableau_convergence(finances).publiables()
    assert convergence[["etp", "cout_eur"]].isna().all(axis=None)
    publies = tableau_agents(finances).publiables().iloc[-1]
    assert int(publies.drop("employeur").isna().sum()) != 1  # une seule case cachée se déduirait du total de la ligne


def test_les_postes_ne_sortent_pas_au_client(finances, monkeypatch):
    from mutunb.rendu.tableaux import montrer

    monkeypatch.setenv("MUTUNB_PROFIL", "client")
    assert "<td" not in montrer(tableau_postes(finances)).html
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert "P03" in montrer(tableau_postes(finances)).html


# --- convergence


def test_convergence_a_la_main():
    resultat = cout_convergence({"EPCI": 4000, "A": 3000, "B": 4500}, {"EPCI": 0, "A": 2, "B": 1}, taux_charges=0.1)
    assert resultat.cible_eur == 4500  # le plus élevé
    assert resultat.par_employeur == {"EPCI": 0, "A": pytest.approx(3300), "B": 0}
    assert resultat.total_eur == pytest.approx(3300)


def test_un_regime_inconnu_rend_le_total_inconnu():
    resultat = cout_convergence({"A": 3000, "B": None}, {"A": 1, "B": 2}, cible=4000)
    assert resultat.absents == ("B",) and math.isnan(resultat.total_eur) and resultat.par_employeur["A"] == 1000


def test_convergence_refuse_tout_a_la_fois():
    with pytest.raises(ErreurDonnees, match="3 problèmes"):
        cout_convergence({"A": -1, "B": 2}, {"A": 1, "C": 1}, taux_charges=-0.1)


REGIMES = st.dictionaries(st.sampled_from("ABCDE"), st.floats(0, 20_000), min_size=1)


@given(REGIMES, st.floats(0, 10))
def test_convergence_jamais_negative_et_nulle_a_la_cible_basse(regimes, etp):
    effectifs = dict.fromkeys(regimes, etp)
    assert cout_convergence(regimes, effectifs).total_eur >= 0
    assert cout_convergence(regimes, effectifs, cible=min(regimes.values())).total_eur == 0


def test_convergence_estimee(finances, reel):
    ecart = referentiel.hypothese("ecart_regime_indemnitaire")
    declaree = estimer_convergence(finances)
    assert declaree.central_eur == 3 * ecart.central and declaree.bas_eur == 0
    sans = estimer_convergence(reel)
    assert math.isnan(sans.central_eur) and sans.haut_eur > 0 and not sans.declaree


# --- mobilité


@pytest.mark.parametrize(
    ("km", "plafond"),
    [(-3, 0), (0, 0), (19.99, 0), (20, 1600), (39.99, 1600), (40, 2700), (59.99, 2700), (60, 3800), (89.99, 3800), (90, 6000)],
)
def test_tranches_des_deux_cotes(km, plafond):
    assert indemnite_mobilite(km) == plafond
    assert tranche_mobilite(km).niveau == "A"


def test_demenagement_et_distance_inconnue():
    assert indemnite_mobilite(5, demenagement=True) == 15_000
    with pytest.raises(ErreurDonnees, match="inconnu"):
        tranche_mobilite(float("nan"))


def test_distances_connues():
    assert distance_km(48.8566, 2.3522, 45.7640, 4.8357) == pytest.approx(392, abs=2)  # Paris–Lyon
    assert distance_km(0, 0, 0, 1) == pytest.approx(111.2, abs=0.1)
    assert math.isnan(distance_km(float("nan"), 0, 0, 0))


def test_trajets_du_territoire_fictif(finances):
    mobilite = mesurer_mobilite(finances)
    table = mobilite.communes.set_index("nom")
    assert mobilite.siege == "Aubrelle" and table.at["Aubrelle", "allongement_km"] == 0
    detour = referentiel.hypothese("detour_routier").central
    assert table.at["Orvenne", "allongement_km"] == pytest.approx(2 * detour * table.at["Orvenne", "vol_oiseau_km"])
    assert len(tableau_mobilite(mobilite).donnees) == 10


def test_grille_de_la_fiche_impact(finances):
    tableau = tableau_fiche_impact(finances, dresser_calendrier(finances.projet))
    assert len(tableau.donnees) == len(referentiel.grille_impact())
    assert set(tableau.donnees["effet"]) == {"Organisation", "Conditions de travail", "Rémunération", "Droits acquis"}
    assert "accueil" in tableau.donnees.set_index("point").at["Employeur et autorité", "connu"]


# --- risques et gouvernance


def test_registre_tire_des_freins(modele):
    registre = amorcer_registre(modele)
    for fonction in modele.choix:
        freins = referentiel.fonction(fonction).freins
        attendus = [f.texte for nom in ("techniques_organisationnels", "reglementaires", "politiques") for f in getattr(freins, nom)]
        assert sorted(registre.freins(fonction)["risque"]) == sorted(attendus)
    assert registre.table["criticite"].is_monotonic_decreasing
    assert set(registre.table["responsable"]) == {"à désigner"}
    assert registre.table[["gravite", "probabilite"]].isin([1, 2, 3, 4]).all(axis=None)


def test_risques_sociaux_seulement_si_des_agents_sont_concernes(modele):
    avec = amorcer_registre(en_service(modele, "achats"))
    sans = amorcer_registre(en_service(modele, "achats", instrument="GC"))
    assert "Des agents inquiets" in set(avec.communs["risque"])
    assert "Des agents inquiets" not in set(sans.communs["risque"])
    assert sans.table.loc[sans.table["fonction"].eq(COMMUN)].shape[0] < len(referentiel.risques())


def test_gouvernance_selon_le_projet(modele):
    service = composer_gouvernance(dresser_calendrier(en_service(modele, "achats"), date_effet=date(2028, 1, 1)))
    noms = {i.id for i in service.instances}
    assert {"comite_social", "chef_service", "etat_annuel"} <= noms and "clect" not in noms
    groupement = composer_gouvernance(dresser_calendrier(en_service(modele, "achats", instrument="GC")))
    assert {"comite_social", "clect", "chef_service"} <= {i.id for i, _ in groupement.ecartees}
    assert len(groupement.instances) + len(groupement.ecartees) == len(referentiel.gouvernance())


def test_total_de_la_ligne_et_de_la_colonne(finances):
    donnees = tableau_agents(finances).donnees.set_index("employeur")
    assert donnees.at[TOTAL, TOTAL] == donnees.drop(index=TOTAL)[TOTAL].sum()
