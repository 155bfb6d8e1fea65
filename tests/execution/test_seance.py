"""Une séance : les carnets sobres d'une étape se suivent dans un processus, remis à neuf ; tout autre a le sien."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from mutunb.execution import zygote
from mutunb.execution.conduite import Seance
from mutunb.execution.moteur import Delais, Execution, executer
from tests.execution.fabrique_carnets import carnet, code

pytestmark = [
    pytest.mark.lent,
    pytest.mark.skipif(not zygote.possible(), reason="ce système ne dédouble pas ses processus : le moteur est papermill"),
]
SOBRE = "import mutunb\nx = mutunb.repere('AC24')\nx"
LIBRE = "import os\nos.environ['INTRUS'] = '1'"


@pytest.fixture
def demandes(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Une entrée par processus demandé à la souche."""
    faites: list[Path] = []
    vraie = zygote.Souche.demander

    def compter(souche: zygote.Souche, *args: object) -> object:
        faites.append(Path())
        return vraie(souche, *args)

    monkeypatch.setattr(zygote.Souche, "demander", compter)
    return faites


def _jouer(dossier: Path, *carnets: tuple[str, ...]) -> list[Execution]:
    chemin = dossier / "essai.ipynb"
    faites = []
    with Seance() as seance:
        for sources in carnets:
            nbformat.write(carnet(code("graine = 1", "parameters"), *map(code, sources)), chemin)
            faites.append(executer(chemin, {"graine": 2}, delais=Delais(60, 60), moteur="mutunb", seance=seance))
    return faites


def test_deux_carnets_sobres_partagent_un_processus_sans_rien_se_passer(tmp_path: Path, demandes: list[Path]) -> None:
    premier, second, curieux = _jouer(tmp_path, (SOBRE,), (SOBRE,), ("import mutunb", "_"))
    assert (premier.statut, second.statut, curieux.statut) == ("produit", "produit", "produit")
    assert len(demandes) == 2  # « _ » n'est pas une variable du carnet : le troisième n'est pas sobre
    assert second.carnet.cells[2].outputs == premier.carnet.cells[2].outputs
    assert [c.execution_count for c in second.carnet.cells] == [1, 2, 3]


def test_un_carnet_ne_voit_pas_les_variables_du_precedent(tmp_path: Path) -> None:
    _, second = _jouer(tmp_path, (SOBRE,), ("import mutunb", "print('x' in globals(), len(In), len(Out))"))
    assert second.carnet.cells[3].outputs[0].text == "False 5 0\n"


def test_un_carnet_libre_a_son_processus(tmp_path: Path, demandes: list[Path]) -> None:
    *_, temoin = _jouer(tmp_path, (SOBRE,), (LIBRE,), (SOBRE,), ("import os\nprint(os.environ.get('INTRUS'))",))
    assert len(demandes) == 3  # le troisième reprend le processus du premier
    assert temoin.carnet.cells[2].outputs[0].text == "None\n"


def test_apres_un_echec_le_processus_est_neuf(tmp_path: Path, demandes: list[Path]) -> None:
    rate, repris = _jouer(tmp_path, ("import mutunb\nmutunb.repere('inconnu')",), (SOBRE,))
    assert (rate.statut, repris.statut) == ("echec", "produit")
    assert len(demandes) == 2


def test_la_seance_finie_rien_ne_survit(tmp_path: Path) -> None:
    with Seance() as seance:
        chemin = tmp_path / "essai.ipynb"
        nbformat.write(carnet(code("graine = 1", "parameters"), code(SOBRE)), chemin)
        executer(chemin, {"graine": 2}, moteur="mutunb", seance=seance)
        noyau = seance._garde[1]
        assert Path(f"/proc/{noyau.pid}").exists()
    zygote.fermer_tout()
    assert not Path(f"/proc/{noyau.pid}").exists()
    assert not seance.dossier.exists()
