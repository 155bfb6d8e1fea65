"""La page d'étape : rien ne se perd, rien ne s'exécute, chaque profil voit ce qui le concerne."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup

from mutunb.erreurs import ErreurDonnees
from mutunb.execution.elements import sortie_elements
from mutunb.execution.export import section
from mutunb.execution.innocuite import suspects
from mutunb.execution.parcours import Carnet
from tests.execution import fabrique_carnets as fabrique
from tests.execution.conftest import Essai
from tests.production import TERRITOIRES

CARNET = Carnet(id="10_portrait", fichier="x/10_portrait.ipynb", titre="Portrait", question="Qui ?", livrable="x")


def mots(html: str) -> str:
    """Texte visible, une seule sorte d'espace."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def serre(html: str) -> str:
    """Texte visible sans espace aucune : deux mises en forme du même texte se comparent."""
    return "".join(mots(html).split())


def sorties_absentes(carnet: nbformat.NotebookNode, page: str) -> list[str]:
    """Sorties d'un carnet exécuté dont la page ne montre ni le texte ni l'image."""
    vus = serre(page)
    absentes = []
    for cellule in carnet.cells:
        for sortie in cellule.get("outputs", []):
            genres = {element["genre"] for element in sortie_elements(sortie)}
            if sortie.output_type == "error" or sortie.get("name") == "stderr" or "synthese" in genres:
                continue
            if "methode" in cellule.metadata.get("tags", []):
                continue
            if not _est_montree(sortie, page, vus):
                absentes.append(str(sortie)[:300])
    return absentes


def _est_montree(sortie: nbformat.NotebookNode, page: str, vus: str) -> bool:
    if sortie.output_type == "stream":
        return serre(escape(sortie.text)) in vus
    donnees = sortie.data
    if "text/html" in donnees:
        images = re.findall(r'src="(data:[^"]+)"', donnees["text/html"])
        return serre(donnees["text/html"]) in vus and all(image in page for image in images)
    if "image/png" in donnees:
        return donnees["image/png"].strip() in page
    if "text/markdown" in donnees:
        return serre(re.sub(r"[*#`\\]|^- ", "", donnees["text/markdown"], flags=re.MULTILINE)) in vus
    return donnees["text/plain"] in unescape(page)


@pytest.mark.lent
def test_chaque_sortie_est_dans_la_page(essai: Essai) -> None:
    carnet = nbformat.read(essai.dossier / "carnets" / "10_portrait.ipynb", as_version=4)
    assert sum(len(cellule.get("outputs", [])) for cellule in carnet.cells) == 6  # le flux d'erreur ne se livre pas au client
    assert sorties_absentes(carnet, essai.lire("diagnostic.html")) == []


@pytest.mark.lent
@pytest.mark.parametrize("territoire", TERRITOIRES)
def test_chaque_sortie_des_vrais_carnets_est_dans_la_page(sorties: Path, territoire: str) -> None:
    dossier = sorties / TERRITOIRES[territoire]
    page = (dossier / "diagnostic.html").read_text(encoding="utf-8")
    carnets = sorted((dossier / "carnets").glob("1*.ipynb"))
    assert len(carnets) == 5
    absentes = {c.stem: sorties_absentes(nbformat.read(c, as_version=4), page) for c in carnets}
    assert {nom: perdues for nom, perdues in absentes.items() if perdues} == {}


def test_une_sortie_perdue_est_vue() -> None:
    perdue = fabrique.carnet(fabrique.code("x", sorties=[fabrique.sortie(html="<p>perdu</p>"), fabrique.sortie(plain="aussi")]))
    assert len(sorties_absentes(perdue, "<p>rien</p>")) == 2


@pytest.mark.lent
def test_la_page_est_inerte_et_se_suffit(essai: Essai) -> None:
    for nom in ("diagnostic.html", "index.html"):
        page = essai.lire(nom)
        assert suspects(page, page=True) == []
        assert "default-src 'none'" in page and "{{" not in page.replace("{{ 7 * 7 }}", "")
        assert '<html lang="fr">' in page and page.count("<h1") == 1
        identifiants = re.findall(r'\bid="([^"]+)"', page)
        assert sorted(set(identifiants)) == sorted(identifiants)


