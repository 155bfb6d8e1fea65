"""Les chapitres du déploiement disent la même chose : mêmes coûts, mêmes parts, mêmes dates, mêmes montants dans les actes."""

from __future__ import annotations

import dataclasses
import datetime
import math

import numpy as np
import pytest

from mutunb import formats
from mutunb.actes.contexte import contexte_d_une_fonction, etudier
from mutunb.calculs.calendrier import dresser_calendrier
from mutunb.calculs.cout_service import cout_service
from mutunb.calculs.effets_dotations import etudier_dotations
from mutunb.calculs.imputations import rassembler_imputations
from mutunb.calculs.modele_economique import modele_economique
from mutunb.calculs.monnaie import centimes
from mutunb.calculs.projet import TRANSFERTS_PAR_TRIMESTRE, projeter
from mutunb.calculs.repartition_service import repartir_service
from mutunb.calculs.repartitions import repartir_services
from mutunb.calculs.situation import situation
from mutunb.dossier import Dossier, ouvrir
from mutunb.dossier.decisions import DecisionFonction, Decisions

FICTIF, REEL, ADDITIONNELLE, METROPOLE = "999999998", "247900798", "246700967", "242900314"
SIRENS = (FICTIF, REEL, ADDITIONNELLE, METROPOLE)


@pytest.fixture(scope="module")
def etudes():
    """Projet et répartitions des quatre territoires."""
    projets = {siren: projeter(ouvrir(siren)) for siren in SIRENS}
    return {siren: (projet, repartir_services(projet)) for siren, projet in projets.items()}


def decide(dossier: Dossier, fonction: str, **champs) -> Dossier:
    """Le dossier, où une fonction est décidée."""
    decision = DecisionFonction(auteur="Bureau", date=datetime.date(2026, 1, 15), motif="essai", **champs)
    return dataclasses.replace(dossier, decisions=Decisions(fonctions={fonction: decision}))


@pytest.mark.parametrize("siren", SIRENS)
def test_les_parts_ferment_sur_le_cout_du_service(etudes, siren):
    projet, repartitions = etudes[siren]
    assert repartitions.calculees
    for service in repartitions.calculees:
        cout = centimes(cout_service(projet, service.fonction).central_eur)
        for cle in service.cles:
            assert sum(map(centimes, service.parts(cle).values())) == cout, (service.fonction, cle)
        assert set(service.parts()) <= set(projet.perimetre(service.fonction))


@pytest.mark.parametrize("siren", SIRENS)
def test_l_imputation_est_la_somme_des_parts_imputees(etudes, siren):
    projet, repartitions = etudes[siren]
    imputations = rassembler_imputations(repartitions)
    imputees = [s for s in repartitions.calculees if projet.choix[s.fonction].mode_financier == "ac"]
    attendu = sum(centimes(part) for s in imputees for siren_, part in s.parts().items() if siren_ != projet.dossier.territoire.siren)
    assert centimes(imputations.total_eur) == attendu
    effets = etudier_dotations(imputations)
    if not attendu:
        assert effets.illustratif
        return
    par_commune = sum(map(centimes, effets.communes["imputation_eur"].dropna()))
    assert par_commune == attendu
    montre = imputations.total_eur if imputations.publiables else float(formats.environ(imputations.total_eur))
    assert effets.total_eur == pytest.approx(montre, abs=0.005)
    potentiels = effets.communes["potentiel_eur"]
    assert potentiels.isna().any() or potentiels.sum() == pytest.approx(0, abs=0.01)
    assert effets.annee >= imputations.annee_service


def test_en_fiscalite_additionnelle_rien_ne_s_impute(etudes):
    projet, repartitions = etudes[ADDITIONNELLE]
    assert {choix.mode_financier for choix in projet.choix.values()} == {"facture"}
    imputations = rassembler_imputations(repartitions)
    assert not imputations.parts_eur
    assert etudier_dotations(imputations).refus


@pytest.mark.parametrize("siren", SIRENS)
def test_le_cout_actuel_du_modele_est_celui_de_la_situation(etudes, siren):
    projet, repartitions = etudes[siren]
    modele = modele_economique(projet)
    for fonction, choix in projet.choix.items():
        table = situation(projet.dossier, fonction)
        table = table[table["siren"].isin(choix.perimetre)]
        actuel = modele.service(fonction, choix.scenario).assiette.cout()
        assert actuel == pytest.approx(float(table["cout_eur"].sum(min_count=1)), nan_ok=True)
        service = repartitions.services[fonction]
        if service.est_calculee:
            assert service.table["cout_eur"].sum() == pytest.approx(actuel)
            assert service.ecarts()["avant_eur"].sum() == pytest.approx(actuel)
            detail = cout_service(projet, fonction).detail.set_index("poste")["central_eur"]
            assert detail["actuel"] == pytest.approx(actuel)
            assert detail.sum() == pytest.approx(service.cout.central_eur)


