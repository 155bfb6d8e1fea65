"""Les espaces insécables du français : une phrase ne se coupe ni dans un nombre, ni avant un « ; » ou une unité."""

from __future__ import annotations

import re

from mutunb.formats import ESPACE

_MOIS = "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre"
#: l'espace d'abord, ce qui la précède ensuite : le moteur saute d'une espace à l'autre au lieu d'essayer chaque lettre
_COUPURES = re.compile(
    rf"""
    \ (?:
        (?<=\d\ )(?=(?:%|[kM]?€|Md€|M?£|Md£|ETP\b|km\b|{_MOIS}))  # 10 %, 1,7 Md€, 5 octobre
      | (?<=\b1er\ )(?={_MOIS})                                    # 1er janvier
      | (?<=n°\ ) | (?<=«\ ) | (?=[;:!?»])                         # n° 12, « mot », mot ;
    )
    """,
    re.VERBOSE,
)


#: « 3 500 », « 12 345 678 », mais pas « 2024 100 »
_MILLIERS = re.compile(r"(?<!\d)\d{1,3}(?: \d{3})+(?!\d)")


def composer(texte: str) -> str:
    """Texte composé à la française : espaces insécables dans les nombres, avant l'unité, autour des guillemets.

    Examples
    --------
    >>> composer("3 500 habitants ; 10 %") == "3\\u00a0500 habitants\\u00a0; 10\\u00a0%"
    True
    """
    texte = _MILLIERS.sub(lambda nombre: nombre.group().replace(" ", ESPACE), texte)
    return _COUPURES.sub(ESPACE, texte)
