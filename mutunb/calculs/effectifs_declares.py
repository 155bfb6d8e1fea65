"""Effectifs déclarés : ce que les mairies disent de leurs postes, par fonction et par entité.

Règles ::

    etp d'une ligne  = part du temps × quotité (ou ETP du poste, à défaut de quotité)
    coût d'une ligne = coût employeur annuel du poste × part du temps

Une entité qui a rempli la feuille et n'a aucun poste dans une fonction y déclare zéro, sauf si sa réponse est trop
partielle (postes déclarés, au coût moyen, sous 1 % des frais de personnel) : le silence ne vaut alors pas zéro, et
l'estimation demeure pour ces fonctions. Une entité sans réponse n'a
rien déclaré. Une cellule dont une ligne est incomplète reste inconnue : l'estimation y demeure. Les postes d'une
entité rattachée (CCAS, syndicat) ne s'ajoutent pas à ceux de la commune, dont les comptes ne les comprennent pas.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.declarations import annee_reference, feuille
from mutunb.dossier import Dossier

#: un départ compte comme fenêtre de réorganisation s'il tombe dans les années qui suivent l'exercice déclaré
HORIZON_DEPARTS = 5
SANS_REMPLACANT = "aucun"
#: part des frais de personnel sous laquelle les postes déclarés ne sont pas une réponse complète (niveau B)
PART_DECLAREE_MINIMALE = 0.01


@dataclass(frozen=True)
class EffectifsDeclares:
    """Postes déclarés par l'EPCI et ses communes.

    Attributes
    ----------
    postes : DataFrame
        Une ligne par poste et par fonction : ``entite`` (rang dans la table des entités), ``fonction, poste, etp,
        cout`` (€/an), ``categorie, annee_depart, remplacant``. Donnée sensible : ne se montre jamais telle quelle.
    repondants : Series of bool
        Entités qui ont rempli la feuille.
    etp, couts, agents : DataFrame
        Entité × fonction : ETP, coût (€/an), nombre de postes ; NaN si l'entité n'a pas répondu.
    hors_perimetre : int
        Postes d'entités qui ne sont ni l'EPCI ni une commune membre.
    annee : int
        Exercice déclaré.
    partiels : int
        Entités dont la réponse est trop partielle pour qu'une fonction sans poste y vaille zéro.
    """

    postes: pd.DataFrame
    repondants: pd.Series
    etp: pd.DataFrame
    couts: pd.DataFrame
    agents: pd.DataFrame
    hors_perimetre: int
    annee: int
    partiels: int = 0

    @property
    def departs(self) -> pd.DataFrame:
        """Départs des cinq années qui suivent l'exercice : ``annee, fonction, etp, postes``, un poste par fonction."""
        annees = self.postes["annee_depart"]
        proches = self.postes[annees.gt(self.annee) & annees.le(self.annee + HORIZON_DEPARTS)]
        proches = proches[proches["fonction"].isin(referentiel.fonctions())]
        groupes = proches.groupby(["annee_depart", "fonction"], as_index=False)
        table = groupes.agg(etp=("etp", "sum"), postes=("etp", "size"))
        return table.rename(columns={"annee_depart": "annee"}).astype({"annee": int})

    @property
    def isolements(self) -> pd.DataFrame:
        """Cellules tenues par un seul poste : ``entite, fonction, sans_remplacant`` (NaN si non renseigné)."""
        seuls = self.postes.groupby(["entite", "fonction"]).filter(lambda lignes: lignes["poste"].nunique() == 1)
        table = seuls[["entite", "fonction"]].copy()
        table["sans_remplacant"] = seuls["remplacant"].eq(SANS_REMPLACANT).astype(float).where(seuls["remplacant"].notna())
        return table[table["fonction"].isin(referentiel.fonctions())].reset_index(drop=True)