@pytest.mark.parametrize("siren", SIRENS)
def test_l_avant_et_l_apres_par_commune_sont_ceux_des_services(etudes, siren):
    projet, repartitions = etudes[siren]
    communes = repartitions.communes
    apres = sum(s.cout.central_eur - s.part_epci_eur for s in repartitions.calculees)
    assert communes["apres_eur"].sum() == pytest.approx(apres, abs=0.05)
    assert (communes["apres_eur"] - communes["avant_eur"]).to_numpy() == pytest.approx(communes["ecart_eur"].to_numpy())
    assert np.isfinite(communes[["avant_eur", "apres_eur", "ecart_eur"]].to_numpy()).all()


@pytest.mark.parametrize("siren", SIRENS)
def test_le_calendrier_suit_les_dates_du_projet(etudes, siren):
    projet, _ = etudes[siren]
    calendrier = dresser_calendrier(projet)
    for fonction, choix in projet.choix.items():
        plan = calendrier.plans[fonction]
        assert plan.effet == plan.place.demandee == choix.date_effet, fonction
        assert all(etape.fin_tard <= plan.effet for etape in plan.etapes.values()), fonction
    trimestres = [(p.effet.year, (p.effet.month + 2) // 3) for p in calendrier.plans.values() if p.avec_comite]
    assert all(trimestres.count(t) <= TRANSFERTS_PAR_TRIMESTRE for t in trimestres)


def test_une_date_decidee_n_est_pas_reportee():
    date = datetime.date(2028, 1, 1)
    projet = projeter(decide(ouvrir(METROPOLE), "ressources_humaines", date_effet=date))
    assert projet.choix["ressources_humaines"].date_effet == date
    reportees = [c for c in projet.choix.values() if "Reporté" in c.motifs["date_effet"]]
    assert reportees and all(not c.est_decide("date_effet") and c.date_effet > date for c in reportees)


@pytest.mark.parametrize("siren", SIRENS)
def test_le_modele_commence_aux_dates_du_projet(etudes, siren):
    projet, _ = etudes[siren]
    modele = modele_economique(projet)
    for fonction, choix in projet.choix.items():
        lignes = modele.service(fonction, choix.scenario).lignes
        couts = [ligne for ligne in lignes if ligne.famille == "cout"]
        assert couts and {ligne.debut for ligne in couts} == {choix.date_effet}, fonction
    assert all(np.isfinite(t.net).all() for t in modele.trajectoires.values())
    assert math.isfinite(modele.incertitude.p50)


@pytest.mark.parametrize("siren", [FICTIF, REEL, METROPOLE])
@pytest.mark.parametrize("cle", ["unites", "etp_origine", "depense", "population", "fixe_variable"])
def test_la_convention_ecrit_les_montants_de_la_repartition(siren, cle):
    fonction = "systemes_information"
    projet = projeter(decide(ouvrir(siren), fonction, instrument="SC", cle=cle))
    service = repartir_service(projet, fonction)
    assert service.retenue == cle
    contexte = contexte_d_une_fonction(etudier(projet, fonction), "convention_service_commun")
    ecrits = {ligne["siren"]: ligne["montant"] for ligne in contexte["parts"] if "à compléter" not in ligne["montant"]}
    ecrire = lambda montant: formats.euros_exacts(formats.environ(montant))  # noqa: E731
    payeurs = service.table if cle == "unites" else service.communes  # seule cette clé mesure aussi l'usage de l'EPCI
    assert ecrits == {s: ecrire(service.parts(cle)[s]) for s in payeurs["siren"]}
    reste = 0.0 if cle == "unites" else service.part_epci_eur
    assert contexte["finances"]["total_montant"] == ecrire(service.cout.central_eur - reste)
    assert (contexte["finances"]["part_epci"] == "") == (cle == "unites")


@pytest.mark.parametrize("siren", SIRENS)
def test_les_actes_portent_la_date_et_la_voie_du_projet(etudes, siren):
    projet, _ = etudes[siren]
    calendrier = dresser_calendrier(projet)
    for fonction, choix in projet.choix.items():
        contexte = contexte_d_une_fonction(etudier(projet, fonction, calendrier), "deliberation")
        assert formats.date(choix.date_effet) in contexte["service"]["date_effet"]
        assert contexte["finances"]["par_ac"] == (choix.mode_financier in ("ac", "mixte"))
