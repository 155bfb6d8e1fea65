"""Rendre un classeur relu : commentaires et couleurs dans les cellules en cause, une feuille « Relecture », rien d'autre.

Le classeur reçu n'est jamais modifié : la relecture est une copie. Un fichier que l'on ne sait pas annoter en place
(.xls, .ods, .csv, classeur abîmé) donne un récapitulatif .xlsx seul.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import openpyxl
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from mutunb import chemins
from mutunb.dossier.feuille_relecture import FEUILLE, ecrire_relecture, inoffensif
from mutunb.dossier.liste_controles import GRAVITES
from mutunb.dossier.remarques import Remarque

AUTEUR = "mutunb"
_MARQUE = "— Relecture mutunb —"
_EXTENSIONS = (".xlsx", ".xlsm")
#: couleurs lisibles en noir ; le commentaire dit la gravité en toutes lettres
COULEURS = {"erreur": "FFF4B6B6", "alerte": "FFFFE699", "information": "FFD9E8F6"}
#: au-delà, une fois décompressé, l'annotation en place prendrait des gigaoctets : le récapitulatif suffit
OCTETS_ANNOTABLES = 40 * 1024 * 1024
_LARGEUR, _HAUTEUR_LIGNE, _CARACTERES_PAR_LIGNE = 380, 18, 58


def annoter(chemin: Path, remarques: Iterable[Remarque], dossier: Path) -> Path:
    """Écrit la relecture d'un fichier reçu dans ``dossier`` et rend son chemin.

    Parameters
    ----------
    chemin : Path
        Fichier reçu ; il n'est que lu.
    remarques : iterable of Remarque
        Ce qu'il y a à dire de ce fichier.
    dossier : Path
        Où écrire ``<nom>_annote.xlsx`` (ou ``.xlsm`` pour un classeur à macros).
    """
    remarques = sorted(remarques, key=lambda remarque: GRAVITES.index(remarque.gravite))
    classeur = _ouvrir(chemin)
    if classeur is None:
        classeur, onglets = Workbook(), ()
        classeur.remove(classeur.active)
        nom = f"{_radical(chemin)}_annote.xlsx"
    else:
        onglets = tuple(feuille.title for feuille in classeur.worksheets)
        nom = f"{chemin.stem}_annote{chemin.suffix.lower()}"
        _effacer_relecture(classeur)
        _annoter_cellules(classeur, remarques)
    ecrire_relecture(classeur, chemin.name, remarques, [titre for titre in onglets if titre != FEUILLE], COULEURS)
    tampon = io.BytesIO()
    classeur.save(tampon)
    return chemins.ecrire(dossier / nom, tampon.getvalue())


def _radical(chemin: Path) -> str:
    """Nom sans extension ; avec elle quand un voisin ne s'en distingue que par là."""
    homonymes = [voisin for voisin in chemin.parent.iterdir() if voisin.stem == chemin.stem]
    return chemin.name.replace(".", "_") if len(homonymes) > 1 else chemin.stem


def _ouvrir(chemin: Path) -> Workbook | None:
    """Le classeur, formules comprises ; ``None`` si l'on ne sait pas le rouvrir sans le dénaturer."""
    if chemin.suffix.lower() not in _EXTENSIONS:
        return None
    try:
        if _poids(chemin) > OCTETS_ANNOTABLES:
            return None
        return openpyxl.load_workbook(chemin, keep_vba=chemin.suffix.lower() == ".xlsm", rich_text=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError):
        return None  # la lecture a déjà dit ce qui n'allait pas


def _poids(chemin: Path) -> int:
    """Octets d'un classeur une fois décompressé, d'après son sommaire."""
    with zipfile.ZipFile(chemin) as archive:
        return sum(membre.file_size for membre in archive.infolist())


def _effacer_relecture(classeur: Workbook) -> None:
    """Ôte les marques d'une relecture précédente, que la mairie a pu renvoyer avec ses corrections."""
    if FEUILLE in classeur.sheetnames:
        classeur.remove(classeur[FEUILLE])
    for feuille in classeur.worksheets:
        for cellule in (cellule for ligne in feuille.iter_rows() for cellule in ligne if cellule.comment):
            propre, marque, _ = cellule.comment.text.partition(_MARQUE)
            if not marque:
                continue
            cellule.comment = Comment(propre.rstrip(), cellule.comment.author) if propre.strip() else None
            if cellule.fill.fgColor.rgb in COULEURS.values():
                cellule.fill = PatternFill()


def _annoter_cellules(classeur: Workbook, remarques: Sequence[Remarque]) -> None:
    par_cellule: dict[tuple[str, str], list[Remarque]] = {}
    for remarque in remarques:
        for adresse in remarque.adresses:
            par_cellule.setdefault((remarque.onglet, adresse), []).append(remarque)
    for (onglet, adresse), lot in par_cellule.items():
        feuille = classeur[onglet] if onglet in classeur.sheetnames else None
        if isinstance(feuille, Worksheet):
            _marquer(_cellule(feuille, adresse), lot)


def _cellule(feuille: Worksheet, adresse: str) -> Cell:
    """La cellule, ou le coin de la zone fusionnée qui la contient."""
    cellule = feuille[adresse]
    if isinstance(cellule, MergedCell):
        zone = next(zone for zone in feuille.merged_cells.ranges if adresse in zone)
        cellule = feuille.cell(zone.min_row, zone.min_col)
    return cellule


def _marquer(cellule: Cell, lot: Sequence[Remarque]) -> None:
    """Commentaire (à la suite de celui de la mairie) et couleur de la remarque la plus grave."""
    textes = list(dict.fromkeys(remarque.phrase for remarque in lot))
    deja = f"{cellule.comment.text.rstrip()}\n\n" if cellule.comment else ""
    texte = inoffensif("\n\n".join([f"{deja}{_MARQUE}", *textes]))
    lignes = sum(1 + len(ligne) // _CARACTERES_PAR_LIGNE for ligne in texte.split("\n"))
    auteur = cellule.comment.author if cellule.comment else AUTEUR
    cellule.comment = Comment(texte, auteur, height=_HAUTEUR_LIGNE * (lignes + 1), width=_LARGEUR)
    cellule.fill = PatternFill("solid", fgColor=COULEURS[lot[0].gravite])


