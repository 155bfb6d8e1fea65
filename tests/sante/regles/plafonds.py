"""Les plafonds : un fichier court, des fonctions courtes. Un maximum qu'un test surveille vaut mieux qu'un vœu."""

from __future__ import annotations

import ast

FICHIER_VOULU, FICHIER_MAX = 250, 400
FONCTION_VOULUE, FONCTION_MAX = 25, 50


def longueur_fonction(fonction: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lignes d'une fonction sans sa docstring : documenter ne doit jamais coûter."""
    longueur = (fonction.end_lineno or fonction.lineno) - fonction.lineno + 1
    premiere = fonction.body[0]
    if ast.get_docstring(fonction, clean=False) is not None:
        longueur -= (premiere.end_lineno or premiere.lineno) - premiere.lineno + 1
    return longueur


def depassements(nom: str, texte: str, fichier: int, fonction: int) -> list[str]:
    """Fichier et fonctions qui dépassent les plafonds donnés (en lignes)."""
    lignes = len(texte.splitlines())
    trop = [f"{nom} : {lignes} lignes ({fichier} au plus)"] if lignes > fichier else []
    for noeud in ast.walk(ast.parse(texte)):
        if isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef):
            longueur = longueur_fonction(noeud)
            if longueur > fonction:
                trop.append(f"{nom}:{noeud.lineno} {noeud.name} : {longueur} lignes ({fonction} au plus)")
    return trop
