"""Un Chromium coupé du réseau, pour les pages des trois territoires produits (``tests/conftest.py``)."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.production import TERRITOIRES

PAGES = ("index.html", "diagnostic.html")

@pytest.fixture(params=[(territoire, page) for territoire in TERRITOIRES for page in PAGES], ids="-".join)
def chemin_page(request: pytest.FixtureRequest, sorties: Path) -> Path:
    """Une page produite : chaque territoire, chaque page."""
    territoire, page = request.param
    return sorties / TERRITOIRES[territoire] / page


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
