"""Le lot : tous les territoires, un échec n'arrête rien, et une reprise finit sur les mêmes octets."""

from __future__ import annotations

import datetime
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.execution import commande_lot, zygote
from mutunb.execution.commande import Commande
from mutunb.execution.lot import Lot, lancer
from mutunb.execution.moteur import Delais
from tests.execution import fabrique_carnets as fabrique

SIRENS = ("247900798", "244600573", "200069052")
JOUR = datetime.date(2026, 1, 15)
lent = pytest.mark.lent
rapide = pytest.mark.skipif(not zygote.possible(), reason="ce système ne dédouble pas ses processus : pas de moteur rapide")
#: s'arrête, échoue ou traîne selon ce que demande le fichier « ordre-SIREN » du projet d'essai
OBEISSANT = """
import os, pathlib, signal, time
from mutunb.erreurs import ErreurDonnees
ordre = pathlib.Path(os.environ["MUTUNB_RACINE"], f"ordre-{territoire}")
mot = ordre.read_text() if ordre.exists() else ""
if mot == "mourir": os.kill(os.getpid(), signal.SIGKILL)
if mot == "tuer l'ouvrier": os.kill(int(pathlib.Path(f"/proc/{os.getppid()}/status").read_text().split("PPid:")[1].split()[0]), signal.SIGKILL); time.sleep(30)
if mot == "refuser": raise ErreurDonnees("Les comptes de ce territoire manquent.")
if mot == "traîner": time.sleep(60)
time.sleep(float(mot) if mot[:1].isdigit() else 0)
"""


@pytest.fixture
def racine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    carnet = fabrique.carnet(
        fabrique.parametres(),
        fabrique.code("print('début', territoire)"),
        fabrique.code(OBEISSANT),
        fabrique.code(fabrique.montrer({"text/html": "<p>vu</p>", fabrique.TYPE_RESULTATS: [fabrique.indicateur()]})),
    )
    projet = fabrique.projet(tmp_path / "projet", {"11_effectifs_et_couts": carnet})
    monkeypatch.setenv("MUTUNB_RACINE", str(projet))
    for nom in ("MUTUNB_DONNEES", "MUTUNB_SORTIES", "MUTUNB_TERRITOIRES"):
        monkeypatch.delenv(nom, raising=False)
    return projet


def ordonner(racine: Path, siren: str, mot: str) -> None:
    (racine / f"ordre-{siren}").write_text(mot)


def lot(racine: Path, **options: object) -> Lot:
    reglages = Commande(sorties=racine / "outputs", edition=JOUR, delais=Delais(20, 20))
    return Lot(**{"sirens": SIRENS, "commande": reglages, "processus": 2, "delai_tache_s": 60, **options})


def contenus(sorties: Path) -> Mapping[str, bytes]:
    """Octets de chaque livrable ; du manifeste, ce qui ne tient pas à l'horloge."""
    lus = {}
    for fichier in sorted(sorties.rglob("*")):
        if fichier.is_file() and not fichier.name.startswith("lot-"):
            octets = fichier.read_bytes()
            if fichier.name == "manifeste.json":
                bloc = json.loads(octets)["etapes"]["diagnostic"]
                octets = json.dumps({n: v for n, v in bloc.items() if n not in ("date", "carnets")}).encode()
            lus[str(fichier.relative_to(sorties))] = octets
    return lus


@lent
@rapide
def test_un_echec_n_arrete_pas_les_autres(racine: Path) -> None:
    ordonner(racine, SIRENS[0], "refuser")
    bilan = lancer(lot(racine))
    assert {i.siren: i.sort for i in bilan.issues} == {SIRENS[0]: "echec", SIRENS[1]: "produit", SIRENS[2]: "produit"}
    assert "Les comptes de ce territoire manquent." in bilan.echecs[0].phrase
    execute = json.loads((racine / "outputs" / SIRENS[0] / "carnets" / "11_effectifs_et_couts.ipynb").read_text())
    assert "début 247900798" in json.dumps(execute, ensure_ascii=False)
    rapport, texte = bilan.ecrire(racine / "outputs")
    assert json.loads(rapport.read_text())["sorts"] == {"echec": 1, "produit": 2}
    assert f"{SIRENS[0]}  diagnostic" in texte.read_text()


