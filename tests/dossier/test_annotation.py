"""Les classeurs relus : la bonne cellule, la bonne couleur, un récapitulatif, et rien d'autre de changé."""

from __future__ import annotations

import hashlib
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from mutunb.dossier.annotation import COULEURS, annoter
from mutunb.dossier.collecte import Collecte, Conflit
from mutunb.dossier.controles import controler
from mutunb.dossier.feuille_relecture import inoffensif
from mutunb.dossier.remarques import Remarque, remarques_sur
from mutunb.erreurs import Constat
from mutunb.referentiel import hypotheses
from tests.dossier.fabrique_collecte import ADAM, FICHIER, JOUR, collecte, poste, territoire


def remarque(gravite: str = "erreur", adresses: tuple[str, ...] = ("B2",), **autres) -> Remarque:
    textes = {"ou": "Effectifs, B2", "trouve": "x", "attendu": "y", "remede": "Corrigez.", "onglet": "Effectifs"}
    return Remarque(gravite=gravite, adresses=adresses, **(textes | autres))


@pytest.fixture
def recu(tmp_path: Path) -> Path:
    classeur = openpyxl.Workbook()
    feuille = classeur.active
    feuille.title = "Effectifs"
    feuille.append(["siren", "poste", "part"])
    feuille.append([ADAM, "P1", 60])
    feuille.append([ADAM, "P2", "=30+20"])
    feuille["C2"].comment = Comment("à voir avec Mme le maire", "mairie")
    feuille["C2"].fill = PatternFill("solid", fgColor="FF00FF00")
    feuille.merge_cells("A5:C5")
    classeur.create_sheet("L'été")["A1"] = "libre"
    chemin = tmp_path / "mairie.xlsx"
    classeur.save(chemin)
    return chemin


def contenus(chemin: Path) -> dict[str, dict[str, object]]:
    classeur = openpyxl.load_workbook(chemin)
    return {
        feuille.title: {c.coordinate: c.value for ligne in feuille.iter_rows() for c in ligne if c.value is not None}
        for feuille in classeur.worksheets
        if feuille.title != "Relecture"
    }


def test_la_cellule_est_commentee_et_coloree(recu: Path, tmp_path: Path) -> None:
    remarques = [remarque("alerte"), remarque("erreur", trouve="z"), remarque("information", ("C3",))]
    annote = annoter(recu, remarques, tmp_path / "annotes")
    assert annote == tmp_path / "annotes" / "mairie_annote.xlsx"
    feuille = openpyxl.load_workbook(annote)["Effectifs"]
    texte = feuille["B2"].comment.text
    assert texte.index("Erreur. Trouvé : z") < texte.index("Alerte. Trouvé : x")
    assert feuille["B2"].fill.fgColor.rgb == COULEURS["erreur"]
    assert feuille["C3"].fill.fgColor.rgb == COULEURS["information"]


def test_rien_d_autre_n_est_modifie(recu: Path, tmp_path: Path) -> None:
    avant = hashlib.sha256(recu.read_bytes()).hexdigest()
    annote = annoter(recu, [remarque()], tmp_path)
    assert hashlib.sha256(recu.read_bytes()).hexdigest() == avant
    assert contenus(annote) == contenus(recu)
    feuille = openpyxl.load_workbook(annote)["Effectifs"]
    assert feuille["C3"].value == "=30+20", "la formule de la mairie est gardée"
    assert feuille["C2"].comment.text == "à voir avec Mme le maire"
    assert feuille["C2"].fill.fgColor.rgb == "FF00FF00"
    assert feuille["A2"].comment is None
    assert [str(zone) for zone in feuille.merged_cells.ranges] == ["A5:C5"]


def test_le_commentaire_de_la_mairie_reste(recu: Path, tmp_path: Path) -> None:
    commentaire = openpyxl.load_workbook(annoter(recu, [remarque(adresses=("C2",))], tmp_path))["Effectifs"]["C2"].comment
    assert commentaire.text.startswith("à voir avec Mme le maire\n")
    assert "Erreur. Trouvé : x" in commentaire.text


