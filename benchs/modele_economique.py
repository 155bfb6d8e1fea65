"""Mesurer le modèle économique : ``python -m benchs.modele_economique [SIREN]``, depuis la racine du dépôt."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from mutunb.calculs.modele_economique import modele_economique
from mutunb.calculs.monte_carlo import somme_triangulaires
from mutunb.calculs.projet import projeter
from mutunb.dossier import ouvrir

TIRAGES = 100_000


def mesurer(siren: str) -> dict[str, float]:
    """Millisecondes de la première lecture, d'un changement d'hypothèse, de la tornade et des tirages."""
    projet = projeter(ouvrir(siren))
    premier = _chronometrer(lambda: modele_economique(projet).trajectoire.etude)
    curseur = _chronometrer(lambda: modele_economique(projet, hypotheses={"conduite_projet": 40_000}).trajectoire.etude)
    modele = modele_economique(projet, tirages=TIRAGES)
    return {
        "première lecture du dossier": premier,
        "changement d'hypothèse": curseur,
        "tornade": _chronometrer(lambda: modele.facteurs),
        f"{TIRAGES} tirages de la VAN": _chronometrer(lambda: modele.incertitude),
        f"{TIRAGES} tirages d'une somme de 10 triangulaires": _chronometrer(lambda: somme_triangulaires([(0, 1, 2)] * 10, TIRAGES)),
    }


def _chronometrer(geste: Callable[[], object]) -> float:
    debut = time.perf_counter()
    geste()
    return (time.perf_counter() - debut) * 1000


if __name__ == "__main__":
    for quoi, millisecondes in mesurer(sys.argv[1] if len(sys.argv) > 1 else "999999998").items():
        sys.stdout.write(f"{quoi} : {millisecondes:.0f} ms\n")
