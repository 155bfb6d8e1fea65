"""Une tâche de lot : un territoire, une étape, exécutés dans un ouvrier."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from mutunb import territoires
from mutunb.erreurs import ErreurMutunb, phrase_du_systeme
from mutunb.execution import zygote
from mutunb.execution.commande import Commande
from mutunb.execution.rapport_lot import Issue

#: code de sortie d'un ouvrier que son chien de garde arrête
CODE_DELAI = 70


@dataclass(frozen=True)
class Tache:
    """Un territoire, une étape ; ``delai_s`` : temps au bout duquel l'ouvrier s'arrête de lui-même."""

    siren: str
    commande: Commande
    delai_s: float


def executer_tache(tache: Tache) -> Issue:
    """Produit les livrables ; rend toujours une issue, sauf si l'ouvrier meurt."""
    debut, usage = time.monotonic(), _secondes_de_calcul()
    with _chien_de_garde(tache.delai_s):
        issue = _produire(tache)
    return replace(
        issue,
        duree_s=time.monotonic() - debut,
        calcul_s=_secondes_de_calcul() - usage,
        memoire_mo=_memoire_mo(),
    )


def _produire(tache: Tache) -> Issue:
    from mutunb.execution.production import produire

    echec = partial(Issue, tache.siren, tache.commande.etape, "echec")
    try:
        territoires.garder_en_memoire(tache.commande.donnees)
        rapport = produire(tache.siren, tache.commande)
    except ErreurMutunb as refus:
        return echec(str(refus))
    except OSError as cause:
        return echec(phrase_du_systeme(cause))
    except Exception as cause:  # noqa: BLE001 — un territoire en échec n'arrête pas le lot
        return echec(f"erreur inattendue ({type(cause).__name__} : {cause}).")
    octets = sum(fichier.stat().st_size for fichier in rapport.fichiers)
    echecs = [f"{carnet} : {rapport.phrases.get(carnet, '')}" for carnet, s in rapport.statuts.items() if s == "echec"]
    sort = "echec" if echecs else "produit"
    return Issue(tache.siren, tache.commande.etape, sort, " ; ".join(echecs), rapport.nom, octets=octets)


def _secondes_de_calcul() -> float:
    """Temps de calcul de l'ouvrier, de sa souche et de leurs enfants finis."""
    return sum(os.times()[:4]) + zygote.calcul_s()


def _memoire_mo() -> float:
    """Plus forte mémoire de l'ouvrier et de sa souche ; 0 où le système ne la dit pas (Windows)."""
    try:
        import resource
    except ImportError:
        return 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 + zygote.memoire_mo()


@contextmanager
def _chien_de_garde(delai_s: float) -> Iterator[None]:
    """Arrête l'ouvrier si la tâche dépasse son délai : rien d'autre ne débloque un appel figé."""
    garde = threading.Timer(delai_s, os._exit, (CODE_DELAI,))
    garde.daemon = True
    garde.start()
    try:
        yield
    finally:
        garde.cancel()