def test_une_cellule_fusionnee_est_annotee_a_son_coin(recu: Path, tmp_path: Path) -> None:
    feuille = openpyxl.load_workbook(annoter(recu, [remarque(adresses=("B5",))], tmp_path))["Effectifs"]
    assert "Trouvé : x" in feuille["A5"].comment.text


def test_le_recapitulatif_mene_a_la_cellule(recu: Path, tmp_path: Path) -> None:
    lot = [remarque("alerte"), remarque("erreur", ("A1",), onglet="L'été", ou="L'été, A1"), remarque(onglet="", adresses=())]
    feuille = openpyxl.load_workbook(annoter(recu, lot, tmp_path))["Relecture"]
    assert feuille["A1"].value == "Relecture de mairie.xlsx : 2\u00a0erreurs et 1\u00a0point à confirmer."
    assert [cellule.value for cellule in feuille[3]] == ["Gravité", "Cellule", "Trouvé", "Attendu", "Que faire"]
    assert [feuille.cell(ligne, 1).value for ligne in (4, 5, 6)] == ["Erreur", "Erreur", "À confirmer"]
    assert feuille["B4"].hyperlink.location == "'L''été'!A1"
    assert feuille["B5"].hyperlink is None
    assert feuille["B6"].hyperlink.location == "'Effectifs'!B2"


@pytest.mark.parametrize("amorce", ["=", "+", "-", "@", "\t=", "\r="])
def test_aucun_de_nos_textes_ne_devient_une_formule(recu: Path, tmp_path: Path, amorce: str) -> None:
    piege = f"{amorce}HYPERLINK(1)"
    annote = annoter(recu, [remarque(ou=piege, trouve=piege, attendu=piege, remede=piege)], tmp_path)
    for cellule in openpyxl.load_workbook(annote)["Relecture"][4]:
        assert cellule.data_type == "s"
        assert not str(cellule.value).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_un_caractere_interdit_ne_fait_pas_echouer(recu: Path, tmp_path: Path) -> None:
    annote = annoter(recu, [remarque(trouve="a\x00b\x0bc" + "x" * 50_000)], tmp_path)
    assert openpyxl.load_workbook(annote)["Relecture"]["C4"].value.startswith("a b c")


def test_annoter_deux_fois_ne_laisse_qu_une_relecture(recu: Path, tmp_path: Path) -> None:
    premier = annoter(recu, [remarque(), remarque(adresses=("C2",))], tmp_path)
    second = annoter(premier, [remarque("alerte", ("A2",))], tmp_path)
    classeur = openpyxl.load_workbook(second)
    assert classeur.sheetnames.count("Relecture") == 1
    feuille = classeur["Effectifs"]
    assert feuille["B2"].comment is None
    assert feuille["B2"].fill.fill_type is None
    assert feuille["C2"].comment.text == "à voir avec Mme le maire"
    assert feuille["A2"].fill.fgColor.rgb == COULEURS["alerte"]


@pytest.mark.parametrize("nom", ["mairie.csv", "mairie.xls", "mairie.ods", "abime.xlsx"])
def test_un_fichier_qu_on_ne_rouvre_pas_donne_un_recapitulatif(tmp_path: Path, nom: str) -> None:
    (tmp_path / nom).write_bytes(b"siren;poste\n")
    annote = annoter(tmp_path / nom, [remarque()], tmp_path / "annotes")
    assert annote.name == f"{Path(nom).stem}_annote.xlsx"
    classeur = openpyxl.load_workbook(annote)
    assert classeur.sheetnames == ["Relecture"]
    assert classeur["Relecture"]["B4"].hyperlink is None
    assert classeur["Relecture"]["C4"].value == "x"


def test_deux_fichiers_de_meme_radical_ne_s_ecrasent_pas(recu: Path, tmp_path: Path) -> None:
    (tmp_path / "mairie.csv").write_text("siren", encoding="utf-8")
    noms = {annoter(tmp_path / nom, [], tmp_path / "annotes").name for nom in ("mairie.csv", "mairie.xlsx")}
    assert len(noms) == 2


