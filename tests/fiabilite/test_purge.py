"""``mutunb purger`` efface toute trace d'un client, et rien d'autre : des témoins le prouvent."""

from __future__ import annotations

import datetime
import json
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from mutunb import chemins
from mutunb.cli import principal
from mutunb.dossier import purge as effacement
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.execution import portefeuille, purge
from mutunb.execution.rapport_lot import BilanLot, Issue
from tests.fiabilite import inspection

PURGE, GARDE = "247900798", "244600573"
CANARI, VOISIN = "CANARI-PURGE-7F3A", "CANARI-VOISIN-91BC"
DEPART = datetime.datetime(2026, 1, 15, 10, 0, tzinfo=datetime.UTC)


def resultats(siren: str, temoin: str) -> str:
    identite = {"siren": siren, "nom": f"EPCI {temoin}", "nature": "CC", "departement": "79", "regime_fiscal": "FPU",
                "origine": "echantillon", "communes": 12}  # fmt: skip
    indicateurs = {"population": {"valeur": 12345, "unite": "habitants", "statut": "constate", "source": "essai"}}
    etapes = {"diagnostic": {"carnets": {"10_portrait": "produit"}, "indicateurs": indicateurs}}
    return json.dumps({"version": 1, "territoire": identite, "etapes": etapes}, ensure_ascii=False)


@pytest.fixture
def maison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Deux clients partout où mutunb écrit : dossiers, livrables, lots, portefeuille, restes d'arrêts brutaux."""
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "territoires"))
    monkeypatch.setenv("MUTUNB_SORTIES", str(tmp_path / "outputs"))
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    for siren, temoin in ((PURGE, CANARI), (GARDE, VOISIN)):
        semer(tmp_path, siren, temoin)
    issues = [Issue(s, "diagnostic", "echec", f"territoire {t} :\n  - suite de {t}", f"EPCI {t}") for s, t in ((PURGE, CANARI), (GARDE, VOISIN))]
    BilanLot(tuple(issues), DEPART, 12.0, False, 2).ecrire(tmp_path / "outputs")
    (tmp_path / "outputs" / "lot-20250101-0000.txt").write_text(str(BilanLot(tuple(issues), DEPART, 1.0, False, 2)))
    reuni = portefeuille.reunir(tmp_path / "outputs")
    portefeuille.ecrire(reuni, tmp_path / "outputs", DEPART.date())
    return tmp_path


def semer(racine: Path, siren: str, temoin: str) -> None:
    ecrire = chemins.ecrire
    for nom in ("territoire.yaml", "recus/mairie.csv", "annotes/x.csv", "t0/1/t0.json", "suivi/suivi-2028.csv", f"recus/{temoin}.csv"):
        ecrire(racine / "territoires" / siren / nom, f"{siren} {temoin}" if not nom.endswith("json") else json.dumps([siren, temoin]))
    for nom in ("resultats.json", "consultant/resultats.json"):
        ecrire(racine / "outputs" / siren / nom, resultats(siren, temoin))
    ecrire(racine / "outputs" / siren / "actes" / "convention.txt", temoin)
    ecrire(racine / "outputs" / f".{siren}.abc.part" / "index.html", temoin)
    ecrire(racine / "tmp" / f"mutunb-{siren}" / "carnet.ipynb", json.dumps([siren, temoin]))


def lancer(*arguments: str, saisie: str = "") -> object:
    return CliRunner().invoke(principal, ["purger", *arguments], input=saisie)


def test_apres_la_purge_le_temoin_n_est_plus_nulle_part(maison: Path) -> None:
    (maison / "outputs" / ".lot-20260115-1000.json.x.part").write_text(CANARI)
    assert len(inspection.ou_se_lit(CANARI, maison)) > 12  # le témoin était bien partout
    voisins = inspection.ou_se_lit(VOISIN, maison)
    bilan = lancer(PURGE, "--oui")
    assert bilan.exit_code == 0, bilan.output
    assert f"territoires/{PURGE}" in bilan.output and "ko" in bilan.output
    assert inspection.ou_se_lit(CANARI, maison) == []
    assert inspection.ou_se_lit(PURGE, maison) == []
    assert inspection.ou_se_lit(VOISIN, maison) == voisins  # rien d'autre n'a bougé


