"""Le déploiement, sur de vrais territoires : tout ce que les carnets montrent est dans la page et dans le classeur."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import openpyxl
import pytest
from bs4 import BeautifulSoup

from mutunb.rendu.affichage import TYPE_RESULTATS
from tests.production import DEPLOIEMENTS, produire

pytestmark = pytest.mark.lent

CARNETS = ("20_instruments", "21_modele_economique", "22_repartition", "23_personnel_et_calendrier")
SIRENS = pytest.mark.parametrize("siren", DEPLOIEMENTS.values(), ids=DEPLOIEMENTS.keys())


def etape(deploiements: Path, siren: str) -> dict:
    return json.loads((deploiements / siren / "resultats.json").read_text(encoding="utf-8"))["etapes"]["deploiement"]


@functools.cache
def page(deploiements: Path, siren: str) -> BeautifulSoup:
    return BeautifulSoup((deploiements / siren / "deploiement.html").read_text(encoding="utf-8"), "html.parser")


@functools.cache
def montrees(deploiements: Path, siren: str) -> list[dict]:
    """Données de chaque sortie qu'un client lit : les cellules de méthode n'en sont pas."""
    cellules = [
        cellule
        for chemin in sorted((deploiements / siren / "carnets").glob("*.ipynb"))
        for cellule in nbformat.read(chemin, as_version=4).cells
        if "methode" not in cellule.metadata.get("tags", [])
    ]
    return [sortie["data"] for cellule in cellules for sortie in cellule.get("outputs", []) if "data" in sortie]


def elements(deploiements: Path, siren: str, genre: str) -> list[dict]:
    tous = [e for donnees in montrees(deploiements, siren) for e in donnees.get(TYPE_RESULTATS, [])]
    return [e for e in tous if e["genre"] == genre]


def lettres(texte: str) -> str:
    """Lettres et chiffres seuls : ni la typographie ni la mise en forme ne comptent."""
    return re.sub(r"[\W_]+", "", texte)


def lignes_lues(donnees: dict) -> Iterator[str]:
    """Ce qu'une sortie donne à lire, ligne à ligne, sans balise ni lien."""
    for ligne in donnees.get("text/markdown", "").splitlines():
        yield re.sub(r"\]\([^)]*\)", "", ligne)
    if "text/html" in donnees:
        soupe = BeautifulSoup(donnees["text/html"], "html.parser")
        yield from (balise.get_text(" ") for balise in soupe.find_all(["p", "li", "caption", "th", "td", "figcaption", "summary"]))


@SIRENS
def test_tous_les_carnets_produits(deploiements: Path, siren: str) -> None:
    lue = etape(deploiements, siren)
    assert lue["carnets"] == dict.fromkeys(CARNETS, "produit")
    assert len(lue["tableaux"]) >= 40 and {"van", "fonctions_retenues", "depart_au_plus_tard"} <= set(lue["indicateurs"])


@SIRENS
def test_chaque_sortie_du_carnet_est_dans_la_page(deploiements: Path, siren: str) -> None:
    lue = lettres(page(deploiements, siren).get_text(" "))
    sorties = [d for d in montrees(deploiements, siren) if not any(e["genre"] == "synthese" for e in d.get(TYPE_RESULTATS, []))]
    perdues = [ligne.strip()[:120] for d in sorties for ligne in lignes_lues(d) if lettres(ligne) not in lue]
    assert len(sorties) > 60 and perdues == []


@SIRENS
def test_chaque_figure_et_la_synthese_sont_dans_la_page(deploiements: Path, siren: str) -> None:
    lue = page(deploiements, siren)
    textes = {lettres(str(image["alt"])) for image in lue.find_all("img")}
    figures = elements(deploiements, siren, "figure")
    assert figures and {lettres(f["alt"]) for f in figures} <= textes
    (synthese,) = elements(deploiements, siren, "synthese")
    tete = lettres(lue.select_one("section.synthese").get_text(" "))
    assert len(synthese["chiffres"]) == 5 and len(synthese["constats"]) == 3
    for texte in (synthese["titre"], *synthese["constats"], synthese["decision"]):
        assert lettres(texte) in tete and ".yaml" not in texte


@SIRENS
def test_chaque_tableau_est_dans_la_page_et_dans_le_classeur(deploiements: Path, siren: str) -> None:
    montres = {e["id"]: e for e in elements(deploiements, siren, "tableau")}
    tableaux = etape(deploiements, siren)["tableaux"]
    assert set(tableaux) == set(montres)
    lue = page(deploiements, siren)
    legendes = [lettres(legende.get_text(" ")) for legende in lue.find_all("caption")]
    assert len(legendes) == len(montres), "un même tableau ne se montre qu'une fois"
    assert all(lettres(t["titre"]) in legendes for t in montres.values())
    classeur = openpyxl.load_workbook(deploiements / siren / "tableaux.xlsx", read_only=True)
    assert len(classeur.sheetnames) == len(tableaux) + 1  # le sommaire en plus


@SIRENS
def test_un_chiffre_absent_s_explique(deploiements: Path, siren: str) -> None:
    """Un tableau qui montre « n.d. » en dit la raison : dans la cellule, ou dans sa note."""
    muets = [
        legende.get_text(" ")
        for legende in page(deploiements, siren).find_all("caption")
        if any(cellule.get_text(strip=True) == "n.d." for cellule in legende.parent.find_all("td")) and "n.d." not in _note(legende)
    ]
    assert muets == []


def _note(legende) -> str:
    suivant = legende.find_parent(class_="tableau").find_next_sibling()
    return suivant.get_text(" ") if suivant is not None and "note" in suivant.get("class", []) else ""


def test_memes_entrees_memes_octets(deploiements: Path, tmp_path: Path) -> None:
    siren = DEPLOIEMENTS["cc_rurale"]
    bilan = produire(siren, tmp_path, "--etape", "deploiement")
    assert bilan.returncode == 0, bilan.stderr
    for nom in ("resultats.json", "tableaux.xlsx"):
        assert (tmp_path / siren / nom).read_bytes() == (deploiements / siren / nom).read_bytes(), nom
    une, autre = ((dossier / siren / "deploiement.html").read_text(encoding="utf-8") for dossier in (tmp_path, deploiements))
    assert _sans_date(une) == _sans_date(autre)


def _sans_date(html: str) -> str:
    return re.sub(r"Édité le [^<]*", "", html)


def test_au_client_aucun_montant_masque_ne_se_lit(deploiements: Path) -> None:
    siren = DEPLOIEMENTS["dossier_complet"]
    masques = {t["id"] for t in elements(deploiements, siren, "tableau") if t.get("masques")}
    assert {"repartition_communes", "personnel_agents"} <= masques
    for cellule in page(deploiements, siren).select("#legende-repartition_communes ~ tbody td:nth-of-type(3)"):
        assert cellule.get_text(strip=True) == "masqué"
