"""La grappe d'un lot : locale et discrète, ou lancée à la main ; tuée, interrompue, elle laisse de quoi reprendre."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import grappe, zygote
from mutunb.execution.lot import lancer
from tests.execution import fabrique_lot as fabrique
from tests.execution.processus import descendants, ecoutes, survivants

pytestmark = [
    pytest.mark.lent,
    pytest.mark.skipif(not zygote.possible(), reason="ce système ne dédouble pas ses processus : pas de moteur rapide"),
]
racine, attendus = fabrique.racine, fabrique.attendus


class GrappeALaMain:
    """``dask scheduler`` et ``dask worker``, comme les lancerait quelqu'un ; tués à la fin."""

    def __init__(self, dossier: Path):
        self._annonce = dossier / "ordonnanceur.json"
        self._processus: list[subprocess.Popen] = []
        self.ordonnanceur = self._lancer("scheduler", "--host", "127.0.0.1", "--port", "0")
        fabrique.attendre(self._annonce.is_file)
        self.ouvriers = [self._lancer("worker", "--nthreads", "1", "--memory-limit", "0") for _ in range(2)]

    @property
    def adresse(self) -> str:
        import json

        return json.loads(self._annonce.read_text())["address"]

    def fermer(self) -> None:
        for processus in self._processus:
            processus.kill()
            processus.wait()

    def _lancer(self, *arguments: str) -> subprocess.Popen:
        commande = [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(self._annonce), "--no-dashboard"]
        milieu = os.environ | {"PYTHONPATH": str(chemins.RACINE_PAQUET.parent), "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        muet = subprocess.DEVNULL
        self._processus.append(subprocess.Popen(commande, env=milieu, stdout=muet, stderr=muet, start_new_session=True))
        return self._processus[-1]


@pytest.fixture
def a_la_main(tmp_path: Path) -> Iterator[GrappeALaMain]:
    lancee = GrappeALaMain(tmp_path)
    yield lancee
    lancee.fermer()


def test_rien_n_ecoute_ailleurs_qu_ici_et_la_fermeture_est_prompte() -> None:
    with grappe.ouvrir_grappe("", 1) as client:
        assert client.submit(lambda: 1 + 1).result() == 2
        prises = ecoutes([os.getpid(), *descendants(os.getpid())])
        debut = time.monotonic()
    assert {adresse for adresse, _ in prises} == {"0100007F"}  # 127.0.0.1, comme l'écrit le noyau
    assert 8787 not in {port for _, port in prises}
    assert len(prises) == 3  # l'ordonnanceur, l'ouvrier et sa nourrice
    assert time.monotonic() - debut < 3


def test_ordonnanceur_absent_ou_sans_ouvrier_est_une_phrase(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(grappe, "ATTENTE_ORDONNANCEUR_S", 1)
    monkeypatch.setattr(grappe, "ATTENTE_OUVRIERS_S", 1)
    with pytest.raises(ErreurDonnees, match="ne répond pas"), grappe.ouvrir_grappe("tcp://127.0.0.1:9", 1):
        pass
    seul = GrappeALaMain(tmp_path)
    for ouvrier in seul.ouvriers:
        ouvrier.kill()
    with pytest.raises(ErreurDonnees, match="Aucun ouvrier"), grappe.ouvrir_grappe(seul.adresse, 1):
        pass
    seul.fermer()


def test_une_grappe_lancee_a_la_main_produit_les_memes_octets(
    racine: Path, a_la_main: GrappeALaMain, attendus: Mapping[str, bytes]
) -> None:
    bilan = lancer(fabrique.lot(racine, ordonnanceur=a_la_main.adresse))
    assert bilan.est_complet
    assert fabrique.ecarts(racine / "outputs", attendus) == []


@pytest.mark.parametrize("victime", ["ordonnanceur", "ouvriers"])
def test_grappe_tuee_puis_reprise(racine: Path, a_la_main: GrappeALaMain, attendus: Mapping[str, bytes], victime: str) -> None:
    for siren in fabrique.SIRENS:
        fabrique.ordonner(racine, siren, "1")
    cibles = [a_la_main.ordonnanceur] if victime == "ordonnanceur" else a_la_main.ouvriers[:1]
    apres(lambda: fabrique.produits(racine / "outputs"), lambda: [cible.kill() for cible in cibles])
    bilan = lancer(fabrique.lot(racine, ordonnanceur=a_la_main.adresse))
    if victime == "ordonnanceur":
        assert bilan.interrompu == "l'ordonnanceur ne répond plus"
        assert "interrompu" in str(bilan)
        assert bilan.echecs == []
        bilan = lancer(fabrique.lot(racine, reprendre=True))
    assert bilan.est_complet
    assert fabrique.ecarts(racine / "outputs", attendus) == []


def test_ctrl_c_arrete_tout_et_se_reprend(racine: Path, attendus: Mapping[str, bytes]) -> None:
    for siren in fabrique.SIRENS:
        fabrique.ordonner(racine, siren, "2")
    lanceur = fabrique.lancer_commande(racine, "--processus", "1", start_new_session=True)
    fabrique.attendre(lambda: fabrique.produits(racine / "outputs"))
    lances = descendants(lanceur.pid)
    os.killpg(lanceur.pid, signal.SIGINT)  # le terminal s'adresse à tout le groupe
    assert lanceur.wait(30) == 130
    assert survivants(lances) == []
    assert "interrompu (par Ctrl-C)" in next((racine / "outputs").glob("lot-*.txt")).read_text()
    assert lancer(fabrique.lot(racine, reprendre=True)).est_complet
    assert fabrique.ecarts(racine / "outputs", attendus) == []


def apres(condition: Callable[[], object], faire: Callable[[], object]) -> None:
    """Fait, dans un fil, dès que la condition est remplie."""

    def guetter() -> None:
        fabrique.attendre(condition)
        faire()

    threading.Thread(target=guetter, daemon=True).start()
