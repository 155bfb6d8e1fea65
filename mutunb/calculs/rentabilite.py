"""Le taux de rentabilité interne, avec l'avertissement qu'il appelle : plusieurs changements de signe, plusieurs taux.

Il est rarement utile à une mutualisation, dont les flux changent souvent de signe : la valeur actuelle nette décide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mutunb.calculs.entrees import suite
from mutunb.calculs.monnaie import Nombre, exact
from mutunb.erreurs import ErreurDonnees

TAUX_MIN, TAUX_MAX = -0.99, 10.0


@dataclass(frozen=True)
class Rentabilite:
    """Taux qui annulent la valeur actuelle nette.

    Attributes
    ----------
    taux : tuple of float
        En part (0,05 pour 5 %), croissants, entre −99 % et 1 000 % ; vide s'il n'y en a pas.
    changements_de_signe : int
    avertissement : str
        Pourquoi le taux ne décide pas ; vide si le flux ne change de signe qu'une fois.
    """

    taux: tuple[float, ...]
    changements_de_signe: int
    avertissement: str = ""

    @property
    def est_lisible(self) -> bool:
        """Vrai si un seul taux existe et que le flux ne change de signe qu'une fois."""
        return not self.avertissement and len(self.taux) == 1


def changements_de_signe(flux_eur: Sequence[Nombre]) -> int:
    """Nombre de fois où le flux change de signe, années sans flux mises à part.

    Examples
    --------
    >>> changements_de_signe([-100, 0, 230, -132])
    2
    """
    flux = [exact(f, f"le flux n° {rang}") for rang, f in enumerate(suite(flux_eur, "les flux"))]
    signes = [montant > 0 for montant in flux if montant]
    return sum(suivant != signe for signe, suivant in zip(signes, signes[1:], strict=False))


def taux_de_rentabilite(flux_eur: Sequence[Nombre]) -> Rentabilite:
    """Taux de rentabilité interne d'un flux annuel (€), précédé de l'avertissement s'il y a lieu.

    Raises
    ------
    ErreurDonnees
        Flux vide ou montant absent.

    Examples
    --------
    >>> resultat = taux_de_rentabilite([-100, 230, -132])
    >>> [round(t, 6) for t in resultat.taux], resultat.est_lisible
    ([0.1, 0.2], False)
    >>> taux_de_rentabilite([-100, 110]).est_lisible
    True
    """
    flux_eur = suite(flux_eur, "les flux")
    if not flux_eur:
        raise ErreurDonnees("Taux de rentabilité : aucun flux. Donnez un montant par année ; un zéro s'écrit.")
    changements = changements_de_signe(flux_eur)
    taux = _racines([float(exact(f)) for f in flux_eur]) if changements else ()
    return Rentabilite(taux, changements, _avertissement(changements, len(taux)))


def _avertissement(changements: int, combien: int) -> str:
    if changements > 1:
        return (
            f"Le flux change {changements} fois de signe : plusieurs taux peuvent annuler la valeur actuelle nette, et aucun "
            "ne décide. Lisez la valeur actuelle nette."
        )
    return "" if combien else "Aucun taux n'annule la valeur actuelle nette sur cet horizon."


def _racines(flux: list[float]) -> tuple[float, ...]:
    facteurs = np.roots(flux)
    reels = facteurs[np.abs(facteurs.imag) < 1e-9 * np.maximum(1, np.abs(facteurs))].real
    return tuple(sorted({round(float(f) - 1, 10) for f in reels if TAUX_MIN <= f - 1 <= TAUX_MAX}))
