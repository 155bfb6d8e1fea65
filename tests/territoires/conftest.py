"""Un petit dossier national, écrit en Parquet à partir de l'échantillon embarqué."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from mutunb import chemins
from mutunb.territoires import schema

#: une île sans intercommunalité, dont la population 2025 manque à la source
OUESSANT = "SELECT '29155' AS insee, '212901557' AS siren, 'Ouessant' AS nom, '29' AS dep"

#: un EPCI aux chiffres ronds
EPCI_TYPE = {
    "nature": "CC", "regime_fiscal": "FPU", "nb_communes": 10.0, "pop_municipale_2025": 9_000.0,
    "pop_totale_2025": 10_000.0, "part_ville_centre": 0.4, "communes_moins_1000": 0.7,
    "communes_couverture_pop": 1.0, "ofgl_couverture_pop": 1.0, "cif_2025": 0.35,
    "dep_fonctionnement": 4e6, "communes_dep_fonctionnement": 6e6,
    "frais_personnel": 1e6, "communes_frais_personnel": 3e6,
    "achats_charges_externes": 2e6, "communes_achats_charges_externes": 1e6,
    "encours_dette": 5e6, "communes_encours_dette": 2e6,
    "epargne_brute": 1e6, "rec_fonctionnement": 5e6,
}  # fmt: skip


@pytest.fixture
def epci_type() -> dict:
    return dict(EPCI_TYPE)


@pytest.fixture
def petit_national(tmp_path: Path) -> Path:
    """Les territoires complets de l'échantillon et Ouessant, au format du référentiel national."""
    dossier = tmp_path / "l'essai national"
    dossier.mkdir()
    for table in ("epci", "communes"):
        ecrire_parquet(dossier, table)
    return dossier


def ecrire_parquet(
    dossier: Path, table: str, sauf: str = "", ajout: str = OUESSANT, types: Mapping[str, str | None] | None = None
) -> None:
    """Écrit une table du petit national, sans la ligne dont l'identifiant est ``sauf``, avec la commune ``ajout``.

    ``types`` change le type de certaines colonnes ; ``None`` les retire.
    """
    colonnes = schema.TABLES[table]
    voulus = {c.nom: c.type_sql for c in colonnes} | dict(types or {})
    ecrites = ", ".join(f"{nom}::{type_} AS {nom}" for nom, type_ in voulus.items() if type_)
    source = f"read_csv('{chemins.echantillon() / table}.csv', delim=';', header=true, all_varchar=true)"
    suite = "WHERE detail = 'complet'" if table == "epci" else f"UNION ALL BY NAME {ajout}"
    copier(f"SELECT {ecrites} FROM (FROM {source} {suite}) WHERE {colonnes[0].nom} <> '{sauf}'", dossier / f"{table}.parquet")


def copier(selection: str, cible: Path) -> None:
    """Écrit le résultat d'une requête en Parquet."""
    adresse = str(cible).replace("'", "''")
    duckdb.connect().execute(f"COPY ({selection}) TO '{adresse}' (FORMAT parquet)")
