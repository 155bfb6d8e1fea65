"""Les marques de qualité d'une réponse : son statut (constaté, déclaré) et sa fiabilité (1 à 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

import pandas as pd
from pydantic import Field

from mutunb import chemins
from mutunb.dossier.collecte import Collecte
from mutunb.dossier.controles import ConstatDossier
from mutunb.dossier.questionnaire import forme_simple, questionnaire
from mutunb.erreurs import ErreurDonnees
from mutunb.referentiel.champs import Connus, Entree, Prose, Texte
from mutunb.referentiel.lecture import lire_bloc, valider

CONSTATE, DECLARE = "constate", "declare"
#: champs de la feuille Entités dont un seul suffit pour recouper les autres réponses de l'entité
_RECOUPEMENTS = ("agents", "effectif_etp", "charges_personnel_eur")
_GENANTES = ("erreur", "alerte")
_FICHIER = "qualite_donnees.yaml"


class RegleQualite(Entree):
    """Ce qu'une source citée vaut : expressions qui désignent un compte, un contrat, une estimation."""

    comptes: Annotated[tuple[Texte, ...], Field(min_length=1)]
    contrats: Annotated[tuple[Texte, ...], Field(min_length=1)]
    estimations: Annotated[tuple[Texte, ...], Field(min_length=1)]
    fiabilites: Mapping[int, Prose]


def regle() -> RegleQualite:
    """Règle écrite dans ``qualite_donnees.yaml``."""
    return _lue(chemins.referentiel() / _FICHIER)


@cache
def _lue(chemin: Path) -> RegleQualite:
    contenu, constats = lire_bloc(chemin)
    lue, defauts = valider(contenu, RegleQualite, Connus(), chemin.name)
    if lue is None or constats:
        raise ErreurDonnees.de_constats("Qualité des données", [*constats, *defauts])
    return lue


def cite(source: object, expressions: Iterable[str]) -> bool:
    """Vrai si la source emploie l'une des expressions, au singulier ou au pluriel.

    Examples
    --------
    >>> cite("Comptes administratifs 2024", ["compte"])
    True
    """
    texte = "" if pd.isna(source) else forme_simple(source)
    return any(re.search(rf"\b{'s? '.join(expression.split())}s?\b", texte) for expression in expressions)


def statut(source: object) -> str:
    """``constate`` si la source est un compte ou un contrat, sans parler d'estimation ; sinon ``declare``."""
    ecrite = regle()
    sure = cite(source, (*ecrite.comptes, *ecrite.contrats)) and not cite(source, ecrite.estimations)
    return CONSTATE if sure else DECLARE


def marquer(collecte: Collecte, constats: Iterable[ConstatDossier]) -> dict[str, pd.DataFrame]:
    """Statut et fiabilité de chaque ligne, par feuille : colonnes ``statut`` et ``fiabilite``, même index que la table.

    La fiabilité vaut 4 si la source est un compte, 3 si une pièce est citée, 2 si l'entité a donné de quoi recouper
    (agents, effectif ou chapitre 012), 1 sinon, et 1 dès qu'une erreur ou une alerte porte sur la ligne.
    """
    genees = {
        (cellule.fichier, cellule.onglet, cellule.ligne)
        for constat in constats
        if constat.gravite in _GENANTES
        for cellule in constat.cellules
    }
    entites = collecte.table("entites")
    recoupees = set(entites.loc[entites[list(_RECOUPEMENTS)].notna().any(axis=1), "siren"])
    return {nom: _marques(collecte.table(nom), genees, recoupees) for nom in questionnaire().noms}


def _marques(table: pd.DataFrame, genees: set[tuple[str, str, int]], recoupees: set[str]) -> pd.DataFrame:
    sources = table["source"] if "source" in table else pd.Series(None, index=table.index, dtype="str")
    sirens = table["siren"] if "siren" in table else table["porteur_siren"]
    places = list(zip(table["_fichier"], table["_feuille"], table["_ligne"].astype(int), strict=True))
    fiabilites = [
        1 if place in genees else _fiabilite(source, siren in recoupees)
        for place, source, siren in zip(places, sources, sirens, strict=True)
    ]
    return pd.DataFrame(
        {"statut": [statut(source) for source in sources], "fiabilite": pd.Series(fiabilites, table.index, "int64")},
        index=table.index,
    )


def _fiabilite(source: object, recoupee: bool) -> int:
    if statut(source) == CONSTATE and cite(source, regle().comptes):
        return 4
    if not pd.isna(source) and not cite(source, regle().estimations):
        return 3
    return 2 if recoupee else 1