@lent
@rapide
def test_un_noyau_tue_un_ouvrier_tue_un_delai(racine: Path) -> None:
    for siren, mot in zip(SIRENS, ("mourir", "tuer l'ouvrier", "traîner"), strict=True):
        ordonner(racine, siren, mot)
    reglages = Commande(sorties=racine / "outputs", edition=JOUR, delais=Delais(3, 60))
    bilan = lancer(lot(racine, sirens=(*SIRENS, "242900314"), commande=reglages))
    phrases = {i.siren: i.phrase.replace("\u00a0", " ") for i in bilan.issues}
    assert "noyau de calcul s'est arrêté" in phrases[SIRENS[0]]
    assert "s'est arrêté deux fois" in phrases[SIRENS[1]]
    assert "délai de 3 secondes" in phrases[SIRENS[2]]
    assert {i.siren: i.sort for i in bilan.issues}["242900314"] == "produit"


@lent
@rapide
def test_reprendre_ne_refait_que_le_necessaire(racine: Path) -> None:
    lancer(lot(racine))
    sorts = lambda bilan: {i.siren: i.sort for i in bilan.issues}  # noqa: E731
    assert set(sorts(lancer(lot(racine, reprendre=True))).values()) == {"repris"}
    (racine / "outputs" / SIRENS[1] / "tableaux.xlsx").unlink()
    (racine / "outputs" / SIRENS[2] / "manifeste.json").unlink()
    assert sorts(lancer(lot(racine, reprendre=True))) == dict(zip(SIRENS, ("repris", "produit", "produit"), strict=True))
    carnet = racine / "notebooks" / "1_diagnostic" / "11_effectifs_et_couts.ipynb"
    carnet.write_text(carnet.read_text().replace("<p>vu</p>", "<p>revu</p>"))
    assert set(sorts(lancer(lot(racine, reprendre=True))).values()) == {"produit"}


@lent
@rapide
@pytest.mark.parametrize("cible", ["lanceur", "ouvrier"])
def test_tue_puis_repris_donne_les_memes_octets(racine: Path, cible: str) -> None:
    for siren in SIRENS:
        ordonner(racine, siren, "1")
    lancer(lot(racine))
    attendus = contenus(racine / "outputs")
    sorties = racine / "autres"
    (liste := racine / "liste.txt").write_text("\n".join(SIRENS))
    commande = [sys.executable, "-c", "from mutunb.cli import principal; principal()", "lot", "--liste", str(liste),
                "--sorties", str(sorties), "--processus", "1"]  # fmt: skip
    milieu = os.environ | {"PYTHONPATH": str(chemins.RACINE_PAQUET.parent), "MUTUNB_EDITION": str(JOUR)}
    lanceur = subprocess.Popen(commande, env=milieu, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    attendre(lambda: list(sorties.glob("*/resultats.json")))
    victimes = [lanceur.pid] if cible == "lanceur" else enfants(lanceur.pid)
    for pid in victimes:
        os.kill(pid, signal.SIGKILL)
    if cible == "ouvrier":
        lanceur.wait(120)
    else:
        lanceur.wait(10)
    bilan = lancer(lot(racine, commande=Commande(sorties=sorties, edition=JOUR, delais=Delais(300, 900)), reprendre=True))
    assert bilan.est_complet
    assert contenus(sorties).keys() == attendus.keys()
    assert [nom for nom, octets in contenus(sorties).items() if octets != attendus[nom]] == []


def attendre(condition: object, delai_s: float = 90) -> None:
    limite = time.monotonic() + delai_s
    while not condition():
        assert time.monotonic() < limite, "rien ne vient"
        time.sleep(0.05)


def enfants(pid: int) -> list[int]:
    return [int(enfant) for enfant in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_un_choix_de_territoires_et_un_seul() -> None:
    for choix in ((False, None, None), (True, "79", None)):
        with pytest.raises(ErreurUsage, match="un seul"):
            commande_lot.sirens(*choix, chemins.echantillon())


def test_une_liste_dit_toutes_ses_lignes_fautives(tmp_path: Path) -> None:
    (liste := tmp_path / "liste.txt").write_text("\ufeff247 900 798  # Thouars\n\nabc\n12345678\n247900798\n", encoding="utf-8")
    with pytest.raises(ErreurDonnees) as refus:
        commande_lot.sirens(False, None, liste, None)
    assert "ligne 3" in str(refus.value) and "ligne 4" in str(refus.value)
    liste.write_text("247 900 798  # Thouars\n\n# rien\n247900798\n01004\n".replace("01004\n", ""))
    assert commande_lot.sirens(False, None, liste, None) == ["247900798"]


def test_un_departement_et_tous(tmp_path: Path) -> None:
    assert "247900798" in commande_lot.sirens(False, "79", None, chemins.echantillon())
    assert len(commande_lot.sirens(True, None, None, chemins.echantillon())) == 15
    with pytest.raises(ErreurDonnees, match="Aucun EPCI"):
        commande_lot.sirens(False, "99", None, chemins.echantillon())
