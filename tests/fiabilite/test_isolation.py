"""Deux clients dans le même lot, par le même ouvrier : rien de l'un ne passe dans un fichier de l'autre, erreurs comprises."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path

import pytest

from mutunb.execution import zygote
from mutunb.execution.commande import Commande
from mutunb.execution.lot import Lot, lancer
from mutunb.execution.moteur import Delais
from tests.execution import fabrique_carnets as fabrique
from tests.fiabilite import inspection

TEMOINS = {"247900798": "CANARI-ALPHA-1C7E", "244600573": "CANARI-BETA-5D20", "200069052": "CANARI-GAMMA-88F1"}
EN_ECHEC = "244600573"
#: lit le dossier de son client, le laisse partout où un processus réutilisé le garderait, et montre ce qu'il y trouve
CURIEUX = f"""
import builtins, os, pathlib, sys, tempfile
from mutunb.erreurs import ErreurDonnees
temoin = pathlib.Path(os.environ["MUTUNB_TERRITOIRES"], territoire, "temoin.txt").read_text()
restes = [getattr(builtins, "restes", ""), os.environ.get("RESTES", ""), str(getattr(sys, "restes", ""))]
restes += [f.read_text() for f in pathlib.Path(tempfile.gettempdir(), "restes").glob("*.ipynb")]
builtins.restes = sys.restes = os.environ["RESTES"] = temoin
print(temoin, restes)
print(temoin, file=sys.stderr)
if territoire == "{EN_ECHEC}": raise ErreurDonnees(f"Refusé : {{temoin}} [{{restes}}]")
"""
MONTRE = "from IPython.display import display\ndisplay({'text/html': f'<p>{temoin}</p>', 'text/plain': str(restes)}, raw=True)"


@pytest.fixture
def lot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lot:
    carnet = fabrique.carnet(fabrique.parametres(), fabrique.code(CURIEUX), fabrique.code(MONTRE))
    projet = fabrique.projet(tmp_path / "projet", {"11_effectifs_et_couts": carnet})
    for nom in ("MUTUNB_DONNEES", "MUTUNB_SORTIES"):
        monkeypatch.delenv(nom, raising=False)
    monkeypatch.setenv("MUTUNB_RACINE", str(projet))
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "territoires"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    for siren, temoin in TEMOINS.items():
        (tmp_path / "territoires" / siren).mkdir(parents=True)
        (tmp_path / "territoires" / siren / "temoin.txt").write_text(temoin)
    reglages = Commande(sorties=tmp_path / "outputs", edition=datetime.date(2026, 1, 15), delais=Delais(60, 120))
    return Lot(tuple(TEMOINS) * 1, commande=reglages, processus=1, delai_tache_s=200)


def fuites(sorties: Path) -> list[str]:
    """Témoins lus dans le dossier d'un autre client."""
    return [e for siren in TEMOINS for autre, t in TEMOINS.items() if autre != siren for e in inspection.ou_se_lit(t, sorties / siren)]


@pytest.mark.lent
@pytest.mark.parametrize("moteur", ["mutunb", "papermill"])
def test_aucun_temoin_d_un_client_chez_l_autre(lot: Lot, moteur: str, tmp_path: Path) -> None:
    if moteur == "mutunb" and not zygote.possible():
        pytest.skip("pas de moteur rapide sur ce système")
    bilan = lancer(Lot(lot.sirens, commande=Commande(**{**vars(lot.commande), "moteur": moteur}), processus=1, delai_tache_s=200))
    assert {i.siren: i.sort for i in bilan.issues} == {s: "echec" if s == EN_ECHEC else "produit" for s in TEMOINS}
    for siren, temoin in TEMOINS.items():
        assert inspection.ou_se_lit(temoin, lot.sorties / siren), siren  # chacun lit bien le sien
    assert fuites(lot.sorties) == []
    rapport, _ = bilan.ecrire(lot.sorties)
    for tache in json.loads(rapport.read_text())["taches"]:
        assert not [t for s, t in TEMOINS.items() if s != tache["siren"] and t in json.dumps(tache)]
    assert list((tmp_path / "tmp").glob("mutunb-*")) == []


def test_une_fuite_serait_vue(tmp_path: Path) -> None:
    (dossier := tmp_path / EN_ECHEC).mkdir()
    (dossier / "resultats.json").write_text(json.dumps({"nom": TEMOINS["247900798"]}))
    assert len(fuites(tmp_path)) == 1
