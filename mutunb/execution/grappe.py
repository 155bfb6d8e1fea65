"""La grappe d'un lot : des ouvriers sur cette machine, ou l'ordonnanceur Dask qu'on désigne.

Sur cette machine, rien n'écoute ailleurs que sur 127.0.0.1, et il n'y a ni tableau de bord ni serveur web.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import dask
from distributed import Client, Nanny, Scheduler, SpecCluster, Worker

from mutunb.erreurs import ErreurDonnees
from mutunb.execution import zygote

ICI = "127.0.0.1"
#: reprises d'une tâche dont l'ouvrier est mort
REPRISES = 1
ATTENTE_ORDONNANCEUR_S = 20
ATTENTE_OUVRIERS_S = 60
REGLAGES = {
    "distributed.scheduler.allowed-failures": REPRISES,
    "distributed.worker.daemon": False,  # un ouvrier lance sa souche
    "distributed.worker.memory.terminate": False,  # la mémoire se limite carnet par carnet
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.target": False,
    "distributed.admin.low-level-log-length": 0,
}
#: au-dessus de tous les niveaux d'alerte : nos phrases remplacent les leurs
MUET = 60


class SansServeurWeb:
    """Retient un nœud Dask d'ouvrir le port de sa page d'état, qu'il ouvre même sans tableau de bord."""

    def start_http_server(self, *args: object, **options: object) -> None:
        """Rien à servir."""


class Ordonnanceur(SansServeurWeb, Scheduler):
    """Ordonnanceur local."""


class Ouvrier(SansServeurWeb, Worker):
    """Ouvrier local ; ferme sa souche avant de finir, pour que sa fin soit immédiate."""

    async def close(self, *args: object, **options: object) -> str | None:
        """Ferme la souche, puis l'ouvrier."""
        zygote.fermer_tout()
        return await super().close(*args, **options)


@contextlib.contextmanager
def ouvrir_grappe(ordonnanceur: str, ouvriers: int) -> Iterator[Client]:
    """Client de la grappe désignée, ou d'une grappe locale le temps du lot.

    Raises
    ------
    ErreurDonnees
        L'ordonnanceur désigné ne répond pas, ou aucun ouvrier ne l'a rejoint.
    """
    with dask.config.set(REGLAGES), contextlib.ExitStack() as pile:
        if ordonnanceur:
            client = pile.enter_context(_rejoindre(ordonnanceur))
        else:
            grappe = pile.enter_context(_grappe_locale(ouvriers))
            client = pile.enter_context(Client(grappe, set_as_default=False))
        yield client


def _grappe_locale(ouvriers: int) -> SpecCluster:
    commun = {"host": ICI, "protocol": "tcp://"}
    ouvrier = {"nthreads": 1, "memory_limit": 0, "silence_logs": MUET, "worker_class": Ouvrier, "dashboard": False}
    return SpecCluster(
        scheduler={"cls": Ordonnanceur, "options": {**commun, "port": 0, "dashboard": False}},
        workers={rang: {"cls": Nanny, "options": {**commun, **ouvrier}} for rang in range(ouvriers)},
        silence_logs=MUET,
    )


def _rejoindre(adresse: str) -> Client:
    try:
        client = Client(adresse, timeout=ATTENTE_ORDONNANCEUR_S, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as cause:
        raise ErreurDonnees(
            f"L'ordonnanceur {adresse} ne répond pas. Lancez-le (dask scheduler) ou corrigez l'adresse : tcp://machine:8786."
        ) from cause
    try:
        client.wait_for_workers(1, timeout=ATTENTE_OUVRIERS_S)
    except TimeoutError as cause:
        client.close()
        raise ErreurDonnees(f"Aucun ouvrier n'a rejoint {adresse}. Lancez-en : dask worker {adresse} --nthreads 1.") from cause
    return client


def nombre_d_ouvriers(demande: int, territoires: int) -> int:
    """Ouvriers locaux à lancer : ceux qu'on demande, un par cœur sinon, jamais plus que de territoires."""
    coeurs = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(demande or coeurs, territoires))
