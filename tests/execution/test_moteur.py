"""Le moteur : le carnet va au bout ou s'arrête avec une phrase ; jamais il ne bloque ni ne ment."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import nbformat
import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.execution.moteur import Delais, Execution, executer
from tests.execution import fabrique_carnets as fabrique

pytestmark = pytest.mark.lent

LARGE = Delais(cellule_s=60, carnet_s=60)
FIGE = "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)"


def ecrire(dossier: Path, *sources: str) -> Path:
    dossier.mkdir(exist_ok=True)
    chemin = dossier / "essai.ipynb"
    cellules = [fabrique.texte("# Essai"), fabrique.parametres(), *map(fabrique.code, sources)]
    nbformat.write(fabrique.carnet(*cellules), chemin)
    return chemin


def essayer(dossier: Path, *sources: str, delais: Delais = LARGE) -> Execution:
    return executer(ecrire(dossier, *sources), {"territoire": "01004"}, {"MUTUNB_ESSAI": "transmis"}, delais)


def dit(execution: Execution) -> str:
    return "".join(s.text for c in execution.carnet.cells for s in c.get("outputs", []) if s.output_type == "stream")


def test_un_carnet_reussi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIREN resté texte, dossier du carnet, environnement choisi, accolade dans le chemin, original intact."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MUTUNB_SORTIES", "relatif")
    chemin = ecrire(
        tmp_path / "dossier {a}",
        "import os, sys, mutunb\nprint(repr(territoire), os.getcwd(), sys.executable, sep='|')",
        "print(os.environ['PYTHONHASHSEED'], os.environ['MUTUNB_ESSAI'], os.environ['MPLBACKEND'], sep='|')",
        "print(os.environ['MUTUNB_SORTIES'])",
    )
    avant = chemin.read_bytes()
    execution = executer(chemin, {"territoire": "01004"}, {"MUTUNB_ESSAI": "transmis"}, LARGE)
    assert (execution.statut, execution.phrase, execution.cellule) == ("produit", "", None)
    lignes = dit(execution).splitlines()
    assert lignes[0].split("|") == ["'01004'", str(chemin.parent), sys.executable]
    assert lignes[1] == "0|transmis|module://matplotlib_inline.backend_inline"
    assert lignes[2] == str(tmp_path / "relatif")
    assert chemin.read_bytes() == avant


def test_une_erreur_dit_sa_cellule_et_garde_le_debut(tmp_path: Path) -> None:
    execution = essayer(tmp_path, "print('avant')", "1 / 0", "print('après')")
    assert (execution.statut, execution.cellule) == ("echec", 4)
    assert "ZeroDivisionError" in execution.phrase and "Traceback" not in execution.phrase
    assert "ZeroDivisionError: division by zero" in execution.detail and "\x1b" not in execution.detail
    assert dit(execution) == "avant\n"
    assert not any("papermill" in cellule.source for cellule in execution.carnet.cells)


def test_une_erreur_de_mutunb_donne_sa_phrase(tmp_path: Path) -> None:
    source = "from mutunb.erreurs import ErreurDonnees\nraise ErreurDonnees('La table est vide.')"
    assert essayer(tmp_path, source).phrase == "La table est vide."


def test_une_erreur_toleree_par_papermill_reste_un_echec(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, "1 / 0", "2")
    carnet = nbformat.read(chemin, as_version=4)
    carnet.cells[2].metadata["tags"] = ["raises-exception"]
    nbformat.write(carnet, chemin)
    assert executer(chemin, {"territoire": "1"}, delais=LARGE).statut == "echec"


def test_sortir_avant_la_fin_est_un_echec(tmp_path: Path) -> None:
    """papermill prend ``sys.exit(0)`` pour un succès."""
    execution = essayer(tmp_path, "import sys\nsys.exit(0)", "print('jamais')")
    assert (execution.statut, execution.cellule) == ("echec", 3)


def test_un_noyau_mort_est_un_echec(tmp_path: Path) -> None:
    execution = essayer(tmp_path, "import os\nos._exit(1)")
    assert (execution.statut, execution.cellule) == ("echec", 3)
    assert "noyau de calcul s'est arrêté" in execution.phrase


@pytest.mark.parametrize(
    ("source", "delais", "phrase"),
    [
        ("import time\ntime.sleep(60)", Delais(1, 60), "une cellule a dépassé son délai de 1 seconde."),
        ("import time\ntime.sleep(60)", Delais(60, 4), "le carnet a dépassé son délai de 4 secondes."),
        (FIGE, Delais(60, 4), "le carnet a dépassé son délai de 4 secondes."),
    ],
    ids=["cellule lente", "carnet lent", "noyau figé"],
)
def test_aucun_carnet_ne_bloque(tmp_path: Path, source: str, delais: Delais, phrase: str) -> None:
    debut = time.monotonic()
    execution = essayer(tmp_path, "print('avant')", source, delais=delais)
    assert (execution.statut, execution.phrase.replace("\u00a0", " "), execution.cellule) == ("echec", phrase, 4)
    assert time.monotonic() - debut < 25
    assert dit(execution) == "avant\n"


@pytest.mark.parametrize("combien", [0, 2])
def test_une_seule_cellule_de_parametres(tmp_path: Path, combien: int) -> None:
    chemin = tmp_path / "x.ipynb"
    nbformat.write(fabrique.carnet(*(fabrique.parametres() for _ in range(combien))), chemin)
    with pytest.raises(ErreurDonnees, match="il en faut une et une seule"):
        executer(chemin, {"territoire": "1"})


@pytest.mark.parametrize("contenu", [None, "{", "[]"])
def test_un_carnet_illisible_est_dit(tmp_path: Path, contenu: str | None) -> None:
    chemin = tmp_path / "x.ipynb"
    if contenu is not None:
        chemin.write_text(contenu, encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="Carnet (absent|illisible)"):
        executer(chemin, {})
