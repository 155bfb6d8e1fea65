"""Produire un lot : une tâche par territoire et par étape, sur cette machine ou sur une grappe Dask.

Un territoire en échec n'arrête pas les autres. Les étapes d'un même territoire se suivent (elles partagent ses fichiers) ;
celles de territoires différents sont indépendantes.
"""

from __future__ import annotations

import contextlib
import datetime
import queue
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from mutunb import chemins, territoires
from mutunb.execution import etat_lot, production, reprise
from mutunb.execution.commande import Commande
from mutunb.execution.rapport_lot import AU_CLAVIER, BilanLot, Issue
from mutunb.execution.tache_lot import Tache, executer_tache

if TYPE_CHECKING:
    from distributed import Client, Future

#: au-delà, un ouvrier qui ne répond plus est tué par son propre chien de garde
DELAI_TACHE_S = 1800
#: entre deux regards à l'ordonnanceur quand rien ne finit, en secondes
PAUSE_S = 5

Suivi = Callable[[Issue], None]


class GrappePerdue(Exception):
    """L'ordonnanceur a disparu : ce qui est produit reste, le reste se reprendra."""


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
    interrompu = ""
    for issue in deja:
        suivre(issue)
    if taches:
        etat_lot.noter(lot.sorties, commande.edition)
        from mutunb.execution.grappe import nombre_d_ouvriers, ouvrir_grappe  # Dask : une seconde d'imports

        try:
            with ouvrir_grappe(lot.ordonnanceur, nombre_d_ouvriers(lot.processus, len({t.siren for t in taches}))) as client:
                for issue in _mener(client, taches):
                    issues.append(issue)
                    suivre(issue)
        except KeyboardInterrupt:
            interrompu = AU_CLAVIER
        except GrappePerdue:
            interrompu = "l'ordonnanceur ne répond plus"
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


def _mener(client: Client, taches: Sequence[Tache]) -> Iterator[Issue]:
    """Rend les issues dans l'ordre où les tâches finissent ; pas plus de tâches en vol que la grappe n'a de places.

    Un ouvrier qui meurt n'entraîne ainsi que sa tâche. Si Dask en suspecte pourtant une autre, elle attend la fin et se refait
    seule, comme celle qui tue : cette dernière est alors seule en échec.
    """
    suites = _par_territoire(taches)
    suspectes: list[Tache] = []
    for tache, future in _en_vol(client, suites):
        with _liaison():
            mort = _ouvrier_mort(future)
            issue = None if mort else _issue(future, tache)
        if mort:
            suspectes += [tache, *suites.pop(tache.siren, ())]
        else:
            yield issue
    for suspecte in suspectes:
        for tache, future in _en_vol(client, {suspecte.siren: deque([suspecte])}):
            with _liaison():
                issue = _issue(future, tache)
            yield issue


@contextlib.contextmanager
def _liaison() -> Iterator[None]:
    """Une tâche ne lève jamais : ce qui lève ici est la liaison avec l'ordonnanceur, coupée en pleine demande."""
    try:
        yield
    except (OSError, TimeoutError, CancelledError) as cause:
        raise GrappePerdue from cause


def _par_territoire(taches: Sequence[Tache]) -> dict[str, deque[Tache]]:
    """Tâches de chaque territoire, dans l'ordre : la suivante attend la précédente, elles partagent un dossier."""
    suites: dict[str, deque[Tache]] = {}
    for tache in taches:
        suites.setdefault(tache.siren, deque()).append(tache)
    return suites


def _en_vol(client: Client, suites: dict[str, deque[Tache]]) -> Iterator[tuple[Tache, Future]]:
    """Soumet au fil de l'eau la tâche suivante de chaque territoire ; rend chaque tâche finie.

    Rien ne reste en mémoire sur la grappe une fois rendu : la mort d'un ouvrier ne ferait pas refaire ce qu'il a fini.

    Raises
    ------
    GrappePerdue
        L'ordonnanceur ne répond plus.
    """
    attente, finies = deque(suites), queue.SimpleQueue()
    en_vol: dict[Future, Tache] = {}
    try:
        while attente or en_vol:
            while attente and len(en_vol) < _places(client):
                tache = suites[attente.popleft()].popleft()
                with _liaison():
                    future = client.submit(executer_tache, tache, key=f"{tache.siren}-{uuid.uuid4().hex[:8]}", pure=False)
                en_vol[future] = tache
                future.add_done_callback(finies.put)
            future = _prochaine(client, finies)
            tache = en_vol.pop(future)
            yield tache, future
            future.release()
            if suites.get(tache.siren):
                attente.appendleft(tache.siren)
    finally:
        if client.status == "running":
            client.cancel(list(en_vol), force=True)


def _places(client: Client) -> int:
    """Tâches que la grappe peut mener de front en ce moment ; une au moins, pour un ouvrier qui reviendrait."""
    with _liaison():
        return max(sum(client.nthreads().values()), 1)


def _prochaine(client: Client, finies: queue.SimpleQueue[Future]) -> Future:
    while True:
        with contextlib.suppress(queue.Empty):
            future = finies.get(timeout=PAUSE_S)
            if future.status in ("finished", "error"):
                return future
            raise GrappePerdue
        if client.status != "running":
            raise GrappePerdue


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
