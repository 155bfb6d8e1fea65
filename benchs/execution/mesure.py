"""Mesurer un arbre de processus par ``/proc`` : temps de processeur, mémoire de pointe, temps écoulé.

Le temps de processeur compte les enfants finis et attendus ; il dépend moins que l'horloge de ce que fait la machine à côté.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TIC = os.sysconf("SC_CLK_TCK")
PAUSE_S = 0.2
PRET, VA, FINI = "pret", "va", "fini"


@dataclass(frozen=True)
class Mesure:
    """Un passage sur quelques territoires, démarrage exclu.

    Attributes
    ----------
    calcul_s, mur_s : float
        Secondes de processeur de tout l'arbre, et secondes écoulées, par territoire.
    memoire_mo : float
        Plus forte mémoire de tout l'arbre (part proportionnelle des pages partagées), démarrage compris.
    """

    calcul_s: float
    mur_s: float
    memoire_mo: float


def mesurer(concurrent: str, sirens: Sequence[str], milieu: Mapping[str, str]) -> Mesure:
    """Lance le concurrent dans un processus neuf, le laisse se préparer, puis mesure son passage sur ``sirens``."""
    commande = [sys.executable, "-m", "benchs.execution.passage", concurrent, *sirens]
    with subprocess.Popen(commande, env=dict(milieu), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as processus:
        with _pointe(processus.pid) as pointe:
            _attendre(processus, PRET)
            debut, avant = time.monotonic(), calcul_de_l_arbre(processus.pid)
            processus.stdin.write(f"{VA}\n")
            processus.stdin.flush()
            _attendre(processus, FINI)
            mur, calcul = time.monotonic() - debut, calcul_de_l_arbre(processus.pid) - avant
        processus.stdin.close()
    return Mesure(calcul / len(sirens), mur / len(sirens), pointe[0])


def _attendre(processus: subprocess.Popen, mot: str) -> None:
    for ligne in processus.stdout:
        if ligne.strip() == mot:
            return
    raise RuntimeError(f"{' '.join(processus.args)} s'est arrêté avant « {mot} »")


def calcul_de_l_arbre(pid: int) -> float:
    """Secondes de processeur du processus, de ses descendants vivants et de leurs enfants finis."""
    return sum(sum(map(int, etat[11:15])) for etat in _arbre(pid).values()) / TIC


def memoire_de_l_arbre(pid: int) -> float:
    """Mégaoctets de l'arbre : mémoire propre, et part proportionnelle de ce qui est partagé (PSS)."""
    return sum(map(_pss_ko, _arbre(pid))) / 1024


@contextmanager
def _pointe(pid: int) -> Iterator[list[float]]:
    """Plus forte mémoire de l'arbre, relevée cinq fois par seconde."""
    pointe, fin = [0.0], threading.Event()

    def relever() -> None:
        while not fin.wait(PAUSE_S):
            pointe[0] = max(pointe[0], memoire_de_l_arbre(pid))

    fil = threading.Thread(target=relever, daemon=True)
    fil.start()
    try:
        yield pointe
    finally:
        fin.set()
        fil.join()


def _arbre(racine: int) -> dict[int, list[str]]:
    etats = {pid: etat for pid in (int(nom) for nom in os.listdir("/proc") if nom.isdigit()) if (etat := _etat(pid))}
    retenus, a_voir = {}, [racine]
    while a_voir:
        pid = a_voir.pop()
        if pid in etats:
            retenus[pid] = etats[pid]
            a_voir += [autre for autre, etat in etats.items() if int(etat[1]) == pid]
    return retenus


def _etat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _pss_ko(pid: int) -> int:
    try:
        lignes = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return next((int(ligne.split()[1]) for ligne in lignes if ligne.startswith("Pss:")), 0)
