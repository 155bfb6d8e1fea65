"""Les phrases des instruments : du français de consultant, sur un territoire complet, nu, en FA, en métropole."""

from __future__ import annotations

import datetime
import re
from dataclasses import replace

import pytest

import mutunb
from mutunb.calculs.projet import projeter
from mutunb.dossier.decisions import DecisionFonction, Decisions
from mutunb.rendu import phrases

FICTIF, REEL, FA, METROPOLE = "999999998", "247900798", "246700967", "242900314"
PHRASES = (
    phrases.projet_retenu, phrases.pourquoi_instruments, phrases.voies_et_cles, phrases.refus_du_projet, phrases.sorties,
    phrases.accords, phrases.decisions_client,
)  # fmt: skip


@pytest.fixture(scope="module")
def projets():
    return {siren: projeter(mutunb.ouvrir(siren)) for siren in (FICTIF, REEL, FA, METROPOLE)}


@pytest.mark.parametrize("siren", [FICTIF, REEL, FA, METROPOLE])
@pytest.mark.parametrize("phrase", PHRASES, ids=lambda f: f.__name__)
def test_une_phrase_se_lit(projets, siren, phrase):
    texte = phrase(projets[siren]).markdown
    assert texte and texte == texte.strip()
    assert not re.search(r"\bNone\b|\bnan\b|\{|\.\.| \.|True|False|_|\)\.\)", texte)


def test_le_fictif_dit_ce_que_le_client_a_change(projets):
    assert "2 modifient la recommandation et 1 la confirme" in phrases.decisions_client(projets[FICTIF]).markdown
    assert "Aucune décision" in phrases.decisions_client(projets[REEL]).markdown
    assert "CCAS d'Aubrelle" in phrases.pourquoi_instruments(projets[FICTIF]).markdown


def test_les_recommandations_vont_aux_resultats(projets):
    elements = phrases.pourquoi_instruments(projets[REEL]).elements
    assert [e["rang"] for e in elements] == list(range(1, 6)) and all(e["id"].startswith("instrument_") for e in elements)


def test_la_fiscalite_additionnelle_ne_parle_pas_d_imputer(projets):
    assert "Imputation impossible" in phrases.refus_du_projet(projets[FA]).markdown
    assert "révision libre" not in phrases.accords(projets[FA]).markdown
    assert "révision libre" in phrases.accords(projets[METROPOLE]).markdown


def test_une_decision_non_suivie_se_lit(projets):
    decision = DecisionFonction(mode_financier="ac", auteur="a", date=datetime.date(2026, 1, 1), motif="m")
    dossier = replace(projets[FA].dossier, decisions=Decisions(fonctions={"juridique": decision}))
    projet = projeter(dossier)
    assert "Décision non suivie" in phrases.pourquoi_instruments(projet).markdown
    assert "n'a pas pu être suivie" in phrases.decisions_client(projet).markdown


def test_tout_ecarter_se_dit(projets):
    refus = DecisionFonction(retenue=False, auteur="a", date=datetime.date(2026, 1, 1), motif="m")
    fonctions = dict.fromkeys(projets[REEL].choix, refus)
    projet = projeter(replace(projets[REEL].dossier, decisions=Decisions(fonctions=fonctions)))
    assert "Aucune fonction n'est retenue" in phrases.projet_retenu(projet).markdown
    assert not projet.choix
