"""Ouvrir une page dans Chromium, réseau coupé, et relever ce qui cloche."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

LARGEURS = {"bureau": 1280, "telephone": 375}
THEMES = {"clair": "light", "sombre": "dark"}
ETIQUETTES_AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
A4_POINTS = (595.3, 841.9)


@dataclass(frozen=True)
class Vue:
    """Une page ouverte et les adresses qu'elle a demandées."""

    page: Page
    demandes: list[str]

    @property
    def demandes_au_dehors(self) -> list[str]:
        """Adresses demandées autres que le fichier lui-même et ses données embarquées."""
        return [adresse for adresse in self.demandes if not adresse.startswith(("file:", "data:"))]


@contextmanager
def ouvrir(navigateur: Browser, chemin: Path, largeur: int = 1280, theme: str = "light") -> Iterator[Vue]:
    """Ouvre ``chemin`` hors réseau, tous les volets dépliés : leur contenu se contrôle aussi."""
    contexte = navigateur.new_context(
        viewport={"width": largeur, "height": 900}, color_scheme=theme, offline=True, locale="fr-FR"
    )
    try:
        page = contexte.new_page()
        demandes: list[str] = []
        page.on("request", lambda demande: demandes.append(demande.url))
        page.goto(chemin.resolve().as_uri(), wait_until="load")
        page.evaluate("document.querySelectorAll('details').forEach(volet => { volet.open = true; })")
        yield Vue(page, demandes)
    finally:
        contexte.close()


def violations_axe(page: Page) -> list[str]:
    """Violations des règles WCAG A et AA, avec les éléments en cause."""
    options = {"runOnly": {"type": "tag", "values": ETIQUETTES_AXE}, "resultTypes": ["violations"]}
    reponse = Axe().run(page, options=options).response
    return [
        f"{violation['id']} ({violation['impact']}) : {violation['help']} — {noeud['html'][:120]}"
        for violation in reponse["violations"]
        for noeud in violation["nodes"][:5]
    ]


def debordements(page: Page) -> list[str]:
    """Éléments qui élargissent la page au-delà de l'écran ; vide si le corps tient."""
    return page.evaluate(
        """() => {
            const racine = document.scrollingElement;
            if (racine.scrollWidth <= racine.clientWidth) return [];
            const fautifs = [...document.body.querySelectorAll('*')].filter(
                element => element.getBoundingClientRect().right > racine.clientWidth + 1);
            return [`corps de ${racine.scrollWidth} px pour ${racine.clientWidth} px`,
                ...fautifs.slice(0, 8).map(element => element.outerHTML.slice(0, 120))];
        }"""
    )
