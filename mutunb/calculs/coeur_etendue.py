"""L'ensemble des répartitions stables : vide ou non, effort minimal, et intervalle de chaque part (programmes linéaires).

Jusqu'à douze joueurs, les contraintes des coalitions entrent par paquets (les plus violées d'abord) jusqu'à ce que toutes
soient tenues : le résultat est celui du programme complet, en moins de temps. Au-delà, elles entrent toutes d'un coup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from mutunb.calculs.coalitions import Jeu, Joueur, lire_jeu
from mutunb.calculs.coalitions_testees import GRAINE, JOUEURS_TOUTES, Coalitions, choisir_coalitions
from mutunb.erreurs import ErreurDonnees

PAQUET = 60
#: une contrainte est tenue à cette part du plus grand coût près
PRECISION = 1e-9
#: sous ce montant, l'effort minimal est nul (€)
EFFORT_NUL_EUR = 0.01


@dataclass(frozen=True, eq=False)
class EtendueCoeur:
    """Ce qu'on sait du cœur.

    Attributes
    ----------
    vide : bool
        Vrai si aucune répartition ne satisfait toutes les coalitions éprouvées.
    effort_eur : float
        ``ε*`` si le cœur est vide : ce que chaque coalition accepterait, au minimum, de payer en trop ; 0 sinon.
    marge_eur : float
        Si le cœur n'est pas vide : ce que la moins favorisée des coalitions peut y gagner, au mieux (``−ε*``) ; 0 sinon.
    intervalles : DataFrame
        ``joueur, min_eur, max_eur`` : bornes de sa part parmi les répartitions stables (NaN si le cœur est vide).
    partiel : bool
        Vrai si des coalitions n'ont pas été éprouvées : le vrai cœur est plus étroit, ou vide.
    """

    vide: bool
    effort_eur: float
    marge_eur: float
    intervalles: pd.DataFrame
    partiel: bool


def etendre_coeur(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    joueurs: Sequence[Joueur] | None = None,
    coalitions: Coalitions | None = None,
    graine: int = GRAINE,
    avec_intervalles: bool = True,
) -> EtendueCoeur:
    """Le cœur est-il vide ? Effort minimal s'il l'est, intervalle ``[min, max]`` de chaque part sinon.

    Parameters
    ----------
    couts : Mapping, sequence or Jeu
        Coût de chaque coalition (:func:`mutunb.calculs.coalitions.lire_jeu`).
    coalitions : Coalitions, optional
        Celles à éprouver ; par défaut celles de :func:`mutunb.calculs.coalitions_testees.choisir_coalitions`.
    avec_intervalles : bool
        Calculer l'intervalle de chaque part (deux programmes par joueur).

    Examples
    --------
    >>> etendue = etendre_coeur({"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135})
    >>> etendue.vide, etendue.intervalles.round(2).values.tolist()
    (False, [['A', 25.0, 55.0], ['B', 25.0, 55.0], ['C', 55.0, 60.0]])
    >>> etendre_coeur({"A": 60, "B": 60, "C": 60, "AB": 70, "AC": 70, "BC": 70, "ABC": 120}).effort_eur
    10.0
    """
    jeu = lire_jeu(couts, joueurs)
    coalitions = coalitions or choisir_coalitions(jeu, graine=graine)
    programme = _Programme(coalitions)
    effort = programme.effort()
    vide = effort > EFFORT_NUL_EUR
    intervalles = pd.DataFrame({"joueur": list(jeu.joueurs), "min_eur": np.nan, "max_eur": np.nan})
    if not vide and avec_intervalles:
        bornes = [programme.bornes(rang, max(effort, 0.0)) for rang in range(jeu.nombre)]
        intervalles[["min_eur", "max_eur"]] = bornes
    return EtendueCoeur(
        vide=vide,
        effort_eur=round(effort, 6) if vide else 0.0,
        marge_eur=0.0 if vide else round(max(0.0, -effort), 6),
        intervalles=intervalles,
        partiel=coalitions.partiel,
    )


def effort_minimal(
    couts: Jeu | Mapping[Any, Any] | Sequence[float], joueurs: Sequence[Joueur] | None = None, graine: int = GRAINE
) -> float:
    """Plus petit ``ε`` (€) tel qu'une répartition tienne ``x(S) ≤ c(S) + ε`` pour toute coalition ; négatif si le cœur a
    de l'épaisseur.

    Examples
    --------
    >>> effort_minimal({"A": 60, "B": 40, "AB": 80})
    -10.0
    """
    jeu = lire_jeu(couts, joueurs)
    return round(_Programme(choisir_coalitions(jeu, graine=graine)).effort(), 6)


class _Programme:
    """Programmes linéaires sur les parts, contraintes de coalitions ajoutées à mesure qu'elles sont violées."""

    def __init__(self, coalitions: Coalitions) -> None:
        self.jeu, self.membres = coalitions.jeu, coalitions.membres
        self.nombre = self.jeu.nombre
        total = self.jeu.total
        self.echelle = max(1.0, abs(total), float(np.abs(coalitions.couts).max(initial=0.0)))
        self.couts, self.total = coalitions.couts / self.echelle, total / self.echelle
        effectifs = self.membres.sum(axis=1) if len(self.membres) else np.zeros(0)
        self.actives = (effectifs == 1) | (effectifs == self.nombre - 1) | (self.nombre > JOUEURS_TOUTES)

    def effort(self) -> float:
        """``ε*`` (€), éventuellement négatif ; 0 pour un seul joueur."""
        if not len(self.membres):
            return 0.0
        solution = self._resoudre(np.append(np.zeros(self.nombre), 1.0), libre=True)
        return float(solution[-1]) * self.echelle

    def bornes(self, rang: int, effort_eur: float) -> tuple[float, float]:
        """Plus petite et plus grande part du joueur (€), l'effort étant accordé à chaque coalition."""
        accorde = effort_eur / self.echelle + PRECISION
        objectif = np.eye(self.nombre)[rang]
        bas = self._resoudre(objectif, accorde)[rang]
        haut = self._resoudre(-objectif, accorde)[rang]
        return float(bas) * self.echelle, float(haut) * self.echelle

    def _resoudre(self, objectif: np.ndarray, accorde: float = 0.0, libre: bool = False) -> np.ndarray:
        """Solution ; avec ``libre``, la dernière variable est l'effort accordé à toutes les coalitions."""
        egalite = np.append(np.ones(self.nombre), [0.0] * libre)[None]
        while True:
            lignes = self.membres[self.actives].astype(float)
            matrice = np.hstack([lignes, -np.ones((len(lignes), 1))]) if libre else lignes
            trouve = linprog(
                objectif, matrice if len(lignes) else None, self.couts[self.actives] + accorde if len(lignes) else None,
                egalite, [self.total], bounds=(None, None), method="highs",
            )  # fmt: skip
            if not trouve.success:
                raise ErreurDonnees(f"Programme linéaire du cœur sans solution ({trouve.message}). Vérifiez les coûts.")
            parts, effort = trouve.x[: self.nombre], trouve.x[-1] if libre else accorde
            exces = np.where(self.actives, -np.inf, self.membres @ parts - self.couts - effort)
            if not len(exces) or exces.max() <= PRECISION:
                return trouve.x
            pires = np.argsort(-exces)[:PAQUET]
            self.actives[pires[exces[pires] > PRECISION]] = True
