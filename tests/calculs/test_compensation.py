"""Attribution de compensation, refacturation et procédures : signes, seuils, refus."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.compensation import imputer, imputer_communes, part_communes_ac_negative, regulariser
from mutunb.calculs.procedures import cout_evite, procedures_evitees
from mutunb.calculs.refacturation import comparer_refacturation, controler_plausibilite
from mutunb.erreurs import ErreurDonnees

montants = st.integers(-(10**6), 10**6)


@pytest.mark.parametrize(
    ("charges", "apres", "sens", "bascule"),
    [
        (99, 1, "EPCI vers commune", False),
        (100, 0, "aucun versement", False),
        (101, -1, "commune vers EPCI", True),
    ],
)
def test_le_signe_des_deux_cotes_de_zero(charges, apres, sens, bascule):
    imputation = imputer(100, charges)
    assert (imputation.ac_apres_eur, imputation.sens, imputation.devient_contributrice) == (apres, sens, bascule)


def test_deja_contributrice_ne_bascule_pas():
    assert not imputer(-5, 10).devient_contributrice


def test_refus_en_fiscalite_additionnelle():
    with pytest.raises(ErreurDonnees, match="Facturez"):
        imputer(100, 10, "FA")


@given(st.dictionaries(st.sampled_from("ABCDE"), montants, min_size=1), st.data())
def test_la_baisse_des_attributions_est_l_imputation(ac, tirage):
    imputees = {nom: tirage.draw(montants) for nom in list(ac)[::2]}
    apres = imputer_communes(ac, imputees)
    assert sum(ac.values()) - sum(i.ac_apres_eur for i in apres.values()) == sum(imputees.values())


def test_toutes_les_communes_sans_attribution_sont_nommees():
    with pytest.raises(ErreurDonnees, match="2 problèmes"):
        imputer_communes({"A": 1}, {"B": 1, "C": 1})


@pytest.mark.parametrize(("reelle", "sens"), [(11, "commune vers EPCI"), (10, "aucun versement"), (9, "EPCI vers commune")])
def test_regularisation_sans_toucher_a_l_attribution(reelle, sens):
    bilan = regulariser(500, 10, reelle)
    assert (bilan.ac_eur, bilan.montant_eur, bilan.sens) == (500, reelle - 10, sens)


def test_parts_impossibles():
    for negatives, communes in [(3, 2), (1, 0), (-1, 5)]:
        with pytest.raises(ErreurDonnees):
            part_communes_ac_negative(negatives, communes)


@given(st.dictionaries(st.sampled_from("ABCD"), st.tuples(montants, montants), min_size=1))
def test_une_refacturation_dit_son_ecart(membres):
    bilan = comparer_refacturation({n: a for n, (a, _) in membres.items()}, {n: b for n, (_, b) in membres.items()})
    assert bilan.ecart == bilan.total_apres - bilan.total_avant == sum(bilan.variations.values())
    assert bilan.invariant_respecte is (bilan.ecart == 0)
    assert bilan.transfert >= 0


def test_membre_oublie():
    with pytest.raises(ErreurDonnees, match="ville"):
        comparer_refacturation({"agglomération": 1}, {"agglomération": 1, "ville": 1})


@pytest.mark.parametrize(("economie", "alerte"), [(150, False), ("150.01", True)])
def test_plausibilite_des_deux_cotes(economie, alerte):
    assert controler_plausibilite(economie, 2, 75).alerte is alerte


def test_sans_etp_pas_de_ratio():
    with pytest.raises(ErreurDonnees, match="ETP"):
        controler_plausibilite(970, 0, 75)


def test_procedures():
    assert procedures_evitees(3, 3) == 0
    assert cout_evite(3, 3, 10, 5).complet_eur == Decimal(0)
    with pytest.raises(ErreurDonnees, match="rien n'est évité"):
        procedures_evitees(1, 2)
