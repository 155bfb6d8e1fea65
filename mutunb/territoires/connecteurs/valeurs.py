"""Lire une valeur d'export : montant à la française, exercice, SIREN, code INSEE, date ; jamais deviner."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from mutunb.erreurs import Constat

#: ce qu'on écrit quand on ne sait pas ; « s » est le secret statistique
ABSENTS = frozenset({"", "nc", "n.c.", "nd", "n.d.", "n/a", "na", "null", "none", "-", "–", "s"})
_ESPACES = re.compile(r"[\s\u00a0\u202f\u2009€]")
_NOMBRE = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?|[+-]?\d{1,3}(?:\.\d{3})+,\d+")
_EXERCICE = re.compile(r"((?:19|20)\d{2})(?:-\d{2}-\d{2}(?:[T ].*)?|\.0+)?")
_SIREN = re.compile(r"\d{9}")
_INSEE = re.compile(r"(?:\d{5}|2[AB]\d{3})")


def est_absent(valeur: object) -> bool:
    """Vrai pour une cellule vide, « NC », « n.d. », « null »…"""
    return valeur is None or valeur != valeur or str(valeur).strip().casefold() in ABSENTS


def nombre(valeur: object) -> float:
    """« 1 234,5 » → 1234.5 ; absent → NaN ; illisible → :class:`ValueError`.

    Examples
    --------
    >>> nombre("−1\\u202f234,50 €")
    -1234.5
    """
    if est_absent(valeur):
        return np.nan
    texte = _ESPACES.sub("", str(valeur)).replace("−", "-")
    if not _NOMBRE.fullmatch(texte):
        raise ValueError(str(valeur))
    if "," in texte:
        texte = texte.replace(".", "").replace(",", ".")
    return float(texte)


def exercice(valeur: object) -> int:
    """« 2024 », « 2024-01-01 » ou « 2024-01-01T00:00:00+00:00 » → 2024."""
    trouve = _EXERCICE.fullmatch(str(valeur).strip())
    if not trouve:
        raise ValueError(str(valeur))
    return int(trouve.group(1))


def siren(valeur: object) -> str:
    """Les neuf chiffres d'un SIREN, en texte ; accepte « 200 000 172 » et 200000172.0."""
    texte = re.sub(r"\.0+$", "", re.sub(r"[\s\u00a0]", "", str(valeur)))
    if not _SIREN.fullmatch(texte):
        raise ValueError(str(valeur))
    return texte


def insee(valeur: object) -> str:
    """Code INSEE de cinq caractères ; un tableur qui a mangé le zéro initial (1004) est réparé (01004)."""
    texte = re.sub(r"\.0+$", "", str(valeur).strip().upper())
    if not texte or not _INSEE.fullmatch(texte.zfill(5)):
        raise ValueError(str(valeur))
    return texte.zfill(5)


def departement(code_insee: str) -> str:
    """Département d'une commune : « 01 », « 2A », « 974 »."""
    return code_insee[:3] if code_insee.startswith(("97", "98")) else code_insee[:2]


def lire(
    colonne: pd.Series, lecteur: Callable[[object], object], ou: str, attendu: str, constats: list[Constat],
    obligatoire: bool = False,
) -> pd.Series:
    """Applique ``lecteur`` valeur par valeur distincte ; ajoute un constat par ligne illisible (ou vide).

    L'index de ``colonne`` est le numéro de ligne dans le fichier.
    """
    lus: dict[object, object] = {}
    refus: set[object] = set()
    for valeur in colonne.unique():
        if est_absent(valeur):
            lus[valeur] = np.nan
            continue
        try:
            lus[valeur] = lecteur(valeur)
        except ValueError:
            lus[valeur] = np.nan
            refus.add(valeur)
    _consigner(colonne, refus, ou, attendu, constats, obligatoire)
    return colonne.map(lus)


def lire_nombres(
    colonne: pd.Series, ou: str, constats: list[Constat], obligatoire: bool = False
) -> pd.Series:
    """Nombres en ``float64`` ; les écritures simples passent en bloc, les autres par :func:`nombre`."""
    lus = pd.to_numeric(colonne, errors="coerce")
    reste = colonne[lus.isna() | ~np.isfinite(lus)]
    if len(reste):
        lus = lus.astype("float64")
        lus.loc[reste.index] = lire(reste, nombre, ou, "un nombre", constats, obligatoire).astype("float64")
    return lus.astype("float64")


def _consigner(
    colonne: pd.Series, refus: set[object], ou: str, attendu: str, constats: list[Constat], obligatoire: bool
) -> None:
    vides = colonne.map(est_absent) if obligatoire else pd.Series(False, index=colonne.index)
    fautives = colonne[colonne.isin(refus) | vides]
    constats.extend(
        Constat(f"{ou}, ligne {ligne}", f"« {valeur} »" if not est_absent(valeur) else "une cellule vide", attendu,
                "Corrigez à la source ou téléchargez de nouveau l'export.")
        for ligne, valeur in fautives.items()
    )
