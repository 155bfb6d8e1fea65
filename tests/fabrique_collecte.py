"""Fabrique de réponses pour les tests : quelques lignes par feuille, types d'une table lue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from mutunb.dossier import Dossier
from mutunb.dossier.collecte import Collecte, en_table
from mutunb.dossier.ligne_lue import LigneLue
from mutunb.dossier.questionnaire import questionnaire


def collecte(**feuilles: Iterable[Mapping[str, object]]) -> Collecte:
    """Collecte dont chaque feuille est donnée par ses lignes (parts de 0 à 1, comme une table lue)."""
    tables = {}
    for nom, lignes in feuilles.items():
        lues = [LigneLue(nom, "essai.xlsx", nom, rang, dict(ligne)) for rang, ligne in enumerate(lignes, start=2)]
        tables[nom] = en_table(questionnaire().feuille(nom), lues)
    return Collecte(tables)


def avec(etude: Dossier, **feuilles: Iterable[Mapping[str, object]]) -> Dossier:
    """Le même dossier, avec ces réponses."""
    return replace(etude, collecte=collecte(**feuilles))


def sans(etude: Dossier, feuille: str) -> Dossier:
    """Le même dossier, privé d'une feuille."""
    tables = {nom: table for nom, table in etude.collecte.tables.items() if nom != feuille}
    return replace(etude, collecte=replace(etude.collecte, tables=tables))


def poste(siren: str, repere: str, fonction: str, part: float = 1.0, **autres: object) -> dict[str, object]:
    """Une ligne de la feuille des effectifs, à temps plein sauf précision."""
    ligne = {"siren": siren, "poste": repere, "fonction": fonction, "part_temps": part, "quotite": 1.0}
    return ligne | {"cout_employeur_eur": 40_000.0, "exercice": 2025.0} | autres


def siren_commune(etude: Dossier, rang: int) -> str:
    """SIREN de la commune de ce rang."""
    return str(etude.territoire.communes["siren"].iloc[rang])
