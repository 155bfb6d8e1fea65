"""Ce qu'un .ods dit et que la lecture rapide tait : répétitions, erreurs, nombres en %, cellules fusionnées."""

from __future__ import annotations

import re
import zipfile
from xml.sax.saxutils import unescape

from mutunb.dossier.ecriture_brute import ERREUR_TABLEUR
from mutunb.dossier.interieur import Interieur, InterieurFeuille

CONTENU = "content.xml"
_TABLE = re.compile(rb'<table:table\b[^>]*?table:name="([^"]*)".*?</table:table>', re.DOTALL)
_RANGEE = re.compile(rb"<table:table-row\b([^>]*?)(?:/>|>(.*?)</table:table-row>)", re.DOTALL)
_CASE = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*?)(?:/>|>(.*?)</table:(?:covered-)?table-cell>)", re.DOTALL)
_FOIS_LIGNE = re.compile(rb'number-rows-repeated="(\d+)"')
_FOIS_COLONNE = re.compile(rb'number-columns-repeated="(\d+)"')
_SUR_LIGNES = re.compile(rb'number-rows-spanned="(\d+)"')
_SUR_COLONNES = re.compile(rb'number-columns-spanned="(\d+)"')
_PARAGRAPHE = re.compile(rb"<text:p\b[^>]*>([^<]*)</text:p>")
_DATE = re.compile(rb"<dc:date>([^<]*)</dc:date>")


def examiner(archive: zipfile.ZipFile) -> Interieur:
    """Parcourt le contenu d'un .ods."""
    feuilles = {
        unescape(table.group(1).decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"}): _examiner_table(table.group())
        for table in _TABLE.finditer(archive.read(CONTENU))
    }
    date = _DATE.search(archive.read("meta.xml")) if "meta.xml" in archive.namelist() else None
    proprietes = {"modified": date.group(1).decode("utf-8", "replace")} if date else {}
    return Interieur(feuilles, proprietes=proprietes, d_un_bloc=True)


def _examiner_table(table: bytes) -> InterieurFeuille:
    interieur = InterieurFeuille()
    ligne = 0
    for attributs, contenu in _RANGEE.findall(table):
        fois = _fois(_FOIS_LIGNE, attributs)
        if _examiner_rangee(interieur, contenu, ligne):
            interieur.lignes = ligne + fois
        ligne += fois
    return interieur


def _examiner_rangee(interieur: InterieurFeuille, rangee: bytes, ligne: int) -> bool:
    """Range ce que dit une rangée ; vrai si elle est remplie."""
    colonne, remplie = 0, False
    for attributs, contenu in _CASE.findall(rangee):
        fois = _fois(_FOIS_COLONNE, attributs)
        if contenu or b"office:value" in attributs:
            remplie = True
            interieur.colonnes = max(interieur.colonnes, colonne + fois)
            _examiner_case(interieur, attributs, contenu, (ligne, colonne))
        colonne += fois
    return remplie


def _examiner_case(interieur: InterieurFeuille, attributs: bytes, contenu: bytes, place: tuple[int, int]) -> None:
    paragraphe = _PARAGRAPHE.search(contenu)
    texte = paragraphe.group(1).decode("utf-8", "replace").strip() if paragraphe else ""
    if b"table:formula" in attributs and ERREUR_TABLEUR.fullmatch(texte):
        interieur.fautives[place] = texte
    if b'office:value-type="percentage"' in attributs:
        interieur.en_pourcent.add(place)
    hauteur, largeur = _fois(_SUR_LIGNES, attributs), _fois(_SUR_COLONNES, attributs)
    if hauteur * largeur > 1:
        interieur.fusions.append((place, (place[0] + hauteur - 1, place[1] + largeur - 1)))


def _fois(motif: re.Pattern[bytes], attributs: bytes) -> int:
    trouve = motif.search(attributs)
    return int(trouve.group(1)) if trouve else 1
