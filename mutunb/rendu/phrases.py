"""Toutes les phrases chiffrées, sous le nom que les carnets emploient."""

from mutunb.rendu.phrases_effectifs import (
    continuite,
    enjeu_informatique,
    mise_en_commun,
    ordre_de_grandeur,
    potentiel_achats,
)
from mutunb.rendu.phrases_portrait import (
    comparables,
    finances,
    integration,
    presentation,
    reversements,
    ville_centre,
)
from mutunb.rendu.phrases_priorites import perimetre, pourquoi_chacune, stabilite

__all__ = [
    "comparables",
    "continuite",
    "enjeu_informatique",
    "finances",
    "integration",
    "mise_en_commun",
    "ordre_de_grandeur",
    "perimetre",
    "potentiel_achats",
    "pourquoi_chacune",
    "presentation",
    "reversements",
    "stabilite",
    "ville_centre",
]
