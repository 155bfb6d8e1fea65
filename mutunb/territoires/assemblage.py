"""Des exports officiels bruts aux quatre tables du schéma national.

Ce que les exports connectés ne disent pas reste vide : compétences BANATIC, marchés de travaux, date de la base
OFGL. Le point d'un EPCI est celui de sa commune la plus proche du barycentre des points de ses communes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires import schema
from mutunb.territoires.connecteurs import cog, dgcl, dgf, ept, ofgl, valeurs
from mutunb.territoires.connecteurs import contours as connecteur_contours
from mutunb.territoires.exports import exports
from mutunb.territoires.qualite_comptes import qualite, strate

FICHE_DGF = "fiche_dgf_epci.csv"
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
    epci = _epci(composition, communes, comptes_epci)
    alertes += _comptes_et_epci(epci, comptes_epci, membres_ept)
    epci = _avec_criteres_dgf(epci, _criteres(Path(dossier), fichiers, int(millesime)))
    tables = {
        "epci": epci,
        "communes": communes,
        "communes_contours": _contours(communes, contours),
        "ept": _ept(comptes_epci, membres_ept),
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
            "liste des communes", f"{len(absentes)} communes de la composition n'y sont pas ({_exemples(absentes)})",
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
            "comptes des communes", f"{len(inconnus)} communes inconnues de la composition ({_exemples(inconnus)})",
            "des communes du millésime", "Leurs comptes ne sont pas repris.", "alerte"))
    communes = communes.merge(comptes.drop(columns=["nom", "reg", "nature"]), on="insee", how="left")
    # arrondi commune par commune, comme la source de référence : la somme des communes ferme à l'euro
    communes[list(schema.MONTANTS)] = np.rint(communes[list(schema.MONTANTS)])
    couverture = communes["ofgl_pop_totale"] / communes["pop_totale_2025"].where(communes["pop_totale_2025"] > 0)
    communes["ofgl_couverture_pop"] = couverture.round(3)
    communes["ofgl_qualite"] = qualite(communes)
    communes["ofgl_maj"] = None
    return communes


def _epci(composition: pd.DataFrame, communes: pd.DataFrame, comptes: pd.DataFrame) -> pd.DataFrame:
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


def _comptes_et_epci(epci: pd.DataFrame, comptes: pd.DataFrame, membres_ept: pd.DataFrame | None) -> list[Constat]:
    sans = epci.loc[epci["dep_fonctionnement"].isna(), "nom"]
    connus = set(epci["epci_siren"]) | set([] if membres_ept is None else membres_ept["ept_siren"])
    inconnus = comptes.loc[~comptes["siren"].isin(connus) & comptes["nature"].ne("EPT"), "nom"]
    alertes = []
    if len(sans):
        alertes.append(Constat("comptes des EPCI", f"{len(sans)} EPCI sans comptes ({_exemples(sans)})",
                               "les comptes de chaque EPCI", "Leurs montants sont vides.", "alerte"))
    if len(inconnus):
        trouve = f"{len(inconnus)} groupements hors composition ({_exemples(inconnus)})"
        alertes.append(Constat("comptes des EPCI", trouve, "des EPCI du millésime",
                               "Leurs comptes ne sont pas repris.", "alerte"))
    return alertes


def _points_epci(communes: pd.DataFrame) -> pd.DataFrame:
    situees = communes.dropna(subset=["epci_siren", "lat", "lon"])
    par_epci = situees.groupby("epci_siren")
    ecart_lat = situees["lat"] - par_epci["lat"].transform("mean")
    ecart_lon = (situees["lon"] - par_epci["lon"].transform("mean")) * np.cos(np.radians(situees["lat"]))
    distance = ecart_lat**2 + ecart_lon**2
    proches = situees.loc[distance.groupby(situees["epci_siren"]).idxmin()]
    return proches.set_index("epci_siren")[["lat", "lon"]]


def _criteres(dossier: Path, fichiers: dict[str, Path], exercice: int) -> pd.DataFrame:
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
    return pd.concat(lots).drop_duplicates("epci_siren")[colonnes]


def _avec_criteres_dgf(epci: pd.DataFrame, criteres: pd.DataFrame) -> pd.DataFrame:
    noms = {
        "cif": "cif_2025", "potentiel_fiscal_eur": "potentiel_fiscal_2025",
        "potentiel_fiscal_hab_eur": "potentiel_fiscal_hab_2025", "population_dgf": "pop_dgf_2025",
    }
    return epci.merge(criteres.rename(columns=noms), on="epci_siren", how="left")


def _contours(communes: pd.DataFrame, contours: pd.DataFrame | None) -> pd.DataFrame:
    if contours is None:
        return pd.DataFrame(columns=schema.noms(schema.CONTOURS))
    dessines = contours.dropna(subset="geometry_geojson")
    return dessines.merge(communes[["insee", "epci_siren"]], on="insee", how="inner")


def _ept(comptes: pd.DataFrame, membres: pd.DataFrame | None) -> pd.DataFrame:
    """Établissements publics territoriaux : ceux de la composition INSEE, sinon ceux que l'OFGL dit tels."""
    if membres is None:
        table = comptes[comptes["nature"].eq("EPT")].assign(nb_communes=np.nan)
        return table.rename(columns={"siren": "ept_siren"})
    composition = membres.groupby("ept_siren").agg(nom_insee=("nom", "first"), nb_communes=("insee", "size"))
    table = composition.reset_index().merge(comptes, left_on="ept_siren", right_on="siren", how="left")
    return table.assign(nom=table["nom"].fillna(table["nom_insee"]))


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


def _exemples(noms: pd.Series) -> str:
    return ", ".join(noms.astype("str").head(5)) + ("…" if len(noms) > 5 else "")
