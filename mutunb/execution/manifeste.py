"""Le manifeste d'une production : avec quoi, sur quoi, en combien de temps, ce qui a été relevé."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

VERSION = 1
NOM_FICHIER = "manifeste.json"
BIBLIOTHEQUES = ("pandas", "numpy", "scipy", "matplotlib", "duckdb", "pydantic", "papermill", "nbclient", "nbconvert",
                 "ipykernel", "babel", "xlsxwriter")
#: fichiers qui portent des données (le reste d'un dossier de données est de la documentation)
EXTENSIONS = frozenset({".csv", ".parquet", ".yaml", ".yml", ".json", ".geojson", ".gz", ".xlsx"})


def versions() -> dict[str, Any]:
    """Versions de Python, de mutunb et des bibliothèques qui comptent pour les chiffres."""
    return {
        "mutunb": version_mutunb(),
        "python": platform.python_version(),
        "systeme": platform.platform(),
        "bibliotheques": {nom: _version(nom) for nom in BIBLIOTHEQUES},
    }


def version_mutunb() -> str:
    """Version installée de mutunb, ou « (depuis ses sources) » quand il n'est pas installé."""
    return _version("mutunb") or "(depuis ses sources)"


@functools.cache
def _version(nom: str) -> str | None:
    try:
        return importlib.metadata.version(nom)
    except importlib.metadata.PackageNotFoundError:
        return None


def empreintes(dossiers: Iterable[Path], profond: bool = True) -> dict[str, str]:
    """SHA-256 de chaque fichier de données de ces dossiers : « dossier/fichier » → empreinte.

    ``profond`` : sous-dossiers compris.
    """
    relevees = {}
    for dossier in dossiers:
        for chemin in sorted(dossier.rglob("*") if profond else dossier.glob("*")):
            if chemin.is_file() and chemin.suffix in EXTENSIONS:
                relevees[f"{dossier.name}/{chemin.relative_to(dossier).as_posix()}"] = empreinte(chemin)
    return relevees


def empreinte(chemin: Path) -> str:
    """SHA-256 d'un fichier ; recalculé seulement s'il a changé."""
    etat = chemin.stat()
    return _empreinte(chemin.resolve(), etat.st_size, etat.st_mtime_ns)


@functools.lru_cache(maxsize=4096)
def _empreinte(chemin: Path, taille: int, modifie: int) -> str:
    with chemin.open("rb") as flux:
        return hashlib.file_digest(flux, "sha256").hexdigest()


def document(territoire: Mapping[str, Any], etapes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Manifeste complet ; une étape produite plus tôt garde son bloc."""
    return {"version": VERSION, "territoire": dict(territoire), "etapes": dict(etapes)}
