"""Shapley : aéroport et jeux à trois refaits à la main, axiomes, estimation à graine."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.coalitions import depuis_table, lire_jeu
from mutunb.calculs import coeur
from mutunb.calculs.shapley import estimer_shapley, valeur_shapley
from mutunb.erreurs import ErreurDonnees
from tests.calculs.jeux_de_couts import TROIS, VIDE, aeroport, services, tables


def test_aeroport_se_refait_a_la_main():
    # Chaque tronçon de piste se partage entre les avions qui l'emploient : 12/3, puis 8/2, puis 13
    assert valeur_shapley(aeroport({"A": 12, "B": 20, "C": 33})) == pytest.approx({"A": 4, "B": 8, "C": 21})


def test_trois_joueurs_ordre_par_ordre():
    # A : 60 en premier (2 ordres sur 6), 20 après B, 50 après C, 25 en dernier (2 sur 6) → (120 + 20 + 50 + 50) / 6
    assert valeur_shapley(TROIS) == pytest.approx({"A": 40, "B": 40, "C": 55})


def test_shapley_peut_etre_hors_du_coeur():
    # Les gants : A seule possède ce qui manque à B et à C ; le cœur n'a qu'un point, où A prend toute l'économie
    couts = {"A": 1, "B": 1, "C": 1, "AB": 1, "AC": 1, "BC": 2, "ABC": 2}
    parts = valeur_shapley(couts)
    assert parts == pytest.approx({"A": 1 / 3, "B": 5 / 6, "C": 5 / 6})
    test = coeur.tester_coeur(couts, parts)
    assert not test.stable and set(test.lesees["coalition"]) == {("A", "B"), ("A", "C")}
    assert coeur.tester_coeur(couts, {"A": 0, "B": 1, "C": 1}).stable


@given(tables())
def test_efficacite(jeu):
    assert sum(valeur_shapley(jeu).values()) == pytest.approx(jeu.total, abs=1e-9)


@given(tables(4), st.data())
def test_symetrie_et_joueur_neutre(jeu, tirage):
    # ajoute un jumeau au dernier joueur (le groupe paie pareil avec l'un ou l'autre), puis un joueur qui n'ajoute rien
    cout = lambda s: jeu.cout([j for j in s if j in jeu.joueurs])  # noqa: E731
    dernier = jeu.joueurs[-1]
    jumeau = lire_jeu(lambda s: cout({dernier if j == "jumeau" else j for j in s}), [*jeu.joueurs, "jumeau"])
    assert valeur_shapley(jumeau)["jumeau"] == pytest.approx(valeur_shapley(jumeau)[dernier], abs=1e-9)
    ajout = tirage.draw(st.integers(0, 50))
    neutre = lire_jeu(lambda s: cout(s) + ajout * ("neutre" in s), [*jeu.joueurs, "neutre"])
    valeurs = valeur_shapley(neutre)
    assert valeurs["neutre"] == pytest.approx(ajout, abs=1e-9)
    assert {j: valeurs[j] for j in jeu.joueurs} == pytest.approx(valeur_shapley(jeu), abs=1e-9)


@given(tables(4), st.randoms(use_true_random=False))
def test_additivite(jeu, hasard):
    autre = depuis_table([0, *(hasard.randint(0, 100) for _ in jeu.table[1:])], jeu.joueurs)
    somme = depuis_table(jeu.table + autre.table, jeu.joueurs)
    un, deux = valeur_shapley(jeu), valeur_shapley(autre)
    assert valeur_shapley(somme) == pytest.approx({j: un[j] + deux[j] for j in jeu.joueurs}, abs=1e-9)


@given(st.lists(st.integers(1, 100), min_size=2, max_size=6))
def test_dans_le_coeur_quand_les_couts_sont_sous_modulaires(longueurs):
    couts = aeroport({f"J{i}": longueur for i, longueur in enumerate(longueurs)})
    assert coeur.tester_coeur(couts, valeur_shapley(couts)).stable


def test_l_estimation_encadre_le_calcul_exact_et_ferme():
    jeu = lire_jeu(lambda s: math.sqrt(sum(s)), [1, 2, 3, 5, 8, 13, 21])
    exact, estime = valeur_shapley(jeu), estimer_shapley(jeu, tirages=4_000, exact_jusqu_a=0)
    assert not estime.exact and estime.tirages == 4_000
    assert sum(estime.valeurs_eur.values()) == pytest.approx(jeu.total)
    ecarts = [abs(estime.valeurs_eur[j] - exact[j]) / estime.erreurs_types_eur[j] for j in jeu.joueurs]
    assert max(ecarts) < 4 and min(estime.erreurs_types_eur.values()) > 0


@given(services(6), st.integers(0, 10), st.randoms(use_true_random=False))
def test_meme_graine_meme_resultat_quel_que_soit_l_ordre_des_noms(jeu, graine, hasard):
    melange = list(jeu.joueurs)
    hasard.shuffle(melange)
    permute = lire_jeu(lambda s: jeu.cout(s), melange)
    un, deux, autre = (estimer_shapley(j, tirages=50, graine=graine, exact_jusqu_a=0) for j in (jeu, jeu, permute))
    assert un.valeurs_eur == deux.valeurs_eur
    assert autre.valeurs_eur == pytest.approx(un.valeurs_eur)


def test_exacte_jusqu_a_seize_puis_refusee():
    jeu = lire_jeu(lambda s: float(len(s) > 0), range(17))
    with pytest.raises(ErreurDonnees, match="estimer_shapley"):
        valeur_shapley(jeu)
    assert estimer_shapley(jeu, tirages=100).exact is False
    assert estimer_shapley(VIDE).exact and estimer_shapley(VIDE).valeurs_eur == pytest.approx({"A": 40, "B": 40, "C": 40})
    with pytest.raises(ErreurDonnees, match="2 au moins"):
        estimer_shapley(jeu, tirages=1)


def test_une_table_non_sous_additive_ne_fait_pas_planter():
    assert valeur_shapley({"A": 10, "B": 20, "AB": 50}) == {"A": 20, "B": 30}
    assert np.isfinite(list(valeur_shapley({"A": 0, "B": 0, "AB": 0}).values())).all()
