"""Le contrôle du SIREN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.territoires.siren import cle_valide, est_bien_forme, est_siret, nettoyer, voisins

CHIFFRES = st.text("0123456789", min_size=8, max_size=8)


def avec_cle(debut: str) -> str:
    """Les huit premiers chiffres et la seule clé qui convient."""
    (siren,) = [debut + cle for cle in "0123456789" if cle_valide(debut + cle)]
    return siren


@pytest.mark.parametrize("saisie", ["247 900 798", "247\u00a0900\u202f798", " 247900798\n", "247.900.798"])
def test_les_espaces_et_points_sont_otes(saisie):
    assert nettoyer(saisie) == "247900798"


@pytest.mark.parametrize("saisie", ["24790079", "2479007980", "24790079O", "²47900798", "٢٤٧٩٠٠٧٩٨", ""])
def test_ce_qui_n_est_pas_neuf_chiffres_est_mal_forme(saisie):
    assert not est_bien_forme(saisie)


def test_un_siret_n_est_pas_un_siren():
    assert est_siret("24790079800016") and not est_bien_forme("24790079800016")


def test_la_cle_du_thouarsais_est_juste():
    # 2 + (4×2=8) + 7 + (9×2=18→9) + 0 + 0 + 7 + (9×2=18→9) + 8 = 50
    assert cle_valide("247900798") and not cle_valide("247900799")


@given(CHIFFRES)
def test_une_seule_cle_convient(debut):
    assert est_bien_forme(avec_cle(debut))


@given(CHIFFRES, st.integers(0, 8), st.integers(1, 9))
def test_changer_un_chiffre_fausse_la_cle_et_reste_voisin(debut, rang, ecart):
    siren = avec_cle(debut)
    errone = siren[:rang] + str((int(siren[rang]) + ecart) % 10) + siren[rang + 1 :]
    assert not cle_valide(errone)
    assert voisins(errone, [siren]) == [siren]


@given(CHIFFRES, st.integers(0, 7))
def test_intervertir_deux_chiffres_reste_voisin(debut, rang):
    siren = avec_cle(debut)
    errone = siren[:rang] + siren[rang + 1] + siren[rang] + siren[rang + 2 :]
    assert voisins(errone, [siren]) == ([siren] if errone != siren else [])


def test_une_faute_passe_avant_deux():
    assert voisins("247900799", ["247900798", "247900711"]) == ["247900798"]
    assert voisins("247900722", ["247900798", "999999999"]) == ["247900798"]


def test_un_siren_connu_n_a_pas_de_voisin():
    assert voisins("247900798", ["247900798", "247900799"]) == []
