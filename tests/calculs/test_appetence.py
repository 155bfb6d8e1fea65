"""Appétence : médianes et non-réponses à la main, le tiers des deux côtés, et le poids dans les priorités."""

import pytest
from tests.fabrique import commune, dossier
from tests.fabrique_collecte import avec, siren_commune

from mutunb.calculs.appetence import mesurer_appetence
from mutunb.calculs.changements import comparer_aux_donnees_publiques
from mutunb.calculs.priorites import APPETENCE, AXES, POIDS_APPETENCE, hierarchiser, normaliser_poids
from mutunb.calculs.stabilite import eprouver_stabilite
from mutunb.calculs.tableaux_appetence import tableau_appetence, tableau_changements, tableau_lignes_rouges

SI, FINANCES, ACHATS = "systemes_information", "comptabilite_finances", "achats"
COMMUNES = [commune(f"C{i}", 300 + i, 80_000, 60_000) for i in range(6)]


@pytest.fixture
def etude():
    return dossier(COMMUNES)


def reponse(etude, rang, fonction, repondant, interet=None, **autres):
    ligne = {"siren": siren_commune(etude, rang), "fonction": fonction, "repondant": repondant, "interet": interet}
    return ligne | autres


def mesurer(etude, *reponses):
    return mesurer_appetence(avec(etude, appetence=reponses))


def test_absente_sans_reponse(etude):
    assert mesurer_appetence(etude) is None
    assert mesurer(etude, reponse(etude, 0, SI, "maire")) is None  # une ligne pré-remplie n'est pas une réponse


def test_medianes_dispersion_et_non_reponses(etude):
    # Maires : 0, 4, 4 (médiane 4) ; directions : 1, 3 (médiane 2) ; note : (4 + 2) / 2 = 3.
    maires = [reponse(etude, r, SI, "maire", i) for r, i in enumerate((0, 4, 4))]
    directions = [reponse(etude, 0, SI, "dgs", 1), reponse(etude, 1, SI, "secretaire", 3)]
    ligne = mesurer(etude, *maires, *directions).table.iloc[0]
    assert (ligne["interet_maire"], ligne["interet_direction"], ligne["interet"]) == (4, 2, 3)
    assert (ligne["q1"], ligne["q3"]) == (1, 4)
    assert (ligne["communes"], ligne["non_reponses"]) == (3, 3)


def test_ecart_maire_direction_commune_par_commune(etude):
    reponses = [
        reponse(etude, 0, SI, "maire", 1, satisfaction=4),
        reponse(etude, 0, SI, "dgs", 3, satisfaction=2),
        reponse(etude, 1, SI, "maire", 3, satisfaction=3),
        reponse(etude, 1, SI, "dgs", 2, satisfaction=3),
        reponse(etude, 2, SI, "dgs", 4),  # sans maire : pas d'écart
    ]
    ligne = mesurer(etude, *reponses).table.iloc[0]
    assert ligne["ecart_interet"] == 0.5 and ligne["ecart_satisfaction"] == -1
    assert (ligne["desaccords"], ligne["couples"]) == (1, 2)


def test_la_reponse_de_l_epci_ne_compte_pas(etude):
    epci = {"siren": etude.territoire.siren, "fonction": SI, "repondant": "dgs", "interet": 0}
    assert mesurer(etude, epci, reponse(etude, 0, SI, "maire", 4)).table.iloc[0]["interet"] == 4


def test_le_president_de_l_epci_se_lit_a_part(etude):
    president = {"siren": etude.territoire.siren, "fonction": SI, "repondant": "president", "interet": 1}
    seul = mesurer(etude, reponse(etude, 0, SI, "maire", 4), reponse(etude, 1, ACHATS, "maire", 2))
    avec_lui = mesurer(etude, president, reponse(etude, 0, SI, "maire", 4), reponse(etude, 1, ACHATS, "maire", 2))
    assert avec_lui.table.set_index("fonction")["interet_epci"].fillna(-1).to_dict() == {ACHATS: -1, SI: 1}
    assert avec_lui.table.drop(columns="interet_epci").equals(seul.table.drop(columns="interet_epci"))
    assert mesurer(etude, president) is None  # le seul EPCI ne dit pas ce que veulent les communes


@pytest.mark.parametrize(("poseuses", "ecarte"), [(2, ()), (3, ("groupement",))])
def test_ligne_rouge_de_part_et_d_autre_du_tiers(etude, poseuses, ecarte):
    # Six communes répondent : deux sont un tiers tout juste, trois le dépassent.
    reponses = [
        reponse(etude, r, ACHATS, "maire", 3, lignes_rouges="choix_fournisseur" if r < poseuses else None) for r in range(6)
    ]
    mesure = mesurer(etude, *reponses)
    assert mesure.formes_ecartees(ACHATS) == ecarte
    assert mesure.lignes_rouges.iloc[0]["communes"] == poseuses


