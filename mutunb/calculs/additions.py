"""Rassembler les cellules et les additions que plusieurs tableaux laissent lire, pour les masquer ensemble.

:mod:`mutunb.calculs.masquage` croise deux dimensions ; ici, une cellule porte le nom qu'on lui donne et une addition
relie celles qu'on veut : sous-totaux qui se recoupent, total de quatre fonctions, part comparée d'un total.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from mutunb.calculs.masquage import ECART
from mutunb.calculs.suppression import Cle, Mesure, Systeme, choisir
from mutunb.erreurs import ErreurDonnees

MESURE = "valeur"


@dataclass
class Additions:
    """Cellules (nom, valeur, agents) et additions entre elles ; ``masquees`` dit ce qui ne doit pas se montrer."""

    cles: list[Cle] = field(default_factory=list)
    valeurs: list[float] = field(default_factory=list)
    agents: list[float] = field(default_factory=list)
    sensibles: list[bool] = field(default_factory=list)
    sommes: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    def poser(self, cle: Cle, valeur: float, agents: float, sensible: bool = False) -> Cle:
        """Ajoute une cellule, une fois, ``sensible`` si elle se masque quel que soit le nombre d'agents ; NaN ne se pose pas."""
        if np.isfinite(valeur) and cle not in self.cles:
            self.cles.append(cle)
            self.valeurs.append(float(valeur))
            self.agents.append(float(agents))
            self.sensibles.append(sensible)
        return cle

    def additionner(self, total: Cle, parties: Iterable[Cle]) -> None:
        """Dit que ce total est la somme de ces parties ; une cellule absente n'entre dans aucune addition."""
        posees = tuple(sorted({self.cles.index(p) for p in parties if p in self.cles}))
        if total in self.cles and posees:
            self.sommes.append((self.cles.index(total), posees))

    def sommer(self, total: Cle, parties: Iterable[Cle], agents: float | None = None, sensible: bool = False) -> None:
        """Pose la somme de ces parties et l'addition qui la dit ; ``agents`` : ceux de la somme, s'ils ne s'additionnent pas."""
        parties = [p for p in parties if p in self.cles]
        rangs = [self.cles.index(p) for p in parties]
        if rangs:
            compte = sum(self.agents[r] for r in rangs) if agents is None else agents
            self.poser(total, sum(self.valeurs[r] for r in rangs), compte, sensible)
            self.additionner(total, parties)

    def masquees(self, seuil: float) -> frozenset[Cle]:
        """Cellules à masquer, complémentaires comprises ; toutes, si le masquage ne se prouve pas."""
        if not self.cles:
            return frozenset()
        mesure = Mesure(np.array(self.valeurs), tuple(sorted(set(self.sommes))))
        agents = np.array(self.agents)
        retenus = np.where(self.sensibles, np.minimum(agents, seuil - 1), agents)  # sous le seuil : à cacher
        systeme = Systeme(tuple(self.cles), retenus, {MESURE: mesure})
        try:
            _, masque = choisir(systeme, seuil, ECART)
        except ErreurDonnees:
            return frozenset(self.cles)
        return frozenset(self.cles[rang] for rang in np.flatnonzero(masque))
