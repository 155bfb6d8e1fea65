"""Ce qu'un maire demande d'abord : une réponse courte, vraie pour ce projet, et où lire la suite."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import pytest

import mutunb
from mutunb.calculs.projet import projeter
from mutunb.calculs.repartitions import repartir_services
from mutunb.dossier.decisions import DecisionFonction, Decisions
from mutunb.rendu import phrases_maires as maires

FICTIF, REEL, FA, METROPOLE = "999999998", "247900798", "244600573", "242900314"


@pytest.fixture(scope="module")
def projets():
    return {siren: projeter(mutunb.ouvrir(siren)) for siren in (FICTIF, REEL, FA, METROPOLE)}


@pytest.fixture(scope="module")
def repartitions(projets):
    return {siren: repartir_services(projets[siren]) for siren in (FICTIF, REEL, METROPOLE)}


@pytest.mark.parametrize("siren", [FICTIF, REEL, FA, METROPOLE])
def test_cinq_questions_et_aucune_promesse(projets, siren):
    lignes = maires.questions_de_maire(projets[siren]).markdown.splitlines()
    assert len(lignes) == 5 and all(re.match(r"- \*\*[^*]+ \?\*\* ", ligne.replace("\u00a0", " ")) for ligne in lignes)
    texte = " ".join(lignes)
    assert "€" not in texte and not re.search(r"\bNone\b|\.\.|  ", texte)
    assert "22_repartition.ipynb" in texte and "23_personnel_et_calendrier.ipynb" in texte


def test_refuser_depend_de_la_forme(projets):
    assert "une commune qui refuse reste dehors" in maires.questions_de_maire(projets[REEL]).markdown
    confie = DecisionFonction(instrument="GCD", auteur="a", date=datetime.date(2026, 1, 1), motif="m")
    projet = projeter(replace(projets[REEL].dossier, decisions=Decisions(fonctions={"achats": confie})))
    assert projet.choix["achats"].instrument == "GCD"
    assert "Pas toujours : pour les achats, une majorité qualifiée" in maires.questions_de_maire(projet).markdown


def test_les_agents_selon_la_forme(projets):
    texte = maires.questions_de_maire(projets[REEL]).markdown
    assert "change d'employeur de plein droit" in texte and "pour les achats, aucun emploi n'est touché" in texte
    assert "pour les ressources humaines, personne ne change d'employeur" in texte


def test_sans_fonction_rien_a_repondre(projets):
    assert maires.questions_de_maire(replace(projets[REEL], choix={})) is None


def test_une_puce_par_service_et_trois_communes_au_plus(repartitions):
    lignes = maires.repartition_maires(repartitions[REEL]).markdown.splitlines()
    assert len(lignes) == len(repartitions[REEL].calculees)
    assert all(ligne.count("de moins par an") <= maires.MAIRES_CITES for ligne in lignes)
    assert "20\u00a0communes paieraient moins, seules : surtout " in lignes[0] and "36\u00a0k€ au lieu de 54\u00a0k€" in lignes[0]


def test_un_arrondi_qui_efface_l_ecart_ne_se_montre_pas(repartitions):
    texte = maires.repartition_maires(repartitions[METROPOLE]).markdown
    assert "en gardant leur service actuel" in texte
    assert not any(avant == apres for avant, apres in re.findall(r"([\d,]+\u00a0[kM]?€) au lieu de ([\d,]+\u00a0[kM]?€)", texte))
