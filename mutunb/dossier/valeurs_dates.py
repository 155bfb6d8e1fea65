"""Lire une date ou une année : « 31/12/2027 », « 31-12-27 », « décembre 2027 », « 2027 », série de tableur, ISO."""

from __future__ import annotations

import calendar
import contextlib
import datetime
import re

from mutunb.dossier.ecriture_brute import Lu, absence, alerte, en_ligne, erreur_de_tableur, illisible
from mutunb.dossier.questionnaire import forme_simple

ANNEE_MIN, ANNEE_MAX = 1950, 2100
ORIGINE = datetime.date(1899, 12, 30)
ORIGINE_1904 = datetime.date(1904, 1, 1)
#: une année écrite sur deux chiffres est du siècle courant jusqu'à celle-ci
PIVOT = 79
_SERIES = (18_264, 73_416)  # de 1950 à 2100
_MOIS = "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre".split()
_ABREGES = {"janv": 1, "jan": 1, "fev": 2, "fevr": 2, "mar": 3, "avr": 4, "juil": 7, "jul": 7, "sept": 9, "sep": 9,
            "oct": 10, "nov": 11, "dec": 12} | {nom: rang for rang, nom in enumerate(_MOIS, 1)}  # fmt: skip
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_COMPACTE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_JOUR_MOIS_ANNEE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?:[T ]\d{1,2}[:h].*)?")
_MOIS_ANNEE = re.compile(r"(\d{1,2})[-/. ](\d{4})|(\d{4})[-/.](\d{1,2})")
_JOUR_EN_LETTRES = re.compile(r"(?:(\d{1,2})(?:er)? )?([a-z]+) (\d{4}|\d{2})")
_AN = re.compile(r"(?:(fin|debut|courant|exercice|annee|en|d ici) )?((?:19|20)\d{2})")
_ATTENDU = "une date JJ/MM/AAAA"
_REMEDE = "Écrivez le jour, le mois et l'année : 31/12/2027."


def date(brut: object, en_fin: bool = False, origine_1904: bool = False) -> Lu:
    """Jour (``datetime.date``) ; un mois ou une année seuls sont complétés, avec une alerte.

    Parameters
    ----------
    en_fin : bool
        Vrai pour une date de fin : « décembre 2027 » est alors le 31, sinon le 1er.
    origine_1904 : bool
        Vrai si le classeur compte ses jours depuis 1904 (anciens Mac).

    Examples
    --------
    >>> date("31-12-27").valeur
    datetime.date(2027, 12, 31)
    >>> date("décembre 2027", en_fin=True).valeur
    datetime.date(2027, 12, 31)
    """
    if (vide := erreur_de_tableur(brut) or absence(brut)) is not None:
        return vide
    if isinstance(brut, datetime.datetime):
        return _plausible(brut.date())
    if isinstance(brut, datetime.date):
        return _plausible(brut)
    if isinstance(brut, bool | datetime.time | datetime.timedelta):
        return illisible(_ATTENDU, _REMEDE, "type")
    if isinstance(brut, int | float):
        return _date_en_nombre(float(brut), en_fin, origine_1904)
    return _date_en_texte(en_ligne(str(brut)[:200]), en_fin, origine_1904)


def annee(brut: object) -> Lu:
    """Année (``float``) ; une date rend la sienne, avec une alerte si ce n'est ni le premier ni le dernier jour."""
    if (vide := erreur_de_tableur(brut) or absence(brut)) is not None:
        return vide
    if isinstance(brut, bool):
        return _annee_illisible()
    if isinstance(brut, int | float):
        return Lu(float(brut)) if ANNEE_MIN <= brut <= ANNEE_MAX and float(brut).is_integer() else _annee_illisible()
    jour = date(brut).valeur if not isinstance(brut, str) else _date_en_texte(en_ligne(brut[:200]), False, False).valeur
    texte = forme_simple(brut) if isinstance(brut, str) else ""
    if (trouve := _AN.fullmatch(texte)) is not None:
        return Lu(float(trouve.group(2)))
    if not isinstance(jour, datetime.date):
        return _annee_illisible()
    if (jour.month, jour.day) in ((1, 1), (12, 31)):
        return Lu(float(jour.year))
    return alerte(float(jour.year), "une année AAAA", f"L'année de cette date ({jour.year}) est gardée : confirmez.", "type")


def _annee_illisible() -> Lu:
    return illisible(f"une année de {ANNEE_MIN} à {ANNEE_MAX}", "Écrivez l'année sur quatre chiffres : 2027.")


