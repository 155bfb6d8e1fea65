"""Le classeur de collecte, relu comme le ferait un tableur : listes, protections, pré-remplissage, rien de caché."""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from mutunb import territoires
from mutunb.dossier import classeur_collecte as collecte
from mutunb.dossier.classeur_collecte import classeurs
from mutunb.dossier.collecte import lire_collecte
from mutunb.dossier.mode_emploi import CONSIGNES, FEUILLE_MODE_EMPLOI
from mutunb.dossier.preremplissage import SOURCE_PUBLIQUE, preremplir
from mutunb.dossier.questionnaire import Champ, Feuille, questionnaire
from mutunb.dossier.validations_collecte import FEUILLE_LISTES
from mutunb.territoires import Territoire
from tests.fabrique import commune, sans_comptes, territoire

NOMS, EXEMPLE, SAISIE = collecte.RANG_NOMS + 1, collecte.RANG_EXEMPLE + 1, collecte.RANG_SAISIE + 1


@pytest.fixture(scope="module")
def octets() -> bytes:
    return classeurs(territoires.ouvrir("247900798"))["collecte.xlsx"]


@pytest.fixture(scope="module")
def classeur(octets: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(octets))


def feuilles(classeur: Workbook) -> Iterator[tuple[Feuille, Worksheet]]:
    for feuille in questionnaire().feuilles:
        yield feuille, classeur[feuille.libelle]


def lignes(classeur: Workbook, nom: str) -> list[dict[str, object]]:
    """Lignes de saisie d'une feuille, par nom de champ."""
    onglet = classeur[questionnaire().feuille(nom).libelle]
    noms = [cellule.value for cellule in onglet[NOMS]]
    remplies = onglet.iter_rows(min_row=SAISIE, values_only=True)
    return [dict(zip(noms, ligne, strict=True)) for ligne in remplies if any(v is not None for v in ligne)]


def regles(onglet: Worksheet) -> dict[str, DataValidation]:
    """Règle de saisie de chaque champ, par son nom technique."""
    trouvees = {}
    for regle in onglet.data_validations.dataValidation:
        for plage in regle.sqref.ranges:
            assert (plage.min_row, plage.max_row) == (SAISIE, collecte.RANG_DERNIER + 1)
            for colonne in range(plage.min_col, plage.max_col + 1):
                trouvees[onglet.cell(NOMS, colonne).value] = regle
    return trouvees


def valeurs_deroulees(classeur: Workbook, regle: DataValidation) -> list[str]:
    nom, plage = regle.formula1.lstrip("=").split("!")
    return [cellule.value for (cellule,) in classeur[nom][plage.replace("$", "")]]


def test_le_classeur_est_reproductible_octet_pour_octet(octets: bytes) -> None:
    assert classeurs(territoires.ouvrir("247900798"))["collecte.xlsx"] == octets


def test_les_dates_du_document_sont_fixes(classeur: Workbook) -> None:
    assert classeur.properties.created == datetime.datetime(2025, 1, 1)
    assert classeur.properties.modified == datetime.datetime(2025, 1, 1)


def test_les_proprietes_disent_la_version_et_le_territoire(classeur: Workbook) -> None:
    proprietes = {propriete.name: propriete.value for propriete in classeur.custom_doc_props.props}
    assert proprietes == {"version du modèle": str(questionnaire().version), "SIREN du territoire": "247900798"}


def test_les_onglets_sont_ceux_du_questionnaire(classeur: Workbook) -> None:
    libelles = [feuille.libelle for feuille in questionnaire().feuilles]
    assert classeur.sheetnames == [FEUILLE_MODE_EMPLOI, *libelles, FEUILLE_LISTES]
    assert [onglet.title for onglet in classeur if onglet.sheet_state != "visible"] == [FEUILLE_LISTES]


def test_aucune_formule_ni_fusion_ni_macro(classeur: Workbook) -> None:
    for onglet in classeur:
        assert not [cellule.coordinate for rangee in onglet.iter_rows() for cellule in rangee if cellule.data_type == "f"]
    for _, onglet in feuilles(classeur):
        assert not onglet.merged_cells.ranges


def test_en_tetes_et_noms_techniques(classeur: Workbook) -> None:
    for feuille, onglet in feuilles(classeur):
        assert onglet.cell(1, 1).value == f"{feuille.libelle} : {feuille.grain}"
        entetes = [cellule.value for cellule in onglet[collecte.RANG_ENTETES + 1]][1:]
        assert entetes == [champ.entete for champ in feuille.champs]
        assert [cellule.value for cellule in onglet[NOMS]][1:] == feuille.colonnes
        assert [entete.endswith("*") for entete in entetes] == [champ.obligatoire for champ in feuille.champs]


