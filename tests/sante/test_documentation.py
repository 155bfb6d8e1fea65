"""Tout ce qui est public a une docstring, et les exemples des docstrings sont vrais."""

from __future__ import annotations

import ast
import doctest
import importlib

import pytest

from tests.sante.regles import depot
from tests.sante.regles.documentation import methodes_promises, sans_docstring

AVEC_EXEMPLES = sorted(
    module for module, chemin in depot.modules().items() if ">>> " in chemin.read_text(encoding="utf-8")
)


def test_tout_ce_qui_est_public_est_documente() -> None:
    chemins = depot.fichiers("mutunb", suffixe=".py")
    promises = set().union(*(methodes_promises(depot.arbre(chemin)) for chemin in chemins))
    trouves = [
        manque
        for chemin in chemins
        for manque in sans_docstring(depot.relatif(chemin), depot.arbre(chemin), promises)
    ]
    depot.exiger(trouves, "une ligne : ce que la fonction rend, avec son unité. Ou un nom privé (_nom).")


@pytest.mark.parametrize("module", AVEC_EXEMPLES)
def test_les_exemples_sont_vrais(module: str) -> None:
    bilan = doctest.testmod(importlib.import_module(module), optionflags=doctest.ELLIPSIS)
    assert bilan.attempted > 0
    assert bilan.failed == 0


def test_les_formats_ont_des_exemples() -> None:
    assert "mutunb.formats" in AVEC_EXEMPLES


def test_un_manque_est_vu() -> None:
    code = ast.parse("class Territoire:\n    def ouvrir(self): pass\n    def _cache(self): pass\ndef lire(): pass")
    assert list(sans_docstring("f.py", code)) == [
        "f.py:1 : le module",
        "f.py:1 : Territoire",
        "f.py:4 : lire",
        "f.py:2 : ouvrir",
    ]


def test_prive_imbrique_et_vide_passent() -> None:
    assert list(sans_docstring("vide.py", ast.parse(""))) == []
    code = ast.parse('"""Module."""\ndef lire():\n    """Lit."""\n    def etape(): pass\ndef _cache(): pass')
    assert list(sans_docstring("f.py", code)) == []


def test_une_methode_promise_par_un_protocole_n_a_pas_a_le_redire() -> None:
    corps = '    """P."""\n    def lire(self):\n        """Lit."""\n    def nue(self): pass'
    protocole = ast.parse(f"class P(Protocol):\n{corps}")
    classe = ast.parse('"""M."""\nclass C:\n    """C."""\n    def lire(self): pass\n    def nue(self): pass')
    assert methodes_promises(protocole) == {"lire"}
    assert list(sans_docstring("f.py", classe, {"lire"})) == ["f.py:5 : nue"]