def _plausible(jour: datetime.date | None) -> Lu:
    if jour is None:
        return illisible(_ATTENDU, "Ce jour n'existe pas : corrigez la date.")
    if not ANNEE_MIN <= jour.year <= ANNEE_MAX:
        remede = "Corrigez l'année ; laissez vide s'il n'y a pas de terme."
        return illisible(f"une date de {ANNEE_MIN} à {ANNEE_MAX}", remede, "borne")
    return Lu(jour)


def _date_en_nombre(nombre: float, en_fin: bool, origine_1904: bool) -> Lu:
    if nombre.is_integer() and 1990 <= nombre <= ANNEE_MAX:
        return _completee(int(nombre), None, en_fin)
    if nombre.is_integer() and (compacte := _COMPACTE.fullmatch(str(int(nombre)))):
        return _plausible(_jour(*map(int, compacte.groups())))
    debut, fin = _SERIES
    if not debut <= nombre <= fin:
        return illisible(_ATTENDU, _REMEDE)
    jours = datetime.timedelta(days=int(nombre))
    return _plausible((ORIGINE_1904 if origine_1904 else ORIGINE) + jours)


def _date_en_texte(texte: str, en_fin: bool, origine_1904: bool) -> Lu:
    if trouve := _ISO.fullmatch(texte) or _COMPACTE.fullmatch(texte):
        return _plausible(_jour(*map(int, trouve.groups())))
    if trouve := _JOUR_MOIS_ANNEE.fullmatch(texte):
        return _jour_mois_annee(*trouve.groups())
    if trouve := _MOIS_ANNEE.fullmatch(texte):
        mois, an = (trouve[1], trouve[2]) if trouve[2] else (trouve[4], trouve[3])
        return _completee(int(an), int(mois), en_fin)
    simple = forme_simple(texte)
    if trouve := _AN.fullmatch(simple):
        return _completee(int(trouve[2]), None, en_fin if trouve[1] not in ("fin", "debut") else trouve[1] == "fin")
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", texte):
        return _date_en_nombre(float(texte.replace(",", ".")), en_fin, origine_1904)
    return _date_en_lettres(simple, en_fin)


def _date_en_lettres(simple: str, en_fin: bool) -> Lu:
    simple = re.sub(r"^(?:(?:le|au|du|jusqu|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche) )+", "", simple)
    au_bord = re.match(r"(fin|debut) (?=[a-z])", simple)
    trouve = _JOUR_EN_LETTRES.fullmatch(simple[au_bord.end() :] if au_bord else simple)
    if not trouve or trouve[2] not in _ABREGES:
        return illisible(_ATTENDU, _REMEDE)
    mois, an = _ABREGES[trouve[2]], _siecle(trouve[3])
    if trouve[1]:
        return _plausible(_jour(an, mois, int(trouve[1])))
    return _completee(an, mois, au_bord[1] == "fin" if au_bord else en_fin)


def _jour_mois_annee(jour: str, mois: str, an: str) -> Lu:
    lu = _jour(_siecle(an), int(mois), int(jour))
    inverse = _jour(_siecle(an), int(jour), int(mois)) if lu is None and int(mois) > 12 else None
    if inverse is not None and _plausible(inverse).probleme is None:
        remede = f"Lu comme le {inverse:%d/%m/%Y} (mois et jour intervertis) : confirmez."
        return alerte(inverse, _ATTENDU, remede, "ambigu")
    return _plausible(lu)


def _completee(an: int, mois: int | None, en_fin: bool) -> Lu:
    """Premier ou dernier jour de la période, avec une alerte."""
    rang = mois or (12 if en_fin else 1)
    if not 1 <= rang <= 12 or not ANNEE_MIN <= an <= ANNEE_MAX:
        return illisible(_ATTENDU, _REMEDE)
    jour = datetime.date(an, rang, calendar.monthrange(an, rang)[1] if en_fin else 1)
    return alerte(jour, _ATTENDU, f"Date incomplète, lue comme le {jour:%d/%m/%Y} : précisez le jour.", "approche")


def _siecle(an: str) -> int:
    valeur = int(an)
    if len(an) == 4:
        return valeur
    return valeur + (2000 if valeur <= PIVOT else 1900)


def _jour(an: int, mois: int, jour: int) -> datetime.date | None:
    with contextlib.suppress(ValueError):  # 31/02 : None le dit
        return datetime.date(an, mois, jour)
    return None
