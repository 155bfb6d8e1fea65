"""Fichiers de 400 lignes et fonctions de 50 lignes au plus ; une alerte dès 250 et 25."""

from __future__ import annotations

from tests.sante.regles import depot
from tests.sante.regles.plafonds import (
    FICHIER_MAX,
    FICHIER_VOULU,
    FONCTION_MAX,
    FONCTION_VOULUE,
    depassements,
)


def trop_longs(fichier: int, fonction: int, *dossiers: str) -> list[str]:
    return [
        trop
        for chemin in depot.fichiers(*dossiers, suffixe=".py")
        for trop in depassements(depot.relatif(chemin), chemin.read_text(encoding="utf-8"), fichier, fonction)
    ]


def test_aucun_plafond_n_est_creve() -> None:
    trop = trop_longs(FICHIER_MAX, FONCTION_MAX, "mutunb", "tests", "benchs")
    depot.exiger(trop, "un concept par fichier ; sortez d'une longue fonction les étapes qui portent un nom.")


def test_les_longueurs_voulues_sont_signalees() -> None:
    trop = trop_longs(FICHIER_VOULU, FONCTION_VOULUE, "mutunb")
    depot.alerter(trop, "rien de bloquant ; le plafond dur est de 400 lignes par fichier et 50 par fonction.")


def fonction_de(lignes: int, docstring: str = "") -> str:
    corps = [f'    """{docstring}"""'] if docstring else []
    return "\n".join(["def f():", *corps, *["    x = 1"] * (lignes - 1)])


def test_plafond_de_fichier_des_deux_cotes() -> None:
    assert depassements("f.py", "x = 1\n" * 400, FICHIER_MAX, FONCTION_MAX) == []
    assert depassements("f.py", "x = 1\n" * 401, FICHIER_MAX, FONCTION_MAX) == ["f.py : 401 lignes (400 au plus)"]


def test_plafond_de_fonction_des_deux_cotes() -> None:
    assert depassements("f.py", fonction_de(50), FICHIER_MAX, FONCTION_MAX) == []
    assert depassements("f.py", fonction_de(51), FICHIER_MAX, FONCTION_MAX) == ["f.py:1 f : 51 lignes (50 au plus)"]


def test_la_docstring_ne_compte_pas() -> None:
    assert depassements("f.py", fonction_de(50, "Une ligne.\n\n    Une autre."), FICHIER_MAX, FONCTION_MAX) == []
