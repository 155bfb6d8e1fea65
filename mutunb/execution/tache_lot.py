"""Une tâche de lot : un territoire, une étape, exécutés dans un ouvrier."""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mutunb.erreurs import ErreurMutunb, phrase_du_systeme
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


def executer_tache(tache: Tache, precedente: Any = None) -> Issue:
    """Produit les livrables ; rend toujours une issue, sauf si l'ouvrier meurt.

    ``precedente`` : issue de l'étape d'avant, attendue parce que les deux écrivent dans le même dossier.
    """
    from mutunb.execution.production import produire

    debut, usage = time.monotonic(), _secondes_de_calcul()
    with _chien_de_garde(tache.delai_s):
        try:
            rapport = produire(tache.siren, tache.commande)
        except ErreurMutunb as refus:
            return Issue(tache.siren, tache.commande.etape, "echec", str(refus), duree_s=time.monotonic() - debut)
        except OSError as cause:
            return Issue(tache.siren, tache.commande.etape, "echec", phrase_du_systeme(cause), duree_s=time.monotonic() - debut)
        except Exception as cause:  # noqa: BLE001 — un territoire en échec n'arrête pas le lot
            phrase = f"erreur inattendue ({type(cause).__name__} : {cause})."
            return Issue(tache.siren, tache.commande.etape, "echec", phrase, duree_s=time.monotonic() - debut)
    echecs = [f"{carnet} : {rapport.phrases.get(carnet, '')}" for carnet, s in rapport.statuts.items() if s == "echec"]
    return Issue(
        tache.siren,
        tache.commande.etape,
        "echec" if echecs else "produit",
        " ; ".join(echecs),
        rapport.nom,
        time.monotonic() - debut,
        _secondes_de_calcul() - usage,
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        sum(fichier.stat().st_size for fichier in rapport.fichiers),
    )


def _secondes_de_calcul() -> float:
    """Temps de calcul de l'ouvrier et de ses enfants finis ; les carnets en cours n'y sont pas encore."""
    return sum(u.ru_utime + u.ru_stime for u in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


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
