"""Les paquets : pyproject.toml donne les bornes ; le verrou et l'environnement conda les suivent."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from itertools import chain
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

#: nom du paquet Python → nom du paquet conda, quand ils diffèrent
NOMS_CONDA = {"matplotlib": "matplotlib-base"}
#: paquet indissociable d'un autre, que l'on demande à sa place
COMPAGNONS = {"pydantic-core": "pydantic", "markupsafe": "jinja2", "python-docx": "docxtpl"}
_BLOC = re.compile(r"^(?P<nom>[\w.-]+)==(?P<version>[^\s;\\]+)(?P<suite>(?:.*\\\n)+.*|.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Epingle:
    """Une version figée du verrou et le nombre de ses empreintes."""

    nom: str
    version: str
    empreintes: int


def demandes(projet: Mapping[str, Any], avec_extras: bool = True) -> list[Requirement]:
    """Paquets demandés : dépendances, puis extras et outil de construction."""
    textes = list(projet["project"]["dependencies"])
    if avec_extras:
        textes += projet["build-system"]["requires"]
        textes += chain.from_iterable(projet["project"]["optional-dependencies"].values())
    return [Requirement(texte) for texte in textes]


def lire_projet(texte: str) -> dict[str, Any]:
    """Contenu de ``pyproject.toml``."""
    return tomllib.loads(texte)


def lire_verrou(texte: str) -> list[Epingle]:
    """Épingles de ``requirements.lock``, dans l'ordre du fichier."""
    return [
        Epingle(canonicalize_name(bloc["nom"]), bloc["version"], bloc["suite"].count("--hash=sha256:"))
        for bloc in _BLOC.finditer(texte)
    ]


def ecarts_du_verrou(texte: str, voulus: Iterable[Requirement]) -> list[str]:
    """Ce qui manque au verrou, sort des bornes, n'a pas d'empreinte ou nomme un registre."""
    epingles = lire_verrou(texte)
    trouves = [f"{epingle.nom} {epingle.version} : aucune empreinte" for epingle in epingles if not epingle.empreintes]
    for voulu in voulus:
        versions = [epingle.version for epingle in epingles if epingle.nom == canonicalize_name(voulu.name)]
        if not versions:
            trouves.append(f"{voulu.name} : demandé par pyproject.toml, absent du verrou")
        trouves += [
            f"{voulu.name} {version} : hors de « {voulu.specifier} »"
            for version in versions
            if not voulu.specifier.contains(version, prereleases=True)
        ]
    for numero, ligne in enumerate(texte.splitlines(), start=1):
        if re.search(r"https?://|--(extra-)?index|--find-links|-i\s", ligne):
            trouves.append(f"ligne {numero} : adresse de registre")
    return trouves


def bibliotheques_importees(code: ast.AST) -> set[str]:
    """Modules de premier niveau importés, hors bibliothèque standard."""
    noms = set()
    for noeud in ast.walk(code):
        if isinstance(noeud, ast.Import):
            noms |= {alias.name.split(".")[0] for alias in noeud.names}
        elif isinstance(noeud, ast.ImportFrom) and not noeud.level and noeud.module:
            noms.add(noeud.module.split(".")[0])
    return noms - sys.stdlib_module_names


def non_declarees(importees: Iterable[str], voulus: Iterable[Requirement]) -> list[str]:
    """Bibliothèques importées dont aucun paquet n'est demandé : un jour, plus rien ne les installera."""
    declares = {canonicalize_name(voulu.name) for voulu in voulus}
    declares |= {compagnon for compagnon, principal in COMPAGNONS.items() if principal in declares}
    paquets = packages_distributions()
    return [
        f"import {nom} : paquet {' ou '.join(sorted(set(paquets.get(nom, ['inconnu']))))}"
        for nom in sorted(importees)
        if not declares & {canonicalize_name(paquet) for paquet in paquets.get(nom, ())}
    ]


def bornes_conda(bornes: Mapping[str, SpecifierSet]) -> dict[str, str]:
    """Bornes de pyproject.toml, sous les noms de conda."""
    return {NOMS_CONDA.get(nom, nom): str(borne) for nom, borne in bornes.items()}
