"""Effectifs déclarés : les ETP refaits à la main, le remplacement cellule par cellule, la fragilité, les départs."""

import json
import math
from dataclasses import replace

import pytest
from tests.fabrique import commune, dossier, sans_comptes
from tests.fabrique_collecte import avec, collecte, poste, siren_commune

import mutunb
from mutunb.calculs.effectifs import BORNES, FONCTIONS_ESTIMEES, estimer_effectifs, sensibilite_etp
from mutunb.calculs.tableaux_declares import (
    tableau_comparaison,
    tableau_dispersion,
    tableau_fragilite,
    tableau_volumes,
)
from mutunb.calculs.tableaux_departs import tableau_departs
from mutunb.calculs.tableaux_effectifs import tableau_entites, tableau_fonctions, tableau_seuils

COMMUNES = [commune(f"C{i}", 500 * (i + 1), 500_000 * (i + 1), 200_000) for i in range(4)]
FINANCES, RH, JURIDIQUE = "comptabilite_finances", "ressources_humaines", "juridique"


@pytest.fixture
def etude():
    return dossier(COMMUNES, frais_personnel=2e6, achats_charges_externes=1e6)


def declarer(etude, *lignes, **feuilles):
    return estimer_effectifs(avec(etude, effectifs=lignes, **feuilles))


def test_etp_et_cout_d_un_poste_partage(etude):
    # 80 % du temps × 50 % de quotité = 0,4 ETP ; coût : 30 000 € × 80 % = 24 000 €.
    siren = siren_commune(etude, 0)
    declares = declarer(
        etude,
        poste(siren, "P1", FINANCES, 0.8, quotite=0.5, cout_employeur_eur=30_000.0),
        poste(siren, "P1", RH, 0.2, quotite=0.5, cout_employeur_eur=30_000.0),
    ).declares
    assert declares.etp.loc[1, FINANCES] == pytest.approx(0.4)
    assert declares.couts.loc[1, FINANCES] == pytest.approx(24_000)
    assert declares.agents.loc[1, [FINANCES, RH]].tolist() == [1, 1]


def test_etp_du_poste_a_defaut_de_quotite(etude):
    ligne = poste(siren_commune(etude, 0), "P1", FINANCES, 0.5, quotite=None, etp_poste=0.6)
    assert declarer(etude, ligne).declares.etp.loc[1, FINANCES] == pytest.approx(0.3)


def test_repondant_sans_poste_declare_zero_et_silence_garde_l_estimation(etude):
    effectifs = declarer(etude, poste(siren_commune(etude, 0), "P1", FINANCES, 0.5))
    estime = estimer_effectifs(etude)
    for borne in BORNES:
        assert effectifs.etp[borne].loc[1, FINANCES] == pytest.approx(0.5)
        assert effectifs.etp[borne].loc[1, "achats"] == 0
        assert effectifs.etp[borne].loc[2:].equals(estime.etp[borne].loc[2:])
        assert effectifs.etp[borne].loc[0].equals(estime.etp[borne].loc[0])


@pytest.mark.parametrize(("personnel", "partiels"), [(4_510_000, 0), (4_520_000, 1)])
def test_une_reponse_partielle_ne_fait_pas_de_zeros(personnel, partiels):
    # Un ETP à 45 100 € pour 4,51 M€ de personnel : exactement 1 % ; au-delà, la réponse est partielle.
    etude = dossier([commune("Ville", 9000, personnel, 200_000), *COMMUNES])
    effectifs = declarer(etude, poste(siren_commune(etude, 0), "P1", FINANCES, 1.0))
    assert effectifs.declares.partiels == partiels
    assert effectifs.etp["central"].loc[1, FINANCES] == 1.0
    assert bool(effectifs.etp["central"].loc[1, "achats"] == 0) is (partiels == 0)


def test_poste_hors_support_seul_vaut_reponse(etude):
    effectifs = declarer(etude, poste(siren_commune(etude, 0), "P1", "hors_support"))
    assert effectifs.etp["central"].loc[1].tolist() == [0, 0, 0, 0]


def test_ligne_incomplete_laisse_la_cellule_a_l_estimation(etude):
    siren = siren_commune(etude, 0)
    effectifs = declarer(etude, poste(siren, "P1", FINANCES, 0.5), poste(siren, "P2", FINANCES, None), poste(siren, "P3", RH))
    assert math.isnan(effectifs.declares.etp.loc[1, FINANCES])
    assert effectifs.etp["central"].loc[1, FINANCES] == estimer_effectifs(etude).etp["central"].loc[1, FINANCES]
    assert effectifs.etp["central"].loc[1, RH] == 1


