"""Trajets et indemnité de mobilité : de combien le chemin du travail s'allonge, et dans quelle tranche on tombe.

Les distances sont à vol d'oiseau, entre un point intérieur de chaque commune : elles situent, elles ne mesurent pas un
trajet. L'indemnité est facultative, ses montants sont des plafonds (décrets n° 2015-933 et n° 2015-934).
"""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import pandas as pd

from mutunb import referentiel
from mutunb.calculs.entrees import nombre, nombre_ou_absent
from mutunb.calculs.entrees import jour as lire_jour
from mutunb.calculs.personnel import Personnel
from mutunb.erreurs import ErreurDonnees

RAYON_TERRE_KM = 6371.0088
#: allongement aller-retour à partir duquel la tranche commence (km) → valeur de droit
TRANCHES = (
    (0, "moins_de_20_km"), (20, "de_20_a_40_km"), (40, "de_40_a_60_km"), (60, "de_60_a_90_km"), (90, "a_partir_de_90_km"),
)  # fmt: skip
LIBELLES = {
    "moins_de_20_km": "moins de 20 km", "de_20_a_40_km": "de 20 à 40 km", "de_40_a_60_km": "de 40 à 60 km",
    "de_60_a_90_km": "de 60 à 90 km", "a_partir_de_90_km": "90 km et plus",
}  # fmt: skip
DROIT = "indemnite_mobilite"


@dataclass(frozen=True)
class TrancheMobilite:
    """Tranche d'allongement du trajet et plafond de l'indemnité (€), à une date."""

    id: str
    libelle: str
    plafond_eur: float
    reference: str
    niveau: str


def _plafond(identifiant: str, le: datetime.date | None) -> tuple[float, str, str]:
    valeur = next(v for v in referentiel.droit(DROIT).valeurs if v.id == identifiant)
    etape = valeur.historique[-1] if le is None else valeur.en_vigueur(lire_jour(le))
    return float(etape.valeur), etape.reference, valeur.niveau


def tranche_mobilite(allongement_km: float, le: datetime.date | None = None) -> TrancheMobilite:
    """Tranche d'indemnité pour un allongement aller-retour du trajet domicile-travail, sans déménagement.

    Parameters
    ----------
    allongement_km : float
        Kilomètres de plus par jour, aller et retour compris ; négatif ou nul si le trajet raccourcit.
    le : date, optional
        Jour du droit applicable ; à défaut, la dernière valeur connue.

    Examples
    --------
    >>> tranche_mobilite(19.9).plafond_eur, tranche_mobilite(20).plafond_eur, tranche_mobilite(90).plafond_eur
    (0.0, 1600.0, 6000.0)
    """
    if math.isnan(nombre_ou_absent(allongement_km, "l'allongement du trajet, en kilomètres")):
        raise ErreurDonnees("Allongement du trajet inconnu : donnez les kilomètres aller-retour, ou retirez l'agent du calcul.")
    kilometres = nombre(allongement_km)
    identifiant = [nom for seuil, nom in TRANCHES if kilometres >= seuil or seuil == 0][-1]
    return TrancheMobilite(identifiant, LIBELLES[identifiant], *_plafond(identifiant, le))


def indemnite_mobilite(allongement_km: float, demenagement: bool = False, le: datetime.date | None = None) -> float:
    """Plafond de l'indemnité de mobilité (€), facultative.

    Examples
    --------
    >>> indemnite_mobilite(45), indemnite_mobilite(45, demenagement=True)
    (2700.0, 15000.0)
    """
    return _plafond("demenagement", le)[0] if demenagement else tranche_mobilite(allongement_km, le).plafond_eur


def distance_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Distance à vol d'oiseau entre deux points (km) ; NaN si une coordonnée manque.

    Examples
    --------
    >>> round(distance_km(46.98, -0.21, 46.98, -0.21), 1)
    0.0
    """
    lat1, lon1, lat2, lon2 = (nombre_ou_absent(degres, "une coordonnée, en degrés") for degres in (lat1, lon1, lat2, lon2))
    a, b = math.radians(lat1), math.radians(lat2)
    h = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon1) / 2) ** 2
    return 2 * RAYON_TERRE_KM * math.asin(math.sqrt(h)) if math.isfinite(h) else math.nan


@dataclass(frozen=True)
class Mobilite:
    """Trajets vers le lieu du service, par commune.

    Attributes
    ----------
    personnel : Personnel
    siege : str
        Commune où l'on suppose le service installé : la plus peuplée.
    communes : DataFrame
        ``siren, nom, vol_oiseau_km, route_km`` (aller simple), ``allongement_km`` (aller-retour, pour un agent qui habite
        sa commune), ``tranche, plafond_eur``. NaN ou None si la commune n'est pas située.
    """

    personnel: Personnel
    siege: str
    communes: pd.DataFrame


def mesurer_mobilite(personnel: Personnel) -> Mobilite | None:
    """Allongement possible du trajet de chaque commune vers le siège supposé ; ``None`` si aucun employeur ne change."""
    if not personnel.gestionnaires:
        return None
    dossier = personnel.projet.dossier
    communes = dossier.territoire.communes
    communes = communes[communes["siren"].isin(personnel.entites["siren"])].reset_index(drop=True)
    siege = communes.loc[communes["pop_municipale_2025"].astype(float).idxmax()]
    detour = dossier.hypotheses["detour_routier"].central
    table = communes[["siren", "nom"]].copy()
    table["vol_oiseau_km"] = [
        distance_km(lat, lon, float(siege["lat"]), float(siege["lon"]))
        for lat, lon in zip(communes["lat"].astype(float), communes["lon"].astype(float), strict=True)
    ]
    table["route_km"] = table["vol_oiseau_km"] * detour
    table["allongement_km"] = 2 * table["route_km"]
    tranches = [tranche_mobilite(a) if math.isfinite(a) else None for a in table["allongement_km"]]
    table["tranche"] = [None if t is None else t.libelle for t in tranches]
    table["plafond_eur"] = [math.nan if t is None else t.plafond_eur for t in tranches]
    return Mobilite(personnel, str(siege["nom"]), table)
