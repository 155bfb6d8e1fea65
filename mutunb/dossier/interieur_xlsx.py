"""Ce qu'un .xlsx dit et que la lecture rapide tait : erreurs de formule, formats en %, jours depuis 1904, version.

Lu avant le reste, dans le zip : c'est aussi ce qui refuse un classeur démesuré avant de le charger.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from xml.sax.saxutils import unescape

from mutunb.dossier.ecriture_brute import FORMULE_NON_CALCULEE
from mutunb.dossier.grille import rang_de
from mutunb.dossier.interieur import Interieur, InterieurFeuille

_CELLULE = re.compile(rb"<(?:\w+:)?c\b([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_ATTRIBUT = re.compile(rb'\b(r|t|s)="([^"]*)"')
_ADRESSE = re.compile(rb"([A-Z]{1,3})(\d{1,7})")
_CONTENU = re.compile(rb"<(?:\w+:)?v\b[^>]*>([^<]*)</|<(?:\w+:)?is\b")
_FEUILLE = re.compile(r'<(?:\w+:)?sheet\b[^>]*\bname="([^"]*)"[^>]*\b\w+:id="([^"]*)"')
_LIEN = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_FORMAT = re.compile(r'<(?:\w+:)?numFmt\b[^>]*\bnumFmtId="(\d+)"[^>]*\bformatCode="([^"]*)"')
_FORMATS_DE_CELLULE = re.compile(r"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(r"<(?:\w+:)?xf\b[^>]*>")
_ENTRE_GUILLEMETS = re.compile(r'"[^"]*"|\\.')
_POURCENT_DE_BASE = {9, 10}
_ENTITES = {"&quot;": '"', "&apos;": "'"}


def examiner(archive: zipfile.ZipFile) -> Interieur:
    """Parcourt le zip ; un morceau absent ou inattendu ne donne rien de plus."""
    classeur = _texte(archive, "xl/workbook.xml")
    styles = _styles_en_pourcent(_texte(archive, "xl/styles.xml"))
    chemins = _chemins_des_feuilles(archive, classeur)
    feuilles = {nom: _examiner_feuille(archive.read(chemin), styles) for nom, chemin in chemins.items()}
    origine_1904 = re.search(r'\bdate1904="(?:1|true)"', classeur) is not None
    return Interieur(feuilles, origine_1904, proprietes(archive))


def proprietes(archive: zipfile.ZipFile) -> dict[str, str]:
    """Propriétés du document : celles d'origine (``modified``…) et celles qu'un modèle a posées."""
    trouvees = dict(re.findall(r"<(?:\w+:)?(modified|created|version)\b[^>]*>([^<]*)<", _texte(archive, "docProps/core.xml")))
    propres = re.findall(r'<property\b[^>]*\bname="([^"]*)"[^>]*>\s*<[^>]*>([^<]*)<', _texte(archive, "docProps/custom.xml"))
    return trouvees | {unescape(nom, _ENTITES): unescape(valeur, _ENTITES) for nom, valeur in propres}


def _texte(archive: zipfile.ZipFile, nom: str) -> str:
    return archive.read(nom).decode("utf-8", "replace") if nom in archive.namelist() else ""


def _chemins_des_feuilles(archive: zipfile.ZipFile, classeur: str) -> dict[str, str]:
    liens = {}
    for lien in _LIEN.findall(_texte(archive, "xl/_rels/workbook.xml.rels")):
        attributs = dict(re.findall(r'\b(Id|Target)="([^"]*)"', lien))
        if len(attributs) == 2:
            cible = attributs["Target"]
            liens[attributs["Id"]] = cible.lstrip("/") if cible.startswith("/") else posixpath.normpath(f"xl/{cible}")
    presents = set(archive.namelist())
    return {
        unescape(nom, _ENTITES): liens[identifiant]
        for nom, identifiant in _FEUILLE.findall(classeur)
        if liens.get(identifiant) in presents
    }


def _styles_en_pourcent(styles: str) -> set[bytes]:
    """Numéros des styles de cellule qui montrent un pourcentage."""
    en_pourcent = set(_POURCENT_DE_BASE)
    for numero, code in _FORMAT.findall(styles):
        if "%" in _ENTRE_GUILLEMETS.sub("", unescape(code, _ENTITES)):
            en_pourcent.add(int(numero))
    bloc = _FORMATS_DE_CELLULE.search(styles)
    trouves = set()
    for rang, style in enumerate(_STYLE.findall(bloc.group()) if bloc else []):
        numero = re.search(r'\bnumFmtId="(\d+)"', style)
        if numero and int(numero.group(1)) in en_pourcent:
            trouves.add(str(rang).encode())
    return trouves


def _examiner_feuille(xml: bytes, styles_en_pourcent: set[bytes]) -> InterieurFeuille:
    interieur = InterieurFeuille()
    for place, attributs, contenu in _cellules_remplies(xml):
        interieur.lignes = max(interieur.lignes, place[0] + 1)
        interieur.colonnes = max(interieur.colonnes, place[1] + 1)
        if interieur.demesuree:  # elle ne sera pas chargée : la suite du XML n'apprendrait rien
            break
        valeur = _CONTENU.search(contenu)
        texte = valeur.group(1) if valeur else None
        if attributs.get(b"t") == b"e":
            interieur.fautives[place] = (texte or b"#REF!").decode("utf-8", "replace")
        elif not texte and b"<f" in contenu and attributs.get(b"t") != b"str":
            interieur.fautives[place] = FORMULE_NON_CALCULEE
        elif attributs.get(b"s") in styles_en_pourcent:
            interieur.en_pourcent.add(place)
    return interieur


def _cellules_remplies(xml: bytes) -> Iterator[tuple[tuple[int, int], dict[bytes, bytes], bytes]]:
    """Place, attributs et contenu des cellules qui ont une valeur ou une formule."""
    for trouve in _CELLULE.finditer(xml):
        brut, contenu = trouve.groups()
        if not contenu or not (b"<v" in contenu or b":v" in contenu or b"<f" in contenu or b"is" in contenu):
            continue
        attributs = dict(_ATTRIBUT.findall(brut))
        adresse = _ADRESSE.fullmatch(attributs.get(b"r", b""))
        if adresse:
            yield (int(adresse[2]) - 1, rang_de(adresse[1].decode())), attributs, contenu
