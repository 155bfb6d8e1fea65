"""Le glossaire : un terme du métier, une ou deux phrases."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mutunb.referentiel.entrees.unites import lire_phrases


def lire(dossier: Path) -> Mapping[str, str]:
    """Termes de ``glossaire.yaml``, dans l'ordre du fichier."""
    return lire_phrases(dossier / "glossaire.yaml", "Glossaire")
