"""Les relevés d'une production : des fichiers à part, que ni le carnet livré, ni les résultats, ni l'accueil ne portent."""

from __future__ import annotations

import datetime
import io
from pathlib import Path
from typing import Any

import nbformat
import openpyxl
import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.execution import elements, releves
from mutunb.execution.commande import Commande
from mutunb.execution.production import produire
from mutunb.execution.traitement import retirer_releves
from mutunb.territoires import ouvrir
from tests.execution import fabrique_carnets as fabrique

COMMUNE = "217900034"
CANARI = 987654.32


def releve(identifiant: str = COMMUNE, **changes: Any) -> dict[str, Any]:
    compte = fabrique.tableau(
        "compte", titre="Votre compte", colonnes=["service", "du"], libelles={"service": "Service", "du": "Dû"},
        unites={"service": "texte", "du": "eur_centime"}, statuts={"du": "constate"},
        lignes=[["Paie", CANARI], ["Achats", None], ["Total", CANARI]], masques=[[1, 1]],
    )  # fmt: skip
    return {"genre": "releve", "id": identifiant, "destinataire": fabrique.HOSTILE, "exercice": 2029, "provisoire": False,
            "titre": "Relevé de l'exercice 2029", "phrases": ["=1+1", "Solde : rien."], "tableaux": [compte]} | changes  # fmt: skip


def carnet(*bruts: dict[str, Any]) -> fabrique.NotebookNode:
    return fabrique.carnet(
        fabrique.parametres(), fabrique.code(fabrique.montrer({"text/html": "<p>vu</p>", fabrique.TYPE_RESULTATS: list(bruts)}))
    )


def sorties_ou_texte(fichier: Path) -> str:
    """Texte d'un livrable ; d'un carnet, les seules sorties (le code d'essai écrit le relevé en clair)."""
    if fichier.suffix != ".ipynb":
        return fichier.read_text(encoding="utf-8")
    sorties = [c.get("outputs", []) for c in nbformat.read(fichier, as_version=4).cells]
    assert any(sorties)
    return str(sorties)


@pytest.mark.lent
def test_la_production_ecrit_un_releve_et_n_en_parle_nulle_part_ailleurs(projet_vide) -> None:
    racine: Path = projet_vide({"10_portrait": carnet(fabrique.tableau(), releve())})
    produire(fabrique.SIREN, Commande(sorties=racine / "outputs", edition=datetime.date(2026, 1, 15)))
    dossier = racine / "outputs" / fabrique.SIREN
    assert {f.name for f in (dossier / "releves").iterdir()} == {f"{COMMUNE}.html", f"{COMMUNE}.xlsx", "LISEZMOI.txt"}
    assert "987\u00a0654,32" in (dossier / "releves" / f"{COMMUNE}.html").read_text(encoding="utf-8")
    for fichier in dossier.rglob("*"):
        if fichier.is_file() and fichier.parent.name != "releves" and fichier.suffix != ".xlsx":
            lu = sorties_ou_texte(fichier)
            assert str(CANARI) not in lu and "987\u00a0654" not in lu and COMMUNE not in lu, fichier.name
    cellules = [c.value for f in openpyxl.load_workbook(dossier / "tableaux.xlsx") for ligne in f.iter_rows() for c in ligne]
    assert CANARI not in cellules and 1234.5 in cellules


def test_page_et_classeur_disent_la_meme_chose_et_rien_ne_s_execute() -> None:
    lu = elements.Releve.model_validate(releve())
    page = releves.page_releve(ouvrir(fabrique.SIREN), lu)
    assert "<script" not in page and "default-src 'none'" in page and "masqué" in page and "Édité le" not in page
    feuille = openpyxl.load_workbook(io.BytesIO(releves.classeur_releve(lu))).active
    cellules = {c.value: c.data_type for ligne in feuille.iter_rows() for c in ligne if c.value is not None}
    assert CANARI in cellules and cellules["=1+1"] == "s" and "masqué" in cellules


def test_memes_octets_deux_fois() -> None:
    lus = [elements.Releve.model_validate(releve())]
    assert releves.contenus(ouvrir(fabrique.SIREN), lus) == releves.contenus(ouvrir(fabrique.SIREN), lus)
    assert releves.contenus(ouvrir(fabrique.SIREN), []) == {}


def test_le_carnet_livre_perd_ses_releves_et_garde_le_reste() -> None:
    execute = fabrique.carnet(fabrique.code("x", sorties=[fabrique.sortie([fabrique.indicateur(), releve()], html="<p>vu</p>")]))
    assert len(elements.lire(execute, "essai")) == 2
    retirer_releves(execute)
    (reste,) = elements.lire(execute, "essai")
    assert reste.genre == "indicateur" and str(CANARI) not in str(execute)


@pytest.mark.parametrize("identifiant", ["../../etc", "12345678", "a" * 9, ""])
def test_un_releve_ne_s_ecrit_que_sous_un_siren(identifiant: str) -> None:
    execute = fabrique.carnet(fabrique.code("x", sorties=[fabrique.sortie([releve(identifiant)], html="")]))
    with pytest.raises(ErreurDonnees):
        elements.lire(execute, "essai")
