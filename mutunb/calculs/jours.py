"""Compter les jours du droit public : jours ouvrés, jours francs, fériés, reports. Aucune fonction ne lit l'horloge.

Un délai franc ne compte ni le jour de l'acte ni celui de l'échéance : pour 5 jours francs, une convocation envoyée le
6 permet une séance le 12. Les samedis, dimanches et fériés comptent et ne prolongent pas le délai de convocation d'une
assemblée ; pour un autre délai qui finirait un jour chômé, demander ``report=True``.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import holidays

from mutunb.calculs.entrees import annee as lire_annee
from mutunb.calculs.entrees import entier
from mutunb.calculs.entrees import jour as lire_jour

UN_JOUR = datetime.timedelta(days=1)
SAMEDI = 5
#: délai le plus long qu'on compte (une centaine d'années)
JOURS_MAX = 36_500
#: départements qui ont leurs propres jours fériés → code de la bibliothèque ``holidays``
SUBDIVISIONS = MappingProxyType(
    {"57": "57", "67": "6AE", "68": "6AE", "971": "971", "972": "972", "973": "973", "974": "974", "976": "976"}
)


def feries(annee: int, departement: str = "") -> Mapping[datetime.date, str]:
    """Jours fériés légaux d'une année : date → nom en français.

    Parameters
    ----------
    departement : str
        Code du département (« 57 », « 67 », « 68 » ajoutent le Vendredi saint et le 26 décembre ; l'outre-mer ses
        propres jours) ; vide = droit commun.

    Examples
    --------
    >>> feries(2027)[datetime.date(2027, 3, 29)]
    'Lundi de Pâques'
    >>> datetime.date(2027, 3, 26) in feries(2027, "67")
    True
    """
    return _feries(lire_annee(annee), str(departement))


@cache
def _feries(annee: int, departement: str) -> Mapping[datetime.date, str]:
    lus = holidays.country_holidays("FR", subdiv=SUBDIVISIONS.get(departement), years=annee, language="fr")
    return MappingProxyType(dict(sorted(lus.items())))


def est_ouvre(jour: datetime.date, departement: str = "") -> bool:
    """Vrai du lundi au vendredi, hors jour férié.

    Examples
    --------
    >>> est_ouvre(datetime.date(2026, 5, 1))
    False
    """
    jour = lire_jour(jour)
    return jour.weekday() < SAMEDI and jour not in _feries(jour.year, departement)


def jour_ouvre_suivant(jour: datetime.date, departement: str = "") -> datetime.date:
    """Le jour lui-même s'il est ouvré, sinon le premier jour ouvré qui suit (report d'une échéance).

    Examples
    --------
    >>> jour_ouvre_suivant(datetime.date(2026, 5, 1))
    datetime.date(2026, 5, 4)
    """
    jour = lire_jour(jour)
    while not est_ouvre(jour, departement):
        jour += UN_JOUR
    return jour


def jour_ouvre_precedent(jour: datetime.date, departement: str = "") -> datetime.date:
    """Le jour lui-même s'il est ouvré, sinon le dernier jour ouvré qui précède (date au plus tard d'un envoi).

    Examples
    --------
    >>> jour_ouvre_precedent(datetime.date(2027, 3, 29))
    datetime.date(2027, 3, 26)
    """
    jour = lire_jour(jour)
    while not est_ouvre(jour, departement):
        jour -= UN_JOUR
    return jour


def ajouter_jours_ouvres(jour: datetime.date, combien: int, departement: str = "") -> datetime.date:
    """Date atteinte après ``combien`` jours ouvrés (avant, si négatif) ; 0 rend le jour lui-même, ouvré ou non.

    Examples
    --------
    >>> ajouter_jours_ouvres(datetime.date(2026, 4, 30), 1)
    datetime.date(2026, 5, 4)
    """
    jour, combien = lire_jour(jour), entier(combien, "le nombre de jours ouvrés", -JOURS_MAX, JOURS_MAX)
    pas = UN_JOUR if combien > 0 else -UN_JOUR
    for _ in range(abs(combien)):
        jour += pas
        while not est_ouvre(jour, departement):
            jour += pas
    return jour


def compter_jours_ouvres(debut: datetime.date, fin: datetime.date, departement: str = "") -> int:
    """Jours ouvrés de ``debut`` inclus à ``fin`` exclue ; 0 si ``fin`` ne suit pas ``debut``.

    Examples
    --------
    >>> compter_jours_ouvres(datetime.date(2026, 4, 27), datetime.date(2026, 5, 4))
    4
    """
    debut, fin = lire_jour(debut, "le début"), lire_jour(fin, "la fin")
    return sum(est_ouvre(debut + UN_JOUR * rang, departement) for rang in range(max(0, (fin - debut).days)))


def compter_jours_francs(envoi: datetime.date, seance: datetime.date) -> int:
    """Jours pleins entre l'envoi et la séance, sans compter ni l'un ni l'autre ; négatif si la séance n'est pas après.

    Examples
    --------
    >>> compter_jours_francs(datetime.date(2026, 10, 6), datetime.date(2026, 10, 12))
    5
    """
    return (lire_jour(seance, "la séance") - lire_jour(envoi, "l'envoi")).days - 1


def echeance_franche(
    acte: datetime.date, jours_francs: int, report: bool = False, departement: str = ""
) -> datetime.date:
    """Premier jour où peut se tenir ce qui attend un délai franc : la séance après l'envoi de la convocation.

    Parameters
    ----------
    acte : date
        Jour de l'acte (envoi de la convocation, notification), qui ne compte pas.
    jours_francs : int
        5 pour l'EPCI et les communes de 3 500 habitants et plus, 3 pour les autres.
    report : bool
        Vrai pour les délais qu'un dernier jour chômé prolonge au premier jour ouvré ; ceux de convocation d'une
        assemblée ne le sont pas.

    Notes
    -----
    CGCT, art. L.2121-11 et L.2121-12 ; réponses ministérielles (Sénat n° 00343, 14 février 2013 ; AN n° 33389,
    29 janvier 1996) : dimanches et fériés comptent dans le délai de convocation.

    Examples
    --------
    >>> echeance_franche(datetime.date(2026, 10, 6), 5)
    datetime.date(2026, 10, 12)
    """
    dernier = lire_jour(acte, "l'acte") + UN_JOUR * _francs(jours_francs)
    return (jour_ouvre_suivant(dernier, departement) if report else dernier) + UN_JOUR


def envoi_au_plus_tard(seance: datetime.date, jours_francs: int, departement: str = "", ouvre: bool = True) -> datetime.date:
    """Dernier jour d'envoi d'une convocation, délai franc compris ; avancé au jour ouvré qui précède sauf ``ouvre=False``.

    Examples
    --------
    >>> envoi_au_plus_tard(datetime.date(2026, 10, 15), 5)
    datetime.date(2026, 10, 9)
    >>> envoi_au_plus_tard(datetime.date(2026, 10, 16), 5)  # le 10 est un samedi
    datetime.date(2026, 10, 9)
    """
    limite = lire_jour(seance, "la séance") - UN_JOUR * (_francs(jours_francs) + 1)
    return jour_ouvre_precedent(limite, departement) if ouvre else limite


def _francs(jours_francs: int) -> int:
    return entier(jours_francs, "le délai franc, en jours", 0, JOURS_MAX)
