"""Disque plein, lecture seule, Parquet abîmé, entrée illisible, arrêt au milieu : jamais de fichier à moitié écrit."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from click.testing import CliRunner

from mutunb import chemins
from mutunb.cli import principal
from mutunb.erreurs import phrase_du_systeme
from mutunb.execution import ecriture, manifeste, production, tache_lot
from mutunb.execution.commande import Commande
from mutunb.execution.ecriture import ecrire_lot
from tests.execution import fabrique_carnets as fabrique

SIREN = "247900798"
AVANT = {"a.txt": "avant", "b.txt": "avant"}


def contenus(dossier: Path) -> dict[str, str]:
    return {f.name: f.read_text() for f in sorted(dossier.parent.rglob("*")) if f.is_file()}


def test_un_disque_plein_laisse_les_anciens_livrables(tmp_path: Path) -> None:
    """RLIMIT_FSIZE dans un processus à part : l'écriture s'arrête au milieu du second fichier."""
    ecrire_lot(tmp_path / "s" / SIREN, AVANT)
    programme = (
        "import resource, signal, sys; from pathlib import Path; from mutunb.execution.ecriture import ecrire_lot\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))\n"
        "try: ecrire_lot(Path(sys.argv[1]), {'a.txt': 'après', 'b.txt': 'x' * 50_000})\n"
        "except OSError as refus:\n from mutunb.erreurs import phrase_du_systeme; print(phrase_du_systeme(refus)); sys.exit(7)"
    )
    milieu = os.environ | {"PYTHONPATH": str(chemins.RACINE_PAQUET.parent), "PYTHONUTF8": "1"}
    bilan = subprocess.run([sys.executable, "-c", programme, str(tmp_path / "s" / SIREN)], env=milieu, capture_output=True, text=True, check=False)
    assert bilan.returncode == 7, bilan.stderr
    assert "fichier trop gros" in bilan.stdout
    assert contenus(tmp_path / "s" / SIREN) == AVANT  # rien de neuf, et aucun reste .part


def test_sans_ecriture_atomique_un_disque_plein_tronquerait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = tmp_path / SIREN
    ecrire_lot(dossier, AVANT)

    def plein(chemin: Path, contenu: str) -> Path:
        if chemin.name == "b.txt":
            chemin.write_text(contenu[:2])
            raise OSError(errno.ENOSPC, "No space left on device", str(chemin))
        chemin.write_text(contenu)
        return chemin

    monkeypatch.setattr(ecriture.chemins, "ecrire", lambda c, t: plein(dossier / Path(c).name, t))  # protection retirée : écrit en place
    with pytest.raises(OSError, match="No space"):
        ecrire_lot(dossier, {"a.txt": "après", "b.txt": "après"})
    assert contenus(dossier) != AVANT


@pytest.mark.parametrize(("code", "dit"), [(errno.ENOSPC, "plus de place"), (errno.EROFS, "lecture seule"), (errno.EACCES, "accès refusé")])
def test_une_panne_se_dit_en_une_phrase_francaise(code: int, dit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def panne(*args: object, **options: object) -> None:
        raise OSError(code, os.strerror(code), "outputs/x")

    monkeypatch.setattr(production, "produire", panne)
    bilan = CliRunner().invoke(principal, ["produire", SIREN])
    assert bilan.exit_code == 1 and dit in bilan.output and os.strerror(code) not in bilan.output
    issue = tache_lot.executer_tache(tache_lot.Tache(SIREN, Commande(), 60))
    assert issue.sort == "echec" and dit in issue.phrase and "Errno" not in issue.phrase


def test_un_refus_inconnu_garde_sa_phrase() -> None:
    assert phrase_du_systeme(OSError(errno.EXDEV, "lien entre disques", "a")) == "lien entre disques (a)."


def test_un_parquet_abime_est_une_phrase(tmp_path: Path) -> None:
    for nom in ("epci.parquet", "communes.parquet", "normes.parquet"):
        (tmp_path / nom).write_bytes(b"PAR1" + b"\x00" * 100)
    bilan = CliRunner().invoke(principal, ["territoires", "thouars", "--donnees", str(tmp_path)])
    assert bilan.exit_code == 1 and "Erreur" in bilan.output and "Traceback" not in bilan.output
    assert "erreur inattendue" not in bilan.output


@pytest.mark.lent
def test_le_manifeste_s_ecrit_en_dernier(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrêté n'importe où avant la fin, un lot voit l'ancien manifeste : la reprise refait l'étape."""
    carnet = fabrique.carnet(fabrique.parametres(), fabrique.code("'vu'"))
    projet = fabrique.projet(tmp_path / "projet", {"11_effectifs_et_couts": carnet})
    monkeypatch.setenv("MUTUNB_RACINE", str(projet))
    rapport = production.produire(SIREN, Commande(donnees=chemins.echantillon(), sorties=tmp_path / "outputs"))
    assert len(rapport.fichiers) >= 6 and rapport.fichiers[-1].name == manifeste.NOM_FICHIER


def test_deux_ecritures_simultanees_laissent_un_jeu_entier_par_fichier(tmp_path: Path) -> None:
    jeux = [{f"{n}.txt": lettre * 200_000 for n in range(4)} for lettre in "ab"]
    fils = [threading.Thread(target=ecrire_lot, args=(tmp_path / SIREN, jeu)) for jeu in jeux * 5]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    lus = contenus(tmp_path / SIREN)
    assert len(lus) == 4 and all(set(texte) in ({"a"}, {"b"}) and len(texte) == 200_000 for texte in lus.values())