def test_cout_manquant_prend_le_cout_moyen_d_un_etp(etude):
    effectifs = declarer(etude, poste(siren_commune(etude, 0), "P1", FINANCES, 0.5, cout_employeur_eur=None))
    for borne in BORNES:
        moyen = getattr(etude.hypotheses["cout_etp_gestion"], borne)
        assert effectifs.couts[borne].loc[1, FINANCES] == pytest.approx(0.5 * moyen)


def test_informatique_hors_personnel_declaree(etude):
    siren = siren_commune(etude, 0)
    cout = {"siren": siren, "fonction": "systemes_information", "nature": "licences", "montant_eur": 9_000.0, "exercice": 2025.0}
    effectifs = declarer(etude, poste(siren, "P1", "systemes_information", 0.5), couts=[cout])
    assert effectifs.couts["central"].loc[1, "systemes_information"] == pytest.approx(20_000 + 9_000)
    assert effectifs.couts["bas"].loc[1, "systemes_information"] == effectifs.couts["haut"].loc[1, "systemes_information"]


def test_effectif_total_declare_remplace_les_frais_de_personnel(etude):
    # 100 ETP déclarés × 2,3 % = 2,3 ETP en ressources humaines, aux trois bornes de l'effectif.
    entite = {"siren": siren_commune(etude, 0), "nom": "C0", "nature": "commune", "effectif_etp": 100.0}
    effectifs = estimer_effectifs(avec(etude, entites=[entite]))
    assert effectifs.etp["central"].loc[1, RH] == pytest.approx(2.3)
    assert {effectifs.entites.loc[1, f"effectif_{b}"] for b in BORNES} == {100.0}
    assert effectifs.declares is None and effectifs.statut() == "estime"


def test_un_ccas_ne_s_ajoute_pas_a_la_commune(etude):
    lignes = [poste(siren_commune(etude, 0), "P1", FINANCES), poste("219900999", "P1", FINANCES), poste("219900999", "P1", RH)]
    declares = declarer(etude, *lignes).declares
    assert declares.etp.loc[1, FINANCES] == 1 and declares.hors_perimetre == 1


def test_seules_des_reponses_hors_perimetre_ne_declarent_rien(etude):
    assert declarer(etude, poste("219900999", "P1", FINANCES)).declares is None


def test_commune_sans_comptes_comptee_si_elle_repond():
    etude = dossier([*COMMUNES, sans_comptes("Z", 300)])
    assert estimer_effectifs(etude).communes_estimees == 4
    assert declarer(etude, poste(siren_commune(etude, 4), "P1", FINANCES, 0.3)).communes_estimees == 5


def test_statuts_et_parts(etude):
    effectifs = declarer(etude, poste(siren_commune(etude, 0), "P1", FINANCES, 0.5))
    part = effectifs.part_declaree(FINANCES)
    assert part == pytest.approx(0.5 / effectifs.total(FINANCES))
    table = tableau_fonctions(effectifs)
    finances = table.donnees.set_index("fonction").loc["Comptabilité et finances"]
    assert finances["part_declare"] + finances["part_estime"] == pytest.approx(1)
    assert table.statut("etp_central") == "mixte"


def test_tout_declare(etude):
    sirens = [etude.territoire.siren, *etude.territoire.communes["siren"]]
    effectifs = declarer(etude, *(poste(s, "P1", FINANCES, 0.5) for s in sirens))
    assert effectifs.statut() == "declare" and effectifs.part_declaree() == 1
    assert effectifs.total(FINANCES, "bas") == effectifs.total(FINANCES, "haut") == pytest.approx(2.5)


def test_sommes_fermees_avec_des_reponses(etude):
    effectifs = declarer(etude, poste(siren_commune(etude, 1), "P1", FINANCES, 0.7))
    table = tableau_entites(effectifs).donnees
    assert table[FINANCES].iloc[:-1].sum() == pytest.approx(table[FINANCES].iloc[-1])
    seuils = tableau_seuils(effectifs).donnees
    assert (seuils[["moins_demi", "demi_a_un", "un_et_plus"]].sum(axis=1) == 4).all()
    total = sum(effectifs.total(f) for f in FONCTIONS_ESTIMEES)
    assert sensibilite_etp(effectifs.dossier)["central"].to_numpy() == pytest.approx(total)


def test_juridique_connu_par_les_seules_reponses(etude):
    effectifs = declarer(etude, poste(siren_commune(etude, 0), "P1", JURIDIQUE, 0.2))
    tableau = tableau_fonctions(effectifs)
    rang = tableau.donnees["fonction"].tolist().index("Juridique")
    ligne = tableau.donnees.loc[rang]
    assert ligne["communes"] == ligne["etp_central"] == pytest.approx(0.2) and math.isnan(ligne["epci"])
    assert tableau.est_masquee(rang, "cout_central")  # un seul agent : le coût le désignerait


