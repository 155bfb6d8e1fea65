"""Montants exacts : fractions pendant le calcul, centimes entiers ou décimaux à la sortie, jamais de flottant."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from mutunb.erreurs import ErreurDonnees

#: ce qu'une fonction de calcul accepte comme nombre : entier, flottant, décimal, fraction ou texte (« 27.50 », « 1 234,5 »)
Nombre = int | float | str | Decimal | Fraction
#: écriture française : espaces entre les milliers, virgule décimale
_A_LA_FRANCAISE = re.compile(r"[+-]?(?:\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d+)(?:[,.]\d+)?")
_ESPACES = re.compile(r"[ \u00a0\u202f]")


def exact(valeur: Any, nom: str = "la valeur") -> Fraction:
    """Fraction exactement égale au nombre tel qu'il s'écrit (0.1 vaut un dixième ; « 1 234,5 » se lit à la française).

    Parameters
    ----------
    valeur : Nombre
    nom : str
        Ce que c'est, pour le message d'erreur.

    Raises
    ------
    ErreurDonnees
        Valeur absente, non finie, booléenne ou illisible.

    Examples
    --------
    >>> exact(0.1) * 3, exact("1 234,5")
    (Fraction(3, 10), Fraction(2469, 2))
    """
    if isinstance(valeur, Fraction):
        return valeur
    if isinstance(valeur, bool):
        raise ErreurDonnees(f"Pour {nom} : trouvé {valeur!r} ; attendu un nombre. Donnez un nombre.")
    try:
        fraction = Fraction(_ecriture(valeur))
        float(fraction)  # au-delà des flottants, ce n'est plus un montant
    except (ValueError, ZeroDivisionError, OverflowError) as cause:
        raise ErreurDonnees(
            f"Pour {nom} : trouvé {repr(valeur)[:60]} ; attendu un nombre fini. Donnez-le : une donnée absente n'est pas un zéro."
        ) from cause
    return fraction


def _ecriture(valeur: Any) -> str:
    """Le nombre tel qu'il s'écrit, au point décimal."""
    texte = str(valeur).strip()
    if isinstance(valeur, str) and _A_LA_FRANCAISE.fullmatch(texte):
        return _ESPACES.sub("", texte).replace(",", ".")
    return texte


def positif(valeur: Any, nom: str = "la valeur", strict: bool = False) -> Fraction:
    """Fraction exacte d'un nombre positif ou nul (``strict`` : non nul) ; :class:`ErreurDonnees` sinon."""
    lu = exact(valeur, nom)
    if lu < 0 or (strict and lu == 0):
        attendu = "un nombre strictement positif" if strict else "un nombre positif ou nul"
        raise ErreurDonnees(f"Pour {nom} : trouvé {valeur} ; attendu {attendu}. Corrigez la valeur.")
    return lu


def centimes(euros: Any) -> int:
    """Nombre entier de centimes le plus proche d'un montant en euros, demi-centime éloigné de zéro.

    Examples
    --------
    >>> centimes("12.345"), centimes(-0.005)
    (1235, -1)
    """
    fraction = exact(euros, "le montant") * 100
    arrondi = (2 * abs(fraction.numerator) + fraction.denominator) // (2 * fraction.denominator)
    return arrondi if fraction >= 0 else -arrondi


def en_euros(nombre_centimes: int) -> Decimal:
    """Montant en euros, deux décimales, d'un nombre entier de centimes.

    Examples
    --------
    >>> en_euros(-550000)
    Decimal('-5500.00')
    """
    return Decimal(nombre_centimes).scaleb(-2)


def au_centime(euros: Any) -> Decimal:
    """Montant en euros arrondi au centime, demi-centime éloigné de zéro.

    Examples
    --------
    >>> au_centime("2816.912")
    Decimal('2816.91')
    """
    return en_euros(centimes(euros))


def en_decimal(fraction: Fraction) -> Decimal:
    """Fraction en décimal à 28 chiffres, sans autre arrondi.

    Examples
    --------
    >>> en_decimal(Fraction(55, 2))
    Decimal('27.5')
    """
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)
