"""Les formulaires : ce qui s'enregistre est relu par ``mutunb.ouvrir`` et donne les mêmes chiffres en lot."""

from __future__ import annotations

import time
from pathlib import Path

import ipywidgets as W
import pytest
import yaml

import mutunb
from mutunb.calculs.modele_economique import modele_economique
from mutunb.calculs.priorites import hierarchiser
from mutunb.calculs.projet import projeter
from mutunb.formulaires import sujets
from mutunb.formulaires.base import Formulaire
from mutunb.formulaires.champs import champs
from mutunb.formulaires.hypotheses import van
from mutunb.formulaires.lot import Phrase, en_lot
from mutunb.referentiel.parametres import ModeleEconomique

SIREN, FICTIF = "247900798", "999999998"
HYPOTHESE = "encadrement_service"


@pytest.fixture(autouse=True)
def _a_l_ecran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUTUNB_LOT", "0")
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path))


def ouvert(sujet: str, siren: str = SIREN) -> Formulaire:
    formulaire = sujets.formulaire(sujet, mutunb.ouvrir(siren))
    formulaire.auteur.value, formulaire.motif.value = "Bureau", "décision du bureau"
    return formulaire


def enregistrer(formulaire: Formulaire) -> str:
    formulaire.enregistrer.click()
    assert 'role="alert"' in formulaire.message.value
    return formulaire.message.value


def test_les_hypotheses_enregistrees_donnent_les_memes_chiffres_en_lot(tmp_path: Path) -> None:
    formulaire = ouvert("hypotheses")
    avant = formulaire.avant_apres.value
    formulaire.choix.value = HYPOTHESE
    formulaire.nombres["central"].value = 7.0
    essayee = van(modele_economique(formulaire.modele.projet, hypotheses={HYPOTHESE: 7.0}))
    assert formulaire.avant_apres.value != avant and "Enregistré" in enregistrer(formulaire)
    relu = mutunb.ouvrir(SIREN)
    assert relu.hypotheses_propres == {HYPOTHESE} and relu.hypotheses[HYPOTHESE].motif == "décision du bureau"
    modele = modele_economique(projeter(relu))
    assert van(modele) == pytest.approx(essayee, abs=1e-6) and van(modele) != pytest.approx(van(modele_economique(projeter(mutunb.ouvrir("200069052")))))
    assert mutunb.deploiement.modele_economique(mutunb.deploiement.projet(relu)).facteurs.equals(modele.facteurs)


def test_revenir_a_la_reference_retire_du_dossier_sans_perdre_la_trace(tmp_path: Path) -> None:
    formulaire = ouvert("hypotheses")
    formulaire.choix.value = HYPOTHESE
    formulaire.nombres["haut"].value = 9.0
    enregistrer(formulaire)
    formulaire.revenir.click()
    formulaire.motif.value = ""
    assert "Enregistré" in enregistrer(formulaire)
    assert mutunb.ouvrir(SIREN).hypotheses_propres == frozenset()
    assert f"# {HYPOTHESE}:" in (tmp_path / SIREN / "hypotheses.yaml").read_text("utf-8")


def test_le_motif_est_exige_et_le_desordre_refuse(tmp_path: Path) -> None:
    formulaire = ouvert("hypotheses")
    formulaire.choix.value, formulaire.motif.value = HYPOTHESE, "  "
    formulaire.nombres["central"].value = 5.0
    assert "motif" in enregistrer(formulaire)
    formulaire.motif.value = "oui"
    formulaire.nombres["bas"].value = 6.0
    assert "ordre" in enregistrer(formulaire)
    assert not (tmp_path / SIREN).exists()


def test_ce_qui_etait_ecrit_demeure(tmp_path: Path) -> None:
    ecrit = "# à garder\ninflation:\n  bas: 1  # ici\n  central: 2\n  haut: 3\n  auteur: A\n  date: 2026-01-15\n  motif: m\n"
    fichier = tmp_path / SIREN / "hypotheses.yaml"
    fichier.parent.mkdir()
    fichier.write_text(ecrit, "utf-8")
    formulaire = ouvert("hypotheses")
    formulaire.choix.value = HYPOTHESE
    formulaire.nombres["central"].value = 5.0
    enregistrer(formulaire)
    assert fichier.read_text("utf-8").startswith(ecrit)
    assert mutunb.ouvrir(SIREN).hypotheses_propres == {"inflation", HYPOTHESE}


