"""Fabriquer des classeurs pour les tests : .xlsx, .ods et .xls (écrit octet par octet : aucune bibliothèque installée ne l'écrit)."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from xml.sax.saxutils import escape

import xlsxwriter

Lignes = Sequence[Sequence[object]]


def xlsx(feuilles: dict[str, Lignes], **options: object) -> bytes:
    """Classeur .xlsx simple ; « =… » y est une formule dont la valeur calculée est 0, sauf texte protégé."""
    tampon = io.BytesIO()
    document = xlsxwriter.Workbook(tampon, {"in_memory": True, "strings_to_urls": False, **options})
    jour = document.add_format({"num_format": "dd/mm/yyyy"})
    for nom, lignes in feuilles.items():
        onglet = document.add_worksheet(nom)
        for rang, ligne in enumerate(lignes):
            for colonne, cellule in enumerate(ligne):
                if hasattr(cellule, "year"):
                    onglet.write_datetime(rang, colonne, cellule, jour)
                elif cellule is not None:
                    onglet.write(rang, colonne, cellule)
    document.close()
    return tampon.getvalue()


def modifier_zip(octets: bytes, membre: str, avant: bytes, apres: bytes) -> bytes:
    """Le même zip, un passage d'un membre remplacé (il doit s'y trouver)."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as source, zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as copie:
        for nom in source.namelist():
            contenu = source.read(nom)
            if nom == membre:
                assert avant in contenu
                contenu = contenu.replace(avant, apres)
            copie.writestr(nom, contenu)
    return tampon.getvalue()


def ods(feuilles: dict[str, Lignes], fois_derniere: int = 1) -> bytes:
    """Classeur .ods ; ``fois_derniere`` répète la dernière ligne de chaque feuille, comme LibreOffice le note."""
    tables = "".join(
        f'<table:table table:name="{escape(nom)}">{_rangees_ods(lignes, fois_derniere)}</table:table>'
        for nom, lignes in feuilles.items()
    )
    espaces = " ".join(
        f'xmlns:{nom}="urn:oasis:names:tc:opendocument:xmlns:{nom}:1.0"' for nom in ("office", "table", "text")
    )
    contenu = f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {espaces} office:version="1.2"><office:body>' \
              f"<office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    genre = "application/vnd.oasis.opendocument.spreadsheet"
    manifeste = '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">' \
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{genre}"/></manifest:manifest>'
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("mimetype", genre)
        archive.writestr("META-INF/manifest.xml", manifeste)
        archive.writestr("content.xml", contenu)
    return tampon.getvalue()


def _rangees_ods(lignes: Lignes, fois_derniere: int) -> str:
    rangees = []
    for rang, ligne in enumerate(lignes):
        fois = f' table:number-rows-repeated="{fois_derniere}"' if rang == len(lignes) - 1 and fois_derniere > 1 else ""
        rangees.append(f"<table:table-row{fois}>{''.join(map(_case_ods, ligne))}</table:table-row>")
    return "".join(rangees)


def _case_ods(cellule: object) -> str:
    if cellule is None or cellule == "":
        return "<table:table-cell/>"
    if isinstance(cellule, str) and cellule.startswith("<"):
        return cellule  # une case écrite telle quelle
    if isinstance(cellule, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{cellule}"><text:p>{cellule}</text:p></table:table-cell>'
    return f'<table:table-cell office:value-type="string"><text:p>{escape(str(cellule))}</text:p></table:table-cell>'


def xls(nom: str, lignes: Lignes) -> bytes:
    """Classeur .xls (BIFF8 dans un conteneur OLE), textes et nombres."""
    corps = b"".join(
        _cellule_xls(rang, colonne, cellule)
        for rang, ligne in enumerate(lignes)
        for colonne, cellule in enumerate(ligne)
        if cellule not in (None, "")
    )
    largeur = max(len(ligne) for ligne in lignes)
    feuille = _bof(0x10) + _article(0x0200, struct.pack("<IIHHH", 0, len(lignes), 0, largeur, 0)) + corps + _article(0x0A)
    titre = struct.pack("<BB", len(nom), 1) + nom.encode("utf-16-le")
    avant, apres = _bof(0x05) + _article(0x42, struct.pack("<H", 1200)), _article(0x0A)
    place = len(avant) + 4 + 6 + len(titre) + len(apres)
    global_ = avant + _article(0x85, struct.pack("<IH", place, 0) + titre) + apres
    return _conteneur_ole(global_ + feuille)


def _bof(genre: int) -> bytes:
    return _article(0x0809, struct.pack("<HHHHII", 0x0600, genre, 0x0DBB, 0x07CC, 0, 0x06))


def _article(code: int, contenu: bytes = b"") -> bytes:
    return struct.pack("<HH", code, len(contenu)) + contenu


def _cellule_xls(rang: int, colonne: int, cellule: object) -> bytes:
    place = struct.pack("<HHH", rang, colonne, 0)
    if isinstance(cellule, int | float):
        return _article(0x0203, place + struct.pack("<d", cellule))
    texte = str(cellule)
    return _article(0x0204, place + struct.pack("<HB", len(texte), 1) + texte.encode("utf-16-le"))


def _conteneur_ole(flux: bytes) -> bytes:
    secteur, fin, libre = 512, 0xFFFFFFFE, 0xFFFFFFFF
    flux = flux.ljust(max(4096, -(-len(flux) // secteur) * secteur), b"\0")
    combien = len(flux) // secteur
    fat = [0xFFFFFFFD, fin, *range(3, combien + 2), fin]
    assert len(fat) <= secteur // 4
    fat += [libre] * (secteur // 4 - len(fat))
    entete = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    entete += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, fin, 0, fin, 0, 0)
    entete = entete.ljust(secteur, b"\xff")
    dossier = _entree("Root Entry", 5, 1, fin, 0) + _entree("Workbook", 2, libre, 2, len(flux)) + _entree("", 0, libre, 0, 0) * 2
    return entete + struct.pack(f"<{len(fat)}I", *fat) + dossier + flux


def _entree(nom: str, genre: int, enfant: int, debut: int, octets: int) -> bytes:
    ecrit = nom.encode("utf-16-le") + (b"\0\0" if nom else b"")
    libre = 0xFFFFFFFF
    return (
        ecrit.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(ecrit), genre, 1, libre, libre, enfant)
        + bytes(36)
        + struct.pack("<IQ", debut, octets)
    )