def test_sans_remarque_le_recapitulatif_le_dit(recu: Path, tmp_path: Path) -> None:
    assert openpyxl.load_workbook(annoter(recu, [], tmp_path))["Relecture"]["A1"].value.endswith("rien à signaler.")


def test_un_texte_ordinaire_n_est_pas_change() -> None:
    assert inoffensif("110 % au plus") == "110 % au plus"


# --- ce qu'on dit à chacun ---------------------------------------------------


def test_les_problemes_de_lecture_trouvent_leur_cellule() -> None:
    lus = [
        Constat("mairie.xlsx, Effectifs, cellule B12", "x", "y", "z"),
        Constat("mairie.xlsx, Effectifs, ligne 7", "x", "y", "z"),
        Constat("mairie.xlsx, Effectifs, colonne D", "x", "y", "z"),
        Constat("mairie.xlsx", "x", "y", "z"),
        Constat("mairie.xlsx, Autre, cellule A1", "x", "y", "z"),
        Constat("mairie.xlsx2, Effectifs, cellule A1", "x", "y", "z"),
    ]
    vue = Collecte({}, constats=tuple(lus), emplacements={("mairie.xlsx", "Effectifs", "effectifs"): {"siren": "A"}})
    trouvees = remarques_sur("mairie.xlsx", vue, ())
    assert [remarque.adresses for remarque in trouvees] == [("B12",), ("A7",), ("D1",), (), ()]
    assert [remarque.onglet for remarque in trouvees] == ["Effectifs", "Effectifs", "Effectifs", "", ""]


def test_un_conflit_ne_revele_pas_l_autre_fichier() -> None:
    conflit = Conflit(
        "effectifs", {"siren": ADAM}, "cout_employeur_eur", 41_000.0, 52_000.0,
        "a.xlsx, Effectifs, cellule K6", "b.xlsx, Effectifs, cellule K9", "première lue",
    )  # fmt: skip
    places = {(nom, "Effectifs", "effectifs"): {"siren": "A"} for nom in ("a.xlsx", "b.xlsx")}
    vue = Collecte({}, conflits=(conflit,), emplacements=places)
    (chez_a,), (chez_b,) = remarques_sur("a.xlsx", vue, ()), remarques_sur("b.xlsx", vue, ())
    assert (chez_a.adresses, chez_b.adresses) == (("K6",), ("K9",))
    assert "41000" in chez_a.trouve and "52000" not in str(chez_a)
    assert "52000" in chez_b.trouve and "41000" not in str(chez_b)
    assert "b.xlsx" not in str(chez_a)


def test_un_conflit_se_dit_en_libelles() -> None:
    conflit = Conflit(
        "effectifs", {"siren": ADAM, "poste": "P1", "fonction": "hors_support"}, "categorie", "b", "c",
        "a.xlsx, Effectifs, cellule K6", "b.xlsx, Effectifs, cellule K9", "première lue",
    )  # fmt: skip
    places = {(nom, "Effectifs", "effectifs"): {"siren": "A"} for nom in ("a.xlsx", "b.xlsx")}
    (chez_a,) = remarques_sur("a.xlsx", Collecte({}, conflits=(conflit,), emplacements=places), ())
    assert "« B » pour Catégorie" in chez_a.trouve.replace("\u00a0", " ")
    assert "(219900000, P1, Hors fonctions support)" in conflit.constat().trouve
    part = Conflit("effectifs", {"siren": ADAM}, "part_temps", 0.4, 0.5, "a, b", "c, d", "première lue")
    assert "« 50 % » et « 40 % »" in part.constat().trouve.replace("\u00a0", " ")


def test_un_controle_va_dans_le_fichier_qu_il_concerne() -> None:
    vue = collecte(effectifs=[poste(part=0.7), poste(fonction="juridique", part=0.7)])
    trouves = controler(vue, territoire(), hypotheses(), JOUR, ids=("parts_de_temps_au_dela", "sans_reponse"))
    (seule,) = remarques_sur(FICHIER, vue, trouves)
    assert (seule.onglet, seule.adresses) == ("Effectifs", ("E6", "E7"))
    assert remarques_sur("autre.xlsx", vue, trouves) == []
