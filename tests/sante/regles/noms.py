"""Les noms que le dépôt donne : fonctions, classes, variables, arguments, fichiers."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

VOCABULAIRE = Path(__file__).with_name("vocabulaire.yaml")
_MOT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def vocabulaire() -> dict[str, Any]:
    """Préfixes, mots et noms imposés du fichier ``vocabulaire.yaml``."""
    return yaml.safe_load(VOCABULAIRE.read_text(encoding="utf-8"))


def noms_donnes(code: ast.AST) -> Iterator[tuple[int, str]]:
    """Lignes et noms que ce code choisit (les noms qu'il emploie seulement n'en sont pas)."""
    for noeud in ast.walk(code):
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield noeud.lineno, noeud.name
        elif isinstance(noeud, ast.arg):
            yield noeud.lineno, noeud.arg
        elif isinstance(noeud, ast.Name) and isinstance(noeud.ctx, ast.Store):
            yield noeud.lineno, noeud.id
        elif isinstance(noeud, ast.Attribute) and isinstance(noeud.ctx, ast.Store) and _est_a_nous(noeud):
            yield noeud.lineno, noeud.attr
        elif isinstance(noeud, ast.Import | ast.ImportFrom):
            yield from ((noeud.lineno, alias.asname) for alias in noeud.names if alias.asname)
        elif isinstance(noeud, ast.ExceptHandler) and noeud.name:
            yield noeud.lineno, noeud.name


def _est_a_nous(attribut: ast.Attribute) -> bool:
    """``self.x = …`` nomme ; ``table.columns = …`` emploie le nom d'une bibliothèque."""
    return isinstance(attribut.value, ast.Name) and attribut.value.id in {"self", "cls"}


def reproche(nom: str, regles: Mapping[str, Any]) -> str | None:
    """Ce qu'on reproche à un nom, ou ``None``."""
    if nom in regles["noms_imposes"] or nom in regles["methodes_imposees"] or re.fullmatch(r"__\w+__", nom):
        return None
    if not nom.isascii():
        return "un nom ne porte pas d'accent"
    nu = nom.lstrip("_").removeprefix("test_").lower()
    for prefixe in regles["prefixes"]:
        if nu.startswith(prefixe):
            return f"préfixe « {prefixe} »"
    if nu in regles["mots_seuls"]:
        return f"mot « {nu} » : {regles['mots_seuls'][nu]}"
    for mot in _MOT.findall(nom):
        if mot.lower() in regles["mots"]:
            return f"mot « {mot.lower()} » : {regles['mots'][mot.lower()]}"
    return None


def noms_fautifs(endroit: str, code: ast.AST, regles: Mapping[str, Any]) -> list[str]:
    """Noms de ``code`` que le vocabulaire refuse, avec le mot français à mettre à la place."""
    imposes = _arguments_imposes(code, regles["methodes_imposees"])
    fautes = {
        (ligne, nom): cause
        for ligne, nom in noms_donnes(code)
        if (ligne, nom) not in imposes and (cause := reproche(nom, regles)) is not None
    }
    return [f"{endroit}:{ligne} {nom} ({cause})" for (ligne, nom), cause in sorted(fautes.items())]


def _arguments_imposes(code: ast.AST, methodes: Collection[str]) -> set[tuple[int, str]]:
    return {
        (argument.lineno, argument.arg)
        for noeud in ast.walk(code)
        if isinstance(noeud, ast.FunctionDef) and noeud.name in methodes
        for argument in ast.walk(noeud.args)
        if isinstance(argument, ast.arg)
    }
