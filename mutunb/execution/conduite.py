"""Le noyau du moteur rapide, vu du demandeur : l'ouvrir, lui parler, s'en lasser, le rendre à la séance ou le tuer."""

from __future__ import annotations

import contextlib
import json
import math
import os
import select
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from mutunb.execution import zygote
from mutunb.execution.noyau import JOURNAL, environnement


class Seance:
    """Les carnets d'une étape, l'un après l'autre : un carnet sobre passe son processus au carnet sobre qui le suit.

    Tout autre carnet a un processus à lui. D'un territoire à l'autre, la séance change, et le processus aussi.
    """

    def __init__(self) -> None:
        self._brouillon = tempfile.TemporaryDirectory(prefix="mutunb-")
        self.dossier = Path(self._brouillon.name)
        self._garde: tuple[object, Noyau] | None = None

    def __enter__(self) -> Seance:
        return self

    def __exit__(self, *_: object) -> None:
        self.liberer()
        self._brouillon.cleanup()

    def conduite(
        self,
        dossier: Path,
        variables: Mapping[str, str] | None = None,
        delai_s: float | None = None,
        memoire_mo: int = 0,
        sobre: bool = False,
    ) -> Conduite:
        """De quoi exécuter un carnet ; ``sobre`` : il peut partager son processus."""
        return Conduite(self, dossier, environnement(self.dossier / "ipython", variables), delai_s, memoire_mo, sobre)

    def prendre(self, cle: object) -> Noyau | None:
        """Le noyau gardé, remis à neuf, si ``cle`` convient ; un noyau qui ne convient pas est tué."""
        garde, self._garde = self._garde, None
        if garde is None:
            return None
        if garde[0] == cle:
            with contextlib.suppress(DeadKernelError, TimeoutError):
                garde[1].recommencer()
                return garde[1]
        garde[1].close()
        return None

    def garder(self, cle: object, noyau: Noyau) -> None:
        """Tient ce noyau prêt pour le carnet suivant."""
        self.liberer()
        self._garde = cle, noyau

    def liberer(self) -> None:
        """Tue le noyau gardé."""
        if self._garde is not None:
            self._garde[1].close()
            self._garde = None


class Conduite:
    """Ce qu'il faut pour exécuter un carnet : où, avec quelles variables, jusqu'à quand, dans quelle mémoire."""

    def __init__(
        self, seance: Seance, dossier: Path, variables: Mapping[str, str], delai_s: float | None, memoire_mo: int, sobre: bool
    ):
        self._seance = seance
        self._variables = dict(variables)
        self._dossier = dossier
        self._delai_s = delai_s
        self._memoire_mo = memoire_mo
        self._cle = (sorted(self._variables.items()), dossier, memoire_mo) if sobre else None
        self._journal = seance.dossier / JOURNAL
        self._deja_dit = self._journal.stat().st_size if self._journal.is_file() else 0
        self.carnet: NotebookNode | None = None

    @contextlib.contextmanager
    def noyau(self) -> Iterator[Noyau]:
        """Noyau du carnet : neuf, ou laissé par le carnet sobre d'avant ; tué à la fin, sauf s'il peut resservir."""
        noyau = self._seance.prendre(self._cle) if self._cle else None
        noyau = noyau or self._neuf()
        noyau.terme = None if self._delai_s is None else time.monotonic() + self._delai_s
        try:
            yield noyau
        finally:
            if self._cle and noyau.reutilisable:
                self._seance.garder(self._cle, noyau)
            else:
                noyau.close()

    def propos(self) -> str:
        """Ce que le noyau a écrit hors du carnet."""
        if not self._journal.is_file():
            return ""
        return self._journal.read_bytes()[self._deja_dit :].decode("utf-8", errors="replace").strip()

    def _neuf(self) -> Noyau:
        """Noyau dédoublé de la souche ; une souche qui meurt à ce moment-là se relance une fois."""
        for essai in (1, 2):
            souche = zygote.souche(self._variables)
            noyau = Noyau(souche.demander(self._variables, self._dossier, self._journal, self._memoire_mo))
            try:
                noyau.attendre_pret()
                return noyau
            except DeadKernelError:
                noyau.close()
                if essai == 2:
                    raise
        raise DeadKernelError("Kernel died")


class Noyau:
    """Un processus qui exécute un carnet, et son tube."""

    def __init__(self, conduit: Connection):
        self._conduit = conduit
        self._veille = select.poll()
        self._veille.register(conduit.fileno(), select.POLLIN)
        self.terme: float | None = None
        self.pid: int | None = None
        self.langage: dict[str, Any] = {}
        self.reutilisable = False

    def attendre_pret(self) -> None:
        """Attend que le noyau soit ouvert et se présente."""
        message = self.recevoir(zygote.DELAI_DEMARRAGE_S)
        self.pid, self.langage = int(message["pid"]), dict(message["language_info"])

    def recommencer(self) -> None:
        """Remet le noyau à neuf : variables, numéros et sorties gardées oubliés."""
        self.terme, self.reutilisable = None, False
        self._envoyer({"recommencer": True})
        self.attendre_pret()

    def executer(self, source: str, cellule: str) -> None:
        """Demande l'exécution d'une cellule."""
        self._envoyer({"source": source, "cellule": cellule})

    def _envoyer(self, demande: Mapping[str, Any]) -> None:
        try:
            self._conduit.send_bytes(json.dumps(demande).encode("utf-8", "surrogatepass"))
        except OSError as cause:
            raise DeadKernelError("Kernel died") from cause

    def recevoir(self, delai_s: float | None = None) -> dict[str, Any]:
        """Message suivant ; lève si le noyau meurt ou si un délai passe."""
        restant = None if self.terme is None else max(self.terme - time.monotonic(), 0)
        attente = min((d for d in (restant, delai_s) if d is not None), default=None)
        try:
            pret = attente != 0 and self._veille.poll(None if attente is None else math.ceil(attente * 1000))
            if not pret:  # délai passé, même si le noyau parle sans arrêt
                raise TimeoutError if attente == restant else CellTimeoutError("Cell timed out")
            return json.loads(self._conduit.recv_bytes().decode("utf-8", "surrogatepass"))
        except (EOFError, OSError) as cause:
            if isinstance(cause, TimeoutError):
                raise
            raise DeadKernelError("Kernel died") from cause

    def close(self) -> None:
        """Ferme le tube et tue le groupe du noyau : rien ne survit à son carnet."""
        self._conduit.close()
        if self.pid is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
