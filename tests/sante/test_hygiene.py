"""Le dépôt ne dit rien de la machine qui l'a écrit, et le code ne tait aucune erreur."""

from __future__ import annotations

import ast
import shutil
import subprocess

import pytest

from tests.sante.regles import depot
from tests.sante.regles.hygiene import FOURRE_TOUT, adresses, gestes_de_bureau, raccourcis

IGNORES = [
    ".venv/bin/python",
    "outputs/247900798/index.html",
    "data/public/national/epci.parquet",
    "data/territoires/247900798/collecte.xlsx",
]
SUIVIS = ["data/public/echantillon/epci.csv", "data/referentiel/reperes.csv", "requirements.lock", "mutunb/cli.py"]


def textes() -> list[tuple[str, str]]:
    lus = []
    for chemin in depot.fichiers():
        try:
            lus.append((depot.relatif(chemin), chemin.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue  # image ou classeur : rien à lire
    return lus


def test_aucune_adresse_de_machine() -> None:
    trouvees = [adresse for nom, texte in textes() for adresse in adresses(nom, texte)]
    depot.exiger(trouvees, "un chemin part de la racine ou d'une variable MUTUNB_* ; un paquet se nomme seul.")


def test_aucun_raccourci() -> None:
    trouves = [
        raccourci
        for chemin in depot.fichiers("mutunb", "tests", "benchs", suffixe=".py")
        for raccourci in raccourcis(depot.relatif(chemin), depot.arbre(chemin))
    ]
    depot.exiger(
        trouves,
        "dites l'erreur attendue et ce qu'on en fait (s'il n'y a vraiment rien à faire, "
        "contextlib.suppress(ErreurPrecise) et le pourquoi) ; nommez ce que vous importez.",
    )


def test_ni_assert_ni_print_dans_le_paquet() -> None:
    trouves = [
        geste
        for chemin in depot.fichiers("mutunb", suffixe=".py")
        for geste in gestes_de_bureau(depot.relatif(chemin), depot.arbre(chemin))
    ]
    depot.exiger(trouves, "une fonction rend sa valeur ou lève une erreur de mutunb.erreurs.")


def test_aucun_fourre_tout() -> None:
    chemins = depot.fichiers("mutunb", "tests", "benchs", suffixe=".py")
    trouves = [depot.relatif(chemin) for chemin in chemins if FOURRE_TOUT.match(chemin.stem)]
    depot.exiger(trouves, "un fichier porte le nom du concept qu'il contient.")


@pytest.fixture(scope="module")
def git() -> str:
    commande = shutil.which("git")
    if commande is None or not (depot.RACINE / ".git").exists():
        pytest.skip("pas de dépôt git ici : .gitignore ne peut pas être éprouvé")
    return commande


def test_ce_qui_est_produit_reste_hors_de_git(git: str) -> None:
    ignores = [nom for nom in [*IGNORES, *SUIVIS] if _est_ignore(git, nom)]
    assert ignores == IGNORES


def _est_ignore(git: str, nom: str) -> bool:
    commande = [git, "-c", "safe.directory=*", "-C", str(depot.RACINE), "check-ignore", "--quiet", "--no-index", nom]
    bilan = subprocess.run(commande, capture_output=True, text=True, check=False)
    assert bilan.returncode in (0, 1), bilan.stderr
    return bilan.returncode == 0


@pytest.mark.parametrize(
    "texte",
    [
        "index = 'https://" + "pypi" + ".org/simple'",
        "https://files." + "pythonhosted" + ".org/x",
        "chemin = '/" + "work/main'",
        "cd /" + "home/moi/mutunb",
        "(/" + "root/x)",
        "sortie = '/" + "tmp/essai'",
    ],
)
def test_une_adresse_de_machine_est_vue(texte: str) -> None:
    assert len(list(adresses("mutunb/faux.py", texte))) == 1, texte


@pytest.mark.parametrize(
    "texte",
    ["../shared/donnees", "https://exemple.fr/home/x", "outputs/home/", "tmp_path / 'x'", "{racine}/home/"],
)
def test_un_chemin_relatif_ou_une_adresse_web_passe(texte: str) -> None:
    assert list(adresses("mutunb/sain.py", texte)) == [], texte


def test_un_dossier_temporaire_en_dur_est_permis_aux_tests() -> None:
    assert list(adresses("tests/x.py", "'/" + "tmp/x'")) == []


@pytest.mark.parametrize(
    "code",
    [
        "try:\n    f()\nexcept ValueError:\n    pass",
        "try:\n    f()\nexcept Exception:\n    ...",
        "try:\n    f()\nexcept:\n    raise",
        "with contextlib.suppress(Exception):\n    f()",
        "from os import *",
        "def f(communes=[]): return communes",
        "def f(*, communes={}): return communes",
    ],
)
def test_un_raccourci_est_vu(code: str) -> None:
    assert len(list(raccourcis("faux.py", ast.parse(code)))) == 1, code


def test_une_erreur_traitee_passe() -> None:
    code = """
try:
    f()
except ValueError:
    g()
with suppress(KeyError):
    f()
for x in y:
    pass
def f(communes=(), detail=None): ...
"""
    assert list(raccourcis("sain.py", ast.parse(code))) == []


def test_assert_et_print_sont_vus() -> None:
    assert len(list(gestes_de_bureau("faux.py", ast.parse("assert x\nprint(x)")))) == 2
    assert list(gestes_de_bureau("sain.py", ast.parse("journal.print(x)\nimprimer(x)"))) == []


@pytest.mark.parametrize(("nom", "vu"), [("utils", True), ("_helpers", True), ("formats", False), ("communes", False)])
def test_un_fourre_tout_est_vu(nom: str, vu: bool) -> None:
    assert bool(FOURRE_TOUT.match(nom)) is vu
