"""Ce qui, dans une collecte, est une réponse du territoire et non une ligne pré-remplie ; et la couverture qui en résulte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mutunb.dossier.collecte import Collecte
from mutunb.dossier.preremplissage import preremplir
from mutunb.dossier.questionnaire import questionnaire
from mutunb.territoires import Territoire

#: feuilles dont une ligne pré-remplie ne se distingue que par ses autres champs
_NEUTRES = frozenset({"collectivite", "nom", "nature", "exercice", "source"})
_COMMUNES_SEULES = ("compensations",)
_EPCI_SEUL = ("dgf",)


@dataclass(frozen=True)
class Couverture:
    """Qui a répondu à une feuille.

    Attributes
    ----------
    attendus : tuple of str
        SIREN dont une réponse est attendue (EPCI et communes membres, selon la feuille).
    absents : tuple of str
        Ceux qui n'ont pas répondu.
    part_population : float
        Part (0 à 1) de la population municipale des communes qui ont répondu ; pour une feuille qui n'attend que
        l'EPCI, 1 s'il a répondu.
    """

    attendus: tuple[str, ...]
    absents: tuple[str, ...]
    part_population: float

    @property
    def repondants(self) -> tuple[str, ...]:
        """SIREN qui ont répondu."""
        return tuple(siren for siren in self.attendus if siren not in self.absents)


def du_territoire(territoire: Territoire) -> dict[str, str]:
    """Nom de l'EPCI et de ses communes, par SIREN."""
    communes = territoire.communes
    return {territoire.siren: territoire.nom} | dict(zip(communes["siren"], communes["nom"], strict=True))


def attendus(feuille: str, territoire: Territoire) -> dict[str, str]:
    """Entités du territoire (SIREN → nom) dont la feuille attend une réponse."""
    if feuille in _EPCI_SEUL:
        return {territoire.siren: territoire.nom}
    entites = du_territoire(territoire)
    if feuille in _COMMUNES_SEULES:
        del entites[territoire.siren]
    return entites


def reponses(collecte: Collecte, feuille: str, territoire: Territoire) -> pd.DataFrame:
    """Lignes d'une feuille que le territoire a renseignées ; une ligne restée telle qu'elle fut pré-remplie n'en est pas une."""
    table, posees = collecte.table(feuille), preremplir(territoire).get(feuille, ())
    if not posees:
        return table
    cle = list(questionnaire().feuille(feuille).cle)
    porteurs = [nom for nom in questionnaire().feuille(feuille).colonnes if nom not in _NEUTRES | set(cle)]
    attendues = pd.DataFrame([dict(ligne) for ligne in posees]).reindex(columns=[*cle, *porteurs]).drop_duplicates(cle)
    attendues = attendues.astype({nom: table[nom].dtype for nom in attendues.columns})
    posees_ici = table[cle].merge(attendues, on=cle, how="left").set_axis(table.index)
    repondues = table[porteurs].notna() & (table[porteurs] != posees_ici[porteurs])
    return table[repondues.any(axis=1)]


def mesurer_couverture(collecte: Collecte, feuille: str, territoire: Territoire) -> Couverture:
    """Couverture d'une feuille par les entités du territoire."""
    voulus = tuple(attendus(feuille, territoire))
    colonne = "porteur_siren" if feuille == "mutualisations" else "siren"
    presents = set(reponses(collecte, feuille, territoire)[colonne].dropna())
    populations = territoire.communes.set_index("siren")["pop_municipale_2025"].astype(float)
    habitants = populations[populations.index.isin(voulus)]
    if habitants.empty:
        part = float(presents >= set(voulus))
    else:
        part = float(habitants[habitants.index.isin(presents)].sum() / habitants.sum())
    return Couverture(voulus, tuple(siren for siren in voulus if siren not in presents), part)


def mesurer_couvertures(collecte: Collecte, territoire: Territoire) -> Mapping[str, Couverture]:
    """Couverture de chaque feuille du questionnaire."""
    return {nom: mesurer_couverture(collecte, nom, territoire) for nom in questionnaire().noms}


def est_remplie(collecte: Collecte, territoire: Territoire) -> bool:
    """Vrai si une feuille au moins porte une réponse."""
    return any(len(reponses(collecte, nom, territoire)) for nom in questionnaire().noms)
