"""Le noyau d'un carnet, dans le processus qui l'exécute : un vrai noyau IPython dont les messages partent par un tube.

C'est le noyau d'ipykernel, non une imitation : affichage, erreurs, flux et figures passent par son code. Seul le
transport change — ni prise ZMQ, ni fil d'écoute —, et ce qu'écrivent les sous-processus est repris comme chez lui.
"""

from __future__ import annotations

import asyncio
import base64
import codecs
import contextlib
import json
import logging
import os
import select
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import Any

from ipykernel.displayhook import ZMQDisplayHook
from ipykernel.iostream import IOPubThread, OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.jsonutil import json_clean
from IPython.core.history import HistoryManager
from jupyter_client.session import Session, json_default

#: clés d'un message Jupyter que nbclient lit
CLES = ("msg_type", "header", "parent_header", "metadata", "content")
#: matplotlib dessine dans le carnet
RENDU = "module://matplotlib_inline.backend_inline"
#: au moins la contenance d'un tube : une lecture le vide
TAILLE_LECTURE = 1 << 20


class SessionLocale(Session):
    """Session Jupyter qui remet ses messages à une fonction au lieu d'une prise."""

    remettre: Callable[[dict[str, Any]], None] = staticmethod(lambda message: None)

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, **reste: Any) -> Any:
        """Remet le message ; les tampons binaires y sont en base 64."""
        message = msg_or_type if isinstance(msg_or_type, Mapping) else None
        if message is None:
            message = self.msg(msg_or_type, content, parent, reste.get("header"), reste.get("metadata"))
        trie = {cle: message.get(cle) for cle in CLES}
        tampons = reste.get("buffers") or message.get("buffers") or []
        trie["buffers"] = [base64.b64encode(bytes(tampon)).decode("ascii") for tampon in tampons]
        self.remettre(trie)
        return message


class _FilAbsent(IOPubThread):
    """Tient lieu de fil de publication : tout se publie sur-le-champ, dans le fil de la cellule."""

    thread = None
    socket = None

    def __init__(self) -> None:  # ni prise, ni boucle, ni fil : le constructeur d'origine en ouvrirait
        self.io_loop = self

    def schedule(self, f: Callable[[], Any]) -> None:
        """Exécute tout de suite."""
        f()

    def call_later(self, delai: float, f: Callable[[], Any]) -> None:
        """Rien à différer : un flux se vide à chaque affichage et en fin de cellule."""

    @property
    def background_socket(self) -> Any:
        """Aucune prise : la session locale n'en a pas besoin."""
        return self


class Flux(OutStream):
    """Flux d'un carnet, qui suit aussi son descripteur (1 ou 2) : sous-processus et écritures brutes y entrent.

    ipykernel suit le descripteur dans un fil, quand il peut ; ici on vide le tube avant chaque affichage, et l'ordre des
    sorties ne dépend plus de l'horloge.
    """

    def __init__(self, descripteur: int, nom: str, session: Session, fil: IOPubThread):
        super().__init__(session, fil, nom, watchfd=False)
        self._original_stdstream_copy = os.dup(descripteur)  # comme ipykernel : fileno() désigne la sortie d'origine
        self._lecture, ecriture = os.pipe()
        os.set_blocking(self._lecture, False)
        os.dup2(ecriture, descripteur)
        os.close(ecriture)
        self._decodeur = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._verrou = threading.RLock()
        threading.Thread(target=self._suivre, daemon=True, name=f"mutunb-{nom}").start()

    def flush(self) -> None:
        """Prend ce qui est écrit sur le descripteur, puis publie."""
        if os.getpid() == self._master_pid:
            self._puiser()
        super().flush()

    def _suivre(self) -> None:
        """Vide le tube au fil de l'eau : un sous-processus bavard ne doit pas attendre la fin de la cellule."""
        veille = select.poll()
        veille.register(self._lecture, select.POLLIN)
        ouvert = True
        while ouvert:
            veille.poll()
            ouvert = self._puiser()

    def _puiser(self) -> bool:
        """Reprend ce que le tube contient ; faux s'il est fermé."""
        with self._verrou:
            try:
                octets = os.read(self._lecture, TAILLE_LECTURE)
            except BlockingIOError:
                return True
            if octets:
                self.write(self._decodeur.decode(octets))
                os.write(self._original_stdstream_copy, octets)
            return bool(octets)


