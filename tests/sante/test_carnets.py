"""Les carnets tiennent leur budget, leurs paramètres sont ceux du modèle, et le parcours les nomme tous."""

from __future__ import annotations

import ast
import copy
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from mutunb.execution import parcours
from mutunb.referentiel.parametres import modele
from tests.sante.regles import depot
from tests.sante.regles.carnets import cellules_de_code, ecarts

CARNETS = depot.fichiers("notebooks", suffixe=".ipynb")


def lire(chemin: Path) -> dict[str, Any]:
    return json.loads(chemin.read_text(encoding="utf-8"))


def test_chaque_carnet_tient_son_budget() -> None:
    trouves = [
        f"{depot.relatif(chemin)} : {ecart}"
        for chemin in CARNETS
        for ecart in ecarts(lire(chemin), bool(modele(chemin.stem).model_fields))
    ]
    depot.exiger(trouves, "question, appel d'une à trois lignes, lecture, vigilance ; le reste va dans le paquet.")


def test_chaque_carnet_est_valide_pour_jupyter() -> None:
    trouves = []
    for chemin in CARNETS:
        try:
            nbformat.validate(nbformat.from_dict(lire(chemin)))
        except nbformat.ValidationError as erreur:
            trouves.append(f"{depot.relatif(chemin)} : {str(erreur).splitlines()[0]}")
    depot.exiger(trouves, "ouvrez puis enregistrez le carnet dans JupyterLab.")


def test_le_parcours_et_les_carnets_se_repondent() -> None:
    annonces = {f"notebooks/{carnet.fichier}" for carnet in parcours.lire().carnets}
    presents = {depot.relatif(chemin) for chemin in CARNETS}
    trouves = [f"{nom} : dans notebooks/, absent de parcours.yaml" for nom in sorted(presents - annonces)]
    trouves += [f"{nom} : dans parcours.yaml, absent de notebooks/" for nom in sorted(annonces - presents)]
    depot.exiger(trouves, "un carnet et sa ligne de parcours.yaml s'ajoutent et se retirent ensemble.")


def test_le_readme_dit_le_parcours() -> None:
    readme = (depot.RACINE / "README.md").read_text(encoding="utf-8")
    trouves = [
        f"{carnet.id} : {carnet.question}"
        for etape in parcours.lire().etapes
        for carnet in etape.carnets
        if f"| `{carnet.id}` | {carnet.question} |" not in readme
    ]
    depot.exiger(trouves, "le tableau du README reprend les questions de parcours.yaml, mot pour mot.")


def test_la_cellule_de_parametres_dit_le_modele() -> None:
    trouves = []
    for chemin in CARNETS:
        champs = modele(chemin.stem).model_fields
        ecrits = parametres_ecrits(lire(chemin))
        attendus = {nom: champ.default for nom, champ in champs.items() if not champ.is_required()}
        exemples = {nom: ecrits.get(nom) for nom, champ in champs.items() if champ.is_required()}
        if ecrits != attendus | exemples or None in exemples.values():
            trouves.append(f"{depot.relatif(chemin)} : {ecrits} ; le modèle dit {attendus} et demande {list(exemples)}")
    depot.exiger(trouves, "mêmes noms et mêmes valeurs par défaut dans la cellule et dans referentiel/parametres.py.")


def parametres_ecrits(carnet: dict[str, Any]) -> dict[str, Any]:
    return {
        instruction.targets[0].id: ast.literal_eval(instruction.value)
        for cellule in cellules_de_code(carnet)
        if cellule.porte_les_parametres
        for instruction in ast.parse(cellule.code).body
        if isinstance(instruction, ast.Assign) and isinstance(instruction.targets[0], ast.Name)
    }


# --- la règle elle-même, sur un carnet d'essai ---


def code(texte: str, *etiquettes: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": texte,
        "metadata": {"tags": list(etiquettes)},
        "outputs": [],
        "execution_count": None,
    }


def prose(mots: int) -> dict[str, Any]:
    return {"cell_type": "markdown", "source": "mot " * mots, "metadata": {}}


