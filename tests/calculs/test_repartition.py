"""Le plus fort reste : fermeture exacte, à moins d'un centime, déterministe, bornes tenues ou refusées."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mutunb.calculs.repartition import (
    cle_fixe_variable,
    cle_mixte,
    cle_ponderee,
    quotes_parts,
    repartir,
    verifier_fermeture,
)
from mutunb.erreurs import ErreurDonnees

totaux = st.integers(-(10**9), 10**9)
cles = st.dictionaries(
    st.text("0123456789AB", min_size=1, max_size=5), st.one_of(st.integers(0, 10**6), st.fractions(0, 1000)), min_size=1, max_size=12
).filter(lambda poids: sum(poids.values()) > 0)


@given(totaux, cles)
def test_ferme_a_moins_d_un_centime_et_sans_rien_pour_un_poids_nul(total, poids):
    parts = repartir(total, poids)
    exactes = quotes_parts(total, poids)
    assert sum(parts.values()) == total
    assert all(abs(parts[nom] - exactes[nom]) < 1 for nom in poids)
    assert all(parts[nom] == 0 for nom in poids if poids[nom] == 0)
    assert all(type(part) is int for part in parts.values())


@given(totaux, cles, st.randoms(use_true_random=False))
def test_l_ordre_des_communes_ne_change_rien(total, poids, hasard):
    melange = list(poids)
    hasard.shuffle(melange)
    assert repartir(total, {nom: poids[nom] for nom in melange}) == repartir(total, poids)
    assert repartir(total, [poids[nom] for nom in melange], melange) == repartir(total, poids)


@given(totaux, cles, st.integers(1, 1000))
def test_l_echelle_des_poids_ne_change_rien(total, poids, facteur):
    assert repartir(total, {nom: Fraction(p) * facteur for nom, p in poids.items()}) == repartir(total, poids)


@given(totaux, cles)
def test_un_total_negatif_est_l_oppose(total, poids):
    assert repartir(-total, poids) == {nom: -part for nom, part in repartir(total, poids).items()}


@given(totaux, st.lists(st.text("0123456789", min_size=1, max_size=5), min_size=1, max_size=12, unique=True))
def test_des_poids_egaux_donnent_des_parts_a_un_centime(total, noms):
    parts = repartir(total, [1] * len(noms), noms)
    assert max(parts.values()) - min(parts.values()) <= 1
    plus = [nom for nom in noms if parts[nom] == max(parts.values())]
    if total >= 0 and len(plus) < len(noms):
        assert plus == sorted(noms)[: len(plus)] or sorted(plus) == sorted(noms)[: len(plus)]


@given(st.integers(0, 10**6), cles, st.data())
def test_les_bornes_sont_tenues_et_le_reste_est_proportionnel(total, poids, tirage):
    noms = list(poids)
    bas = {nom: tirage.draw(st.integers(0, total // len(noms))) for nom in noms[::2]}
    haut = {nom: tirage.draw(st.integers(bas.get(nom, 0), total)) for nom in noms[1::3]}
    libres = [nom for nom in noms if nom not in haut and poids[nom] > 0]
    assume(libres)  # quelqu'un peut prendre le solde : le partage existe
    parts = repartir(total, poids, planchers=bas, plafonds=haut)
    assert sum(parts.values()) == total
    assert all(parts[nom] >= bas.get(nom, 0) for nom in noms)
    assert all(parts[nom] <= haut[nom] for nom in haut)
    tenues = [nom for nom in libres if parts[nom] > bas.get(nom, 0) + 1]
    pentes = [Fraction(parts[nom]) / Fraction(poids[nom]) for nom in tenues]
    ecarts = [1 / Fraction(poids[nom]) for nom in tenues]
    for pente, ecart in zip(pentes, ecarts, strict=True):
        assert abs(pente - pentes[0]) <= ecart + ecarts[0]  # un centime d'arrondi de chaque côté


def test_depart_age_par_identifiant_croissant():
    assert repartir(100, [1, 1, 1], ["01004", "01003", "01002"]) == {"01004": 33, "01003": 33, "01002": 34}


def test_des_flottants_valent_ce_qu_ils_ecrivent():
    assert repartir(100, {"A": 0.1, "B": 0.2}) == {"A": 33, "B": 67}


@pytest.mark.parametrize(
    ("total", "poids", "options", "morceau"),
    [
        (100, {"A": 0}, {}, "somme des poids"),
        (100, {}, {}, "somme des poids"),
        (100, {"A": -1, "B": float("nan"), "C": None}, {}, "3 problèmes"),
        (100.5, {"A": 1}, {}, "nombre entier de centimes"),
        (True, {"A": 1}, {}, "nombre entier de centimes"),
        (100, [1, 2], {"ids": ["A", "A"]}, "identifiants distincts"),
        (100, [1, 2], {}, "identifiants distincts"),
        (100, {"A": 1, "B": 1}, {"planchers": {"A": 60, "B": 60}}, "Bornes impossibles"),
        (100, {"A": 1, "B": 1}, {"planchers": {"A": 120}}, "Bornes impossibles"),
        (100, {"A": 1, "B": 1}, {"plafonds": {"A": 40, "B": 40}}, "Bornes impossibles"),
        (100, {"A": 1, "B": 0}, {"plafonds": {"A": 40}}, "Bornes impossibles"),
        (100, {"A": 1, "B": 1}, {"planchers": {"A": 60}, "plafonds": {"A": 40}}, "au-dessus du plafond"),
        (100, {"A": 1}, {"planchers": {"Z": 1}}, "sans poids : Z"),
    ],
)
def test_refus_explique(total, poids, options, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        repartir(total, poids, **options)


@pytest.mark.parametrize(("plafond", "attendu"), [(40, {"A": 40, "B": 60}), (50, {"A": 50, "B": 50}), (60, {"A": 50, "B": 50})])
def test_plafond_des_deux_cotes(plafond, attendu):
    assert repartir(100, {"A": 1, "B": 1}, plafonds={"A": plafond}) == attendu


def test_bornes_d_un_remboursement():
    assert repartir(-100, {"A": 1, "B": 3}, planchers={"B": -60}) == {"A": -40, "B": -60}


def test_cle_mixte_se_recalcule_a_la_main():
    cle = cle_mixte({"population": {"A": 3, "B": 1}, "actes": {"A": 1, "B": 4}}, {"population": "0.5", "actes": "0.5"})
    assert cle == {"A": Fraction(3, 8) + Fraction(1, 10), "B": Fraction(1, 8) + Fraction(4, 10)}
    assert sum(cle.values()) == 1


def test_cle_fixe_variable_aux_deux_bouts():
    assert cle_fixe_variable(1, {"A": 9, "B": 1}) == {"A": Fraction(1, 2), "B": Fraction(1, 2)}
    assert cle_fixe_variable(0, {"A": 9, "B": 1}) == {"A": Fraction(9, 10), "B": Fraction(1, 10)}
    with pytest.raises(ErreurDonnees, match="de 0 à 1"):
        cle_fixe_variable(20, {"A": 1})


def test_cles_qui_ne_se_repondent_pas():
    with pytest.raises(ErreurDonnees, match="entités différentes"):
        cle_mixte({"p": {"A": 1}, "q": {"B": 1}}, {"p": 1, "q": 1})
    with pytest.raises(ErreurDonnees, match="mêmes noms"):
        cle_mixte({"p": {"A": 1}}, {"q": 1})
    with pytest.raises(ErreurDonnees, match="Sans coefficient : permis"):
        cle_ponderee({"A": {"permis": 1}}, {"declaration": 1})


def test_fermeture():
    verifier_fermeture(100, {"A": 60, "B": 40})
    with pytest.raises(ErreurDonnees, match="écart de -1 centime"):
        verifier_fermeture(100, {"A": 60, "B": 39})
