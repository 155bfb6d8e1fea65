"""Le territoire fictif livré avec mutunb : ses deux tables publiques, comparées aux EPCI réels de l'échantillon."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from mutunb import chemins
from mutunb.territoires import schema
from mutunb.territoires.magasin_echantillon import COMPARABLE, TABLES, MagasinEchantillon
from mutunb.territoires.modeles import Origine

#: les SIREN inventés commencent ainsi (clé de contrôle juste, aucun n'est celui d'une collectivité)
PREFIXE_FICTIF = "999999"


class MagasinExemple(MagasinEchantillon):
    """Dossier de deux CSV, ``epci.csv`` et ``communes.csv`` ; comparables et normes viennent de l'échantillon réel."""

    origine = Origine.FICTIF
    tables = {nom: TABLES[nom] for nom in ("epci", "communes")}

    def __init__(self, dossier: Path) -> None:
        super().__init__(dossier)
        self._reels = MagasinEchantillon(chemins.echantillon())

    def epci(self) -> pd.DataFrame:
        reels = self._reels.epci().assign(detail=COMPARABLE)
        return pd.concat([super().epci(), reels], ignore_index=True)[schema.noms(TABLES["epci"])]

    def ept(self) -> pd.DataFrame:
        return self._reels.ept()

    def normes(self) -> pd.DataFrame:
        return self._reels.normes()
