"""Les vrais extraits d'exports officiels, quand ils sont là."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def dossier_formats(dossier_national: Path) -> Path:
    """Dossier ``formats`` des données nationales ; le test se saute sans lui."""
    dossier = dossier_national / "formats"
    if not dossier.is_dir():
        pytest.skip(f"extraits d'exports officiels absents ({dossier})")
    return dossier
