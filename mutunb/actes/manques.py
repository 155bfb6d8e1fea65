"""Ce qui manque à un acte : écrit en toutes lettres dans le texte, jamais inventé, relu et compté ensuite."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

#: « [à compléter : adresse du siège] » ; l'espace est ordinaire, pour que la recherche de Word le trouve
MOTIF = re.compile(r"\[à compléter\s: ([^\[\]]+)\]")
_CROCHETS = str.maketrans("[]", "()")


@dataclass(frozen=True)
class Point:
    """Un point à compléter : ce qui manque, la partie de l'acte où il apparaît d'abord, combien de fois."""

    libelle: str
    endroit: str
    fois: int


def a_completer(quoi: str) -> str:
    """Marque visible d'une donnée absente.

    Examples
    --------
    >>> a_completer("adresse du siège")
    '[à compléter : adresse du siège]'
    """
    return f"[à compléter : {quoi.translate(_CROCHETS)}]"


def recenser(textes: Iterable[tuple[str, str]]) -> tuple[Point, ...]:
    """Points à compléter de paragraphes (partie de l'acte, texte), dans l'ordre où on les rencontre.

    Examples
    --------
    >>> recenser([("Parties", "Le maire [à compléter : nom], [à compléter : date]."), ("Fin", "[à compléter : nom]")])
    (Point(libelle='nom', endroit='Parties', fois=2), Point(libelle='date', endroit='Parties', fois=1))
    """
    vus: dict[str, tuple[str, int]] = {}
    for endroit, texte in textes:
        for libelle in MOTIF.findall(texte):
            premier, fois = vus.get(libelle, (endroit, 0))
            vus[libelle] = (premier, fois + 1)
    return tuple(Point(libelle, endroit, fois) for libelle, (endroit, fois) in vus.items())
