"""Règle de dominance (1, 85) : un total dont un seul contributeur fait plus de 85 % dit à peu près ce contributeur.

C'est la règle (n, k) des instituts statistiques, ici n = 1 contributeur et k = 85 % (niveau B, usage) : le nombre
d'agents ne protège pas une case où un poste, ou une commune, pèse presque tout. Elle s'ajoute au seuil d'agents.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

#: part du plus gros contributeur au-delà de laquelle une case se masque
PART_DOMINANTE = 0.85


def est_dominee(contributions: Iterable[float]) -> bool:
    """Vrai si la plus grosse contribution dépasse 85 % de la somme ; les absentes et les nulles n'en sont pas.

    Examples
    --------
    >>> est_dominee([86.0, 14.0]), est_dominee([85.0, 15.0]), est_dominee([])
    (True, False, False)
    """
    connues = np.array([abs(c) for c in contributions if np.isfinite(c)], dtype=float)
    total = connues.sum()
    return bool(total > 0 and connues.max() > PART_DOMINANTE * total * (1 + 1e-9))
