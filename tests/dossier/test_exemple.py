"""Le territoire fictif : complet, marqué, relu à l'identique, et dont chaque feuille déplace un chiffre."""

import json

import pytest
from tests.fabrique_collecte import sans

import mutunb
from mutunb import chemins, territoires
from mutunb.dossier import exemple
from mutunb.dossier.collecte import lire_collecte
from mutunb.dossier.questionnaire import questionnaire
from mutunb.territoires.siren import cle_valide

#: feuille → tableau où l'on doit voir qu'elle manque
EFFETS = {
    "entites": "effectifs_entites",
    "effectifs": "effectifs_fonctions",
    "activite": "effectifs_volumes",
    "couts": "effectifs_fonctions",
    "contrats": "contrats",
    "applications": "applications",
    "mutualisations": "mutualisations",
    "qualite": "effectifs_fragilite",
    "appetence": "priorites",
    "compensations": "portrait_compensations",
    "dgf": "integration_signaux",
}


@pytest.fixture(scope="module")
def etude():
    return mutunb.ouvrir(exemple.SIREN)


@pytest.fixture(scope="module")
def complets(etude):
    return resultats(etude)


def resultats(etude) -> dict[str, str]:
    """Tableaux du diagnostic qui lisent le questionnaire, en JSON, par identifiant."""
    effectifs, priorites, conformite = mutunb.effectifs(etude), mutunb.priorites(etude), mutunb.conformite(etude)
    noms = mutunb.tableaux
    tableaux = [
        *(f(effectifs) for f in (noms.fonctions, noms.entites, noms.volumes, noms.fragilite, noms.dispersion, noms.couts)),
        *(f(priorites) for f in (noms.priorites, noms.appetence, noms.changements)),
        noms.mutualisations(conformite),
        noms.compensations(etude),
        mutunb.integration(etude).tableau,
    ]
    rendus = {t.id: json.dumps(t.element(), ensure_ascii=False, allow_nan=False) for t in tableaux if t is not None}
    return rendus | {
        "contrats": str(len(mutunb.contrats(etude, "2025-12-31").table)),
        "applications": str(len(mutunb.applications(etude, "2025-12-31").table)),
    }


def test_territoire_complet_et_marque(etude):
    territoire = etude.territoire
    assert territoire.origine == territoires.Origine.FICTIF and territoire.est_complet
    assert 9 <= len(territoire.communes) <= 12 and "fictif" in territoire.nom
    assert any(d.id == "territoire_fictif" for d in territoire.defauts)
    assert all(cle_valide(s) and s.startswith("999999") for s in [territoire.siren, *territoire.communes["siren"]])
    assert territoire.communes["frais_personnel"].sum() == territoire.epci["communes_frais_personnel"]


def test_aucun_reel_n_est_fictif_et_reciproquement():
    assert not territoires.chercher()["siren"].str.startswith("999999").any()
    with pytest.raises(Exception, match="membre de l'EPCI « CC du Val d'Aubrelle"):
        territoires.ouvrir("999999899")
    assert territoires.ouvrir("247900798").origine == territoires.Origine.ECHANTILLON


def test_toutes_les_feuilles_sont_remplies(etude):
    tailles = {nom: len(etude.collecte.table(nom)) for nom in questionnaire().noms}
    assert min(tailles.values()) > 0
    postes = etude.collecte.table("effectifs").drop_duplicates(["siren", "poste"])
    assert len(postes) >= 55 and tailles["contrats"] >= 80 and tailles["applications"] >= 60
    assert tailles["mutualisations"] == 6
    assert set(etude.collecte.table("appetence")["repondant"]) == {"maire", "president", "dgs", "secretaire"}


def test_les_classeurs_livres_sont_ceux_que_la_fabrique_ecrit(etude, tmp_path):
    fabriques = exemple.fabriquer(tmp_path)
    assert {c.relative_to(tmp_path) for c in fabriques} == {
        c.relative_to(chemins.exemples() / exemple.SIREN) for c in (chemins.exemples() / exemple.SIREN).rglob("*.*")
    }
    neuve = lire_collecte(sorted((tmp_path / "recus").iterdir()))
    for nom in questionnaire().noms:
        assert neuve.table(nom).equals(etude.collecte.table(nom)), f"{nom} : relancez python -m mutunb.dossier.exemple"


def test_les_reponses_relues_sont_celles_des_csv(etude):
    feuille = questionnaire().feuille("contrats")
    sources = exemple.lire_reponses_exemple(feuille)
    lus = etude.collecte.table("contrats")
    communs = lus[lus["_fichier"] == exemple.CLASSEUR_COMMUN]
    assert communs["montant_annuel_eur"].sum() == sum(ligne.get("montant_annuel_eur", 0) for ligne in sources)
    assert [d.date() for d in communs["fin"]] == [ligne["fin"] for ligne in sources]


def test_le_classeur_renvoye_a_de_vrais_defauts(etude):
    constats = [c for c in etude.collecte.constats if exemple.CLASSEUR_DEFECTUEUX in c.ou]
    trouves = " ".join(f"{c.trouve} {c.attendu}" for c in constats)
    assert "total" in trouves and "env. 20" in trouves
    contrats = etude.collecte.table("contrats").query("_fichier == @exemple.CLASSEUR_DEFECTUEUX")
    assert (contrats["fin"] < contrats["debut"]).any()  # l'erreur est lue telle quelle : le contrôle la dira
    assert contrats["montant_annuel_eur"].isna().any()  # « NC » n'est pas zéro
    postes = etude.collecte.table("effectifs").query("_fichier == @exemple.CLASSEUR_DEFECTUEUX")
    assert postes.groupby("poste")["part_temps"].sum().max() > 1


@pytest.mark.parametrize("feuille", list(EFFETS))
def test_chaque_feuille_deplace_un_chiffre(etude, complets, feuille):
    prives = resultats(sans(etude, feuille))
    assert prives.get(EFFETS[feuille]) != complets[EFFETS[feuille]]


def test_chaque_feuille_du_questionnaire_est_eprouvee():
    assert set(EFFETS) == set(questionnaire().noms)


def test_une_feuille_ne_deplace_pas_ce_qu_elle_ne_dit_pas(etude, complets):
    prives = resultats(sans(etude, "mutualisations"))
    intacts = set(complets) - {"mutualisations", "applications"}
    assert {nom for nom in intacts if prives.get(nom) != complets[nom]} == set()


def test_declare_remplace_l_estimation_et_le_silence_la_garde(etude):
    avec_reponses, sans_reponse = mutunb.effectifs(etude), mutunb.effectifs(sans(etude, "effectifs"))
    muettes = ~avec_reponses.declares.repondants
    assert muettes.sum() == 1  # Pierrelue n'a pas répondu
    assert avec_reponses.etp["central"][muettes].equals(sans_reponse.etp["central"][muettes])
    assert not avec_reponses.etp["central"][~muettes].equals(sans_reponse.etp["central"][~muettes])


def test_un_dossier_client_de_ce_siren_prime_sur_l_exemple(tmp_path, monkeypatch):
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path))
    (tmp_path / exemple.SIREN).mkdir()
    assert mutunb.ouvrir(exemple.SIREN).collecte is None
