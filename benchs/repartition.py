"""Mesurer les clés et la stabilité : ``python -m benchs.repartition``, depuis la racine du dépôt."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from mutunb.calculs import cles, coeur, coeur_etendue, nucleole, shapley
from mutunb.calculs.coalitions import Jeu
from mutunb.calculs.fonction_cout import FonctionCout


def service(nombre: int, graine: int = 1) -> tuple[Jeu, dict[str, float]]:
    """Jeu d'un service à paliers, et les charges (ETP) de ses communes."""
    tirage = np.random.default_rng(graine)
    charges = {f"C{i:02d}": round(float(c), 4) for i, c in enumerate(tirage.lognormal(-1, 1, nombre))}
    return FonctionCout(charges, 52_000, 15_000, continuite_etp=1).jeu(), charges


def secondes(calcul: Callable[[], object], fois: int = 3) -> float:
    """Meilleure durée d'un calcul, en secondes."""
    durees = []
    for _ in range(fois):
        debut = time.perf_counter()
        calcul()
        durees.append(time.perf_counter() - debut)
    return min(durees)


def mesures() -> dict[str, float]:
    """Secondes de chaque calcul."""
    jeu, charges = service(12)
    grand, charges_90 = service(90)
    parts = cles.partager(jeu.total, charges)
    parts_90 = cles.partager(grand.total, charges_90)
    return {
        "clé de 90 communes, minimum et plafond": secondes(
            lambda: cles.partager(grand.total, charges_90, minimum_eur=500, maximum_eur=grand.total / 5)
        ),
        "cœur, 4 094 coalitions": secondes(lambda: coeur.tester_coeur(jeu, parts)),
        "étendue du cœur, 12 communes": secondes(lambda: coeur_etendue.etendre_coeur(jeu)),
        "Shapley exacte, 12 communes": secondes(lambda: shapley.valeur_shapley(jeu)),
        "nucléole, 12 communes": secondes(lambda: nucleole.nucleole(jeu)),
        "cœur partiel, 90 communes": secondes(lambda: coeur.tester_coeur(grand, parts_90)),
        "Shapley estimée, 90 communes": secondes(lambda: shapley.estimer_shapley(grand)),
    }


if __name__ == "__main__":
    for nom, duree in mesures().items():
        sys.stdout.write(f"{nom} : {duree:.3f} s\n")
