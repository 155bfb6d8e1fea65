"""Assembler la table des EPCI et celle des EPT à partir des exports lus.

Le point d'un EPCI est celui de sa commune la plus proche du barycentre des points de ses communes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mutunb.erreurs import Constat
from mutunb.territoires import schema
from mutunb.territoires.connecteurs import dgcl, dgf

FICHE_DGF = "fiche_dgf_epci.csv"


def epci_de_composition(composition: pd.DataFrame, communes: pd.DataFrame, comptes: pd.DataFrame) -> pd.DataFrame:
    """Table des EPCI : composition, comptes consolidés, sommes et couvertures de leurs communes, point."""
    epci = dgcl.epci_de(composition).rename(
        columns={"pop_municipale": "pop_municipale_2025", "pop_totale": "pop_totale_2025"}
    )
    comptes = comptes.rename(columns={"siren": "epci_siren", "nom": "nom_long"})
    epci = epci.merge(comptes.drop(columns=["reg", "nature", "ofgl_nomenclature", "ofgl_nb_budgets_principaux"]),
                      on="epci_siren", how="left")
    regions = communes.drop_duplicates("dep").set_index("dep")["reg"]
    epci["reg"] = epci["dep_siege"].map(regions)
    membres = communes.dropna(subset="epci_siren").groupby("epci_siren")
    sommes = membres[[*schema.MONTANTS_SOMMES, "ofgl_pop_totale", "pop_municipale_2026"]].sum(min_count=1)
    epci = epci.set_index("epci_siren").join(sommes[list(schema.MONTANTS_SOMMES)].add_prefix("communes_"))
    epci["pop_municipale_2026"] = sommes["pop_municipale_2026"]
    epci["communes_avec_comptes"] = membres["dep_fonctionnement"].count()
    epci["communes_couverture_pop"] = (sommes["ofgl_pop_totale"].fillna(0) / epci["pop_totale_2025"]).round(3)
    epci["ofgl_couverture_pop"] = (epci["ofgl_pop_totale"] / epci["pop_totale_2025"]).round(3)
    return epci.join(_points_epci(communes)).reset_index()


def criteres_dgf(dossier: Path, fichiers: dict[str, Path], exercice: int) -> pd.DataFrame:
    """Critères de la DGF par EPCI : export des dotations, complété par les fiches individuelles saisies."""
    colonnes = ["epci_siren", *dgf.CRITERES]
    lots = []
    if "dotations" in fichiers:
        lots.append(dgf.criteres_epci(dgf.lire_dotations(fichiers["dotations"]), exercice))
    if (dossier / FICHE_DGF).is_file():
        fiches = dgf.lire_fiche(dossier / FICHE_DGF)
        lots.append(fiches.loc[fiches["exercice"].eq(exercice), colonnes])
    if not lots:
        return pd.DataFrame(columns=colonnes)
    return pd.concat(lots).groupby("epci_siren").first().reset_index()


def avec_criteres_dgf(epci: pd.DataFrame, criteres: pd.DataFrame) -> pd.DataFrame:
    """Ajoute CIF, potentiel fiscal et population DGF ; vide là où les critères ne disent rien."""
    noms = {
        "cif": "cif_2025", "potentiel_fiscal_eur": "potentiel_fiscal_2025",
        "potentiel_fiscal_hab_eur": "potentiel_fiscal_hab_2025", "population_dgf": "pop_dgf_2025",
    }
    return epci.merge(criteres.rename(columns=noms), on="epci_siren", how="left")


def ept_de_composition(comptes: pd.DataFrame, membres: pd.DataFrame | None) -> pd.DataFrame:
    """Établissements publics territoriaux : ceux de la composition INSEE, sinon ceux que l'OFGL dit tels."""
    if membres is None:
        table = comptes[comptes["nature"].eq("EPT")].assign(nb_communes=np.nan)
        return table.rename(columns={"siren": "ept_siren"})
    composition = membres.groupby("ept_siren").agg(nom_insee=("nom", "first"), nb_communes=("insee", "size"))
    table = composition.reset_index().merge(comptes, left_on="ept_siren", right_on="siren", how="left")
    return table.assign(nom=table["nom"].fillna(table["nom_insee"]))


def alertes_comptes(epci: pd.DataFrame, comptes: pd.DataFrame, membres_ept: pd.DataFrame | None) -> list[Constat]:
    """EPCI sans comptes, et comptes de groupements qui ne sont ni EPCI du millésime ni EPT."""
    sans = epci.loc[epci["dep_fonctionnement"].isna(), "nom"]
    connus = set(epci["epci_siren"]) | set([] if membres_ept is None else membres_ept["ept_siren"])
    inconnus = comptes.loc[~comptes["siren"].isin(connus) & comptes["nature"].ne("EPT"), "nom"]
    alertes = []
    if len(sans):
        alertes.append(Constat("comptes des EPCI", f"sans comptes : {exemples(sans)}",
                               "les comptes de chaque EPCI", "Leurs montants sont vides.", "alerte"))
    if len(inconnus):
        trouve = f"hors composition : {exemples(inconnus)}"
        alertes.append(Constat("comptes des EPCI", trouve, "des EPCI du millésime",
                               "Leurs comptes ne sont pas repris.", "alerte"))
    return alertes


def exemples(noms: pd.Series) -> str:
    """Les cinq premiers noms, et combien il y en a en tout."""
    suite = f"… ({len(noms)} en tout)" if len(noms) > 5 else ""
    return ", ".join(map(str, noms.head(5))) + suite


def _points_epci(communes: pd.DataFrame) -> pd.DataFrame:
    situees = communes.dropna(subset=["epci_siren", "lat", "lon"])
    par_epci = situees.groupby("epci_siren")
    ecart_lat = situees["lat"] - par_epci["lat"].transform("mean")
    ecart_lon = (situees["lon"] - par_epci["lon"].transform("mean")) * np.cos(np.radians(situees["lat"]))
    distance = ecart_lat**2 + ecart_lon**2
    proches = situees.loc[distance.groupby(situees["epci_siren"]).idxmin()]
    return proches.set_index("epci_siren")[["lat", "lon"]]
