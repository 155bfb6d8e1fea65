"""Ce que le client ne lit pas : chaque protection, seule, échoue si on la retire."""

from dataclasses import replace

import nbformat
import pandas as pd
import pytest
from tests.fabrique import commune, dossier
from tests.fabrique_collecte import avec, poste, siren_commune

import mutunb
from mutunb.calculs.couts_publies import couts_declares
from mutunb.calculs.diffusion import porteurs
from mutunb.calculs.dominance import est_dominee
from mutunb.calculs.effectifs import estimer_effectifs
from mutunb.calculs.effectifs_publies import effectifs_publies
from mutunb.calculs.masquage import TOTAL
from mutunb.dossier import exemple
from mutunb.execution.traitement import retirer_chemins, retirer_traces
from mutunb.rendu.tableaux import pour_lecteur

FINANCES = "comptabilite_finances"
COMMUNES = [commune(f"C{i}", 500 * (i + 1), 500_000, 200_000) for i in range(5)]


@pytest.fixture
def fictif():
    return mutunb.ouvrir(exemple.SIREN)


@pytest.fixture
def etude():
    return dossier(COMMUNES, frais_personnel=2e6, achats_charges_externes=1e6)


def declarer(etude, agents_par_commune, epci=6, **poste_de_l_epci):
    lignes = [poste(etude.territoire.siren, f"E{n}", FINANCES, **(poste_de_l_epci if n == 0 else {})) for n in range(epci)]
    for rang, agents in enumerate(agents_par_commune):
        lignes += [poste(siren_commune(etude, rang), f"P{n}", FINANCES) for n in range(agents)]
    return estimer_effectifs(avec(etude, effectifs=lignes))


def lu(tableau) -> pd.DataFrame:
    return pour_lecteur(tableau).donnees


@pytest.mark.parametrize(("agents", "masquee"), [(4, True), (5, False)])
def test_un_etp_se_lit_a_partir_de_cinq_agents(etude, agents, masquee):
    publies = effectifs_publies(declarer(etude, [agents, 6, 7]))
    assert bool(publies.etp.at[1, FINANCES]) is masquee


def test_une_estimation_reste_visible(etude):
    tableau = mutunb.tableaux.entites(declarer(etude, [1, 1, 1]))
    assert lu(tableau)[FINANCES].iloc[1:4].isna().all() and lu(tableau)[FINANCES].iloc[4:6].notna().all()


def test_un_effectif_total_de_moins_de_cinq_agents_est_masque_et_son_estimation_avec(etude):
    entite = {"siren": siren_commune(etude, 0), "nom": "C0", "nature": "commune", "effectif_etp": 2.0}
    tableau = mutunb.tableaux.entites(estimer_effectifs(avec(etude, entites=[entite])))
    assert lu(tableau).iloc[1][["effectif_central", FINANCES]].isna().all()
    assert lu(tableau).iloc[1]["achats"] > 0  # tirée des comptes publics


@pytest.mark.parametrize(("parts", "dominee"), [([85, 15], False), ([86, 14], True)])
def test_dominance_des_deux_cotes_de_85_pour_cent(parts, dominee):
    assert est_dominee(parts) is dominee


def test_une_case_qu_un_poste_domine_est_masquee(etude):
    assert couts_declares(declarer(etude, [6, 7, 8], cout_employeur_eur=2e6)).masque.at[FINANCES, 0]
    assert not couts_declares(declarer(etude, [6, 7, 8])).masque.at[FINANCES, 0]


def test_un_total_qu_une_commune_domine_est_masque(etude):
    assert couts_declares(declarer(etude, [80, 5, 5], epci=0)).masque.at[FINANCES, TOTAL]
    assert not couts_declares(declarer(etude, [40, 5, 5], epci=0)).masque.at[FINANCES, TOTAL]


def test_le_montant_qu_une_commune_domine_n_est_que_le_sien():
    montants = pd.Series([90.0, 5.0, 5.0], index=["a", "b", "c"])
    assert porteurs(montants, frozenset("abc")) == {"a"} and porteurs(montants, frozenset("bc")) == set("abc")


def test_les_couts_du_client_sont_au_millier(fictif, monkeypatch):
    effectifs = mutunb.effectifs(fictif)
    tableaux = [mutunb.tableaux.couts(effectifs), mutunb.tableaux.fonctions(effectifs)]
    couts = pd.concat([lu(t)[[c for c in t.donnees if t.unites[c] == "eur_an"]].stack().dropna() for t in tableaux])
    assert len(couts) > 15 and (couts % 1000 == 0).all()
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert (lu(tableaux[0])["ensemble"] % 1000 != 0).any()


def test_ni_departs_par_fonction_ni_compte_d_une_ou_deux_entites(fictif, monkeypatch):
    effectifs = mutunb.effectifs(fictif)
    fragilite = lu(mutunb.tableaux.fragilite(effectifs))
    assert "departs" not in fragilite and not fragilite[["seules", "sans_remplacant"]].isin([1, 2]).any(axis=None)
    phrase = mutunb.phrases.fragilite(effectifs).markdown
    assert "environ 20 cas" in phrase and "comptabilité" not in phrase
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert "departs" in lu(mutunb.tableaux.fragilite(effectifs))


def test_les_volumes_de_moins_de_cinq_entites_sont_masques(fictif):
    volumes = lu(mutunb.tableaux.volumes(mutunb.effectifs(fictif)))
    assert (volumes["mediane"].isna() == volumes["entites"].lt(5)).all() and volumes["mediane"].isna().any()


def test_les_lignes_rouges_d_une_ou_deux_communes_sont_reunies(fictif, monkeypatch):
    priorites = mutunb.priorites(fictif)
    rouges, avis = lu(mutunb.tableaux.lignes_rouges(priorites)), lu(mutunb.tableaux.appetence(priorites))
    assert rouges["communes"].min() >= 3 and rouges["communes"].isna().any()
    assert not avis[["rouges", "desaccords"]].isin([1, 2]).any(axis=None) and avis["interet_epci"].isna().all()
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert lu(mutunb.tableaux.lignes_rouges(priorites))["communes"].min() == 1


@pytest.mark.parametrize("nom", ["securite_entites", "paires"])
def test_ce_qui_designe_une_entite_est_dit_sensible(fictif, nom, monkeypatch):
    objet = mutunb.contrats(fictif, "2025-12-31") if nom == "paires" else mutunb.applications(fictif, "2025-12-31")
    tableau = getattr(mutunb.tableaux, nom)(objet)
    assert tableau.sensible and lu(tableau).empty
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert not lu(tableau).empty


def test_un_carnet_livre_ne_dit_ni_chemin_ni_trace():
    sortie = nbformat.v4.new_output("error", ename="E", evalue="message", traceback=["/chemin/de/la/machine"])
    carnet = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[sortie])])
    carnet.metadata["papermill"] = {"input_path": "/a", "output_path": "/b", "duration": 1}
    retirer_chemins(carnet)
    retirer_traces(carnet)
    assert "/" not in nbformat.writes(carnet).replace("/n", "") and carnet.metadata["papermill"] == {"duration": 1}


def test_diffuser_les_finances_ne_montre_pas_un_agent(fictif):
    permis = replace(fictif, reglages=fictif.reglages.model_copy(update={"diffusion_financiere": True}))
    couts = lu(mutunb.tableaux.couts(mutunb.effectifs(permis)))
    assert couts["entite_999999899"].iloc[:5].isna().all()
