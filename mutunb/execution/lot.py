"""Produire un lot : une tâche par territoire et par étape, sur cette machine ou sur une grappe Dask.

Un territoire en échec n'arrête pas les autres. Les étapes d'un même territoire se suivent (elles partagent ses fichiers) ;
celles de territoires différents sont indépendantes.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mutunb import chemins, territoires
from mutunb.execution import etat_lot, production, reprise
from mutunb.execution.commande import Commande
from mutunb.execution.rapport_lot import BilanLot, Issue
from mutunb.execution.tache_lot import Tache, executer_tache

if TYPE_CHECKING:
    from distributed import Client, Future

#: reprises d'une tâche dont l'ouvrier est mort
REPRISES = 1
#: au-delà, un ouvrier qui ne répond plus est tué par son propre chien de garde
DELAI_TACHE_S = 1800

Suivi = Callable[[Issue], None]


@dataclass(frozen=True)
class Lot:
    """Ce qu'on demande : quels territoires, quelles étapes, où et comment.

    Parameters
    ----------
    sirens, etapes : Sequence[str]
        Étapes dans l'ordre du parcours.
    commande : Commande
        Réglages communs ; son étape et son empreinte sont remplacées tâche par tâche.
    processus : int
        Ouvriers locaux ; 0 : un par cœur.
    ordonnanceur : str
        Adresse ``tcp://…`` d'une grappe déjà lancée ; vide : une grappe locale.
    reprendre : bool
        Ne refait pas ce qui est déjà produit des mêmes entrées.
    """

    sirens: Sequence[str]
    etapes: Sequence[str] = ("diagnostic",)
    commande: Commande = field(default_factory=Commande)
    processus: int = 0
    ordonnanceur: str = ""
    reprendre: bool = False
    delai_tache_s: float = DELAI_TACHE_S

    @property
    def sorties(self) -> Path:
        """Dossier des livrables."""
        return self.commande.sorties or chemins.sorties()


def lancer(lot: Lot, suivre: Suivi = lambda issue: None) -> BilanLot:
    """Produit le lot ; rend ce qui s'est passé, territoire par territoire.

    Une interruption au clavier (Ctrl-C) arrête les ouvriers et rend le bilan de ce qui est fait.
    """
    debut = time.monotonic()
    depart = datetime.datetime.now(datetime.UTC)
    commande = replace(lot.commande, sorties=lot.sorties.resolve(), edition=etat_lot.edition(lot, depart.date()))
    taches, deja = _preparer(lot, commande)
    issues = list(deja)
    interrompu = False
    for issue in deja:
        suivre(issue)
    if taches:
        etat_lot.noter(lot.sorties, commande.edition)
        try:
            with _grappe(lot, min(len({t.siren for t in taches}), lot.processus or os.cpu_count() or 1)) as client:
                for issue in _mener(client, taches, lot):
                    issues.append(issue)
                    suivre(issue)
        except KeyboardInterrupt:
            interrompu = True
    if not interrompu:
        etat_lot.clore(lot.sorties)
    return BilanLot(tuple(issues), depart, time.monotonic() - debut, interrompu, len(lot.sirens) * len(lot.etapes))


def _preparer(lot: Lot, commande: Commande) -> tuple[list[Tache], list[Issue]]:
    """Tâches à faire, et issues de celles qui n'ont pas à l'être."""
    parcours, _ = production.verifier(replace(commande, etape=lot.etapes[0]))
    donnees = territoires.dossier_choisi(commande.donnees)
    taches, deja = [], []
    for siren in lot.sirens:
        refaire = False
        for nom in lot.etapes:
            etape = parcours.etape(nom)
            empreinte = reprise.empreinte_etape(parcours, etape, siren, commande, donnees)
            voulue = replace(commande, etape=nom, empreinte=empreinte)
            if lot.reprendre and not refaire and reprise.est_produite(lot.sorties / siren, nom, empreinte, commande.profil):
                deja.append(Issue(siren, nom, "repris", "déjà produit des mêmes entrées"))
            else:
                refaire = True  # l'étape suivante relit ce que celle-ci écrit
                taches.append(Tache(siren, voulue, lot.delai_tache_s))
    return taches, deja


@contextlib.contextmanager
def _grappe(lot: Lot, ouvriers: int) -> Iterator[Client]:
    """Client d'une grappe locale le temps du lot, ou de celle qu'on a désignée."""
    import dask
    from distributed import Client, LocalCluster

    reglages = {
        "distributed.scheduler.allowed-failures": REPRISES,
        "distributed.worker.daemon": False,  # un ouvrier lance sa souche
        "distributed.worker.memory.terminate": False,  # la mémoire se limite carnet par carnet
        "distributed.worker.memory.pause": False,
        "distributed.worker.memory.spill": False,
        "distributed.worker.memory.target": False,
        "distributed.admin.low-level-log-length": 0,
    }
    with dask.config.set(reglages), contextlib.ExitStack() as pile:
        if lot.ordonnanceur:
            client = pile.enter_context(Client(lot.ordonnanceur, timeout="20s", set_as_default=False))
        else:
            grappe = LocalCluster(
                n_workers=ouvriers,
                threads_per_worker=1,
                processes=True,
                dashboard_address="127.0.0.1:0",  # un port libre, pour cette machine seulement
                silence_logs=50,
                worker_dashboard_address=None,
            )
            pile.enter_context(grappe)
            client = pile.enter_context(Client(grappe, set_as_default=False))
        yield client


def _mener(client: Client, taches: Sequence[Tache], lot: Lot) -> Iterator[Issue]:
    """Soumet toutes les tâches et rend leurs issues, dans l'ordre où elles finissent.

    Dask tient pour suspectes toutes les tâches confiées à un ouvrier mort, même celles qui attendaient : chacune est alors
    refaite seule, et seule celle qui tue encore son ouvrier est en échec.
    """
    from distributed import as_completed

    attendues: dict[Future, Tache] = {}
    precedentes: dict[str, Future] = {}
    for tache in taches:
        cle = f"{tache.siren}-{tache.commande.etape}-{uuid.uuid4().hex[:8]}"
        future = client.submit(executer_tache, tache, precedentes.get(tache.siren), key=cle, pure=False)
        attendues[future] = tache
        precedentes[tache.siren] = future
    suspectes: list[Tache] = []
    try:
        for future in as_completed(list(attendues), loop=client.loop):
            if _ouvrier_mort(future):
                suspectes.append(attendues[future])
            else:
                yield _issue(future, attendues[future])
        for tache in sorted(suspectes, key=taches.index):
            seule = client.submit(executer_tache, tache, key=f"seule-{uuid.uuid4().hex[:8]}", pure=False)
            attendues[seule] = tache
            seule.exception()  # attend la fin
            yield _issue(seule, tache)
    finally:
        client.cancel(list(attendues), force=True)


def _ouvrier_mort(future: Future) -> bool:
    return future.status == "error" and type(future.exception()).__name__ == "KilledWorker"


def _issue(future: Future, tache: Tache) -> Issue:
    """Issue d'une tâche finie ; un ouvrier mort deux fois est une phrase, non une trace."""
    if future.status == "finished":
        return future.result()
    cause = future.exception() if future.status == "error" else None
    genre = type(cause).__name__
    if genre == "KilledWorker":
        phrase = "le processus qui le produisait s'est arrêté deux fois (mémoire, délai ou arrêt brutal)."
    else:
        phrase = f"la tâche n'a pas pu aller à son terme ({genre})."
    return Issue(tache.siren, tache.commande.etape, "echec", phrase)
