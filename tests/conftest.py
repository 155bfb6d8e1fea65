"""Ce que partagent les tests : les données nationales, si elles sont là, et un environnement neutre."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mutunb import chemins, territoires
from mutunb.territoires import Territoire
from tests.production import DEPLOIEMENTS, produire_tous

#: lu avant l'isolation : les tests nationaux obéissent à MUTUNB_DONNEES
_DONNEES = os.environ.get("MUTUNB_DONNEES")
_PAGES = os.environ.get("MUTUNB_PAGES")
_PAGES_DEPLOIEMENT = os.environ.get("MUTUNB_PAGES_DEPLOIEMENT")


@pytest.fixture(scope="session")
def dossier_national() -> Path:
    """Dossier des données nationales : ``MUTUNB_DONNEES``, sinon ``../shared/donnees`` ; le test se saute sans lui."""
    candidats = [Path(_DONNEES)] if _DONNEES else []
    candidats.append(chemins.RACINE_PAQUET.parent.parent / "shared" / "donnees")
    for candidat in candidats:
        if (candidat / "epci.parquet").is_file():
            return candidat.resolve()
    pytest.skip(f"données nationales absentes (cherchées dans : {', '.join(map(str, candidats))})")


@pytest.fixture(scope="session")
def tous_les_territoires(dossier_national: Path) -> list[Territoire]:
    """Tous les EPCI du dossier national, ouverts une fois pour toute la session."""
    return list(territoires.ouvrir_tous(dossier_national))


@pytest.fixture(scope="session")
def sorties(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Livrables de trois territoires, produits une fois par session ; ``MUTUNB_PAGES`` en réutilise de déjà produits."""
    return Path(_PAGES) if _PAGES else produire_tous(tmp_path_factory.mktemp("sorties"))


@pytest.fixture(scope="session")
def deploiements(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Étape déploiement de trois territoires, à part ; ``MUTUNB_PAGES_DEPLOIEMENT`` en réutilise de déjà produits."""
    if _PAGES_DEPLOIEMENT:
        return Path(_PAGES_DEPLOIEMENT)
    return produire_tous(tmp_path_factory.mktemp("deploiements"), DEPLOIEMENTS, "deploiement")


@pytest.fixture(autouse=True)
def _environnement_neutre(monkeypatch: pytest.MonkeyPatch) -> None:
    """Oublie les variables ``MUTUNB_*`` et fait lire l'échantillon, même si le référentiel national est construit."""
    for variable in [nom for nom in os.environ if nom.startswith("MUTUNB_")]:
        monkeypatch.delenv(variable)
    monkeypatch.setenv("MUTUNB_DONNEES", str(chemins.echantillon()))
