"""Rendre un texte venu des données sans danger pour un acte : ni balise, ni caractère de commande, ni sens inversé."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

#: inversent le sens de lecture de ce qui suit : un texte ne doit pas pouvoir en déguiser un autre
_SENS = dict.fromkeys([0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_BALISE = re.compile(r"(?<=[{%#_}])(?=[{%#_}])")
_ACCOLADES = re.compile(r"[{%#_}]*[{}][{%#_}]*")
LONGUEUR_MAX = 2000


def assainir(contenu: Any) -> Any:
    """Même contenu (texte, nombre, suite, correspondance, objet figé), tous ses textes rendus inoffensifs.

    Un texte trop long est coupé ; une accolade double s'écrit « { { », que nul modèle n'exécute.

    Examples
    --------
    >>> assainir({"nom": "{{ 7 * 7 }}\\x00"})
    {'nom': '{ { 7 * 7 } }'}
    """
    if isinstance(contenu, str):
        return _texte(contenu)
    if isinstance(contenu, Mapping):
        return {cle: assainir(valeur) for cle, valeur in contenu.items()}
    if isinstance(contenu, list | tuple):
        return [assainir(element) for element in contenu]
    if is_dataclass(contenu) and not isinstance(contenu, type):
        return {champ.name: assainir(getattr(contenu, champ.name)) for champ in fields(contenu)}
    return contenu


def _texte(texte: str) -> str:
    lisible = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Cn") else c for c in texte.translate(_SENS))
    lisible = re.sub(r" {2,}", " ", lisible).strip(" ")
    separe = _ACCOLADES.sub(lambda suite: _BALISE.sub(" ", suite.group()), lisible)
    return separe if len(separe) <= LONGUEUR_MAX else f"{separe[:LONGUEUR_MAX]}…"
