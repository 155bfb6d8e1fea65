"""Les docstrings : tout ce qui est public dit ce qu'il rend."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

_DOCUMENTABLES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def sans_docstring(nom: str, code: ast.Module, promises: Collection[str] = ()) -> Iterator[str]:
    """Module, classes, fonctions et méthodes publics sans docstring.

    ``promises`` : méthodes déjà décrites par un protocole, que ses réalisations n'ont pas à redire.
    """
    if code.body and ast.get_docstring(code) is None:
        yield f"{nom}:1 : le module"
    yield from _publics(nom, code, frozenset())
    for classe in code.body:
        if isinstance(classe, ast.ClassDef) and not classe.name.startswith("_"):
            yield from _publics(nom, classe, promises)


def methodes_promises(code: ast.Module) -> set[str]:
    """Méthodes documentées par les protocoles d'un module."""
    protocoles = [
        noeud
        for noeud in code.body
        if isinstance(noeud, ast.ClassDef) and any(getattr(base, "id", "") == "Protocol" for base in noeud.bases)
    ]
    return {
        noeud.name
        for protocole in protocoles
        for noeud in protocole.body
        if isinstance(noeud, ast.FunctionDef) and ast.get_docstring(noeud)
    }


def _publics(nom: str, parent: ast.Module | ast.ClassDef, promises: Collection[str]) -> Iterator[str]:
    for noeud in parent.body:
        if not isinstance(noeud, _DOCUMENTABLES) or noeud.name.startswith("_") or _est_dispense(noeud):
            continue
        if ast.get_docstring(noeud) is None and noeud.name not in promises:
            yield f"{nom}:{noeud.lineno} : {noeud.name}"


def _est_dispense(noeud: ast.AST) -> bool:
    """Signatures ``@overload`` et écriture d'une propriété : la docstring est ailleurs."""
    marques = {getattr(marque, "attr", getattr(marque, "id", "")) for marque in getattr(noeud, "decorator_list", ())}
    return bool(marques & {"overload", "setter", "deleter"})
