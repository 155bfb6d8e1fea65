"""Un Chromium coupé du réseau, pour les pages des territoires produits (``tests/conftest.py``)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.production import DEPLOIEMENTS, TERRITOIRES

#: page → (dossier produit, SIREN, fichier)
DIAGNOSTICS = {
    f"{nom}-{page}": ("sorties", siren, page) for nom, siren in TERRITOIRES.items() for page in ("index.html", "diagnostic.html")
}
DEPLOIEMENT = {f"{nom}-deploiement.html": ("deploiements", siren, "deploiement.html") for nom, siren in DEPLOIEMENTS.items()}
PAGES = DIAGNOSTICS | DEPLOIEMENT


@pytest.fixture(params=PAGES.values(), ids=PAGES.keys())
def chemin_page(request: pytest.FixtureRequest) -> Path:
    """Une page produite, à lire sans navigateur : chaque territoire, chaque page."""
    return _chemin(request, *request.param)


@pytest.fixture(params=DIAGNOSTICS.values(), ids=DIAGNOSTICS.keys())
def page_affichee(request: pytest.FixtureRequest) -> Path:
    """Une page produite, à ouvrir au navigateur à toutes les largeurs et sous tous les thèmes."""
    return _chemin(request, *request.param)


def _chemin(request: pytest.FixtureRequest, dossier: str, siren: str, page: str) -> Path:
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