def test_le_rapport_et_le_portefeuille_restent_justes(maison: Path) -> None:
    lancer(PURGE, "--oui")
    rapport = json.loads(next((maison / "outputs").glob("lot-2026*.json")).read_text())
    assert rapport["demandees"] == len(rapport["taches"]) == 1 and rapport["sorts"] == {"echec": 1}
    assert "1 échec" in next((maison / "outputs").glob("lot-2026*.txt")).read_text().replace("\u00a0", " ")
    assert list(portefeuille.reunir(maison / "outputs").table["siren"]) == [GARDE]
    lancer(GARDE, "--oui")
    assert not list((maison / "outputs").glob("portefeuille*")) and not (maison / "outputs" / "index.html").exists()


def test_un_rapport_illisible_ne_garde_pas_le_client(maison: Path) -> None:
    rapport = next((maison / "outputs").glob("lot-2026*.json"))
    rapport.write_text(rapport.read_text()[:-20])
    assert lancer(PURGE, "--oui").exit_code == 0
    assert inspection.ou_se_lit(CANARI, maison) == []


@pytest.mark.parametrize("saisie", ["..", "../247900798", "247900798/..", "", "24790079", "2479007980", "*", "24790079٨", "247900798\0", "/"])
def test_un_siren_mal_forme_n_efface_rien(maison: Path, saisie: str) -> None:
    avant = inspection.fichiers(maison)
    with pytest.raises(ErreurUsage):
        purge.prevoir(saisie)
    bilan = lancer("--oui", "--", saisie)
    assert bilan.exit_code == 2 and "Traceback" not in bilan.output
    assert inspection.fichiers(maison) == avant


def test_sans_confirmation_rien_n_est_efface(maison: Path) -> None:
    avant = inspection.fichiers(maison)
    for saisie in ("", "non\n", f"{GARDE}\n"):
        assert lancer(PURGE, saisie=saisie).exit_code != 0
    assert inspection.fichiers(maison) == avant
    assert lancer(PURGE, saisie=f"{PURGE}\n").exit_code == 0
    assert inspection.ou_se_lit(CANARI, maison) == []


def test_un_lien_symbolique_ne_fait_pas_sortir(maison: Path) -> None:
    dehors = maison / "dehors"
    chemins.ecrire(dehors / "precieux.txt", "à garder")
    (maison / "territoires" / PURGE / "recus" / "lien").symlink_to(dehors)
    (maison / "outputs" / PURGE).rename(maison / "ailleurs")
    (maison / "outputs" / PURGE).symlink_to(maison / "ailleurs")
    bilan = lancer(PURGE, "--oui")
    assert bilan.exit_code == 0 and "le lien seulement" in bilan.output
    assert (dehors / "precieux.txt").read_text() == "à garder"
    assert (maison / "ailleurs" / "resultats.json").exists()
    assert not (maison / "outputs" / PURGE).is_symlink()


def test_une_trace_hors_de_sa_racine_est_refusee(tmp_path: Path) -> None:
    (tmp_path / "racine").mkdir()
    for chemin in (tmp_path / "racine", tmp_path / "racine" / "..", tmp_path / "racine" / "a" / "b", tmp_path):
        with pytest.raises(ErreurDonnees):
            effacement.effacer(effacement.Trace(chemin, 0, 0), tmp_path / "racine")
    assert (tmp_path / "racine").is_dir()


def test_sans_controle_du_siren_la_purge_sortirait(maison: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Protection retirée : « .. » désigne alors la maison entière, ce que le contrôle empêche."""
    monkeypatch.setattr(effacement, "exiger_siren", lambda saisie: saisie)
    prevue = purge.prevoir("..")
    assert any(trace.chemin.resolve() == maison for _, trace in prevue.traces)
    with pytest.raises(ErreurDonnees):  # la seconde barrière tient encore
        purge.purger(prevue)
    assert (maison / "territoires" / GARDE).is_dir()


def test_rien_a_effacer_se_dit(maison: Path) -> None:
    (maison / "outputs" / "index.html").unlink()
    (maison / "outputs" / "portefeuille.parquet").unlink()
    bilan = lancer("200069052", "--oui")
    assert bilan.exit_code == 0 and "Aucune trace" in bilan.output
