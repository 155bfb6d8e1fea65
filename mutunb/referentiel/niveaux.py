"""Les niveaux de preuve : ce qu'ils valent et la mention qu'ils imposent dans un livrable."""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType
from typing import Literal

Niveau = Literal["A", "A15", "A-t", "A-", "B", "C", "D"]

#: niveau → ce qu'il signifie, du plus solide au plus fragile
SENS = MappingProxyType(
    {
        "A": "texte ou source lus",
        "D": "calculé à partir de chiffres lus",
        "A-": "source lue, mais de presse, secondaire ou ancienne",
        "A-t": "source tertiaire : blog, presse spécialisée, éditeur",
        "A15": "lu dans une rédaction de 2015",
        "B": "usage professionnel ou connaissance générale",
        "C": "cas construit, réservé aux tests",
    }
)

#: niveau → mention affichée à côté du texte ou du chiffre (vide : rien à ajouter)
MENTIONS = MappingProxyType(
    {
        "A": "",
        "D": "calcul",
        "A-": "selon la source",
        "A-t": "selon la source",
        "A15": "rédaction 2015, à revérifier",
        "B": "usage à vérifier",
        "C": "cas construit",
    }
)


def est_a_verifier(niveau: str | None) -> bool:
    """Vrai si le badge « à vérifier » doit s'afficher : tout niveau autre que A, absence comprise."""
    return niveau != "A"


def le_plus_fragile(niveaux: Iterable[str]) -> str:
    """Niveau le moins solide d'un ensemble ; un total ne vaut pas mieux que sa donnée la plus faible.

    Examples
    --------
    >>> le_plus_fragile(["A", "D", "B"])
    'B'
    """
    ordre = list(SENS)
    return max(niveaux, key=ordre.index)
