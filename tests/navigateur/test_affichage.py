"""Les pages dans un vrai navigateur : accessibilité, réseau, largeur, impression."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.navigateur.affichage import A4_POINTS, LARGEURS, THEMES, debordements, ouvrir, violations_axe
from tests.navigateur.lecture_page import lire
from tests.sante.regles.depot import exiger

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("largeur", LARGEURS)
def test_aucune_violation_axe(chromium: Browser, page_affichee: Path, largeur: str, theme: str) -> None:
    with ouvrir(chromium, page_affichee, LARGEURS[largeur], THEMES[theme]) as vue:
        exiger(violations_axe(vue.page), "corrigez le gabarit (mutunb/execution/gabarit) ou le rendu de l'élément.")


def test_aucune_demande_au_dehors(chromium: Browser, page_affichee: Path) -> None:
    with ouvrir(chromium, page_affichee) as vue:
        assert vue.demandes, "la page elle-même doit apparaître dans les demandes"
        exiger(vue.demandes_au_dehors, "embarquez la ressource dans la page (data:).")


def test_rien_ne_deborde_sur_un_telephone(chromium: Browser, page_affichee: Path) -> None:
    with ouvrir(chromium, page_affichee, LARGEURS["telephone"]) as vue:
        exiger(debordements(vue.page), "un tableau large défile dans son propre cadre (overflow-x: auto).")


def test_la_page_s_imprime_en_a4(chromium: Browser, page_affichee: Path) -> None:
    with ouvrir(chromium, page_affichee) as vue:
        imprime = PdfReader(io.BytesIO(vue.page.pdf(prefer_css_page_size=True, print_background=True)))
    cadres = [feuille.mediabox for feuille in imprime.pages]
    formats = {(round(float(cadre.width)), round(float(cadre.height))) for cadre in cadres}
    assert formats == {tuple(round(cote) for cote in A4_POINTS)}
    texte = " ".join("".join(feuille.extract_text() for feuille in imprime.pages).split())
    titre = lire(page_affichee.read_text(encoding="utf-8")).h1
    assert titre is not None and " ".join(titre.get_text(" ", strip=True).split())[:20] in texte
    assert all(feuille.extract_text().strip() or feuille.images for feuille in imprime.pages), "feuille blanche"


# --- les relevés eux-mêmes, sur des pages fautives ---

SAINE = (
    '<!doctype html><html lang="fr"><head><title>Essai de page</title></head>'
    "<body><main><h1>Essai</h1>{}</main></body></html>"
)
SOMBRE_PALE = "p{color:#000;background:#fff}@media(prefers-color-scheme:dark){p{color:#777;background:#666}}"
POLITIQUE = "default-src 'none'; style-src 'unsafe-inline'"


@pytest.fixture
def essai(tmp_path: Path) -> Path:
    return tmp_path / "page d'essai é.html"


def test_axe_voit_une_image_sans_texte_meme_repliee(chromium: Browser, essai: Path) -> None:
    image = '<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'
    essai.write_text(SAINE.format(f"<details><summary>Voir</summary>{image}</details>"), encoding="utf-8")
    with ouvrir(chromium, essai) as vue:
        (violation,) = violations_axe(vue.page)
    assert violation.startswith("image-alt")


def test_axe_voit_un_contraste_perdu_en_sombre_seulement(chromium: Browser, essai: Path) -> None:
    essai.write_text(SAINE.format(f"<style>{SOMBRE_PALE}</style><p>Texte</p>"), encoding="utf-8")
    with ouvrir(chromium, essai, theme="light") as claire:
        assert violations_axe(claire.page) == []
    with ouvrir(chromium, essai, theme="dark") as sombre:
        assert violations_axe(sombre.page)[0].startswith("color-contrast")


def test_axe_travaille_malgre_la_politique_de_securite(chromium: Browser, essai: Path) -> None:
    meta = f'<meta http-equiv="Content-Security-Policy" content="{POLITIQUE}">'
    page = SAINE.format("<p>Texte</p>").replace("<head>", f"<head>{meta}").replace(' lang="fr"', "")
    essai.write_text(page, encoding="utf-8")
    with ouvrir(chromium, essai) as vue:
        assert violations_axe(vue.page)[0].startswith("html-has-lang")


def test_une_demande_au_dehors_est_vue(chromium: Browser, essai: Path) -> None:
    essai.write_text(SAINE.format('<img alt="x" src="http://localhost:9/x.png">'), encoding="utf-8")
    with ouvrir(chromium, essai) as vue:
        assert vue.demandes_au_dehors == ["http://localhost:9/x.png"]


@pytest.mark.parametrize(("largeur_px", "deborde"), [(300, False), (600, True)])
def test_un_debordement_est_vu(chromium: Browser, essai: Path, largeur_px: int, deborde: bool) -> None:
    meta = '<meta name="viewport" content="width=device-width">'
    page = SAINE.format(f'<div style="width:{largeur_px}px">x</div>').replace("<head>", f"<head>{meta}")
    essai.write_text(page, encoding="utf-8")
    with ouvrir(chromium, essai, LARGEURS["telephone"]) as vue:
        assert bool(debordements(vue.page)) is deborde
