"""La feuille « Relecture » : une ligne par remarque, la cellule en un clic, aucune formule née de nos textes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink

from mutunb import formats
from mutunb.dossier.remarques import Remarque

FEUILLE = "Relecture"
ENTETES = ("Gravité", "Cellule", "Trouvé", "Attendu", "Que faire")
_LARGEURS = (13, 26, 60, 50, 60)
_GRAVITES = {"erreur": "Erreur", "alerte": "À confirmer", "information": "Information"}
_AMORCES = ("=", "+", "-", "@", "\t", "\r")
_LONGUEUR_MAX = 32_000
_RANG_ENTETES = 3


def inoffensif(texte: str) -> str:
    """Le texte sans caractère interdit, et qu'aucun tableur ne prendra pour une formule.

    Examples
    --------
    >>> inoffensif("=1+1")
    "'=1+1"
    """
    propre = ILLEGAL_CHARACTERS_RE.sub(" ", texte)[:_LONGUEUR_MAX]
    return f"'{propre}" if propre.startswith(_AMORCES) else propre


def ecrire_relecture(
    classeur: Workbook,
    fichier: str,
    remarques: Sequence[Remarque],
    onglets: Collection[str],
    couleurs: Mapping[str, str],
) -> None:
    """Ajoute la feuille « Relecture » à la fin du classeur ; un lien mène à chaque cellule d'un onglet présent."""
    feuille = classeur.create_sheet(FEUILLE)
    for colonne, largeur in zip("ABCDE", _LARGEURS, strict=True):
        feuille.column_dimensions[colonne].width = largeur
    _ecrire(feuille["A1"], f"Relecture de {fichier} : {_bilan(remarques)}", gras=True)
    for rang, entete in enumerate(ENTETES, start=1):
        _ecrire(feuille.cell(_RANG_ENTETES, rang), entete, gras=True)
    for ligne, remarque in enumerate(remarques, start=_RANG_ENTETES + 1):
        textes = (_GRAVITES[remarque.gravite], remarque.ou, remarque.trouve, remarque.attendu, remarque.remede)
        for rang, texte in enumerate(textes, start=1):
            _ecrire(feuille.cell(ligne, rang), texte)
        feuille.cell(ligne, 1).fill = PatternFill("solid", fgColor=couleurs[remarque.gravite])
        if remarque.onglet in onglets:
            _lier(feuille.cell(ligne, 2), remarque.onglet, remarque.adresses[0] if remarque.adresses else "A1")
    feuille.freeze_panes = f"A{_RANG_ENTETES + 1}"


def _bilan(remarques: Sequence[Remarque]) -> str:
    if not remarques:
        return "rien à signaler."
    nombres = [sum(remarque.gravite == gravite for remarque in remarques) for gravite in _GRAVITES]
    genres = (("erreur", "erreurs"), ("point à confirmer", "points à confirmer"), ("information", "informations"))
    return formats.liste([formats.pluriel(n, *genre) for n, genre in zip(nombres, genres, strict=True) if n]) + "."


def _ecrire(cellule: Cell, texte: str, gras: bool = False) -> None:
    cellule.value = inoffensif(texte)
    cellule.data_type = "s"
    cellule.font = Font(bold=gras)
    cellule.alignment = Alignment(wrap_text=not gras, vertical="top")


def _lier(cellule: Cell, onglet: str, adresse: str) -> None:
    cible = "'" + onglet.replace("'", "''") + f"'!{adresse}"
    cellule.hyperlink = Hyperlink(ref=cellule.coordinate, location=cible, display=cellule.value)
    cellule.font = Font(color="FF0B5394", underline="single")
