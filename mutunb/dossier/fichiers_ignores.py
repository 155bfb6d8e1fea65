"""Les fichiers déposés dans ``recus/`` que mutunb ne lit pas : chacun est nommé, avec ce qu'il faut en faire."""

from __future__ import annotations

from pathlib import Path

from mutunb.dossier.fichiers_client import EXTENSIONS, RECUS, est_du_systeme
from mutunb.erreurs import Constat

_ATTENDU = "un classeur .xlsx, .xlsm, .xls, .ods ou un .csv"
_DEMANDER = "Demandez le {classeur} lui-même à l'expéditeur, ou recopiez ses réponses dans un exemplaire vierge."
_TABLEUR = "Ouvrez-le dans un tableur, enregistrez-le en .xlsx et déposez ce nouveau fichier."
_REMEDES = {
    ".zip": "Décompressez l'archive et déposez les classeurs qu'elle contient.",
    ".7z": "Décompressez l'archive et déposez les classeurs qu'elle contient.",
    ".rar": "Décompressez l'archive et déposez les classeurs qu'elle contient.",
    ".xlsb": _TABLEUR,
    ".xltx": _TABLEUR,
    ".numbers": _TABLEUR,
    ".fods": _TABLEUR,
    ".txt": _TABLEUR,
    ".tsv": _TABLEUR,
    ".eml": "Ouvrez le message et déposez la pièce jointe.",
    ".msg": "Ouvrez le message et déposez la pièce jointe.",
}


def fichiers_ignores(dossier: Path, sous_dossier: str = RECUS, classeur: str = "classeur de collecte") -> tuple[Constat, ...]:
    """Une alerte par fichier reçu d'un format qui ne se lit pas ; rien pour les fichiers que posent les logiciels."""
    recus = dossier / sous_dossier
    trouves = sorted(chemin for chemin in recus.rglob("*") if chemin.is_file()) if recus.is_dir() else []
    return tuple(
        _constat(chemin, recus, classeur)
        for chemin in trouves
        if chemin.suffix.lower() not in EXTENSIONS and not est_du_systeme(chemin)
    )


def _constat(chemin: Path, recus: Path, classeur: str) -> Constat:
    suffixe = chemin.suffix.lower()
    quoi = f"un fichier {suffixe}" if suffixe else "un fichier sans extension"
    remede = f"Il n'est pas lu. {_REMEDES.get(suffixe, _DEMANDER.format(classeur=classeur))}"
    return Constat(str(Path(recus.name, chemin.relative_to(recus))), quoi, _ATTENDU, remede, "alerte")
