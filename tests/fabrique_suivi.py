"""Fabrique de suivis : de vrais classeurs annuels, écrits puis relus."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from mutunb.dossier.creation_suivi import mettre_en_classeur
from mutunb.dossier.suivi import Suivi, lire_suivi
from mutunb.territoires import Territoire
from tests import fabrique

#: SIREN dont la clé est juste
EPCI, ADAM, BERE, COLY = "999999998", "999999899", "999999907", "999999915"
SI = "systemes_information"
Lignes = Mapping[str, Sequence[Mapping[str, object]]]


def territoire(**epci: object) -> Territoire:
    """Un EPCI et trois communes, aux SIREN bien formés."""
    communes = [fabrique.commune(nom, 1000, 100_000, 0) for nom in ("Adam", "Béré", "Coly")]
    neuf = fabrique.territoire(communes, **epci)
    return replace(neuf, siren=EPCI, communes=neuf.communes.assign(siren=[ADAM, BERE, COLY]))


def exercice(annee: int = 2028, **champs: object) -> dict[str, object]:
    """Une ligne d'exercice complet, aux dates en règle."""
    regle = {
        "exercice": annee,
        "complet": "oui",
        "date_notification": datetime.date(annee, 2, 12),
        "date_vote_budget": datetime.date(annee, 3, 28),
        "periodicite_mois": 12,
    }
    return {nom: valeur for nom, valeur in (regle | champs).items() if valeur is not None}


def usager(siren: str = ADAM, **champs: object) -> dict[str, object]:
    """Une ligne d'unités : dix postes prévus et constatés, présents toute l'année."""
    regle = {
        "fonction": SI,
        "siren": siren,
        "unite": "SI_UO_POSTE",
        "unites_prevues": 10,
        "unites_constatees": 10,
        "mois_presence": 12,
        "mouvement": "rien",
    }
    return {nom: valeur for nom, valeur in (regle | champs).items() if valeur is not None}


def charge(nature: str = "personnel", **champs: object) -> dict[str, object]:
    """Une charge de 1 000 €, liée au service."""
    regle = {"fonction": SI, "nature": nature, "libelle": "Équipe", "montant_eur": 1000, "strictement_lie": "oui"}
    return {nom: valeur for nom, valeur in (regle | champs).items() if valeur is not None}


def suivi(dossier: Path, lignes: Lignes, annee: int = 2028, nom: str = "", vu: Territoire | None = None) -> Suivi | None:
    """Écrit un classeur dans ``dossier/suivi`` et relit tout le dossier."""
    vu = vu or territoire()
    chemin = dossier / "suivi" / (nom or f"suivi-{annee}.xlsx")
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_bytes(mettre_en_classeur(vu, annee, lignes))
    return lire_suivi(dossier, vu)
