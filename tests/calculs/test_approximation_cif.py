"""Dénominateur approché : encadrement, indétermination près d'un seuil, coefficients du référentiel retrouvés."""

import importlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.approximation_cif import approcher_denominateur, numerateur_approche, parametre, situer
from mutunb.erreurs import ErreurDonnees

COMPTES = (8e6, 10e6, 2e6, 3e6, 15e6)


def test_numerateur_approche() -> None:
    assert numerateur_approche(8, 10, 2, 3, (2, 0.5, 0.6)) == Decimal("13.7")


@given(st.decimals("0.05", "0.9", places=3))
def test_un_cif_publie_encadre_le_denominateur(cif) -> None:
    approche = approcher_denominateur(*COMPTES, cif_publie=cif)
    assert 0 < approche.bas_eur <= approche.central_eur <= approche.haut_eur
    assert approche.cif_publie == cif


def test_sans_cif_publie_la_marge_est_celle_du_referentiel() -> None:
    approche = approcher_denominateur(*COMPTES)
    assert approche.bas_eur == approche.central_eur * (1 - Decimal(str(parametre("erreur_denominateur"))))
    assert approche.cif_publie is None


def test_comptes_absents_ou_inutilisables() -> None:
    with pytest.raises(ErreurDonnees):
        approcher_denominateur(*COMPTES[:4], float("nan"))
    with pytest.raises(ErreurDonnees, match="négatif"):
        approcher_denominateur(-50e6, -50e6, 0, 0, 15e6)
    with pytest.raises(ErreurDonnees, match="entre 0 et 1"):
        approcher_denominateur(*COMPTES, cif_publie=38)


@pytest.mark.parametrize(
    ("cif", "approche", "attendu"),
    [
        ("0.35", False, "au-dessous"),
        ("0.3501", False, "au-dessus"),
        ("0.29", True, "indéterminé"),
        ("0.2899", True, "au-dessous"),
        ("0.41", True, "indéterminé"),
        ("0.4101", True, "au-dessus"),
    ],
)
def test_un_cif_approche_ne_tranche_pas_pres_du_seuil(cif, approche, attendu) -> None:
    assert situer(cif, "0.35", approche) == attendu


@pytest.mark.national
def test_les_coefficients_du_referentiel_sont_ceux_du_calage(dossier_national) -> None:
    mesures = importlib.import_module("benchs.calage_cif").mesurer(dossier_national)
    for nom in ("coefficient_dgf", "coefficient_compensations", "coefficient_autres_impots", "erreur_moyenne", "erreur_90"):
        assert parametre(nom) == pytest.approx(mesures[nom], abs=2e-3), nom
    assert parametre("erreur_denominateur") == pytest.approx(mesures["erreur_denominateur"], abs=2e-3)
    assert mesures["epci"] == 387
    assert mesures["correlation"] > 0.9
