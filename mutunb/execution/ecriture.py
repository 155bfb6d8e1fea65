"""Écrire un lot de fichiers d'un seul tenant : tous préparés, puis tous mis en place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from mutunb import chemins


def ecrire_lot(dossier: Path, contenus: Mapping[str, str | bytes]) -> list[Path]:
    """Écrit ``chemin relatif → contenu`` sous ``dossier``, dans l'ordre donné.

    Tout est d'abord écrit à côté ; une erreur à ce stade laisse ``dossier`` tel qu'il était.
    """
    dossier.parent.mkdir(parents=True, exist_ok=True)
    attente = Path(tempfile.mkdtemp(dir=dossier.parent, prefix=f".{dossier.name}.", suffix=".part"))
    try:
        for relatif, contenu in contenus.items():
            chemins.ecrire(attente / relatif, contenu)
        places = []
        for relatif in contenus:
            place = dossier / relatif
            place.parent.mkdir(parents=True, exist_ok=True)
            os.replace(attente / relatif, place)
            places.append(place)
        return places
    finally:
        shutil.rmtree(attente, ignore_errors=True)