def test_la_tete_est_verrouillee_et_la_saisie_ouverte(classeur: Workbook) -> None:
    for feuille, onglet in feuilles(classeur):
        assert onglet.protection.sheet
        for colonne in range(2, len(feuille.champs) + 2):
            assert all(onglet.cell(rang, colonne).protection.locked for rang in range(1, SAISIE))
            saisie = onglet.cell(SAISIE, colonne)
            assert saisie.value is None or not saisie.protection.locked
    for titre in (FEUILLE_MODE_EMPLOI, FEUILLE_LISTES):
        assert classeur[titre].protection.sheet


def test_une_colonne_entiere_est_ouverte_a_la_saisie(classeur: Workbook) -> None:
    """Une cellule jamais écrite suit le format de sa colonne."""
    for feuille, onglet in feuilles(classeur):
        ouvertes = set()
        for dimension in onglet.column_dimensions.values():
            if not dimension.protection.locked:
                ouvertes |= set(range(dimension.min, dimension.max + 1))
        assert ouvertes == set(range(1, len(feuille.champs) + 2)), feuille.nom


def test_les_volets_gardent_la_tete_a_l_ecran(classeur: Workbook) -> None:
    assert {onglet.freeze_panes for _, onglet in feuilles(classeur)} == {f"D{SAISIE}"}


def test_l_exemple_est_marque_et_bien_ecrit(classeur: Workbook) -> None:
    for feuille, onglet in feuilles(classeur):
        assert onglet.cell(EXEMPLE, 1).value == "exemple"
        for colonne, champ in enumerate(feuille.champs, start=2):
            cellule = onglet.cell(EXEMPLE, colonne)
            assert cellule.font.italic
            assert (cellule.value is None) == (champ.exemple is None)
            verifier_exemple(champ, cellule.value)


def verifier_exemple(champ: Champ, valeur: object) -> None:
    if valeur is None:
        return
    if champ.type in ("liste", "booleen"):
        assert valeur in champ.libelles
    elif champ.type == "liste_multiple" and champ.valeurs:
        assert all(morceau.strip() in champ.libelles for morceau in valeur.split(";"))
    elif champ.type == "date":
        assert isinstance(valeur, datetime.datetime)
    elif champ.type in ("entier", "decimal", "montant", "part", "annee"):
        assert isinstance(valeur, int | float)
        echelle = 100 if champ.type == "part" else 1
        assert champ.min is None or valeur >= champ.min * echelle
        assert champ.max is None or valeur <= champ.max * echelle


def test_aucune_ligne_de_saisie_n_est_marquee_exemple(classeur: Workbook) -> None:
    for feuille, onglet in feuilles(classeur):
        assert {onglet.cell(rang, 1).value for rang in range(SAISIE, onglet.max_row + 1)} <= {None}, feuille.nom


def test_chaque_liste_deroule_ses_libelles(classeur: Workbook) -> None:
    vues = 0
    for feuille, onglet in feuilles(classeur):
        trouvees = regles(onglet)
        for champ in filter(lambda champ: champ.valeurs, feuille.champs):
            regle = trouvees[champ.nom]
            assert regle.type == "list"
            assert valeurs_deroulees(classeur, regle) == list(champ.libelles)
            libre = champ.type in ("liste_multiple", "texte")
            assert bool(regle.showErrorMessage) is not libre, champ.nom
            vues += 1
    assert vues > 20


@pytest.mark.parametrize(
    ("nom", "champ", "genre", "bornes"),
    [
        ("effectifs", "part_temps", "decimal", ("0", "100")),
        ("effectifs", "annee_depart", "whole", ("1950", "2099")),
        ("appetence", "interet", "whole", ("0", "4")),
        ("qualite", "jours_decouverts", "whole", ("0", "366")),
        ("dgf", "cif", "decimal", ("0", "1")),
        ("contrats", "fin", "date", ("18264", "73050")),
        ("entites", "siren", "textLength", ("9", "14")),
    ],
)
def test_les_bornes_sont_posees(
    classeur: Workbook, nom: str, champ: str, genre: str, bornes: tuple[str, str]
) -> None:
    regle = regles(classeur[questionnaire().feuille(nom).libelle])[champ]
    assert (regle.type, regle.formula1, regle.formula2) == (genre, *bornes)
    assert regle.allowBlank


def test_une_attribution_de_compensation_peut_etre_negative(classeur: Workbook) -> None:
    regle = regles(classeur["Attributions de compensation"])["ac_fonctionnement_eur"]
    assert float(regle.formula1) < 0


def test_les_messages_tiennent_dans_un_tableur(classeur: Workbook) -> None:
    for _, onglet in feuilles(classeur):
        for regle in onglet.data_validations.dataValidation:
            assert len(regle.error or "") <= 255
            assert len(regle.prompt or "") <= 255
            assert len(regle.promptTitle or "") <= 32