def test_comparaison_des_deux_cotes_de_l_intervalle(etude):
    estime = estimer_effectifs(etude)
    dedans, dehors = estime.etp["central"].loc[1, FINANCES], estime.etp["haut"].loc[2, FINANCES] + 0.01
    effectifs = declarer(
        etude,
        poste(siren_commune(etude, 0), "P1", FINANCES, dedans),
        poste(siren_commune(etude, 1), "P1", FINANCES, dehors),
    )
    ligne = tableau_comparaison(effectifs).donnees.set_index("fonction").loc["Comptabilité et finances"]
    assert (ligne["entites"], ligne["dans_l_intervalle"]) == (2, 1)
    assert ligne["declare"] == pytest.approx(dedans + dehors)


def test_isolement_et_remplacant(etude):
    a, b, c = (siren_commune(etude, rang) for rang in range(3))
    effectifs = declarer(
        etude,
        poste(a, "P1", FINANCES, remplacant="aucun"),
        poste(b, "P1", FINANCES, remplacant="interne"),
        poste(c, "P1", FINANCES),
        poste(c, "P2", FINANCES, remplacant="aucun"),
    )
    ligne = tableau_fragilite(effectifs).donnees.set_index("fonction").loc["Comptabilité et finances"]
    assert (ligne["repondantes"], ligne["seules"], ligne["sans_remplacant"]) == (3, 2, 1)


@pytest.mark.parametrize(("annee", "compte"), [(2025, False), (2026, True), (2030, True), (2031, False), (None, False)])
def test_departs_des_cinq_ans_qui_suivent_l_exercice(etude, annee, compte):
    effectifs = declarer(etude, poste(siren_commune(etude, 0), "P1", FINANCES, 0.5, annee_depart=annee))
    assert effectifs.declares.departs["etp"].sum() == (0.5 if compte else 0)
    assert (tableau_departs(effectifs) is not None) is compte


def test_dispersion_avec_les_zeros_et_sans_cout_identifiable(etude):
    effectifs = declarer(etude, *(poste(siren_commune(etude, r), "P1", FINANCES if r else RH, 1.0) for r in range(4)))
    tableau = tableau_dispersion(effectifs)
    rang = tableau.donnees["fonction"].tolist().index("Comptabilité et finances")
    ligne = tableau.donnees.loc[rang]
    # 0, 1, 1 et 1 ETP pour 500, 1 000, 1 500 et 2 000 habitants : 0 ; 1 ; 0,667 ; 0,5 ; médiane 0,583.
    assert ligne["etp_mediane"] == pytest.approx((0.5 + 2 / 3) / 2)
    assert (ligne["communes"], ligne["sans_poste"]) == (4, 1)
    assert ligne["cout_mediane"] == 40_000 and tableau.est_masquee(rang, "cout_mediane")  # trois entités : sous le seuil


def test_volumes_par_etp(etude):
    siren = siren_commune(etude, 0)
    volume = {"siren": siren, "fonction": FINANCES, "exercice": 2025.0}
    activite = [volume | {"indicateur": "mandats", "valeur": 800.0}, volume | {"indicateur": "titres", "valeur": 200.0}]
    table = tableau_volumes(declarer(etude, poste(siren, "P1", FINANCES, 0.5), activite=activite)).donnees
    assert table["mediane"].tolist() == [2000] and table["repere"].iloc[0].startswith("3")
    assert tableau_volumes(declarer(etude, poste(siren, "P1", FINANCES, 0.5), activite=activite[:1])) is None


def test_rien_sans_reponse(etude):
    effectifs = estimer_effectifs(etude)
    tables = (tableau_comparaison, tableau_dispersion, tableau_volumes, tableau_fragilite, tableau_departs)
    assert [tableau(effectifs) for tableau in tables] == [None] * 5


def test_une_collecte_vide_ne_change_aucun_octet():
    etude = mutunb.ouvrir("247900798")
    assert elements(etude) == elements(replace(etude, collecte=collecte()))


def elements(etude) -> str:
    effectifs, priorites = estimer_effectifs(etude), mutunb.priorites(etude)
    tableaux = [tableau_fonctions(effectifs), tableau_entites(effectifs), tableau_seuils(effectifs)]
    tableaux += [mutunb.tableaux.priorites(priorites), mutunb.integration(etude).tableau]
    affichages = [mutunb.phrases.pourquoi_chacune(priorites), mutunb.syntheses.diagnostic(etude, priorites)]
    tous = [t.element() for t in tableaux] + [e for a in affichages for e in a.elements]
    return json.dumps(tous, ensure_ascii=False, allow_nan=False)
