"""Le processus souche : il a déjà tout importé, et se dédouble (fork) pour chaque carnet.

Importer pandas, matplotlib et la méthode coûte plus cher que d'exécuter un carnet ; le faire une fois suffit. La souche
n'exécute jamais rien elle-même et ne tient aucun fil : un dédoublement est sûr, et rien ne passe d'un carnet au suivant.

La souche meurt avec le processus qui l'a lancée (son tube se ferme). Elle se relance si le code change.
"""

from __future__ import annotations

import atexit
import contextlib
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees

#: sans cela, OpenBLAS ouvre ses fils dès l'import et le dédoublement n'est plus sûr
UN_SEUL_FIL = {nom: "1" for nom in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")}
DELAI_DEMARRAGE_S = 120
TAILLE_DEMANDE = 1 << 20
PRECHARGES = (
    "duckdb",
    "ipykernel.ipkernel",
    "IPython.core.completer",
    "ipykernel.debugger",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "scipy.optimize",
    "scipy.sparse.csgraph",
)


def possible() -> bool:
    """Vrai si ce système sait dédoubler un processus et passer un tube (ni Windows, ni macOS, où fork n'est pas sûr)."""
    return sys.platform.startswith("linux") and hasattr(os, "fork") and hasattr(socket, "send_fds")


class Souche:
    """Côté demandeur : lance la souche au premier besoin, lui demande des processus prêts à exécuter un carnet."""

    def __init__(self, environnement: Mapping[str, str]):
        self._environnement = dict(environnement)
        self._verrou = threading.Lock()
        self._processus: subprocess.Popen | None = None
        self._prise: socket.socket | None = None
        self._empreinte: object = None

    def demander(self, environnement: Mapping[str, str], dossier: Path, journal: Path, memoire_mo: int = 0) -> Connection:
        """Tube vers un processus neuf, dans ``dossier`` et ``environnement`` ; ses sorties brutes vont à ``journal``.

        Raises
        ------
        ErreurDonnees
            La souche ne démarre pas : dit pourquoi.
        """
        ici, la_bas = socket.socketpair()
        demande = {"environnement": dict(environnement), "dossier": str(dossier), "journal": str(journal), "memoire_mo": memoire_mo}
        texte = json.dumps(demande).encode("utf-8")
        with self._verrou, la_bas:
            for essai in (1, 2):  # une souche morte entre deux carnets se relance une fois
                try:
                    prise = self._vivante()
                    socket.send_fds(prise, [len(texte).to_bytes(4, "big") + texte], [la_bas.fileno()])
                    break
                except (BrokenPipeError, ConnectionResetError) as cause:
                    self.fermer()
                    if essai == 2:
                        raise ErreurDonnees("Le moteur rapide ne démarre pas. Relancez avec --moteur papermill.") from cause
        return Connection(ici.detach())

    def fermer(self) -> None:
        """Arrête la souche ; les carnets en cours vont à leur terme."""
        if self._prise is not None:
            self._prise.close()
        if self._processus is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._processus.wait(2)
            if self._processus.poll() is None:
                self._processus.kill()
                self._processus.wait()
        self._prise = self._processus = None

    @property
    def pid(self) -> int | None:
        """Identifiant du processus souche, s'il vit."""
        return self._processus.pid if self._processus is not None and self._processus.poll() is None else None

    def _vivante(self) -> socket.socket:
        empreinte = _empreinte_du_code()
        if self.pid is None or empreinte != self._empreinte:
            self.fermer()
            self._empreinte = empreinte
            self._demarrer()
        assert_prise = self._prise
        if assert_prise is None:
            raise BrokenPipeError
        return assert_prise

    def _demarrer(self) -> None:
        ici, la_bas = socket.socketpair()
        with la_bas:
            self._processus = subprocess.Popen(
                [sys.executable, "-c", "from mutunb.execution.zygote import servir; servir()", str(la_bas.fileno())],
                env={**self._environnement, **UN_SEUL_FIL},
                pass_fds=[la_bas.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C s'adresse au lanceur, qui décide
            )
        ici.settimeout(DELAI_DEMARRAGE_S)
        try:
            pret = ici.recv(1)
        except TimeoutError:
            pret = b""
        ici.settimeout(None)
        self._prise = ici
        if not pret:
            raise BrokenPipeError


_souches: dict[tuple[str, ...], Souche] = {}


def souche(environnement: Mapping[str, str]) -> Souche:
    """La souche de ce processus pour cet interpréteur et cette racine ; lancée au premier besoin."""
    cle = (sys.executable, environnement.get("MUTUNB_RACINE", ""), environnement.get("PYTHONPATH", ""))
    if cle not in _souches:
        _souches[cle] = Souche(environnement)
        atexit.register(_souches[cle].fermer)
    return _souches[cle]


def _empreinte_du_code() -> tuple[int, int]:
    """Nombre de modules et plus récente modification : change dès qu'on touche au paquet."""
    fichiers = list(chemins.RACINE_PAQUET.rglob("*.py"))
    return len(fichiers), max((fichier.stat().st_mtime_ns for fichier in fichiers), default=0)


# --- côté souche -----------------------------------------------------------------------------------------------------


def servir() -> None:
    """Point d'entrée de la souche : importe tout, puis dédouble à chaque demande jusqu'à la fermeture de sa prise."""
    prise = socket.socket(fileno=int(sys.argv[-1]))
    precharger()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # les enfants finis disparaissent d'eux-mêmes
    prise.send(b"!")
    while demande := _recevoir(prise):
        contenu, descripteurs = demande
        if os.fork() == 0:
            prise.close()
            _devenir_noyau(contenu, descripteurs[0])
        for descripteur in descripteurs:
            os.close(descripteur)


def precharger() -> None:
    """Importe ce que les carnets emploient et lit le référentiel ; aucune figure, aucun fil, aucune connexion."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for nom in PRECHARGES:
        with contextlib.suppress(ImportError):
            importlib.import_module(nom)
    facade = importlib.import_module("mutunb")
    for nom in facade.__all__:
        getattr(facade, nom)
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure()
    figure.text(0.5, 0.5, "Été 0 €")
    FigureCanvasAgg(figure).draw()  # trouve les polices une fois pour toutes
    from mutunb import referentiel

    for lire in (referentiel.fonctions, referentiel.droits, referentiel.reperes, referentiel.sources, referentiel.hypotheses, referentiel.glossaire):
        lire()


def _recevoir(prise: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """Demande suivante et ses descripteurs ; ``None`` quand le demandeur est parti."""
    octets, descripteurs, _, _ = socket.recv_fds(prise, TAILLE_DEMANDE, 1)
    if not octets:
        return None
    longueur = int.from_bytes(octets[:4], "big")
    while len(octets) < 4 + longueur:
        suite = prise.recv(TAILLE_DEMANDE)
        if not suite:
            return None
        octets += suite
    return json.loads(octets[4:]), list(descripteurs)


def _devenir_noyau(demande: Mapping[str, Any], descripteur: int) -> None:
    """Dans l'enfant : prend dossier, environnement, limites, puis exécute les cellules ; ne revient pas."""
    code = 1
    journal = os.open(demande["journal"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.setsid()
        for numero in (signal.SIGINT, signal.SIGCHLD):
            signal.signal(numero, signal.default_int_handler if numero == signal.SIGINT else signal.SIG_DFL)
        os.dup2(journal, 1)
        os.dup2(journal, 2)
        os.environ.clear()
        os.environ.update(demande["environnement"])
        time.tzset()
        os.chdir(demande["dossier"])
        sys.path[:1] = [""] if sys.path[:1] != [""] else sys.path[:1]
        _limiter(int(demande["memoire_mo"]))
        from mutunb.execution.coquille import tenir

        tenir(Connection(descripteur))
        code = 0
    except BaseException:  # noqa: BLE001 — dernier recours d'un processus qui va disparaître : tout va au journal
        import traceback

        os.write(journal, traceback.format_exc().encode("utf-8", errors="replace"))
    finally:
        os._exit(code)


def _limiter(memoire_mo: int) -> None:
    if memoire_mo:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memoire_mo << 20, memoire_mo << 20))