def essai(*cellules: dict[str, Any], mots: int = 200) -> list[str]:
    parametres = code('territoire = "247900798"\npoids = -0.5', "parameters")
    return ecarts({"cells": [prose(mots), parametres, *cellules]}, avec_parametres=True)


def test_un_carnet_sain_passe() -> None:
    appel = code('import mutunb\n\n# lecture\nportrait = mutunb.portrait(dossier, detail=True)\nmutunb.droit("cif")')
    assert essai(appel) == []


@pytest.mark.parametrize(
    ("texte", "mot"),
    [
        ("def f():\n    pass", "def"),
        ("f = lambda: poids", "lambda"),
        ("for c in communes:\n    c", "for"),
        ("while vrai:\n    pass", "while"),
        ("[c for c in communes]", "compréhension"),
        ("try:\n    x\nexcept ValueError:\n    y", "try"),
        ("with ouvert as f:\n    f", "with"),
        ("class C:\n    pass", "classe"),
        ("open(chemin)", "open"),
        ("pandas.read_csv(chemin)", "read_csv"),
        ("table.to_excel(chemin)", "to_excel"),
        ("import pandas", "importation"),
        ("import mutunb as m", "importation"),
        ("import mutunb.calculs", "importation"),
        ("from mutunb.calculs import achats", "importation"),
        ("from mutunb import *", "importation"),
        ("mutunb.portrait(dossier, 12)", "12"),
        ("seuil = 0.5", "0.5"),
        ("%matplotlib inline", "Python"),
        ("!ls", "Python"),
    ],
)
def test_une_construction_interdite_est_dite(texte: str, mot: str) -> None:
    (ecart,) = essai(code(texte))
    assert mot in ecart


def test_longueur_des_cellules_des_deux_cotes() -> None:
    dix, onze = "\n".join(["a"] * 10), "\n".join(["a"] * 11)
    assert essai(code(dix)) == ["médiane de 6 lignes par cellule (3 au plus)"]
    assert essai(code("a"), code("a"), code(dix)) == []
    assert essai(code("a"), code("a"), code(onze)) == ["cellule 5 : 11 lignes (10 au plus)"]
    assert essai(code("a\nb\nc"), code("a\nb\nc"), code("a\nb\nc")) == []


def test_prose_des_deux_cotes() -> None:
    assert essai(code("a\nb\nc"), mots=40) == []
    assert essai(code("a\nb\nc"), mots=39) == ["39 mots de prose pour 5 lignes de code (8 par ligne au moins)"]


def test_ni_balise_ni_lien_ni_code_ne_font_de_la_prose() -> None:
    cellule = {"cell_type": "markdown", "metadata": {}, "source": "<b>un</b> [deux](trois/quatre) `cinq six`"}
    assert ecarts({"cells": [cellule, code("a")]}, False) == [
        "2 mots de prose pour 1 lignes de code (8 par ligne au moins)"
    ]


def test_une_cellule_de_parametres_et_une_seule() -> None:
    seconde = code('autre = "x"', "parameters")
    assert essai(seconde) == ["2 cellule(s) « parameters », 1 attendue(s)"]
    assert ecarts({"cells": [prose(20), code("a")]}, True) == ["0 cellule(s) « parameters », 1 attendue(s)"]
    assert ecarts({"cells": [prose(20), seconde]}, False) == ["1 cellule(s) « parameters », 0 attendue(s)"]


@pytest.mark.parametrize("ligne", ["n: int = 3", "a = b = 3", "liste = [1, 2]", 'texte = "a # b"', "n = 1 + 1"])
def test_un_parametre_que_papermill_lirait_mal_est_refuse(ligne: str) -> None:
    (ecart,) = ecarts({"cells": [prose(20), code(ligne, "parameters")]}, True)
    assert "valeur simple" in ecart


def test_sorties_et_numeros_sont_effaces() -> None:
    executee = copy.deepcopy(code("a"))
    executee["execution_count"] = 3
    montree = copy.deepcopy(code("a"))
    montree["outputs"] = [{"output_type": "stream", "text": "x"}]
    assert len(essai(executee)) == len(essai(montree)) == 1
