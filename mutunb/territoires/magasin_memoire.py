"""Un magasin lu d'avance : mêmes réponses, aucun fichier rouvert, ni connexion qu'un processus dédoublé hériterait."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from mutunb.territoires.magasin_parquet import MagasinParquet


class MagasinMemoire:
    """Les tables d'un dossier national, tenues en mémoire et rangées par EPCI."""

    def __init__(self, source: MagasinParquet) -> None:
        self.origine, self.dossier, self.millesime = source.origine, Path(source.dossier), source.millesime
        self._epci, self._normes = source.epci(), source.normes()
        self._rangs = {siren: rang for rang, siren in enumerate(self._epci["epci_siren"])}
        self._lignes = self._epci.drop(columns="detail")
        self._communes = _ParEpci(source.communes())
        contours = source.contours()
        self._contours = None if contours is None else _ParEpci(contours)

    def ligne_epci(self, siren: str) -> pd.Series | None:
        rang = self._rangs.get(siren)
        return None if rang is None else self._lignes.iloc[rang].rename(siren)

    def communes(self, siren: str | None = None) -> pd.DataFrame:
        return self._communes.lignes(siren)

    def contours(self, siren: str | None = None) -> pd.DataFrame | None:
        return None if self._contours is None else self._contours.lignes(siren)

    def epci(self) -> pd.DataFrame:
        return self._epci.copy(deep=False)

    def normes(self) -> pd.DataFrame:
        return self._normes.copy(deep=False)

    # le reste ne sert qu'à expliquer un refus : on le relit
    def commune(self, code: str) -> pd.Series | None:
        return MagasinParquet(self.dossier).commune(code)

    def communes_de_nom(self) -> pd.DataFrame:
        return MagasinParquet(self.dossier).communes_de_nom()

    def ept(self) -> pd.DataFrame:
        return MagasinParquet(self.dossier).ept()


class _ParEpci:
    """Une table et la place des lignes de chaque EPCI."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._table = table.copy()  # d'un seul tenant : en extraire des lignes va plus vite
        self._places = table.groupby("epci_siren", sort=False).indices

    def lignes(self, siren: str | None) -> pd.DataFrame:
        """Lignes d'un EPCI, ou de tous."""
        if siren is None:
            return self._table.copy(deep=False)
        places = self._places.get(siren, np.empty(0, dtype=np.intp))
        return self._table.take(places).reset_index(drop=True)
