"""Effacer sans retour : un dossier d'un client et ses fichiers temporaires, sans jamais suivre un lien ni sortir de la racine."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.territoires import siren as controle

SUFFIXE_PROVISOIRE = ".part"
#: dossiers de travail d'un carnet, que seul un arrêt brutal laisse derrière lui
PREFIXE_BROUILLON = "mutunb-"
AGE_ORPHELIN_S = 24 * 3600


@dataclass(frozen=True)
class Trace:
    """Un fichier, un dossier ou un lien à effacer ; ``octets`` et ``fichiers`` : ce qu'il contient."""

    chemin: Path
    fichiers: int
    octets: int
    est_lien: bool = False


def exiger_siren(saisie: str) -> str:
    """Le SIREN, neuf chiffres, espaces ôtées ; refuse tout le reste, donc tout chemin.

    Raises
    ------
    ErreurUsage
        Ce n'est pas un SIREN.

    Examples
    --------
    >>> exiger_siren("247 900 798")
    '247900798'
    """
    siren = controle.nettoyer(saisie)
    if not controle.est_bien_forme(siren):
        raise ErreurUsage(f"« {saisie[:40]} » n'est pas un SIREN : donnez ses neuf chiffres. Rien n'est effacé.")
    return siren


def traces(racine: Path, siren: str) -> list[Trace]:
    """Ce que ``racine`` garde d'un client : son dossier, et les restes d'écritures interrompues."""
    if not racine.is_dir():
        return []
    voulus = [racine / siren, *sorted(racine.glob(f".{siren}.*{SUFFIXE_PROVISOIRE}"))]
    return [_trace(chemin) for chemin in voulus if chemin.is_symlink() or chemin.exists()]


def brouillons(siren: str) -> list[Trace]:
    """Dossiers de travail de carnets restés après un arrêt brutal : ceux qui citent le client, et ceux de plus d'un jour."""
    trouves = []
    for dossier in sorted(Path(tempfile.gettempdir()).glob(f"{PREFIXE_BROUILLON}*")):
        if dossier.is_symlink() or not dossier.is_dir() or not os.access(dossier, os.W_OK):
            continue
        if time.time() - dossier.stat().st_mtime > AGE_ORPHELIN_S or cite(_fichiers(dossier), siren):
            trouves.append(_trace(dossier))
    return trouves


def effacer(trace: Trace, racine: Path) -> None:
    """Efface une trace ; un lien symbolique s'efface lui-même, ce qu'il désigne reste.

    Raises
    ------
    ErreurDonnees
        La trace n'est pas directement dans ``racine``.
    """
    if trace.chemin.parent.resolve() != racine.resolve() or trace.chemin.name in ("", ".", ".."):
        raise ErreurDonnees(f"{trace.chemin} n'est pas dans {racine} : rien n'est effacé.")
    if trace.chemin.is_dir() and not trace.chemin.is_symlink():
        shutil.rmtree(trace.chemin)
    else:
        trace.chemin.unlink(missing_ok=True)


def cite(fichiers: Iterable[Path], texte: str) -> list[Path]:
    """Ceux de ces fichiers qui contiennent ``texte``."""
    cherche = texte.encode("utf-8")
    return [fichier for fichier in fichiers if cherche in fichier.read_bytes()]


def _trace(chemin: Path) -> Trace:
    if chemin.is_symlink() or chemin.is_file():
        return Trace(chemin, 1, chemin.lstat().st_size, chemin.is_symlink())
    contenus = list(_fichiers(chemin))
    return Trace(chemin, len(contenus), sum(f.lstat().st_size for f in contenus))


def _fichiers(dossier: Path) -> Iterator[Path]:
    """Fichiers d'un dossier et de ses sous-dossiers, liens compris mais non suivis."""
    for lu in sorted(dossier.rglob("*")):
        if lu.is_file() and not lu.is_symlink():
            yield lu
