"""Les couches : un module n'importe que plus bas que lui, à son étage, et jamais la façade."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

REZ = "rez-de-chaussée"
FACADE = "façade"
_SOCLE = frozenset({"dossier", "territoires", "referentiel", REZ})
_VITRINE = frozenset({"formulaires", "rendu", "actes"})

#: étage → étages qu'il peut importer, en plus du sien
PERMIS: dict[str, frozenset[str]] = {
    REZ: frozenset(),
    "referentiel": frozenset({REZ}),
    "territoires": frozenset({REZ}),
    "dossier": frozenset({"territoires", "referentiel", REZ}),
    "calculs": _SOCLE,
    "formulaires": _SOCLE | {"calculs"},
    "rendu": _SOCLE | {"calculs"},
    "actes": _SOCLE | {"calculs"},
    FACADE: _SOCLE | _VITRINE | {"calculs"},
    "execution": _SOCLE,
    # le processus des carnets : il emploie la façade comme eux, et personne ne l'importe
    "noyau": frozenset({FACADE, "territoires", "referentiel", REZ}),
    "cli": _SOCLE | {"execution", "actes"},
}
#: ce qui se regarde reste au-dessus des calculs
INTERDITS_HORS_RENDU = frozenset({"matplotlib", "IPython", "ipywidgets"})
SANS_AFFICHAGE = _SOCLE | {"calculs", "execution", "cli"}

_REZ_MODULES = {"erreurs", "chemins", "formats", "invocation", "typographie"}


def etage(module: str) -> str:
    """Étage d'un module : ``mutunb.calculs.achats`` → ``calculs``."""
    parties = module.split(".")
    if len(parties) == 1:
        return FACADE
    nom = "cli" if parties[1] == "__main__" else parties[1]
    return REZ if nom in _REZ_MODULES else nom


def fleches_fausses(module: str, code: ast.Module, connus: Collection[str], est_paquet: bool = False) -> list[str]:
    """Importations de ``module`` qui ne descendent pas, chacune en une phrase."""
    depart = etage(module)
    if depart not in PERMIS:
        return [f"{module} : étage « {depart} » inconnu ; ajoutez-le à l'architecture, puis à PERMIS"]
    fausses = []
    for ligne, cible in importations(module, code, connus, est_paquet):
        arrivee = etage(cible) if cible.split(".")[0] == "mutunb" else None
        if arrivee is None:
            if depart in SANS_AFFICHAGE and cible.split(".")[0] in INTERDITS_HORS_RENDU:
                fausses.append(f"{module}:{ligne} : {depart} → {cible} (bibliothèque d'affichage, réservée à rendu)")
        elif (cible == "mutunb" and FACADE not in PERMIS[depart]) or (arrivee != depart and arrivee not in PERMIS[depart]):
            fausses.append(f"{module}:{ligne} : {depart} → {arrivee} ({cible})")
    return fausses


def importations(
    module: str, code: ast.Module, connus: Collection[str], est_paquet: bool = False
) -> Iterator[tuple[int, str]]:
    """Lignes et modules importés, importations tardives et ``import_module("…")`` comprises."""
    paquet = module if est_paquet else module.rpartition(".")[0]
    for noeud in ast.walk(code):
        if isinstance(noeud, ast.Import):
            yield from ((noeud.lineno, alias.name) for alias in noeud.names)
        elif isinstance(noeud, ast.ImportFrom):
            base = _absolu(noeud.module or "", noeud.level, paquet)
            for alias in noeud.names:
                complet = f"{base}.{alias.name}"
                yield noeud.lineno, complet if complet in connus else base
        elif isinstance(noeud, ast.Call) and _nom_appele(noeud) in {"import_module", "__import__"}:
            table = list(_table_paresseuse(code)) if etage(module) == FACADE else []
            yield from table or [(noeud.lineno, _cible_dynamique(noeud, paquet))]


def _table_paresseuse(code: ast.Module) -> Iterator[tuple[int, str]]:
    """Modules que la façade charge à la demande : ``{"nom": ("calculs.portrait", "dresser_portrait")}``."""
    for noeud in ast.walk(code):
        for couple in noeud.values if isinstance(noeud, ast.Dict) else ():
            premier = couple.elts[0] if isinstance(couple, ast.Tuple) and len(couple.elts) == 2 else None
            if isinstance(premier, ast.Constant) and isinstance(premier.value, str):
                yield couple.lineno, f"mutunb.{premier.value}"


def _absolu(nom: str, niveau: int, paquet: str) -> str:
    if not niveau:
        return nom
    base = paquet.split(".")[: len(paquet.split(".")) - niveau + 1]
    return ".".join([*base, *filter(None, [nom])])


def _nom_appele(appel: ast.Call) -> str:
    fonction = appel.func
    return fonction.attr if isinstance(fonction, ast.Attribute) else getattr(fonction, "id", "")


def _cible_dynamique(appel: ast.Call, paquet: str) -> str:
    argument = appel.args[0] if appel.args else None
    if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
        return "mutunb"  # cible illisible : elle pourrait être n'importe quoi, façade comprise
    nom = argument.value
    points = len(nom) - len(nom.lstrip("."))
    return _absolu(nom[points:], points, paquet)
