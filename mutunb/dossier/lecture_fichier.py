"""Ouvrir un fichier renvoyé, quel que soit son format, en grilles de cellules ; le refuser s'il est démesuré ou abîmé."""

from __future__ import annotations

import contextlib
import io
import os
import re
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from mutunb.dossier import interieur_ods, interieur_xlsx
from mutunb.dossier.ecriture_brute import Pourcentage
from mutunb.dossier.grille import CELLULES_MAX, LIGNES_MAX, OCTETS_MAX, Grille
from mutunb.dossier.interieur import Interieur, InterieurFeuille
from mutunb.dossier.lecture_csv import lire_csv
from mutunb.erreurs import Constat

_ZIP_ABIME = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)
_UN_CLASSEUR = "un fichier .xlsx, .xlsm, .xls, .ods ou .csv"
_TEXTES = (".csv", ".txt", ".tsv")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HTML = re.compile(rb"\s*<(?:!doctype|html|head|body|table|\?xml)", re.IGNORECASE)
_CHIFFRE = "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e".encode("latin-1")
_REMEDE = "Ouvrez-le dans un tableur, enregistrez-le en .xlsx, puis renvoyez-le."


@dataclass
class Contenu:
    """Les grilles d'un fichier, ses propriétés et ce que l'ouverture a relevé."""

    grilles: list[Grille] = field(default_factory=list)
    constats: list[Constat] = field(default_factory=list)
    proprietes: dict[str, str] = field(default_factory=dict)


def ouvrir_fichier(octets: bytes, nom: str, reconnues: Callable[[Grille], int]) -> Contenu:
    """Grilles d'un fichier reçu ; jamais d'exception : ce qui empêche de lire est un constat."""
    if len(octets) > OCTETS_MAX:
        return _refus(nom, f"{len(octets) // 1_048_576} Mo", "200 Mo au plus", "Ne renvoyez que les feuilles demandées.")
    if not octets.strip():
        return _refus(nom, "un fichier vide", "un classeur rempli", "Renvoyez le fichier.")
    if octets.startswith(b"PK"):
        return _classeur_zip(octets, nom)
    if octets.startswith(_OLE):
        return _classeur_ancien(octets, nom)
    if _HTML.match(octets[:500]):
        return _refus(nom, "une page web ou du XML sous une extension de tableur", "un classeur", _REMEDE)
    return _texte_separe(octets, nom, reconnues)


def _refus(nom: str, trouve: str, attendu: str, remede: str) -> Contenu:
    return Contenu(constats=[Constat(nom, trouve, attendu, remede)])


def _texte_separe(octets: bytes, nom: str, reconnues: Callable[[Grille], int]) -> Contenu:
    suffixe = Path(nom).suffix.casefold()
    if b"\x00" in octets[:2000] and not octets.startswith((b"\xff\xfe", b"\xfe\xff")) and suffixe not in _TEXTES:
        return _refus(nom, "un contenu que l'on ne sait pas lire", _UN_CLASSEUR, _REMEDE)
    grille, constats = lire_csv(octets, nom, reconnues)
    if suffixe not in _TEXTES:
        if grille is None or not reconnues(grille):
            return _refus(nom, "un fichier qui n'est pas un classeur", _UN_CLASSEUR, _REMEDE)
        constats.append(Constat(nom, "du texte sous une extension de classeur", "un .csv", "Renommez-le en .csv.", "alerte"))
    return Contenu([grille] if grille else [], constats)


def _classeur_zip(octets: bytes, nom: str) -> Contenu:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            if (trop := sum(membre.file_size for membre in archive.infolist())) > OCTETS_MAX:
                trouve = f"{trop // 1_048_576} Mo une fois décompressé"
                return _refus(nom, trouve, "200 Mo au plus", "Supprimez images et feuilles inutiles, puis renvoyez-le.")
            if (abime := archive.testzip()) is not None:
                return _refus(nom, f"un fichier abîmé ({abime})", "un classeur entier", _REMEDE)
            en_ods = interieur_ods.CONTENU in archive.namelist()
            interieur = interieur_ods.examiner(archive) if en_ods else interieur_xlsx.examiner(archive)
    except _ZIP_ABIME as cause:
        return _refus(nom, f"un fichier abîmé ou tronqué ({type(cause).__name__})", "un classeur entier", _REMEDE)
    contenu = _lire_classeur(octets, nom, interieur)
    contenu.proprietes = dict(interieur.proprietes)
    return contenu


