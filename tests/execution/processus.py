"""Les processus d'un lot, lus dans ``/proc`` : qui descend de qui, qui vit encore, qui écoute où."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

ECOUTE = "0A"


def descendants(pid: int) -> list[int]:
    """Enfants, petits-enfants… d'un processus."""
    enfants: dict[int, list[int]] = {}
    for autre in (int(nom) for nom in os.listdir("/proc") if nom.isdigit()):
        etat = _etat(autre)
        if etat:
            enfants.setdefault(int(etat[1]), []).append(autre)
    trouves, a_voir = [], [pid]
    while a_voir:
        suite = enfants.get(a_voir.pop(), [])
        trouves += suite
        a_voir += suite
    return trouves


def enfants(pid: int) -> list[int]:
    """Processus lancés par celui-ci, et par lui seul."""
    return [autre for autre in descendants(pid) if (etat := _etat(autre)) and int(etat[1]) == pid]


def vit(pid: int) -> bool:
    """Vrai si ce processus existe et n'est pas fini."""
    etat = _etat(pid)
    return bool(etat) and etat[0] != "Z"


def survivants(pids: Iterable[int], delai_s: float = 10) -> list[int]:
    """Ceux qui vivent encore passé le délai."""
    limite = time.monotonic() + delai_s
    while (restants := [pid for pid in pids if vit(pid)]) and time.monotonic() < limite:
        time.sleep(0.05)
    return restants


def ecoutes(pids: Iterable[int]) -> list[tuple[str, int]]:
    """Adresses et ports TCP où ces processus attendent des connexions."""
    prises = {prise for pid in pids for prise in _prises(pid)}
    trouvees = []
    for table in ("tcp", "tcp6"):
        for ligne in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            champs = ligne.split()
            adresse, port = champs[1].split(":")
            if champs[3] == ECOUTE and champs[9] in prises:
                trouvees.append((adresse, int(port, 16)))
    return trouvees


def _prises(pid: int) -> list[str]:
    liens = []
    for fichier in Path(f"/proc/{pid}/fd").iterdir():
        try:
            liens.append(os.readlink(fichier))
        except FileNotFoundError:  # fermé entre-temps
            continue
    return [lien.removeprefix("socket:[").rstrip("]") for lien in liens if lien.startswith("socket:[")]


def _etat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
