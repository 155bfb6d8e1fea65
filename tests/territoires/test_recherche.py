"""Chercher un EPCI."""

import pytest

from mutunb.erreurs import ErreurUsage
from mutunb.territoires import chercher


def sirens(*args, **options):
    return chercher(*args, **options)["siren"].tolist()


def test_colonnes_et_types():
    table = chercher()
    assert table.columns.tolist() == [
        "siren", "nom", "nature", "regime_fiscal", "departement", "nb_communes", "population", "detail",
    ]  # fmt: skip
    assert table["population"].dtype == "int64" and (table["population"] > 0).all()
    assert set(table["detail"]) == {"complet", "comparable"}
    assert table["departement"].is_monotonic_increasing


@pytest.mark.parametrize("texte", ["thouarsais", "THOUARS", "CC du Thouarsais", "247900798", "247 900 798", "2479007",
                                   "communauté de communes du thouarsais"])
def test_par_le_nom_ou_le_siren(texte):
    assert sirens(texte) == ["247900798"]


@pytest.mark.parametrize(("texte", "siren"), [("selestat", "246700967"), ("Métropole Besancon", "242500361")])
def test_sans_egard_aux_accents(texte, siren):
    assert siren in sirens(texte)


def test_par_le_nom_d_une_commune_membre():
    assert sirens("St Cayetano") == []
    assert sirens("Loretz d'Argenton") == ["247900798"]
    assert "243300316" in sirens("Mérignac")


def test_par_departement_et_nature():
    assert {"200069755", "247900798"} <= set(sirens(departement="79", nature="cc"))
    assert set(chercher(departement="79", nature="cc")["nature"]) == {"CC"}
    assert set(chercher(departement="79")["departement"]) == {"79"}
    assert "200046977" in sirens(nature="METRO") and sirens(nature="MET69") == ["200046977"]
    assert sirens("thouarsais", departement="974") == []
    assert sirens("thouarsais", departement="75", nature="CU") == []


def test_une_ponctuation_seule_ne_designe_personne():
    assert sirens("?!") == []
    assert len(sirens("  ")) == len(chercher())


@pytest.mark.parametrize("departement", ["7", "079", "20", "99", "Deux-Sèvres", ""])
def test_departement_mal_ecrit(departement):
    with pytest.raises(ErreurUsage, match="par exemple 01, 2A"):
        chercher(departement=departement)


def test_nature_inconnue_propose_les_voisines():
    with pytest.raises(ErreurUsage, match="METRO"):
        chercher(nature="METROPOLE")