@pytest.mark.lent
def test_le_contenu_hostile_se_lit_et_ne_fait_rien(essai: Essai) -> None:
    page = essai.lire("diagnostic.html")
    assert "<script" not in page.lower() and "onerror" not in page and "javascript:" not in page
    assert "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} =cmd|" in mots(page.replace("&lt;", "&amp;lt;")).replace("&lt;", "<").replace("&gt;", ">")
    assert "exemple.fr/x.png" not in page


@pytest.mark.lent
def test_la_synthese_ouvre_la_page_et_ne_s_y_repete_pas(essai: Essai) -> None:
    page = BeautifulSoup(essai.lire("diagnostic.html"), "html.parser")
    premiere = page.main.find("section")
    assert premiere.h2.get_text(" ", strip=True) == "L'essentiel Ce qu'il faut retenir"
    assert len(premiere.select("dl.chiffres > div")) == 5 and len(premiere.select(".constats li")) == 3
    assert "Décider de poursuivre." in premiere.get_text()
    assert "synthèse vue dans Jupyter" not in page.get_text()


@pytest.mark.lent
def test_le_sommaire_et_les_niveaux_de_titre(essai: Essai) -> None:
    page = BeautifulSoup(essai.lire("diagnostic.html"), "html.parser")
    liens = [lien["href"] for lien in page.nav.select("a")]
    assert {"#10_portrait", "#12_achats", "#10_portrait-premiere-question", "#legende"} <= set(liens)
    assert all(page.find(id=lien[1:]) for lien in liens)
    niveaux = [int(titre.name[1]) for titre in page.find_all(re.compile("^h[1-6]$"))]
    assert all(suivant - precedent <= 1 for precedent, suivant in zip(niveaux, niveaux[1:], strict=False))
    assert page.find(id="10_portrait").get_text(strip=True) == "1.Portrait d'essai"


@pytest.mark.lent
def test_un_carnet_en_echec_laisse_une_phrase(essai: Essai) -> None:
    texte = mots(essai.lire("diagnostic.html"))
    assert "Cette partie n'a pas pu être produite : La table des marchés est vide." in texte
    assert "Question de 12_achats ?" in texte
    assert "Traceback" not in texte and "ErreurDonnees" not in texte


@pytest.mark.lent
def test_le_client_ne_voit_ni_code_ni_methode_ni_flux_d_erreur(essai: Essai) -> None:
    page = essai.lire("diagnostic.html")
    for secret in ("from IPython", "import sys", "Explication réservée", "secret de cuisine", "<summary>Code"):
        assert secret not in page
    assert essai.rapport.statuts == {"10_portrait": "produit", "12_achats": "echec", "14_priorites": "produit"}


@pytest.mark.lent
def test_le_consultant_voit_le_code_replie_et_la_methode(essai: Essai) -> None:
    carnet = nbformat.read(essai.dossier / "carnets" / "10_portrait.ipynb", as_version=4)
    page = BeautifulSoup(section(CARNET, carnet, "consultant").html, "html.parser")
    assert "Explication réservée" in page.select_one(".methode").get_text()
    codes = page.select("details.code")
    assert len(codes) == 8 and not any(code.has_attr("open") for code in codes)
    assert "from IPython" in codes[2].get_text()


def test_un_carnet_sans_chapo_pose_la_question_du_parcours() -> None:
    nu = section(CARNET, fabrique.carnet(fabrique.texte("## Suite")), "client")
    assert (nu.titre, nu.question) == ("Portrait", "Qui ?")
    avec = section(CARNET, fabrique.carnet(fabrique.texte("# Mien\n\nChapô.")), "client")
    assert (avec.titre, avec.question) == ("Mien", "")


def test_une_sortie_refusee_dit_sa_cellule() -> None:
    cellules = [fabrique.texte("a"), fabrique.code("x", sorties=[fabrique.sortie(html="<script>1</script>")])]
    with pytest.raises(ErreurDonnees, match="dans la cellule 2, une sortie porte balise <script>"):
        section(CARNET, fabrique.carnet(*cellules), "client")
