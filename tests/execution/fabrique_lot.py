"""Un petit projet à produire par lot : un carnet qui s'arrête, échoue ou traîne à la demande."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from mutunb import chemins
from mutunb.execution.commande import Commande
from mutunb.execution.lot import Lot, lancer
from mutunb.execution.moteur import DELAI_CARNET_S, DELAI_CELLULE_S, Delais
from tests.execution import fabrique_carnets as fabrique

SIRENS = ("247900798", "244600573", "200069052")
JOUR = datetime.date(2026, 1, 15)
#: s'arrête, échoue ou traîne selon ce que demande le fichier « ordre-SIREN » du projet d'essai
OBEISSANT = """
import os, pathlib, signal, time
from mutunb.erreurs import ErreurDonnees
ordre = pathlib.Path(os.environ["MUTUNB_RACINE"], f"ordre-{territoire}")
mot = ordre.read_text() if ordre.exists() else ""
if mot == "mourir": os.kill(os.getpid(), signal.SIGKILL)
if mot == "tuer l'ouvrier": os.kill(int(pathlib.Path(f"/proc/{os.getppid()}/status").read_text().split("PPid:")[1].split()[0]), signal.SIGKILL); time.sleep(30)
if mot == "refuser": raise ErreurDonnees("Les comptes de ce territoire manquent.")
if mot == "traîner": time.sleep(60)
time.sleep(float(mot) if mot[:1].isdigit() else 0)
"""


def _projet(dossier: Path) -> Path:
    carnet = fabrique.carnet(
        fabrique.parametres(),
        fabrique.code("print('début', territoire)"),
        fabrique.code(OBEISSANT),
        fabrique.code(fabrique.montrer({"text/html": "<p>vu</p>", fabrique.TYPE_RESULTATS: [fabrique.indicateur()]})),
    )
    for rang, cellule in enumerate(carnet.cells):  # nbformat tire les identifiants au hasard : deux projets différeraient
        cellule["id"] = f"cellule-{rang}"
    return fabrique.projet(dossier / "projet", {"11_effectifs_et_couts": carnet})


def _choisir(projet: Path, reglage: pytest.MonkeyPatch) -> None:
    reglage.setenv("MUTUNB_RACINE", str(projet))
    for nom in ("MUTUNB_DONNEES", "MUTUNB_SORTIES", "MUTUNB_TERRITOIRES"):
        reglage.delenv(nom, raising=False)


@pytest.fixture
def racine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Le projet d'essai, choisi."""
    projet = _projet(tmp_path)
    _choisir(projet, monkeypatch)
    return projet


@pytest.fixture(scope="session")
def attendus(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Octets d'un lot que rien n'interrompt, mené une fois dans un projet à lui."""
    with pytest.MonkeyPatch.context() as reglage:
        projet = _projet(tmp_path_factory.mktemp("entier"))
        _choisir(projet, reglage)
        lancer(lot(projet))
        return contenus(projet / "outputs")


def ordonner(racine: Path, siren: str, mot: str) -> None:
    """Dit au carnet de ce territoire ce qu'il doit faire."""
    (racine / f"ordre-{siren}").write_text(mot)


def lot(racine: Path, sorties: Path | None = None, delais: Delais | None = None, **options: Any) -> Lot:
    """Lot des trois territoires, sur un ouvrier ; les délais sont ceux de la commande."""
    reglages = Commande(
        sorties=sorties or racine / "outputs", edition=JOUR, delais=delais or Delais(DELAI_CELLULE_S, DELAI_CARNET_S)
    )
    return Lot(**{"sirens": SIRENS, "commande": reglages, "processus": 1, "delai_tache_s": 60, **options})


def lancer_commande(racine: Path, *options: str, **reglages: Any) -> subprocess.Popen:
    """``mutunb lot`` dans un processus à part, sur les trois territoires."""
    (liste := racine / "liste.txt").write_text("\n".join(SIRENS))
    programme = "import datetime, mutunb.execution.etat_lot as e; e.edition = lambda lot, jour: datetime.date(2026, 1, 15)"
    programme += "; from mutunb.cli import principal; principal()"
    commande = [sys.executable, "-c", programme, "lot", "--liste", str(liste), "--sorties", str(racine / "outputs"), *options]
    milieu = os.environ | {"PYTHONPATH": str(chemins.RACINE_PAQUET.parent)}
    muet = subprocess.DEVNULL
    return subprocess.Popen(commande, env=milieu, stdout=muet, stderr=muet, **reglages)


def contenus(sorties: Path) -> Mapping[str, bytes]:
    """Octets de chaque livrable ; du manifeste, ce qui ne tient pas à l'horloge."""
    lus = {}
    for fichier in sorted(sorties.rglob("*")):
        if fichier.is_file() and not fichier.name.startswith("lot-"):
            octets = fichier.read_bytes()
            if fichier.name == "manifeste.json":
                bloc = json.loads(octets)["etapes"]["diagnostic"]
                octets = json.dumps({n: v for n, v in bloc.items() if n not in ("date", "carnets")}).encode()
            lus[str(fichier.relative_to(sorties))] = octets
    return lus


def ecarts(sorties: Path, attendus: Mapping[str, bytes]) -> list[str]:
    """Fichiers absents, de trop ou différents."""
    lus = contenus(sorties)
    return sorted(nom for nom in {*lus, *attendus} if lus.get(nom) != attendus.get(nom))


def produits(sorties: Path) -> list[Path]:
    """Territoires dont les résultats sont en place."""
    return list(sorties.glob("*/resultats.json"))


def attendre(condition: Callable[[], object], delai_s: float = 90) -> None:
    """Attend que la condition soit remplie ; échoue passé le délai."""
    limite = time.monotonic() + delai_s
    while not condition():
        assert time.monotonic() < limite, "rien ne vient"
        time.sleep(0.05)
