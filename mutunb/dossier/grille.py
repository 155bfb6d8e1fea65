"""Une feuille de classeur en mémoire : ses cellules, et ce qu'un tableur en sait de plus (fusions, erreurs, dates)."""

from __future__ import annotations

from dataclasses import dataclass

#: au-delà, on ne lit pas : une feuille de mairie tient en quelques milliers de lignes
LIGNES_MAX = 200_000
CELLULES_MAX = 6_000_000
OCTETS_MAX = 200 * 1024 * 1024


@dataclass
class Grille:
    """Les cellules d'un onglet, de A1 à la dernière remplie.

    Attributes
    ----------
    onglet : str
        Nom de la feuille ; vide pour un CSV.
    cellules : list of list
        Lignes de cellules brutes ; une erreur de tableur y est un texte (« #REF! »).
    fusions : tuple
        Plages fusionnées ((ligne, colonne), (ligne, colonne)), à partir de 0.
    origine_1904 : bool
        Vrai si le classeur compte ses jours depuis 1904.
    masquee : bool
        Vrai pour un onglet masqué.
    """

    onglet: str
    cellules: list[list[object]]
    fusions: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()
    origine_1904: bool = False
    masquee: bool = False

    def cellule(self, ligne: int, colonne: int) -> object:
        """Cellule (à partir de 0), ``""`` hors de la feuille."""
        rangee = self.cellules[ligne] if ligne < len(self.cellules) else []
        return rangee[colonne] if colonne < len(rangee) else ""


def lettres(colonne: int) -> str:
    """Lettres d'une colonne comptée à partir de 0.

    Examples
    --------
    >>> lettres(0), lettres(27)
    ('A', 'AB')
    """
    ecrit = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        ecrit = chr(65 + reste) + ecrit
    return ecrit


def rang_de(ecrit: str) -> int:
    """Rang (à partir de 0) d'une colonne donnée par ses lettres."""
    rang = 0
    for lettre in ecrit.upper():
        rang = rang * 26 + ord(lettre) - 64
    return rang - 1


def adresse(ligne: int, colonne: int) -> str:
    """« B12 » pour la ligne 11 et la colonne 1, comptées à partir de 0."""
    return f"{lettres(colonne)}{ligne + 1}"
