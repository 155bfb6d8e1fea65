"""Une ligne lue d'un fichier : ses valeurs par champ, et d'où elles viennent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass
class LigneLue:
    """Une ligne du questionnaire telle qu'un fichier la donne.

    Attributes
    ----------
    valeurs : dict
        Champ → valeur lue ; une absence n'y est pas.
    numero : int
        Numéro de ligne que montre le tableur.
    places : Mapping[str, str]
        Champ → lettre de colonne, pour nommer une cellule.
    specifique : bool
        Vrai si le fichier ne parle que d'une entité.
    """

    feuille: str
    fichier: str
    onglet: str
    numero: int
    valeurs: dict[str, object]
    places: Mapping[str, str] = field(default_factory=dict)
    specifique: bool = False

    def endroit(self, champ: str) -> str:
        """« fichier, feuille, cellule B12 »."""
        lettre = self.places.get(champ)
        return f"{self.fichier}, {self.onglet}, {f'cellule {lettre}{self.numero}' if lettre else f'ligne {self.numero}'}"
