"""Le processus souche : il a déjà tout importé, et se dédouble (fork) pour chaque carnet.

Importer pandas, matplotlib et la méthode coûte plus cher que d'exécuter un carnet ; le faire une fois suffit. La souche
n'exécute jamais rien elle-même et ne tient aucun fil : un dédoublement est sûr, et rien ne passe d'un carnet au suivant.

La souche meurt avec le processus qui l'a lancée (son tube se ferme). Elle se relance si le code change.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees

#: sans cela, OpenBLAS ouvre ses fils dès l'import et le dédoublement n'est plus sûr
UN_SEUL_FIL = {nom: "1" for nom in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")}
DELAI_DEMARRAGE_S = 120
#: une souche tient 250 Mo ; au-delà, la moins récemment employée se ferme
SOUCHES_MAX = 2
#: le code ne se regarde pas plus souvent : 300 fichiers à chaque carnet coûtent autant que son dédoublement
PAUSE_ENTRE_REGARDS_S = 1.0


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
        self._regarde_a = 0.0

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
        """Arrête la souche et ses carnets en cours."""
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
    def calcul_s(self) -> float:
        """Secondes de processeur de la souche et de ses carnets finis."""
        try:
            champs = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        except FileNotFoundError:  # morte : le système a déjà compté son temps dans celui de ce processus
            return 0.0
        return sum(map(int, champs[11:15])) / os.sysconf("SC_CLK_TCK")

    @property
    def memoire_mo(self) -> float:
        """Plus forte mémoire de la souche, en mégaoctets ; 0 si elle ne vit pas."""
        try:
            etat = Path(f"/proc/{self.pid}/status").read_text()
        except FileNotFoundError:
            return 0.0
        return next((int(ligne.split()[1]) / 1024 for ligne in etat.splitlines() if ligne.startswith("VmHWM")), 0.0)

    @property
    def pid(self) -> int | None:
        """Identifiant du processus souche, s'il vit."""
        return self._processus.pid if self._processus is not None and self._processus.poll() is None else None

    def _vivante(self) -> socket.socket:
        if self.pid is None or self._code_change():
            self.fermer()
            self._demarrer()
        if self._prise is None:
            raise BrokenPipeError
        return self._prise

    def _code_change(self) -> bool:
        if time.monotonic() - self._regarde_a < PAUSE_ENTRE_REGARDS_S:
            return False
        self._regarde_a = time.monotonic()
        ancienne, self._empreinte = self._empreinte, _empreinte_du_code()
        return self._empreinte != ancienne

    def _demarrer(self) -> None:
        self._empreinte, self._regarde_a = _empreinte_du_code(), time.monotonic()
        ici, la_bas = socket.socketpair()
        with la_bas, tempfile.TemporaryDirectory(prefix="mutunb-") as brouillon:
            self._processus = subprocess.Popen(
                [sys.executable, "-c", "from mutunb.noyau.souche import servir; servir()", str(la_bas.fileno())],
                env={**self._environnement, **UN_SEUL_FIL, "IPYTHONDIR": brouillon},
                pass_fds=[la_bas.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C s'adresse au lanceur, qui décide
            )
            la_bas.close()  # si la souche meurt en démarrant, on le sait aussitôt
            self._prise = ici
            if not self._est_prete(ici):
                raise BrokenPipeError

    @staticmethod
    def _est_prete(prise: socket.socket) -> bool:
        prise.settimeout(DELAI_DEMARRAGE_S)
        try:
            return bool(prise.recv(1))
        except (TimeoutError, ConnectionResetError):
            return False
        finally:
            prise.settimeout(None)


_souches: dict[tuple[str, ...], Souche] = {}
_verrou = threading.Lock()


def fermer_tout() -> None:
    """Arrête les souches de ce processus."""
    for une in _souches.values():
        une.fermer()


def memoire_mo() -> float:
    """Plus forte mémoire des souches de ce processus, en mégaoctets."""
    return sum(une.memoire_mo for une in _souches.values())


def calcul_s() -> float:
    """Secondes de processeur des souches de ce processus et de leurs carnets finis."""
    return sum(une.calcul_s for une in _souches.values())


def souche(environnement: Mapping[str, str]) -> Souche:
    """La souche de ce processus pour cet interpréteur et cette racine ; lancée au premier besoin."""
    cle = (sys.executable, environnement.get("MUTUNB_RACINE", ""), environnement.get("PYTHONPATH", ""))
    with _verrou:
        if not _souches:
            atexit.register(fermer_tout)
        _souches[cle] = _souches.pop(cle, None) or Souche(environnement)  # la dernière employée, en fin de liste
        for ancienne in list(_souches)[:-SOUCHES_MAX]:
            _souches.pop(ancienne).fermer()
        return _souches[cle]


def _empreinte_du_code() -> tuple[int, int]:
    """Nombre de modules et plus récente modification : change dès qu'on touche au paquet."""
    dates = list(_dates(chemins.RACINE_PAQUET))
    return len(dates), max(dates, default=0)


def _dates(dossier: Path | str) -> Iterator[int]:
    with os.scandir(dossier) as entrees:
        for entree in entrees:
            if entree.is_dir(follow_symlinks=False):
                yield from _dates(entree.path) if entree.name != "__pycache__" else ()
            elif entree.name.endswith(".py"):
                yield entree.stat().st_mtime_ns
