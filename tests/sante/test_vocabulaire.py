"""Tout ce que le dépôt nomme est en français, sans accent."""

from __future__ import annotations

import ast
import json

import pytest

from tests.sante.regles import depot
from tests.sante.regles.noms import noms_fautifs, reproche, vocabulaire

REGLES = vocabulaire()
REMEDE = "le mot français du métier, sans accent ; un nom imposé par une bibliothèque s'ajoute à vocabulaire.yaml."


def test_les_noms_du_code_sont_francais() -> None:
    fautes = [
        faute
        for chemin in depot.fichiers("mutunb", "tests", "benchs", suffixe=".py")
        for faute in noms_fautifs(depot.relatif(chemin), depot.arbre(chemin), REGLES)
    ]
    depot.exiger(fautes, REMEDE)


def test_les_noms_des_carnets_sont_francais() -> None:
    fautes = []
    for chemin in depot.fichiers("notebooks", suffixe=".ipynb"):
        cellules = json.loads(chemin.read_text(encoding="utf-8"))["cells"]
        code = "\n".join("".join(cellule["source"]) for cellule in cellules if cellule["cell_type"] == "code")
        fautes += noms_fautifs(depot.relatif(chemin), ast.parse(code), REGLES)
    depot.exiger(fautes, REMEDE)


def test_les_noms_de_fichiers_sont_francais() -> None:
    fautes = [
        f"{depot.relatif(chemin)} ({cause})"
        for chemin in depot.fichiers("mutunb", "tests", "benchs", "notebooks", "data", "docs")
        if (cause := reproche(chemin.stem, REGLES)) is not None
    ]
    depot.exiger(fautes, REMEDE)


@pytest.mark.parametrize(
    "code",
    [
        "def get_communes(): pass",
        "def compute_part(): pass",
        "class CityTable: pass",
        "cost_total = 1",
        "def f(file_name): pass",
        "def f(*, row): pass",
        "self.values = 1",
        "import pandas as data",
        "for column in colonnes: pass",
        "[value for value in valeurs]",
        "def _set_poids(): pass",
        "def test_get_communes(): pass",
        "année = 2024",
        "with open(x) as path: pass",
        "def lien(self, text): pass",
        "try:\n    pass\nexcept ValueError as error:\n    raise",
    ],
)
def test_un_nom_fautif_est_dit(code: str) -> None:
    assert len(noms_fautifs("faux.py", ast.parse(code), REGLES)) == 1, code


@pytest.mark.parametrize(
    "code",
    [
        "def estimer_effectifs(territoire, *args, **kwargs): pass",
        "class Territoire:\n    def __set_name__(self): pass",
        "total = population = 1",
        "masse_salariale_eur = df.values",
        "import pandas as pd",
        "resultat = tableau.rename(columns={})",
        "def test_x(tmp_path, monkeypatch): pass",
        "MontantEpci = 1",
        "table.columns = entetes",
        "def lire_data_gouv(): pass",
        "class R(HTMLRenderer):\n    def link(self, text, url, title=None): pass",
    ],
)
def test_un_nom_francais_passe(code: str) -> None:
    assert noms_fautifs("sain.py", ast.parse(code), REGLES) == [], code


def test_le_mot_de_remplacement_est_donne() -> None:
    assert reproche("liste_cities", REGLES) == "mot « cities » : communes"
