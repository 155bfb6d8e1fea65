"""Les départs annoncés : par année et par fonction au consultant ; au client, par années assez nombreuses en partants."""

from __future__ import annotations

import pandas as pd

from mutunb import referentiel
from mutunb.calculs import mentions
from mutunb.calculs.declarations import source
from mutunb.calculs.dominance import est_dominee
from mutunb.calculs.effectifs import Effectifs
from mutunb.calculs.effectifs_declares import HORIZON_DEPARTS
from mutunb.calculs.effectifs_publies import seuil_agents
from mutunb.calculs.tableau import Tableau
from mutunb.dossier.confidentialite import est_consultant

NOTE = "Un départ ouvre une fenêtre de réorganisation ; il n'oblige à rien et ne supprime aucun poste."


def tableau_departs(effectifs: Effectifs) -> Tableau | None:
    """Départs prévus, en ETP, par période ; détaillés par fonction au consultant. ``None`` s'il n'y en a pas de déclaré."""
    departs = None if effectifs.declares is None else effectifs.declares.departs
    if departs is None or departs.empty:
        return None
    return _par_fonction(effectifs, departs) if est_consultant() else _par_periode(effectifs)


def _par_fonction(effectifs: Effectifs, departs: pd.DataFrame) -> Tableau:
    annees = _annees(effectifs)
    croise = departs.pivot(index="fonction", columns="annee", values="etp").reindex(columns=annees).fillna(0.0)
    croise = croise.reindex([f for f in referentiel.fonctions() if f in croise.index])
    donnees = croise.rename(columns=str).reset_index()
    donnees["fonction"] = [referentiel.fonction(f).libelle_court for f in donnees["fonction"]]
    donnees.columns = ["fonction", *(f"en_{annee}" for annee in annees)]
    donnees["ensemble"] = donnees.drop(columns="fonction").sum(axis=1)
    chiffres = list(donnees.columns[1:])
    return Tableau(
        id="effectifs_departs",
        titre="Départs prévus par année et par fonction",
        donnees=donnees,
        unites={"fonction": "texte", **dict.fromkeys(chiffres, "etp")},
        libelles={"fonction": "Fonction", **{f"en_{a}": str(a) for a in annees}, "ensemble": "Ensemble"},
        perimetre=mentions.perimetre_bloc(effectifs.dossier.territoire),
        source=source(effectifs.dossier),
        statuts="declare",
        note=NOTE,
    )


def _par_periode(effectifs: Effectifs) -> Tableau:
    periodes = periodes_diffusables(effectifs)
    seuil = seuil_agents(effectifs.dossier)
    return Tableau(
        id="effectifs_departs",
        titre="Départs prévus par année, toutes fonctions",
        donnees=periodes[["periode", "departs", "etp"]],
        unites={"periode": "texte", "departs": "nombre", "etp": "etp"},
        libelles={"periode": "Années", "departs": "Postes quittés", "etp": "ETP des fonctions support"},
        perimetre=mentions.perimetre_bloc(effectifs.dossier.territoire),
        source=source(effectifs.dossier),
        statuts="declare",
        note=f"Toutes fonctions réunies ; des années sont groupées, ou masquées, pour qu'aucune ne compte moins de {seuil} "
        f"partants. {NOTE}",
        masque=pd.DataFrame(dict.fromkeys(("departs", "etp"), (~periodes["diffusable"]).tolist())),
    )


def periodes_diffusables(effectifs: Effectifs) -> pd.DataFrame:
    """Périodes d'au moins le seuil de partants, dont aucun ne pèse presque tout : ``periode, departs, etp, diffusable``.

    Une année qui n'en compte pas assez se joint à la suivante, la dernière à la précédente ; rien n'est diffusable si
    l'ensemble reste sous le seuil.
    """
    partants, seuil = _partants(effectifs), seuil_agents(effectifs.dossier)
    groupes: list[list[int]] = [[]]
    for annee in _annees(effectifs):
        if _assez(partants, groupes[-1], seuil):
            groupes.append([])
        groupes[-1].append(annee)
    if len(groupes) > 1 and not _assez(partants, groupes[-1], seuil):
        groupes[-2:] = [groupes[-2] + groupes[-1]]
    lus = [partants.loc[partants["annee"].isin(annees), "etp"] for annees in groupes]
    return pd.DataFrame(
        {
            "periode": [_nom(annees) for annees in groupes],
            "departs": [len(etp) for etp in lus],
            "etp": [float(etp.sum()) for etp in lus],
            "diffusable": [_assez(partants, annees, seuil) for annees in groupes],
        }
    )


def _annees(effectifs: Effectifs) -> list[int]:
    return list(range(effectifs.declares.annee + 1, effectifs.declares.annee + 1 + HORIZON_DEPARTS))


def _partants(effectifs: Effectifs) -> pd.DataFrame:
    """Un partant par ligne, toutes ses fonctions support réunies : ``annee, etp``."""
    postes = effectifs.declares.postes
    postes = postes[postes["annee_depart"].isin(_annees(effectifs)) & postes["fonction"].isin(referentiel.fonctions())]
    par_poste = postes.groupby(["entite", "poste"]).agg(annee=("annee_depart", "max"), etp=("etp", "sum"))
    return par_poste.astype({"annee": int}).reset_index(drop=True)


def _assez(partants: pd.DataFrame, annees: list[int], seuil: float) -> bool:
    etp = partants.loc[partants["annee"].isin(annees), "etp"]
    return len(etp) >= seuil and not est_dominee(etp)


def _nom(annees: list[int]) -> str:
    return str(annees[0]) if len(annees) == 1 else f"{annees[0]} à {annees[-1]}"
