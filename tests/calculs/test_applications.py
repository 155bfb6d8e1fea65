"""L'inventaire : une solution sous plusieurs écritures, populations, fenêtres, coûts, sécurité, rôles."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from tests.fabrique_achats import application, inventaire

from mutunb.calculs.applications import couts_par_utilisateur, fenetres_licences, heterogeneite, prerequis
from mutunb.calculs.securite_si import attestations, bases_par_entite, bases_resumees, roles_rgpd
from mutunb.calculs.solutions import est_la_meme, lire_ecriture

MEMES = [
    (("e.magnus", "Berger-Levrault"), ("E-MAGNUS", "BERGER LEVRAULT SA")),
    (("e.magnus", None), ("eMagnus v5 (2021)", "Berger-Levrault")),
    (("e.magnus", "Berger-Levrault"), ("Berger Levrault e.magnus GF", "Berger-Levrault")),
    (("Cosoluce", "Cosoluce"), ("Logiciel COSOLUCE", None)),
    (("LibreOffice", None), ("Libre Office", None)),
    (("Horizon Villages", "JVS-Mairistem"), ("Horizon Village", "JVS Mairistem")),
]
AUTRES = [
    (("Office 2016", "Microsoft"), ("Office 365", "Microsoft")),
    (("Horizon", "JVS"), ("Horizon", "Oracle")),
    (("Sedit Marianne", "Berger-Levrault"), ("e.magnus", "Berger-Levrault")),
    (("Ciril", "Ciril Group"), ("Ciel", None)),
]


@pytest.mark.parametrize(("une", "autre"), MEMES)
def test_une_meme_application_se_reconnait(une, autre):
    assert est_la_meme(lire_ecriture(*une), lire_ecriture(*autre))
    assert est_la_meme(lire_ecriture(*autre), lire_ecriture(*une))


@pytest.mark.parametrize(("une", "autre"), AUTRES)
def test_deux_applications_se_distinguent(une, autre):
    assert not est_la_meme(lire_ecriture(*une), lire_ecriture(*autre))


def test_heterogeneite_a_la_main():
    lus = heterogeneite(
        inventaire(
            application("A", "e.magnus", editeur="Berger-Levrault"), application("B", "E-Magnus", editeur="Berger Levrault"),
            application("C", "Cosoluce"), application("E", "Sedit"), application("D", "Ciril RH", "rh"),
        )
    ).set_index("domaine")  # fmt: skip
    finances = lus.loc["finances"]
    assert (finances["entites"], finances["solutions"], finances["editeurs"]) == (4, 3, 1)
    # Cosoluce : 300 habitants sur 600 ; e.magnus en a 300 aussi, chez deux communes.
    assert (finances["majoritaire"], finances["part_population"], finances["couverture"]) == ("e.magnus", 0.5, 0.6)
    assert lus.index[0] == "finances"


def test_l_epci_n_a_pas_de_population():
    assert math.isnan(heterogeneite(inventaire(application("E"))).loc[0, "part_population"])


@pytest.mark.parametrize(("seconde", "trouvees"), [("2028-06-30", 1), ("2028-07-01", 0)])
def test_fenetre_de_licences_aux_seuils(seconde, trouvees):
    lus = fenetres_licences(inventaire(application("A", fin_contrat="2027-01-01"), application("B", "Cosoluce", fin_contrat=seconde)))
    assert len(lus) == trouvees


def test_une_licence_echue_n_ouvre_pas_de_fenetre():
    assert fenetres_licences(inventaire(application("A", fin_contrat="2025-12-31"), application("B", fin_contrat="2026-02-01"))).empty


def test_cout_par_utilisateur():
    lignes = [application(s, utilisateurs=u, cout_annuel_eur=c) for s, u, c in (("A", 2, 200.0), ("B", 3, 400.0), ("C", 5, 400.0))]
    lus = couts_par_utilisateur(inventaire(*lignes, application("D", cout_annuel_eur=9.0)))
    assert (lus.loc[0, "cout_eur"], lus.loc[0, "cout_par_utilisateur_eur"]) == (1000, 100)


@pytest.mark.parametrize(("diffusion", "absent"), [(False, True), (True, False)])
def test_le_cout_d_une_seule_commune_ne_se_montre_que_si_le_dossier_le_permet(diffusion, absent):
    lus = couts_par_utilisateur(inventaire(application("A", utilisateurs=2, cout_annuel_eur=200.0), diffusion=diffusion))
    assert math.isnan(lus.loc[0, "cout_eur"]) is absent
    assert math.isnan(lus.loc[0, "cout_par_utilisateur_eur"]) is absent


@pytest.mark.parametrize(
    ("essai", "attendu"), [("2025-01-02", "oui"), ("2025-01-01", "non"), ("2024-12-31", "non"), ("2026-01-02", "inconnu"), (None, "inconnu")]
)
def test_une_sauvegarde_est_essayee_depuis_moins_de_douze_mois(essai, attendu):
    assert bases_par_entite(inventaire(application("A", sauvegarde_testee_le=essai))).loc[0, "sauvegarde"] == attendu


def test_bases_de_securite():
    lus = inventaire(
        application("A", mfa="oui", administrateur_unique="oui"), application("A", "b", "rh", mfa="non"),
        application("B", mfa="ne_sait_pas", administrateur_unique="non"),
    )  # fmt: skip
    bases = bases_par_entite(lus).set_index("siren")
    assert bases["mfa"].to_dict() == {"A": "en_partie", "B": "inconnu"}
    assert bases["administrateurs"].to_dict() == {"A": "non", "B": "oui"}
    resume = bases_resumees(lus).set_index("point")
    assert resume.loc["Authentification renforcée"].to_dict() == {"oui": 0, "en_partie": 1, "non": 0, "inconnu": 1}
    assert "Commune" not in resume.to_string()


@pytest.mark.parametrize(
    ("points", "clause"),
    [({"conformite": "convention_signee ; donnees_personnelles"}, "oui"), ({"non_conformite": "donnees_personnelles"}, "non"),
     ({"conformite": "convention_signee"}, "inconnu"), ({}, "inconnu")],
)  # fmt: skip
def test_roles_de_l_article_28(points, clause):
    relation = {"forme": "sc", "fonction": "systemes_information", "porteur_siren": "111111111", "conformite": None,
                "non_conformite": None, "beneficiaires": "222222222;333333333 ; 111111111"} | points  # fmt: skip
    lus = roles_rgpd(inventaire(application("A"), mutualisations=pd.DataFrame([relation])))
    assert lus[["entites", "clause"]].values.tolist() == [[2, clause]]


def test_un_hebergement_hors_de_la_collectivite_fait_un_sous_traitant():
    lus = roles_rgpd(inventaire(application("A", hebergement="epci"), application("E", hebergement="epci"), application("B", hebergement="local")))
    assert lus[["sous_traitant", "entites", "clause"]].values.tolist() == [["l'EPCI", 1, "inconnu"]]


def test_chaque_autorite_a_son_attestation():
    entites = pd.DataFrame([{"siren": "A", "nom": "Ville A", "nature": "commune", "attestation_rgs_le": "2025-03-01"},
                            {"siren": "Z", "nom": "CCAS A", "nature": "ccas", "attestation_rgs_le": None}])  # fmt: skip
    lus = attestations(inventaire(application("A"), entites=entites)).set_index("autorite")["signee_le"]
    assert lus["Ville A"] == pd.Timestamp("2025-03-01")
    assert set(lus.index) == {"Ville A", "CCAS A", "CC d'Essai", "Commune B", "Commune C", "Commune D"}
    assert lus.notna().sum() == 1


def test_prerequis():
    lus = prerequis(inventaire(application("A", fin_contrat="2027-01-01"), application("B", "Cosoluce", fin_contrat="2027-02-01"))).set_index("fonction")
    assert (lus.loc["comptabilite_finances", "solutions"], lus.loc["comptabilite_finances", "prochaine_fenetre"]) == (2, pd.Timestamp("2027-01-01"))
    assert math.isnan(lus.loc["ressources_humaines", "solutions"])


def test_sans_inventaire_rien_ne_casse():
    vide = inventaire()
    assert vide.est_vide
    assert all(f(vide).empty for f in (heterogeneite, fenetres_licences, couts_par_utilisateur, bases_par_entite, roles_rgpd))
    assert bases_resumees(vide)[["oui", "non"]].to_numpy().sum() == 0
