"""Tirer au hasard pour dire l'incertitude : graine fixée, lois nommées, dépendance déclarée, erreur de tirage affichée.

Générateur ``numpy.random.default_rng(graine)`` (PCG64) : la même graine rend le même résultat.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from mutunb.calculs.entrees import TIRAGES_MAX, dictionnaire, entier, montrer, nombre, suite
from mutunb.calculs.lois import Loi, Triangulaire
from mutunb.erreurs import ErreurDonnees

GRAINE, TIRAGES = 20_260_101, 100_000
GENERATEUR = "numpy.random.default_rng (PCG64)"


@dataclass(frozen=True)
class Distribution:
    """Ce que disent les tirages d'une grandeur.

    Attributes
    ----------
    p10, p50, p90, moyenne : float
    probabilite_negative : float
        Part des tirages strictement négatifs (0 à 1).
    erreur_type : float
        Erreur type de cette probabilité : √(p(1−p)/n).
    erreur_type_moyenne : float
        Erreur type de la moyenne : écart-type / √n.
    tirages, graine : int
    """

    p10: float
    p50: float
    p90: float
    moyenne: float
    probabilite_negative: float
    erreur_type: float
    erreur_type_moyenne: float
    tirages: int
    graine: int


def resumer(tirages: np.ndarray, graine: int = GRAINE) -> Distribution:
    """P10, P50, P90, moyenne, probabilité d'être négatif et erreurs types d'une suite de tirages.

    Raises
    ------
    ErreurDonnees
        Aucun tirage, ou un tirage qui n'est pas un nombre.

    Examples
    --------
    >>> resume = resumer(np.array([-1.0, 1.0, 2.0, 3.0]))
    >>> resume.probabilite_negative, resume.p50
    (0.25, 1.5)
    """
    lus, graine = _matrice(tirages, "les tirages"), entier(graine, "la graine", 0)
    if lus.size == 0 or not np.isfinite(lus).all():
        raise ErreurDonnees("Tirages vides, ou dont un n'est pas un nombre : rien à résumer. Une donnée absente n'est pas un zéro.")
    p10, p50, p90 = np.percentile(lus, [10, 50, 90])
    negative, combien = float((lus < 0).mean()), lus.size
    return Distribution(
        float(p10),
        float(p50),
        float(p90),
        float(lus.mean()),
        negative,
        erreur_type_probabilite(negative, combien),
        float(lus.std() / math.sqrt(combien)),
        combien,
        graine,
    )


def erreur_type_probabilite(probabilite: float, tirages: int) -> float:
    """Erreur type d'une probabilité estimée par tirage : √(p(1−p)/n).

    Examples
    --------
    >>> erreur_type_probabilite(0.5, 10_000)
    0.005
    """
    part, combien = nombre(probabilite, "la probabilité"), entier(tirages, "les tirages", 1, 10**15)
    if not 0 <= part <= 1:
        raise ErreurDonnees(f"Probabilité : trouvé {probabilite} ; attendu un nombre de 0 à 1.")
    return math.sqrt(part * (1 - part) / combien)


def _matrice(valeurs: Any, nom: str) -> np.ndarray:
    try:
        return np.asarray(valeurs, dtype=float)
    except (TypeError, ValueError, OverflowError) as cause:
        raise ErreurDonnees(f"Pour {nom} : trouvé {montrer(valeurs)} ; attendu des nombres.") from cause


def tirer(
    lois: Mapping[str, Loi],
    tirages: int = TIRAGES,
    graine: int = GRAINE,
    correlations: Sequence[Sequence[float]] | None = None,
    facteur_commun: float | Mapping[str, float] | None = None,
) -> dict[str, np.ndarray]:
    """Tirages de plusieurs grandeurs, indépendantes ou dépendantes.

    Parameters
    ----------
    lois : Mapping
        Nom → loi (:mod:`mutunb.calculs.lois`).
    tirages, graine : int
    correlations : sequence, optional
        Matrice de corrélation de la copule gaussienne, dans l'ordre de ``lois``.
    facteur_commun : float or Mapping, optional
        Corrélation (0 à 1) de toutes les grandeurs deux à deux, ou poids (−1 à 1) de chacune sur un facteur commun : la
        corrélation de deux grandeurs est alors le produit de leurs poids.

    Raises
    ------
    ErreurDonnees
        Aucune loi, matrice qui n'est pas une corrélation, poids hors bornes, les deux dépendances à la fois.

    Notes
    -----
    Sans dépendance, les tirages sont indépendants : c'est aussi une hypothèse. La corrélation porte sur les gaussiennes
    sous-jacentes, et se retrouve à peu près sur les rangs.

    Examples
    --------
    >>> tires = tirer({"cout": Triangulaire(0, 1, 2)}, tirages=1_000, graine=1)
    >>> bool((tires["cout"] == tirer({"cout": Triangulaire(0, 1, 2)}, tirages=1_000, graine=1)["cout"]).all())
    True
    """
    lois, tirages, graine = dictionnaire(lois, "les lois", "nom → loi"), entier(tirages, "les tirages", 1, TIRAGES_MAX), entier(graine, "la graine", 0)
    if etrangeres := [str(nom) for nom, loi in lois.items() if not hasattr(loi, "quantiles")]:
        raise ErreurDonnees(f"Sans loi : {', '.join(etrangeres)}. Donnez Triangulaire(bas, mode, haut), Uniforme(bas, haut)…")
    if not lois:
        raise ErreurDonnees("Aucune loi à tirer : une au moins est attendue.")
    if correlations is not None and facteur_commun is not None:
        raise ErreurDonnees("Corrélations et facteur commun donnés à la fois : choisissez l'un des deux.")
    generateur = np.random.default_rng(graine)
    if correlations is None and facteur_commun is None:
        rangs = generateur.random((len(lois), tirages))
    else:
        gaussiennes = generateur.standard_normal((len(lois), tirages))
        rangs = ndtr(_dependantes(gaussiennes, list(lois), correlations, facteur_commun, generateur))
    return {nom: loi.quantiles(rangs[rang]) for rang, (nom, loi) in enumerate(lois.items())}


def _dependantes(
    gaussiennes: np.ndarray,
    noms: list[str],
    correlations: Sequence[Sequence[float]] | None,
    facteur_commun: float | Mapping[str, float] | None,
    generateur: np.random.Generator,
) -> np.ndarray:
    if correlations is not None:
        return _racine(_matrice(correlations, "les corrélations"), len(noms)) @ gaussiennes
    poids = _poids(facteur_commun, noms)[:, None]
    return poids * generateur.standard_normal(gaussiennes.shape[1]) + np.sqrt(1 - poids**2) * gaussiennes


def _poids(facteur_commun: float | Mapping[str, float] | None, noms: list[str]) -> np.ndarray:
    if isinstance(facteur_commun, Mapping):
        inconnus = sorted(set(facteur_commun) - set(noms))
        if inconnus:
            raise ErreurDonnees(f"Facteur commun : {', '.join(inconnus)} sans loi. Donnez une loi à chacun.")
        poids = np.array([nombre(facteur_commun.get(nom, 0.0), f"le poids de {nom}") for nom in noms])
    else:
        correlation = nombre(facteur_commun, "la corrélation")
        poids = np.full(len(noms), math.sqrt(correlation) if 0 <= correlation <= 1 else math.nan)
    if not (np.abs(poids) <= 1).all():
        raise ErreurDonnees(f"Facteur commun : trouvé {facteur_commun} ; attendu une corrélation de 0 à 1, ou des poids de −1 à 1.")
    return poids


def _racine(matrice: np.ndarray, combien: int) -> np.ndarray:
    """Racine d'une matrice de corrélation, semi-définie comprise (deux grandeurs qui varient ensemble)."""
    carree = matrice.shape == (combien, combien)
    if not (carree and np.isfinite(matrice).all() and np.allclose(matrice, matrice.T) and np.allclose(np.diag(matrice), 1)):
        raise ErreurDonnees(f"Corrélations : une matrice {combien} × {combien}, symétrique, de diagonale 1, est attendue.")
    valeurs, vecteurs = np.linalg.eigh(matrice)
    if valeurs.min() < -1e-9:
        raise ErreurDonnees("Corrélations impossibles ensemble (matrice non semi-définie positive). Rapprochez-les de zéro.")
    return vecteurs * np.sqrt(np.clip(valeurs, 0, None))


