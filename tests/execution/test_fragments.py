"""D'une sortie de cellule à la page : l'ordre des formats, ce qu'on tait, ce qu'on refuse."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode

from mutunb.erreurs import ErreurDonnees
from mutunb.execution.fragments import Releve, fragment, tableaux_defilants
from mutunb.execution.prose import Ancres, Prose
from tests.execution import fabrique_carnets as fabrique
from tests.execution.conftest import FIGURE, PNG, SVG


def rendre(sortie: NotebookNode) -> tuple[str, list[str]]:
    releve = Releve([])
    return fragment(sortie, Prose(Ancres(), "essai"), releve), releve.alertes


def test_l_ordre_des_formats() -> None:
    tous = {"html": "<p>html</p>", "svg": SVG, "png": PNG, "markdown": "*md*", "plain": "plat"}
    attendus = ["<p>html</p>", "image/svg+xml", "image/png", "<em>md</em>", "plat"]
    for attendu in attendus:
        assert attendu in rendre(fabrique.sortie([FIGURE], **tous))[0]
        tous.pop(next(iter(tous)))


def test_un_html_vide_laisse_voir_le_format_suivant() -> None:
    html, alertes = rendre(fabrique.sortie(html="  ", plain="le résultat"))
    assert "le résultat" in html and alertes == []


def test_un_composant_ne_s_efface_pas_en_silence() -> None:
    html, alertes = rendre(fabrique.sortie(composant="{}", plain="IntSlider(value=3)"))
    assert "composant interactif" in html and "IntSlider" not in html
    assert len(alertes) == 1


def test_un_composant_qui_porte_son_html_le_montre() -> None:
    assert rendre(fabrique.sortie(composant="{}", html="<p>vu</p>")) == ("<p>vu</p>", [])


def test_un_format_inconnu_ne_s_efface_pas_en_silence() -> None:
    html, alertes = rendre(fabrique.sortie(latex="$x$"))
    assert "text/latex" in html and len(alertes) == 1


def test_erreur_et_flux_d_erreur_ne_se_montrent_jamais() -> None:
    assert rendre(nbformat.v4.new_output("error", ename="E", evalue="x", traceback=["x"])) == ("", [])
    html, alertes = rendre(nbformat.v4.new_output("stream", name="stderr", text="attention"))
    assert html == "" and alertes == ["flux d'erreur : attention"]


def test_le_texte_plat_est_echappe() -> None:
    html, _ = rendre(nbformat.v4.new_output("stream", name="stdout", text=fabrique.HOSTILE))
    assert "<script>" not in html and "&lt;script&gt;" in html
    assert "&lt;b&gt;" in rendre(fabrique.sortie(plain="<b>"))[0]


def test_la_synthese_ne_se_repete_pas() -> None:
    assert rendre(fabrique.sortie([fabrique.synthese()], html="<p>vue</p>")) == ("", [])
    assert "<p>vue</p>" in rendre(fabrique.sortie([fabrique.synthese(), fabrique.tableau()], html="<p>vue</p>"))[0]


@pytest.mark.parametrize("nom", ["png", "svg"])
def test_une_image_a_un_texte_de_remplacement(nom: str) -> None:
    contenu = {"png": PNG, "svg": SVG}[nom]
    html, _ = rendre(fabrique.sortie([FIGURE], **{nom: contenu}))
    assert 'alt="Deux communes voisines"' in html and "<svg" not in html
    with pytest.raises(ErreurDonnees, match="texte de remplacement"):
        rendre(fabrique.sortie(**{nom: contenu}))


def test_le_texte_de_remplacement_peut_venir_des_metadonnees() -> None:
    sortie = fabrique.sortie(png=PNG)
    sortie.metadata["image/png"] = {"alt": "Un carré"}
    assert 'alt="Un carré"' in rendre(sortie)[0]


def test_un_html_qui_s_execute_est_refuse() -> None:
    with pytest.raises(ErreurDonnees, match="balise <script>"):
        rendre(fabrique.sortie(html="<p>a</p><script>1</script>"))


def defilants(html: str) -> str:
    return tableaux_defilants(html, Prose(Ancres(), "essai"))


def test_un_tableau_defile_et_porte_le_nom_de_sa_legende() -> None:
    html = defilants("<table><caption>Les communes</caption></table>")
    assert html.startswith('<div class="tableau" role="region" tabindex="0" aria-labelledby="essai-legende">')
    assert '<caption id="essai-legende">Les communes</caption>' in html


def test_l_identifiant_d_une_legende_est_repris() -> None:
    assert 'aria-labelledby="l"' in defilants("<table><caption class='c' id='l'>x</caption></table>")


def test_un_tableau_deja_place_ne_l_est_pas_deux_fois() -> None:
    html = '<div class="tableau" role="region" tabindex="0" aria-labelledby="l"><table><caption id="l">x</caption></table></div>'
    assert defilants(html) == html
    assert defilants(html + "<table></table>").count('role="region"') == 2
