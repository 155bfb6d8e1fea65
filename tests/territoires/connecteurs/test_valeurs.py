"""Les écritures de la vraie vie : « 1 234,5 », « NC », un INSEE sans son zéro, un exercice écrit en date."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from mutunb.erreurs import Constat
from mutunb.territoires.connecteurs import valeurs


@pytest.mark.parametrize(
    ("ecrit", "lu"),
    [
        ("1234.5", 1234.5), ("1 234,5", 1234.5), ("1\u00a0234\u202f567", 1234567), ("1.234.567,89", 1234567.89),
        ("−12,5 €", -12.5), ("9210257.97000004", 9210257.97000004), ("1,2E+06", 1_200_000), (3, 3), ("0", 0),
    ],
)
def test_un_nombre_ecrit_a_la_francaise_se_lit(ecrit: object, lu: float) -> None:
    assert valeurs.nombre(ecrit) == lu


@pytest.mark.parametrize("ecrit", ["", "NC", "n.d.", None, "null", " - ", float("nan"), "s"])
def test_une_valeur_absente_n_est_pas_zero(ecrit: object) -> None:
    assert math.isnan(valeurs.nombre(ecrit))


@pytest.mark.parametrize("ecrit", ["douze", "1,234.56", "12.3.4", "inf", "1 234 567 x", "1,2,3"])
def test_un_nombre_illisible_est_refuse(ecrit: str) -> None:
    with pytest.raises(ValueError, match=ecrit):
        valeurs.nombre(ecrit)


def test_les_lignes_illisibles_sont_toutes_consignees() -> None:
    colonne = pd.Series(["1", "douze", "NC", "douze", "inf"], index=range(2, 7))
    constats: list[Constat] = []
    lus = valeurs.lire_nombres(colonne, "export.csv, colonne montant", constats)
    assert lus.dropna().to_dict() == {2: 1}
    assert [constat.ou for constat in constats] == [
        f"export.csv, colonne montant, ligne {ligne}" for ligne in (3, 5, 6)
    ]
    assert "« douze »" in str(constats[0])


def test_une_valeur_obligatoire_vide_est_un_constat() -> None:
    constats: list[Constat] = []
    valeurs.lire(pd.Series(["210100012", ""], index=[2, 3]), valeurs.siren, "x", "neuf chiffres", constats, True)
    assert [str(constat.trouve) for constat in constats] == ["une cellule vide"]


@pytest.mark.parametrize("ecrit", ["2024", "2024-01-01", "2024-12-31T00:00:00+00:00", "2024.0"])
def test_un_exercice_peut_etre_une_date(ecrit: str) -> None:
    assert valeurs.exercice(ecrit) == 2024


@pytest.mark.parametrize("ecrit", ["24", "20244", "01/01/2024", "2024-1"])
def test_un_exercice_douteux_est_refuse(ecrit: str) -> None:
    with pytest.raises(ValueError, match=ecrit):
        valeurs.exercice(ecrit)


@pytest.mark.parametrize(
    ("ecrit", "code"), [("1004", "01004"), (1004.0, "01004"), ("2a004", "2A004"), ("97411", "97411")]
)
def test_un_code_insee_retrouve_son_zero(ecrit: object, code: str) -> None:
    assert valeurs.insee(ecrit) == code


@pytest.mark.parametrize("ecrit", ["2C004", "123456", "Brest", ""])
def test_un_code_insee_faux_est_refuse(ecrit: str) -> None:
    with pytest.raises(ValueError):
        valeurs.insee(ecrit)


def test_un_siren_garde_ses_neuf_chiffres() -> None:
    assert valeurs.siren("200 000 172") == valeurs.siren(200000172.0) == "200000172"
    with pytest.raises(ValueError):
        valeurs.siren("20000017")


@pytest.mark.parametrize(
    ("insee", "departement"), [("01004", "01"), ("2A004", "2A"), ("97411", "974"), ("75056", "75")]
)
def test_le_departement_se_lit_dans_le_code(insee: str, departement: str) -> None:
    assert valeurs.departement(insee) == departement
