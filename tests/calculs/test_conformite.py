"""Conformité : chaque réponse possible de la grille, les dates et bases légales qui la démentent, les échéances."""

import datetime

import pandas as pd
import pytest
from tests.fabrique import commune, dossier
from tests.fabrique_collecte import avec

from mutunb import referentiel
from mutunb.calculs.conformite import A_ETABLIR, NON, OUI, SANS_OBJET, examiner_conformite
from mutunb.calculs.tableaux_conformite import tableau_corrections, tableau_grille, tableau_mutualisations
from mutunb.dossier.questionnaire import questionnaire

JOUR = datetime.date(2025, 12, 31)


def examiner(**convention):
    etude = dossier([commune("A", 500, 1e5, 1e5), commune("B", 400, 1e5, 1e5)])
    ligne = {"forme": "sc", "fonction": "ressources_humaines", "porteur_siren": etude.territoire.siren} | convention
    return examiner_conformite(avec(etude, mutualisations=[ligne]), JOUR)


def reponse(controle, **convention):
    return examiner(**convention).reponses.set_index("controle").at[controle, "reponse"]


def test_aucune_convention():
    etude = dossier([commune("A", 500, 1e5, 1e5)])
    assert examiner_conformite(etude) is None
    assert [t(None) for t in (tableau_mutualisations, tableau_corrections, tableau_grille)] == [None] * 3


@pytest.mark.parametrize(
    ("conforme", "contraire", "attendue"),
    [("etat_annuel", None, OUI), (None, "etat_annuel", NON), (None, None, A_ETABLIR), ("etat_annuel", "etat_annuel", A_ETABLIR)],
)
def test_ce_que_le_questionnaire_declare(conforme, contraire, attendue):
    assert reponse("G7", conformite=conforme, non_conformite=contraire) == attendue


@pytest.mark.parametrize(
    ("controle", "forme", "fonction", "sans_objet"),
    [
        ("G4", "sc", "juridique", False),
        ("G4", "madd", "juridique", True),
        ("G8", "ps", "juridique", True),
        ("G9", "sc", "ressources_humaines", False),
        ("G9", "sc", "juridique", True),
        ("G13", "madi", "archives", False),
        ("G13", "sc", "archives", True),
        ("G14", "gcd", "achats", False),
        ("G14", "gc", "achats", True),
        ("G1", "inf", "achats", True),
    ],
)
def test_sans_objet_selon_l_instrument_et_la_fonction(controle, forme, fonction, sans_objet):
    assert (reponse(controle, forme=forme, fonction=fonction) == SANS_OBJET) is sans_objet


@pytest.mark.parametrize(("fin", "attendue"), [("2025-12-30", NON), ("2025-12-31", OUI), (None, OUI)])
def test_convention_echue_la_veille_de_l_examen(fin, attendue):
    fin = None if fin is None else pd.Timestamp(fin)
    assert reponse("G1", fin=fin, conformite="convention_signee") == attendue


@pytest.mark.parametrize(
    ("forme", "base", "attendue"),
    [
        ("sc", "CGCT L.5211-4-2", OUI),
        ("sc", "article L. 5211-4-1 du CGCT", NON),
        ("madd", "CGCT L5211-4-2", NON),
        ("madd", "CGCT L.5211-4-1 III", OUI),
        ("sc", "L.5211-4-1 et L.5211-4-2", OUI),
        ("ps", "CGCT L.5211-4-2", OUI),
    ],
)
def test_base_legale_citee(forme, base, attendue):
    assert reponse("G2", forme=forme, base_legale=base, conformite="base_legale") == attendue


def test_chaque_manque_a_son_remede_et_son_echeance():
    conformite = examiner(non_conformite="sortie;convention_signee")
    manques = conformite.manques
    assert manques["controle"].tolist() == ["G1", "G11"]
    assert manques["echeance"].tolist() == [datetime.date(2026, 3, 31), datetime.date(2026, 12, 31)]
    assert manques["remede"].tolist() == [referentiel.controles()[c].action for c in ("G1", "G11")]


def test_les_comptes_ferment_et_les_tableaux_se_montrent():
    conformite = examiner(conformite="convention_signee", non_conformite="tva")
    ligne = conformite.mutualisations.iloc[0]
    assert sum(ligne[r] for r in (OUI, NON, A_ETABLIR, SANS_OBJET)) == len(referentiel.controles())
    assert conformite.sans_terme == 1
    assert tableau_mutualisations(conformite).donnees["terme"].tolist() == ["sans terme"]
    assert len(tableau_grille(conformite).donnees) == 15 and len(tableau_corrections(conformite).donnees) == 1


def test_chaque_controle_correspond_a_un_point_du_questionnaire():
    points = questionnaire().feuille("mutualisations").champ("conformite").valeurs
    assert sorted(c.point for c in referentiel.controles().values()) == sorted(points)


def test_toute_forme_du_questionnaire_est_un_instrument():
    for forme in questionnaire().feuille("mutualisations").champ("forme").valeurs:
        assert examiner(forme=forme).mutualisations["forme"].iloc[0] == forme.upper()
