"""L'échantillon embarqué : quelques EPCI réels et leurs communes, en CSV lisibles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires import schema
from mutunb.territoires.millesime import lire_millesime
from mutunb.territoires.modeles import Origine

SEPARATEUR = ";"
TABLES = {
    "epci": (*schema.DETAIL, *schema.EPCI, *schema.EPCI_CALCULEES),
    "communes": schema.COMMUNES,
    "ept": schema.choisir(schema.EPT, "ept_siren", "nom"),
    "normes": schema.NORMES,
}
REMEDE = "Reprenez le fichier du dépôt."
COMPLET, COMPARABLE = "complet", "comparable"


class MagasinEchantillon:
    """Dossier de CSV : ``epci.csv``, ``communes.csv``, ``ept.csv``, ``normes.csv``."""

    origine = Origine.ECHANTILLON
    tables = TABLES

    def __init__(self, dossier: Path) -> None:
        self.dossier = Path(dossier)
        self.millesime = lire_millesime(self.dossier)
        constats: list[Constat] = []
        self._tables = {nom: self._lire(nom, colonnes, constats) for nom, colonnes in self.tables.items()}
        if constats:
            raise ErreurDonnees.de_constats(f"Échantillon {self.dossier}", constats)

    def ligne_epci(self, siren: str) -> pd.Series | None:
        table = self._tables["epci"]
        trouvees = table[(table["epci_siren"] == siren) & (table["detail"] == COMPLET)]
        colonnes = schema.noms(schema.EPCI + schema.EPCI_CALCULEES)
        return None if trouvees.empty else trouvees[colonnes].iloc[0].rename(siren)

    def communes(self, siren: str | None = None) -> pd.DataFrame:
        table = self._tables["communes"].sort_values("insee")
        return (table if siren is None else table[table["epci_siren"] == siren]).reset_index(drop=True)

    def contours(self, siren: str | None = None) -> pd.DataFrame | None:
        return None

    def epci(self) -> pd.DataFrame:
        return self._tables["epci"].sort_values("epci_siren").reset_index(drop=True)

    def commune(self, code: str) -> pd.Series | None:
        table = self._tables["communes"]
        trouvees = table[(table["siren"] == code) | (table["insee"] == code)]
        return None if trouvees.empty else trouvees[schema.noms(schema.COMMUNES_IDENTITE)].iloc[0]

    def communes_de_nom(self) -> pd.DataFrame:
        return self._tables["communes"][["nom", "epci_siren"]].copy(deep=False)

    def ept(self) -> pd.DataFrame:
        return self._tables["ept"].rename(columns={"ept_siren": "siren"})

    def normes(self) -> pd.DataFrame:
        return self._tables["normes"].copy(deep=False)

    def _lire(self, nom: str, colonnes: tuple[schema.Colonne, ...], constats: list[Constat]) -> pd.DataFrame:
        chemin = self.dossier / f"{nom}.csv"
        if not chemin.is_file():
            constats.append(Constat(chemin.name, "aucun fichier de ce nom", "une table CSV", REMEDE))
            return pd.DataFrame()
        lue = pd.read_csv(chemin, sep=SEPARATEUR, dtype="str", keep_default_na=False, na_values=[""])
        manquantes = tuple(colonne for colonne in colonnes if colonne.nom not in lue)
        constats += schema.constats_de_colonnes(chemin.name, manquantes, {})
        try:
            return lue if manquantes else schema.mettre_en_forme(lue, colonnes)
        except ValueError as erreur:
            trouve = f"du texte dans une colonne de nombres ({erreur})"
            constats.append(Constat(chemin.name, trouve, "des nombres", REMEDE))
            return lue
