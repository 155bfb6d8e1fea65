"""Ce que le code n'a pas le droit d'employer, et ce que la documentation de sécurité n'a pas le droit d'inventer."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mutunb import chemins
from tests.sante.regles import depot

INTERDITS = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "xmlrpc", "telnetlib"}
APPELS = {"eval", "exec", "compile", "__import__"}
YAML_DANGEREUX = {"load", "load_all", "full_load", "unsafe_load", "Loader", "FullLoader", "UnsafeLoader", "CLoader"}
#: moteur de carnets : exécuter du code est son métier
PERMIS = {"mutunb/noyau"}


def dangers(nom: str, code: ast.Module) -> Iterator[str]:
    """Importations et appels qui exécuteraient ce qu'un fichier contient."""
    for noeud in ast.walk(code):
        if isinstance(noeud, ast.Import | ast.ImportFrom):
            noms = [a.name for a in noeud.names] if isinstance(noeud, ast.Import) else [noeud.module or ""]
            yield from (f"{nom}:{noeud.lineno} : import {n}" for n in noms if n.split(".")[0] in INTERDITS)
        if isinstance(noeud, ast.Attribute) and isinstance(noeud.value, ast.Name):
            cite = (noeud.value.id, noeud.attr)
            if (cite[0] == "yaml" and cite[1] in YAML_DANGEREUX) or cite in {("os", "system"), ("pd", "read_pickle")}:
                yield f"{nom}:{noeud.lineno} : {'.'.join(cite)}"
        if isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id in APPELS:
            yield f"{nom}:{noeud.lineno} : {noeud.func.id}()"
        if isinstance(noeud, ast.keyword) and noeud.arg == "shell" and getattr(noeud.value, "value", None):
            yield f"{nom} : shell=True"


def test_ni_pickle_ni_yaml_dangereux_ni_execution() -> None:
    fichiers = [f for f in depot.fichiers("mutunb", suffixe=".py") if not any(str(depot.relatif(f)).startswith(p) for p in PERMIS)]
    trouves = [d for f in fichiers for d in dangers(str(depot.relatif(f)), depot.arbre(f))]
    depot.exiger(trouves, "yaml.safe_load et JSON ; rien qui exécute le contenu d'un fichier.")


@pytest.mark.parametrize("code", ["import pickle", "from joblib import load", "yaml.load(f)", "yaml.unsafe_load(f)", "eval(x)",
                                  "subprocess.run(c, shell=True)", "os.system(c)"])  # fmt: skip
def test_un_danger_est_vu(code: str) -> None:
    assert list(dangers("f.py", ast.parse(code)))


def cites() -> list[str]:
    """Tests que docs/securite.md nomme : ``tests/…/test_x.py::test_y``."""
    texte = (chemins.racine() / "docs" / "securite.md").read_text("utf-8")
    return sorted(set(re.findall(r"`(tests/[\w/]+\.py::test_\w+)`", texte)))


def test_chaque_test_cite_par_la_documentation_existe() -> None:
    assert len(cites()) >= 20
    absents = [cite for cite in cites() if not existe(cite)]
    depot.exiger(absents, "docs/securite.md promet un test qui n'existe pas : écrivez-le, ou retirez la promesse.")


def existe(cite: str) -> bool:
    """Vrai si le test est une fonction de son fichier."""
    chemin, _, nom = cite.partition("::")
    fichier = Path(chemins.racine() / chemin)
    return fichier.is_file() and any(isinstance(n, ast.FunctionDef) and n.name == nom for n in ast.walk(ast.parse(fichier.read_text("utf-8"))))


def test_un_test_invente_serait_vu() -> None:
    assert not existe("tests/fiabilite/test_statique.py::test_qui_n_existe_pas")
    assert existe("tests/fiabilite/test_statique.py::test_un_danger_est_vu")
