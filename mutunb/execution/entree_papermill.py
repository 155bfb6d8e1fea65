"""Porte d'entrée du moteur pour papermill (point d'entrée ``papermill.engine``).

N'importe pas papermill : papermill charge ce module pendant son propre import, quel que soit le premier des deux demandé.
"""

from __future__ import annotations

from typing import Any


class Entree:
    """Tient lieu du moteur, qui ne se charge qu'au premier appel : tout vient de ``moteur_rapide.MoteurMutunb``."""

    def __getattr__(self, nom: str) -> Any:
        from mutunb.execution.moteur_rapide import MoteurMutunb

        return getattr(MoteurMutunb, nom)


MOTEUR = Entree()
