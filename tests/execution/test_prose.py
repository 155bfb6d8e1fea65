"""La prose : titres décalés, ancres uniques, HTML brut inerte."""

from __future__ import annotations

import pytest

from mutunb.execution.prose import Ancres, Prose, separer_titre


def prose(*carnets: str) -> Prose:
    return Prose(Ancres({"glossaire"}), "10_portrait", carnets)


def test_les_titres_descendent_d_un_cran_sans_en_sauter() -> None:
    lue = prose()
    html = lue.html("## Qui ?\n\n#### Trop loin\n\n# Trop haut")
    assert [titre.niveau for titre in lue.titres] == [3, 4, 3]
    assert '<h3 id="10_portrait-qui">Qui ?</h3>' in html
    assert "<h1" not in html and "<h2" not in html


def test_deux_titres_pareils_ont_deux_ancres() -> None:
    lue = prose()
    lue.html("## Quels freins ?\n\n## Quels freins ?")
    assert [titre.ancre for titre in lue.titres] == ["10_portrait-quels-freins", "10_portrait-quels-freins-2"]


def test_une_ancre_du_gabarit_reste_prise() -> None:
    assert Ancres({"glossaire"}).nouvelle("Glossaire") == "glossaire-2"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<iframe src='https://exemple.fr'></iframe>",
        "texte <b onclick='x()'>gras</b>",
        "[lien](javascript:alert(1))",
        "[lien](data:text/html,x)",
        "![image](https://exemple.fr/pixel.png)",
        "![image](//exemple.fr/pixel.png)",
    ],
)
def test_rien_d_executable_ni_de_distant(source: str) -> None:
    html = prose().html(source)
    for interdit in ("<script", "<img", "<iframe", "<b ", 'href="javascript', 'href="data', "src="):
        assert interdit not in html.replace("&lt;img src=x", "").replace("&lt;iframe src", ""), html


def test_le_html_brut_se_lit_tel_quel() -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in prose().html("<script>alert(1)</script>")


def test_les_liens_entre_carnets_restent_dans_la_page() -> None:
    lue = prose("12_achats")
    assert '<a href="#12_achats">Achats</a>' in lue.html("[Achats](../1_diagnostic/12_achats.ipynb)")
    assert lue.html("[Bilan](32_bilan.ipynb)") == "<p>Bilan</p>"
    assert lue.html("[Guide](../../docs/guide.md)") == "<p>Guide</p>"


def test_un_lien_du_web_reste_un_lien() -> None:
    assert '<a href="https://www.cnfpt.fr">CNFPT</a>' in prose().html("[CNFPT](https://www.cnfpt.fr)")


@pytest.mark.parametrize(
    ("source", "attendu"),
    [
        ("# Titre\n\nSuite", ("Titre", "Suite")),
        ("\n# Titre #", ("Titre", "")),
        ("## Sous-titre", (None, "## Sous-titre")),
        ("#sans espace", (None, "#sans espace")),
        ("", (None, "")),
    ],
)
def test_separer_le_titre_du_carnet(source: str, attendu: tuple[str | None, str]) -> None:
    assert separer_titre(source) == attendu
