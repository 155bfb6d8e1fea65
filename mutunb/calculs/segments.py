"""À quel segment d'achat rattacher un contrat : celui qu'on déclare, à défaut celui que désigne son code CPV."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from mutunb import referentiel
from mutunb.calculs.mots import mots
from mutunb.referentiel.entrees.fonctions import Segment

COMPLET = re.compile(r"(?<!\d)(\d{8})(?:-?\d)?(?!\d)")
#: divisions du CPV qui commencent par un zéro, que les tableurs effacent : 03 (agriculture), 09 (énergie)
ZERO_PERDU = re.compile(r"(?:3[1-4]|9[0-3])\d{5}")
CHIFFRES_CPV = 8


def normaliser_cpv(code: object) -> str | None:
    """Code CPV sur huit chiffres, sans clé ; ``None`` si rien n'y ressemble.

    Les zéros de tête perdus par un tableur sont rendus, une racine (« 50313 ») est complétée par des zéros.

    Examples
    --------
    >>> normaliser_cpv("50313200-4"), normaliser_cpv(9123000.0), normaliser_cpv("NC")
    ('50313200', '09123000', None)
    """
    if code is None or code != code:
        return None
    texte = re.sub(r"\.0+$", "", str(code).strip())
    texte = re.sub(r"(?<=\d)[ \u00a0\u202f.](?=\d)", "", texte)
    if entier := COMPLET.search(texte):
        return entier[1] if entier[1].strip("0") else None
    racine = re.search(r"(?<!\d)(\d{2,7})(?:-\d)?(?!\d)", texte)
    if racine is None or not racine[1].strip("0"):
        return None
    chiffres = racine[1]
    return f"0{chiffres}" if ZERO_PERDU.fullmatch(chiffres) else chiffres.ljust(CHIFFRES_CPV, "0")


@cache
def matrice() -> dict[str, Segment]:
    """Segments du référentiel, par nom."""
    return {s.segment: s for s in referentiel.fonction("achats").matrice_segments}


@cache
def segment_declare(libelle: str) -> str | None:
    """Segment du référentiel que désigne un libellé libre ; ``None`` s'il n'y en a aucun, ou plusieurs.

    Examples
    --------
    >>> segment_declare("COPIEURS"), segment_declare("Téléphonie"), segment_declare("Téléphonie mobile (forfaits)")
    ('Copieurs et impression', None, 'Téléphonie mobile')
    """
    cherches = set(mots(libelle))
    if not cherches:
        return None
    par_mots = {nom: set(mots(nom)) for nom in matrice()}
    for convient in (
        lambda m: m == cherches,
        lambda m: cherches < m,
        lambda m: m < cherches and "travaux" not in cherches - m,
    ):
        trouves = [nom for nom, m in par_mots.items() if convient(m)]
        if trouves:
            return trouves[0] if len(trouves) == 1 else None
    return None


@cache
def segments_du_cpv(cpv: str) -> tuple[str, ...]:
    """Segments que désigne un CPV : un seul si le code est assez précis, plusieurs sinon, aucun s'il est hors matrice."""
    couples = [(prefixe, nom) for nom, s in matrice().items() for prefixe in s.cpv if cpv.startswith(prefixe)]
    if couples:
        return (max(couples, key=lambda couple: len(couple[0]))[1],)
    racine = cpv.rstrip("0")
    return tuple(dict.fromkeys(nom for nom, s in matrice().items() if any(p.startswith(racine) for p in s.cpv)))


def classer(contrats: pd.DataFrame) -> pd.DataFrame:
    """Segment, famille et origine du classement de chaque contrat (mêmes index).

    Parameters
    ----------
    contrats : pandas.DataFrame
        Colonnes ``segment`` (texte libre) et ``cpv``.

    Returns
    -------
    pandas.DataFrame
        ``cpv8``, ``segment``, ``famille``, ``origine_segment`` (``declare``, ``cpv`` ou None si non classé). Un CPV trop
        large pour un segment donne quand même la famille, si tous ses segments en ont une seule.
    """
    lignes = [_classe(s, c) for s, c in zip(contrats["segment"], contrats["cpv"], strict=True)]
    colonnes = ["cpv8", "segment", "famille", "origine_segment"]
    return pd.DataFrame(lignes, columns=colonnes, index=contrats.index, dtype="object")


def _classe(libelle: object, code: object) -> tuple[str | None, str | None, str | None, str | None]:
    cpv = normaliser_cpv(code)
    declare = segment_declare(libelle) if isinstance(libelle, str) else None
    if declare:
        return cpv, declare, matrice()[declare].famille, "declare"
    possibles = segments_du_cpv(cpv) if cpv else ()
    if len(possibles) == 1:
        return cpv, possibles[0], matrice()[possibles[0]].famille, "cpv"
    familles = {matrice()[nom].famille for nom in possibles}
    return cpv, None, familles.pop() if len(familles) == 1 else _famille_declaree(libelle), None


def _famille_declaree(libelle: object) -> str | None:
    cherches = set(mots(libelle))
    return next((s.famille for s in matrice().values() if cherches and set(mots(s.famille)) == cherches), None)
