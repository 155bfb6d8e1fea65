"""Le portefeuille : tous les territoires produits, dans une table et une page.

Les ``resultats.json`` se lisent ensemble par DuckDB : une ligne par territoire, une colonne ``etape__indicateur``.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import page_portefeuille, resultats
from mutunb.territoires.magasin import magasin

NOM_TABLE = "portefeuille.parquet"
NOM_PAGE = "index.html"
#: le plus gros resultats.json admis, en octets
TAILLE_MAX = 64 << 20

_LIRE = """
    SELECT parse_dirpath(filename) AS dossier, CASE WHEN json_valid(content) THEN content::JSON END AS r
    FROM read_text($motif)
"""
_IDENTITES = f"""
    SELECT dossier, r->>'$.territoire.siren' AS siren, r->>'$.territoire.nom' AS nom, r->>'$.territoire.nature' AS nature,
           r->>'$.territoire.departement' AS departement, r->>'$.territoire.regime_fiscal' AS regime_fiscal,
           r->>'$.territoire.origine' AS origine, CAST(r->>'$.territoire.communes' AS INTEGER) AS communes
    FROM ({_LIRE}) ORDER BY dossier
"""
_ETAPES = f"""
    SELECT dossier, etape, carnet, r->'etapes'->etape->'carnets'->>carnet AS statut
    FROM (SELECT dossier, r, etape, unnest(json_keys(r->'etapes'->etape->'carnets')) AS carnet
          FROM (SELECT dossier, r, unnest(json_keys(r->'etapes')) AS etape FROM ({_LIRE}) WHERE r IS NOT NULL))
    ORDER BY dossier, etape, carnet
"""
_INDICATEURS = f"""
    SELECT dossier, etape || '__' || indicateur AS colonne, i->>'valeur' AS valeur, i->>'unite' AS unite,
           json_type(i->'valeur') AS genre
    FROM (SELECT dossier, etape, indicateur, r->'etapes'->etape->'indicateurs'->indicateur AS i
          FROM (SELECT dossier, r, etape, unnest(json_keys(r->'etapes'->etape->'indicateurs')) AS indicateur
                FROM (SELECT dossier, r, unnest(json_keys(r->'etapes')) AS etape FROM ({_LIRE}) WHERE r IS NOT NULL)))
    ORDER BY dossier, colonne
"""


@dataclass(frozen=True)
class Portefeuille:
    """Ce que les livrables d'un dossier disent ensemble.

    Attributes
    ----------
    table : DataFrame
        Une ligne par territoire : siren, nom, nature, departement, regime_fiscal, communes, etapes, echecs, lat, lon, puis
        une colonne par indicateur (``etape__indicateur``, nombre ou texte ; absent = vide).
    illisibles : tuple of str
        Dossiers dont ``resultats.json`` ne se lit pas.
    """

    table: pd.DataFrame
    illisibles: tuple[str, ...]

    @property
    def echecs(self) -> pd.DataFrame:
        """Territoires dont un carnet au moins a échoué."""
        return self.table[self.table["echecs"] != ""]


def reunir(sorties: Path, donnees: Path | None = None) -> Portefeuille:
    """Lit tous les ``resultats.json`` de ``sorties``.

    Raises
    ------
    ErreurDonnees
        Aucun territoire produit dans ce dossier.
    """
    fichiers = sorted(sorties.glob(f"*/{resultats.NOM_FICHIER}"))
    lisibles = [str(fichier) for fichier in fichiers if fichier.stat().st_size <= TAILLE_MAX]
    if not lisibles:
        raise ErreurDonnees(f"Aucun territoire produit dans {sorties}. Produisez-en : {chemins_lot()}.")
    with duckdb.connect() as base:
        tables = {nom: base.execute(sql, {"motif": lisibles}).df() for nom, sql in _REQUETES.items()}
    identites = tables["identites"]
    valides = identites["siren"].notna()
    illisibles = [Path(d).name for d in identites.loc[~valides, "dossier"]]
    illisibles += [fichier.parent.name for fichier in fichiers if str(fichier) not in set(lisibles)]
    table = identites[valides].merge(_par_dossier(tables["etapes"]), on="dossier", how="left")
    table = table.merge(_en_colonnes(tables["indicateurs"]), on="dossier", how="left")
    table = table.merge(_positions(donnees), on="siren", how="left")
    table["lien"] = [Path(dossier).name for dossier in table["dossier"]]
    return Portefeuille(table.drop(columns="dossier").sort_values("siren", ignore_index=True), tuple(sorted(illisibles)))


_REQUETES = {"identites": _IDENTITES, "etapes": _ETAPES, "indicateurs": _INDICATEURS}


def ecrire(portefeuille: Portefeuille, sorties: Path, edition: datetime.date) -> tuple[Path, Path]:
    """Écrit ``portefeuille.parquet`` et ``index.html`` ; rend leurs chemins."""
    fichiers = sorties / NOM_TABLE, sorties / NOM_PAGE
    provisoire = fichiers[0].with_name(f".{NOM_TABLE}.part")
    with duckdb.connect() as base:
        base.register("portefeuille", portefeuille.table)
        base.execute(f"COPY portefeuille TO {_texte_sql(provisoire)} (FORMAT parquet, COMPRESSION zstd)")
    provisoire.replace(fichiers[0])
    chemins.ecrire(fichiers[1], page_portefeuille.page(portefeuille, edition))
    return fichiers


def _texte_sql(chemin: Path) -> str:
    return "'" + str(chemin).replace("'", "''") + "'"


def chemins_lot() -> str:
    """Commande à donner quand rien n'est produit."""
    return "mutunb lot --tous"


def _par_dossier(etapes: pd.DataFrame) -> pd.DataFrame:
    """Étapes produites et carnets en échec, par territoire."""
    groupes = etapes.groupby("dossier", sort=True)
    echecs = etapes[etapes["statut"] == "echec"].groupby("dossier")["carnet"].agg(", ".join)
    table = groupes["etape"].agg(lambda noms: ", ".join(dict.fromkeys(noms))).rename("etapes").to_frame()
    table["echecs"] = echecs.reindex(table.index).fillna("")
    return table.reset_index()


def _en_colonnes(indicateurs: pd.DataFrame) -> pd.DataFrame:
    """Une colonne par indicateur ; en nombre quand toutes ses valeurs connues en sont."""
    large = indicateurs.pivot(index="dossier", columns="colonne", values="valeur")
    textes = set(indicateurs.loc[indicateurs["genre"] == "VARCHAR", "colonne"])
    for colonne in large.columns:
        large[colonne] = large[colonne].astype(object) if colonne in textes else pd.to_numeric(large[colonne])
    large.columns.name = None
    return large.reset_index()


def _positions(donnees: Path | None) -> pd.DataFrame:
    """Coordonnées du siège de chaque EPCI des données publiques, si elles y sont."""
    epci = magasin(donnees).epci()
    if not {"lat", "lon"} <= set(epci.columns):
        return pd.DataFrame({"siren": pd.Series(dtype=object), "lat": [], "lon": []})
    return epci.rename(columns={"epci_siren": "siren"})[["siren", "lat", "lon"]]
