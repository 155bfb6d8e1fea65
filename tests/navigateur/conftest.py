"""Les pages de trois territoires de l'échantillon, et un Chromium coupé du réseau."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from mutunb import chemins

#: une petite communauté rurale en fiscalité additionnelle, une agglomération, une métropole
TERRITOIRES = {"cc_rurale": "244600573", "agglomeration": "200069052", "metropole": "242900314"}
PAGES = ("index.html", "diagnostic.html")
#: dossier de pages déjà produites, pour mettre au point le gabarit sans tout refaire ; lu avant l'isolation des tests
_DEJA_PRODUITES = os.environ.get("MUTUNB_PAGES")


@pytest.fixture(scope="session")
def sorties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Dossier où ``mutunb produire`` a travaillé pour les trois territoires, une fois par session."""
    if _DEJA_PRODUITES:
        return Path(_DEJA_PRODUITES)
    dossier = tmp_path_factory.mktemp("sorties")
    with ThreadPoolExecutor(max_workers=2) as ouvriers:
        bilans = list(ouvriers.map(lambda siren: _produire(siren, dossier), TERRITOIRES.values()))
    echecs = [bilan.stdout + bilan.stderr for bilan in bilans if bilan.returncode]
    if echecs:
        pytest.fail("mutunb produire a échoué :\n" + "\n".join(echecs), pytrace=False)
    return dossier


def _produire(siren: str, dossier: Path) -> subprocess.CompletedProcess[str]:
    programme = "from mutunb.cli import principal; principal()"  # sans dépendre de l'installation
    commande = [sys.executable, "-c", programme, "produire", siren, "--sorties", str(dossier)]
    environnement = {nom: reglage for nom, reglage in os.environ.items() if not nom.startswith("MUTUNB_")}
    environnement["MUTUNB_DONNEES"] = str(chemins.echantillon())
    return subprocess.run(commande, cwd=chemins.racine(), env=environnement, capture_output=True, text=True, check=False)


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
