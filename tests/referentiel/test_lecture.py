"""Lire le référentiel : YAML et CSV abîmés, tous les défauts à la fois, noms voisins."""

from __future__ import annotations

import datetime

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.referentiel import Contenu


def test_un_dossier_sain_se_lit_en_entier(dossier):
    contenu = Contenu(dossier)
    assert list(contenu.sources) == ["cnfpt", "usage"]
    assert contenu.reperes["RH04"].haut == 60 and contenu.reperes["RH04"].central is None
    assert contenu.hypotheses["part_rh"].niveaux.haut == "A"
    assert contenu.droits["comite_social"].source == ("cnfpt",)


def test_les_objets_ne_se_modifient_pas(dossier):
    contenu = Contenu(dossier)
    with pytest.raises(TypeError):
        contenu.sources["nouvelle"] = contenu.sources["cnfpt"]
    with pytest.raises(ValueError, match="frozen"):
        contenu.sources["cnfpt"].titre = "autre"
    assert isinstance(contenu.droits["comite_social"].points, tuple)


def test_une_cle_en_double_est_refusee_avec_sa_ligne(remplacer, constats_de):
    dossier = remplacer("sources.yaml", ("  niveau: A\n", "  niveau: A\n  niveau: B\n"))
    (constat,) = constats_de(lambda: Contenu(dossier).sources)
    assert constat.startswith("sources.yaml, ligne 8 : trouvé la clé « niveau » une seconde fois")


def test_une_entree_en_double_est_refusee(remplacer, constats_de):
    dossier = remplacer("sources.yaml", ("usage:", "cnfpt:"))
    (constat,) = constats_de(lambda: Contenu(dossier).sources)
    assert "la clé « cnfpt » une seconde fois" in constat


def test_un_yaml_illisible_dit_la_ligne(remplacer, constats_de):
    dossier = remplacer("hypotheses.yaml", ("  bas: 1", "  bas: [1"))
    (constat,) = constats_de(lambda: Contenu(dossier).hypotheses)
    assert constat.startswith("hypotheses.yaml, ligne ")
    assert "YAML correct" in constat


def test_une_date_impossible_est_un_constat(remplacer, constats_de):
    dossier = remplacer("droit/personnel.yaml", ("verifie_le: 2026-04-03", "verifie_le: 2026-13-03"))
    (constat,) = constats_de(lambda: Contenu(dossier).droits)
    assert "droit/personnel.yaml" in constat and "dates" in constat


@pytest.mark.parametrize("contenu", ["", "- a\n- b\n", "du texte"])
def test_un_fichier_sans_cles_est_un_constat(dossier, constats_de, contenu):
    (dossier / "unites.yaml").write_text(contenu, encoding="utf-8")
    (constat,) = constats_de(lambda: Contenu(dossier).unites)
    assert constat.startswith("unites.yaml : trouvé")


def test_un_fichier_mal_encode_est_un_constat(dossier, constats_de):
    (dossier / "sources.yaml").write_bytes("été: {}".encode("latin-1"))
    assert "UTF-8" in constats_de(lambda: Contenu(dossier).sources)[0]


def test_un_fichier_absent_dit_son_chemin(dossier):
    (dossier / "sources.yaml").unlink()
    with pytest.raises(ErreurDonnees, match="Fichier absent.*sources.yaml"):
        _ = Contenu(dossier).sources


def test_un_dossier_de_droit_vide_est_une_erreur(dossier):
    (dossier / "droit" / "personnel.yaml").unlink()
    with pytest.raises(ErreurDonnees, match="aucun fichier"):
        _ = Contenu(dossier).droits


def test_une_entree_qui_n_est_pas_un_bloc_est_un_constat(dossier, constats_de):
    (dossier / "points_a_verifier.yaml").write_text("V1: un texte\nV2: [a]\n", encoding="utf-8")
    assert len(constats_de(lambda: Contenu(dossier).points_a_verifier)) == 2