def _classeur_ancien(octets: bytes, nom: str) -> Contenu:
    if _CHIFFRE in octets:
        return _refus_du_chiffre(nom)
    with _panique_muette():
        return _lire_classeur(octets, nom, Interieur())


@contextlib.contextmanager
def _panique_muette() -> Iterator[None]:
    """Tait ce que le lecteur écrit de lui-même sur la sortie d'erreur quand un .xls abîmé le met en panique.

    La panique devient un constat ; la trace en anglais qui la précède, hors de Python, n'aiderait personne.
    """
    sys.stderr.flush()
    garde, trou = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(trou, 2)
    try:
        yield
    finally:
        os.dup2(garde, 2)
        os.close(garde)
        os.close(trou)


def _refus_du_chiffre(nom: str) -> Contenu:
    remede = "Retirez le mot de passe d'ouverture, puis renvoyez-le."
    return _refus(nom, "un classeur protégé par un mot de passe", "un classeur sans mot de passe", remede)


def _demesuree(nom: str, titre: str) -> Constat:
    trouve = "une feuille démesurée (une cellule remplie très loin, peut-être)"
    attendu = f"{LIGNES_MAX} lignes et {CELLULES_MAX} cellules au plus"
    return Constat(f"{nom}, {titre}", trouve, attendu, "Supprimez les lignes et colonnes inutiles.")


def _lire_classeur(octets: bytes, nom: str, interieur: Interieur) -> Contenu:
    contenu = Contenu(constats=[_demesuree(nom, titre) for titre in sorted(interieur.demesurees)])
    if interieur.demesurees and interieur.d_un_bloc:
        return contenu
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(octets)) as classeur:
            for description in classeur.sheets_metadata:
                if description.typ == SheetTypeEnum.WorkSheet and description.name not in interieur.demesurees:
                    masquee = description.visible != SheetVisibleEnum.Visible
                    _ajouter_grille(contenu, classeur, description.name, masquee, interieur, nom)
    except PasswordError:
        return _refus_du_chiffre(nom)
    except BaseException as cause:
        if not _vient_de_la_lecture(cause):
            raise
        contenu.constats.append(Constat(nom, f"un classeur illisible ({_court(cause)})", "un classeur entier", _REMEDE))
    return contenu


def _vient_de_la_lecture(cause: BaseException) -> bool:
    """Vrai pour une erreur du lecteur ; sa panique dérive de ``BaseException``, comme Ctrl-C, qu'on laisse passer."""
    return isinstance(cause, Exception) or type(cause).__name__ == "PanicException"


def _court(cause: BaseException) -> str:
    return (str(cause).splitlines() or [type(cause).__name__])[0][:80]


def _ajouter_grille(
    contenu: Contenu, classeur: CalamineWorkbook, titre: str, masquee: bool, interieur: Interieur, nom: str
) -> None:
    feuille = classeur.get_sheet_by_name(titre)
    if feuille.total_height > LIGNES_MAX or feuille.total_height * feuille.total_width > CELLULES_MAX:
        contenu.constats.append(_demesuree(nom, titre))
        return
    cellules = feuille.to_python(skip_empty_area=False)
    dedans = interieur.feuilles.get(titre, InterieurFeuille())
    _annoter(cellules, dedans)
    fusions = (*(feuille.merged_cell_ranges or ()), *dedans.fusions)
    contenu.grilles.append(Grille(titre, cellules, fusions, interieur.origine_1904, masquee))


def _annoter(cellules: list[list[object]], interieur: InterieurFeuille) -> None:
    """Rend visibles les erreurs de formule (lues comme vides) et les nombres au format %."""
    for (ligne, colonne), texte in interieur.fautives.items():
        while len(cellules) <= ligne:
            cellules.append([])
        rangee = cellules[ligne]
        rangee += [""] * (colonne + 1 - len(rangee))
        if rangee[colonne] == "":
            rangee[colonne] = texte
    for ligne, colonne in interieur.en_pourcent:
        if ligne < len(cellules) and colonne < len(cellules[ligne]):
            valeur = cellules[ligne][colonne]
            if isinstance(valeur, int | float) and not isinstance(valeur, bool):
                cellules[ligne][colonne] = Pourcentage(valeur)
