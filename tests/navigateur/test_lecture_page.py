"""Les contrôles de page, éprouvés sur des pages fautives et saines écrites ici."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.navigateur.lecture_page import (
    ancres_perdues,
    appels_au_dehors,
    images_defaillantes,
    lire,
    sommaire,
    textes_interdits,
)

FIGURE = '<figure><img alt="Carte" src="data:image/png;base64,AA//BB"><details><table></table></details></figure>'


@pytest.mark.parametrize(
    "texte",
    [
        "Part : nan",
        "Coût : None €",
        "&lt;NA>",
        "Traceback (most recent call last)",
        "TODO",
        "soit $x^2$ par an",
        "12 345 habitants",
        "1 234 567",
        "38 %",
        "12 k€",
        "3.5\u00a0%",
    ],
)
def test_un_texte_interdit_est_vu(texte: str) -> None:
    assert textes_interdits(lire(f"<p>{texte}</p>")), texte


@pytest.mark.parametrize(
    "texte",
    [
        "12\u00a0345 habitants",
        "38\u00a0%",
        "3,5\u00a0M€",
        "en 2024, 300 communes",
        "article L. 5211-4-2",
        "Finance et Nancy",
        "loi n°\u00a02010-1563 du 16 décembre 2010",
    ],
)
def test_un_texte_francais_passe(texte: str) -> None:
    assert textes_interdits(lire(f"<style>a{{margin:1 234}}</style><p>{texte}</p>")) == []


def test_les_textes_de_remplacement_sont_relus() -> None:
    assert textes_interdits(lire('<img alt="12 345 habitants">'))


def test_un_lien_perdu_est_vu(tmp_path: Path) -> None:
    (tmp_path / "tableaux.xlsx").touch()
    adresses = ["#a", "#b", "tableaux.xlsx", "absent.html", "https://exemple.fr/x"]
    page = '<h2 id="a">A</h2>' + "".join(f'<a href="{adresse}">x</a>' for adresse in adresses)
    assert ancres_perdues(lire(page), tmp_path) == ["#b", "absent.html"]


def test_le_sommaire_se_lit_dans_la_navigation() -> None:
    assert sommaire(lire('<nav><a href="#a">a</a><a href="x.html">x</a></nav><a href="#c">c</a>')) == ["#a"]


@pytest.mark.parametrize(
    ("page", "defauts"),
    [
        (FIGURE, 0),
        (FIGURE.replace('alt="Carte"', 'alt=""'), 1),
        (FIGURE.replace("<table></table>", ""), 1),
        ('<svg role="img" aria-label="Barres"></svg>', 1),  # hors de toute figure
        ('<svg aria-hidden="true"></svg>', 0),
        (FIGURE.replace("<img", "<svg"), 2),
    ],
)
def test_une_image_defaillante_est_vue(page: str, defauts: int) -> None:
    assert len(images_defaillantes(lire(page))) == defauts


@pytest.mark.parametrize(
    "page",
    [
        "<script></script>",
        '<img src="https://exemple.fr/x.png">',
        '<link rel="stylesheet" href="//exemple.fr/x.css">',
        "<style>@import 'https://exemple.fr/x.css';</style>",
        "<style>a{background:url(https://exemple.fr/x.png)}</style>",
        '<p style="background:url(//exemple.fr/x)"></p>',
    ],
)
def test_un_appel_au_dehors_est_vu(page: str) -> None:
    assert appels_au_dehors(lire(page))


def test_une_page_qui_se_suffit_passe() -> None:
    page = FIGURE + '<a href="https://exemple.fr">site</a><svg xmlns="http://www.w3.org/2000/svg"></svg>'
    assert appels_au_dehors(lire(page + "<style>a{background:url(data:image/png;base64,A//B)}</style>")) == []
