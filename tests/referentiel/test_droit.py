"""Le droit : valeurs datées des deux côtés d'une date, vérification, renvois."""

from __future__ import annotations

import datetime

import pytest

from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.referentiel import Contenu


def le(texte: str) -> datetime.date:
    return datetime.date.fromisoformat(texte)


@pytest.fixture
def comite(dossier):
    return Contenu(dossier).droits["comite_social"]


@pytest.mark.parametrize(
    ("jour", "attendu"),
    [("2019-01-01", 40), ("2023-12-31", 40), ("2024-01-01", 50), ("2026-11-24", 50)],
)
def test_valeur_en_vigueur_a_une_date(comite, jour, attendu):
    assert comite.valeur("seuil", le=le(jour)) == attendu


def test_valeur_d_aujourd_hui_par_defaut(comite):
    assert comite.valeur("seuil") == 50


def test_avant_la_premiere_valeur(comite):
    with pytest.raises(ErreurDonnees) as leve:
        comite.valeur("seuil", le=le("2018-12-31"))
    message = str(leve.value).replace("\u00a0", " ")
    assert "aucune valeur connue au 31 décembre 2018" in message
    assert "1er janvier 2019 (Loi de 2019)" in message


def test_une_premiere_valeur_sans_date_vaut_toujours(remplacer):
    dossier = remplacer("droit/personnel.yaml", ("depuis: 2019-01-01", "depuis: null"))
    assert Contenu(dossier).droits["comite_social"].valeur("seuil", le=le("1990-01-01")) == 40


def test_valeur_inconnue_donne_les_voisins(comite):
    with pytest.raises(ErreurUsage, match="Vouliez-vous dire : seuil"):
        comite.valeur("seuils")


def test_la_valeur_porte_son_unite_et_sa_reference(comite):
    chiffre = comite.chiffre("seuil")
    assert chiffre.unite == "agents"
    assert chiffre.en_vigueur(le("2020-01-01")).reference == "Loi de 2019"


def test_date_de_verification_affichee(comite, remplacer):
    assert comite.verification.replace("\u00a0", " ") == "vérifié le 3 avril 2026"
    dossier = remplacer("droit/personnel.yaml", ("verifie_le: 2026-04-03", "verifie_le: null"))
    assert Contenu(dossier).droits["comite_social"].verification == "date de vérification non établie"


def test_un_texte_sur_peut_comporter_des_reserves(comite, remplacer):
    assert not comite.a_verifier
    assert comite.comporte_reserves  # V1 reste ouvert
    dossier = remplacer("droit/personnel.yaml", ("points_a_verifier: [V1]", "points_a_verifier: []"))
    assert not Contenu(dossier).droits["comite_social"].comporte_reserves
    dossier = remplacer("droit/personnel.yaml", ("Cinquante agents., niveau: A", "Cinquante agents., niveau: B"))
    assert Contenu(dossier).droits["comite_social"].comporte_reserves


@pytest.mark.parametrize("niveau", ["A15", "A-t", "A-", "B", "C", "D"])
def test_tout_autre_niveau_que_a_est_a_verifier(remplacer, niveau):
    dossier = remplacer("droit/personnel.yaml", ("niveau: A", f"niveau: {niveau}"))
    assert Contenu(dossier).droits["comite_social"].a_verifier


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu"),
    [
        ("verifie_le: 2026-04-03", "verifie_le: 2199-01-01", "attendu une date passée"),
        ("verifie_le: 2026-04-03", "verifie_le: hier", "attendu une date AAAA-MM-JJ"),
        ("  verifie_le: 2026-04-03\n", "", "attendu la clé « verifie_le »"),
        ("depuis: 2024-01-01", "depuis: 2204-01-01", "à moins d'un an"),
        ("depuis: 2024-01-01", "depuis: 2018-01-01", "attendu des dates croissantes"),
        ("depuis: 2024-01-01", "depuis: 2019-01-01", "attendu des dates croissantes"),
        ("depuis: 2024-01-01", "depuis: null", "attendu une date d'effet"),
        ("valeur: 50", "valeur: cinquante", "attendu un nombre"),
        ("unite: agents", "unite: agent", "Vouliez-vous dire : agents"),
        ("      unite: agents\n", "", "attendu la clé « unite »"),
        ("source: [cnfpt, usage]", "source: [cnfpt, usages]", "points n° 1, source n° 2 : trouvé « usages »"),
        ("source: [cnfpt, usage]", "source: []", "attendu au moins 1 élément"),
        ("points_a_verifier: [V1]", "points_a_verifier: [V9]", "un point de points_a_verifier.yaml"),
        ("sujet: Seuil", "sujets: Seuil", "Vouliez-vous dire : sujet"),
        ("niveau: A, source: [", "source: [", "points n° 1, niveau : trouvé rien"),
        ("version: 2026-04-03", "version: [1]", "attendu une date ou un texte"),
        ("libelle: Comité", "libelle: 12 # ", "attendu un texte. Mettez la valeur entre guillemets"),
    ],
)
def test_entree_refusee(remplacer, constats_de, ancien, nouveau, attendu):
    dossier = remplacer("droit/personnel.yaml", (ancien, nouveau))
    constats = constats_de(lambda: Contenu(dossier).droits)
    assert any(attendu in constat for constat in constats), constats
    assert all(constat.startswith("droit/personnel.yaml, comite_social") for constat in constats)


def test_un_effet_vote_pour_l_an_prochain_est_admis(remplacer):
    annee = datetime.date.today().year + 1
    dossier = remplacer("droit/personnel.yaml", ("depuis: 2024-01-01", f"depuis: {annee}-01-01"))
    comite = Contenu(dossier).droits["comite_social"]
    assert comite.valeur("seuil") == 40
    assert comite.valeur("seuil", le=datetime.date(annee, 1, 1)) == 50


def test_un_id_qui_contredit_la_cle_est_refuse(remplacer, constats_de):
    dossier = remplacer("droit/personnel.yaml", ("  libelle: Comité", "  id: autre\n  libelle: Comité"))
    assert "attendu « comite_social »" in constats_de(lambda: Contenu(dossier).droits)[0]


def test_la_date_du_jour_est_une_date_passee(remplacer):
    aujourd_hui = datetime.date.today()
    dossier = remplacer("droit/personnel.yaml", ("verifie_le: 2026-04-03", f"verifie_le: {aujourd_hui}"))
    assert Contenu(dossier).droits["comite_social"].verifie_le == aujourd_hui
