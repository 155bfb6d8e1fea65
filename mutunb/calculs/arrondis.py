"""Arrondis de diffusion : ce qu'on retire à un chiffre avant de le montrer au client, pour qu'il ne dise pas quelqu'un."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

#: valeurs rondes de l'arrondi large ; chacune couvre au moins 15 % de part et d'autre
RONDES = (1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0)


def au_millier(valeur: float) -> float:
    """Le millier le plus proche.

    Examples
    --------
    >>> au_millier(46_512.0)
    47000.0
    """
    return float(np.round(valeur, -3))


def large(valeur: float) -> float:
    """La plus proche valeur de la série 1 ; 1,5 ; 2 ; 3 ; 5 ; 7, à une puissance de dix près ; zéro reste zéro.

    Un quartile est souvent la valeur d'une seule entité : au vrai chiffre, on retrouverait son effectif.

    Examples
    --------
    >>> large(0.547), large(2360.0), large(0.0)
    (0.5, 2000.0, 0.0)
    """
    if not np.isfinite(valeur) or valeur == 0:
        return valeur
    puissance = 10.0 ** np.floor(np.log10(abs(valeur)))
    proche = min(RONDES, key=lambda ronde: abs(ronde - abs(valeur) / puissance))
    return float(np.sign(valeur) * float(f"{proche * puissance:.6g}"))


ARRONDIS: Mapping[str, Callable[[float], float]] = MappingProxyType({"millier": au_millier, "large": large})
