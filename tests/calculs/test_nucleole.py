"""Nucléole : exemples publiés refaits à la main, force brute, cœur, variantes par tête, dégénérescences, vitesse."""

import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mutunb.calculs.coalitions import depuis_table, lire_jeu, membres_des_masques
from mutunb.calculs import coeur
from mutunb.calculs.coeur_etendue import effort_minimal
from mutunb.calculs.nucleole import detailler_nucleole, nucleole, prenucleole
from mutunb.erreurs import ErreurDonnees
from tests.calculs.jeux_de_couts import TROIS, VIDE, aeroport, prenucleole_force_brute, services, tables


def faillite(actif: int, creances: dict[str, int]):
    """Jeu de faillite (Aumann et Maschler, 1985), en coûts : un groupe obtient au moins ce que les autres lui laissent."""
    total = sum(creances.values())
    return lire_jeu(lambda s: -max(0, actif - (total - sum(creances[j] for j in s))), list(creances))


@pytest.mark.parametrize(
    ("actif", "attendu"),
    [(100, (Fraction(100, 3),) * 3), (200, (50, 75, 75)), (300, (50, 100, 150))],
)
def test_la_regle_du_talmud(actif, attendu):
    detail = detailler_nucleole(faillite(actif, {"A": 100, "B": 200, "C": 300}))
    assert tuple(-v for v in detail.valeurs_eur.values()) == attendu


def test_aeroport_se_refait_a_la_main():
    # Littlechild (1974) : le premier excès vaut min(12/(1+1)…) ; ici A et B paient 6, puis C le reste
    parts = nucleole(aeroport({"A": 12, "B": 20, "C": 33}))
    assert parts == {"A": 6, "B": 7, "C": 20}


def test_trois_joueurs_refait_a_la_main():
    # C seule et (A, B) se partagent 60 + 80 − 135 = 5 : excès −2,5, donc C paie 57,5 ; A et B, symétriques, 38,75
    detail = detailler_nucleole(TROIS)
    assert detail.valeurs_eur == {"A": Fraction(155, 4), "B": Fraction(155, 4), "C": Fraction(115, 2)}
    assert detail.etapes[0].exces == Fraction(-5, 2)
    assert set(detail.etapes[0].coalitions) == {("C",), ("A", "B")}


def test_coeur_vide_le_premier_exces_est_l_effort_minimal():
    detail = detailler_nucleole(VIDE)
    assert detail.etapes[0].exces == 10 == effort_minimal(VIDE)
    assert set(detail.valeurs_eur.values()) == {40}


def test_par_tete_refait_a_la_main():
    # c(AB) = 12 pour 12 à payer en tout avec C : excès par tête de {C} et de {A, B} égaux → (x − 6) = (12 − x − 9) / 2
    couts = {"A": 6, "B": 6, "C": 6, "AB": 9, "AC": 12, "BC": 12, "ABC": 12}
    assert nucleole(couts)["C"] == pytest.approx(4.5)
    assert nucleole(couts, par_tete=True)["C"] == pytest.approx(5)
    # {C} pèse 100 habitants, {A, B} 300 : (x − 6) / 100 = (12 − x − 9) / 300, donc x = 21/4
    assert nucleole(couts, par_tete={"A": 150, "B": 150, "C": 100})["C"] == pytest.approx(21 / 4)


def test_par_tete_demande_des_populations():
    for populations in ({"A": 1, "B": 1}, {"A": 1, "B": 1, "C": 0}):
        with pytest.raises(ErreurDonnees):
            nucleole(TROIS, par_tete=populations)


def test_rationalite_individuelle():
    # sans elle, B paierait plus que seul : c(AC) bas tire A et C, B supporte le reste
    couts = {"A": 10, "B": 10, "C": 10, "AB": 20, "AC": 2, "BC": 20, "ABC": 20}
    assert prenucleole(couts)["B"] > 10
    parts = nucleole(couts)
    assert parts["B"] == 10 and sum(parts.values()) == 20
    cher = detailler_nucleole({"A": 10, "B": 10, "AB": 30})
    assert cher.imputations_vides and set(cher.valeurs_eur.values()) == {15}


@given(tables(4))
@settings(deadline=None, max_examples=60)
def test_egal_au_prenucleole_par_force_brute(jeu):
    assert list(prenucleole(jeu).values()) == pytest.approx(prenucleole_force_brute(jeu).tolist(), abs=1e-4)


