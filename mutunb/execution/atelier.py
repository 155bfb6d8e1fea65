"""JupyterLab aux réglages de mutunb : en français, sur le mode d'emploi, sans aucune demande vers l'extérieur.

Les réglages vivent dans un dossier à part : ceux de la personne, s'ils existent, ne sont ni lus ni changés.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

from mutunb import chemins
from mutunb.erreurs import ErreurUsage
from mutunb.execution.noyau import DOSSIERS

ACCUEIL = "notebooks/00_mode_d_emploi.ipynb"
ADRESSE, PORT = "127.0.0.1", 8888
ESSAIS_DE_PORT = 50
DELAI_ARRET_S = 20
LANGUE = "fr_FR"
#: extensions de JupyterLab qui demanderaient quelque chose à l'extérieur
ECARTEES = ("@jupyterlab/apputils-extension:announcements", "@jupyterlab/extensionmanager-extension")
#: réglages de l'interface, par extension
SURCHARGES = {
    "@jupyterlab/apputils-extension:notification": {"checkForUpdates": False, "fetchNews": "false"},
    "@jupyterlab/translation-extension:plugin": {"locale": LANGUE},
    "@jupyterlab/extensionmanager-extension:plugin": {"enabled": False, "disclaimed": False},
}


@dataclass(frozen=True)
class Atelier:
    """Un JupyterLab lancé : son adresse (jeton compris) et son processus."""

    adresse: str
    processus: subprocess.Popen


def langue_installee() -> bool:
    """Vrai si le paquet de langue française de JupyterLab est installé."""
    return any(paquet.name == LANGUE for paquet in entry_points(group="jupyterlab.languagepack"))


@contextlib.contextmanager
def ouvert(port: int | None = None, avec_navigateur: bool = True) -> Iterator[Atelier]:
    """JupyterLab lancé, arrêté proprement (noyaux compris) à la sortie du bloc.

    Parameters
    ----------
    port : int, optional
        Port exigé ; à défaut le premier libre à partir de 8888.
    avec_navigateur : bool
        Ouvre la page dans le navigateur de la personne.

    Raises
    ------
    ErreurUsage
        Port déjà pris.
    """
    port = _port(port)
    jeton = secrets.token_urlsafe(24)
    with tempfile.TemporaryDirectory(prefix="mutunb-jupyter-", ignore_cleanup_errors=True) as ephemere:
        reglages = poser_reglages(Path(ephemere))
        commande = [sys.executable, "-m", "jupyterlab", *options(reglages, port, avec_navigateur)]
        processus = subprocess.Popen(commande, cwd=chemins.racine(), env=environnement(reglages, jeton))
        try:
            yield Atelier(f"http://{ADRESSE}:{port}/lab/tree/{ACCUEIL}?token={jeton}", processus)
        finally:
            arreter(processus)


def arreter(processus: subprocess.Popen) -> None:
    """Demande l'arrêt, attend que les noyaux se ferment ; force passé le délai."""
    if processus.poll() is None:
        processus.terminate()
    try:
        processus.wait(DELAI_ARRET_S)
    except subprocess.TimeoutExpired:
        processus.kill()
        processus.wait()


def poser_reglages(dossier: Path) -> Path:
    """Écrit dans ``dossier`` les réglages propres à mutunb ; rend ce dossier."""
    langue = SURCHARGES if langue_installee() else {nom: r for nom, r in SURCHARGES.items() if "translation" not in nom}
    page = {"disabledExtensions": dict.fromkeys(ECARTEES, True)}
    chemins.ecrire(dossier / "application" / "overrides.json", json.dumps(langue, indent=2))
    chemins.ecrire(dossier / "config" / "labconfig" / "page_config.json", json.dumps(page, indent=2))
    for nom in ("reglages", "espaces", "execution"):
        (dossier / nom).mkdir(exist_ok=True)
    return dossier


def options(reglages: Path, port: int, avec_navigateur: bool) -> list[str]:
    """Options de JupyterLab : adresse locale seulement, ni annonces, ni mises à jour, ni catalogue d'extensions."""
    return [
        f"--ServerApp.ip={ADRESSE}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={chemins.racine()}",
        f"--ServerApp.open_browser={avec_navigateur}",
        "--ServerApp.allow_remote_access=False",
        "--ServerApp.answer_yes=True",
        "--ServerApp.terminals_enabled=False",
        f"--ServerApp.allow_root={_est_administrateur()}",
        "--ServerApp.log_level=ERROR",
        "--LabApp.log_level=ERROR",
        f"--LabApp.default_url=/lab/tree/{ACCUEIL}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        f"--LabApp.app_settings_dir={reglages / 'application'}",
        f"--LabApp.user_settings_dir={reglages / 'reglages'}",
        f"--LabApp.workspaces_dir={reglages / 'espaces'}",
    ]


def environnement(reglages: Path, jeton: str) -> dict[str, str]:
    """Environnement du serveur et de ses noyaux : le même mutunb, les mêmes dossiers, le jeton hors de la ligne de commande."""
    variables = {nom: valeur for nom, valeur in os.environ.items() if nom != "MUTUNB_LOT"}
    variables |= {nom: str(Path(variables[nom]).resolve()) for nom in DOSSIERS if variables.get(nom)}
    chemin_python = [str(chemins.RACINE_PAQUET.parent), variables.get("PYTHONPATH", "")]
    return variables | {
        "PYTHONPATH": os.pathsep.join(filter(None, chemin_python)),
        "JUPYTER_TOKEN": jeton,
        "JUPYTER_CONFIG_DIR": str(reglages / "config"),
        "JUPYTER_RUNTIME_DIR": str(reglages / "execution"),
        "IPYTHONDIR": str(reglages / "ipython"),
    }


def _est_administrateur() -> bool:
    """Vrai dans un conteneur, d'ordinaire : JupyterLab refuse alors de démarrer sans qu'on le lui permette."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _port(demande: int | None) -> int:
    for port in [demande] if demande else range(PORT, PORT + ESSAIS_DE_PORT):
        with socket.socket() as prise:
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):  # pris : le suivant
                prise.bind((ADRESSE, port))
                return port
    pris = f"Le port {demande} est déjà pris" if demande else f"Aucun port libre de {PORT} à {PORT + ESSAIS_DE_PORT - 1}"
    raise ErreurUsage(f"{pris} : fermez l'autre JupyterLab, ou donnez un autre port (--port 9000).")
