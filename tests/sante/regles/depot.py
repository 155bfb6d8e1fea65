"""Ce que les règles lisent : les fichiers du dépôt, et la façon de rendre leur verdict."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

RACINE = Path(__file__).resolve().parents[3]
#: dossiers produits ou installés sur place : ils n'appartiennent pas au dépôt
HORS_DEPOT = (".git", ".venv", "outputs", "data/public/national", "data/territoires", "build", "dist")
_RESTES = {"__pycache__", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints"}


def fichiers(*dossiers: str, suffixe: str = "") -> list[Path]:
    """Fichiers du dépôt sous ``dossiers`` (tout le dépôt par défaut), triés."""
    return sorted(chemin for dossier in dossiers or (".",) for chemin in _sous(RACINE / dossier, suffixe))


def _sous(dossier: Path, suffixe: str) -> Iterator[Path]:
    exclus = {RACINE / nom for nom in HORS_DEPOT}
    for chemin in dossier.iterdir() if dossier.is_dir() else ():
        if chemin in exclus or chemin.name in _RESTES or chemin.name.endswith(".egg-info"):
            continue
        if chemin.is_dir():
            yield from _sous(chemin, suffixe)
        elif chemin.name.endswith(suffixe):
            yield chemin


def relatif(chemin: Path) -> str:
    """Chemin lisible, depuis la racine du dépôt."""
    return chemin.relative_to(RACINE).as_posix()


def arbre(chemin: Path) -> ast.Module:
    """Arbre syntaxique d'un fichier Python."""
    return ast.parse(chemin.read_text(encoding="utf-8"), filename=str(chemin))


def modules() -> dict[str, Path]:
    """Nom complet → fichier, pour tous les modules du paquet."""
    return {_nom_module(chemin): chemin for chemin in fichiers("mutunb", suffixe=".py")}


def _nom_module(chemin: Path) -> str:
    parties = chemin.relative_to(RACINE).with_suffix("").parts
    return ".".join(parties[:-1] if parties[-1] == "__init__" else parties)


def exiger(violations: Sequence[str], remede: str) -> None:
    """Échoue en montrant toutes les violations d'un coup, puis le remède."""
    if violations:
        pytest.fail(_rapport(violations, remede), pytrace=False)


def alerter(signaux: Sequence[str], remede: str) -> None:
    """Signale sans bloquer : un seul avertissement pour tous les signaux."""
    if signaux:
        warnings.warn(_rapport(signaux, remede), stacklevel=2)


def _rapport(lignes: Sequence[str], remede: str) -> str:
    accord = "s" if len(lignes) > 1 else ""
    return "\n".join([f"{len(lignes)} écart{accord} :", *(f"  - {ligne}" for ligne in lignes), f"Remède : {remede}"])