def test_les_textes_et_les_siren_gardent_leurs_zeros(classeur: Workbook) -> None:
    onglet = classeur["Entités"]
    assert onglet.cell(SAISIE, 2).number_format == "@"
    assert onglet.cell(SAISIE, 2).value == "247900798"


def test_le_mode_d_emploi_nomme_chaque_feuille(classeur: Workbook) -> None:
    ecrits = [cellule.value for rangee in classeur[FEUILLE_MODE_EMPLOI].iter_rows() for cellule in rangee]
    assert {feuille.libelle for feuille in questionnaire().feuilles} <= set(ecrits)
    assert {sujet for sujet, _ in CONSIGNES} <= set(ecrits)
    assert "250 lignes préparées à compléter" in [str(ecrit).replace("\u00a0", " ") for ecrit in ecrits]


def test_les_entites_sont_pre_remplies_avec_leur_source(classeur: Workbook) -> None:
    ecrites = lignes(classeur, "entites")
    assert len(ecrites) == 25
    assert [ligne["nature"] for ligne in ecrites[:2]] == ["EPCI", "Commune"]
    assert ecrites[0]["charges_personnel_eur"] == 11437277
    assert {ligne["exercice"] for ligne in ecrites} == {2024}
    assert all(ligne["source"].startswith(SOURCE_PUBLIQUE) for ligne in ecrites)


def test_les_lignes_d_enquete_sont_pretes(classeur: Workbook) -> None:
    appetence = lignes(classeur, "appetence")
    assert len(appetence) == (1 + 24) * 5 * 2
    direction = "Direction (DGS ou faisant fonction)"
    assert {ligne["repondant"] for ligne in appetence if ligne["siren"] == "247900798"} == {"Président de l'EPCI", direction}
    assert {ligne["repondant"] for ligne in appetence if ligne["siren"] != "247900798"} == {"Maire", direction}
    assert {ligne["satisfaction"] for ligne in appetence} == {None}
    assert len(lignes(classeur, "qualite")) == (1 + 24) * 5
    assert {ligne["siren"] for ligne in lignes(classeur, "qualite")} >= {"247900798"}
    assert len(lignes(classeur, "compensations")) == 24
    (dgf,) = lignes(classeur, "dgf")
    assert (dgf["exercice"], dgf["cif"], dgf["population_dgf"]) == (2025, 0.442966, 37131)


def test_les_lignes_ecrites_sont_celles_du_pre_remplissage(classeur: Workbook) -> None:
    attendues = preremplir(territoires.ouvrir("247900798"))
    for feuille in questionnaire().feuilles:
        ecrites = lignes(classeur, feuille.nom)
        assert len(ecrites) == len(attendues.get(feuille.nom, ()))
        for ecrite, attendue in zip(ecrites, attendues.get(feuille.nom, ()), strict=True):
            relue = {nom: valeur for nom, valeur in ecrite.items() if valeur is not None}
            for champ in filter(lambda champ: champ.ferme and champ.nom in relue, feuille.champs):
                relue[champ.nom] = champ.code_de(relue[champ.nom])
            assert relue == dict(attendue)


def test_un_compte_absent_reste_vide_et_sans_source() -> None:
    depart = territoire([commune("A", 500, 1000, 10), sans_comptes("B", 300)], cif_2025=float("nan"))
    entites = {ligne["nom"]: ligne for ligne in preremplir(depart)["entites"]}
    assert entites["A"]["charges_personnel_eur"] == 1000
    assert not {"charges_personnel_eur", "exercice", "source"} & set(entites["B"])
    (dgf,) = preremplir(depart)["dgf"]
    assert set(dgf) == {"siren", "exercice"}


def test_un_compte_partiel_n_est_pas_repris() -> None:
    partiel = commune("A", 500, 1000, 10, ofgl_qualite="partiel")
    assert "charges_personnel_eur" not in preremplir(territoire([partiel]))["entites"][1]


def test_sans_fiscalite_unique_aucune_attribution_n_est_demandee() -> None:
    assert preremplir(territoire([commune("A", 500, 1000, 10)], regime="FA"))["compensations"] == ()
    assert len(preremplir(territoire([commune("A", 500, 1000, 10)]))["compensations"]) == 1


@pytest.fixture(scope="module")
def separes() -> tuple[Territoire, dict[str, Workbook]]:
    depart = territoire([commune("A", 500, 1000, 10), commune("B", 300, 500, 10)])
    produits = classeurs(depart, un_par_commune=True)
    return depart, {nom: openpyxl.load_workbook(io.BytesIO(octets)) for nom, octets in produits.items()}


