"""Des exports officiels bruts aux quatre tables du schéma national.

Ce que les exports connectés ne disent pas reste vide : compétences BANATIC, marchés de travaux, date de la base
OFGL.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires import schema
from mutunb.territoires.assemblage_epci import (
    alertes_comptes, avec_criteres_dgf, criteres_dgf, epci_de_composition, ept_de_composition, exemples,
)
from mutunb.territoires.connecteurs import cog, dgcl, ept, ofgl, valeurs
from mutunb.territoires.connecteurs import contours as connecteur_contours
from mutunb.territoires.exports import exports
from mutunb.territoires.qualite_comptes import qualite, strate

Tables = dict[str, pd.DataFrame]


def fichiers_bruts(dossier: Path, millesime: str) -> dict[str, Path]:
    """Identifiant d'export → fichier présent dans ``dossier`` sous son nom officiel."""
    chemins = {export.id: Path(dossier) / export.nom_fichier(millesime) for export in exports()}
    return {nom: chemin for nom, chemin in chemins.items() if chemin.is_file()}


def assembler(dossier: Path, millesime: str) -> tuple[Tables, list[Constat]]:
    """Les tables du schéma (``epci``, ``communes``, ``communes_contours``, ``ept``) et les alertes de l'assemblage."""
    fichiers = _exiger_fichiers(Path(dossier), millesime)
    exercice = int(millesime) - 1
    alertes: list[Constat] = []
    composition = dgcl.lire_composition(fichiers["composition"])
    comptes_communes = _comptes(fichiers["ofgl_communes"], exercice, "insee")
    comptes_epci = _comptes(fichiers["ofgl_epci"], exercice, "siren")
    membres_ept = ept.lire_ept(fichiers["ept"]) if "ept" in fichiers else None
    contours = connecteur_contours.lire_contours(fichiers["contours"]) if "contours" in fichiers else None

    communes = _communes(composition, cog.lire_communes(fichiers["communes"]), alertes)
    communes = _avec_ept(_avec_points(communes, contours), membres_ept)
    communes = _avec_comptes(communes, comptes_communes, alertes)
    epci = epci_de_composition(composition, communes, comptes_epci)
    alertes += alertes_comptes(epci, comptes_epci, membres_ept)
    epci = avec_criteres_dgf(epci, criteres_dgf(Path(dossier), fichiers, int(millesime)))
    tables = {
        "epci": epci,
        "communes": communes,
        "communes_contours": _contours(communes, contours),
        "ept": ept_de_composition(comptes_epci, membres_ept),
    }
    tables = {nom: au_schema(table, schema.TABLES[nom]) for nom, table in tables.items()}
    return tables, alertes + _alertes_de_millesime(millesime) + _alertes_de_sources(fichiers, tables)


def au_schema(table: pd.DataFrame, colonnes: tuple[schema.Colonne, ...]) -> pd.DataFrame:
    """La table aux colonnes et types du schéma : texte, entier nullable ou réel ; une colonne absente est vide."""
    types = {"texte": "str", "entier": "Int64", "reel": "float64"}
    table = table.reindex(columns=schema.noms(colonnes))
    for colonne in colonnes:
        if colonne.genre == "entier":
            table[colonne.nom] = np.rint(table[colonne.nom].astype("Float64"))
    return table.astype({colonne.nom: types[colonne.genre] for colonne in colonnes})


def _exiger_fichiers(dossier: Path, millesime: str) -> dict[str, Path]:
    fichiers = fichiers_bruts(dossier, millesime)
    presents = sorted(chemin.name for chemin in dossier.iterdir() if chemin.is_file())
    manquants = [
        Constat(f"{dossier}", f"{', '.join(presents[:10]) or 'aucun fichier'}",
                f"« {export.nom_fichier(millesime)} » ({export.libelle}, {export.producteur})",
                f"Téléchargez-le depuis {export.url(millesime).partition('?')[0]}.")
        for export in exports()
        if export.obligatoire and export.id not in fichiers
    ]
    if manquants:
        raise ErreurDonnees.de_constats(f"Exports officiels du millésime {millesime}", manquants)
    return fichiers


def _comptes(fichier: Path, exercice: int, identifiant: str) -> pd.DataFrame:
    """Comptes en table large ; refuse la base consolidée pour les communes et les budgets détaillés pour les EPCI."""
    longue = ofgl.lire_ofgl(fichier)
    consolidee, detaillee = longue["base"].eq("consolidee").all(), longue["type_budget"].notna().any()
    if identifiant == "insee" and consolidee:
        raise ErreurDonnees(f"{fichier} : c'est la base consolidée des communes. Attendu : le budget principal "
                            "(« ofgl-base-communes »), seul comparable d'une commune à l'autre ici.")
    if identifiant == "siren" and detaillee:
        raise ErreurDonnees(f"{fichier} : c'est la base par budget des EPCI. Attendu : la base consolidée "
                            "(« ofgl-base-gfp-consolidee »), budgets annexes compris.")
    return ofgl.pivoter(longue, exercice, identifiant)


