"""mutunb.sh, avec un faux Python et un faux uv : ce qu'il installe, quand, et ce qu'il dit quand il ne peut pas.

L'installation vraie, sur une machine neuve, est l'affaire de ``.ci/run``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.sante.regles import depot

INSTALLER = "-m pip install -qq --require-hashes --only-binary :all: -r requirements.lock"
OUTILS = ("sh", "dirname", "basename", "cat", "cksum", "rm", "mkdir", "cp")

FAUX_PYTHON = """#!/bin/sh
printf '%s\\n' "python $*" >>"$JOURNAL"
case "$*" in
    *version_info*) exit "${TROP_ANCIEN:-0}" ;;
    *ensurepip*) exit "${SANS_ENSUREPIP:-0}" ;;
    *"-m venv"*) mkdir -p .venv/bin && cp "$0" .venv/bin/python ;;
    *"-r requirements.lock") exit "${EN_PANNE:-0}" ;;
    *"-e .") cp "$FAUX_MUTUNB" .venv/bin/mutunb ;;
    --version) echo "Python 3.9.2" ;;
esac
"""
FAUX_MUTUNB = """#!/bin/sh
printf '%s\\n' "mutunb $*" >>"$JOURNAL"
mkdir -p "$MUTUNB_SORTIES/247900798" && echo "<html>" >"$MUTUNB_SORTIES/247900798/diagnostic.html"
"""
FAUX_UV = """#!/bin/sh
printf '%s\\n' "uv $*" >>"$JOURNAL"
[ "${EN_PANNE_UV:-0}" = 0 ] || exit 1
case "$*" in
    venv*) mkdir -p .venv/bin && cp "$FAUX_PYTHON" .venv/bin/python ;;
    *"-e .") cp "$FAUX_MUTUNB" .venv/bin/mutunb ;;