class NoyauLocal(IPythonKernel):
    """Noyau IPython sans prise réseau."""

    #: ipykernel y lit le fil à interrompre par Ctrl-C ; ici aucun : le lanceur tue le processus
    shell_channel_thread = SimpleNamespace(parent_thread=None)

    def _publish_debug_event(self, event: Any) -> None:
        """Aucun débogueur en exécution par lot."""

    def _publish_execute_input(self, code: str, parent: Any, execution_count: int) -> None:
        """Le demandeur sait ce qu'il a demandé."""

    def _abort_queues(self, subshell_id: str | None = ...) -> None:
        """Aucune file à vider : les cellules arrivent une à une."""


def ouvrir_noyau() -> NoyauLocal:
    """Noyau complet, muet : ni flux détourné, ni fil. Il s'ouvre une fois, avant tout dédoublement."""
    HistoryManager.enabled = False  # ni base SQLite, ni fil d'écriture
    os.environ.setdefault("MPLBACKEND", RENDU)
    fil = _FilAbsent()
    session = SessionLocale(key=b"")
    return NoyauLocal.instance(session=session, iopub_thread=fil, iopub_socket=fil, log=logging.getLogger("mutunb.noyau"))


def brancher(noyau: NoyauLocal, remettre: Callable[[dict[str, Any]], None]) -> None:
    """Dans le processus dédoublé : dirige les messages du noyau vers ``remettre``, détourne flux et descripteurs."""
    session, fil = noyau.session, noyau.iopub_thread
    session.remettre = remettre
    os.environ.setdefault("MPLBACKEND", RENDU)
    sys.stdout, sys.stderr = Flux(1, "stdout", session, fil), Flux(2, "stderr", session, fil)
    sys.displayhook = ZMQDisplayHook(session, fil)
    sys.displayhook.get_execution_count = lambda: noyau.execution_count
    noyau.shell.ipython_dir = os.environ.get("IPYTHONDIR") or tempfile.mkdtemp(prefix="mutunb-ipython-")
    noyau.shell.init_profile_dir(None)


def tenir(conduit: Connection, noyau: NoyauLocal) -> None:
    """Exécute les cellules reçues par ``conduit`` jusqu'à sa fermeture ; chaque message du noyau y repart."""

    verrou = threading.Lock()  # un fil du carnet peut afficher lui aussi

    def remettre(message: Mapping[str, Any]) -> None:
        octets = json.dumps(message, default=json_default, ensure_ascii=False).encode("utf-8", "surrogatepass")
        with verrou:
            conduit.send_bytes(octets)

    brancher(noyau, remettre)
    pret = {"msg_type": "mutunb_pret", "pid": os.getpid(), "language_info": noyau.language_info}
    remettre(pret)
    asyncio.run(_repondre(conduit, noyau, lambda: remettre(pret)))


async def _repondre(conduit: Connection, noyau: NoyauLocal, dire_pret: Callable[[], None]) -> None:
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            demande = json.loads(conduit.recv_bytes())
            if "source" in demande:
                await _cellule(noyau, demande)
            else:  # le carnet suivant, aussi sobre que celui-ci
                noyau.shell.reset(new_session=True)
                dire_pret()


async def _cellule(noyau: NoyauLocal, demande: Mapping[str, Any]) -> None:
    session = noyau.session
    contenu = {
        "code": demande["source"],
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": False,
        "stop_on_error": True,
    }
    parent = json_clean(session.msg("execute_request", contenu, metadata={"cellId": demande["cellule"]}))
    noyau.set_parent([], parent, channel="shell")
    await noyau.execute_request(None, [], parent)
    session.send(None, "status", {"execution_state": "idle"}, parent=parent)