def _communes(composition: pd.DataFrame, officielles: pd.DataFrame, alertes: list[Constat]) -> pd.DataFrame:
    """Toutes les communes : membres d'un EPCI, et communes isolées connues du seul code géographique."""
    officielles = officielles.rename(columns={"pop_municipale": "pop_municipale_2026"})
    membres = composition[["insee", "siren", "nom", "epci_siren", "pop_municipale", "pop_totale"]].rename(
        columns={"pop_municipale": "pop_municipale_2025", "pop_totale": "pop_totale_2025"}
    )
    communes = officielles.merge(membres, on="insee", how="outer", suffixes=("", "_dgcl"))
    absentes = communes.loc[communes["nom"].isna(), "nom_dgcl"]
    if len(absentes):
        alertes.append(Constat(
            "liste des communes", f"absentes de cette liste : {exemples(absentes)}",
            "le même millésime", "Elles ont sans doute fusionné depuis ; elles sont gardées.", "alerte"))
    communes["nom"] = communes["nom"].fillna(communes["nom_dgcl"])
    communes["siren"] = communes["siren_dgcl"].fillna(communes["siren"])
    communes["dep"] = communes["dep"].fillna(communes["insee"].map(valeurs.departement))
    regions = communes.dropna(subset="reg").drop_duplicates("dep").set_index("dep")["reg"]
    communes["reg"] = communes["reg"].fillna(communes["dep"].map(regions))
    communes["strate"] = strate(communes["pop_totale_2025"])
    return communes.drop(columns=["nom_dgcl", "siren_dgcl"])


def _avec_points(communes: pd.DataFrame, contours: pd.DataFrame | None) -> pd.DataFrame:
    if contours is None:
        return communes.assign(lat=np.nan, lon=np.nan)
    return communes.merge(contours[["insee", "lat", "lon"]], on="insee", how="left")


def _avec_ept(communes: pd.DataFrame, membres: pd.DataFrame | None) -> pd.DataFrame:
    if membres is None:
        return communes.assign(ept_siren=None)
    return communes.merge(membres[["insee", "ept_siren"]], on="insee", how="left")


def _avec_comptes(communes: pd.DataFrame, comptes: pd.DataFrame, alertes: list[Constat]) -> pd.DataFrame:
    inconnus = comptes.loc[~comptes["insee"].isin(communes["insee"]), "nom"]
    if len(inconnus):
        alertes.append(Constat(
            "comptes des communes", f"hors composition : {exemples(inconnus)}",
            "des communes du millésime", "Leurs comptes ne sont pas repris.", "alerte"))
    communes = communes.merge(comptes.drop(columns=["nom", "reg", "nature"]), on="insee", how="left")
    # arrondi commune par commune, comme la source de référence : la somme des communes ferme à l'euro
    communes[list(schema.MONTANTS)] = np.rint(communes[list(schema.MONTANTS)])
    couverture = communes["ofgl_pop_totale"] / communes["pop_totale_2025"].where(communes["pop_totale_2025"] > 0)
    communes["ofgl_couverture_pop"] = couverture.round(3)
    communes["ofgl_qualite"] = qualite(communes)
    communes["ofgl_maj"] = None
    return communes


def _contours(communes: pd.DataFrame, contours: pd.DataFrame | None) -> pd.DataFrame:
    if contours is None:
        return pd.DataFrame(columns=schema.noms(schema.CONTOURS))
    dessines = contours.dropna(subset="geometry_geojson")
    return dessines.merge(communes[["insee", "epci_siren"]], on="insee", how="inner")


def _alertes_de_millesime(millesime: str) -> list[Constat]:
    if millesime == "2025":
        return []
    return [Constat(
        "colonnes du schéma", f"le millésime {millesime}", "2025, que portent les noms des colonnes",
        "Les colonnes « _2025 » (populations, CIF) portent ici ce millésime : lisez millesime.json.", "alerte")]


def _alertes_de_sources(fichiers: dict[str, Path], tables: Tables) -> list[Constat]:
    alertes = [
        Constat("exports facultatifs", f"pas de fichier « {export.id} »", export.libelle,
                "Les colonnes qui en viennent sont vides.", "alerte")
        for export in exports()
        if not export.obligatoire and export.id not in fichiers
    ]
    vides = [nom for nom in tables["epci"].columns if tables["epci"][nom].isna().all()]
    if vides:
        alertes.append(Constat("table epci", f"des colonnes entièrement vides ({', '.join(vides)})",
                               "des valeurs", "Leur source n'est pas connectée ou n'a rien donné.", "alerte"))
    return alertes
