"""Les fichiers d'un dossier client : classeurs reçus, collecte, réglages."""

from __future__ import annotations

from pathlib import Path

from mutunb import chemins

RECUS = "recus"
ANNOTES = "annotes"
COLLECTE = "collecte.xlsx"
CORRECTIONS = "corrections.yaml"
EXTENSIONS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv"})
_ECRITS_PAR_LE_CONSULTANT = ("territoire.yaml", "hypotheses.yaml", "decisions.yaml", CORRECTIONS)


def dossier_client(siren: str) -> Path:
    """Dossier d'un territoire, qu'il existe ou non."""
    return chemins.territoires() / siren


def dossier_a_lire(siren: str) -> Path:
    """Dossier client, ou celui que mutunb livre pour le territoire fictif tant que le client n'a pas le sien."""
    propre, livre = dossier_client(siren), chemins.exemples() / siren
    return livre if livre.is_dir() and not propre.is_dir() else propre


def classeurs_recus(dossier: Path) -> list[Path]:
    """Fichiers renvoyés par les entités, par nom ; ni fichiers cachés, ni verrous de tableur (« ~$… »)."""
    trouves = (dossier / RECUS).rglob("*") if (dossier / RECUS).is_dir() else ()
    return sorted(
        chemin
        for chemin in trouves
        if chemin.is_file() and chemin.suffix.lower() in EXTENSIONS and not chemin.name.startswith(("~$", "."))
    )


def entrees_du_dossier(dossier: Path) -> dict[str, Path]:
    """Tout fichier qui décide du contenu d'un T0 : classeurs reçus, collecte, fichiers du consultant."""
    presents = [dossier / nom for nom in (COLLECTE, *_ECRITS_PAR_LE_CONSULTANT) if (dossier / nom).is_file()]
    return {chemin.relative_to(dossier).as_posix(): chemin for chemin in [*presents, *classeurs_recus(dossier)]}
