"""Fabrique de contrats et d'applications pour les tests : une ligne chacun."""

from __future__ import annotations

import datetime

import pandas as pd

from mutunb.calculs.applications import Inventaire, dresser_inventaire
from mutunb.calculs.contrats import Contrats, dresser_carte

REFERENCE = datetime.date(2026, 1, 1)
COMMUNES = frozenset({"A", "B", "C", "D"})


def contrat(siren: str, objet: str = "Copieurs", fin: str | None = "2027-01-01", **autres) -> dict:
    """Un contrat de 1 000 € par an, classé dans les copieurs sauf précision ; référence unique par acheteur et objet."""
    ligne = {"siren": siren, "collectivite": f"Commune {siren}", "reference": f"{objet}-{fin}", "objet": objet, "fin": fin}
    return ligne | {"segment": "Copieurs et impression", "montant_annuel_eur": 1000.0, "titulaire": "Burotic"} | autres


def carte(*contrats: dict, **options) -> Contrats:
    """Carte de ces contrats au 1er janvier 2026."""
    reglages = {"communes": COMMUNES, "entites": 5, "diffusion": True, "departement": "79"} | options
    return dresser_carte(pd.DataFrame(contrats), options.pop("reference", REFERENCE), **_sans(reglages, "reference"))


def application(siren: str, nom: str = "e.magnus", domaine: str = "finances", **autres) -> dict:
    """Une application, sans rien d'autre que son nom sauf précision."""
    return {"siren": siren, "collectivite": f"Commune {siren}", "domaine": domaine, "application": nom} | autres


def inventaire(*applications: dict, **options) -> Inventaire:
    """Inventaire de ces applications au 1er janvier 2026 : communes A à D (100, 200, 300, 400 habitants), EPCI E."""
    populations = {"A": 100.0, "B": 200.0, "C": 300.0, "D": 400.0}
    noms = {"E": "CC d'Essai", **{s: f"Commune {s}" for s in populations}}
    return dresser_inventaire(pd.DataFrame(applications), REFERENCE, populations, noms, epci="E", **options)


def _sans(reglages: dict, nom: str) -> dict:
    return {cle: valeur for cle, valeur in reglages.items() if cle != nom}
