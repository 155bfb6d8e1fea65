"""Partage du FPIC (exemple FPIC-1), potentiel fiscal des communes : à somme nulle."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.fpic import effet_imputation_fpic, partager_fpic
from mutunb.calculs.potentiel_fiscal import effet_hors_service, effet_potentiel_fiscal
from mutunb.erreurs import ErreurDonnees, ErreurUsage


def test_fpic_1() -> None:
    effet = effet_imputation_fpic(800_000, 0.3375, 0.3675)
    assert (effet.avant.epci_eur, effet.apres.epci_eur) == (270_000, 294_000)
    assert (effet.effet_epci_eur, effet.effet_communes_eur) == (24_000, -24_000)


def test_une_contribution_inverse_le_signe() -> None:
    effet = effet_imputation_fpic(800_000, 0.3375, 0.3675, sens="contribution")
    assert (effet.effet_epci_eur, effet.effet_communes_eur) == (-24_000, 24_000)


def test_cif_retenu_en_option() -> None:
    assert partager_fpic(100, 0.7).epci_eur == 70
    assert partager_fpic(100, 0.7, cif_lu="retenu").epci_eur == 60
    assert partager_fpic(100, 0.5, cif_lu="retenu", nature="METRO").epci_eur == 55


def test_fpic_refuse_ce_qu_il_ne_comprend_pas() -> None:
    for fpic, cif in [(None, 0.3), (-1, 0.3), (1, 33), (1, float("nan"))]:
        with pytest.raises(ErreurDonnees):
            partager_fpic(fpic, cif)
    with pytest.raises(ErreurUsage):
        effet_imputation_fpic(1, 0.3, 0.3, sens="solde")
    with pytest.raises(ErreurUsage):
        partager_fpic(1, 0.3, cif_lu="net")


@given(st.integers(0, 10**9), st.decimals(0, 1, places=4), st.decimals(0, 1, places=4))
def test_le_fpic_se_partage_sans_se_creer(fpic, avant, apres) -> None:
    effet = effet_imputation_fpic(fpic, avant, apres)
    assert effet.effet_epci_eur == -effet.effet_communes_eur
    assert effet.avant.epci_eur + effet.avant.communes_eur == fpic


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.tuples(st.integers(1, 10**5), st.integers(0, 10**6)), min_size=2))
def test_le_potentiel_fiscal_est_a_somme_nulle_et_monte_hors_du_service(communes) -> None:
    populations = {nom: population for nom, (population, _) in communes.items()}
    imputations = {nom: montant for nom, (_, montant) in list(communes.items())[1:]}
    effets = effet_potentiel_fiscal(imputations, populations)
    assert abs(sum(e.variation_eur for e in effets.values())) < Decimal("1e-15")
    dehors = effets[next(iter(communes))]
    total = sum(imputations.values())
    assert (dehors.variation_eur > 0) is (total > 0)
    assert dehors.variation_hab_eur == effet_hors_service(total, sum(populations.values()))


def test_potentiel_incomplet() -> None:
    with pytest.raises(ErreurDonnees, match="2 problèmes"):
        effet_potentiel_fiscal({"Y": 1, "Z": 1}, {"A": 10})
    with pytest.raises(ErreurDonnees):
        effet_potentiel_fiscal({}, {})
    with pytest.raises(ErreurDonnees):
        effet_potentiel_fiscal({"A": 1}, {"A": 0})
    with pytest.raises(ErreurDonnees):
        effet_potentiel_fiscal({"A": Fraction(1)}, {"A": 5, "B": None})
