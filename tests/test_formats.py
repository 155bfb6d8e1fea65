"""Formats français : espace insécable, virgule, demi vers le haut, seuils k€ et M€, absents."""

import datetime
from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from mutunb import formats


def lisible(texte: str) -> str:
    return texte.replace("\u00a0", "_")


@pytest.mark.parametrize(
    ("valeur", "decimales", "attendu"),
    [
        (1234.5, 1, "1_234,5"),
        (2.5, 0, "3"),
        (0.125, 2, "0,13"),
        (-0.4, 0, "0"),
        (-1234, 0, "−1_234"),
        (1e15, 0, "1_000_000_000_000_000"),
    ],
)
def test_nombre(valeur, decimales, attendu):
    assert lisible(formats.nombre(valeur, decimales)) == attendu


@given(st.one_of(st.floats(-1e15, 1e15), st.integers(-(10**15), 10**15)), st.integers(0, 4))
def test_les_nombres_s_ecrivent_comme_ceux_de_babel(valeur, decimales):
    arrondi = Decimal(str(valeur)).quantize(Decimal(1).scaleb(-decimales), rounding=ROUND_HALF_UP)
    motif = "#,##0" + ("." + "0" * decimales if decimales else "")
    attendu = format_decimal(abs(arrondi), format=motif, locale="fr_FR").replace("\u202f", "\u00a0")
    assert formats.nombre(valeur, decimales) == ("−" if arrondi < 0 else "") + attendu


@pytest.mark.parametrize("absent", [None, float("nan"), float("inf"), pd.NA, np.nan, pd.NaT, "texte"])
def test_absent_jamais_zero(absent):
    for fonction in (formats.nombre, formats.euros, formats.pourcent, formats.environ_euros, formats.environ_nombre):
        assert fonction(absent) == "n.d."
    for unite in formats.unites_connues() - {"texte"}:
        assert formats.valeur(absent, unite) == "n.d."


@pytest.mark.parametrize(
    ("montant", "attendu"),
    [
        (0, "0_€"),
        (9_999, "9_999_€"),
        (10_000, "10,0_k€"),
        (99_949, "99,9_k€"),
        (123_456, "123_k€"),
        (999_499, "999_k€"),
        (999_500, "1,0_M€"),
        (1_000_000, "1,0_M€"),
        (-12_345_678, "−12,3_M€"),
        (1_542_000_000, "1_542_M€"),
    ],
)
def test_euros_aux_seuils(montant, attendu):
    assert lisible(formats.euros(montant)) == attendu


@pytest.mark.parametrize(
    ("montant", "attendu"),
    [(14_900, "15_k€"), (446_700, "450_k€"), (5_160_000, "5,2_M€"), (1_767, "1_800_€"), (994_000, "990_k€"), (0, "0_€")],
)
def test_environ_garde_deux_chiffres(montant, attendu):
    assert lisible(formats.environ_euros(montant)) == attendu


@pytest.mark.parametrize(("etp", "attendu"), [(0.24, "0,2"), (2.96, "3"), (12.3, "12"), (674.4, "670"), (34_180, "34_000")])
def test_environ_nombre(etp, attendu):
    assert lisible(formats.environ_nombre(etp)) == attendu


@pytest.mark.parametrize(("part", "attendu"), [(0.375, "38_%"), (0, "0_%"), (1, "100_%"), (-0.02, "−2_%")])
def test_pourcent(part, attendu):
    assert lisible(formats.pourcent(part)) == attendu


def test_date_et_premier_du_mois():
    assert lisible(formats.date(datetime.date(2026, 10, 5))) == "5_octobre_2026"
    assert lisible(formats.date(datetime.date(2025, 1, 1))) == "1er_janvier_2025"
    assert formats.date(None) == "n.d."


@pytest.mark.parametrize(("combien", "attendu"), [(0, "0_commune"), (1, "1_commune"), (2, "2_communes"), (1200, "1_200_communes")])
def test_pluriel_commence_a_deux(combien, attendu):
    assert lisible(formats.pluriel(combien, "commune")) == attendu


def test_liste():
    assert formats.liste([]) == ""
    assert formats.liste(["a"]) == "a"
    assert formats.liste(["a", "b", "c"]) == "a, b et c"


def test_unite_inconnue_refusee():
    with pytest.raises(KeyError):
        formats.valeur(1, "kilos")


@given(st.floats(allow_nan=False, allow_infinity=False, width=32))
def test_aucune_espace_secable_ni_nan(valeur):
    for unite in formats.unites_connues() - {"texte"}:
        texte = formats.valeur(valeur, unite)
        assert " " not in texte and "nan" not in texte and "E+" not in texte
    for texte in (formats.environ_euros(valeur), formats.environ_nombre(valeur)):
        assert " " not in texte and "E" not in texte


@pytest.mark.parametrize(
    ("bas", "haut", "attendu"),
    [(1_767, 53_000, "1,8 à 53_k€"), (172_000, 5_160_000, "0,17 à 5,2_M€"), (0, 900, "0 à 900_€"), (14_900, 446_700, "15 à 450_k€")],
)
def test_fourchette_dans_une_seule_unite(bas, haut, attendu):
    assert lisible(formats.fourchette_euros(bas, haut)).replace("_à_", " à ") == attendu
    assert formats.fourchette_euros(bas, None) == "n.d."


@pytest.mark.parametrize(("valeur", "attendu"), [(0, "0,0"), (0.02, "0,02"), (0.99, "0,99"), (0.999, "1,0"), (12.34, "12,3"), (1283.2, "1_283")])
def test_etp_lisible(valeur, attendu):
    assert lisible(formats.etp(valeur)) == attendu