def test_un_classeur_par_commune_ne_porte_que_ses_lignes(separes: tuple[Territoire, dict[str, Workbook]]) -> None:
    depart, produits = separes
    assert list(produits) == ["collecte_epci.xlsx", "collecte_99000_a.xlsx", "collecte_99001_b.xlsx"]
    celui_de_b = produits["collecte_99001_b.xlsx"]
    assert "Fiche DGF de l'EPCI" not in celui_de_b.sheetnames
    for nom in ("entites", "qualite", "appetence"):
        assert {ligne["siren"] for ligne in lignes(celui_de_b, nom)} == {"219900001"}
    celui_de_l_epci = produits["collecte_epci.xlsx"]
    assert [ligne["nom"] for ligne in lignes(celui_de_l_epci, "entites")] == [depart.nom]
    assert len(lignes(celui_de_l_epci, "compensations")) == 2
    for nom in ("qualite", "appetence"):
        assert {ligne["siren"] for ligne in lignes(celui_de_l_epci, nom)} == {depart.siren}


def test_reunis_les_classeurs_separes_valent_le_classeur_unique(
    separes: tuple[Territoire, dict[str, Workbook]],
) -> None:
    depart, produits = separes
    unique = openpyxl.load_workbook(io.BytesIO(classeurs(depart)["collecte.xlsx"]))
    for feuille in questionnaire().feuilles:
        reunies = [
            ligne
            for produit in produits.values()
            if feuille.libelle in produit.sheetnames
            for ligne in lignes(produit, feuille.nom)
        ]
        assert sorted(map(repr, reunies)) == sorted(map(repr, lignes(unique, feuille.nom)))


def test_calamine_relit_les_memes_cellules(octets: bytes, classeur: Workbook) -> None:
    relu = CalamineWorkbook.from_filelike(io.BytesIO(octets))
    for feuille, onglet in feuilles(classeur):
        rangees = relu.get_sheet_by_name(feuille.libelle).to_python(skip_empty_area=False)
        assert rangees[collecte.RANG_NOMS][1:] == feuille.colonnes
        assert rangees[collecte.RANG_EXEMPLE][0] == "exemple"
        for rang, rangee in enumerate(rangees[SAISIE - 1 :], start=SAISIE):
            ecrites = [onglet.cell(rang, colonne).value for colonne in range(1, len(rangee) + 1)]
            assert [valeur if valeur != "" else None for valeur in rangee] == ecrites


@pytest.mark.parametrize("un_par_commune", [False, True])
def test_un_classeur_neuf_se_relit_sans_un_reproche(tmp_path: Path, un_par_commune: bool) -> None:
    depart = territoires.ouvrir("247900798")
    produits = classeurs(depart, un_par_commune)
    chemins = [tmp_path / nom for nom in produits]
    for chemin in chemins:
        chemin.write_bytes(produits[chemin.name])
    lue = lire_collecte(chemins)
    assert [str(constat) for constat in lue.constats] == []
    assert lue.conflits == ()
    assert {fichier.version for fichier in lue.fichiers} == {str(questionnaire().version)}
    personnel = lue.table("entites").set_index("siren")["charges_personnel_eur"]
    attendu = {ligne["siren"]: ligne["charges_personnel_eur"] for ligne in preremplir(depart)["entites"]}
    assert personnel.to_dict() == attendu


def test_une_reponse_saisie_dans_le_classeur_se_relit(tmp_path: Path, octets: bytes) -> None:
    rempli = openpyxl.load_workbook(io.BytesIO(octets))
    onglet = rempli["Appétence"]
    noms = [cellule.value for cellule in onglet[NOMS]]
    saisies = {"interet": 0, "forme_preferee": "Mise à disposition", "lignes_rouges": "Accueil ; Proximité"}
    for nom, saisie in saisies.items():
        onglet.cell(SAISIE, noms.index(nom) + 1).value = saisie
    chemin = tmp_path / "mairie.xlsx"
    rempli.save(chemin)
    ligne = lire_collecte([chemin]).table("appetence").query("interet.notna()").iloc[0]
    assert (ligne["fonction"], ligne["repondant"], ligne["interet"]) == ("achats", "president", 0)
    assert (ligne["forme_preferee"], ligne["satisfaction"]) == ("mise_a_disposition", pytest.approx(float("nan"), nan_ok=True))
    assert [code.strip() for code in ligne["lignes_rouges"].split(";")] == ["accueil", "proximite"]


def test_un_nom_de_territoire_ne_devient_pas_une_formule() -> None:
    depart = territoire([commune("=1+1", 500, 1000, 10), commune("L'Été <&> \"x\"", 300, 500, 10)])
    relu = openpyxl.load_workbook(io.BytesIO(classeurs(depart)["collecte.xlsx"]))
    cellule = relu["Entités"].cell(SAISIE + 1, 3)
    assert (cellule.value, cellule.data_type) == ("=1+1", "s")
    assert relu["Entités"].cell(SAISIE + 2, 3).value == "L'Été <&> \"x\""
