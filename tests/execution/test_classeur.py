"""``tableaux.xlsx`` relu par un autre programme : valeurs, unités, totaux, aucune formule."""

from __future__ import annotations

import io

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from mutunb import formats
from mutunb.execution import classeur
from tests.execution import fabrique_carnets as fabrique


def relire(*tableaux: dict) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(classeur.classeur("CC d'essai : tableaux", tableaux)))


@pytest.fixture
def feuille() -> Worksheet:
    return relire(fabrique.tableau())["Communes et leurs dépenses"]


def lignes(feuille: Worksheet) -> list[list]:
    return [[cellule.value for cellule in ligne] for ligne in feuille.iter_rows()]


def test_la_feuille_porte_tout_ce_qui_aide_a_lire(feuille: Worksheet) -> None:
    assert [ligne[0] for ligne in lignes(feuille)][:5] == [
        "Communes et leurs dépenses", "Périmètre : deux communes", "Source : essai", "Statut des chiffres : constaté", None
    ]  # fmt: skip
    assert lignes(feuille)[5] == ["Code", "Commune", "Dépense (€)", "Part"]
    assert feuille.freeze_panes == "B7"


def test_les_valeurs_gardent_leur_nature(feuille: Worksheet) -> None:
    assert lignes(feuille)[6] == ["01004", "Ambérieu", 1234.5, 0.4]
    assert lignes(feuille)[7][2] == formats.ABSENT
    assert feuille["C7"].number_format == "[$-40C]#,##0" and feuille["D7"].number_format == "[$-40C]0 %"


def test_le_total_est_en_gras_et_lui_seul(feuille: Worksheet) -> None:
    gras = [feuille.cell(rang, 3).font.bold for rang in (7, 8, 9)]
    assert gras == [False, False, True]
    assert feuille["C9"].value == 1234.5


def test_un_texte_hostile_reste_un_texte(feuille: Worksheet) -> None:
    hostiles = ["=1+1", "=cmd|' /C calc'!A0", "+1", "@x", "https://exemple.fr", "{=1}", "0012"]
    tableau = fabrique.tableau(lignes=[[h, h, None, None] for h in hostiles], titre="=1+1", source="=1+1")
    for page in relire(tableau).worksheets:
        assert {cellule.data_type for ligne in page.iter_rows() for cellule in ligne} <= {"s", "n"}
    page = relire(tableau).worksheets[1]
    assert [page.cell(7 + rang, 1).value for rang in range(len(hostiles))] == hostiles


def test_le_sommaire_nomme_et_relie_chaque_feuille() -> None:
    document = relire(fabrique.tableau("a", titre="L'un"), fabrique.tableau("b", titre="L'autre"))
    sommaire = document.worksheets[0]
    assert document.sheetnames == ["Sommaire", "L’un", "L’autre"]
    assert [sommaire.cell(rang, 2).value for rang in (5, 6)] == ["L'un", "L'autre"]
    assert sommaire["A5"].hyperlink.location == "'L’un'!A1"


def test_les_noms_de_feuille_sont_courts_et_uniques() -> None:
    titres = ["Sommaire", "historique", "a" * 60, "A" * 60, "x/[y]:*?\\z", "", *["Mêmes mots très longs ici ou là"] * 12]
    noms = classeur.noms_de_feuille(titres)
    assert len({nom.casefold() for nom in noms}) == len(titres)
    assert all(0 < len(nom) <= 31 and not set(nom) & set("[]:*?/\\'") for nom in noms)
    assert not {"sommaire", "historique", "history"} & {nom.casefold() for nom in noms}


def test_chaque_unite_connue_a_son_format() -> None:
    assert set(classeur.UNITES) >= formats.unites_connues()


def test_le_classeur_ne_depend_que_de_son_contenu() -> None:
    assert classeur.classeur("x", [fabrique.tableau()]) == classeur.classeur("x", [fabrique.tableau()])


def test_un_tableau_vide_et_un_classeur_sans_tableau() -> None:
    assert relire(fabrique.tableau(lignes=[], total=False)).sheetnames == ["Sommaire", "Communes et leurs dépenses"]
    assert relire().sheetnames == ["Sommaire"]


def test_des_statuts_differents_sont_dits_par_colonne() -> None:
    document = relire(fabrique.tableau(statuts={"depense": "constate", "part": "estime"}))
    assert document.worksheets[1]["A4"].value == "Statut des chiffres : Dépense : constaté ; Part : estimé"
