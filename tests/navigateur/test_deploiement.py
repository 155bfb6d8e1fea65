"""La page du déploiement au navigateur : trois fois plus longue que le diagnostic, donc chaque contrôle une fois par territoire."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.navigateur.affichage import LARGEURS, THEMES, debordements, ouvrir, violations_axe
from tests.production import DEPLOIEMENTS
from tests.sante.regles.depot import exiger

pytestmark = [pytest.mark.navigateur, pytest.mark.lent]


@pytest.mark.parametrize(
    ("territoire", "largeur", "theme"), [("dossier_complet", "bureau", "clair"), ("sans_dossier", "telephone", "sombre")]
)
def test_aucune_violation_axe_ni_demande_au_dehors(
    chromium: Browser, deploiements: Path, territoire: str, largeur: str, theme: str
) -> None:
    with ouvrir(chromium, _page(deploiements, territoire), LARGEURS[largeur], THEMES[theme]) as vue:
        exiger(vue.demandes_au_dehors, "embarquez la ressource dans la page (data:).")
        exiger(violations_axe(vue.page), "corrigez le rendu de l'élément (mutunb/rendu) ou le gabarit.")


@pytest.mark.parametrize("territoire", DEPLOIEMENTS)
def test_rien_ne_deborde_sur_un_telephone(chromium: Browser, deploiements: Path, territoire: str) -> None:
    with ouvrir(chromium, _page(deploiements, territoire), LARGEURS["telephone"]) as vue:
        exiger(debordements(vue.page), "un tableau large défile dans son propre cadre (overflow-x: auto).")


@pytest.mark.parametrize("territoire", DEPLOIEMENTS)
def test_le_premier_ecran_dit_la_conclusion(chromium: Browser, deploiements: Path, territoire: str) -> None:
    """Titre, cinq chiffres et premier constat se lisent sans défiler sur un ordinateur portable."""
    with ouvrir(chromium, _page(deploiements, territoire)) as vue:
        for repere in ("#l-essentiel", ".chiffres > div:last-child", ".constats li:first-child"):
            cadre = vue.page.locator(f".synthese {repere}").bounding_box()
            assert cadre is not None and cadre["y"] + cadre["height"] <= 900, repere


def _page(deploiements: Path, territoire: str) -> Path:
    return deploiements / DEPLOIEMENTS[territoire] / "deploiement.html"
