"""Fabrique de collectes : quelques lignes par feuille, comme si un classeur les avait données."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mutunb import referentiel
from mutunb.dossier.collecte import Collecte, en_table
from mutunb.dossier.controles import ConstatDossier, controler
from mutunb.dossier.ligne_lue import LigneLue
from mutunb.dossier.questionnaire import questionnaire
from mutunb.territoires import Territoire
from tests import fabrique

JOUR = datetime.date(2026, 1, 15)
EPCI = "200000000"
ADAM, BERE, COLY = "219900000", "219900001", "219900002"
FICHIER = "reponses.xlsx"


def territoire(**epci) -> Territoire:
    """Un EPCI et trois communes de 4 000, 1 000 et 500 habitants ; 012 de 1 M€, 200 k€ et 100 k€."""
    communes = [
        fabrique.commune("Adam", 4000, 1_000_000, 0, fiscalite_reversee=100_000.0),
        fabrique.commune("Béré", 1000, 200_000, 0, fiscalite_reversee=-20_000.0),
        fabrique.commune("Coly", 500, 100_000, 0, fiscalite_reversee=20_000.0),
    ]
    return fabrique.territoire(communes, **({"frais_personnel": 500_000.0} | epci))


def collecte(fichier: str = FICHIER, **feuilles: Iterable[Mapping[str, object]]) -> Collecte:
    """Collecte dont chaque feuille porte les lignes données ; colonnes A, B, C… dans l'ordre des champs, dès la ligne 6."""
    tables, emplacements = {}, {}
    for nom, lignes in feuilles.items():
        feuille = questionnaire().feuille(nom)
        lues = [
            LigneLue(nom, fichier, feuille.libelle, rang, {c: v for c, v in ligne.items() if v is not None})
            for rang, ligne in enumerate(lignes, start=6)
        ]
        tables[nom] = en_table(feuille, lues)
        lettres = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        emplacements[(fichier, feuille.libelle, nom)] = dict(zip(feuille.colonnes, lettres, strict=False))
    return Collecte(MappingProxyType(tables), emplacements=MappingProxyType(emplacements))


def constats(id: str, jour: datetime.date = JOUR, vu: Territoire | None = None, **feuilles) -> list[ConstatDossier]:
    """Constats du contrôle ``id`` sur ces lignes."""
    return list(controler(collecte(**feuilles), vu or territoire(), referentiel.hypotheses(), jour, ids=(id,)))


def poste(siren: str = ADAM, poste: str = "P1", fonction: str = "achats", part: float | None = 1.0, **autres) -> dict:
    """Une ligne d'effectifs à temps plein."""
    return {"siren": siren, "poste": poste, "fonction": fonction, "part_temps": part, "quotite": 1.0} | autres


def contrat(reference: str = "C1", siren: str = ADAM, **autres) -> dict:
    """Une ligne de contrats ; les dates s'écrivent AAAA-MM-JJ."""
    dates = {nom: datetime.date.fromisoformat(autres[nom]) for nom in ("debut", "fin", "fin_max") if autres.get(nom)}
    return {"siren": siren, "reference": reference, "objet": f"Objet {reference}"} | autres | dates


def mutualisation(**autres) -> dict:
    """Une ligne de mutualisations : un service commun porté par l'EPCI au profit d'Adam."""
    dates = {nom: datetime.date.fromisoformat(autres[nom]) for nom in ("debut", "fin") if autres.get(nom)}
    base = {"forme": "sc", "fonction": "juridique", "porteur_siren": EPCI, "beneficiaires": ADAM}
    return base | autres | dates
