"""Le noyau Jupyter d'un carnet : celui de l'environnement courant, dans un dossier et un environnement choisis."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import get_kernel_dict
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec

from mutunb import chemins

JOURNAL = "noyau.log"
#: variables qui désignent un dossier : rendues absolues, car le noyau travaille dans le dossier du carnet
DOSSIERS = ("MUTUNB_RACINE", "MUTUNB_DONNEES", "MUTUNB_TERRITOIRES", "MUTUNB_SORTIES")


class Noyaux:
    """Fabrique de noyaux pour une exécution ; garde la main dessus pour les arrêter sans leur concours.

    Parameters
    ----------
    dossier : Path
        Dossier de travail des carnets.
    environnement : Mapping[str, str]
        Variables d'environnement complètes (:func:`environnement`).
    brouillon : Path
        Dossier jetable : prises de communication et journal du noyau.
    """

    def __init__(self, dossier: Path, environnement: Mapping[str, str], brouillon: Path):
        self.dossier = dossier
        self.brouillon = brouillon
        self.environnement = dict(environnement)
        self._ouverts: list[AsyncKernelManager] = []

    def classe(self) -> type[AsyncKernelManager]:
        """Classe de gestionnaire à donner à nbclient."""
        fabrique = self

        class Noyau(AsyncKernelManager):
            """Lance toujours l'interpréteur courant, même si un autre noyau « python3 » est enregistré."""

            @property
            def kernel_spec(self) -> KernelSpec:
                return KernelSpec(resource_dir="", **get_kernel_dict())

            async def start_kernel(self, **options: Any) -> None:
                if sys.platform != "win32":  # aucun port ouvert sur la machine, aucune collision entre noyaux
                    self.transport, self.ip = "ipc", str(fabrique.brouillon / "noyau")
                fabrique._ouverts.append(self)
                with (fabrique.brouillon / JOURNAL).open("ab") as journal:
                    options |= {"cwd": str(fabrique.dossier), "env": fabrique.environnement}
                    await super().start_kernel(**options, stdout=journal, stderr=journal)

        return Noyau

    def propos(self) -> str:
        """Ce que les noyaux ont écrit hors des carnets (avertissements, traces d'arrêt brutal)."""
        journal = self.brouillon / JOURNAL
        return journal.read_text("utf-8", errors="replace").strip() if journal.is_file() else ""

    def tuer(self) -> None:
        """Arrête sur-le-champ les noyaux encore vivants et leurs processus fils."""
        for gestionnaire in self._ouverts:
            processus = getattr(gestionnaire.provisioner, "process", None)
            if processus is not None and processus.poll() is None:
                _tuer_groupe(processus)


def _tuer_groupe(processus: subprocess.Popen) -> None:
    if sys.platform == "win32":
        processus.kill()
        return
    with contextlib.suppress(ProcessLookupError):  # mort entre-temps
        os.killpg(os.getpgid(processus.pid), signal.SIGKILL)


def environnement(dossier_ipython: Path, ajouts: Mapping[str, str] | None = None) -> dict[str, str]:
    """Environnement d'un noyau : celui du processus, rendu reproductible.

    Parameters
    ----------
    dossier_ipython : Path
        Profil IPython vide : ni script de démarrage personnel, ni historique partagé (et verrouillé).
    ajouts : Mapping, optional
        Variables à imposer (``MUTUNB_*``).
    """
    variables = {**os.environ, **(ajouts or {})}
    variables.pop("MPLBACKEND", None)  # ipykernel choisit alors le rendu dans le carnet
    for nom in DOSSIERS:
        if variables.get(nom):
            variables[nom] = str(Path(variables[nom]).resolve())
    chemin_python = [str(chemins.RACINE_PAQUET.parent), variables.get("PYTHONPATH", "")]
    return variables | {
        "PYTHONPATH": os.pathsep.join(filter(None, chemin_python)),  # le même mutunb que celui qui lance
        "PYTHONHASHSEED": "0",
        "MUTUNB_LOT": "1",  # aucun formulaire
        "IPYTHONDIR": str(dossier_ipython),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }
