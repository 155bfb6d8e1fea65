"""Ce qui ne doit pas entrer dans le dépôt : adresses de machine, erreurs tues, raccourcis."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# Écrits en morceaux : ces motifs ne doivent pas se dénoncer eux-mêmes.
_REGISTRES = [
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("anaconda", "org"),
    ("anaconda", "com"),
    ("deb.debian", "org"),
    ("security.debian", "org"),
    ("pkg", "dev"),
]
REGISTRE = re.compile("|".join(rf"\b{re.escape(nom)}\.{fin}\b" for nom, fin in _REGISTRES), re.IGNORECASE)
MACHINE = re.compile(r"(?<![\w.})/-])/(?:work|root|home|Users)/")
TEMPORAIRE = re.compile(r"(?<![\w.})/-])/(?:tmp|var/tmp)\b")
FOURRE_TOUT = re.compile(r"^_?(utils?|helpers?|outils|divers|misc|commun|common)$")


def adresses(nom: str, texte: str) -> Iterator[str]:
    """Registres de paquets et chemins de machine écrits dans un fichier."""
    motifs = [(REGISTRE, "registre de paquets"), (MACHINE, "chemin d'une machine")]
    if not nom.startswith("tests/"):
        motifs.append((TEMPORAIRE, "dossier temporaire en dur"))
    for numero, ligne in enumerate(texte.splitlines(), start=1):
        for motif, genre in motifs:
            if trouve := motif.search(ligne):
                yield f"{nom}:{numero} : {genre} ({trouve.group()})"


def raccourcis(nom: str, code: ast.AST) -> Iterator[str]:
    """Constructions qui taisent une erreur ou cachent une dépendance."""
    for noeud in ast.walk(code):
        if isinstance(noeud, ast.ExceptHandler):
            if noeud.type is None:
                yield f"{nom}:{noeud.lineno} : « except: » attrape tout, même Ctrl-C"
            elif all(_est_vide(instruction) for instruction in noeud.body):
                yield f"{nom}:{noeud.lineno} : une erreur est tue (except … pass)"
        elif isinstance(noeud, ast.Call) and _tait_tout(noeud):
            yield f"{nom}:{noeud.lineno} : toute erreur est tue (suppress(Exception))"
        elif isinstance(noeud, ast.ImportFrom) and noeud.names[0].name == "*":
            yield f"{nom}:{noeud.lineno} : import *"
        elif isinstance(noeud, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for defaut in [*noeud.args.defaults, *filter(None, noeud.args.kw_defaults)]:
                if isinstance(defaut, ast.List | ast.Dict | ast.Set):
                    yield f"{nom}:{defaut.lineno} : valeur par défaut modifiable"


def _est_vide(instruction: ast.stmt) -> bool:
    constante = isinstance(instruction, ast.Expr) and isinstance(instruction.value, ast.Constant)
    return constante or isinstance(instruction, ast.Pass)


def _tait_tout(appel: ast.Call) -> bool:
    fonction = appel.func
    nom = fonction.attr if isinstance(fonction, ast.Attribute) else getattr(fonction, "id", "")
    return nom == "suppress" and any(getattr(cible, "id", "") in {"Exception", "BaseException"} for cible in appel.args)


def gestes_de_bureau(nom: str, code: ast.AST) -> Iterator[str]:
    """``assert`` et ``print`` : permis dans un test, pas dans le paquet."""
    for noeud in ast.walk(code):
        if isinstance(noeud, ast.Assert):
            yield f"{nom}:{noeud.lineno} : assert (disparaît avec python -O) ; levez ErreurDonnees ou ErreurUsage"
        elif isinstance(noeud, ast.Call) and isinstance(noeud.func, ast.Name) and noeud.func.id == "print":
            yield f"{nom}:{noeud.lineno} : print ; rendez la valeur, ou click.echo dans cli"
