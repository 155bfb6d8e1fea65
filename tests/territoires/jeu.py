"""Le jeu embarqué, au schéma national : les quinze EPCI complets de l'échantillon et toutes leurs communes."""

from __future__ import annotations

import json

import pandas as pd

from mutunb import chemins
from mutunb.territoires import schema
from mutunb.territoires.assemblage import Tables, au_schema

#: demi-côté du carré qui tient lieu de contour, en degrés
DEMI_COTE = 0.004


def jeu_echantillon() -> Tables:
    """Les quatre tables du schéma ; les contours sont des carrés autour du point réel de chaque commune."""
    epci, communes = _lire("epci"), _lire("communes")
    epci = epci[epci["detail"].eq("complet")]
    communes = communes[communes["epci_siren"].isin(epci["epci_siren"])]
    contours = communes.assign(
        geometry_geojson=[_carre(float(c.lon), float(c.lat)) for c in communes.itertuples()]
    )
    tables = {"epci": epci, "communes": communes, "communes_contours": contours, "ept": pd.DataFrame()}
    return {nom: au_schema(_nombres(table, nom), schema.TABLES[nom]).reset_index(drop=True)
            for nom, table in tables.items()}


def _lire(nom: str) -> pd.DataFrame:
    return pd.read_csv(chemins.echantillon() / f"{nom}.csv", sep=";", dtype="str")


def _nombres(table: pd.DataFrame, nom: str) -> pd.DataFrame:
    nombres = [c.nom for c in schema.TABLES[nom] if c.genre != "texte" and c.nom in table.columns]
    return table.astype(dict.fromkeys(nombres, "float64"))


def _carre(longitude: float, latitude: float) -> str:
    ouest, est = longitude - DEMI_COTE, longitude + DEMI_COTE
    sud, nord = latitude - DEMI_COTE, latitude + DEMI_COTE
    anneau = [[ouest, sud], [est, sud], [est, nord], [ouest, nord], [ouest, sud]]
    return json.dumps({"type": "Polygon", "coordinates": [[[round(x, 4), round(y, 4)] for x, y in anneau]]})
