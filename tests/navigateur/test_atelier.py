"""Un vrai JupyterLab dans un vrai navigateur : le carnet de réglages s'exécute, un curseur bouge, l'enregistrement s'écrit."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import requests
import yaml
from playwright.sync_api import Browser, Page, expect

from mutunb import chemins
from mutunb.execution import atelier
from tests.execution.test_atelier import attendre, port_libre

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]
SIREN = "247900798"
DELAI_MS = 60_000


@pytest.fixture
def racine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copie du projet : JupyterLab enregistre les carnets qu'il exécute."""
    shutil.copytree(chemins.carnets(), tmp_path / "notebooks")
    (tmp_path / "data").symlink_to(chemins.racine() / "data")
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "territoires"))
    monkeypatch.setenv("MUTUNB_RACINE", str(tmp_path))
    return tmp_path


def test_regler_au_clavier_et_enregistrer(chromium: Browser, racine: Path) -> None:
    with atelier.ouvert(port_libre(), avec_navigateur=False) as lance:
        attendre(lance.adresse)
        contexte = chromium.new_context(viewport={"width": 1280, "height": 1600}, locale="fr-FR")
        page, dehors = contexte.new_page(), []
        page.on("request", lambda demande: dehors.append(demande.url) if _exterieure(demande.url) else None)
        page.goto(lance.adresse.replace("00_mode_d_emploi", "01_reglages"), wait_until="domcontentloaded")
        _executer_tout(page)
        _regler(page)
        langue = page.evaluate("document.documentElement.lang")
        contexte.close()
    assert dehors == []
    assert not atelier.langue_installee() or langue.lower().startswith("fr")
    ecrit = yaml.safe_load((racine / "territoires" / SIREN / "decisions.yaml").read_text("utf-8"))["priorites"]
    assert ecrit["poids_gain"] > 0.4 and ecrit["motif"] == "essai au clavier"


def _executer_tout(page: Page) -> None:
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=DELAI_MS)
    expect(page.locator(".jp-Notebook-ExecutionIndicator").first).not_to_have_attribute("data-status", "idle", timeout=DELAI_MS)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(timeout=DELAI_MS)
    page.locator(".jp-Notebook .jp-Cell").first.click()
    page.keyboard.press("Escape")
    for _ in range(11):
        page.keyboard.press("Shift+Enter")


def _regler(page: Page) -> None:
    """Curseur déplacé par les flèches, motif saisi, bouton actionné par Espace, message lu."""
    formulaire = page.locator(".widget-vbox", has_text="Poids des priorités").first
    formulaire.wait_for(timeout=DELAI_MS)
    resultat = formulaire.locator("table").first
    avant = resultat.inner_text()
    curseur = formulaire.get_by_role("slider").first
    curseur.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(resultat).not_to_have_text(avant, timeout=DELAI_MS)
    for libelle, saisie in (("Auteur", "Cabinet"), ("Motif", "essai au clavier")):
        champ = formulaire.get_by_label(libelle, exact=True)
        champ.fill(saisie)
        champ.press("Tab")
    bouton = formulaire.get_by_role("button", name="Enregistrer")
    bouton.focus()
    page.keyboard.press("Space")
    expect(formulaire.get_by_role("alert")).to_have_text(re.compile("Enregistré dans"), timeout=DELAI_MS)


def _exterieure(adresse: str) -> bool:
    return not re.match(r"(https?|wss?)://127\.0\.0\.1[:/]|data:|blob:", adresse)


def test_la_page_d_accueil_exige_le_jeton(racine: Path) -> None:
    with atelier.ouvert(port_libre(), avec_navigateur=False) as lance:
        attendre(lance.adresse)
        reponse = requests.get(lance.adresse.split("?")[0], timeout=10)
    assert "/login" in reponse.url
