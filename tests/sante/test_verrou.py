"""requirements.lock couvre pyproject.toml, avec une empreinte par paquet et sans adresse de registre."""

from __future__ import annotations

import ast

import pytest
from packaging.requirements import Requirement

from tests.sante.regles import depot
from tests.sante.regles.paquets import (
    bibliotheques_importees,
    demandes,
    ecarts_du_verrou,
    lire_projet,
    lire_verrou,
    non_declarees,
)

PROJET = lire_projet((depot.RACINE / "pyproject.toml").read_text(encoding="utf-8"))
VERROU = (depot.RACINE / "requirements.lock").read_text(encoding="utf-8")
SAIN = "pandas==3.1.1 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via mutunb\nsix==1.17.0 --hash=sha256:cc\n"


def test_le_verrou_suit_le_projet() -> None:
    assert len(lire_verrou(VERROU)) > len(demandes(PROJET))
    depot.exiger(ecarts_du_verrou(VERROU, demandes(PROJET)), "régénérez le verrou (commande dans CONTRIBUTING.md).")


@pytest.mark.parametrize(("dossier", "avec_extras"), [("mutunb", False), ("tests", True)])
def test_toute_bibliotheque_importee_est_demandee(dossier: str, avec_extras: bool) -> None:
    importees: set[str] = set()
    for chemin in depot.fichiers(dossier, suffixe=".py"):
        importees |= bibliotheques_importees(depot.arbre(chemin))
    importees -= {"mutunb", "tests", "benchs"}
    depot.exiger(
        non_declarees(importees, demandes(PROJET, avec_extras)),
        "ajoutez le paquet à pyproject.toml (dependencies, ou l'extra tests) et régénérez le verrou.",
    )


def test_une_bibliotheque_non_demandee_est_vue() -> None:
    code = ast.parse("import json, yaml\nfrom bs4 import BeautifulSoup\nfrom . import voisin\nimport absente_du_monde")
    assert bibliotheques_importees(code) == {"yaml", "bs4", "absente_du_monde"}
    assert non_declarees({"yaml", "bs4", "absente_du_monde"}, [Requirement("PyYAML")]) == [
        "import absente_du_monde : paquet inconnu",
        "import bs4 : paquet beautifulsoup4",
    ]


def test_un_verrou_sain_passe() -> None:
    assert [(epingle.nom, epingle.empreintes) for epingle in lire_verrou(SAIN)] == [("pandas", 2), ("six", 1)]
    assert ecarts_du_verrou(SAIN, [Requirement("pandas>=3.0"), Requirement("Six")]) == []


@pytest.mark.parametrize(
    ("verrou", "voulu", "attendu"),
    [
        (SAIN, "numpy>=2", "numpy : demandé par pyproject.toml, absent du verrou"),
        (SAIN, "pandas>=3.2", "pandas 3.1.1 : hors de « >=3.2 »"),
        (SAIN + "rpds-py==2026.9.1\n", "six", "rpds-py 2026.9.1 : aucune empreinte"),
        ("--index-url x\n" + SAIN, "six", "ligne 1 : adresse de registre"),
        (SAIN + "# http" + "s://exemple.fr\n", "six", "ligne 6 : adresse de registre"),
    ],
)
def test_un_ecart_est_dit(verrou: str, voulu: str, attendu: str) -> None:
    assert ecarts_du_verrou(verrou, [Requirement(voulu)]) == [attendu]


def test_chaque_version_d_un_paquet_a_plusieurs_marques_est_controlee() -> None:
    double = "numpy==2.4.6 ; python_full_version < '3.12' \\\n    --hash=sha256:aa\nnumpy==1.9 --hash=sha256:bb\n"
    assert ecarts_du_verrou(double, [Requirement("numpy>=2.0")]) == ["numpy 1.9 : hors de « >=2.0 »"]