def test_les_poids_enregistres_classent_en_lot_comme_a_l_ecran() -> None:
    formulaire = ouvert("poids")
    formulaire.curseurs["poids_gain"].value = 0.0
    affiche = formulaire.classement().table
    enregistrer(formulaire)
    relu = mutunb.ouvrir(SIREN)
    assert hierarchiser(relu).table.equals(affiche) and projeter(relu).priorites.table.equals(affiche)
    defaut = mutunb.parametres("14_priorites", {"territoire": SIREN}).poids
    assert hierarchiser(relu, defaut).table.equals(affiche)
    assert hierarchiser(relu, {**defaut, "facilite": 0.9}).poids != hierarchiser(relu).poids
    formulaire.revenir.click()
    enregistrer(formulaire)
    assert mutunb.ouvrir(SIREN).decisions.priorites is None


def test_une_decision_enregistree_est_suivie_en_lot() -> None:
    formulaire = ouvert("decisions")
    formulaire.fonction.value = "comptabilite_finances"
    formulaire.commandes["cle"].value, formulaire.motif.value = "depense", "vote"
    assert "Dépense de fonctionnement (décidé)" in formulaire.avant_apres.value
    assert "Enregistré" in enregistrer(formulaire)
    choix = projeter(mutunb.ouvrir(SIREN)).choix["comptabilite_finances"]
    assert choix.cle == "depense" and choix.est_decide("cle") and not choix.est_decide("instrument")


def test_une_decision_que_le_lecteur_refuse_n_ecrit_rien(tmp_path: Path) -> None:
    formulaire = ouvert("decisions")
    formulaire.entites.value = (SIREN,)
    formulaire.motif.value = "seul"
    assert "deux entités" in enregistrer(formulaire)
    assert not (tmp_path / SIREN / "decisions.yaml").exists()


def test_l_exemple_livre_garde_ses_reponses_et_ses_decisions() -> None:
    avant = mutunb.ouvrir(FICTIF)
    formulaire = ouvert("poids", FICTIF)
    formulaire.curseurs["poids_gain"].value = 0.9
    enregistrer(formulaire)
    apres = mutunb.ouvrir(FICTIF)
    assert apres.decisions.fonctions == avant.decisions.fonctions and len(apres.sources) == len(avant.sources)
    assert apres.decisions.priorites.poids_gain == 0.9


def test_chaque_commande_a_son_libelle_et_repond_vite() -> None:
    for sujet in sujets.SUJETS:
        formulaire = ouvert(sujet)
        saisies = [c for c in formulaire.boite.children if not isinstance(c, W.HTML | W.Box)]
        assert saisies and all(c.description for c in saisies)
        formulaire.rafraichir()
        debuts = []
        for _ in range(3):
            debut = time.perf_counter()
            formulaire.rafraichir()
            debuts.append(time.perf_counter() - debut)
        assert min(debuts) < 0.2, sujet


def test_en_lot_aucun_composant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUTUNB_LOT", "1")
    avant = len(W.widget._instances)
    phrase = sujets.formulaire("decisions", mutunb.ouvrir(SIREN))
    assert isinstance(phrase, Phrase) and "decisions.yaml" in phrase.texte and len(W.widget._instances) == avant
    monkeypatch.delenv("MUTUNB_LOT")
    assert en_lot()  # ni noyau ni JupyterLab autour des tests


def test_les_champs_suivent_le_modele() -> None:
    lus = champs(ModeleEconomique)
    assert (lus["taux_actualisation"].minimum, lus["taux_actualisation"].maximum) == (0, 0.15)
    assert (lus["horizon_ans"].genre, lus["horizon_ans"].minimum, lus["horizon_ans"].maximum) == ("entier", 3, 15)


def test_l_ecriture_est_lisible(tmp_path: Path) -> None:
    formulaire = ouvert("poids")
    formulaire.curseurs["poids_gain"].value = 0.5
    enregistrer(formulaire)
    ecrit = yaml.safe_load((tmp_path / SIREN / "decisions.yaml").read_text("utf-8"))["priorites"]
    assert ecrit["poids_gain"] == 0.5 and ecrit["auteur"] == "Bureau" and ecrit["date"] is not None
