"""Stabilité du classement : que devient le rang de chaque fonction si les poids et les notes incertaines varient ?

Deux tests. Acceptabilité des rangs : poids tirés uniformément sur le simplexe (Dirichlet 1, 1, 1…), note de départ non
classée tirée uniformément entre faible et fort, graine fixe (``numpy.random.default_rng``). Variation de ±10 points :
chaque poids déplacé de dix points, les autres réduits en proportion.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.calculs.priorites import ECHELLE, NOTES, Priorites

PAS_POIDS = 0.10


@dataclass(frozen=True)
class Stabilite:
    """Résultat du test de stabilité.

    Attributes
    ----------
    table : DataFrame
        Par fonction, dans l'ordre des priorités : ``fonction, rang`` (poids choisis), ``part_premier``,
        ``part_podium`` (parts des tirages au rang 1, aux rangs 1–3), ``rang_p5, rang_median, rang_p95``,
        ``rang_min_10, rang_max_10`` (poids à ±10 points).
    tirages, graine : int
        Nombre de tirages et graine du générateur.
    """

    table: pd.DataFrame
    tirages: int
    graine: int


def eprouver_stabilite(priorites: Priorites, tirages: int = 2000, graine: int = 20260101) -> Stabilite:
    """Acceptabilité des rangs et rangs extrêmes à ±10 points ; même graine, même résultat."""
    generateur = np.random.default_rng(graine)
    poids = generateur.dirichlet(np.ones(len(priorites.axes)), size=tirages)
    notes = _axes_tires(priorites, generateur, tirages)
    rangs = _rangs(np.einsum("tfa,ta->tf", notes, poids))
    table = priorites.table[["fonction", "rang"]].copy()
    table["part_premier"] = (rangs == 1).mean(axis=0)
    table["part_podium"] = (rangs <= 3).mean(axis=0)
    for nom, centile in (("rang_p5", 5), ("rang_median", 50), ("rang_p95", 95)):
        table[nom] = np.percentile(rangs, centile, axis=0, method="nearest").astype(int)
    extremes = _rangs(priorites.table[list(priorites.axes)].to_numpy() @ _poids_deplaces(priorites).T, axe=0)
    table["rang_min_10"] = extremes.min(axis=1)
    table["rang_max_10"] = extremes.max(axis=1)
    return Stabilite(table, tirages, graine)


def _axes_tires(priorites: Priorites, generateur: np.random.Generator, tirages: int) -> np.ndarray:
    """Notes des axes par tirage (tirage × fonction × axe) ; seules les notes non classées varient."""
    fonctions = priorites.table["fonction"].tolist()
    notes = np.repeat(priorites.table[list(priorites.axes)].to_numpy()[None], tirages, axis=0)
    for i, nom in enumerate(fonctions):
        for j, axe in enumerate(priorites.axes):
            if priorites.est_classe(nom, axe):
                continue
            deplacement = sum(s.effets.get(nom, 0.0) for s in priorites.signaux if s.axe == axe)
            departs = generateur.uniform(NOTES["faible"], NOTES["fort"], size=tirages)
            notes[:, i, j] = np.clip(departs + deplacement, *ECHELLE)
    return notes


def _rangs(notes: np.ndarray, axe: int = 1) -> np.ndarray:
    """Rang de chaque fonction (1 = la meilleure note) ; les ex æquo partagent le meilleur rang."""
    lignes = notes if axe == 1 else notes.T
    arrondies = np.round(lignes, 9)
    rangs = 1 + (arrondies[:, None, :] > arrondies[:, :, None]).sum(axis=2)
    return rangs if axe == 1 else rangs.T


def _poids_deplaces(priorites: Priorites) -> np.ndarray:
    """Poids choisis, puis chaque axe déplacé de ±10 points (borné à 0–1), les autres ramenés à la somme restante."""
    base = np.array(list(priorites.poids.values()))
    jeux = [base]
    for i in range(len(base)):
        for pas in (PAS_POIDS, -PAS_POIDS):
            deplace = float(np.clip(base[i] + pas, 0, 1))
            autres = np.delete(base, i)
            reste = autres / autres.sum() if autres.sum() > 0 else np.full(len(autres), 1 / len(autres))
            jeux.append(np.insert(reste * (1 - deplace), i, deplace))
    return np.array(jeux)
