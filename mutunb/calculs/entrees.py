"""Ce qu'un calcul reçoit : nombre, entier, date, dictionnaire ou suite ; sinon un refus qui dit quoi donner.

Les tables de pandas et de numpy sont admises à la place d'un dictionnaire ou d'une liste.
"""

from __future__ import annotations

import contextlib
import datetime
import math
from collections.abc import Iterable, Mapping
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd

from mutunb.calculs.monnaie import exact
from mutunb.erreurs import ErreurDonnees

#: au-delà, un nombre de tirages ne tient plus en mémoire
TIRAGES_MAX = 10_000_000
#: au-delà, un nombre d'années n'est plus celui d'un projet
ANNEES_MAX = 100
#: années que savent compter les calendriers
AN_MIN, AN_MAX = 1900, 2200


def nombre(valeur: Any, nom: str = "la valeur") -> float:
    """Nombre fini, en flottant (:func:`mutunb.calculs.monnaie.exact` dit ce qui en est un).

    Examples
    --------
    >>> nombre("1 234,5"), nombre(3)
    (1234.5, 3.0)
    """
    if type(valeur) is float and math.isfinite(valeur):
        return valeur
    return float(exact(valeur, nom))


def nombre_ou_absent(valeur: Any, nom: str = "la valeur") -> float:
    """Nombre fini, ou NaN si la donnée est absente (``None``, NaN de pandas).

    Examples
    --------
    >>> nombre_ou_absent(None), nombre_ou_absent("2")
    (nan, 2.0)
    """
    return math.nan if est_absent(valeur) else nombre(valeur, nom)


def est_absent(valeur: Any) -> bool:
    """Vrai pour ``None`` et pour les absences de pandas et de numpy (NaN, NaT, NA).

    Examples
    --------
    >>> est_absent(None), est_absent(0.0), est_absent([])
    (True, False, False)
    """
    return valeur is None or (np.isscalar(valeur) or valeur is pd.NA or valeur is pd.NaT) and bool(pd.isna(valeur))


def entier(valeur: Any, nom: str = "la valeur", minimum: int | None = None, maximum: int | None = None) -> int:
    """Nombre entier, entre ses bornes si elles sont données ; 3.0 en est un, 3.5 et vrai n'en sont pas.

    Examples
    --------
    >>> entier(3.0), entier("12", "l'année", minimum=1)
    (3, 12)
    """
    lu = int(valeur) if isinstance(valeur, Integral) and not isinstance(valeur, bool) else None
    if lu is None:
        with contextlib.suppress(ErreurDonnees):  # le refus se dit plus bas, avec les bornes
            fraction = exact(valeur, nom)
            lu = int(fraction) if fraction.denominator == 1 else None
    if lu is None or (minimum is not None and lu < minimum) or (maximum is not None and lu > maximum):
        bornes = f"{'' if minimum is None else f', {minimum} au moins'}{'' if maximum is None else f', {maximum} au plus'}"
        raise ErreurDonnees(f"Pour {nom} : trouvé {montrer(valeur)} ; attendu un nombre entier{bornes}.")
    return lu


def annee(valeur: Any, nom: str = "l'année") -> int:
    """Année civile.

    Examples
    --------
    >>> annee(2027)
    2027
    """
    return entier(valeur, nom, AN_MIN, AN_MAX)


def jour(valeur: Any, nom: str = "la date") -> datetime.date:
    """Date : ``datetime.date``, horodatage, ou texte AAAA-MM-JJ.

    Examples
    --------
    >>> jour("2028-02-29")
    datetime.date(2028, 2, 29)
    """
    if type(valeur) is datetime.date:
        return valeur
    if isinstance(valeur, datetime.datetime) and valeur is not pd.NaT:
        return valeur.date()
    if isinstance(valeur, np.datetime64) and not np.isnat(valeur):
        return valeur.astype("datetime64[D]").item()
    if isinstance(valeur, str):
        with contextlib.suppress(ValueError):  # ce n'est pas une date : refusé plus bas
            return datetime.date.fromisoformat(valeur.strip())
    raise ErreurDonnees(f"Pour {nom} : trouvé {montrer(valeur)} ; attendu une date (datetime.date, ou AAAA-MM-JJ).")


def dictionnaire(valeur: Any, nom: str, quoi: str = "nom → valeur") -> dict[Any, Any]:
    """Dictionnaire, d'après un dictionnaire ou une ``Series`` de pandas.

    Examples
    --------
    >>> dictionnaire(pd.Series({"A": 1}), "les poids")
    {'A': 1}
    """
    if isinstance(valeur, Mapping):
        return dict(valeur)
    if isinstance(valeur, pd.Series):
        return valeur.to_dict()
    raise ErreurDonnees(f"Pour {nom} : trouvé {montrer(valeur)} ; attendu un dictionnaire {quoi}.")


def suite(valeur: Any, nom: str, taille: int | None = None) -> list[Any]:
    """Liste, d'après une liste, un tuple, un tableau ou une colonne ; ni texte ni dictionnaire.

    Examples
    --------
    >>> suite(np.array([1.0, 2.0]), "les flux")
    [1.0, 2.0]
    """
    refuse = isinstance(valeur, str | bytes | Mapping) or not isinstance(valeur, Iterable) or valeur is pd.NaT
    lue = [] if refuse or getattr(valeur, "ndim", 1) == 0 else list(valeur.tolist() if isinstance(valeur, np.ndarray) else valeur)
    if refuse or getattr(valeur, "ndim", 1) == 0 or (taille is not None and len(lue) != taille):
        attendu = "une suite (liste, tuple)" if taille is None else f"une suite de {taille} valeurs"
        raise ErreurDonnees(f"Pour {nom} : trouvé {montrer(valeur)} ; attendu {attendu}.")
    return lue


def montrer(valeur: Any, longueur: int = 60) -> str:
    """Une valeur reçue, telle qu'un message peut la citer.

    Examples
    --------
    >>> montrer("x" * 100)[-2:]
    'x…'
    """
    texte = repr(valeur)
    return texte if len(texte) <= longueur else f"{texte[:longueur]}…"
