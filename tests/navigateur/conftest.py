"""Un Chromium coupé du réseau, pour les pages des territoires produits (``tests/conftest.py``)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.production import DEPLOIEMENTS, TERRITOIRES

#: (dossier produit, SIREN, page) : le diagnostic de chaque territoire, le déploiement de deux
PAGES = {f"{nom}-{page}": ("sorties", siren, page) for nom, siren in TERRITOIRES.items() for page in ("index.html", "diagnostic.html")}
PAGES |= {
    f"{nom}-deploiement.html": ("deploiements", DEPLOIEMENTS[nom], "deploiement.html") for nom in ("dossier_complet", "sans_dossier")
}


@pytest.fixture(params=PAGES.values(), ids=PAGES.keys())
def chemin_page(request: pytest.FixtureRequest) -> Path:
    """Une page produite : chaque territoire, chaque page."""
    dossier, siren, page = request.param
    return request.getfixturevalue(dossier) / siren / page


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium de ``CHROMIUM``, sinon du système ; les tests se sautent sans lui."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None or not Path(executable).exists():
        pytest.skip("pas de Chromium (variable CHROMIUM ou commande chromium) : pages non contrôlées au navigateur")
    with sync_playwright() as pilote:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        navigateur = pilote.chromium.launch(executable_path=executable, args=options)
        yield navigateur
        navigateur.close()
