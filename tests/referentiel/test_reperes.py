"""Les repères : colonnes, nombres, bornes, unités."""

from __future__ import annotations

import pytest

from mutunb.referentiel import Contenu


def test_une_case_vide_est_une_absence(dossier):
    repere = Contenu(dossier).reperes["RH01"]
    assert (repere.bas, repere.central, repere.haut) == (None, 2.3, None)
    assert not repere.a_verifier
    assert Contenu(dossier).reperes["RH04"].a_verifier


def test_colonne_mal_nommee(remplacer, constats_de):
    dossier = remplacer("reperes.csv", ("indicateur", "indicateurs"))
    constats = constats_de(lambda: Contenu(dossier).reperes)
    assert len(constats) == 2
    assert "Vouliez-vous dire : indicateur" in constats[0]


def test_case_en_trop(remplacer, constats_de):
    dossier = remplacer("reperes.csv", ("cnfpt;A;", "cnfpt;A;remarque;"))
    (constat,) = constats_de(lambda: Contenu(dossier).reperes)
    assert constat.startswith("reperes.csv, ligne 2")


def test_case_manquante(remplacer, constats_de):
    dossier = remplacer("reperes.csv", ("usage;B;Pratique courante", "usage;B"))
    (constat,) = constats_de(lambda: Contenu(dossier).reperes)
    assert constat.startswith("reperes.csv, ligne 3")


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu"),
    [
        ("40;;60", "70;;60", "attendu au moins 70"),
        ("40;;60", "40;70;60", "attendu au moins 70"),
        ("40;;60", "40;30;60", "attendu au moins 40"),
        ("40;;60", ";;", "attendu bas, central ou haut"),
        ("40;;60", "quarante;;60", "attendu un nombre"),
        ("40;;60", "4,5;;60", "attendu un nombre"),
        ("40;;60;agents", "40;;60;agent", "attendu une unité de unites.yaml. Vouliez-vous dire : agents"),
        ("40;;60;agents", "40;;60;", "attendu un texte non vide"),
        ("usage;B", ";B", "attendu un texte non vide"),
        ("usage;B", "usages;B", "Vouliez-vous dire : usage ?"),
        ("usage;B", "usage;E", "attendu A, A15"),
        ("RH04;ressources_humaines", "RH04;rh", "attendu une fonction connue"),
        ("RH04", "RH01", "attendu un identifiant unique"),
    ],
)
def test_repere_refuse(remplacer, constats_de, ancien, nouveau, attendu):
    dossier = remplacer("reperes.csv", (ancien, nouveau))
    (constat,) = constats_de(lambda: Contenu(dossier).reperes)
    assert constat.startswith("reperes.csv, ligne 3")
    assert attendu in constat


def test_bornes_egales_admises(remplacer):
    dossier = remplacer("reperes.csv", ("40;;60", "40;40;40"))
    assert Contenu(dossier).reperes["RH04"].central == 40
