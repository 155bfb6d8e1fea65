"""L'unité d'œuvre de chaque fonction : ce qu'on en compte dans une année, déclaré, sinon tiré des comptes ou des effectifs.

Un volume déclaré l'emporte toujours. Sans lui, trois unités seulement s'estiment : les postes informatiques et les
bulletins (par l'effectif) et, si aucune entité n'a dit ses procédures, le montant acheté (par les comptes). Les autres
restent inconnues : aucun ratio français de pièces, de dossiers ou d'actes n'est retenu.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from mutunb.calculs.declarations import feuille
from mutunb.calculs.effectifs import Effectifs
from mutunb.dossier import Dossier

MOIS = 12


@dataclass(frozen=True)
class UniteOeuvre:
    """Unité d'œuvre d'une fonction : identifiant au référentiel, indicateurs d'activité qui l'additionnent."""

    id: str
    indicateurs: tuple[str, ...]
    mensuelle: bool = False


#: fonction → unité retenue par défaut (identifiants de ``data/referentiel/fonctions``)
UNITES: Mapping[str, UniteOeuvre] = MappingProxyType(
    {
        "achats": UniteOeuvre("ACH_UO_PROC", ("procedures",)),
        "systemes_information": UniteOeuvre("SI_UO_POSTE", ("postes",)),
        "juridique": UniteOeuvre("JUR_UO_DOSSIER", ("consultations",)),
        "comptabilite_finances": UniteOeuvre("FIN_UO_MANDAT", ("mandats", "titres")),
        "ressources_humaines": UniteOeuvre("RH_UO_BULLETIN", ("bulletins",), mensuelle=True),
        "archives": UniteOeuvre("ARC_UO_ML", ("metres_lineaires",)),
        "delegue_protection_donnees": UniteOeuvre("DPO_UO_TRAIT", ("traitements_inscrits",)),
        "communication": UniteOeuvre("COM_UO_SUPPORT", ("supports",)),
        "assurances": UniteOeuvre("ASS_UO_PRIME", ("primes",)),
        "patrimoine_vehicules": UniteOeuvre("PAT_UO_INTERV", ("interventions",)),
        "application_droit_sols": UniteOeuvre("ADS_UO_EQPC", ("equivalents_permis",)),
        "secretariat_mairie": UniteOeuvre("SEC_UO_HEURE", ("heures_remplacement",)),
    }
)
#: unité des achats quand personne n'a dit ses procédures
UNITE_ACHATS_COMPTES = "ACH_UO_MONTANT"


@dataclass(frozen=True)
class Volumes:
    """Unités d'œuvre annuelles de chaque entité : identifiant de l'unité, valeurs (NaN si inconnu), statuts."""

    unite: str
    valeurs: pd.Series
    statuts: pd.Series


def volumes(effectifs: Effectifs, fonction: str) -> Volumes:
    """Unités d'œuvre annuelles d'une fonction, entité par entité (mêmes lignes que ``effectifs.entites``).

    Notes
    -----
    Bulletins : par an ; un volume déclaré par mois est multiplié par douze, et l'estimation compte douze bulletins par
    ETP, donc un minimum (un agent à temps partiel a le sien).
    """
    entites, uo = effectifs.entites, UNITES[fonction]
    declares = entites["siren"].map(volumes_declares(effectifs.dossier, fonction)).astype(float)
    if fonction == "achats" and declares.isna().all():
        return Volumes(UNITE_ACHATS_COMPTES, entites["achats"], _statuts(declares, entites["achats"]))
    estimes = _estimes(effectifs, fonction)
    return Volumes(uo.id, declares.fillna(estimes), _statuts(declares, estimes))


def volumes_declares(dossier: Dossier, fonction: str) -> dict[str, float]:
    """SIREN → unités d'œuvre déclarées au dernier exercice ; une entité dont un indicateur manque n'y est pas."""
    lues, uo = feuille(dossier, "activite"), UNITES[fonction]
    if lues is None:
        return {}
    siennes = lues[lues["fonction"].eq(fonction) & lues["indicateur"].isin(uo.indicateurs)]
    siennes = siennes[siennes["exercice"].isna() | siennes["exercice"].eq(siennes["exercice"].max())]
    siennes = siennes.drop_duplicates(["siren", "indicateur"], keep="last")
    facteurs = np.where(siennes["unite"].fillna("").str.contains("mois") & uo.mensuelle, MOIS, 1)
    annuels = siennes.assign(valeur=siennes["valeur"] * facteurs).groupby("siren")["valeur"]
    complets = annuels.count().eq(len(uo.indicateurs))
    return annuels.sum()[complets].to_dict()


def _estimes(effectifs: Effectifs, fonction: str) -> pd.Series:
    agents = effectifs.entites["effectif_central"]
    if fonction == "systemes_information":
        return agents * effectifs.dossier.hypotheses["postes_par_agent"].central / 100
    if fonction == "ressources_humaines":
        return agents * MOIS
    return pd.Series(np.nan, index=agents.index)


def _statuts(declares: pd.Series, estimes: pd.Series) -> pd.Series:
    statuts = pd.Series(None, index=declares.index, dtype="object")
    statuts[estimes.notna()] = "estime"
    statuts[declares.notna()] = "declare"
    return statuts