@given(tables(5, cout_max=3))
@settings(deadline=None)
def test_degenere_il_ferme_et_reste_symetrique(jeu):
    detail = detailler_nucleole(jeu)
    assert sum(detail.valeurs_eur.values()) == Fraction(jeu.total)
    exces = [e.exces for e in detailler_nucleole(jeu, individuel=False).etapes]
    assert all(a >= b for a, b in zip(exces, exces[1:], strict=False))


@given(services(6))
@settings(deadline=None)
def test_dans_le_coeur_des_qu_il_n_est_pas_vide(jeu):
    test = coeur.tester_coeur(jeu, nucleole(jeu))
    effort = effort_minimal(jeu)
    assert test.stable == (effort <= 0.01)
    assert test.exces_max_eur == pytest.approx(effort, abs=0.01)


@given(tables(5))
@settings(deadline=None, max_examples=60)
def test_par_tete_aussi_dans_le_coeur(jeu):
    if effort_minimal(jeu) <= 0:
        assert coeur.tester_coeur(jeu, nucleole(jeu, par_tete=True)).stable


@given(tables(4), st.randoms(use_true_random=False), st.integers(1, 50))
@settings(deadline=None, max_examples=40)
def test_permutation_et_decalage_de_cout_propre(jeu, hasard, propre):
    melange = list(jeu.joueurs)
    hasard.shuffle(melange)
    assert prenucleole(lire_jeu(lambda s: jeu.cout(s), melange)) == pytest.approx(prenucleole(jeu), abs=1e-6)
    decale = prenucleole(lire_jeu(lambda s: jeu.cout(s) + propre * ("J0" in s), jeu.joueurs))
    attendu = {j: v + propre * (j == "J0") for j, v in prenucleole(jeu).items()}
    assert decale == pytest.approx(attendu, abs=1e-6)


def kohlberg(jeu, parts) -> bool:
    """Critère de Kohlberg : à chaque niveau, les coalitions d'excès au moins égal forment une collection équilibrée."""
    from scipy.optimize import linprog

    membres = membres_des_masques(np.arange(1, (1 << jeu.nombre) - 1), jeu.nombre).astype(float)
    exces = np.round(membres @ np.array(list(parts.values())) - jeu.table[1:-1], 4)
    for niveau in sorted(set(exces), reverse=True):
        retenues = membres[exces >= niveau]
        # équilibrée : il existe des poids tous au moins égaux à un dont la somme est la même pour chaque joueur
        essai = linprog(
            np.zeros(len(retenues) + 1), None, None, np.hstack([retenues.T, -np.ones((jeu.nombre, 1))]), np.zeros(jeu.nombre),
            bounds=[(1, None)] * len(retenues) + [(0, None)],
        )  # fmt: skip
        if not essai.success:
            return False
        if np.linalg.matrix_rank(retenues) == jeu.nombre:
            return True
    return True


@pytest.mark.parametrize("graine", range(5))
def test_critere_de_kohlberg_a_sept_joueurs(graine):
    tirage = np.random.default_rng(graine)
    jeu = depuis_table([0, *tirage.integers(0, 1000, 127)], [f"J{i}" for i in range(7)])
    juste = prenucleole(jeu)
    assert kohlberg(jeu, juste)
    faux = juste | {"J0": juste["J0"] + 5, "J1": juste["J1"] - 5}
    assert not kohlberg(jeu, faux)


@pytest.mark.parametrize("graine", range(3))
def test_douze_communes_en_secondes(graine):
    tirage = np.random.default_rng(graine)
    membres = membres_des_masques(np.arange(1 << 12), 12)
    etp = np.maximum(1, np.ceil(membres @ tirage.lognormal(-1, 1, 12) * 2) / 2)
    jeu = depuis_table(np.where(membres.any(axis=1), 10_000 + 50_000 * etp, 0), [f"J{i:02d}" for i in range(12)])
    debut = time.perf_counter()
    parts = nucleole(jeu)
    assert time.perf_counter() - debut < 10
    assert coeur.tester_coeur(jeu, parts).exces_max_eur == pytest.approx(effort_minimal(jeu), abs=0.01)


def test_un_joueur_deux_joueurs_trop_de_joueurs():
    assert nucleole({"A": 5}) == {"A": 5}
    assert nucleole({"A": 10, "B": 20, "AB": 24}) == {"A": 7, "B": 17}
    with pytest.raises(ErreurDonnees, match="jusqu'à 14"):
        nucleole(lambda s: float(len(s)), range(15))
