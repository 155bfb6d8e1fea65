"""Un barème écrit dans une cellule : le lire, et voir s'il baisse ou s'il est décalé d'un rang."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_PALIER = re.compile(r"\s*([\d\s\u00a0\u202f]+(?:[.,]\d+)?)\s*[=:]\s*([\d\s\u00a0\u202f]+(?:[.,]\d+)?)\s*(?:€|euros?)?\s*", re.IGNORECASE)
_MONTANTS_POUR_UN_PRIX = 2


@dataclass(frozen=True)
class Decalage:
    """Quantités qui portent le montant de la quantité précédente, et le prix unitaire qui le révèle (€)."""

    quantites: tuple[float, ...]
    prix_unitaire_eur: float


def lire_bareme(texte: str) -> dict[float, float] | None:
    """Montant (€) de chaque quantité : « 1 = 574,88 ; 2 = 1 149,76 » ; ``None`` si une partie ne se lit pas.

    Examples
    --------
    >>> lire_bareme("1 = 574,88 ; 2 = 1 149,76 €")
    {1.0: 574.88, 2.0: 1149.76}
    """
    bareme: dict[float, float] = {}
    for morceau in filter(str.strip, re.split(r"[;\n]", texte)):
        palier = _PALIER.fullmatch(morceau)
        if palier is None or (quantite := _reel(palier[1])) in bareme:
            return None
        bareme[quantite] = _reel(palier[2])
    return dict(sorted(bareme.items())) or None


def _reel(texte: str) -> float:
    return float("".join(texte.split()).replace(",", "."))


def baisses(bareme: Mapping[float, float]) -> tuple[float, ...]:
    """Quantités dont le montant est plus faible qu'à la quantité précédente ; un palier plat est admis."""
    quantites = sorted(bareme)
    return tuple(apres for avant, apres in zip(quantites, quantites[1:], strict=False) if bareme[apres] < bareme[avant])


def chercher_decalage(bareme: Mapping[float, float], tolerance_eur: float) -> Decalage | None:
    """Suite de quantités qui portent le montant de la précédente, au prix unitaire constaté juste avant.

    Un prix unitaire est constaté quand deux quantités voisines au moins le portent exactement ; la suite décalée
    compte deux quantités au moins. Une table entièrement décalée ne se voit pas ainsi : il y faut la formule.
    """
    quantites = sorted(bareme)
    for prix in _prix_constates(bareme, quantites, tolerance_eur):
        decalees = [
            quantite
            for quantite in quantites
            if abs(bareme[quantite] - (quantite - 1) * prix) <= tolerance_eur
            and abs(bareme[quantite] - quantite * prix) > tolerance_eur
        ]
        suite = _plus_longue_suite(decalees)
        if len(suite) >= _MONTANTS_POUR_UN_PRIX:
            return Decalage(tuple(suite), prix)
    return None


def _prix_constates(bareme: Mapping[float, float], quantites: Sequence[float], tolerance_eur: float) -> list[float]:
    """Prix unitaires portés par deux quantités voisines au moins, le montant le plus fort donnant le plus précis."""
    prix = []
    for avant, apres in zip(quantites, quantites[1:], strict=False):
        if avant > 0 and abs(bareme[apres] - bareme[avant] / avant * apres) <= tolerance_eur:
            prix.append(bareme[apres] / apres)
    return prix[::-1]


def _plus_longue_suite(quantites: Sequence[float]) -> list[float]:
    suites: list[list[float]] = []
    for quantite in quantites:
        if suites and quantite == suites[-1][-1] + 1:
            suites[-1].append(quantite)
        else:
            suites.append([quantite])
    return max(suites, key=len, default=[])
