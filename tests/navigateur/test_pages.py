"""Ce qui se lit dans le fichier HTML lui-même : langue, sommaire, images, textes interdits, poids."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.navigateur.lecture_page import (
    TAILLE_MAX_OCTETS,
    ancres_perdues,
    appels_au_dehors,
    images_defaillantes,
    lire,
    sommaire,
    textes_interdits,
)
from tests.sante.regles.depot import exiger

pytestmark = pytest.mark.lent


def test_langue_titre_et_politique(chemin_page: Path) -> None:
    page = lire(chemin_page.read_text(encoding="utf-8"))
    assert page.html is not None and page.html.get("lang") == "fr"
    assert page.title is not None and len(page.title.get_text(strip=True)) > 10
    assert len(page.find_all("h1")) == 1
    politique = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert politique is not None and "default-src 'none'" in str(politique["content"])


def test_le_sommaire_mene_quelque_part(chemin_page: Path) -> None:
    page = lire(chemin_page.read_text(encoding="utf-8"))
    exiger(ancres_perdues(page, chemin_page.parent), "chaque lien mène à un titre de la page ou à un fichier livré.")
    if chemin_page.name != "index.html":
        assert len(sommaire(page)) >= 5


def test_chaque_image_a_son_texte_et_ses_donnees(chemin_page: Path) -> None:
    page = lire(chemin_page.read_text(encoding="utf-8"))
    exiger(images_defaillantes(page), "<figure> avec <img alt> ou <svg role=img aria-label> et <details><table>.")


def test_aucun_texte_interdit(chemin_page: Path) -> None:
    page = lire(chemin_page.read_text(encoding="utf-8"))
    exiger(textes_interdits(page), "« n.d. » pour l'absent ; espaces insécables et virgule (mutunb.formats).")


def test_rien_a_chercher_ailleurs(chemin_page: Path) -> None:
    page = lire(chemin_page.read_text(encoding="utf-8"))
    exiger(appels_au_dehors(page), "la page se suffit : images en data:, styles dans la page, aucun script.")


def test_moins_d_un_megaoctet(chemin_page: Path) -> None:
    assert chemin_page.stat().st_size < TAILLE_MAX_OCTETS
