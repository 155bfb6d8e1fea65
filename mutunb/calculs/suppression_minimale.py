"""Le masque le moins cher, prouvé : programme linéaire en nombres entiers, témoins ajoutés au fur et à mesure.

Une variable binaire par cellule (masquée ou non) ; pour chaque cellule qui resterait exposée, un témoin dont les
écarts ne passent que par des cellules masquées. Réservé aux tableaux modestes : au-delà, le choix glouton suffit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, lil_array

#: cellules, et variables d'écart, au-delà desquelles le choix glouton est gardé
CELLULES_MAXIMALES = 300
TAILLE_MAXIMALE = 6_000
NOEUDS = 400
#: un témoin déplace une cellule d'au plus ce nombre d'écarts voulus
AMPLITUDE = 4.0


@dataclass(frozen=True)
class Exposee:
    """Une cellule à mettre à l'abri : sa place, les additions de sa mesure, les baisses et hausses permises.

    Attributes
    ----------
    baisses : ndarray
        Baisse possible de chaque cellule, en nombre d'écarts voulus ; 0 pour une cellule non chiffrée.
    hausses : ndarray
        Hausse possible, de même.
    """

    cellule: int
    matrice: csr_array
    baisses: np.ndarray
    hausses: np.ndarray


@dataclass(frozen=True)
class Probleme:
    """Ce qu'il faut masquer au moins, ce qui ne peut l'être, à quel prix, et les restes qui demandent des agents."""

    prix: np.ndarray
    imposees: np.ndarray
    interdites: np.ndarray
    effectifs: np.ndarray
    additions: Sequence[tuple[int, tuple[int, ...]]]
    seuil: float


def chercher_minimum(
    probleme: Probleme, depart: np.ndarray, exposees: Callable[[np.ndarray], list[Exposee]]
) -> np.ndarray:
    """Masque au moindre prix, ou ``depart`` (valide) si le problème est trop grand ou la recherche trop longue.

    Parameters
    ----------
    probleme : Probleme
    depart : ndarray
        Masque valide déjà connu.
    exposees : callable
        Masque → cellules qu'il laisse exposées.
    """
    suivies: dict[tuple[int, int], Exposee] = {}
    masque = _resoudre(probleme, []) if len(depart) <= CELLULES_MAXIMALES else None
    if masque is None:
        return depart
    while nouvelles := exposees(masque):
        suivies |= {(e.cellule, id(e.matrice)): e for e in nouvelles}
        if len(suivies) * len(depart) > TAILLE_MAXIMALE:
            return depart
        trouve = _resoudre(probleme, list(suivies.values()))
        if trouve is None or probleme.prix[trouve].sum() >= probleme.prix[depart].sum() - 1e-9:
            return depart
        masque = trouve
    return masque


def _resoudre(probleme: Probleme, suivies: Sequence[Exposee]) -> np.ndarray | None:
    nombre = len(probleme.prix)
    bloc = nombre + 2  # les écarts d'un témoin, puis son sens (hausse, baisse)
    taille = nombre + bloc * len(suivies)
    contraintes = _restes(probleme, taille)
    for rang, exposee in enumerate(suivies):
        contraintes += _temoin(exposee, nombre, nombre + bloc * rang, taille)
    entieres = np.zeros(taille)
    entieres[:nombre] = 1
    bas, haut = np.full(taille, -AMPLITUDE), np.full(taille, AMPLITUDE)
    bas[:nombre], haut[:nombre] = probleme.imposees, ~probleme.interdites
    for rang in range(len(suivies)):
        sens = slice(nombre + bloc * rang + nombre, nombre + bloc * (rang + 1))
        entieres[sens], bas[sens], haut[sens] = 1, 0, 1
    prix = np.concatenate([probleme.prix, np.zeros(taille - nombre)])
    solution = milp(
        prix, integrality=entieres, bounds=Bounds(bas, haut), constraints=contraintes, options={"node_limit": NOEUDS}
    )
    return None if solution.x is None or not solution.success else solution.x[:nombre] > 0.5


def _restes(probleme: Probleme, taille: int) -> list[LinearConstraint]:
    """Chaque reste calculable porte sur assez d'agents : Σ effectifs masqués ≥ seuil × (partie masquée − total masqué)."""
    lignes = [(total, parties, partie) for total, parties in probleme.additions for partie in parties]
    if not lignes:
        return []
    matrice = lil_array((len(lignes), taille))
    for rang, (total, parties, partie) in enumerate(lignes):
        for autre in parties:
            matrice[rang, autre] = probleme.effectifs[autre]
        matrice[rang, partie] -= probleme.seuil
        matrice[rang, total] = probleme.seuil
    return [LinearConstraint(matrice.tocsr(), 0, np.inf)]


def _temoin(exposee: Exposee, nombre: int, debut: int, taille: int) -> list[LinearConstraint]:
    """Un témoin qui déplace la cellule d'un écart voulu si elle est masquée, par des cellules masquées seulement."""
    additions = lil_array((exposee.matrice.shape[0] + 2, taille))
    additions[: exposee.matrice.shape[0], debut : debut + nombre] = exposee.matrice
    depart, hausse, baisse = exposee.matrice.shape[0], debut + nombre, debut + nombre + 1
    additions[depart, debut + exposee.cellule], additions[depart, hausse], additions[depart, baisse] = 1, -1, 1
    additions[depart + 1, hausse], additions[depart + 1, baisse], additions[depart + 1, exposee.cellule] = 1, 1, -1
    bornes = lil_array((2 * nombre, taille))
    for cellule in range(nombre):
        bornes[cellule, debut + cellule], bornes[cellule, cellule] = 1, exposee.baisses[cellule]
        bornes[nombre + cellule, debut + cellule], bornes[nombre + cellule, cellule] = -1, exposee.hausses[cellule]
    return [LinearConstraint(additions.tocsr(), 0, 0), LinearConstraint(bornes.tocsr(), 0, np.inf)]
