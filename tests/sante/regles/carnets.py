"""Le budget d'un carnet : des appels courts, beaucoup de prose, des paramètres simples, aucune sortie."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

MEDIANE_LIGNES, LIGNES_MAX, MOTS_PAR_LIGNE = 3, 10, 8
ETIQUETTE = "parameters"

_CONSTRUCTIONS = {
    ast.FunctionDef: "une fonction (def)",
    ast.AsyncFunctionDef: "une fonction (def)",
    ast.ClassDef: "une classe",
    ast.Lambda: "une fonction (lambda)",
    ast.For: "une boucle (for)",
    ast.While: "une boucle (while)",
    ast.comprehension: "une boucle (compréhension)",
    ast.Try: "un try",
    ast.With: "un with",
}
_FICHIERS = re.compile(r"open|(read|load|dump|save|write)_?\w*|to_(csv|excel|parquet|json|html|pickle)|savefig")
_MOT = re.compile(r"[^\W\d_][\w’'-]*")
_BALISES = re.compile(r"<[^>]+>|\]\([^)]*\)|`[^`]*`")


@dataclass(frozen=True)
class Cellule:
    """Une cellule de code : rang dans le carnet, texte, étiquettes."""

    rang: int
    code: str
    etiquettes: tuple[str, ...]

    @property
    def lignes(self) -> int:
        """Lignes de code, sans les vides ni les commentaires."""
        return sum(1 for ligne in self.code.splitlines() if ligne.strip() and not ligne.lstrip().startswith("#"))

    @property
    def porte_les_parametres(self) -> bool:
        """Vrai pour la cellule étiquetée ``parameters``."""
        return ETIQUETTE in self.etiquettes


def cellules_de_code(carnet: Mapping[str, Any]) -> list[Cellule]:
    """Cellules de code d'un carnet, dans l'ordre."""
    return [
        Cellule(rang, "".join(cellule["source"]), tuple(cellule["metadata"].get("tags", ())))
        for rang, cellule in enumerate(carnet["cells"], start=1)
        if cellule["cell_type"] == "code"
    ]


def mots_de_prose(carnet: Mapping[str, Any]) -> int:
    """Mots des cellules de texte, sans balises, cibles de liens ni code."""
    textes = ("".join(cellule["source"]) for cellule in carnet["cells"] if cellule["cell_type"] == "markdown")
    return sum(len(_MOT.findall(_BALISES.sub(" ", texte))) for texte in textes)


def ecarts(carnet: Mapping[str, Any], avec_parametres: bool) -> list[str]:
    """Tout ce qui sort du budget, une phrase par écart."""
    cellules = cellules_de_code(carnet)
    trouves = [*_longueurs(cellules), *_prose(carnet, cellules), *_parametres(cellules, avec_parametres)]
    for cellule in cellules:
        try:
            code = ast.parse(cellule.code)
        except SyntaxError as erreur:
            trouves.append(f"cellule {cellule.rang} : n'est pas du Python ({erreur.msg}) ; ni magie ni commande")
            continue
        contenu = _scalaires(code) if cellule.porte_les_parametres else _interdits(code)
        trouves += [f"cellule {cellule.rang} : {ecart}" for ecart in contenu]
    return [*trouves, *_sorties(carnet)]


def _longueurs(cellules: list[Cellule]) -> Iterator[str]:
    if cellules and (milieu := median(cellule.lignes for cellule in cellules)) > MEDIANE_LIGNES:
        yield f"médiane de {milieu:g} lignes par cellule ({MEDIANE_LIGNES} au plus)"
    for cellule in cellules:
        if cellule.lignes > LIGNES_MAX:
            yield f"cellule {cellule.rang} : {cellule.lignes} lignes ({LIGNES_MAX} au plus)"


def _prose(carnet: Mapping[str, Any], cellules: list[Cellule]) -> Iterator[str]:
    lignes, mots = sum(cellule.lignes for cellule in cellules), mots_de_prose(carnet)
    if mots < MOTS_PAR_LIGNE * lignes:
        yield f"{mots} mots de prose pour {lignes} lignes de code ({MOTS_PAR_LIGNE} par ligne au moins)"


def _parametres(cellules: list[Cellule], avec_parametres: bool) -> Iterator[str]:
    nombre = sum(cellule.porte_les_parametres for cellule in cellules)
    if nombre != int(avec_parametres):
        yield f"{nombre} cellule(s) « {ETIQUETTE} », {int(avec_parametres)} attendue(s)"


def _scalaires(code: ast.Module) -> Iterator[str]:
    """papermill ne lit que ``nom = scalaire``, un par ligne, sans annotation ni dièse dans un texte."""
    for instruction in code.body:
        simple = isinstance(instruction, ast.Assign) and len(instruction.targets) == 1
        if not (simple and isinstance(instruction.targets[0], ast.Name) and _est_scalaire(instruction.value)):
            yield f"ligne {instruction.lineno} : un paramètre s'écrit « nom = valeur simple », un par ligne"


def _est_scalaire(valeur: ast.expr) -> bool:
    if isinstance(valeur, ast.UnaryOp) and isinstance(valeur.op, ast.USub):
        valeur = valeur.operand
    return isinstance(valeur, ast.Constant) and not (isinstance(valeur.value, str) and "#" in valeur.value)


def _interdits(code: ast.Module) -> Iterator[str]:
    for noeud in ast.walk(code):
        if type(noeud) in _CONSTRUCTIONS:
            yield f"{_CONSTRUCTIONS[type(noeud)]} : sa place est dans le paquet"
        elif isinstance(noeud, ast.Import | ast.ImportFrom) and not _est_la_facade(noeud):
            yield "une importation autre que « import mutunb »"
        elif isinstance(noeud, ast.Constant) and type(noeud.value) in (int, float, complex):
            yield f"le nombre {noeud.value} : sa place est dans la cellule « {ETIQUETTE} » ou le référentiel"
        elif isinstance(noeud, ast.Call) and _FICHIERS.fullmatch(_nom_appele(noeud)):
            yield f"{_nom_appele(noeud)}(…) : un carnet ne lit ni n'écrit de fichier"


def _est_la_facade(importation: ast.Import | ast.ImportFrom) -> bool:
    if isinstance(importation, ast.ImportFrom):
        return importation.module == "mutunb" and importation.names[0].name != "*"
    return all(alias.name == "mutunb" and alias.asname is None for alias in importation.names)


def _nom_appele(appel: ast.Call) -> str:
    fonction = appel.func
    return fonction.attr if isinstance(fonction, ast.Attribute) else getattr(fonction, "id", "")


def _sorties(carnet: Mapping[str, Any]) -> Iterator[str]:
    for rang, cellule in enumerate(carnet["cells"], start=1):
        if cellule.get("outputs") or cellule.get("execution_count") is not None:
            yield f"cellule {rang} : sortie ou numéro d'exécution à effacer"


def appels_a_la_facade(carnet: Mapping[str, Any]) -> set[tuple[str, ...]]:
    """Noms employés : ``mutunb.phrases.finances(…)`` → ``("phrases", "finances")``."""
    chaines: set[tuple[str, ...]] = set()
    for cellule in cellules_de_code(carnet):
        for noeud in ast.walk(ast.parse(cellule.code)):
            chaine: list[str] = []
            while isinstance(noeud, ast.Attribute):
                chaine.insert(0, noeud.attr)
                noeud = noeud.value
            if chaine and isinstance(noeud, ast.Name) and noeud.id == "mutunb":
                chaines.add(tuple(chaine))
    return {chaine for chaine in chaines if not any(autre[: len(chaine)] == chaine != autre for autre in chaines)}
