"""Valeur de Shapley : ce que chacun ajoute au coût, en moyenne sur tous les ordres d'arrivée.

Elle explique bien les coûts marginaux. Rien, dans ses axiomes (efficacité, symétrie, joueur neutre, additivité), n'assure
qu'aucun groupe ne ferait mieux seul : hors du cas où les coûts sont sous-modulaires, elle peut être hors du cœur. Ce n'est
donc jamais « la juste clé ».
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np

from mutunb.calculs.coalitions import Jeu, Joueur, lire_jeu, materialiser
from mutunb.calculs.coalitions_testees import GRAINE
from mutunb.calculs.entrees import TIRAGES_MAX, entier
from mutunb.erreurs import ErreurDonnees

#: joueurs au plus pour un calcul sur toutes les coalitions
JOUEURS_EXACTS = 16
TIRAGES = 2_000
#: lignes d'appartenance évaluées d'un coup
LOT = 40_000


@dataclass(frozen=True, eq=False)
class Shapley:
    """Valeur de Shapley et sa précision.

    Attributes
    ----------
    valeurs_eur : dict
        Joueur → part (€) ; leur somme est le coût de tous.
    erreurs_types_eur : dict
        Joueur → erreur type de l'estimation (€) ; 0 si le calcul est exact.
    exact : bool
    tirages, graine : int or None
        Ordres d'arrivée tirés et graine de ``numpy.random.default_rng`` ; ``None`` si le calcul est exact.
    """

    valeurs_eur: dict[Joueur, float]
    erreurs_types_eur: dict[Joueur, float]
    exact: bool
    tirages: int | None = None
    graine: int | None = None


def valeur_shapley(
    couts: Jeu | Mapping[Any, Any] | Sequence[float], joueurs: Sequence[Joueur] | None = None
) -> dict[Joueur, float]:
    """Valeur de Shapley exacte de chaque joueur (€), sur toutes les coalitions.

    Parameters
    ----------
    couts : Mapping, sequence, callable or Jeu
        Coût de chaque coalition (:func:`mutunb.calculs.coalitions.lire_jeu`).
    joueurs : sequence, optional
        Obligatoire si ``couts`` est une suite rangée par masque ou une fonction.

    Raises
    ------
    ErreurDonnees
        Plus de 16 joueurs : employez :func:`estimer_shapley`.

    Notes
    -----
    ``φ_i = Σ_S |S|! (n−|S|−1)! / n! × (c(S∪i) − c(S))``, sur les coalitions ``S`` sans ``i``.

    Examples
    --------
    >>> valeur_shapley({"A": 10, "B": 20, "AB": 24})
    {'A': 7.0, 'B': 17.0}
    >>> {j: round(v, 2) for j, v in valeur_shapley(lambda s: max(s, default=0), [1, 2, 3]).items()}
    {1: 0.33, 2: 0.83, 3: 1.83}
    """
    jeu = lire_jeu(couts, joueurs)
    if jeu.nombre > JOUEURS_EXACTS:
        raise ErreurDonnees(f"{jeu.nombre} joueurs : au-delà de {JOUEURS_EXACTS}, estimez avec « estimer_shapley ».")
    table = (jeu if jeu.table is not None else materialiser(jeu)).table
    masques = np.arange(len(table))
    tailles = np.bitwise_count(masques)
    nombre = jeu.nombre
    poids = np.array([factorial(k) * factorial(nombre - k - 1) / factorial(nombre) for k in range(nombre)])
    valeurs = {}
    for rang, joueur in enumerate(jeu.joueurs):
        sans = masques[masques >> rang & 1 == 0]
        valeurs[joueur] = float(poids[tailles[sans]] @ (table[sans | 1 << rang] - table[sans]))
    return valeurs


def estimer_shapley(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    joueurs: Sequence[Joueur] | None = None,
    tirages: int = TIRAGES,
    graine: int = GRAINE,
    exact_jusqu_a: int = JOUEURS_EXACTS,
) -> Shapley:
    """Valeur de Shapley : exacte jusqu'à ``exact_jusqu_a`` joueurs, estimée au-delà sur des ordres tirés au hasard.

    Parameters
    ----------
    tirages : int
        Ordres d'arrivée tirés (au moins 2).
    graine : int
        Même graine, même résultat, quel que soit l'ordre dans lequel les joueurs sont donnés.

    Returns
    -------
    Shapley
        Chaque tirage partage exactement le coût de tous : l'estimation ferme aussi.

    Examples
    --------
    >>> jeu = lire_jeu(lambda s: float(len(s)) ** 0.5, range(20))
    >>> estimation = estimer_shapley(jeu, tirages=200)
    >>> estimation.exact, round(sum(estimation.valeurs_eur.values()), 6) == round(20 ** 0.5, 6)
    (False, True)
    """
    jeu = lire_jeu(couts, joueurs)
    if jeu.nombre <= entier(exact_jusqu_a, "le nombre de joueurs d'un calcul exact"):
        return Shapley(valeur_shapley(jeu), dict.fromkeys(jeu.joueurs, 0.0), exact=True)
    tirages, graine = entier(tirages, "les tirages", 2, TIRAGES_MAX), entier(graine, "la graine", 0)
    contributions = _contributions(jeu, tirages, graine)
    moyennes = contributions.mean(axis=0)
    erreurs = contributions.std(axis=0, ddof=1) / np.sqrt(tirages)
    return Shapley(
        dict(zip(jeu.joueurs, moyennes.tolist(), strict=True)),
        dict(zip(jeu.joueurs, erreurs.tolist(), strict=True)),
        exact=False,
        tirages=tirages,
        graine=graine,
    )


def _contributions(jeu: Jeu, tirages: int, graine: int) -> np.ndarray:
    """Contribution marginale de chaque joueur (colonnes) dans chaque ordre tiré (lignes)."""
    nombre = jeu.nombre
    tries = np.array(sorted(range(nombre), key=lambda rang: str(jeu.joueurs[rang])))
    ordres = tries[np.random.default_rng(graine).random((tirages, nombre)).argsort(axis=1)]
    contributions = np.empty((tirages, nombre))
    pas = max(1, LOT // (nombre + 1))
    for debut in range(0, tirages, pas):
        lot = ordres[debut : debut + pas]
        places = lot.argsort(axis=1)  # place de chaque joueur dans l'ordre
        presents = places[:, None, :] < np.arange(nombre + 1)[None, :, None]
        couts = jeu.couts(presents.reshape(-1, nombre)).reshape(len(lot), nombre + 1)
        np.put_along_axis(contributions[debut : debut + pas], lot, np.diff(couts, axis=1), axis=1)
    return contributions
