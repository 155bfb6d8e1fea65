"""``python -m benchs.execution`` : comparer les façons d'exécuter l'étape diagnostic, en alternant, puis les courbes.

Le temps de processeur est celui de tout l'arbre de processus ; démarrage et premier territoire exclus, sauf pour la ligne de
commande, qui repart de zéro à chaque carnet. Chaque concurrent a son code compilé en cache.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchs.execution import concurrents
from benchs.execution.courbes import mesurer_lot
from benchs.execution.mesure import Mesure, mesurer
from mutunb import chemins, territoires

SIRENS = ("247900798", "200069052")
ENTETE = "| Concurrent | Processeur (s/territoire) | Mur (s/territoire) | Mémoire de pointe (Mo) | Processeur / plancher |"


def main(arguments: Sequence[str] | None = None) -> None:
    """Lit la ligne de commande, mesure, écrit en Markdown sur la sortie."""
    options = _options().parse_args(arguments)
    with _milieu(options.donnees) as milieu:
        _dire(_machine())
        if options.tours:
            noms = [nom for nom in concurrents.CONCURRENTS if nom not in {*options.sans, *concurrents.absents()}]
            _dire(_tableau(_alterner(noms, options.sirens, options.tours, milieu)))
        for combien in options.courbes:
            for ouvriers in options.ouvriers:
                _dire(_ligne_de_courbe(_territoires(combien, options.donnees), ouvriers, milieu))
        _dire(f"\nCharge à la fin : {_charge()}")


def _options() -> argparse.ArgumentParser:
    lecteur = argparse.ArgumentParser(prog="python -m benchs.execution", description=__doc__)
    lecteur.add_argument("--donnees", type=Path, help="dossier de données nationales (par défaut : celui que mutunb lirait)")
    lecteur.add_argument("--tours", type=int, default=3, help="tours de comparaison ; 0 : courbes seules")
    lecteur.add_argument("--sirens", nargs="+", default=list(SIRENS), help="territoires de la comparaison")
    lecteur.add_argument("--sans", nargs="*", default=[], choices=list(concurrents.CONCURRENTS), help="concurrents à passer")
    lecteur.add_argument("--courbes", nargs="*", type=int, default=[], help="tailles de lot, par exemple 10 100")
    lecteur.add_argument("--ouvriers", nargs="*", type=int, default=[1, 2], help="nombres d'ouvriers des courbes")
    return lecteur


@contextmanager
def _milieu(donnees: Path | None) -> Iterator[dict[str, str]]:
    """Environnement commun : mêmes données, un fil par bibliothèque, code compilé gardé entre les tours."""
    with tempfile.TemporaryDirectory(prefix="banc-") as dossier:
        milieu = {nom: reglage for nom, reglage in os.environ.items() if nom != "PYTHONDONTWRITEBYTECODE"}
        milieu.setdefault("PYTHONPYCACHEPREFIX", dossier)
        milieu |= {
            "PYTHONPATH": os.pathsep.join([str(chemins.RACINE_PAQUET.parent), os.environ.get("PYTHONPATH", "")]),
            "MUTUNB_DONNEES": str(territoires.dossier_choisi(donnees).resolve()),
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        } | dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        yield milieu


def _alterner(noms: Sequence[str], sirens: Sequence[str], tours: int, milieu: dict[str, str]) -> dict[str, list[Mesure]]:
    """Tours de mesure, dans un ordre tiré à chaque tour ; un premier passage, non compté, remplit les caches."""
    mesures: dict[str, list[Mesure]] = {nom: [] for nom in noms}
    for nom in noms:
        mesurer(nom, sirens[:1], milieu)
    hasard = random.Random(2026)
    for tour in range(tours):
        for nom in hasard.sample(list(noms), len(noms)):
            mesures[nom].append(mesurer(nom, sirens, milieu))
            sys.stderr.write(f"tour {tour + 1}, {nom} : {mesures[nom][-1]}\n")
    return mesures


def _tableau(mesures: dict[str, list[Mesure]]) -> str:
    medianes = {nom: statistics.median(m.calcul_s for m in faites) for nom, faites in mesures.items()}
    sol = medianes.get("plancher")
    lignes = [ENTETE, "|---|---|---|---|---|"]
    for nom, faites in mesures.items():
        calculs = [m.calcul_s for m in faites]
        mur, memoire = (statistics.median(getattr(m, champ) for m in faites) for champ in ("mur_s", "memoire_mo"))
        rapport = f"{medianes[nom] / sol:.2f}" if sol else "—"
        etendue = f"{medianes[nom]:.2f} ({min(calculs):.2f} à {max(calculs):.2f})"
        lignes.append(f"| {concurrents.CONCURRENTS[nom][1]} | {etendue} | {mur:.2f} | {memoire:.0f} | {rapport} |")
    for absent in concurrents.absents():
        lignes.append(f"\n{concurrents.CONCURRENTS[absent][1]} : non installé, non mesuré.")
    return "\n".join(lignes)


def _territoires(combien: int, donnees: Path | None) -> list[str]:
    """Territoires tirés au hasard, toujours les mêmes."""
    trouves = territoires.chercher(dossier=donnees)
    complets = sorted(trouves.loc[trouves["detail"] == "complet", "siren"])
    return random.Random(2026).sample(complets, min(combien, len(complets)))


def _ligne_de_courbe(sirens: list[str], ouvriers: int, milieu: dict[str, str]) -> str:
    lot = mesurer_lot(sirens, ouvriers, milieu)
    return (
        f"- {lot.territoires} territoires, {lot.ouvriers} ouvrier(s) : {lot.mur_s:.0f} s de bout en bout ; par territoire, en "
        f"médiane, {lot.calcul_par_territoire_s:.2f} s de processeur et {lot.mur_par_territoire_s:.2f} s écoulées ; mémoire de "
        f"tout l'arbre {lot.debut_mo:.0f} Mo au premier quart, {lot.fin_mo:.0f} Mo au dernier ; échecs : {lot.echecs}"
    )


def _machine() -> str:
    maintenant = datetime.datetime.now().astimezone()
    return (
        f"{maintenant:%Y-%m-%d %H:%M} — {platform.system()} {platform.release()}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cœurs ; charge au début : {_charge()}\n"
    )


def _charge() -> str:
    return " ".join(f"{valeur:.2f}" for valeur in os.getloadavg())


def _dire(texte: str) -> None:
    sys.stdout.write(f"{texte}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
