"""Ce qu'un projet met en commun pour une fonction : entités du périmètre, effectifs, coûts, et ce qu'on ne sait pas."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mutunb.calculs.effectifs import Effectifs, jeu, si_hors_personnel
from mutunb.calculs.scenarios import AVEC_TRANSFERT, CONTRATS_SEULS, EQUIPE_PARTAGEE
from mutunb.calculs.situation import SUFFIXES, autres_charges, situation_de

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix


@dataclass(frozen=True)
class Assiette:
    """Une fonction dans un périmètre.

    Attributes
    ----------
    fonction, instrument : str
    date_effet : datetime.date
    table : DataFrame
        Lignes de :func:`mutunb.calculs.situation.situation` du périmètre, plus ``personnel_eur`` (€/an).
    """

    fonction: str
    instrument: str
    date_effet: datetime.date
    table: pd.DataFrame

    @property
    def a_une_equipe(self) -> bool:
        """Vrai si l'instrument met des agents en commun (et non des contrats seuls)."""
        return self.instrument in AVEC_TRANSFERT | EQUIPE_PARTAGEE

    @property
    def a_un_transfert(self) -> bool:
        """Vrai si des agents changent d'employeur."""
        return self.instrument in AVEC_TRANSFERT

    @property
    def sans_agents(self) -> bool:
        """Vrai si l'instrument ne porte que sur des contrats."""
        return self.instrument in CONTRATS_SEULS

    @cached_property
    def connues(self) -> pd.Series:
        """Entités dont le coût est connu ou estimé."""
        return self.table["cout_eur"].notna()

    @cached_property
    def entrantes(self) -> pd.Series:
        """Communes du périmètre : ce sont elles qui entrent dans le service."""
        return self.table["genre"].eq("commune")

    def etp(self, borne: str = "central") -> float:
        """ETP du périmètre ; NaN si aucun n'est connu."""
        return self._totaux[f"etp{SUFFIXES[borne]}"]

    def cout(self, borne: str = "central") -> float:
        """Coût actuel du périmètre (€/an) ; NaN si aucun n'est connu."""
        return self._totaux[f"cout{SUFFIXES[borne]}_eur"]

    @cached_property
    def _totaux(self) -> dict[str, float]:
        colonnes = [modele.format(s) for s in SUFFIXES.values() for modele in ("etp{}", "cout{}_eur")]
        return {colonne: somme(self.table[colonne]) for colonne in colonnes}

    @cached_property
    def personnel(self) -> float:
        """Part du coût qui est du personnel (€/an)."""
        return somme(self.table["personnel_eur"])

    @cached_property
    def cout_etp(self) -> float:
        """Coût moyen de personnel d'un ETP du périmètre (€/ETP/an) ; NaN sans ETP."""
        etp = self.etp()
        return self.personnel / etp if etp > 0 else np.nan

    @cached_property
    def etp_entrants(self) -> float:
        """ETP des communes du périmètre."""
        return somme(self.table.loc[self.entrantes, "etp"])

    @cached_property
    def personnel_entrants(self) -> float:
        """Part du coût des communes du périmètre qui est du personnel (€/an)."""
        return somme(self.table.loc[self.entrantes, "personnel_eur"])

    @cached_property
    def cout_entrants(self) -> float:
        """Coût actuel des communes du périmètre (€/an)."""
        return somme(self.table.loc[self.entrantes, "cout_eur"])

    @cached_property
    def statut(self) -> str:
        """Statut du coût total : commun à toutes les entités, sinon ``mixte``."""
        statuts = set(self.table.loc[self.connues, "statut_cout"].dropna())
        return statuts.pop() if len(statuts) == 1 else "mixte"


def somme(serie: pd.Series) -> float:
    """Somme des valeurs connues ; NaN (et non 0) quand aucune ne l'est."""
    return float(serie.sum(min_count=1))


def situations_completes(effectifs: Effectifs, fonction: str) -> pd.DataFrame:
    """:func:`situation_de`, plus ``personnel_eur`` (€/an) et ``hors_personnel_eur`` (€/an, 0 si rien n'est déclaré)."""
    table = situation_de(effectifs, fonction)
    if fonction == "systemes_information":
        autres = si_hors_personnel(effectifs.entites, jeu(effectifs.dossier.hypotheses, "central"))
    else:
        autres = autres_charges(effectifs, fonction)
    table["hors_personnel_eur"] = autres.fillna(0.0).where(table["cout_eur"].notna())
    table["personnel_eur"] = table["cout_eur"] - table["hors_personnel_eur"]
    return table


def assiette(table: pd.DataFrame, choix: Choix, perimetre: Collection[str] | None = None) -> Assiette:
    """Assiette d'un choix, dans son périmètre ou dans un autre (SIREN), d'après :func:`situations_completes`."""
    retenus = set(choix.perimetre if perimetre is None else perimetre)
    lignes = table[table["siren"].isin(retenus)].reset_index(drop=True)
    return Assiette(choix.fonction, choix.instrument, choix.date_effet, lignes)
