"""Un carnet sobre n'appelle que la façade : il ne peut rien laisser derrière lui dans le processus qui l'exécute.

Ni module importé, ni commande IPython, ni attribut écrit, ni fonction d'ailleurs : le style des figures, la langue, le dossier
courant, l'environnement sont hors de sa portée. Deux carnets sobres peuvent donc se suivre dans un même processus.
"""

from __future__ import annotations

import ast
import functools

from nbformat import NotebookNode

FACADE = "mutunb"
#: un carnet y prend ses paramètres
FONCTIONS = frozenset({"locals"})
NOEUDS = (
    ast.Module, ast.Expr, ast.Assign, ast.Import, ast.alias, ast.Name, ast.Load, ast.Store, ast.Attribute, ast.Call,
    ast.keyword, ast.Constant, ast.Tuple, ast.List, ast.Set, ast.Dict, ast.UnaryOp, ast.USub,
)  # fmt: skip


def est_sobre(carnet: NotebookNode) -> bool:
    """Vrai si chaque cellule de code n'emploie que la façade, ses propres variables et des constantes."""
    return _sobres(tuple(cellule.source for cellule in carnet.cells if cellule.cell_type == "code"))


@functools.lru_cache(maxsize=64)
def _sobres(sources: tuple[str, ...]) -> bool:
    connus: set[str] = set()
    return all(_cellule_sobre(source, connus) for source in sources)


def _cellule_sobre(source: str, connus: set[str]) -> bool:
    try:
        arbre = ast.parse(source)
    except (SyntaxError, ValueError):  # une commande IPython, entre autres
        return False
    return all(_instruction_sobre(instruction, connus) for instruction in arbre.body)


def _instruction_sobre(instruction: ast.stmt, connus: set[str]) -> bool:
    """``connus`` : variables déjà affectées ; celles de l'instruction s'y ajoutent."""
    noeuds = list(ast.walk(instruction))
    if not all(isinstance(noeud, NOEUDS) for noeud in noeuds):
        return False
    if isinstance(instruction, ast.Import):
        connus.add(FACADE)
        return [(alias.name, alias.asname) for alias in instruction.names] == [(FACADE, None)]
    noms = [noeud for noeud in noeuds if isinstance(noeud, ast.Name)]
    permis = connus | FONCTIONS
    connus.update(nom.id for nom in noms if isinstance(nom.ctx, ast.Store))
    return (
        all(nom.id in permis for nom in noms if isinstance(nom.ctx, ast.Load))
        and not any(nom.id in FONCTIONS | {FACADE} for nom in noms if isinstance(nom.ctx, ast.Store))
        and all(_attribut_sobre(noeud) for noeud in noeuds if isinstance(noeud, ast.Attribute))
    )


def _attribut_sobre(attribut: ast.Attribute) -> bool:
    """Lecture d'un attribut public ; depuis la façade, de deux étages au plus (``mutunb.figures.carte``)."""
    chaine, noeud = 0, attribut
    while isinstance(noeud, ast.Attribute):
        if noeud.attr.startswith("_") or isinstance(noeud.ctx, ast.Store):
            return False
        chaine, noeud = chaine + 1, noeud.value
    return not (isinstance(noeud, ast.Name) and noeud.id == FACADE and chaine > 2)
