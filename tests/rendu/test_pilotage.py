"""Ce que le pilotage montre : masques, phrases, figures, synthèse, communication ; avec et sans suivi."""

from __future__ import annotations

import dataclasses

import docx
import pytest

from mutunb.actes.redaction import Acte, composer
from mutunb.calculs import constats_bilan, constats_suivi
from mutunb.calculs.bilan_annuel import dresser_bilan
from mutunb.calculs.compte_rendu import rubriques
from mutunb.calculs.paragraphes import en_clair
from mutunb.calculs.tableau_de_bord import dresser_tableau_de_bord
from mutunb.calculs.tableaux_bilan import tableau_ecarts
from mutunb.dossier import ouvrir
from mutunb.rendu import figures_pilotage as figures
from mutunb.rendu.synthese_pilotage import communication, synthese_pilotage
from mutunb.rendu.texte import en_affichage
from tests.fabrique_exercices import FINANCES, exercice, suivi

PHRASES_BILAN = [n for n in dir(constats_bilan) if n.startswith("bilan_") and n != "bilan_annuel"]
PHRASES_SUIVI = [n for n in dir(constats_suivi) if n.startswith("suivi_")]


@pytest.fixture(scope="module")
def fictif():
    return ouvrir("999999998")


@pytest.fixture(scope="module")
def mauvaise_annee(fictif):
    return dresser_bilan(dresser_tableau_de_bord(fictif, 2029))


@pytest.fixture(scope="module")
def sans_suivi():
    return dresser_bilan(dresser_tableau_de_bord(ouvrir("247900798")))


@pytest.mark.parametrize("nom", PHRASES_BILAN)
def test_chaque_phrase_du_bilan_dit_quelque_chose(nom, mauvaise_annee, sans_suivi):
    for bilan in (mauvaise_annee, sans_suivi):
        lignes = getattr(constats_bilan, nom)(bilan)
        assert lignes and not any("nan" in ligne.lower().split() or "None" in ligne for ligne in lignes)


@pytest.mark.parametrize("nom", PHRASES_SUIVI)
def test_chaque_phrase_du_tableau_de_bord_dit_quelque_chose(nom, mauvaise_annee, sans_suivi):
    for bilan in (mauvaise_annee, sans_suivi):
        assert getattr(constats_suivi, nom)(bilan.bord)


def test_un_suivi_vide_ne_casse_rien(fictif):
    bilan = dresser_bilan(dresser_tableau_de_bord(dataclasses.replace(fictif, suivi=suivi(exercice(2028)))))
    for nom in PHRASES_BILAN:
        assert getattr(constats_bilan, nom)(bilan)
    for nom in PHRASES_SUIVI:
        assert getattr(constats_suivi, nom)(bilan.bord)
    assert len(synthese_pilotage(bilan).elements[0]["chiffres"]) == 5 and communication(bilan).html
    assert figures.bilan_trajectoire(bilan) is figures.bilan_ecarts(bilan) is figures.suivi_groupes(bilan.bord) is None


def test_l_effet_d_une_seule_commune_ne_se_lit_pas(fictif, mauvaise_annee, monkeypatch):
    tableau = tableau_ecarts(mauvaise_annee)
    rang = tableau.donnees["fonction"].tolist().index("Comptabilité et finances")  # Les Essarols entre en juillet
    assert tableau.est_masquee(rang, "perimetre") and tableau.est_masquee(rang, "volume")
    assert not tableau.est_masquee(rang, "activite")
    ecart = next(e for e in mauvaise_annee.ecarts if e.fonction == FINANCES)
    assert set(constats_bilan.effets_montrables(mauvaise_annee, ecart)) == {"activite", "inflation", "prix"}
    alt = figures.bilan_ecarts(mauvaise_annee).alt
    assert "Comptabilité et finances, périmètre et volume" in alt and "Comptabilité et finances, volume" not in alt
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    assert set(constats_bilan.effets_montrables(mauvaise_annee, ecart)) == {"perimetre", "volume", "inflation", "prix"}


def test_synthese_cinq_chiffres_trois_constats_une_decision(mauvaise_annee, sans_suivi):
    for bilan in (mauvaise_annee, sans_suivi):
        element = synthese_pilotage(bilan).elements[0]
        assert element["genre"] == "synthese" and len(element["chiffres"]) == 5 and len(element["constats"]) == 3
        assert element["decision"] and all(element["constats"]) and "**" not in "".join(element["constats"])


def test_la_satisfaction_sans_taux_n_apparait_nulle_part(mauvaise_annee):
    notes = mauvaise_annee.bord.indicateurs
    cachee = notes[notes["indicateur"].eq("FIN_07")].iloc[0]
    assert cachee["reserve"].startswith("n.d. : taux de réponse manquant")
    assert any("taux de réponse manquant" in ligne for ligne in constats_suivi.suivi_satisfaction(mauvaise_annee.bord))


def test_la_communication_a_les_memes_phrases_en_page_et_en_acte(fictif, mauvaise_annee, tmp_path, sans_suivi):
    page = communication(mauvaise_annee)
    octets, points = composer(mauvaise_annee.bord.projet, Acte("communication_annuelle", "essai.docx"))
    chemin = tmp_path / "essai.docx"
    chemin.write_bytes(octets)
    acte = "\n".join(p.text for p in docx.Document(str(chemin)).paragraphs)
    assert points and "exercice 2029" in acte  # le dernier exercice clos, et non la prévision 2030
    for titre, phrases in rubriques(mauvaise_annee):
        assert titre in acte and titre.split("'")[0] in page.html
        assert all(phrase in acte.replace("\u202f", "\u00a0") for phrase in phrases if "n.d." not in phrase), titre
    assert "Rien n'est encore à présenter" in communication(sans_suivi).markdown and rubriques(sans_suivi) == []


def test_un_texte_de_donnees_reste_inerte():
    markdown = en_affichage(["- Alpha <script> : **gras** [lien](x)", "suite"]).markdown
    assert "**gras**" in markdown and "\\<script\\>" in markdown and "\\[lien\\]" in markdown
    assert en_clair("- **Alpha** : x") == "Alpha : x"
