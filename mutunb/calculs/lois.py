"""Les lois nommées d'une simulation : chacune se tire par l'inverse de sa fonction de répartition.

Aucune loi normale non tronquée : une grandeur positive ne devient pas négative. La triangulaire et la PERT ont les mêmes
trois bornes et pas la même moyenne : (a + m + b) / 3 et (a + 4m + b) / 6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import stats

from mutunb.calculs.entrees import montrer, nombre, suite
from mutunb.erreurs import ErreurDonnees


class Loi(Protocol):
    """Une loi de probabilité, qui sait sa moyenne et sait se tirer."""

    def quantiles(self, rangs: np.ndarray) -> np.ndarray:
        """Valeurs dont la fonction de répartition vaut ``rangs`` (0 à 1)."""
        ...

    @property
    def moyenne(self) -> float:
        """Espérance."""
        ...


def _lire(loi: object, nom: str, *champs: str) -> list[float]:
    """Lit les champs d'une loi en nombres finis, et les y remet."""
    valeurs = [getattr(loi, champ) for champ in champs]
    try:
        lues = [nombre(valeur) for valeur in valeurs]
    except ErreurDonnees as cause:
        refus = f"Loi {nom} : trouvé {montrer(tuple(valeurs))} ; attendu des nombres finis. Une donnée absente n'est pas un zéro."
        raise ErreurDonnees(refus) from cause
    for champ, lue in zip(champs, lues, strict=True):
        object.__setattr__(loi, champ, lue)
    return lues


def _ordonner(loi: object, nom: str, *champs: str) -> None:
    lues = _lire(loi, nom, *champs)
    if lues != sorted(lues):
        raise ErreurDonnees(f"Loi {nom} : trouvé {tuple(lues)} ; attendu des bornes dans l'ordre croissant.")


@dataclass(frozen=True)
class Uniforme:
    """Toutes les valeurs de ``bas`` à ``haut`` se valent."""

    bas: float
    haut: float

    def __post_init__(self) -> None:
        _ordonner(self, "uniforme", "bas", "haut")

    def quantiles(self, rangs: np.ndarray) -> np.ndarray:
        return self.bas + (self.haut - self.bas) * np.asarray(rangs)

    @property
    def moyenne(self) -> float:
        return (self.bas + self.haut) / 2


@dataclass(frozen=True)
class Triangulaire:
    """De ``bas`` à ``haut``, le plus souvent ``mode`` ; moyenne (bas + mode + haut) / 3.

    Examples
    --------
    >>> Triangulaire(0, 3, 9).moyenne
    4.0
    """

    bas: float
    mode: float
    haut: float

    def __post_init__(self) -> None:
        _ordonner(self, "triangulaire", "bas", "mode", "haut")

    def quantiles(self, rangs: np.ndarray) -> np.ndarray:
        rangs, etendue = np.asarray(rangs), self.haut - self.bas
        if etendue == 0:
            return np.full_like(rangs, self.mode, dtype=float)
        gauche = self.bas + np.sqrt(rangs * etendue * (self.mode - self.bas))
        droite = self.haut - np.sqrt((1 - rangs) * etendue * (self.haut - self.mode))
        return np.where(rangs < (self.mode - self.bas) / etendue, gauche, droite)

    @property
    def moyenne(self) -> float:
        return (self.bas + self.mode + self.haut) / 3


@dataclass(frozen=True)
class Pert:
    """De ``bas`` à ``haut``, plus resserrée autour de ``mode`` qu'une triangulaire ; moyenne (bas + 4·mode + haut) / 6.

    Examples
    --------
    >>> Pert(0, 3, 9).moyenne
    3.5
    """

    bas: float
    mode: float
    haut: float

    def __post_init__(self) -> None:
        _ordonner(self, "PERT", "bas", "mode", "haut")

    def quantiles(self, rangs: np.ndarray) -> np.ndarray:
        etendue = self.haut - self.bas
        if etendue == 0:
            return np.full_like(np.asarray(rangs), self.mode, dtype=float)
        a, b = 1 + 4 * (self.mode - self.bas) / etendue, 1 + 4 * (self.haut - self.mode) / etendue
        return self.bas + etendue * stats.beta.ppf(rangs, a, b)

    @property
    def moyenne(self) -> float:
        return (self.bas + 4 * self.mode + self.haut) / 6


@dataclass(frozen=True)
class LogNormale:
    """Dépassement : médiane ``mediane``, et une chance sur dix de dépasser ``p90``."""

    mediane: float
    p90: float

    def __post_init__(self) -> None:
        _ordonner(self, "log-normale", "mediane", "p90")
        if self.mediane <= 0:
            raise ErreurDonnees(f"Loi log-normale : trouvé une médiane de {self.mediane} ; attendu un nombre strictement positif.")

    @property
    def _ecart(self) -> float:
        return math.log(self.p90 / self.mediane) / float(stats.norm.ppf(0.9))

    def quantiles(self, rangs: np.ndarray) -> np.ndarray:
        return self.mediane * np.exp(self._ecart * stats.norm.ppf(rangs))

    @property
    def moyenne(self) -> float:
        return self.mediane * math.exp(self._ecart**2 / 2)


@dataclass(frozen=True)
class Bernoulli:
    """Événement (départ, refus, retard) : vaut ``montant`` avec la probabilité ``probabilite``, sinon 0."""

    probabilite: float
    montant: float = 1.0

    def __post_init__(self) -> None:
        _lire(self, "de Bernoulli", "probabilite", "montant")
        if not 0 <= self.probabilite <= 1:
            raise ErreurDonnees(f"Loi de Bernoulli : trouvé {self.probabilite} ; attendu une probabilité de 0 à 1.")

    def quantiles(self, rangs: np.ndarray) -> np.ndarray:
        return np.where(np.asarray(rangs) >= 1 - self.probabilite, self.montant, 0.0)

    @property
    def moyenne(self) -> float:
        return self.probabilite * self.montant


@dataclass(frozen=True)
class Discrete:
    """Quelques valeurs, chacune avec sa probabilité (de somme 1)."""

    valeurs: tuple[float, ...]
    probabilites: tuple[float, ...]

    def __post_init__(self) -> None:
        for champ in ("valeurs", "probabilites"):
            lues = tuple(nombre(v, f"la loi discrète, {champ}") for v in suite(getattr(self, champ), f"la loi discrète, {champ}"))
            object.__setattr__(self, champ, lues)
        if not self.valeurs or len(self.valeurs) != len(self.probabilites):
            raise ErreurDonnees(f"Loi discrète : {len(self.valeurs)} valeurs et {len(self.probabilites)} probabilités ; autant de chaque.")
        if min(self.probabilites) < 0 or not math.isclose(sum(self.probabilites), 1, abs_tol=1e-9):
            raise ErreurDonnees(f"Loi discrète : probabilités {self.probabilites} ; attendues positives, de somme 1.")

    def quantiles(self, rangs: np.ndarray) -> np.ndarray:
        ordre = np.argsort(self.valeurs)
        seuils = np.cumsum(np.asarray(self.probabilites)[ordre])[:-1]
        return np.asarray(self.valeurs, dtype=float)[ordre][np.searchsorted(seuils, np.asarray(rangs), side="right")]

    @property
    def moyenne(self) -> float:
        return float(np.dot(self.valeurs, self.probabilites))
