"""Le moteur rapide : les mêmes sorties que papermill, cellule par cellule, et rien qui passe d'un carnet à l'autre."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from importlib.metadata import entry_points
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from mutunb.execution import zygote
from mutunb.execution.moteur import Delais, Execution, executer
from mutunb.execution.moteur_rapide import reunir_flux
from mutunb.execution.noyau import environnement
from tests.execution.fabrique_carnets import carnet, code

pytestmark = [
    pytest.mark.lent,
    pytest.mark.skipif(not zygote.possible(), reason="ce système ne dédouble pas ses processus : le moteur est papermill"),
]
#: cellules où un moteur qui imite le noyau au lieu de l'employer se trahit
RETORSES = {
    "affichage": "print('a'); 3",
    "sortie d'erreur": "import sys; print('o'); print('e', file=sys.stderr); print('p')",
    "descripteur": "import os; os.write(1, b'brut\\n'); None",
    "descripteur d'erreur": "import os; os.write(2, b'erreur\\n'); None",
    "sous-processus": "import subprocess, time; subprocess.run(['echo', 'enfant']); time.sleep(0.5); print('parent')",  # le temps qu'ipykernel lise
    "sous-processus pris": "import subprocess; subprocess.run(['sh', '-c', 'echo x; echo y >&2'], capture_output=True).stderr",
    "sous-processus vers stdout": "import subprocess, sys; subprocess.run(['echo', 'z'], stdout=sys.stdout).returncode",
    "system": "import os; rendu = os.system('echo système'); time.sleep(0.5); rendu",
    "interpréteur": "!echo commande",
    "magie": "%%capture pris\nprint('caché')",
    "magie lue": "pris.stdout",
    "magie shell": "%%bash\necho coquille; echo gronde >&2",
    "affichages mêlés": "from IPython.display import display, HTML\nprint(1); display(HTML('<b>2</b>')); print(3)",
    "mise à jour": "h = display('avant', display_id='jalon'); h.update('après')",
    "mise à jour lointaine": "from IPython.display import update_display\nupdate_display('plus tard', display_id='jalon')",
    "effacer": "from IPython.display import clear_output\nprint('vieux'); clear_output(); print('neuf')",
    "effacer en attendant": "print('vieux'); clear_output(wait=True); display('neuf')",
    "avertissement": "import warnings; warnings.warn('attention')",
    "journal": "import logging; logging.warning('dit'); logging.getLogger('x').error('redit')",
    "riche": "class R:\n    def __repr__(self): return 'r'\n    def _repr_html_(self): return '<i>r</i>'\n    def _repr_markdown_(self): return '*r*'\nR()",
    "paquet": "class P:\n    def _repr_mimebundle_(self, include=None, exclude=None): return {'text/plain': 'p', 'application/x+json': {'n': 1}}\nP()",
    "tableau": "import pandas as pd; pd.DataFrame({'a': [1, 2], 'é': ['x', None]})",
    "figure": "import matplotlib.pyplot as plt; plt.plot([1, 2]); plt.title('Été');",
    "deux figures": "for n in (1, 2):\n    plt.figure(figsize=(2, 1)); plt.plot([n])\nprint('fin')",
    "figure montrée": "plt.plot([3]); plt.show(); print('après')",
    "figure rendue": "fig, ax = plt.subplots(figsize=(2, 1)); fig",
    "figure svg": "%config InlineBackend.figure_formats = ['svg']\nplt.close('all'); print(plt.get_backend())",
    "figure objet": "from matplotlib.figure import Figure; f = Figure(figsize=(1, 1)); f.text(.5, .5, 'x'); f",
    "asynchrone": "import asyncio; await asyncio.sleep(0.01); 'réveil'",
    "tâche": "async def t():\n    print('tâche'); return 5\nawait asyncio.gather(t(), t())",
    "fil": "import threading\nf = threading.Thread(target=lambda: print('fil')); f.start(); f.join()",
    "saisie": "try:\n    input('nom ? ')\nexcept Exception as e:\n    print(type(e).__name__, e)",
    "dernier résultat": "_, len(In)",
    "nom du module": "__name__, __import__('sys').modules['__main__'].__name__",
    "texte long": "print('x' * 70_000)",
    "sans fin de ligne": "print('sans fin', end='')",
    "barre": "from tqdm import tqdm\nfor _ in tqdm(range(3), disable=None): pass",
    "point-virgule": "42;",
    "aide": "len?",
    "sortie interceptée": "import contextlib, io\nwith contextlib.redirect_stdout(io.StringIO()) as s: print('pris')\ns.getvalue()",
    "javascript": "from IPython.display import Javascript, SVG; display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>'))",
    "erreur": "def f(x):\n    return 1 / x\n\nf(0)",
}


def _carnet(*sources: str) -> NotebookNode:
    return carnet(code("graine = 1", "parameters"), *(code(source) for source in sources))


def _executer(dossier: Path, *sources: str, moteur: str = "mutunb", **options: object) -> Execution:
    chemin = dossier / "essai.ipynb"
    nbformat.write(_carnet(*sources), chemin)
    return executer(chemin, {"graine": 2}, moteur=moteur, **options)


def _normales(cellule: NotebookNode) -> list[dict]:
    """Sorties comparables : sans le numéro du processus, sans le découpage des flux par l'horloge."""
    sorties = reunir_flux([nbformat.from_dict(sortie) for sortie in cellule.outputs])
    texte = nbformat.v4.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(outputs=sorties, id="x")]))
    texte = re.sub(r"/tmp/ipykernel_\d+/\d+\.py", "CELLULE", texte)
    return nbformat.reads(texte, as_version=4).cells[0].outputs


