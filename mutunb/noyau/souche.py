"""La souche : elle importe tout une fois, puis se dédouble (fork) pour chaque carnet ; elle n'exécute rien elle-même."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from typing import Any

import numpy

import mutunb
from mutunb import referentiel, territoires
from mutunb.noyau.coquille import NoyauLocal, ouvrir_noyau, tenir

#: prctl(2)
PR_SET_PDEATHSIG = 1
TAILLE_DEMANDE = 1 << 20
PRECHARGES = (
    "duckdb",
    "IPython.core.application",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.crashhandler",
    "IPython.core.oinspect",
    "PIL.PngImagePlugin",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "scipy.optimize",
    "scipy.sparse.csgraph",
)
#: ce que le référentiel relirait dans chaque carnet
LECTURES = (
    referentiel.fonctions,
    referentiel.droits,
    referentiel.reperes,
    referentiel.sources,
    referentiel.hypotheses,
    referentiel.glossaire,
)


def servir() -> None:
    """Point d'entrée de la souche : importe tout, puis dédouble à chaque demande jusqu'à la fermeture de sa prise."""
    prise = socket.socket(fileno=int(sys.argv[-1]))
    precharger()
    noyau = ouvrir_noyau()
    vivants: set[int] = set()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: _recueillir(vivants))
    gc.collect()
    gc.freeze()  # le ramasse-miettes d'un enfant ne parcourt ni ne copie ce qui est commun
    prise.send(b"!")
    souche = os.getpid()
    while demande := _recevoir(prise):
        contenu, descripteurs = demande
        pid = os.fork()
        if pid == 0:
            prise.close()
            _devenir_noyau(contenu, descripteurs[0], noyau, souche)
        vivants.add(pid)
        for descripteur in descripteurs:
            os.close(descripteur)
    _abattre(vivants)
    os._exit(0)  # rien à ranger : défaire tous ces modules prendrait une seconde


def _recueillir(vivants: set[int]) -> None:
    """Prend acte des enfants finis : leur temps de calcul s'ajoute à celui de la souche."""
    with contextlib.suppress(ChildProcessError):
        while (fini := os.waitpid(-1, os.WNOHANG)[0]) > 0:
            vivants.discard(fini)


def _abattre(vivants: set[int]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for pid in vivants:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def precharger() -> None:
    """Importe ce que les carnets emploient, tient en mémoire les données publiques, échauffe ; aucun fil n'en reste.

    Ce qui manque à cet appel (une façade en chantier, des données illisibles) se dira dans le carnet qui s'en sert.
    """
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for nom in PRECHARGES:
        _tenter(lambda nom=nom: importlib.import_module(nom))
    for nom in mutunb.__all__:
        _tenter(lambda nom=nom: getattr(mutunb, nom))
    for lire in LECTURES:
        _tenter(lire)
    _tenter(territoires.garder_en_memoire)
    _tenter(_echauffer)


def _tenter(faire: Callable[[], Any]) -> None:
    try:
        faire()
    except Exception:  # noqa: BLE001 — un préparatif manqué ralentit, il n'arrête rien ; un test les surveille
        traceback.print_exc()


def _echauffer() -> None:
    from mutunb.noyau.echauffement import echauffer

    clients = os.environ.pop("MUTUNB_TERRITOIRES", None)
    with tempfile.TemporaryDirectory() as vide:
        os.environ["MUTUNB_TERRITOIRES"] = vide  # jamais sur les réponses d'un client
        echauffer()
    del os.environ["MUTUNB_TERRITOIRES"]
    if clients is not None:
        os.environ["MUTUNB_TERRITOIRES"] = clients


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


def _devenir_noyau(demande: Mapping[str, Any], descripteur: int, noyau: NoyauLocal, souche: int) -> None:
    """Dans l'enfant : prend dossier, environnement, limites, puis exécute les cellules ; ne revient pas."""
    code = 1
    journal = os.open(demande["journal"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.setsid()
        _mourir_avec(souche)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.dup2(journal, 1)
        os.dup2(journal, 2)
        os.set_inheritable(descripteur, False)
        os.environ.clear()
        os.environ.update(demande["environnement"])
        time.tzset()
        os.chdir(demande["dossier"])
        sys.path[:1] = [""] if sys.path[:1] != [""] else sys.path[:1]
        numpy.random.seed()  # sans quoi deux carnets tireraient les mêmes nombres « au hasard »
        _limiter(int(demande["memoire_mo"]))
        tenir(Connection(descripteur), noyau)
        code = 0
    except BaseException:  # noqa: BLE001 — dernier recours d'un processus qui va disparaître : tout va au journal
        os.write(journal, traceback.format_exc().encode("utf-8", errors="replace"))
    finally:
        os._exit(code)


def _mourir_avec(souche: int) -> None:
    """Demande au système de tuer ce processus avec la souche : un carnet sans fin ne survit pas à un lanceur tué."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != souche:
        os._exit(1)


def _limiter(memoire_mo: int) -> None:
    if memoire_mo:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memoire_mo << 20, memoire_mo << 20))
