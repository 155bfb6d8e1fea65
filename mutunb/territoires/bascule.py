"""Remplacer un dossier d'un seul coup : l'ancien reste en place tant que le nouveau n'est pas complet."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from mutunb.erreurs import ErreurUsage


@contextlib.contextmanager
def dossier_neuf(vers: Path, temoin: str) -> Iterator[Path]:
    """Dossier voisin à remplir ; à la sortie sans erreur il prend la place de ``vers``, sinon il disparaît.

    Un dossier existant n'est remplacé que s'il est vide ou contient ``temoin`` (c'est le nôtre), pour qu'une faute de
    frappe n'efface rien. Une bascule interrompue entre les deux renommages est réparée à la construction suivante.
    """
    vers = Path(vers).absolute()
    ancien = vers.with_name(f".{vers.name}.ancien")
    vers.parent.mkdir(parents=True, exist_ok=True)
    if ancien.exists() and not vers.exists():
        ancien.rename(vers)
    _refuser_dossier_d_autrui(vers, temoin)
    neuf = Path(tempfile.mkdtemp(dir=vers.parent, prefix=f".{vers.name}.", suffix=".part"))
    neuf.chmod(0o755)
    try:
        yield neuf
        _echanger(neuf, vers, ancien)
    except BaseException:
        shutil.rmtree(neuf, ignore_errors=True)
        raise


def _refuser_dossier_d_autrui(vers: Path, temoin: str) -> None:
    if vers.exists() and not vers.is_dir():
        raise ErreurUsage(f"{vers} est un fichier : indiquez un dossier à créer.")
    visibles = [entree for entree in vers.iterdir() if not entree.name.startswith(".")] if vers.is_dir() else []
    if visibles and not (vers / temoin).is_file():
        raise ErreurUsage(
            f"{vers} contient déjà d'autres fichiers ({visibles[0].name}…) et serait remplacé. Indiquez un dossier "
            "vide, à créer, ou construit par cette commande."
        )


def _echanger(neuf: Path, vers: Path, ancien: Path) -> None:
    shutil.rmtree(ancien, ignore_errors=True)
    if vers.exists():
        vers.rename(ancien)
    try:
        neuf.rename(vers)
    except OSError:
        if ancien.exists():
            ancien.rename(vers)
        raise
    shutil.rmtree(ancien, ignore_errors=True)