def test_tous_les_defauts_d_un_fichier_arrivent_ensemble(remplacer, constats_de):
    dossier = remplacer(
        "hypotheses.yaml",
        ("libelle:", "libele:"),
        ("fonction: ressources_humaines", "fonction: ressource_humaine"),
        ("central: 2.3", "central: beaucoup"),
        ('unite: "%"', 'unite: "% "'),
        ("annee: 2022", "annee: 2199"),
        ("niveau: A", "niveau: Z"),
        ("source: cnfpt", "source: cnfp"),
        ("qualite: orange", "qualite: orangé"),
        ("  impact: moyen\n", ""),
    )
    constats = constats_de(lambda: Contenu(dossier).hypotheses)
    texte = "\n".join(constats)
    for attendu in (
        "part_rh, libelle : trouvé rien ; attendu la clé « libelle »",
        "trouvé la clé « libele »",
        "Vouliez-vous dire : libelle ?",
        "trouvé « ressource_humaine »",
        "Vouliez-vous dire : ressources_humaines",
        "central : trouvé « beaucoup » ; attendu un nombre",
        "annee : trouvé 2199 ; attendu une année passée",
        "niveaux, bas : trouvé « Z » ; attendu A, A15, A-t, A-, B, C ou D",
        "sources, haut : trouvé « cnfp » ; attendu une source de sources.yaml. Vouliez-vous dire : cnfpt",
        "qualite : trouvé « orangé » ; attendu vert, orange ou rouge. Vouliez-vous dire : orange ?",
        "impact : trouvé rien ; attendu la clé « impact »",
    ):
        assert attendu in texte, attendu
    assert not any("part_rh, unite" in constat for constat in constats)  # l'espace finale se retire


def test_deux_fichiers_de_droit_ne_partagent_pas_un_identifiant(dossier, constats_de):
    double = (dossier / "droit" / "personnel.yaml").read_text(encoding="utf-8")
    (dossier / "droit" / "autre.yaml").write_text(double, encoding="utf-8")
    constats = constats_de(lambda: Contenu(dossier).droits)
    assert [constat.split(",")[0] for constat in constats] == ["droit/autre.yaml", "droit/personnel.yaml"]


def test_les_defauts_de_plusieurs_fichiers_de_droit_arrivent_ensemble(remplacer, dossier, constats_de):
    remplacer("droit/personnel.yaml", ("niveau: A", "niveau: E"))
    (dossier / "droit" / "autre.yaml").write_text("autre: {libelle: Autre}\n", encoding="utf-8")
    constats = constats_de(lambda: Contenu(dossier).droits)
    assert {constat.split(",")[0] for constat in constats} == {"droit/autre.yaml", "droit/personnel.yaml"}


def test_une_source_datee_de_l_avenir_est_refusee(remplacer, constats_de):
    annee = datetime.date.today().year + 1
    dossier = remplacer("sources.yaml", ('date: ""', f'date: "{annee}"'))
    assert "une date passée" in constats_de(lambda: Contenu(dossier).sources)[0]


@pytest.mark.parametrize("date", ["", "2015", "2014-12", "2015-01-23", "2015-2016"])
def test_formes_de_date_admises_pour_une_source(remplacer, date):
    dossier = remplacer("sources.yaml", ('date: ""', f'date: "{date}"'))
    assert Contenu(dossier).sources["cnfpt"].date == date


@pytest.mark.parametrize("date", ["janvier 2015", "15", "2015/01/23"])
def test_autres_formes_de_date_refusees(remplacer, constats_de, date):
    dossier = remplacer("sources.yaml", ('date: ""', f'date: "{date}"'))
    assert "AAAA-MM-JJ" in constats_de(lambda: Contenu(dossier).sources)[0]


def test_plusieurs_adresses_se_lisent_une_par_une(remplacer):
    dossier = remplacer("sources.yaml", ("https://www.cnfpt.fr", '"https://a.fr ; https://b.fr"'))
    assert Contenu(dossier).sources["cnfpt"].adresses == ("https://a.fr", "https://b.fr")


def test_une_adresse_qui_n_en_est_pas_une_est_refusee(remplacer, constats_de):
    dossier = remplacer("sources.yaml", ("https://www.cnfpt.fr", "à compléter"))
    assert "http(s)" in constats_de(lambda: Contenu(dossier).sources)[0]
