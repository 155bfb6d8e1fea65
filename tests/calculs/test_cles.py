"""Clés : fermeture au centime quelle que soit la clé, bornes tenues ou refusées, volume nul, exemples refaits à la main."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mutunb.calculs import cles
from mutunb.calculs.tarifs import Bareme
from mutunb.erreurs import ErreurDonnees

noms = st.lists(st.text("0123456789AB", min_size=1, max_size=5), min_size=1, max_size=10, unique=True)
totaux = st.decimals(min_value=0, max_value=10**7, places=2)
TRANCHES = [{"de": 1, "a": 10, "coefficient": 1}, {"de": 11, "a": None, "coefficient": "0.5"}]


def poids(entites: list[str]) -> st.SearchStrategy[dict]:
    valeurs = st.lists(st.integers(0, 10**6), min_size=len(entites), max_size=len(entites)).filter(any)
    return valeurs.map(lambda lus: dict(zip(entites, lus, strict=True)))


@given(totaux, noms, st.data(), st.fractions(0, 1))
def test_toute_cle_ferme_au_centime(total, entites, tirage, part):
    un, deux = tirage.draw(poids(entites)), tirage.draw(poids(entites))
    bareme = Bareme("12.34", TRANCHES, "marginal")
    partages = [
        cles.partager(total, un),
        cles.partager_mixte(total, {"a": un, "b": deux}, {"a": part, "b": 1 - part}),
        cles.partager_fixe_variable(total, un, part_fixe=part),
        cles.partager_bareme(total, un, bareme),
        cles.partager(total, un, minimum_eur=Decimal(total) / (2 * len(entites))),
    ]
    assert all(sum(parts.values()) == total and list(parts) == entites for parts in partages)


@given(totaux, noms, st.data())
def test_un_volume_nul_ne_paie_que_la_part_fixe(total, entites, tirage):
    usage = tirage.draw(poids(entites))
    nuls = [e for e in entites if usage[e] == 0]
    assert all(cles.partager(total, usage)[e] == 0 for e in nuls)
    assert all(cles.partager(total, usage, minimum_eur=Decimal(total) / (2 * len(entites)))[e] == 0 for e in nuls)
    fixe = cles.partager_fixe_variable(total, usage, part_fixe="0.2")
    attendue = Fraction(total) / 5 / len(entites)
    assert all(abs(Fraction(fixe[e]) - attendue) < Fraction(1, 100) for e in nuls)


@given(totaux, noms, st.data(), st.randoms(use_true_random=False))
def test_l_ordre_des_communes_ne_change_rien(total, entites, tirage, hasard):
    usage = tirage.draw(poids(entites))
    melange = entites.copy()
    hasard.shuffle(melange)
    assert cles.partager(total, {e: usage[e] for e in melange}) == cles.partager(total, usage)


@given(totaux.filter(lambda t: t >= 1), noms, st.data())
def test_planchers_et_plafonds_tenus_ou_refuses(total, entites, tirage):
    usage = tirage.draw(poids(entites))
    tires = st.dictionaries(st.sampled_from(entites), st.decimals(0, total, places=2))
    bas, haut = tirage.draw(tires), tirage.draw(tires)
    assume(all(bas.get(e, 0) <= haut[e] for e in haut))
    try:
        parts = cles.partager(total, usage, planchers_eur=bas, plafonds_eur=haut)
    except ErreurDonnees:
        plein = sum(haut.get(e, total) if usage[e] else bas.get(e, 0) for e in entites)
        assert sum(bas.values()) > total or plein < total
    else:
        assert sum(parts.values()) == total
        assert all(parts[e] >= bas.get(e, 0) for e in entites)
        assert all(parts[e] <= haut[e] for e in haut)


def test_redistribution_iteree_refaite_a_la_main():
    # 80/15/5 sur 1 000 : A ramenée à 700, le solde de 300 va à B et C (225/75), C relevée à 100, B garde 200
    assert cles.partager(1000, {"A": 80, "B": 15, "C": 5}, minimum_eur=100, plafonds_eur={"A": 700}) == {
        "A": Decimal("700.00"), "B": Decimal("200.00"), "C": Decimal("100.00"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bornes", "morceau"),
    [
        ({"minimum_eur": 60}, "planchers : trouvé 120.00 € ; attendu au plus 100.00 €"),
        ({"maximum_eur": 40}, "plafonds : trouvé 80.00 € ; attendu au moins 100.00 €"),
        ({"planchers_eur": {"A": -1}}, "positif ou nul"),
    ],
)
def test_bornes_impossibles_expliquees(bornes, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        cles.partager(100, {"A": 1, "B": 1}, **bornes)


@pytest.mark.parametrize(("minimum", "attendu"), [("49.99", "50.00"), (50, "50.00")])
def test_minimum_des_deux_cotes_du_possible(minimum, attendu):
    assert cles.partager(100, {"A": 1, "B": 1}, minimum_eur=minimum)["A"] == Decimal(attendu)


def test_minimum_pour_tous_atteint_aussi_le_volume_nul():
    assert cles.partager(100, {"A": 1, "B": 0}, minimum_eur=10, minimum_pour_tous=True)["B"] == 10


def test_forfait_et_part_fixe_disent_la_meme_chose():
    usage = {"A": 3, "B": 1, "C": 0}
    assert cles.partager_fixe_variable(1000, usage, fixe_eur=100) == cles.partager_fixe_variable(1000, usage, part_fixe="0.3")
    with pytest.raises(ErreurDonnees, match="total de forfaits"):
        cles.partager_fixe_variable(1000, usage, fixe_eur=400)
    with pytest.raises(ErreurDonnees, match="soit"):
        cles.partager_fixe_variable(1000, usage)


def test_tout_en_part_fixe_n_a_pas_besoin_d_usage():
    assert cles.partager_fixe_variable(100, {"A": 0, "B": 0}, part_fixe=1) == {"A": Decimal("50.00"), "B": Decimal("50.00")}


def test_bareme_facture_et_solde():
    facture = cles.facturer_bareme({"A": 20, "B": 10, "C": 0}, Bareme(10, TRANCHES), 250)
    assert facture.montants_eur == {"A": Decimal("100.00"), "B": Decimal("100.00"), "C": Decimal("0.00")}
    assert facture.solde_eur == 50


def test_fermer_des_parts_quelconques():
    assert cles.fermer_au_centime("0.01", {"A": "0.005", "B": "0.005"}) == {"A": Decimal("0.01"), "B": Decimal("0.00")}
    assert sum(cles.fermer_au_centime(10, {"A": -3.3333, "B": 13.3333}).values()) == 10
    with pytest.raises(ErreurDonnees, match="écart"):
        cles.fermer_au_centime(10, {"A": 3, "B": 6})


def test_comparer_dit_qui_gagne_et_se_tait_sans_avant():
    table = cles.comparer_cles(90, {"egale": {"A": 1, "B": 1, "C": 1}}, {"A": 40, "B": 30}, {"A": 10, "B": 5, "C": 0})
    assert table["sens"].tolist()[:2] == ["gagne", "inchange"] and table["sens"].isna()[2]
    assert table["ecart_eur_hab"].tolist()[:2] == [-1, 0] and table["ecart_eur_hab"].isna()[2]


@pytest.mark.parametrize("mauvais", [{"A": None}, {"A": float("nan")}, {"A": -1}, {"A": 0}, {}])
def test_une_donnee_absente_n_est_pas_un_zero(mauvais):
    with pytest.raises(ErreurDonnees):
        cles.partager(100, mauvais)
