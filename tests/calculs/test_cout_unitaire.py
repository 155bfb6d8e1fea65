"""Coût unitaire : charges admises et refusées, fermeture au centime, recouvrement des deux côtés."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.cout_unitaire import Charge, cout_moyen_annualise, etat_annuel, recouvrer, trier_charges
from mutunb.erreurs import ErreurDonnees

usagers = st.dictionaries(st.sampled_from("EABCD"), st.tuples(st.integers(0, 5000), st.integers(0, 5000)), min_size=1).filter(
    lambda u: sum(prevues for prevues, _ in u.values()) > 0
)


@given(st.decimals(0, 1_000_000, places=2), usagers)
def test_les_parts_ferment_au_centime(charges, unites):
    etat = etat_annuel(charges, {n: p for n, (p, _) in unites.items()}, {n: c for n, (_, c) in unites.items()})
    assert etat.somme_appels_eur == charges
    assert etat.somme_dus_eur == etat.recouvrement.facture_eur
    assert etat.somme_regularisations_eur == etat.somme_dus_eur - etat.somme_appels_eur
    assert etat.recouvrement.non_recouvre_eur == charges - etat.somme_dus_eur


@pytest.mark.parametrize(
    ("nature", "declaree", "admise"),
    [
        ("personnel", None, True),
        ("personnel", True, True),
        ("personnel", False, False),
        ("contrats", None, True),  # nature du questionnaire
        ("renouvellement", None, True),
        ("locaux", None, False),
        ("locaux", True, True),
        ("autre", None, False),
        ("marge", True, False),
        ("cabinet du président", None, False),
    ],
)
def test_charge_admise_ou_refusee(nature, declaree, admise):
    triees = trier_charges([Charge(nature, 100, declaree)])
    assert (triees.total_eur == 100) is admise
    assert len(triees.refusees) == (not admise)
    assert all("D.5211-16" in refus.article and refus.motif for refus in triees.refusees)


def test_toutes_les_charges_fausses_a_la_fois():
    with pytest.raises(ErreurDonnees) as erreur:
        trier_charges({"personnel": -1, "fournitures": None, "contrats": 3})
    assert len(erreur.value.constats) == 2


def test_un_usager_oublie_est_nomme():
    with pytest.raises(ErreurDonnees, match="B, C"):
        etat_annuel(100, {"A": 1, "B": 1}, {"A": 1, "C": 1})


def test_unites_nulles_ou_absentes():
    with pytest.raises(ErreurDonnees, match="unités de référence"):
        etat_annuel(100, {"A": 0}, {"A": 1})
    with pytest.raises(ErreurDonnees, match="unités constatées de A"):
        etat_annuel(100, {"A": 1}, {"A": None})


def test_denominateur_et_arrondi_de_la_convention():
    etat = etat_annuel(100, {"A": 2, "B": 1}, {"A": 2, "B": 1}, unites_reference=3, decimales_cout_unitaire=2)
    assert etat.cout_unitaire_eur == Decimal("33.33")
    assert etat.recouvrement.non_recouvre_eur == Decimal("0.01")


@pytest.mark.parametrize(("unites", "reste", "alerte"), [(7999, "0.01", True), (8000, "0", False), (8001, "-0.01", True)])
def test_recouvrement_des_deux_cotes(unites, reste, alerte):
    bilan = recouvrer(80, "0.01", unites)
    assert (bilan.non_recouvre_eur, bilan.alerte) == (Decimal(reste), alerte)


@pytest.mark.parametrize("duree", [None, float("nan"), 0, -1])
def test_sans_duree_pas_de_cout_annualise(duree):
    with pytest.raises(ErreurDonnees, match="durée normale d'utilisation"):
        cout_moyen_annualise(90_000, duree)
