"""Les coalitions qu'on éprouve : toutes jusqu'à douze joueurs ; au-delà, un choix dit et reproductible.

Au-delà de douze : les petits groupes (taille 1 à k), leurs complémentaires (tous sauf eux), les groupes de ceux qui
paieraient le plus face à ce que l'on sait d'eux (voir ``parts``), et un tirage à graine. Le test est alors partiel : il
peut trouver un groupe lésé, il ne peut pas jurer qu'il n'y en a pas d'autre.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np

from mutunb import formats
from mutunb.calculs.coalitions import Jeu, Joueur, membres_des_masques
from mutunb.calculs.entrees import TIRAGES_MAX, entier

JOUEURS_TOUTES = 12
#: coalitions énumérées par taille, au plus ; et coalitions tirées au hasard
ENUMEREES, TIREES = 5_000, 2_000
GRAINE = 20_260_101


@dataclass(frozen=True, eq=False)
class Coalitions:
    """Coalitions strictes non vides à éprouver.

    Attributes
    ----------
    membres : ndarray
        Matrice d'appartenance (coalitions × joueurs).
    couts : ndarray
        Leur coût (€).
    partiel : bool
        Vrai s'il en existe d'autres.
    methode : str
        Ce qui a été éprouvé, en une phrase sans majuscule ni point.
    """

    jeu: Jeu
    membres: np.ndarray
    couts: np.ndarray
    partiel: bool
    methode: str

    def __len__(self) -> int:
        return len(self.couts)


def choisir_coalitions(
    jeu: Jeu,
    parts: Sequence[Mapping[Joueur, Any]] = (),
    toutes_jusqu_a: int = JOUEURS_TOUTES,
    tirages: int = TIREES,
    graine: int = GRAINE,
) -> Coalitions:
    """Coalitions à éprouver : toutes jusqu'à ``toutes_jusqu_a`` joueurs, sinon un choix partiel et reproductible.

    Parameters
    ----------
    parts : sequence of Mapping
        Répartitions à éprouver (€ par joueur) : elles orientent le choix vers les groupes qui ont le plus à gagner.
    tirages, graine : int
        Coalitions tirées au hasard, et graine de ``numpy.random.default_rng``.

    Examples
    --------
    >>> from mutunb.calculs.coalitions import lire_jeu
    >>> len(choisir_coalitions(lire_jeu(lambda s: 1.0, ["A", "B", "C"])))
    6
    """
    nombre = jeu.nombre
    if nombre <= toutes_jusqu_a:
        membres = membres_des_masques(np.arange(1, (1 << nombre) - 1), nombre)
        couts = jeu.couts(membres) if len(membres) else np.zeros(0)
        return Coalitions(jeu, membres, couts, False, "toutes les coalitions")
    tirages, graine = entier(tirages, "les tirages", 0, TIRAGES_MAX), entier(graine, "la graine", 0)
    taille = _taille(nombre)
    petites = np.concatenate([_de_taille(nombre, k) for k in range(1, taille + 1)])
    groupes = [petites, ~petites, _tirees(nombre, tirages, graine), *(_prefixes(jeu, jeu.vecteur(p)) for p in parts)]
    membres = np.unique(np.concatenate(groupes), axis=0)
    effectifs = membres.sum(axis=1)
    membres = membres[(effectifs > 0) & (effectifs < nombre)]
    tailles = "chacun seul, tous sauf un" if taille == 1 else f"groupes de 1 à {taille}, tous sauf 1 à {taille}"
    methode = (
        f"{tailles}, groupes de ceux qui paient le plus, et {formats.nombre(tirages)} groupes "
        f"tirés au hasard, graine {graine}"
    )
    return Coalitions(jeu, membres, jeu.couts(membres), True, methode)


def _taille(nombre: int) -> int:
    """La plus grande taille dont l'énumération complète tient dans le budget (au moins 1, au plus 4)."""
    total = 0
    for taille in range(1, 5):
        total += comb(nombre, taille)
        if total > ENUMEREES:
            return max(1, taille - 1)
    return 4


def _de_taille(nombre: int, taille: int) -> np.ndarray:
    groupes = np.array(list(combinations(range(nombre), taille)))
    membres = np.zeros((len(groupes), nombre), dtype=bool)
    np.put_along_axis(membres, groupes, True, axis=1)
    return membres


def _tirees(nombre: int, tirages: int, graine: int) -> np.ndarray:
    """Coalitions au hasard : taille uniforme, puis membres uniformes à cette taille."""
    generateur = np.random.default_rng(graine)
    tailles = generateur.integers(1, nombre, size=tirages)
    ordres = generateur.random((tirages, nombre)).argsort(axis=1).argsort(axis=1)
    return ordres < tailles[:, None]


def _prefixes(jeu: Jeu, parts: np.ndarray) -> np.ndarray:
    """Groupes de ceux qui paient le plus face à leur coût seul, ou face à ce que leur départ ferait économiser."""
    seuls, propres = jeu.seuls, jeu.total - jeu.sans_lui
    with np.errstate(divide="ignore", invalid="ignore"):
        criteres = (parts - seuls, parts / seuls, parts - propres, parts / propres, parts)
    prefixes = []
    for critere in criteres:
        ordre = np.argsort(-np.nan_to_num(critere, nan=0.0, posinf=1e18, neginf=-1e18), kind="stable")
        prefixe = np.zeros((jeu.nombre, jeu.nombre), dtype=bool)
        prefixe[:, ordre] = np.tri(jeu.nombre, dtype=bool)
        prefixes += [prefixe, ~prefixe]
    return np.concatenate(prefixes)