@pytest.fixture(scope="module")
def paires(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[NotebookNode, NotebookNode]]:
    """Par cellule retorse : exécutée par papermill, exécutée par le moteur rapide."""
    with pytest.MonkeyPatch.context() as reglage:
        reglage.delenv("PYTEST_CURRENT_TEST", raising=False)  # ipykernel, qui la voit, ne suit plus les descripteurs
        executions = [
            _executer(tmp_path_factory.mktemp(moteur), *RETORSES.values(), moteur=moteur).carnet.cells[2:]
            for moteur in ("papermill", "mutunb")
        ]
    return {nom: paire for nom, paire in zip(RETORSES, zip(*executions, strict=True), strict=True)}


@pytest.mark.parametrize("nom", RETORSES)
def test_memes_sorties_que_papermill(paires: dict[str, tuple[NotebookNode, NotebookNode]], nom: str) -> None:
    attendue, obtenue = paires[nom]
    assert _normales(obtenue) == _normales(attendue)
    assert obtenue.execution_count == attendue.execution_count


def test_la_comparaison_peut_echouer(paires: dict[str, tuple[NotebookNode, NotebookNode]]) -> None:
    assert _normales(paires["affichage"][0]) != _normales(paires["figure"][0])
    assert [nom for nom in ("descripteur", "sous-processus", "figure", "mise à jour", "erreur") if not paires[nom][0].outputs] == []


POLLUEUR = """
import builtins, locale, os, threading, time, matplotlib, matplotlib.pyplot as plt, pandas as pd, numpy as np, sys, warnings
globale = builtins.intrus = 1
plt.style.use("dark_background"); matplotlib.rcParams["font.size"] = 40
pd.set_option("display.max_rows", 1); np.random.seed(3); warnings.simplefilter("ignore")
os.chdir("/"); os.environ["INTRUS"] = "1"; os.umask(0o777)
locale.setlocale(locale.LC_ALL, "C"); sys.path.append("/intrus"); sys.setrecursionlimit(500)
threading.Thread(target=time.sleep, args=(600,)).start()
"""
TEMOIN = """
import builtins, os, threading, matplotlib, pandas as pd, sys, warnings
mask = os.umask(0o022); os.umask(mask)
print([hasattr(builtins, "intrus"), "globale" in globals(), matplotlib.rcParams["font.size"], pd.get_option("display.max_rows"),
 os.getcwd(), os.environ.get("INTRUS"), mask, "/intrus" in sys.path, sys.getrecursionlimit(), len(warnings.filters)])
"""


def test_rien_ne_passe_d_un_carnet_au_suivant(tmp_path: Path) -> None:
    avant = _executer(tmp_path, TEMOIN)
    assert _executer(tmp_path, POLLUEUR).statut == "produit"
    apres = _executer(tmp_path, TEMOIN)
    assert apres.carnet.cells[2].outputs == avant.carnet.cells[2].outputs
    assert avant.carnet.cells[2].outputs[0].text.startswith("[False, False, 10.0, 60, ")


