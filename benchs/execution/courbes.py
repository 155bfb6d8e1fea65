"""Comment le coût croît : un lot de 10, 100, 1 000 territoires ; un ouvrier, puis deux."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchs.execution.mesure import memoire_de_l_arbre


@dataclass(frozen=True)
class Lot:
    """Un lot mesuré : de bout en bout, démarrage compris, et par territoire une fois lancé."""

    territoires: int
    ouvriers: int
    mur_s: float
    calcul_par_territoire_s: float
    mur_par_territoire_s: float
    debut_mo: float
    fin_mo: float
    echecs: int


def mesurer_lot(sirens: list[str], ouvriers: int, milieu: Mapping[str, str]) -> Lot:
    """Mène ``mutunb lot`` sur ces territoires ; la mémoire est celle de tout l'arbre, au début et à la fin."""
    with tempfile.TemporaryDirectory(prefix="banc-") as dossier:
        (liste := Path(dossier, "liste.txt")).write_text("\n".join(sirens))
        sorties = Path(dossier, "sorties")
        commande = [sys.executable, "-m", "mutunb", "lot", "--liste", str(liste), "--sorties", str(sorties)]
        muet = subprocess.DEVNULL
        debut = time.monotonic()
        lanceur = subprocess.Popen([*commande, "--processus", str(ouvriers)], env=dict(milieu), stdout=muet, stderr=muet)
        memoires = []
        while lanceur.poll() is None:
            time.sleep(0.5)
            faits = len(list(sorties.glob("*/manifeste.json")))
            memoires.append((faits, memoire_de_l_arbre(lanceur.pid)))
        mur = time.monotonic() - debut
        rapport = json.loads(next(sorties.glob("lot-*.json")).read_text())
    taches = rapport["taches"]
    tete = [mo for faits, mo in memoires if 0 < faits <= max(len(sirens) // 4, 4)]
    queue = [mo for faits, mo in memoires if faits > len(sirens) * 3 / 4]
    return Lot(
        len(sirens),
        ouvriers,
        mur,
        statistics.median(t["calcul_s"] for t in taches),
        statistics.median(t["duree_s"] for t in taches),
        max(tete, default=0.0),
        max(queue, default=0.0),
        sum(t["sort"] == "echec" for t in taches),
    )
