"""Écrire les tables du référentiel national en Parquet, et leur ``millesime.json``."""

from __future__ import annotations

import datetime
import importlib.metadata
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import duckdb
import pandas as pd

from mutunb import chemins
from mutunb.territoires import millesime as lecture_millesime
from mutunb.territoires import schema
from mutunb.territoires.rapport import Rapport

#: petits groupes : lire un EPCI n'ouvre qu'un ou deux groupes de lignes
LIGNES_PAR_GROUPE = 2048
_TRI = {
    "epci": "epci_siren",
    "communes": "epci_siren NULLS LAST, insee",
    "communes_contours": "epci_siren NULLS LAST, insee",
    "ept": "ept_siren",
}


def ecrire_tables(dossier: Path, tables: Mapping[str, pd.DataFrame], rapport: Rapport) -> None:
    """Écrit les Parquet triés par EPCI (sauf contours et EPT s'ils sont vides) et le millésime avec les empreintes."""
    with duckdb.connect(config={"threads": 1}) as connexion:
        ecrites = [nom for nom in _TRI if nom in schema.TABLES_INDISPENSABLES or len(tables[nom])]
        for nom, tri in ((nom, _TRI[nom]) for nom in ecrites):
            _ecrire_table(connexion, dossier / f"{nom}.parquet", tables[nom], schema.TABLES[nom], tri)
    lecture_millesime.ecrire_millesime(dossier, rapport.millesime)
    contenu = json.loads((dossier / lecture_millesime.NOM).read_text(encoding="utf-8"))
    contenu |= {
        "version": 1,
        "mutunb": _version(),
        "construit_le": datetime.date.today().isoformat(),
        "lignes": {nom: len(tables[nom]) for nom in ecrites},
        "entrees": [asdict(entree) for entree in rapport.entrees],
        "alertes": [str(alerte) for alerte in rapport.alertes],
    }
    chemins.ecrire(dossier / lecture_millesime.NOM, json.dumps(contenu, ensure_ascii=False, indent=2) + "\n")


def _version() -> str:
    """Version du paquet installé ; « sources » s'il est lancé depuis une copie du dépôt."""
    try:
        return importlib.metadata.version("mutunb")
    except importlib.metadata.PackageNotFoundError:
        return "sources"


def _ecrire_table(
    connexion: duckdb.DuckDBPyConnection,
    chemin: Path,
    table: pd.DataFrame,
    colonnes: tuple[schema.Colonne, ...],
    tri: str,
) -> None:
    choix = [f"{colonne.nom}::{colonne.type_sql} AS {colonne.nom}" for colonne in colonnes]
    choix += [nom for nom in table.columns if nom not in schema.noms(colonnes)]
    connexion.register("table_a_ecrire", table)
    adresse = str(chemin).replace("'", "''")
    connexion.execute(
        f"COPY (SELECT {', '.join(choix)} FROM table_a_ecrire ORDER BY {tri}) TO '{adresse}' "
        f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {LIGNES_PAR_GROUPE})"
    )
    connexion.unregister("table_a_ecrire")
