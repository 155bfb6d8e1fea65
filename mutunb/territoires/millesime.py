"""Lire et écrire le millésime d'un dossier de données (``millesime.json``)."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from mutunb.chemins import ecrire
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.invocation import commande
from mutunb.territoires.modeles import MILLESIME_REFERENCE, Millesime

NOM = "millesime.json"
_REMEDE = f"Corrigez le fichier ou reconstruisez le dossier avec « {commande('donnees')} »."


def lire_millesime(dossier: Path) -> Millesime:
    """Millésime du dossier : celui de ``millesime.json`` (clés ``perimetre``, ``comptes``, ``dgf``, ``population``).

    Sans ce fichier, c'est celui du jeu de référence (:data:`MILLESIME_REFERENCE`). Les autres clés sont ignorées.
    """
    chemin = Path(dossier) / NOM
    if not chemin.is_file():
        return MILLESIME_REFERENCE
    try:
        lu = json.loads(chemin.read_text(encoding="utf-8"))
    except ValueError as erreur:
        raise ErreurDonnees(f"{chemin} : JSON illisible ({erreur}). {_REMEDE}") from erreur
    if not isinstance(lu, dict):
        raise ErreurDonnees(f"{chemin} : un objet JSON est attendu. {_REMEDE}")
    constats = [*_constat_de_date(chemin, lu), *_constats_d_annees(chemin, lu)]
    if constats:
        raise ErreurDonnees.de_constats(str(chemin), constats)
    return Millesime(datetime.date.fromisoformat(lu["perimetre"]), lu["comptes"], lu["dgf"], lu["population"])


def ecrire_millesime(dossier: Path, millesime: Millesime) -> Path:
    """Écrit ``millesime.json`` dans le dossier."""
    contenu = {
        "perimetre": millesime.perimetre.isoformat(),
        "comptes": millesime.comptes,
        "dgf": millesime.dgf,
        "population": millesime.population,
    }
    return ecrire(Path(dossier) / NOM, json.dumps(contenu, indent=2) + "\n")


def _constat_de_date(chemin: Path, lu: dict) -> list[Constat]:
    try:
        datetime.date.fromisoformat(lu.get("perimetre"))
    except (TypeError, ValueError):
        trouve = json.dumps(lu.get("perimetre"), ensure_ascii=False)
        return [Constat(f"{chemin.name}, clé perimetre", trouve, "une date AAAA-MM-JJ", _REMEDE)]
    return []


def _constats_d_annees(chemin: Path, lu: dict) -> list[Constat]:
    return [
        Constat(f"{chemin.name}, clé {cle}", json.dumps(lu.get(cle), ensure_ascii=False), "une année", _REMEDE)
        for cle in ("comptes", "dgf", "population")
        if type(lu.get(cle)) is not int or not 1990 <= lu[cle] <= 2100
    ]
