"""Résoudre un petit système d'équations linéaires en fractions exactes."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mutunb.erreurs import ErreurDonnees


def resoudre_exactement(
    gauche: Sequence[Sequence[Fraction]], droite: Sequence[Fraction], inconnues: int, tolerance: Fraction = Fraction(0)
) -> list[Fraction]:
    """Solution exacte et unique d'un système qui peut compter plus d'équations que d'inconnues.

    Parameters
    ----------
    gauche, droite : sequence
        Coefficients et second membre de chaque équation ; la première est toujours tenue exactement.
    inconnues : int
    tolerance : Fraction
        Écart admis sur une équation redondante (seconds membres arrondis) ; nul par défaut.

    Raises
    ------
    ErreurDonnees
        Système incompatible, ou qui laisse une inconnue libre.

    Examples
    --------
    >>> resoudre_exactement([[Fraction(1), Fraction(1)], [Fraction(1), Fraction(-1)]], [Fraction(3), Fraction(1)], 2)
    [Fraction(2, 1), Fraction(1, 1)]
    """
    lignes = [[Fraction(v) for v in ligne] + [Fraction(d)] for ligne, d in zip(gauche, droite, strict=True)]
    pivots = 0
    for colonne in range(inconnues):
        choisie = next((r for r in range(pivots, len(lignes)) if lignes[r][colonne]), None)
        if choisie is None:
            raise ErreurDonnees("Système d'équations : une inconnue reste libre.")
        lignes[pivots], lignes[choisie] = lignes[choisie], lignes[pivots]
        pivot = lignes[pivots][colonne]
        lignes[pivots] = [v / pivot for v in lignes[pivots]]
        for r, ligne in enumerate(lignes):
            if r != pivots and ligne[colonne]:
                facteur = ligne[colonne]
                lignes[r] = [v - facteur * p for v, p in zip(ligne, lignes[pivots], strict=True)]
        pivots += 1
    if any(abs(ligne[-1]) > tolerance for ligne in lignes[pivots:]):
        raise ErreurDonnees("Système d'équations incompatible.")
    return [ligne[-1] for ligne in lignes[:inconnues]]
