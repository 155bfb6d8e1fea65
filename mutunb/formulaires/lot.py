"""Savoir si quelqu'un est devant l'écran : en lot, aucun formulaire ne se construit."""

from __future__ import annotations

import os
from dataclasses import dataclass

from IPython import get_ipython

#: posée par les moteurs de mutunb ; « 0 » force le formulaire, tout autre texte l'écarte
VARIABLE = "MUTUNB_LOT"
#: ce que JupyterLab et VS Code posent dans l'environnement du noyau, et que papermill ne pose pas
FRONTAUX = ("JPY_SESSION_NAME", "VSCODE_PID", "VSCODE_CWD")


def en_lot() -> bool:
    """Vrai sans écran interactif : variable ``MUTUNB_LOT``, papermill, nbconvert, script."""
    if (demande := os.environ.get(VARIABLE, "")) != "":
        return demande != "0"
    return getattr(get_ipython(), "kernel", None) is None or not any(os.environ.get(nom) for nom in FRONTAUX)


@dataclass(frozen=True)
class Phrase:
    """Ce qui tient lieu de formulaire en lot : une phrase, sans bouton."""

    texte: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": self.texte, "text/markdown": self.texte}
