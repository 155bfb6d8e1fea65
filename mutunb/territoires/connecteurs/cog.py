"""Communes du code officiel géographique, en JSON : API Géo de l'État, ou « communes.json » de data.gouv.fr.

Format d'après la documentation publique des deux ; éprouvé sur des fichiers écrits par les essais avec des
communes réelles, pas sur l'API elle-même.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import lecture, valeurs

QUOI = "la liste des communes en JSON (code, nom, siren, population)"
#: clé canonique → noms dans l'API Géo puis dans « communes.json »
CLES = {
    "insee": ("code",),
    "nom": ("nom",),
    "siren": ("siren",),
    "dep": ("codeDepartement", "departement"),
    "reg": ("codeRegion", "region"),
    "pop_municipale": ("population",),
}
COMMUNE_ACTUELLE = "commune-actuelle"
#: collectivités d'outre-mer et Nouvelle-Calédonie : pas d'EPCI à fiscalité propre au sens de l'outil
HORS_CHAMP = ("975", "977", "978", "98")


def lire_communes(chemin: Path) -> pd.DataFrame:
    """Une ligne par commune actuelle : ``insee``, ``siren``, ``nom``, ``dep``, ``reg``, ``pop_municipale``."""
    fiches = [fiche for fiche in _fiches(chemin) if fiche.get("type", COMMUNE_ACTUELLE) == COMMUNE_ACTUELLE]
    fiches = [fiche for fiche in fiches if not str(fiche.get("code", "")).startswith(HORS_CHAMP)]
    _exiger_cles(chemin, fiches)
    brut = pd.DataFrame([
        {nom: next((fiche[cle] for cle in cles if cle in fiche), None) for nom, cles in CLES.items()}
        for fiche in fiches
    ])
    constats: list[Constat] = []
    ou = f"{chemin}, clé"
    table = pd.DataFrame({
        "insee": valeurs.lire(brut["insee"], valeurs.insee, f"{ou} code", "un code INSEE", constats, True),
        "siren": valeurs.lire(brut["siren"], valeurs.siren, f"{ou} siren", "neuf chiffres", constats).astype("str"),
        "nom": brut["nom"], "dep": brut["dep"], "reg": brut["reg"],
        "pop_municipale": valeurs.lire_nombres(brut["pop_municipale"], f"{ou} population", constats),
    })
    constats += [
        Constat(f"{chemin}, code {code}", "la même commune deux fois", "une fiche par commune",
                "Téléchargez de nouveau la liste.")
        for code in sorted(table.loc[table["insee"].duplicated(), "insee"].dropna())
    ]
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, liste des communes", constats)
    return table


def _fiches(chemin: Path) -> list[dict[str, object]]:
    contenu = lecture.texte(chemin, QUOI)
    try:
        fiches = json.loads(contenu)
    except json.JSONDecodeError as erreur:
        raise ErreurDonnees(
            f"{chemin}, ligne {erreur.lineno} : JSON illisible ou tronqué. Attendu : {QUOI}. Téléchargez-le de nouveau."
        ) from None
    if not isinstance(fiches, list) or not all(isinstance(fiche, dict) for fiche in fiches) or not fiches:
        raise ErreurDonnees(f"{chemin} : ce n'est pas {QUOI} ; attendu une liste de fiches.")
    return fiches


def _exiger_cles(chemin: Path, fiches: list[dict[str, object]]) -> None:
    presentes = {cle for fiche in fiches for cle in fiche}
    constats = [
        Constat(str(chemin), f"les clés {', '.join(sorted(presentes))}", " ou ".join(f"« {cle} »" for cle in cles),
                "Demandez ce champ à l'API (paramètre « fields »).")
        for nom, cles in CLES.items()
        if not presentes & set(cles)
    ]
    if constats or not fiches:
        raise ErreurDonnees.de_constats(f"{chemin} : ce n'est pas {QUOI}", constats)
