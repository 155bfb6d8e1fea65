"""environment.yml : les six paquets de la commande, chacun lisible par conda, aux bornes de pyproject.toml."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from rattler import MatchSpec
from rattler.exceptions import InvalidMatchSpecError

from tests.sante.regles import depot
from tests.sante.regles.paquets import bornes_conda, demandes, lire_projet

COMMANDE = ("jupyterlab", "pandas", "matplotlib", "ipywidgets", "papermill", "nbconvert")
PROJET = lire_projet((depot.RACINE / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONNEMENT = yaml.safe_load((depot.RACINE / "environment.yml").read_text(encoding="utf-8"))


def bornes_du_projet() -> dict[str, str]:
    par_nom = {demande.name: demande.specifier for demande in demandes(PROJET)}
    voulues = {"python": SpecifierSet(PROJET["project"]["requires-python"])}
    return bornes_conda(voulues | {nom: par_nom[nom] for nom in COMMANDE})


def ecarts(environnement: dict[str, Any], bornes: dict[str, str]) -> list[str]:
    """Différences entre l'environnement conda et les bornes attendues."""
    dependances = environnement["dependencies"]
    lues = {}
    for spec in (MatchSpec(dependance) for dependance in dependances if isinstance(dependance, str)):
        lues[spec.name.normalized] = str(spec.version or "")
    attendues = bornes | {"pip": ""}
    noms = sorted(lues.keys() | attendues)
    trouves = [
        f"{nom} : {lues.get(nom)} ; attendu {attendues.get(nom)}" for nom in noms if lues.get(nom) != attendues.get(nom)
    ]
    if {"pip": ["-e .[tests]"]} not in dependances:
        trouves.append("pip : « -e .[tests] » manque")
    if environnement["channels"] != ["conda-forge"]:
        trouves.append(f"canaux : {environnement['channels']} ; attendu conda-forge seul")
    return trouves


def test_l_environnement_suit_le_projet() -> None:
    depot.exiger(ecarts(ENVIRONNEMENT, bornes_du_projet()), "mêmes bornes dans environment.yml et pyproject.toml.")


def test_un_environnement_faux_est_vu() -> None:
    bornes = {"python": ">=3.11", "pandas": ">=3.0"}
    paquets = ["python>=3.11", "pandas >=3.0", "pip", {"pip": ["-e .[tests]"]}]
    sain = {"channels": ["conda-forge"], "dependencies": paquets}
    assert ecarts(sain, bornes) == []
    faux = {"channels": ["defaults"], "dependencies": ["python>=3.10", "numpy", "pip"]}
    assert ecarts(faux, bornes) == [
        "numpy :  ; attendu None",
        "pandas : None ; attendu >=3.0",
        "python : >=3.10 ; attendu >=3.11",
        "pip : « -e .[tests] » manque",
        "canaux : ['defaults'] ; attendu conda-forge seul",
    ]


@pytest.mark.parametrize("texte", ["pandas>=>3", "pandas >=3.0,", "=="])
def test_une_spec_illisible_est_refusee(texte: str) -> None:
    with pytest.raises(InvalidMatchSpecError):
        MatchSpec(texte)
