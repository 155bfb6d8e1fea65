"""Où se trouvent les fichiers, et comment on les écrit : jamais à moitié."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from mutunb.erreurs import ErreurDonnees

RACINE_PAQUET = Path(__file__).resolve().parent


def racine() -> Path:
    """Dossier du projet : ``MUTUNB_RACINE``, sinon le dossier qui contient le paquet."""
    dossier = Path(os.environ.get("MUTUNB_RACINE") or RACINE_PAQUET.parent)
    if not (dossier / "data" / "referentiel").is_dir():
        raise ErreurDonnees(
            f"Dossier du projet introuvable : {dossier} ne contient pas data/referentiel. "
            "Lancez la commande depuis une copie complète du projet ou renseignez MUTUNB_RACINE."
        )
    return dossier


def referentiel() -> Path:
    """``data/referentiel`` : droit, fonctions, repères, hypothèses, sources, unités."""
    return racine() / "data" / "referentiel"


def echantillon() -> Path:
    """``data/public/echantillon`` : quelques territoires réels, en CSV."""
    return racine() / "data" / "public" / "echantillon"


def exemples() -> Path:
    """``data/exemples`` : un territoire fictif complet, ses réponses et un classeur défectueux."""
    return racine() / "data" / "exemples"


def national() -> Path:
    """Dossier du référentiel national : ``MUTUNB_DONNEES``, sinon ``data/public/national``."""
    return Path(os.environ.get("MUTUNB_DONNEES") or racine() / "data" / "public" / "national")


def territoires() -> Path:
    """Dossiers des clients : ``MUTUNB_TERRITOIRES``, sinon ``data/territoires``."""
    return Path(os.environ.get("MUTUNB_TERRITOIRES") or racine() / "data" / "territoires")


def sorties() -> Path:
    """Livrables : ``MUTUNB_SORTIES``, sinon ``outputs``."""
    return Path(os.environ.get("MUTUNB_SORTIES") or racine() / "outputs")


def carnets() -> Path:
    """``notebooks`` : les carnets et leur parcours."""
    return racine() / "notebooks"


def ecrire(chemin: Path, contenu: str | bytes) -> Path:
    """Écrit ``contenu`` à ``chemin`` d'un seul coup (fichier temporaire voisin, puis renommage).

    Un lecteur voit l'ancien fichier ou le nouveau, jamais un fichier tronqué.
    """
    chemin = Path(chemin)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    octets = contenu.encode("utf-8") if isinstance(contenu, str) else contenu
    descripteur, nom = tempfile.mkstemp(dir=chemin.parent, prefix=f".{chemin.name}.", suffix=".part")
    try:
        with os.fdopen(descripteur, "wb") as sortie:
            sortie.write(octets)
            sortie.flush()
            os.fsync(sortie.fileno())
        os.chmod(nom, 0o666 & ~_masque())
        os.replace(nom, chemin)
    except BaseException:
        Path(nom).unlink(missing_ok=True)
        raise
    return chemin


def ecrire_neuf(chemin: Path, contenu: str | bytes) -> Path:
    """Comme :func:`ecrire`, mais refuse de remplacer un fichier (``FileExistsError``), même apparu entre-temps."""
    chemin = Path(chemin)
    chemin.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(chemin, os.O_CREAT | os.O_EXCL, 0o666))  # la place est prise : un seul écrivain passe
    try:
        return ecrire(chemin, contenu)
    except BaseException:
        chemin.unlink(missing_ok=True)
        raise


def _masque() -> int:
    masque = os.umask(0)
    os.umask(masque)
    return masque
