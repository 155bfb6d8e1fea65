"""Phrases « qui paie quoi » : ce qu'un maire lit, ce qui se tait au client, ce qui s'affirme sans réponse."""

import pytest

from mutunb.calculs.projet import projeter
from mutunb.calculs.repartitions import repartir_services, simuler_departs
from mutunb.dossier import ouvrir
from mutunb.rendu import figures_repartition as figures
from mutunb.rendu import phrases_maires as maires
from mutunb.rendu import phrases_repartition as phrases

FICTIF, ADDITIONNELLE, METROPOLE = "999999998", "244600573", "242900314"
LA_FERROLLE, AUBRELLE = "999999931", "999999899"


@pytest.fixture(scope="module")
def repartitions():
    return {siren: repartir_services(projeter(ouvrir(siren))) for siren in (FICTIF, ADDITIONNELLE, METROPOLE)}


@pytest.fixture
def consultant(monkeypatch):
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")


def test_seule_elle_paierait_moins_et_comment(repartitions):
    services = repartitions[FICTIF].services
    seule = maires.phrase_maire(services["systemes_information"], LA_FERROLLE)
    assert seule.startswith("Seule, pour les systèmes d'information, La Ferrolle paierait environ ")
    assert "en achetant le même service à l'extérieur" in seule and "au lieu de" in seule
    assert "en gardant son service actuel" in maires.phrase_maire(services["comptabilite_finances"], AUBRELLE)
    assert "n'emploie pas ce service : rien au lieu de" in maires.phrase_maire(services["juridique"], LA_FERROLLE)
    assert "€" not in maires.phrase_maire(services["juridique"], LA_FERROLLE, avec_montant=False)


def test_aucune_coalition_ne_ferait_mieux_et_le_partiel_se_dit(repartitions):
    fictif = repartitions[FICTIF].services["systemes_information"]
    assert maires.phrase_maire(fictif, AUBRELLE, "unites").endswith("coalitions éprouvées ne ferait mieux pour Aubrelle.")
    partiel = repartitions[ADDITIONNELLE].services["ressources_humaines"]
    siren = partiel.communes["siren"].iloc[0]
    assert "mais toutes ne l'ont pas été" in maires.phrase_maire(partiel, siren, "unites")


def test_avec_ses_voisines(repartitions):
    trouvees = [
        maires.phrase_maire(service, siren, cle)
        for service in repartitions[METROPOLE].calculees + repartitions[FICTIF].calculees
        for cle in service.cles
        for siren in service.communes["siren"]
    ]
    assert any(p.startswith("Avec ") and "le groupe coûte moins sans les autres" in p for p in trouvees)
    assert any("n'a rien à gagner à une autre alliance" in p for p in trouvees)


def test_au_client_pas_de_montant_confidentiel(repartitions):
    lignes = maires.repartition_maires(repartitions[FICTIF]).markdown.splitlines()
    assert lignes and not any("€" in ligne for ligne in lignes)
    assert phrases.repartition_gagnantes(repartitions[FICTIF]).markdown.count("commune") == 1
    assert figures.repartition_ecarts(repartitions[FICTIF]) is None
    depart = phrases.repartition_depart(simuler_departs(repartitions[FICTIF]), repartitions[FICTIF])
    assert "€" not in depart.markdown


def test_au_consultant_les_montants(repartitions, consultant):
    assert "€" in maires.repartition_maires(repartitions[FICTIF]).markdown
    assert figures.repartition_ecarts(repartitions[FICTIF]).affichage().elements[0]["id"] == "figure_repartition_ecarts"
    assert "par habitant" in phrases.repartition_gagnantes(repartitions[FICTIF]).markdown


def test_sans_reponse_le_verdict_est_une_indication(repartitions):
    estime = phrases.repartition_stabilite(repartitions[ADDITIONNELLE]).markdown
    assert "Test partiel" in estime and "ce verdict est une indication" in estime
    assert "Toutes les coalitions ont été éprouvées" in phrases.repartition_stabilite(repartitions[FICTIF]).markdown
    assert "Aucune mairie n'a encore répondu" in phrases.repartition_gagnantes(repartitions[ADDITIONNELLE]).markdown


def test_shapley_porte_son_avertissement(repartitions):
    texte = phrases.repartition_mediateur(repartitions[METROPOLE])
    assert "Shapley est hors du cœur" in texte.markdown
    assert "Shapley peut être hors du cœur" in texte.html
    assert "ne se calcule pas au-delà de douze" in phrases.repartition_mediateur(repartitions[ADDITIONNELLE]).markdown


def test_rien_a_repartir_se_dit(repartitions):
    from dataclasses import replace

    vide = replace(repartitions[FICTIF], services={})
    assert "Donnée non fournie" in phrases.repartition_services(vide).markdown
    assert "Donnée non fournie" in phrases.repartition_stabilite(vide).markdown
    for phrase in (phrases.repartition_gagnantes, maires.repartition_maires, phrases.repartition_mediateur, phrases.repartition_parts):
        assert phrase(vide) is None
    assert figures.repartition_etendue(vide) is None and figures.repartition_ecarts(vide) is None


def test_les_figures_disent_leur_constat(repartitions):
    ecarts, etendue = figures.repartition_ecarts(repartitions[METROPOLE]), figures.repartition_etendue(repartitions[METROPOLE])
    assert "paieraient plus qu'aujourd'hui" in ecarts.titre or "paierait plus" in ecarts.titre
    assert "clé" in etendue.titre and etendue.alt.count("€ par habitant") == len(repartitions[METROPOLE].communes)


def test_le_constat_du_premier_ecran(repartitions):
    secret = phrases.constat_repartition(repartitions[FICTIF])
    assert "€" not in secret and "consultant" in secret
    estime = phrases.constat_repartition(repartitions[ADDITIONNELLE])
    assert "de −32 à +27" in estime and "aucune mairie n'a encore répondu" in estime and "l'EPCI environ" in estime


def test_le_cout_se_compare_a_celui_des_memes_fonctions(repartitions):
    assert "aujourd'hui, les mêmes fonctions coûtent" in phrases.repartition_services(repartitions[METROPOLE]).markdown
    assert "mêmes fonctions" not in phrases.repartition_services(repartitions[FICTIF]).markdown


def test_les_departs_d_une_meme_commune_se_disent_ensemble(repartitions):
    departs = simuler_departs(repartitions[METROPOLE])
    texte = phrases.repartition_depart(departs, repartitions[METROPOLE]).markdown
    assert len(departs) > 1 and texte.count("Si Brest partait") == 1


def test_ce_qui_n_est_pas_montrable_se_dit_aussi_en_page(repartitions):
    affichage = phrases.repartition_parts(repartitions[FICTIF])
    assert affichage.html and "laisserait lire des effectifs" in affichage.html
    assert "Shapley est hors du cœur" in phrases.repartition_mediateur(repartitions[METROPOLE]).html
