"""Lois et tirages : moyennes exactes, graine, dépendance retrouvée, erreurs de tirage, refus expliqués, vitesse."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from mutunb.calculs.lois import Bernoulli, Discrete, LogNormale, Pert, Triangulaire, Uniforme
from mutunb.calculs.monte_carlo import erreur_type_probabilite, resumer, somme_triangulaires, tirer
from mutunb.erreurs import ErreurDonnees

LOIS = {
    "uniforme": (Uniforme(2, 6), 4),
    "triangulaire": (Triangulaire(0, 3, 9), 4),
    "pert": (Pert(0, 3, 9), 3.5),
    "log_normale": (LogNormale(100, 150), None),
    "bernoulli": (Bernoulli(0.3, 10), 3),
    "discrete": (Discrete((5, 0, 10), (0.5, 0.2, 0.3)), 5.5),
}


@pytest.mark.parametrize("nom", LOIS)
def test_la_moyenne_tiree_est_celle_de_la_loi(nom):
    loi, attendue = LOIS[nom]
    tires = tirer({"x": loi}, 200_000, graine=3)["x"]
    assert attendue is None or loi.moyenne == pytest.approx(attendue)
    assert tires.mean() == pytest.approx(loi.moyenne, abs=5 * tires.std() / np.sqrt(len(tires)))


def test_triangulaire_et_pert_ne_se_confondent_pas():
    assert Triangulaire(0, 3, 9).moyenne == 4
    assert Pert(0, 3, 9).moyenne == 3.5
    assert tirer({"x": Pert(0, 3, 9)}, 50_000)["x"].std() < tirer({"x": Triangulaire(0, 3, 9)}, 50_000)["x"].std()


def test_la_triangulaire_est_celle_de_scipy():
    rangs = np.linspace(0, 1, 101)
    assert Triangulaire(10, 12, 20).quantiles(rangs) == pytest.approx(stats.triang(0.2, loc=10, scale=10).ppf(rangs))


def test_la_log_normale_tient_sa_mediane_et_son_p90():
    assert LogNormale(100, 150).quantiles(np.array([0.5, 0.9])) == pytest.approx([100, 150])


@given(st.tuples(*[st.floats(-1e6, 1e6)] * 3).map(sorted))
@settings(deadline=None)
def test_les_tirages_restent_dans_les_bornes(bornes):
    bas, mode, haut = bornes
    for loi in (Uniforme(bas, haut), Triangulaire(bas, mode, haut), Pert(bas, mode, haut)):
        tires = tirer({"x": loi}, 200, graine=1)["x"]
        marge = 1e-6 * max(1.0, abs(bas), abs(haut))
        assert tires.min() >= bas - marge and tires.max() <= haut + marge


@given(st.integers(0, 2**31))
@settings(max_examples=20)
def test_meme_graine_meme_resultat(graine):
    bornes = [(0, 1, 5), (-3, 0, 1)]
    assert somme_triangulaires(bornes, 500, graine) == somme_triangulaires(bornes, 500, graine)


def test_une_autre_graine_change_les_tirages():
    assert somme_triangulaires([(0, 1, 5)], 500, 1).p50 != somme_triangulaires([(0, 1, 5)], 500, 2).p50


def test_somme_de_triangulaires_contre_la_moyenne_exacte():
    bornes = [(10, 20, 45), (-30, -10, -5), (0, 4, 8)]
    somme = somme_triangulaires(bornes, 200_000, graine=5)
    assert somme.moyenne == pytest.approx(25 - 15 + 4, abs=5 * somme.erreur_type_moyenne)
    assert somme.p10 < somme.p50 < somme.p90


def test_la_correlation_elargit_la_somme():
    bornes = [(0, 5, 10)] * 6
    seules, liees = somme_triangulaires(bornes, 50_000), somme_triangulaires(bornes, 50_000, correlation=0.8)
    assert liees.p90 - liees.p10 > 1.5 * (seules.p90 - seules.p10)


def test_la_copule_rend_la_correlation_demandee():
    lois = {"a": Uniforme(0, 1), "b": Triangulaire(0, 1, 5)}
    tires = tirer(lois, 100_000, correlations=[[1, 0.6], [0.6, 1]])
    rangs = stats.spearmanr(tires["a"], tires["b"]).statistic
    assert rangs == pytest.approx(6 / np.pi * np.arcsin(0.3), abs=0.01)


def test_facteur_commun_par_poids_et_signe():
    tires = tirer({"a": Uniforme(0, 1), "b": Uniforme(0, 1), "c": Uniforme(0, 1)}, 50_000, facteur_commun={"a": 0.9, "b": -0.9})
    assert np.corrcoef(tires["a"], tires["b"])[0, 1] < -0.7
    assert abs(np.corrcoef(tires["a"], tires["c"])[0, 1]) < 0.02


def test_correlation_parfaite():
    tires = tirer({"a": Uniforme(0, 1), "b": Uniforme(0, 2)}, 1_000, correlations=[[1, 1], [1, 1]])
    assert tires["b"] == pytest.approx(2 * tires["a"])


def test_resume_et_erreur_type():
    resume = resumer(np.array([-1.0] * 25 + [1.0] * 75))
    assert resume.probabilite_negative == 0.25
    assert resume.erreur_type == pytest.approx(np.sqrt(0.25 * 0.75 / 100))
    assert erreur_type_probabilite(0, 100) == erreur_type_probabilite(1, 100) == 0
    assert resumer(np.zeros(4)).probabilite_negative == 0  # zéro n'est pas négatif


@pytest.mark.parametrize("tirages", [[], [1.0, float("nan")], [float("inf")]])
def test_rien_a_resumer(tirages):
    with pytest.raises(ErreurDonnees, match="rien à résumer"):
        resumer(np.array(tirages))


@pytest.mark.parametrize(
    ("appel", "morceau"),
    [
        (lambda: Triangulaire(3, 2, 5), "ordre croissant"),
        (lambda: Pert(0, 1, float("nan")), "nombres finis"),
        (lambda: Uniforme(None, 1), "nombres finis"),
        (lambda: LogNormale(0, 5), "strictement positif"),
        (lambda: Bernoulli(1.1), "probabilité de 0 à 1"),
        (lambda: Discrete((1, 2), (0.5, 0.4)), "somme 1"),
        (lambda: Discrete((), ()), "autant de chaque"),
        (lambda: tirer({}), "une au moins"),
        (lambda: tirer({"a": Uniforme(0, 1)}, 0), "1 au moins"),
        (lambda: tirer({"a": Uniforme(0, 1)}, facteur_commun=1.2), "corrélation de 0 à 1"),
        (lambda: tirer({"a": Uniforme(0, 1)}, facteur_commun={"b": 0.1}), "b sans loi"),
        (lambda: tirer({"a": Uniforme(0, 1)}, correlations=[[2]]), "diagonale 1"),
        (lambda: tirer(dict.fromkeys("abc", Uniforme(0, 1)), correlations=[[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]), "impossibles"),
        (lambda: tirer({"a": Uniforme(0, 1)}, correlations=[[1]], facteur_commun=0.1), "l'un des deux"),
    ],
)
def test_refus_explique(appel, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        appel()


def test_cent_mille_tirages_bien_sous_la_seconde():
    debut = time.perf_counter()
    somme_triangulaires([(0, 1, 2)] * 10, 100_000, correlation=0.3)
    assert time.perf_counter() - debut < 1
