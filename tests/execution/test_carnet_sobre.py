"""Un carnet sobre ne touche à rien : les carnets livrés le sont, ce qui pourrait laisser une trace ne l'est pas."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from mutunb import chemins
from mutunb.execution.carnet_sobre import est_sobre
from tests.execution.fabrique_carnets import carnet, code, texte

METHODE = sorted(chemins.carnets().glob("[0-9]_*/*.ipynb"))


@pytest.mark.parametrize("chemin", METHODE, ids=lambda chemin: chemin.stem)
def test_les_carnets_de_la_methode_sont_sobres(chemin: Path) -> None:
    assert est_sobre(nbformat.read(chemin, as_version=4))


@pytest.mark.parametrize(
    "source",
    [
        "import os",
        "import mutunb, os",
        "import mutunb as m",
        "from mutunb import figures",
        "%matplotlib inline",
        "!ls",
        "print(1)",
        "open('x', 'w')",
        "__import__('os')",
        "inconnu.chdir('/')",
        "dossier.nom = 'autre'",
        "dossier['a'] = 1",
        "dossier.__class__",
        "mutunb.figures = None",
        "mutunb = 3",
        "locals = 3",
        "mutunb.figures.os.chdir('/')",
        "del dossier",
        "global x",
        "x = lambda: 1",
        "[d for d in (1, 2)]",
        "f'{dossier!r}'",
        "def f(): pass",
        "if dossier: pass",
        "assert dossier",
        "(x := 3)",
        "get_ipython()",
        "await dossier",
    ],
)
def test_ce_qui_peut_laisser_une_trace_n_est_pas_sobre(source: str) -> None:
    avant = [code("import mutunb\ndossier = mutunb.ouvrir('247900798')")]
    assert est_sobre(carnet(*avant))
    assert not est_sobre(carnet(*avant, code(source)))


@pytest.mark.parametrize(
    "source",
    [
        "",
        "# rien",
        "a, b = 1, -2",
        "choix = mutunb.parametres('x', locals())\nmutunb.f(choix.a, n=[1, 'deux'], **choix.model_dump(exclude={'territoire'}))",
        "mutunb.figures.carte(dossier)",
    ],
)
def test_ce_qui_n_appelle_que_la_facade_est_sobre(source: str) -> None:
    assert est_sobre(carnet(texte("import os"), code("import mutunb\ndossier = mutunb.ouvrir('247900798')"), code(source)))
