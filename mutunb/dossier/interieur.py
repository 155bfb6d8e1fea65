"""Ce qu'un fichier de tableur dit et que la lecture rapide tait : erreurs, formats en %, taille vraie, propriétés."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from mutunb.dossier.grille import CELLULES_MAX, LIGNES_MAX

Place = tuple[int, int]


@dataclass
class InterieurFeuille:
    """Ce que le XML d'une feuille ajoute à ses valeurs ; lignes et colonnes comptées à partir de 0.

    Attributes
    ----------
    fautives : dict
        Place → erreur de tableur, que la lecture rapide rend vide.
    en_pourcent : set
        Places des nombres au format « 0 % ».
    fusions : list
        Plages fusionnées, quand la lecture rapide ne les donne pas.
    lignes, colonnes : int
        Étendue remplie.
    """

    fautives: dict[Place, str] = field(default_factory=dict)
    en_pourcent: set[Place] = field(default_factory=set)
    fusions: list[tuple[Place, Place]] = field(default_factory=list)
    lignes: int = 0
    colonnes: int = 0

    @property
    def demesuree(self) -> bool:
        """Vrai si la feuille dépasse ce que l'on accepte de charger."""
        return self.lignes > LIGNES_MAX or self.lignes * self.colonnes > CELLULES_MAX


@dataclass
class Interieur:
    """Ce qu'un classeur dit de lui, avant d'être chargé.

    ``d_un_bloc`` : vrai si toutes ses feuilles se chargent ensemble ; une seule démesurée interdit les autres.
    """

    feuilles: Mapping[str, InterieurFeuille] = field(default_factory=dict)
    origine_1904: bool = False
    proprietes: Mapping[str, str] = field(default_factory=dict)
    d_un_bloc: bool = False

    @property
    def demesurees(self) -> frozenset[str]:
        """Noms des feuilles trop grandes."""
        return frozenset(nom for nom, feuille in self.feuilles.items() if feuille.demesuree)
