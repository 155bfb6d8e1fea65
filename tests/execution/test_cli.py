"""La ligne de commande : en français, prompte, et dont le code de sortie dit la vérité."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mutunb import chemins
from mutunb.cli import principal
from tests.execution import fabrique_carnets as fabrique
from tests.execution.conftest import CARNETS

ANGLAIS = ("Usage:", "Options:", "Error", "Show this", "Commands", "Try ", "Missing", "No such", "Invalid", "default")


def lancer(*arguments: str) -> Result:
    return CliRunner().invoke(principal, list(arguments), prog_name="mutunb")


def sous_processus(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environnement = {**os.environ, "PYTHONPATH": str(chemins.RACINE_PAQUET.parent), "LC_ALL": "C.UTF-8", **variables}
    commande = [sys.executable, "-m", "mutunb", *arguments]
    return subprocess.run(commande, env=environnement, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [["--help"], [], ["produire", "--help"], ["territoires", "--help"], ["donnees", "--help"]])
def test_l_aide_est_en_francais(arguments: list[str]) -> None:
    aide = lancer(*arguments)
    assert aide.exit_code == 0
    assert "Utilisation : mutunb" in aide.output and "Montre cette aide." in aide.output
    assert [mot for mot in ANGLAIS if mot in aide.output] == []


@pytest.mark.parametrize(
    ("arguments", "phrase"),
    [
        (["produir"], "Vouliez-vous dire : produire"),
        (["produire"], "Donnez au moins un SIREN"),
        (["produire", fabrique.SIREN, "--echantillon"], "pas les deux"),
        (["produire", "--etap", "x"], "option inconnue : --etap. Vouliez-vous dire : --etape ?"),
        (["produire", "--profil", "clien", "1"], "l'option --profil : valeur « clien »"),
        (["produire", "--profil"], "l'option --profil attend une valeur."),
        (["produire", "--echantillon=1"], "l'option --echantillon ne prend pas de valeur."),
        (["produire", "-p", "x", "1"], "écrivez nom=valeur"),
        (["produire", "-p", "a=1", "-p", "a=2", "1"], "donné deux fois"),
        (["produire", "-p", "poid_gain=1", "1", "2"], "Vouliez-vous dire : poids_gain"),
        (["produire", "--etape", "cloture", "1"], "étape « cloture » : nom inconnu"),
        (["produire", "--donnees", "/nulle/part", "1"], "n'est pas un dossier existant"),
        (["produire", "24790079"], "n'est pas un SIREN"),
        (["territoires", "a", "b"], "argument en trop : b."),
        (["territoires", "--nature", "XX"], "nature « XX »"),
        (["donnees"], "--depuis DOSSIER ou --telecharger"),
    ],
)
def test_une_commande_mal_formulee_rend_2_et_une_phrase(arguments: list[str], phrase: str) -> None:
    refus = lancer(*arguments)
    assert refus.exit_code == 2
    assert phrase in refus.stderr and refus.stderr.count("Erreur : ") == 1
    assert "Traceback" not in refus.output and [mot for mot in ANGLAIS if mot in refus.output] == []


def test_chercher_un_territoire() -> None:
    trouve = lancer("territoires", "thouarsais")
    assert trouve.exit_code == 0
    assert "247900798  CC du Thouarsais" in trouve.stdout and "35\u00a0369" in trouve.stdout
    assert "comparable" not in trouve.stdout
    tous = lancer("territoires")
    assert "162\u00a0territoires « comparables seulement »" in tous.stdout.replace("«\u00a0", "« ").replace("\u00a0»", " »")
    assert "mutunb donnees --telecharger" in tous.stdout and "aucun diagnostic" in tous.stdout
    vide = lancer("territoires", "zzzz")
    assert (vide.exit_code, vide.stdout) == (1, "") and "aucun EPCI" in vide.stderr


def test_construire_le_referentiel_est_delegue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from mutunb.territoires import construction

    recus: list[tuple] = []
    monkeypatch.setattr(construction, "construire", lambda *reglages: recus.append(reglages) or "Référentiel écrit.")
    fait = lancer("donnees", "--depuis", str(tmp_path), "--millesime", "2026", "--vers", str(tmp_path / "v"))
    assert (fait.exit_code, fait.stdout) == (0, "Référentiel écrit.\n")
    assert recus == [(tmp_path, False, "2026", tmp_path / "v")]


def test_une_erreur_de_donnees_rend_1(tmp_path: Path) -> None:
    refus = lancer("donnees", "--depuis", str(tmp_path), "--vers", str(tmp_path / "v"))
    assert refus.exit_code == 1 and refus.stderr.startswith("Erreur : ")


def test_la_trace_ne_se_montre_qu_a_la_demande() -> None:
    for arguments in (["--trace", "donnees"], ["donnees", "--trace"]):
        avec = lancer(*arguments)
        assert avec.exit_code == 2 and "Traceback" in avec.stderr and "Erreur : Indiquez" in avec.stderr


def test_un_defaut_inattendu_se_dit_en_une_phrase(monkeypatch: pytest.MonkeyPatch) -> None:
    from mutunb import territoires

    def tomber(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(territoires, "chercher", tomber)
    refus = lancer("territoires")
    assert refus.exit_code == 1 and "ZeroDivisionError" in refus.stderr and "--trace" in refus.stderr
    assert "Traceback" not in refus.stderr
    assert "Traceback" in lancer("territoires", "--trace").stderr


def test_la_version() -> None:
    assert lancer("--version").output.startswith("mutunb ")


def test_l_aide_ne_charge_rien_de_lourd() -> None:
    programme = (
        "import sys\nfrom mutunb.cli import principal\n"
        "try:\n    principal(['produire', '--help'])\nexcept SystemExit:\n    pass\n"
        "lourds = {'pandas', 'matplotlib', 'papermill', 'duckdb', 'nbformat', 'pydantic', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(lourds)) or 0)"
    )
    environnement = {**os.environ, "PYTHONPATH": str(chemins.RACINE_PAQUET.parent)}
    fait = subprocess.run([sys.executable, "-c", programme], env=environnement, capture_output=True, text=True, check=False)
    assert fait.stderr == ""


def test_l_aide_est_prompte() -> None:
    debut = time.monotonic()
    assert sous_processus("--help").returncode == 0
    assert time.monotonic() - debut < 2


@pytest.mark.lent
def test_produire_de_bout_en_bout(tmp_path: Path) -> None:
    """Deux territoires bons, un SIREN faux : les bons sont produits, le code est 1, les pages sont nommées."""
    racine = fabrique.projet(tmp_path / "projet", {"14_priorites": CARNETS["14_priorites"]()})
    sorties = tmp_path / "livrables"
    sirens = ["247900798", "244600573", "247900799", "247900798"]
    fait = sous_processus("produire", *sirens, "--sorties", str(sorties), "-p", "tirages=100", MUTUNB_RACINE=str(racine))
    assert fait.returncode == 1, fait.stderr
    assert "Erreur : 247900799 : " in fait.stderr and "Traceback" not in fait.stderr
    for siren in ("247900798", "244600573"):
        for page in ("index.html", "diagnostic.html"):
            assert str(sorties / siren / page) in fait.stdout
            assert (sorties / siren / page).is_file()
    assert sorted(dossier.name for dossier in sorties.iterdir()) == ["244600573", "247900798"]
    assert "IPKernelApp" not in fait.stderr and "papermill" not in fait.stderr


@pytest.mark.lent
def test_un_carnet_en_echec_rend_1_et_se_nomme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    racine = fabrique.projet(tmp_path / "projet", {"12_achats": CARNETS["12_achats"]()})
    monkeypatch.setenv("MUTUNB_RACINE", str(racine))
    monkeypatch.setenv("MUTUNB_SORTIES", str(tmp_path / "livrables"))
    fait = lancer("produire", fabrique.SIREN, "--profil", "consultant")
    assert fait.exit_code == 1
    assert "12_achats (echec) : La table des marchés est vide." in fait.stderr
    assert "1 carnet en échec" in fait.stdout and "diagnostic-consultant.html" in fait.stdout
    assert "ne pas diffuser" in fait.stdout


def test_l_echantillon_est_celui_du_projet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from mutunb import cli

    demandes: list[str] = []

    def noter(siren: str, commande: object):
        demandes.append(siren)
        raise fabrique_refus(siren)

    monkeypatch.setattr(cli, "_produire_un", noter)
    assert lancer("produire", "--echantillon").exit_code == 1
    assert len(demandes) >= 12 and fabrique.SIREN in demandes and len(set(demandes)) == len(demandes)


def fabrique_refus(siren: str) -> Exception:
    from mutunb.erreurs import ErreurDonnees

    return ErreurDonnees(f"refusé : {siren}")
