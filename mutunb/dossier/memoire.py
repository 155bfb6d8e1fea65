"""Ne faire qu'une fois ce qui ne dépend que du dossier ; le résultat vit et disparaît avec lui."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

_PLACE = "_memoire"


def une_fois(calcul: Callable[..., Any]) -> Callable[..., Any]:
    """Garde, avec le dossier, le résultat d'un calcul pur dont il est le premier argument ; les autres se comparent par valeur.

    Un dossier ne se modifie pas : :func:`dataclasses.replace` en fait un autre, qui ne se souvient de rien.
    """

    @functools.wraps(calcul)
    def garde(dossier: Any, *arguments: Any) -> Any:
        memoire = vars(dossier).setdefault(_PLACE, {})
        cle = (calcul, *arguments)
        if cle not in memoire:
            memoire[cle] = calcul(dossier, *arguments)
        return memoire[cle]

    return garde
