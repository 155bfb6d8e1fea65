"""La complétude du référentiel, relue dans les fichiers eux-mêmes, sans le code qui les charge."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

OBLIGATOIRES_REPERE = ("id", "fonction", "indicateur", "perimetre", "unite", "source", "niveau")
OBLIGATOIRES_HYPOTHESE = ("libelle", "fonction", "bas", "central", "haut", "unite", "qualite", "impact")
#: une valeur pour tout l'objet, ou une par borne
_AU_CHOIX = (("niveau", "niveaux"), ("source", "sources"))


def lire_reperes(chemin: Path) -> dict[str, dict[str, str]]:
    """Lignes de ``reperes.csv`` par identifiant."""
    with chemin.open(encoding="utf-8", newline="") as ouvert:
        return {ligne["id"]: ligne for ligne in csv.DictReader(ouvert, delimiter=";")}


def lire(chemin: Path) -> Any:
    """Contenu d'un fichier YAML."""
    return yaml.safe_load(chemin.read_text(encoding="utf-8"))


def manques(nom: str, objet: Mapping[str, Any], obligatoires: Collection[str]) -> Iterator[str]:
    """Champs obligatoires absents ou vides."""
    for champ in obligatoires:
        if objet.get(champ) in (None, ""):
            yield f"{nom} : {champ} manque"


def manques_par_borne(nom: str, objet: Mapping[str, Any]) -> Iterator[str]:
    """Niveau et source d'une hypothèse : uniques, ou un pour chacune des trois bornes."""
    for seul, pluriel in _AU_CHOIX:
        if pluriel in objet:
            yield from manques(f"{nom}, {pluriel}", objet[pluriel], ("bas", "central", "haut"))
        else:
            yield from manques(nom, objet, (seul,))


def sources_citees(objet: Any, endroit: str) -> Iterator[tuple[str, str]]:
    """Endroits et identifiants de toutes les sources citées, à toute profondeur."""
    if isinstance(objet, Mapping):
        for cle, contenu in objet.items():
            if cle in ("source", "sources"):
                yield from ((endroit, str(cite)) for cite in _a_plat(contenu))
            else:
                yield from sources_citees(contenu, f"{endroit} › {cle}")
    elif isinstance(objet, list):
        for rang, element in enumerate(objet, start=1):
            yield from sources_citees(element, f"{endroit} › {rang}")


def _a_plat(contenu: Any) -> Iterator[Any]:
    if isinstance(contenu, Mapping):
        yield from contenu.values()
    elif isinstance(contenu, list):
        yield from contenu
    elif contenu is not None:
        yield contenu
