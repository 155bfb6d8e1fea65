"""Entrer dans un service ou en sortir en cours d'année : mois de présence, et ce qu'ils changent aux unités.

Une unité qui se compte à une date (postes, agents, habitants) se ramène au prorata des mois de présence ; une unité qui
se compte au fil de l'année (tickets, bulletins, mandats) ne s'y ramène pas : on n'en constate que ce qui a été servi.
"""

from __future__ import annotations

import calendar
import datetime
from decimal import Decimal
from fractions import Fraction

from mutunb import referentiel
from mutunb.calculs.monnaie import Nombre, en_decimal, positif
from mutunb.calculs.realise import STOCKS
from mutunb.erreurs import ErreurDonnees

MOIS = 12


def mois_presence(
    exercice: int, entree: datetime.date | None = None, sortie: datetime.date | None = None
) -> Fraction:
    """Mois de présence dans l'exercice (de 0 à 12) ; un mois entamé compte pour ses jours de présence.

    Parameters
    ----------
    entree, sortie : date, optional
        Premier et dernier jours de présence ; toute l'année à défaut.

    Examples
    --------
    >>> mois_presence(2029, entree=datetime.date(2029, 7, 1)), mois_presence(2030, sortie=datetime.date(2030, 6, 30))
    (Fraction(6, 1), Fraction(6, 1))
    """
    debut = max(datetime.date(exercice, 1, 1), entree or datetime.date.min)
    fin = min(datetime.date(exercice, 12, 31), sortie or datetime.date.max)
    total = Fraction(0)
    for mois in range(1, MOIS + 1):
        jours = calendar.monthrange(exercice, mois)[1]
        premier, dernier = datetime.date(exercice, mois, 1), datetime.date(exercice, mois, jours)
        total += Fraction(max(0, (min(fin, dernier) - max(debut, premier)).days + 1), jours)
    return total


def au_prorata(annuel: Nombre, mois: Nombre) -> Decimal:
    """Part d'une quantité annuelle pour les mois de présence = quantité × mois / 12 (même unité, non arrondie).

    Raises
    ------
    ErreurDonnees
        Quantité négative, mois hors de 0 à 12.

    Examples
    --------
    >>> au_prorata(20, 6)
    Decimal('10')
    """
    duree = positif(mois, "les mois de présence")
    if duree > MOIS:
        raise ErreurDonnees(f"Mois de présence : trouvé {mois} ; attendu de 0 à {MOIS}. Corrigez la durée.")
    return en_decimal(positif(annuel, "la quantité annuelle") * duree / MOIS)


def est_un_stock(fonction: str, unite: str) -> bool:
    """Vrai si l'unité d'œuvre se compte à une date donnée ; faux au fil de l'année, ou si le référentiel l'ignore.

    Examples
    --------
    >>> est_un_stock("systemes_information", "SI_UO_POSTE"), est_un_stock("comptabilite_finances", "FIN_UO_MANDAT")
    (True, False)
    """
    return any(u.id == unite and u.unite in STOCKS for u in referentiel.fonction(fonction).unites_oeuvre)
