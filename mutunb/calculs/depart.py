"""L'état de départ auquel le pilotage se compare : le T0 gelé, fonction par fonction, et ce qu'il permet de démontrer.

Sans T0 gelé, rien ne prouve un gain : les réponses d'aujourd'hui peuvent avoir changé depuis. Elles restent une indication.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from mutunb.calculs.assiette import situations_completes
from mutunb.calculs.couts_publies import couts_declares
from mutunb.calculs.declarations import annee_reference
from mutunb.calculs.effectifs import Effectifs, estimer_effectifs
from mutunb.calculs.masquage import TOTAL
from mutunb.dossier import Dossier
from mutunb.dossier.collecte import Collecte
from mutunb.dossier.t0 import MARQUES

#: part des entités au coût déclaré sous laquelle un total ne prouve rien (pratique, niveau B)
COUVERTURE_MIN = 0.8
DEMONTRABLE, SOUS_RESERVE, NON_DEMONTRABLE = "demontrable", "sous_reserve", "non_demontrable"
SANS_T0 = "aucun état de départ (T0) n'est gelé"


@dataclass(frozen=True)
class Depart:
    """L'état de départ d'un territoire.

    Attributes
    ----------
    dossier : Dossier
        Le dossier tel qu'il était au gel (ses réponses sont celles du T0), ou tel quel si rien n'est gelé.
    gele : bool
    reference : str
        Ce que cite une comparaison (« T0 n° 1 au… ») ; vide si rien n'est gelé.
    annee : int
        Exercice des coûts de départ.
    """

    dossier: Dossier
    gele: bool
    reference: str
    annee: int

    @cached_property
    def effectifs(self) -> Effectifs:
        """Effectifs de départ."""
        return estimer_effectifs(self.dossier)

    @cached_property
    def _situations(self) -> dict[str, pd.DataFrame]:
        return {}

    def situation(self, fonction: str) -> pd.DataFrame:
        """Situation de départ d'une fonction, indexée par SIREN (colonnes de ``situation``, plus ``personnel_eur``)."""
        if fonction not in self._situations:
            self._situations[fonction] = situations_completes(self.effectifs, fonction).set_index("siren")
        return self._situations[fonction]

    def preuve(self, fonction: str, sirens: list[str]) -> tuple[str, str]:
        """Ce que le T0 permet de démontrer sur ces entités (``demontrable``, ``sous_reserve``…), et pourquoi."""
        if not self.gele:
            return NON_DEMONTRABLE, SANS_T0
        table = self.situation(fonction).reindex(sirens)
        manquent = int(table["cout_eur"].isna().sum())
        declares = int(table["statut_cout"].isin(["declare", "mixte"]).sum())
        combien = len(sirens)
        if not combien or declares < COUVERTURE_MIN * combien:
            return NON_DEMONTRABLE, f"le coût de départ n'est déclaré que par {declares} des {combien} entités du service"
        if declares < combien or manquent or table["statut_cout"].eq("mixte").any():
            return SOUS_RESERVE, f"le coût de départ est déclaré par {declares} des {combien} entités, en partie estimé pour le reste"
        return DEMONTRABLE, "le coût de départ est déclaré par toutes les entités du service"

    @cached_property
    def masquees(self) -> frozenset[str]:
        """Fonctions dont le coût de départ, même total, repose sur trop peu d'agents pour se montrer au client."""
        publies = couts_declares(self.effectifs)
        if publies is None:
            return frozenset()
        return frozenset(f for f in publies.masque.index if f != TOTAL and publies.masque.at[f, TOTAL])


def etat_de_depart(dossier: Dossier) -> Depart:
    """État de départ d'un dossier : le dernier T0 gelé, à défaut les réponses ou les estimations du moment.

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> etat_de_depart(ouvrir("247900798")).gele
    False
    """
    if dossier.t0 is None:
        return Depart(dossier, False, "", annee_reference(dossier))
    tables = {nom: table.drop(columns=[m for m in MARQUES if m in table]) for nom, table in dossier.t0.tables.items()}
    fige = replace(dossier, collecte=Collecte(tables))
    return Depart(fige, True, dossier.t0.reference, dossier.t0.exercice or annee_reference(fige))
