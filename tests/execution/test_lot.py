"""Le lot : tous les territoires, un échec n'arrête rien, et une reprise finit sur les mêmes octets."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import pytest

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.execution import commande_lot, zygote
from mutunb.execution.lot import lancer
from mutunb.execution.moteur import Delais
from tests.execution import fabrique_lot as fabrique
from tests.execution.fabrique_lot import SIRENS, lot, ordonner
from tests.execution.processus import descendants, enfants, survivants

lent = pytest.mark.lent
rapide = pytest.mark.skipif(not zygote.possible(), reason="ce système ne dédouble pas ses processus : pas de moteur rapide")
racine, attendus = fabrique.racine, fabrique.attendus


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
    bilan = lancer(lot(racine, sirens=(*SIRENS, "242900314"), processus=2, delais=Delais(3, 60)))
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
def test_tue_puis_repris_donne_les_memes_octets(racine: Path, attendus: Mapping[str, bytes], cible: str) -> None:
    for siren in SIRENS:
        ordonner(racine, siren, "2")
    lanceur = fabrique.lancer_commande(racine, "--processus", "1")
    fabrique.attendre(lambda: (racine / "outputs" / SIRENS[0] / "manifeste.json").is_file())
    lances = descendants(lanceur.pid)
    for pid in [lanceur.pid] if cible == "lanceur" else enfants(lanceur.pid):
        os.kill(pid, signal.SIGKILL)
    lanceur.wait(120)
    assert survivants(lances, 15) == []  # ni ouvrier, ni souche, ni carnet ne survit
    bilan = lancer(lot(racine, reprendre=True))
    assert bilan.est_complet
    assert {i.siren: i.sort for i in bilan.issues}[SIRENS[0]] == "repris"
    assert fabrique.ecarts(racine / "outputs", attendus) == []


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
        commande_lot.sirens(False, "2A", None, chemins.echantillon())
