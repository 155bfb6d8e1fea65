"""Répartition d'un service : fermeture, part de l'EPCI, clés absentes dites, jeu de coûts cohérent, confidentialité."""

import pytest

from mutunb.calculs.projet import projeter
from mutunb.calculs.repartition_service import repartir_service
from mutunb.calculs.repartitions import (
    Repartitions,
    inversions_d_usage,
    repartir_services,
    reponses_aux_maires,
    simuler_departs,
)
from mutunb.calculs.tableaux_repartition import (
    tableau_collecte,
    tableau_communes,
    tableau_parts,
    tableau_services,
)
from mutunb.calculs.tableaux_stabilite import (
    nommer,
    tableau_cles,
    tableau_coalitions,
    tableau_depart,
    tableau_hypotheses,
    tableau_maires,
    tableau_mediation,
    tableau_seuils,
)
from mutunb.dossier import ouvrir

FICTIF, ADDITIONNELLE, METROPOLE = "999999998", "244600573", "242900314"


@pytest.fixture(scope="module")
def repartitions() -> dict[str, Repartitions]:
    patch = pytest.MonkeyPatch()
    patch.delenv("MUTUNB_TERRITOIRES", raising=False)
    trouvees = {siren: repartir_services(projeter(ouvrir(siren))) for siren in (FICTIF, ADDITIONNELLE, METROPOLE)}
    patch.undo()
    return trouvees


@pytest.mark.parametrize("siren", [FICTIF, ADDITIONNELLE, METROPOLE])
def test_chaque_cle_ferme_et_l_epci_garde_sa_part(repartitions, siren):
    for service in repartitions[siren].calculees:
        parts_epci = set()
        for cle in service.cles:
            parts = service.parts(cle)
            assert round(sum(parts.values()), 2) == round(service.cout.central_eur, 2)
            parts_epci.add(parts[siren])
        assert len(parts_epci) == 1  # l'EPCI est un usager : aucune clé ne déplace sa part
        usage = service.table.set_index("siren")["part_usage"][siren]
        assert parts_epci.pop() == pytest.approx(usage * service.cout.central_eur, abs=0.01)


def test_sans_cout_connu_rien_ne_se_repartit_et_on_dit_quoi_collecter(repartitions):
    juridique = repartitions[ADDITIONNELLE].services["juridique"]
    assert not juridique.est_calculee and "questionnaire" in juridique.motif_absence
    assert juridique.modele is None and juridique.tests == {} and juridique.mediation is None
    lignes = tableau_collecte(repartitions[ADDITIONNELLE]).donnees
    assert "Juridique" in lignes["fonction"].tolist()


def test_une_cle_sans_donnee_est_absente_et_non_nulle(repartitions):
    paie = repartitions[FICTIF].services["ressources_humaines"]
    assert "potentiel_fiscal" not in paie.cles and "fiche DGF" in paie.absentes["potentiel_fiscal"]
    comptabilite = repartitions[FICTIF].services["comptabilite_finances"]
    assert comptabilite.usage == "etp" and "manque pour 2 sur 10" in comptabilite.absentes["unites"]


def test_deux_cles_estimees_sur_les_memes_effectifs_n_en_font_qu_une(repartitions):
    paie = repartitions[ADDITIONNELLE].services["ressources_humaines"]
    assert "etp_origine" not in paie.cles and "même répartition" in paie.absentes["etp_origine"]
    assert "etp_origine" in repartitions[FICTIF].services["ressources_humaines"].cles


def test_un_volume_nul_ne_paie_que_la_part_fixe(repartitions):
    juridique = repartitions[FICTIF].services["juridique"]
    nuls = juridique.communes.loc[juridique.communes["part_usage"].eq(0), "siren"]
    assert len(nuls) and all(juridique.parts("etp_origine")[s] == 0 for s in nuls)
    communes = juridique.cout.central_eur - juridique.part_epci_eur
    attendue = 0.3 * communes / len(juridique.communes)
    assert all(juridique.parts("fixe_variable")[s] == pytest.approx(attendue, abs=0.01) for s in nuls)
    assert all(juridique.modele.jeu.cout([s]) == 0 for s in nuls)


@pytest.mark.parametrize("siren", [FICTIF, METROPOLE])
def test_le_jeu_de_couts_est_coherent(repartitions, siren):
    for service in repartitions[siren].calculees:
        jeu = service.modele.jeu
        assert jeu.total == pytest.approx(service.cout.central_eur)
        assert (jeu.table <= jeu.total + 1e-6).all()  # nul groupe ne paie plus que le service entier
        assert service.mediation["shapley_eur"].sum() == pytest.approx(service.cout.central_eur, abs=0.011)
        assert service.mediation["nucleole_eur"].sum() == pytest.approx(service.cout.central_eur, abs=0.011)
        assert service.tester_proposition("nucleole_eur").stable != service.etendue.vide
        for cle, seuil in service.surcouts_minimaux.items():
            if seuil is not None:
                assert service.tests[cle].stable == (seuil <= service.modele.surcout)