def somme_triangulaires(
    bornes: Sequence[tuple[float, float, float]],
    tirages: int = TIRAGES,
    graine: int = GRAINE,
    correlation: float | None = None,
) -> Distribution:
    """Distribution de la somme de grandeurs triangulaires (bas, mode, haut), indépendantes ou de même corrélation.

    Parameters
    ----------
    bornes : sequence of tuple
        Un triplet (bas, mode, haut) par grandeur ; un coût s'écrit en négatif.
    correlation : float, optional
        Corrélation deux à deux (0 à 1) par un facteur commun.

    Notes
    -----
    Moyenne exacte : somme des (bas + mode + haut) / 3.

    Examples
    --------
    >>> somme = somme_triangulaires([(0, 10, 20), (-5, 0, 5)], tirages=50_000, graine=1)
    >>> abs(somme.moyenne - 10) < 0.1
    True
    """
    triplets = [suite(t, f"la grandeur n° {rang}", 3) for rang, t in enumerate(suite(bornes, "les bornes"), start=1)]
    lois: dict[str, Loi] = {f"grandeur {rang}": Triangulaire(*triplet) for rang, triplet in enumerate(triplets, start=1)}
    tires = tirer(lois, tirages, graine, facteur_commun=correlation)
    return resumer(np.sum(list(tires.values()), axis=0), graine)
