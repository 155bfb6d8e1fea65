"""Un passage d'un concurrent, dans son processus : se préparer, le dire, attendre le départ, produire, le dire."""

from __future__ import annotations

import sys

from benchs.execution import concurrents
from benchs.execution.mesure import FINI, PRET


def passer(nom: str, sirens: list[str]) -> None:
    """Produit une fois pour chauffer (sauf la ligne de commande, qui repart toujours de zéro), puis pour la mesure."""
    with concurrents.ouvrir(nom) as produire:
        if nom != "cli":
            produire(sirens if nom in concurrents.ENSEMBLE else sirens[:1])
        sys.stdout.write(f"{PRET}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        produire(sirens)
        sys.stdout.write(f"{FINI}\n")
        sys.stdout.flush()
        sys.stdin.readline()


if __name__ == "__main__":
    passer(sys.argv[1], sys.argv[2:])