def test_au_dela_de_douze_le_test_est_partiel(repartitions):
    for service in repartitions[ADDITIONNELLE].calculees:
        assert all(test.partiel for test in service.tests.values())
        assert service.mediation["nucleole_eur"].isna().all() and not service.shapley.exact
    for service in repartitions[METROPOLE].calculees:
        assert not any(test.partiel for test in service.tests.values())


def test_meme_graine_meme_resultat():
    projet = projeter(ouvrir(ADDITIONNELLE))
    un, deux = (repartir_service(projet, "ressources_humaines", graine=7) for _ in range(2))
    assert un.shapley.valeurs_eur == deux.shapley.valeurs_eur
    assert all(un.tests[c].lesees.equals(deux.tests[c].lesees) for c in un.cles)


def test_la_part_fixe_et_le_minimum_jouent():
    projet = projeter(ouvrir(METROPOLE))
    tout_fixe = repartir_service(projet, "ressources_humaines", part_fixe=1.0)
    communes = tout_fixe.communes["part_fixe_variable_eur"]
    assert communes.max() - communes.min() <= 0.011
    borne = repartir_service(projet, "ressources_humaines", minimum_eur=50_000)
    assert borne.communes["part_population_eur"].min() == 50_000
    assert sum(borne.parts().values()) == pytest.approx(borne.cout.central_eur, abs=0.006)


def test_le_depart_se_rejoue_sans_la_plus_grosse_contributrice(repartitions):
    for depart in simuler_departs(repartitions[METROPOLE], annee=3):
        assert depart.nom == "Brest"
        assert depart.sortie.trajectoire["annee"].tolist() == [1, 2, 3, 4, 5, 6]
        assert depart.sortie.trajectoire["cout_echoue_eur"].iloc[-1] == 0
        assert depart.sortie.parts["apres_eur"].sum() == pytest.approx(
            depart.sortie.trajectoire.set_index("annee").at[3, "cout_eur"], abs=0.01
        )


def test_reponses_aux_maires_concordent_avec_le_test(repartitions):
    toutes = repartitions[METROPOLE]
    table = reponses_aux_maires(toutes).set_index("nom")
    assert (table["seule"] + table["a_plusieurs"] + table["aucune"] == table["services"]).all()
    seules = sum(
        len(c) == 1 and c[0] != METROPOLE for s in toutes.calculees for c in s.tests[s.retenue].lesees["coalition"]
    )
    assert table["seule"].sum() == seules


def test_inversions_seulement_hors_de_l_usage(repartitions):
    paie = repartitions[FICTIF].services["ressources_humaines"]
    assert len(inversions_d_usage(paie)) and inversions_d_usage(paie, "unites").empty


def test_nommer_les_groupes(repartitions):
    service = repartitions[FICTIF].services["comptabilite_finances"]
    sirens = service.table["siren"].tolist()
    assert nommer(service, sirens[1:2]) == "Aubrelle"
    assert nommer(service, sirens[:1] + sirens[2:]) == "toutes sauf Aubrelle"
    assert nommer(service, sirens[1:6]).count(",") == 3


TABLEAUX = (tableau_services, tableau_cles, tableau_communes, tableau_coalitions, tableau_hypotheses, tableau_collecte, tableau_maires)


@pytest.mark.parametrize("siren", [FICTIF, ADDITIONNELLE, METROPOLE])
def test_les_tableaux_existent_avec_leurs_identifiants(repartitions, siren):
    toutes = repartitions[siren]
    tableaux = [fabriquer(toutes) for fabriquer in TABLEAUX]
    tableaux += [tableau_parts(toutes, s) for s in toutes.calculees] + [tableau_mediation(toutes, s) for s in toutes.calculees]
    tableaux += [tableau_depart(toutes, simuler_departs(toutes)), tableau_seuils(toutes)]
    identifiants = [t.id for t in tableaux if t is not None]
    assert all(i.startswith("repartition_") for i in identifiants) and len(set(identifiants)) == len(identifiants)


def test_au_client_rien_d_une_entite_qui_a_repondu(repartitions):
    toutes = repartitions[FICTIF]
    communes = tableau_communes(toutes).publiables()
    declarees = toutes.communes.set_index("nom")["declare"]
    caches = communes[communes["nom"].map(declarees).fillna(True).astype(bool)]
    assert caches[["avant_eur", "ecart_eur", "ecart_eur_hab"]].isna().all(axis=None)
    for service in toutes.calculees:
        parts = tableau_parts(toutes, service).publiables().iloc[:-1]
        declares = service.table["statut_cout"].isin(("declare", "mixte")).to_numpy()
        assert parts.loc[declares, "avant"].isna().all()
        assert "part_etp_origine_eur" not in parts or parts["part_etp_origine_eur"].isna().all()
        if toutes.parts_confidentielles(service):
            assert parts.drop(columns=["nom", "avant"]).isna().all(axis=None)
        if toutes.exces_confidentiels(service):
            assert tableau_mediation(toutes, service).publiables().drop(columns="nom").isna().all(axis=None)


def test_au_client_les_estimations_publiques_se_montrent(repartitions):
    communes = tableau_communes(repartitions[METROPOLE]).publiables()
    assert communes.notna().all(axis=None)
    total = communes.iloc[-1]
    assert communes["apres_eur"].iloc[:-1].sum() == pytest.approx(total["apres_eur"])
