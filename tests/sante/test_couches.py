"""Les importations descendent ; chaque flèche fausse est nommée."""

from __future__ import annotations

import ast

import pytest

from tests.sante.regles import couches, depot

CONNUS = {
    "mutunb",
    "mutunb.formats",
    "mutunb.calculs",
    "mutunb.calculs.achats",
    "mutunb.rendu.figures",
    "mutunb.territoires",
    "mutunb.referentiel",
    "mutunb.execution",
}


def fleches(module: str, texte: str, est_paquet: bool = False) -> list[str]:
    return couches.fleches_fausses(module, ast.parse(texte), CONNUS, est_paquet)


def test_les_importations_descendent() -> None:
    modules = depot.modules()
    fausses = [
        fleche
        for module, chemin in modules.items()
        for fleche in couches.fleches_fausses(module, depot.arbre(chemin), modules, chemin.name == "__init__.py")
    ]
    depot.exiger(
        fausses,
        "carnets → façade → (formulaires, rendu, actes) → calculs → dossier → (territoires, referentiel) → "
        "(erreurs, chemins, formats) ; cli → execution → (dossier, territoires, referentiel). "
        "Déplacez la fonction vers l'étage qui s'en sert, ou passez-lui la donnée en argument.",
    )


@pytest.mark.parametrize(
    ("module", "texte"),
    [
        ("mutunb.calculs.portrait", "from mutunb import rendu_absent"),  # un nom de la façade
        ("mutunb.calculs.portrait", "from mutunb.rendu import figures"),
        ("mutunb.calculs.portrait", "def f():\n    import mutunb.rendu.figures"),  # importation tardive
        ("mutunb.calculs.portrait", "import importlib\nimportlib.import_module('mutunb.rendu.figures')"),
        ("mutunb.calculs.portrait", "import importlib\nimportlib.import_module('mutunb.' + nom)"),
        ("mutunb.calculs.portrait", "from matplotlib import pyplot"),
        ("mutunb.execution.lot", "from mutunb.calculs import achats"),
        ("mutunb.execution.lot", "from mutunb import calculs"),
        ("mutunb.execution.lot", "from ..rendu import figures"),
        ("mutunb.territoires.ouverture", "from mutunb import referentiel"),
        ("mutunb.referentiel.droit", "from mutunb import territoires"),
        ("mutunb.formats", "from mutunb import referentiel"),
        ("mutunb.rendu.cartes", "from mutunb import execution"),
        ("mutunb", "import importlib\n_N = {'a': ('execution.lot', 'b')}\nimportlib.import_module('mutunb.' + n)"),
        ("mutunb.outils.divers", "import json"),  # étage que l'architecture ne connaît pas
    ],
)
def test_une_fleche_fausse_est_dite(module: str, texte: str) -> None:
    assert len(fleches(module, texte)) == 1, (module, texte)


def test_la_fleche_nomme_les_deux_etages() -> None:
    (phrase,) = fleches("mutunb.execution.lot", "from mutunb.calculs import achats")
    assert phrase == "mutunb.execution.lot:1 : execution → calculs (mutunb.calculs.achats)"


@pytest.mark.parametrize(
    ("module", "texte", "est_paquet"),
    [
        ("mutunb", "from mutunb.calculs import achats\nfrom .rendu import figures", True),
        ("mutunb", "import importlib\n_N = {'a': ('calculs.achats', 'b')}\nimportlib.import_module('m.' + n)", True),
        ("mutunb.rendu.cartes", "from matplotlib import pyplot\nfrom mutunb.calculs import achats", False),
        ("mutunb.calculs", "from . import achats\nfrom mutunb import formats", True),
        ("mutunb.calculs.portrait", "from .achats import f\nfrom ..formats import nombre\nimport pandas", False),
        ("mutunb.cli", "from mutunb.execution import lot\nfrom mutunb import territoires", False),
    ],
)
def test_une_fleche_juste_passe(module: str, texte: str, est_paquet: bool) -> None:
    assert fleches(module, texte, est_paquet) == []