def lire_effectifs(dossier: Dossier, entites: pd.DataFrame) -> EffectifsDeclares | None:
    """Effectifs déclarés, alignés sur ``entites`` (:func:`mutunb.calculs.effectifs.entites`) ; ``None`` sans réponse."""
    lues = feuille(dossier, "effectifs")
    if lues is None:
        return None
    rangs = dict(zip(entites["siren"], entites.index, strict=True))
    dedans = lues[lues["siren"].isin(rangs)]
    if dedans.empty:
        return None
    postes = _postes(dedans, rangs)
    partiels = _trop_partiels(postes, entites, dossier.hypotheses["cout_etp_moyen"].central)
    repondants = pd.Series(entites.index.isin(postes["entite"]), index=entites.index)
    complets = repondants & ~entites.index.isin(partiels)
    croise = lambda colonne: _par_cellule(postes, colonne, entites.index, complets)  # noqa: E731
    agents = postes.groupby(["entite", "fonction"])["poste"].nunique().unstack().reindex(entites.index)
    agents = agents.reindex(columns=list(referentiel.fonctions()))
    agents = agents.mask(agents.isna().mul(complets, axis=0), 0.0)
    dehors = lues[~lues["siren"].isin(rangs)]
    return EffectifsDeclares(
        postes=postes,
        repondants=repondants,
        etp=croise("etp"),
        couts=croise("cout"),
        agents=agents,
        hors_perimetre=len(dehors.drop_duplicates(["siren", "poste"])),
        annee=annee_reference(dossier),
        partiels=len(partiels),
    )


def _trop_partiels(postes: pd.DataFrame, entites: pd.DataFrame, cout_etp: float) -> list[int]:
    """Entités dont les postes déclarés pèsent trop peu dans leurs frais de personnel pour être une réponse complète."""
    declares = postes.groupby("entite")["etp"].sum()
    seuils = entites["frais_personnel"].reindex(declares.index) * PART_DECLAREE_MINIMALE
    return declares.index[declares * cout_etp < seuils].tolist()


def _postes(lues: pd.DataFrame, rangs: dict[str, int]) -> pd.DataFrame:
    temps = lues["quotite"].fillna(lues["etp_poste"])
    return pd.DataFrame(
        {
            "entite": lues["siren"].map(rangs).astype(int),
            "fonction": lues["fonction"],
            "poste": lues["poste"],
            "etp": lues["part_temps"] * temps,
            "cout": lues["cout_employeur_eur"] * lues["part_temps"],
            **{colonne: lues[colonne] for colonne in ("categorie", "annee_depart", "remplacant")},
        }
    ).reset_index(drop=True)


def _par_cellule(postes: pd.DataFrame, colonne: str, rangs: pd.Index, complets: pd.Series) -> pd.DataFrame:
    """Somme par entité et fonction ; NaN si une ligne manque, 0 sans poste pour une réponse complète."""
    groupes = postes.groupby(["entite", "fonction"])[colonne]
    sommes = groupes.sum().where(groupes.count() == groupes.size()).unstack()
    forme = {"index": rangs, "columns": list(referentiel.fonctions())}
    sommes, presents = sommes.reindex(**forme), groupes.size().unstack().reindex(**forme).notna()
    absents = (~presents).mul(complets, axis=0)
    return sommes.mask(absents, 0.0).astype(float)


def effectif_declare(dossier: Dossier, entites: pd.DataFrame) -> pd.Series:
    """Effectif total déclaré de chaque entité (ETP, feuille « entités ») ; NaN sans réponse."""
    lues = feuille(dossier, "entites")
    if lues is None:
        return pd.Series(np.nan, index=entites.index)
    connus = lues.dropna(subset="effectif_etp").drop_duplicates("siren", keep="last").set_index("siren")["effectif_etp"]
    return entites["siren"].map(connus).astype(float)


def si_hors_personnel_declare(dossier: Dossier, entites: pd.DataFrame) -> pd.Series:
    """Dépense informatique hors personnel déclarée de chaque entité (€/an, feuille « coûts ») ; NaN sans réponse."""
    lues = feuille(dossier, "couts")
    if lues is None:
        return pd.Series(np.nan, index=entites.index)
    retenues = lues[lues["fonction"].eq("systemes_information") & lues["nature"].ne("personnel")]
    retenues = retenues[retenues["exercice"].isna() | retenues["exercice"].eq(retenues["exercice"].max())]
    sommes = retenues.groupby("siren")["montant_eur"].sum(min_count=1)
    return entites["siren"].map(sommes).astype(float)
