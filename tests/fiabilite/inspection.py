"""Lire un fichier livré comme le lirait un curieux : décompressé, décodé, images incrustées comprises."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import duckdb

COMPRESSES = frozenset({".xlsx", ".docx", ".xlsm", ".ods", ".zip"})
SVG = re.compile(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)")


def fichiers(*racines: Path) -> list[Path]:
    """Tous les fichiers de ces dossiers, liens compris."""
    return sorted(f for racine in racines for f in racine.rglob("*") if f.is_file() or f.is_symlink())


def parties(fichier: Path) -> Iterator[tuple[str, str]]:
    """Couples (partie, texte) : membres d'une archive, colonnes d'un Parquet, JSON déséchappé, images SVG."""
    octets = fichier.read_bytes()
    if fichier.suffix.lower() in COMPRESSES and octets.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            for nom in archive.namelist():
                brut = archive.read(nom).decode("utf-8", "replace")
                yield nom, brut
                yield f"{nom} (décodé)", unescape(brut)
        return
    if fichier.suffix == ".parquet" and octets.startswith(b"PAR1"):
        with duckdb.connect() as base:
            yield "table", base.execute("SELECT * FROM read_parquet(?)", [str(fichier)]).df().to_csv()
        return
    lu = octets.decode("utf-8", "replace")
    yield "texte", lu
    if fichier.suffix in (".html", ".htm"):
        yield "texte (décodé)", unescape(lu)
    if fichier.suffix in (".json", ".ipynb"):
        yield "json", json.dumps(json.loads(lu), ensure_ascii=False)
    for rang, image in enumerate(SVG.findall(lu)):
        yield f"image {rang}", base64.b64decode(image).decode("utf-8", "replace")


def ou_se_lit(temoin: str, *racines: Path) -> list[str]:
    """Endroits où un témoin se lit : nom de fichier ou contenu, sous toutes ses formes."""
    trouves = []
    for fichier in fichiers(*racines):
        if temoin in str(fichier):
            trouves.append(f"nom : {fichier}")
        elif fichier.is_file():
            trouves += [f"{fichier} ({partie})" for partie, texte in parties(fichier) if temoin in texte][:1]
    return trouves
