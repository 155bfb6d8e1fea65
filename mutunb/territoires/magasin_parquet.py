"""Le référentiel national, lu par DuckDB : seules les lignes demandées sortent des Parquet."""

from __future__ import annotations

import functools
from pathlib import Path

import duckdb
import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires import schema
from mutunb.territoires.millesime import lire_millesime
from mutunb.territoires.modeles import Origine
from mutunb.territoires.distributions import normes_nationales

#: {ou} restreint à un EPCI ou à rien
_SQL_EPCI = """
    SELECT {colonnes}, v.part_ville_centre, v.communes_moins_1000
    FROM epci AS e
    LEFT JOIN (
        SELECT epci_siren,
               max(pop_municipale_2025)::DOUBLE / sum(pop_municipale_2025) AS part_ville_centre,
               avg((pop_municipale_2025 < 1000)::INTEGER) AS communes_moins_1000
        FROM communes WHERE {ou} GROUP BY epci_siren
    ) AS v ON v.epci_siren = e.epci_siren
    WHERE e.{ou}
    ORDER BY e.epci_siren
"""


class MagasinParquet:
    """Dossier national : ``epci.parquet``, ``communes.parquet`` et, s'ils y sont, ``communes_contours`` et ``ept``."""

    origine = Origine.NATIONAL

    def __init__(self, dossier: Path) -> None:
        self.dossier = Path(dossier)
        self._connexion = duckdb.connect(config={"threads": 1})
        self._tables = self._controler()
        self.millesime = lire_millesime(self.dossier)

    def ligne_epci(self, siren: str) -> pd.Series | None:
        trouvees = self._lire_epci("epci_siren = $siren", siren=siren)
        return None if trouvees.empty else trouvees.iloc[0].rename(siren)

    def communes(self, siren: str | None = None) -> pd.DataFrame:
        return self._lire("communes", schema.COMMUNES, **_membres(siren))

    def contours(self, siren: str | None = None) -> pd.DataFrame | None:
        if "communes_contours" not in self._tables:
            return None
        return self._lire("communes_contours", schema.CONTOURS, **_membres(siren))

    def epci(self) -> pd.DataFrame:
        return self._tous.copy(deep=False)

    def commune(self, code: str) -> pd.Series | None:
        trouvees = self._lire("communes", schema.COMMUNES_IDENTITE, "WHERE siren = $code OR insee = $code", code=code)
        return None if trouvees.empty else trouvees.iloc[0]

    def communes_de_nom(self) -> pd.DataFrame:
        colonnes = schema.choisir(schema.COMMUNES, "nom", "epci_siren")
        return self._lire("communes", colonnes, "WHERE epci_siren IS NOT NULL ORDER BY insee")

    def ept(self) -> pd.DataFrame:
        if "ept" in self._tables:
            table = self._lire("ept", schema.choisir(schema.EPT, "ept_siren", "nom"), "ORDER BY ept_siren")
        else:
            suite = "WHERE ept_siren IS NOT NULL GROUP BY ept_siren ORDER BY ept_siren"
            table = self._lire("communes", schema.choisir(schema.COMMUNES, "ept_siren"), suite).assign(nom=None)
        return table.rename(columns={"ept_siren": "siren"})

    def normes(self) -> pd.DataFrame:
        return self._normes.copy(deep=False)

    @functools.cached_property
    def _tous(self) -> pd.DataFrame:
        return self._lire_epci("epci_siren IS NOT NULL").assign(detail="complet")

    @functools.cached_property
    def _normes(self) -> pd.DataFrame:
        return normes_nationales(self._tous)

    def _lire_epci(self, ou: str, **valeurs: str) -> pd.DataFrame:
        requete = _SQL_EPCI.format(colonnes=_colonnes_sql(schema.EPCI, "e."), ou=ou)
        table = self._connexion.cursor().execute(requete, valeurs).df()
        return schema.mettre_en_forme(table, schema.EPCI + schema.EPCI_CALCULEES)

    def _lire(self, table: str, colonnes: tuple[schema.Colonne, ...], suite: str, **valeurs: str) -> pd.DataFrame:
        requete = f"SELECT {_colonnes_sql(colonnes)} FROM {table} {suite}"
        return schema.mettre_en_forme(self._connexion.cursor().execute(requete, valeurs).df(), colonnes)

    def _controler(self) -> frozenset[str]:
        """Noms des tables présentes ; toutes les anomalies du dossier d'un coup."""
        constats: list[Constat] = []
        presentes = []
        for nom, colonnes in schema.TABLES.items():
            chemin = self.dossier / f"{nom}.parquet"
            if chemin.is_file():
                presentes.append(nom)
                constats += self._constats_du_fichier(chemin, colonnes)
            elif nom in schema.TABLES_INDISPENSABLES:
                constats.append(Constat(chemin.name, "aucun fichier de ce nom", "une table Parquet", schema.REMEDE))
        if constats:
            raise ErreurDonnees.de_constats(f"Dossier de données {self.dossier}", constats)
        return frozenset(presentes)

    def _constats_du_fichier(self, chemin: Path, colonnes: tuple[schema.Colonne, ...]) -> list[Constat]:
        adresse = str(chemin).replace("'", "''")
        try:
            self._connexion.execute(f"CREATE VIEW {chemin.stem} AS SELECT * FROM read_parquet('{adresse}')")
            lignes = self._connexion.execute(f"DESCRIBE {chemin.stem}").fetchall()
        except duckdb.Error as erreur:
            raison = str(erreur).splitlines()[0]
            return [Constat(chemin.name, f"un fichier illisible ({raison})", "une table Parquet", schema.REMEDE)]
        return schema.constats_de_colonnes(chemin.name, colonnes, {nom: type_ for nom, type_, *_ in lignes})


def _colonnes_sql(colonnes: tuple[schema.Colonne, ...], prefixe: str = "") -> str:
    """Colonnes à lire, les nombres en DOUBLE : un entier absent devient NaN et non une colonne d'objets."""
    return ", ".join(
        f"{prefixe}{c.nom}" if c.genre == "texte" else f"{prefixe}{c.nom}::DOUBLE AS {c.nom}" for c in colonnes
    )


def _membres(siren: str | None) -> dict[str, str]:
    """Fin de requête et valeur pour les communes d'un EPCI, ou de tous."""
    if siren is None:
        return {"suite": "WHERE epci_siren IS NOT NULL ORDER BY insee"}
    return {"suite": "WHERE epci_siren = $siren ORDER BY insee", "siren": siren}