esac
"""
FAUX_ID = '#!/bin/sh\necho "${UTILISATEUR:-1000}"\n'
FAUX_APT = '#!/bin/sh\nprintf \'%s\\n\' "apt-get $*" >>"$JOURNAL"\n'


@dataclass
class Machine:
    """Un projet et une machine d'essai ; ``lancer`` rend le résultat, ``journal`` les commandes passées."""

    dossier: Path
    reglages: dict[str, str] = field(default_factory=dict)

    def lancer(self, *arguments: str, **reglages: str) -> subprocess.CompletedProcess[str]:
        commande = ["sh", str(self.projet / "mutunb.sh"), *arguments]
        environnement = self.reglages | reglages
        (self.dossier / "journal").write_text("", encoding="utf-8")
        return subprocess.run(commande, env=environnement, capture_output=True, text=True, check=False)

    @property
    def projet(self) -> Path:
        return self.dossier / "projet à l'essai"

    @property
    def journal(self) -> list[str]:
        return (self.dossier / "journal").read_text(encoding="utf-8").splitlines()

    def poser(self, nom: str, contenu: str) -> Path:
        chemin = self.dossier / "bin" / nom
        chemin.write_text(contenu, encoding="utf-8")
        chemin.chmod(0o755)
        return chemin


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Un PATH réduit : les outils de base, et nos faux python3, id et apt-get."""
    if os.name == "nt":
        pytest.skip("mutunb.sh demande un shell POSIX")
    neuve = Machine(tmp_path)
    neuve.projet.mkdir()
    for nom in ("mutunb.sh", "requirements.lock", "pyproject.toml"):
        shutil.copy(depot.RACINE / nom, neuve.projet)
    (tmp_path / "bin").mkdir()
    for outil in OUTILS:
        (tmp_path / "bin" / outil).symlink_to(shutil.which(outil) or outil)
    python = neuve.poser("python3", FAUX_PYTHON)
    neuve.poser("id", FAUX_ID)
    neuve.poser("apt-get", FAUX_APT)
    neuve.reglages = {
        "PATH": str(tmp_path / "bin"),
        "JOURNAL": str(tmp_path / "journal"),
        "FAUX_PYTHON": str(python),
        "FAUX_MUTUNB": str(neuve.poser("faux-mutunb", FAUX_MUTUNB)),
        "MUTUNB_SORTIES": str(tmp_path / "sorties"),
    }
    return neuve


def installations(journal: list[str]) -> int:
    return sum(INSTALLER in ligne for ligne in journal)


def test_le_premier_lancement_installe_produit_et_nomme_les_pages(machine: Machine) -> None:
    bilan = machine.lancer()
    assert bilan.returncode == 0, bilan.stderr
    assert installations(machine.journal) == 1
    assert machine.journal[-1] == "mutunb produire 247900798 --etape diagnostic"
    assert bilan.stdout.splitlines()[-1].strip() == str(machine.dossier / "sorties" / "247900798" / "diagnostic.html")


def test_le_second_lancement_n_installe_rien(machine: Machine) -> None:
    machine.lancer("territoires")
    bilan = machine.lancer("territoires", "Thouars", "--nature", "CC")
    assert installations(machine.journal) == 0
    assert machine.journal[-1] == "mutunb territoires Thouars --nature CC"
    assert bilan.stdout == ""


def test_les_tests_recoivent_leurs_options(machine: Machine) -> None:
    machine.lancer("tests", "-k", "deux mots")
    assert machine.journal[-1] == "python -m pytest -k deux mots"


@pytest.mark.parametrize("nom", ["requirements.lock", "pyproject.toml"])
def test_un_fichier_de_paquets_change_fait_reinstaller(machine: Machine, nom: str) -> None:
    machine.lancer("territoires")
    with (machine.projet / nom).open("a", encoding="utf-8") as ouvert:
        ouvert.write("# changé\n")
    machine.lancer("territoires")
    assert installations(machine.journal) == 1


def test_une_installation_interrompue_est_refaite(machine: Machine) -> None:
    panne = machine.lancer("territoires", EN_PANNE="1")
    assert panne.returncode == 1
    assert "l'installation a échoué" in panne.stderr
    (machine.projet / ".venv" / "reste").touch()
    assert machine.lancer("territoires").returncode == 0
    assert installations(machine.journal) == 1
    assert not (machine.projet / ".venv" / "reste").exists()


def test_un_projet_deplace_est_reinstalle(machine: Machine) -> None:
    machine.lancer("territoires")
    ailleurs = Machine(machine.dossier / "ailleurs", machine.reglages | {"JOURNAL": str(machine.dossier / "journal")})
    ailleurs.dossier.mkdir()
    shutil.move(machine.projet, ailleurs.projet)
    (machine.dossier / "journal").write_text("", encoding="utf-8")
    assert ailleurs.lancer("territoires").returncode == 0
    assert installations(machine.journal) == 1


def test_uv_sert_quand_il_est_la(machine: Machine) -> None:
    machine.poser("uv", FAUX_UV)
    assert machine.lancer("territoires").returncode == 0
    assert any(ligne.startswith("uv pip install") and "--require-hashes" in ligne for ligne in machine.journal)
    assert installations(machine.journal) == 0


def test_uv_en_panne_laisse_la_place_a_pip(machine: Machine) -> None:
    machine.poser("uv", FAUX_UV)
    assert machine.lancer("territoires", EN_PANNE_UV="1").returncode == 0
    assert installations(machine.journal) == 1


def test_un_python_trop_ancien_est_dit(machine: Machine) -> None:
    bilan = machine.lancer(TROP_ANCIEN="1")
    assert bilan.returncode == 1
    assert "Python 3.11 ou plus récent est nécessaire (trouvé : Python 3.9.2)" in bilan.stderr


def test_sans_python_la_commande_est_donnee(machine: Machine) -> None:
    (machine.dossier / "bin" / "python3").unlink()
    bilan = machine.lancer()
    assert bilan.returncode == 1
    assert "trouvé : aucun Python" in bilan.stderr
    assert "apt-get install -y python3 python3-venv" in bilan.stderr


def test_sans_ensurepip_un_utilisateur_recoit_la_commande(machine: Machine) -> None:
    bilan = machine.lancer(SANS_ENSUREPIP="1")
    assert bilan.returncode == 1
    assert "sudo apt-get update && sudo apt-get install -y python3-venv" in bilan.stderr
    assert not any(ligne.startswith("apt-get") for ligne in machine.journal)


def test_sans_ensurepip_root_installe_le_paquet(machine: Machine) -> None:
    assert machine.lancer("territoires", SANS_ENSUREPIP="1", UTILISATEUR="0").returncode == 0
    assert [ligne for ligne in machine.journal if ligne.startswith("apt-get")] == [
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends python3-venv",
    ]