def test_une_commune_ne_pose_une_ligne_rouge_qu_une_fois(etude):
    reponses = [
        reponse(etude, 0, ACHATS, "maire", 2, lignes_rouges="choix_fournisseur;proximite"),
        reponse(etude, 0, ACHATS, "dgs", 2, lignes_rouges="choix_fournisseur"),
        *(reponse(etude, r, ACHATS, "maire", 2) for r in (1, 2, 3)),
    ]
    rouges = mesurer(etude, *reponses).lignes_rouges.set_index("ligne_rouge")
    assert rouges.at["choix_fournisseur", "communes"] == 1 and rouges.at["choix_fournisseur", "part"] == 0.25


def test_une_ligne_rouge_sur_la_decision_n_ecarte_aucune_forme(etude):
    reponses = [reponse(etude, r, FINANCES, "maire", 2, lignes_rouges="decision") for r in range(6)]
    assert mesurer(etude, *reponses).formes_ecartees(FINANCES) == ()


@pytest.mark.parametrize(("repondantes", "classee"), [(1, False), (2, True)])
def test_note_a_partir_d_un_tiers_de_repondantes(etude, repondantes, classee):
    dossier_repondu = avec(etude, appetence=[reponse(etude, r, SI, "maire", 4) for r in range(repondantes)])
    priorites = hierarchiser(dossier_repondu)
    assert priorites.est_classe(SI, APPETENCE) is classee
    assert priorites.table.set_index("fonction").at[SI, APPETENCE] == (4 if classee else 2)
    assert not priorites.est_classe(FINANCES, APPETENCE)


def test_note_refaite_a_la_main_avec_l_appetence(etude):
    reponses = [reponse(etude, r, SI, "maire", 0) for r in range(6)]
    priorites = hierarchiser(avec(etude, appetence=reponses))
    ligne, somme = priorites.table.set_index("fonction").loc[SI], 1 + POIDS_APPETENCE
    attendue = (0.4 * ligne["potentiel_gain"] + 0.3 * ligne["effet_structurant"] + 0.3 * ligne["facilite"]) / somme
    assert ligne["note"] == pytest.approx(attendue)
    assert sum(priorites.poids.values()) == pytest.approx(1) and priorites.axes == (*AXES, APPETENCE)


def test_axe_absent_et_poids_ignore_sans_enquete(etude):
    priorites = hierarchiser(etude, {"potentiel_gain": 4, "effet_structurant": 3, "facilite": 3, "appetence": 9})
    assert priorites.axes == AXES and APPETENCE not in priorites.table
    assert priorites.table.equals(hierarchiser(etude).table)


def test_poids_de_l_appetence_visible_et_nul_permis(etude):
    assert normaliser_poids({**dict.fromkeys(AXES, 1.0), APPETENCE: 0.0}, True)[APPETENCE] == 0
    assert normaliser_poids(dict.fromkeys(AXES, 1.0), True)[APPETENCE] == pytest.approx(0.3 / 3.3)


def test_stabilite_tire_aussi_le_poids_de_l_appetence(etude):
    priorites = hierarchiser(avec(etude, appetence=[reponse(etude, r, SI, "maire", 4) for r in range(6)]))
    table = eprouver_stabilite(priorites, 300).table
    assert table["part_podium"].between(0, 1).all() and table["rang_max_10"].notna().all()


def test_changement_explique_par_l_appetence(etude):
    refus = [reponse(etude, r, SI, "maire", 0) for r in range(6)]
    ecarts = comparer_aux_donnees_publiques(hierarchiser(avec(etude, appetence=refus)))
    si = next(c for c in ecarts.fonctions if c.fonction == SI)
    assert si.rang_apres > si.rang_avant and si.appetence == 0 and si.note_apres < si.note_avant
    assert ecarts.publique.appetence is None


def test_sans_collecte_rien_a_comparer(etude):
    priorites = hierarchiser(etude)
    assert comparer_aux_donnees_publiques(priorites) is None
    assert [t(priorites) for t in (tableau_appetence, tableau_lignes_rouges, tableau_changements)] == [None] * 3


def test_la_fiche_dgf_change_l_integration(etude):
    fiche = {"siren": etude.territoire.siren, "exercice": 2025.0, "cif": 0.9}
    priorites = hierarchiser(avec(etude, dgf=[fiche]))
    assert priorites.integration.niveau == "forte" and priorites.integration.cif == 0.9
    ecarts = comparer_aux_donnees_publiques(priorites)
    assert any(c.portee_avant != c.portee_apres for c in ecarts.deplacees)
