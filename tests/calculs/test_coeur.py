"""Cœur : exemples refaits à la main, centime des deux côtés, cœur vide, mélange de clés, test partiel au-delà de douze."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mutunb.calculs.coalitions import Jeu, depuis_table, membres_des_masques
from mutunb.calculs.coalitions_testees import choisir_coalitions
from mutunb.calculs import coeur
from mutunb.calculs.coeur import contraintes_individuelles, intervalle_lambda
from mutunb.calculs.coeur_etendue import effort_minimal, etendre_coeur
from mutunb.calculs.fonction_cout import FonctionCout
from mutunb.erreurs import ErreurDonnees
from tests.calculs.jeux_de_couts import TROIS, VIDE, services, tables


def test_coalitions_lesees_triees_et_minimales():
    test = coeur.tester_coeur(TROIS, {"A": 70, "B": 55, "C": 10})
    # A seule : 70 − 60 = 10 ; A et B : 125 − 80 = 45 ; les autres groupes paient moins que sans les autres
    assert test.lesees[["coalition", "exces_eur", "minimale"]].values.tolist() == [[("A", "B"), 45, False], [("A",), 10, True]]
    assert not test.stable and not test.partiel and test.testees == 6
    assert test.minimales["coalition"].tolist() == [("A",)]
    assert test.lesees_avec("B")["coalition"].tolist() == [("A", "B")]


@pytest.mark.parametrize(("part", "stable"), [(60.0, True), (60.01, True), (60.011, False), (60.02, False)])
def test_un_centime_des_deux_cotes(part, stable):
    assert coeur.tester_coeur({"A": 60, "B": 40, "AB": 80}, {"A": part, "B": 80 - part}).stable is stable


def test_une_repartition_qui_ne_ferme_pas_n_est_pas_stable():
    test = coeur.tester_coeur(TROIS, {"A": 40, "B": 40, "C": 54})
    assert test.lesees.empty and test.ecart_total_eur == -1 and not test.stable


def test_parts_et_joueurs_doivent_se_repondre():
    with pytest.raises(ErreurDonnees, match="C, Z"):
        coeur.tester_coeur(TROIS, {"A": 1, "B": 1, "Z": 1})
    with pytest.raises(ErreurDonnees, match="pas un zéro"):
        coeur.tester_coeur(TROIS, {"A": 1, "B": 1, "C": float("nan")})


@given(tables(), st.lists(st.integers(-50, 150), min_size=5, max_size=5))
def test_meme_verdict_qu_une_boucle_naive(jeu, valeurs):
    parts = dict(zip(jeu.joueurs, valeurs, strict=False))
    lesees = {}
    for membres in membres_des_masques(np.arange(1, (1 << jeu.nombre) - 1), jeu.nombre):
        noms = jeu.noms(membres)
        exces = sum(parts[j] for j in noms) - jeu.cout(noms)
        if exces > 0.01:
            lesees[noms] = exces
    test = coeur.tester_coeur(jeu, parts)
    assert dict(zip(test.lesees["coalition"], test.lesees["exces_eur"], strict=True)) == pytest.approx(lesees)
    minimales = {c for c in lesees if not any(set(d) < set(c) for d in lesees)}
    assert set(test.minimales["coalition"]) == minimales
    assert test.lesees["exces_eur"].is_monotonic_decreasing


@given(services(5), st.randoms(use_true_random=False))
def test_permuter_les_noms_ne_change_rien(jeu, hasard):
    parts = {j: 10_000.0 * i for i, j in enumerate(jeu.joueurs)}
    ordre = list(jeu.joueurs)
    hasard.shuffle(ordre)
    permute = jeu.restreint(jeu.joueurs)
    places = [jeu.joueurs.index(j) for j in ordre]
    masques = membres_des_masques(np.arange(1 << jeu.nombre), jeu.nombre)
    table = [jeu.couts(np.array([[m[ordre.index(j)] for j in jeu.joueurs]]))[0] for m in masques]
    permute = depuis_table(table, ordre)
    assert len(places) == permute.nombre
    un, deux = coeur.tester_coeur(jeu, parts), coeur.tester_coeur(permute, parts)
    assert {frozenset(c) for c in un.lesees["coalition"]} == {frozenset(c) for c in deux.lesees["coalition"]}


def test_contraintes_individuelles_des_deux_cotes():
    table = contraintes_individuelles(TROIS, {"A": 60, "B": 61, "C": 14}).set_index("joueur")
    assert table["paie_plus_que_seul"].to_dict() == {"A": False, "B": True, "C": False}
    assert table["propre_eur"].to_dict() == {"A": 25, "B": 25, "C": 55}
    assert table["paie_moins_que_son_cout_propre"].to_dict() == {"A": False, "B": False, "C": True}


def test_etendue_refaite_a_la_main():
    # C doit 135 − 80 = 55 au moins et 60 au plus ; A (et B) 135 − 110 = 25 au moins, et 80 − 25 = 55 au plus
    etendue = etendre_coeur(TROIS)
    assert not etendue.vide and etendue.effort_eur == 0
    assert etendue.intervalles.set_index("joueur").round(4).values.tolist() == [[25, 55], [25, 55], [55, 60]]
    assert etendue.marge_eur == pytest.approx(2.5)  # C seule et (A, B) : (60 + 80 − 135) / 2


def test_coeur_vide_et_effort_minimal():
    # 3 × 2 × 40 = 240 pour 3 × 70 = 210 : chaque paire doit accepter (240 − 210) / 3 = 10 de plus
    etendue = etendre_coeur(VIDE)
    assert etendue.vide and etendue.effort_eur == 10 and etendue.intervalles["min_eur"].isna().all()
    assert effort_minimal(VIDE) == 10


@given(tables(4))
@settings(deadline=None)
def test_l_effort_et_les_intervalles_disent_vrai(jeu):
    etendue, effort = etendre_coeur(jeu), effort_minimal(jeu)
    assert etendue.vide == (effort > 0.01)
    if etendue.vide:
        return
    for rang, ligne in enumerate(etendue.intervalles.itertuples()):
        assert ligne.min_eur <= ligne.max_eur + 1e-4
        assert ligne.max_eur <= jeu.seuls[rang] + 0.02
        assert ligne.min_eur >= jeu.total - jeu.sans_lui[rang] - 0.02


def test_melange_de_deux_cles_refait_a_la_main():
    couts = {"A": 60, "B": 40, "AB": 80}
    # A paie 80λ, B 80(1−λ) : 80λ ≤ 60 et 80(1−λ) ≤ 40, donc λ entre 0,5 et 0,75
    assert intervalle_lambda(couts, {"A": 80, "B": 0}, {"A": 0, "B": 80}, tolerance_eur=0) == (0.5, 0.75)
    assert intervalle_lambda(couts, {"A": 80, "B": 0}, {"A": 70, "B": 10}) is None
    assert intervalle_lambda(couts, {"A": 50, "B": 30}, {"A": 55, "B": 25}) == (0, 1)
    assert intervalle_lambda(couts, {"A": 50, "B": 30}, {"A": 50, "B": 20}) is None  # la seconde ne ferme pas


@given(services(5), st.floats(0, 1))
def test_l_intervalle_de_melange_separe_le_stable_de_l_instable(jeu, melange):
    egale = dict.fromkeys(jeu.joueurs, jeu.total / jeu.nombre)
    inegale = {j: jeu.total * (i + 1) / sum(range(jeu.nombre + 1)) for i, j in enumerate(jeu.joueurs)}
    bornes = intervalle_lambda(jeu, egale, inegale)
    stable = coeur.tester_coeur(jeu, {j: melange * egale[j] + (1 - melange) * inegale[j] for j in jeu.joueurs}).stable
    dedans = bornes is not None and bornes[0] - 1e-9 <= melange <= bornes[1] + 1e-9
    au_bord = bornes is not None and min(abs(melange - b) for b in bornes) < 1e-6
    assert stable == dedans or au_bord


def grand_service(nombre: int) -> Jeu:
    charges = {f"C{i:02d}": 0.05 + 0.03 * (i % 9) for i in range(nombre)}
    return FonctionCout(charges, 50_000, 8_000, continuite_etp=1).jeu()


def egale(jeu: Jeu) -> dict:
    return dict.fromkeys(jeu.joueurs, jeu.total / jeu.nombre)


def test_jusqu_a_douze_tout_est_eprouve_au_dela_le_test_est_dit_partiel():
    douze, treize = grand_service(12), grand_service(13)
    complet, partiel = coeur.tester_coeur(douze, egale(douze)), coeur.tester_coeur(treize, egale(treize))
    assert complet.testees == 4094 and not complet.partiel
    assert partiel.partiel and partiel.testees < 2**13 - 2 and "graine" in partiel.methode


def test_le_test_partiel_trouve_le_groupe_qui_a_le_plus_a_gagner():
    jeu = grand_service(16)
    parts = egale(jeu)
    entier = coeur.tester_coeur(jeu, parts, coalitions=choisir_coalitions(jeu, toutes_jusqu_a=16))
    partiel = coeur.tester_coeur(jeu, parts)
    assert partiel.partiel and not entier.partiel
    assert partiel.exces_max_eur == pytest.approx(entier.exces_max_eur, rel=0.05)
    assert partiel.exces_max_eur <= entier.exces_max_eur + 1e-6


def test_meme_graine_memes_coalitions():
    jeu = grand_service(40)
    un, deux, autre = (choisir_coalitions(jeu, graine=g) for g in (1, 1, 2))
    assert (un.membres == deux.membres).all()
    assert un.membres.shape != autre.membres.shape or (un.membres != autre.membres).any()


def test_quatre_vingt_dix_communes_restent_rapides():
    jeu = grand_service(90)
    debut = time.perf_counter()
    tests = coeur.tester_cles(jeu, {"egale": egale(jeu)})
    etendue = etendre_coeur(jeu, avec_intervalles=False)
    assert tests["egale"].partiel and etendue.partiel
    assert time.perf_counter() - debut < 10


def test_deux_joueurs_et_un_seul():
    assert coeur.tester_coeur({"A": 5}, {"A": 5}).stable
    assert etendre_coeur({"A": 5}).intervalles.values.tolist() == [["A", 5, 5]]
