"""Le classeur tel qu'on l'envoie : à qui, jusqu'à quand, ce qu'il tait, et comment son fichier se nomme."""

from __future__ import annotations

import datetime
import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from mutunb import territoires
from mutunb.dossier.classeur_collecte import classeurs, nom_de_fichier
from mutunb.dossier.collecte import lire_collecte
from mutunb.dossier.mode_emploi import A_COMPLETER, CLASSEUR_COMMUN, FEUILLE_MODE_EMPLOI, Retour
from mutunb.dossier.preremplissage import SOURCE_PUBLIQUE
from tests.dossier.test_classeur_collecte import NOMS, SAISIE, feuilles, lignes, regles
from tests.fabrique import commune, territoire


@pytest.fixture(scope="module")
def octets() -> bytes:
    return classeurs(territoires.ouvrir("247900798"))["collecte.xlsx"]


@pytest.fixture(scope="module")
def classeur(octets: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(octets))


def consignes(octets: bytes) -> dict[str, openpyxl.cell.cell.Cell]:
    """Cellule de texte de chaque consigne du mode d'emploi, par sujet."""
    onglet = openpyxl.load_workbook(io.BytesIO(octets))[FEUILLE_MODE_EMPLOI]
    return {rangee[0].value: rangee[1] for rangee in onglet.iter_rows() if rangee[0].value}


def test_la_ligne_technique_est_cachee_et_se_lit_encore(classeur: Workbook) -> None:
    for _, onglet in feuilles(classeur):
        assert [rang for rang, dimension in onglet.row_dimensions.items() if dimension.hidden] == [NOMS]


def test_le_signe_d_une_attribution_est_dit(classeur: Workbook) -> None:
    trouvees = regles(classeur["Attributions de compensation"])
    for nom in ("ac_fonctionnement_eur", "ac_investissement_eur"):
        assert "Positif : l'EPCI verse à la commune" in trouvees[nom].prompt


def test_sans_date_ni_contact_le_mode_d_emploi_est_a_completer(octets: bytes) -> None:
    lues = consignes(octets)
    for sujet in ("À renvoyer avant le", "Contact"):
        assert lues[sujet].value == A_COMPLETER and not lues[sujet].protection.locked


def test_la_date_limite_et_le_contact_sont_au_mode_d_emploi() -> None:
    retour = Retour(datetime.date(2026, 9, 30), "Mme Essai, essai@exemple.fr")
    lues = consignes(classeurs(territoires.ouvrir("247900798"), retour=retour)["collecte.xlsx"])
    assert lues["À renvoyer avant le"].value.replace("\u00a0", " ") == "30 septembre 2026"
    assert lues["Contact"].value == "Mme Essai, essai@exemple.fr" and lues["Contact"].protection.locked


def test_seul_le_classeur_commun_previent_qu_il_ne_circule_pas_rempli(octets: bytes) -> None:
    assert consignes(octets)[CLASSEUR_COMMUN[0]].value == CLASSEUR_COMMUN[1]
    depart = territoire([commune("A", 500, 1000, 10)])
    assert CLASSEUR_COMMUN[0] not in consignes(classeurs(depart, un_par_commune=True)["collecte_99000_a.xlsx"])


def test_rien_de_ce_qui_est_pre_rempli_n_est_prive(classeur: Workbook) -> None:
    """Hors identité, exercice et quadrillage, toute valeur écrite d'avance cite une source publique."""
    muets = {"siren", "nom", "nature", "collectivite", "fonction", "repondant", "exercice", None}
    for feuille, _ in feuilles(classeur):
        for ligne in lignes(classeur, feuille.nom):
            if {nom for nom, valeur in ligne.items() if valeur is not None} - muets:
                assert ligne["source"].startswith(SOURCE_PUBLIQUE)


@pytest.mark.parametrize(
    ("nom", "lisible"),
    [
        ("Saint-Maurice-Étusson", "saint-maurice-etusson"),
        ("L'Haÿ-les-Roses", "l-hay-les-roses"),
        ("Œuilly", "oeuilly"),
        ("../a\\b:c*?", "a-b-c"),
        ("=", "commune"),
        ("x" * 90, "x" * 40),
    ],
)
def test_le_nom_de_fichier_est_lisible_et_sur(nom: str, lisible: str) -> None:
    assert nom_de_fichier(nom) == lisible


def test_deux_communes_de_meme_nom_ont_deux_fichiers() -> None:
    depart = territoire([commune("Saint-Jean", 500, 1000, 10), commune("Saint-Jean", 300, 500, 10)])
    assert len(classeurs(depart, un_par_commune=True)) == 3


def test_la_reponse_de_l_epci_fait_l_aller_retour(tmp_path: Path) -> None:
    """Président et DGS de l'EPCI répondent ; la collecte les lit à son SIREN, la qualité aussi."""
    produits = classeurs(territoires.ouvrir("247900798"), un_par_commune=True)
    rempli = openpyxl.load_workbook(io.BytesIO(produits["collecte_epci.xlsx"]))
    for onglet, champ in (("Appétence", "interet"), ("Qualité et risques", "jours_decouverts")):
        noms = [cellule.value for cellule in rempli[onglet][NOMS]]
        rempli[onglet].cell(SAISIE, noms.index(champ) + 1).value = 3
    rempli.save(tmp_path / "epci.xlsx")
    lue = lire_collecte([tmp_path / "epci.xlsx"])
    assert [str(constat) for constat in lue.constats] == []
    (appetence,) = lue.table("appetence").dropna(subset="interet").to_dict("records")
    assert (appetence["siren"], appetence["repondant"], appetence["interet"]) == ("247900798", "president", 3)
    (qualite,) = lue.table("qualite").dropna(subset="jours_decouverts").to_dict("records")
    assert (qualite["siren"], qualite["jours_decouverts"]) == ("247900798", 3)
