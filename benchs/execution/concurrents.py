"""Les concurrents : même étape, mêmes carnets, mêmes territoires, chacun à sa façon."""

from __future__ import annotations

import ast
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from mutunb.execution import parcours

ETAPE = "diagnostic"
Produire = Callable[[str], None]


def carnets() -> list[Path]:
    """Carnets de l'étape, dans l'ordre."""
    lu = parcours.lire()
    return [lu.chemin(carnet) for carnet in lu.etape(ETAPE).carnets]


@contextlib.contextmanager
def cli(dossier: Path) -> Iterator[Produire]:
    """Une commande papermill puis une commande nbconvert par carnet."""
    yield partial(_par_commandes, dossier)


def _par_commandes(dossier: Path, siren: str) -> None:
    for carnet in carnets():
        sortie = dossier / f"{siren}-{carnet.name}"
        for commande in (
            ["papermill", str(carnet), str(sortie), "-r", "territoire", siren, "--no-progress-bar", "--cwd", str(carnet.parent)],
            ["nbconvert", "--to", "html", "--no-input", str(sortie)],
        ):
            subprocess.run([sys.executable, "-m", *commande], check=True, capture_output=True)


@contextlib.contextmanager
def api(dossier: Path) -> Iterator[Produire]:
    """L'API de papermill, et un exporteur nbconvert chargé une fois."""
    yield partial(_par_api, dossier, _exporteur(), None)


@contextlib.contextmanager
def ploomber(dossier: Path) -> Iterator[Produire]:
    """La même chose avec ploomber-engine, qui exécute dans le processus (et y laisse son état)."""
    yield partial(_par_api, dossier, _exporteur(), "embedded")


def _par_api(dossier: Path, exporteur: Any, moteur: str | None, siren: str) -> None:
    import nbformat
    import papermill

    for carnet in carnets():
        sortie = dossier / f"{siren}-{carnet.name}"
        papermill.execute_notebook(
            str(carnet), str(sortie), {"territoire": siren}, engine_name=moteur, cwd=str(carnet.parent), progress_bar=False,
            kernel_name="python3", language="python",
        )  # fmt: skip
        html, _ = exporteur.from_notebook_node(nbformat.read(sortie, as_version=4))
        sortie.with_suffix(".html").write_text(html, encoding="utf-8")


def _exporteur() -> Any:
    from nbconvert import HTMLExporter

    return HTMLExporter(exclude_input=True)


@contextlib.contextmanager
def api_2(dossier: Path) -> Iterator[Callable[[Sequence[str]], None]]:
    """L'API de papermill, deux territoires à la fois."""
    with ProcessPoolExecutor(2, initializer=_preparer_api) as ouvriers:
        yield lambda sirens: list(ouvriers.map(partial(_par_api_d_ouvrier, dossier), sirens))


def _preparer_api() -> None:
    global _EXPORTEUR
    _EXPORTEUR = _exporteur()


def _par_api_d_ouvrier(dossier: Path, siren: str) -> None:
    _par_api(dossier, _EXPORTEUR, None, siren)


@contextlib.contextmanager
def mutunb(dossier: Path) -> Iterator[Produire]:
    """La production complète de mutunb : carnets, page, résultats, classeur, manifeste."""
    from mutunb import territoires
    from mutunb.execution.commande import Commande
    from mutunb.execution.production import produire

    territoires.garder_en_memoire()  # comme le fait un ouvrier de lot
    reglages = Commande(ETAPE, sorties=dossier)
    yield lambda siren: _exiger(produire(siren, reglages).est_complet)


def _exiger(complet: bool) -> None:
    if not complet:
        raise RuntimeError("un carnet a échoué : la mesure n'aurait pas de sens")


@contextlib.contextmanager
def plancher(dossier: Path) -> Iterator[Produire]:
    """Les appels des carnets, nus, dans un processus chaud ; tableaux et figures mis en page, rien d'écrit."""
    os.environ.setdefault("MPLBACKEND", "agg")
    from mutunb.noyau.souche import precharger

    precharger()
    programmes = [_programme(carnet) for carnet in carnets()]
    yield lambda siren: [_jouer(programme, siren) for programme in programmes] and None


def _programme(carnet: Path) -> list[tuple[Any, Any]]:
    """Cellules compilées : les instructions, et la dernière expression, que le carnet afficherait."""
    import nbformat

    cellules = []
    for cellule in nbformat.read(carnet, as_version=4).cells:
        if cellule.cell_type == "code":
            arbre = ast.parse(cellule.source)
            affichee = arbre.body.pop().value if arbre.body and isinstance(arbre.body[-1], ast.Expr) else None
            vue = None if affichee is None else compile(ast.Expression(affichee), carnet.name, "eval")
            cellules.append((compile(arbre, carnet.name, "exec"), vue))
    return cellules


def _jouer(programme: Sequence[tuple[Any, Any]], siren: str) -> None:
    espace: dict[str, Any] = {"__name__": "__main__"}
    for rang, (instructions, affichee) in enumerate(programme):
        exec(instructions, espace)
        if rang == 0:  # la cellule des paramètres
            espace["territoire"] = siren
        objet = None if affichee is None else eval(affichee, espace)
        if objet is not None and hasattr(objet, "_repr_mimebundle_"):
            objet._repr_mimebundle_()


CONCURRENTS = {
    "cli": (cli, "papermill et nbconvert en ligne de commande"),
    "api": (api, "API papermill, exporteur chargé"),
    "api_2": (api_2, "API papermill à 2 processus"),
    "ploomber": (ploomber, "ploomber-engine, exporteur chargé"),
    "mutunb": (mutunb, "mutunb, production complète"),
    "plancher": (plancher, "les appels nus (plancher)"),
}
#: celui-ci prend tous les territoires à la fois
ENSEMBLE = frozenset({"api_2"})


def absents() -> set[str]:
    """Concurrents dont le paquet n'est pas installé."""
    import importlib.util

    return set() if importlib.util.find_spec("ploomber_engine") else {"ploomber"}


@contextlib.contextmanager
def ouvrir(nom: str) -> Iterator[Callable[[Sequence[str]], None]]:
    """De quoi produire une liste de territoires avec ce concurrent, dans un dossier jetable."""
    with tempfile.TemporaryDirectory(prefix="banc-") as dossier, CONCURRENTS[nom][0](Path(dossier)) as produire:
        if nom in ENSEMBLE:
            yield produire
        else:
            yield lambda sirens: [produire(siren) for siren in sirens] and None
