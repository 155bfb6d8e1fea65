"""Les fichiers d'un dossier client : classeurs reçus, collecte, réglages."""

from __future__ import annotations

from pathlib import Path

from mutunb import chemins

RECUS = "recus"
ANNOTES = "annotes"
DOSSIER_SUIVI = "suivi"
COLLECTE = "collecte.xlsx"
CORRECTIONS = "corrections.yaml"
EXTENSIONS = frozenset({".xlsx", ".xlsm", ".xls", ".ods", ".csv"})
#: fichiers que les systèmes et les tableurs posent d'eux-mêmes, sans intérêt ici
_DU_SYSTEME = frozenset({"thumbs.db", "desktop.ini"})
_ECRITS_PAR_MUTUNB = frozenset({ANNOTES, "t0", DOSSIER_SUIVI})
_ECRITS_PAR_LE_CONSULTANT = ("territoire.yaml", "hypotheses.yaml", "decisions.yaml", CORRECTIONS)


def dossier_client(siren: str) -> Path:
    """Dossier d'un territoire, qu'il existe ou non."""
    return chemins.territoires() / siren


def dossier_a_lire(siren: str) -> Path:
    """Dossier client, ou celui que mutunb livre pour le territoire fictif tant que le client n'a pas le sien."""
    propre, livre = dossier_client(siren), chemins.exemples() / siren
    return livre if livre.is_dir() and not _est_tenu(propre) else propre


def dossier_du_suivi(siren: str) -> Path:
    """Dossier des classeurs de suivi, qu'il existe ou non : celui du client dès qu'il en a un, sinon celui de l'exemple livré."""
    propre = dossier_client(siren) / DOSSIER_SUIVI
    return propre if classeurs_de(propre) else dossier_a_lire(siren) / DOSSIER_SUIVI


def _est_tenu(dossier: Path) -> bool:
    """Vrai si le dossier est celui d'un client ; la relecture, le T0 ou un suivi du territoire fictif n'en font pas un."""
    presents = {chemin.name for chemin in dossier.iterdir()} if dossier.is_dir() else {ANNOTES}
    return not presents or not presents <= _ECRITS_PAR_MUTUNB


def classeurs_recus(dossier: Path) -> list[Path]:
    """Fichiers renvoyés par les entités, par nom ; ni fichiers cachés, ni verrous de tableur (« ~$… »)."""
    return classeurs_de(dossier / RECUS)


def classeurs_de(dossier: Path) -> list[Path]:
    """Classeurs et CSV d'un dossier et de ses sous-dossiers, par nom ; aucun s'il n'existe pas."""
    trouves = dossier.rglob("*") if dossier.is_dir() else ()
    return sorted(
        chemin
        for chemin in trouves
        if chemin.is_file() and chemin.suffix.lower() in EXTENSIONS and not est_du_systeme(chemin)
    )


def est_du_systeme(chemin: Path) -> bool:
    """Vrai pour un fichier caché (« .DS_Store ») ou un verrou de tableur (« ~$… »)."""
    return chemin.name.startswith(("~$", ".")) or chemin.name.lower() in _DU_SYSTEME


def entrees_du_dossier(dossier: Path) -> dict[str, Path]:
    """Tout fichier qui décide du contenu d'un T0 : classeurs reçus, collecte, fichiers du consultant."""
    presents = [dossier / nom for nom in (COLLECTE, *_ECRITS_PAR_LE_CONSULTANT) if (dossier / nom).is_file()]
    return {chemin.relative_to(dossier).as_posix(): chemin for chemin in [*presents, *classeurs_recus(dossier)]}
