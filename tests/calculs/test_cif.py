"""Le CIF : composition, imputation, options, refus ; valeurs de la chaîne financière (CIF-1, CIF-3, CIF-4)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.cif import (
    Cif,
    cif_retenu,
    composer_cif,
    denominateur_cif,
    imputer_cif,
    seuil_garantie,
    variation_cif,
)
from mutunb.calculs.monnaie import exact
from mutunb.erreurs import ErreurDonnees, ErreurUsage

CIF_1 = (20_000_000, 2_000_000, 8_000_000, 500_000, 18_000_000, 0)
euros = st.integers(0, 10**8)


def depart(**options) -> Cif:
    return composer_cif(*CIF_1, **options)


def test_cif_1() -> None:
    cif = depart()
    assert (cif.numerateur_eur, cif.denominateur_eur, cif.valeur) == (13_500_000, 40_000_000, Decimal("0.3375"))


def test_cif_3_et_4() -> None:
    impute = imputer_cif(depart(), 1_200_000)
    assert (impute.avant, impute.apres, impute.variation) == (Decimal("0.3375"), Decimal("0.3675"), Decimal("0.03"))
    assert variation_cif(1_200_000, 40_000_000) == impute.variation
    facture = imputer_cif(depart(), 1_200_000, mode="facture")
    assert (facture.apres, facture.variation) == (Decimal("0.3375"), 0)


def test_la_demi_dsc_d_avant_2019_releve_le_niveau_sans_changer_l_effet() -> None:
    ancien = depart(part_dsc=0.5)
    assert ancien.valeur == Decimal("0.34375")
    assert imputer_cif(ancien, 1_200_000).variation == Decimal("0.03")


def test_en_fiscalite_additionnelle_rien_n_est_deduit_et_l_imputation_est_refusee() -> None:
    cif = depart(regime_fiscal="FA")
    assert cif.numerateur_eur == 22_000_000
    with pytest.raises(ErreurDonnees, match=r"L\.5211-4-2.*Facturez"):
        imputer_cif(cif, 1)
    with pytest.raises(ErreurDonnees, match=r"L\.5211-4-2"):
        variation_cif(1, 10, "FA")
    assert imputer_cif(cif, 1, mode="facture").variation == 0


def test_imputation_superieure_a_l_attribution() -> None:
    effet = imputer_cif(composer_cif(100, 0, 10, 0, 100), 30)
    assert effet.variation == Decimal(30) / 200


def test_les_attributions_negatives_brutes_dependent_de_la_commune() -> None:
    ac = {"A": 500, "B": 10}
    nettes, brutes = (composer_cif(1_000, 0, ac, 0, 1_000, ac_negatives=o) for o in ("nettes", "brutes"))
    assert nettes.valeur == brutes.valeur
    sur_a, sur_b = ({"A": 110}, {"B": 110})
    assert imputer_cif(nettes, sur_a).apres == imputer_cif(nettes, sur_b).apres == imputer_cif(brutes, sur_a).apres
    assert imputer_cif(brutes, sur_b).apres == Decimal(600) / 2_100  # B passe à −100 : le dénominateur en gagne 100
    assert imputer_cif(brutes, sur_b).variation < imputer_cif(nettes, sur_b).variation


def test_les_brutes_demandent_le_detail() -> None:
    with pytest.raises(ErreurDonnees, match="chaque commune"):
        depart(ac_negatives="brutes")
    with pytest.raises(ErreurDonnees, match="chaque commune"):
        imputer_cif(composer_cif(10, 0, {"A": 1}, 0, 10, ac_negatives="brutes"), 5)
    with pytest.raises(ErreurDonnees, match="Z"):
        imputer_cif(composer_cif(10, 0, {"A": 1}, 0, 10), {"Z": 5})


@pytest.mark.parametrize(
    ("cif", "nature", "attendu"),
    [
        ("0.5", "METRO", "0.55"),  # le coefficient d'abord
        ("0.55", "METRO", "0.6"),  # puis le plafond : 0,605 ramené à 0,6
        ("0.6", "CC", "0.6"),
        ("0.61", "CA", "0.6"),
        ("0.599", "CU", "0.599"),
        ("0.5", "MET69", "0.55"),
    ],
)
def test_cif_retenu(cif, nature, attendu) -> None:
    assert cif_retenu(cif, nature) == Decimal(attendu)


def test_options_du_cif_retenu() -> None:
    assert cif_retenu(0.5, "METRO", coefficient=1) == Decimal("0.5")
    assert cif_retenu(0.5, "CC", plafond=0.4) == Decimal("0.4")


def test_seuils_par_nature() -> None:
    assert [seuil_garantie(n) for n in ("CC", "CA", "CU", "METRO", "MET69")] == [Decimal("0.5"), *[Decimal("0.35")] * 4]
    with pytest.raises(ErreurUsage, match="EPT"):
        seuil_garantie("EPT")


@pytest.mark.parametrize("absent", [None, float("nan"), "n.d.", True])
def test_une_donnee_absente_n_est_pas_zero(absent) -> None:
    with pytest.raises(ErreurDonnees):
        composer_cif(absent, 0, 0, 0, 1)
    with pytest.raises(ErreurDonnees):
        imputer_cif(depart(), absent)
    with pytest.raises(ErreurDonnees):
        cif_retenu(absent)


def test_denominateurs_impossibles() -> None:
    with pytest.raises(ErreurDonnees, match="Dénominateur nul"):
        composer_cif(0, 0, 0, 0, 0)
    with pytest.raises(ErreurDonnees):
        denominateur_cif(10, 0)
    with pytest.raises(ErreurDonnees):
        variation_cif(10, 0)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=6), st.integers(0, 10**6), st.integers(2, 9), euros)
def test_l_effet_est_lineaire_et_ne_depend_que_de_la_somme(attributions, imputation, facteur, fc) -> None:
    ac = {f"c{i}": montant for i, montant in enumerate(attributions)}
    cif = composer_cif(10**7, 10**6, ac, 10**5, fc)
    simple, multiple = imputer_cif(cif, imputation), imputer_cif(cif, facteur * imputation)
    assert simple.variation >= 0
    assert abs(exact(multiple.variation) - facteur * exact(simple.variation)) < Fraction(1, 10**20)
    for porteuse in ac:
        assert imputer_cif(cif, {porteuse: imputation}).variation == simple.variation
    partage = dict.fromkeys(ac, Fraction(imputation, len(ac)))
    assert abs(imputer_cif(cif, partage).variation - simple.variation) < Decimal("1e-18")


@given(st.integers(0, 10**7))
def test_une_facture_ne_change_jamais_le_cif(montant) -> None:
    assert imputer_cif(depart(), montant, mode="facture").apres == depart().valeur