def test_la_souche_ne_tient_aucun_fil_et_aucun_enfant_ne_survit(tmp_path: Path) -> None:
    execution = _executer(tmp_path, "import os, subprocess; p = subprocess.Popen(['sleep', '600']); print(os.getpid(), p.pid)")
    souche = zygote.souche(environnement(tmp_path))
    pids = [int(pid) for pid in execution.carnet.cells[2].outputs[0].text.split()]
    assert len(os.listdir(f"/proc/{souche.pid}/task")) == 1
    limite = time.monotonic() + 5
    while any(_vit(pid) for pid in pids) and time.monotonic() < limite:
        time.sleep(0.05)
    assert not [pid for pid in pids if _vit(pid)]


def _vit(pid: int) -> bool:
    try:
        etat = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return etat != "Z"


def test_une_souche_tuee_se_relance(tmp_path: Path) -> None:
    _executer(tmp_path, "1")
    souche = zygote.souche(environnement(tmp_path))
    ancienne = souche.pid
    os.kill(ancienne, signal.SIGKILL)
    assert _executer(tmp_path, "2").statut == "produit"
    assert souche.pid not in (None, ancienne)


def test_la_souche_se_relance_quand_le_code_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _executer(tmp_path, "1")
    souche = zygote.souche(environnement(tmp_path))
    ancienne = souche.pid
    monkeypatch.setattr(zygote, "_empreinte_du_code", lambda: (0, 0))
    monkeypatch.setattr(zygote, "PAUSE_ENTRE_REGARDS_S", 0)
    _executer(tmp_path, "2")
    assert souche.pid not in (None, ancienne)


@pytest.mark.parametrize(
    ("source", "extrait"),
    [
        ("import os; os.kill(os.getpid(), 9)", "noyau de calcul s'est arrêté"),
        ("x = bytearray(8 << 30)", "erreur technique (MemoryError)"),
        ("import time; time.sleep(30)", "délai de 2"),
        ("while True: print('encore', flush=True)", "délai de 2"),
    ],
    ids=["noyau tué", "mémoire", "délai", "bavard sans fin"],
)
def test_un_arret_garde_le_debut_du_carnet(tmp_path: Path, source: str, extrait: str) -> None:
    execution = _executer(tmp_path, "print('fait')", source, "print('jamais')", delais=Delais(60, 2), memoire_mo=4096)
    assert execution.statut == "echec"
    assert extrait in execution.phrase.replace("\u00a0", " ")
    assert execution.carnet.cells[2].outputs[0].text == "fait\n"
    assert not execution.carnet.cells[4].outputs


@pytest.mark.parametrize(
    "premier", ["import papermill", "import mutunb.execution.moteur_rapide", "import mutunb.execution.entree_papermill"]
)
def test_papermill_trouve_le_moteur_quel_que_soit_le_premier_import(premier: str) -> None:
    if "mutunb" not in {point.name for point in entry_points(group="papermill.engine")}:
        pytest.skip("paquet non installé (PYTHONPATH seulement) : le point d'entrée papermill.engine ne se voit pas")
    suite = "from papermill.engines import papermill_engines; print(papermill_engines.get_engine('mutunb').__name__)"
    joue = subprocess.run([sys.executable, "-c", f"{premier}; {suite}"], capture_output=True, text=True, check=False)
    assert (joue.returncode, joue.stdout.strip()) == (0, "MoteurMutunb"), joue.stderr


def test_la_commande_papermill_execute_par_le_moteur(tmp_path: Path) -> None:
    if "mutunb" not in {point.name for point in entry_points(group="papermill.engine")}:
        pytest.skip("paquet non installé (PYTHONPATH seulement) : le point d'entrée papermill.engine ne se voit pas")
    nbformat.write(carnet(code("n = 1", "parameters"), code("print(n + 1)")), tmp_path / "essai.ipynb")
    commande = ["papermill", "essai.ipynb", "fait.ipynb", "--engine", "mutunb", "-p", "n", "41", "--no-progress-bar"]
    joue = subprocess.run([sys.executable, "-m", *commande], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert joue.returncode == 0, joue.stderr
    assert nbformat.read(tmp_path / "fait.ipynb", as_version=4).cells[-1].outputs[0].text == "42\n"
