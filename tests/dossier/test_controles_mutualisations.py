"""Contrôles des mutualisations, de leur barème, et de l'appétence."""

from __future__ import annotations

import pytest

from mutunb.dossier.bareme import baisses, chercher_decalage, lire_bareme
from tests.dossier.fabrique_collecte import ADAM, EPCI, constats, mutualisation


@pytest.mark.parametrize(("forme", "fin", "nombre"), [("sc", None, 1), ("sc", "2027-01-01", 0), ("syn", None, 0)])
def test_mutualisation_sans_terme(forme: str, fin: str | None, nombre: int) -> None:
    assert len(constats("mutualisation_sans_terme", mutualisations=[mutualisation(forme=forme, fin=fin)])) == nombre


@pytest.mark.parametrize(("fin", "nombre"), [("2020-01-01", 0), ("2019-12-31", 1)])
def test_mutualisation_finie_avant_debut(fin: str, nombre: int) -> None:
    lignes = [mutualisation(debut="2020-01-01", fin=fin)]
    assert len(constats("mutualisation_finie_avant_debut", mutualisations=lignes)) == nombre


@pytest.mark.parametrize(("prix", "nombre"), [(101_000.0, 0), (101_001.0, 1), (50_000.0, 0)])
def test_refacturation_au_dela_du_cout(prix: float, nombre: int) -> None:
    lignes = [mutualisation(cout_annuel_eur=100_000.0, prix_eur=prix)]
    assert len(constats("refacturation_au_dela_du_cout", mutualisations=lignes)) == nombre


PUBLIE = (
    "1=574,88;2=1149,76;3=1552,18;4=2069,57;5=2586,96;6=2414,5;7=2816,92;8=3219,33;9=3621,75;10=3789,84;"
    "11=4024,16;12=4426,58;13=4829;14=5231,42;15=5633,83;16=5978,76"
)
EXACT = PUBLIE.replace("10=3789,84;11=4024,16;12=4426,58;13=4829;14=5231,42;15=5633,83", "10=4024,16;11=4426,58;12=4828,99")


def test_la_table_publiee_est_decalee_de_11_a_15() -> None:
    """Cas A1 : la ligne n porte le montant de n-1 postes."""
    decalage = chercher_decalage(lire_bareme(PUBLIE), 0.05)
    assert decalage.quantites == (11, 12, 13, 14, 15)
    assert decalage.prix_unitaire_eur == pytest.approx(402.416, abs=0.001)
    assert chercher_decalage(lire_bareme(EXACT), 0.05) is None


def test_un_tarif_proportionnel_ou_a_part_fixe_n_est_pas_decale() -> None:
    assert chercher_decalage({float(n): 100.0 * n for n in range(1, 20)}, 0.05) is None
    assert chercher_decalage({float(n): 50 + 100.0 * n for n in range(1, 20)}, 0.05) is None


def test_bareme_dans_le_dossier() -> None:
    lignes = [mutualisation(bareme=PUBLIE)]
    (decale,) = constats("tarif_decale_d_un_rang", mutualisations=lignes)
    assert "11, 12, 13, 14 et 15" in decale.trouve
    attendu = decale.attendu.replace("\u00a0", " ").replace("\u202f", " ")
    assert attendu.startswith("montant = quantité × 402,4167 €, soit 11 = 4 426,58 € ; 12 = ")
    (baisse,) = constats("tarif_non_croissant", mutualisations=lignes)
    assert "pour 6 (" in baisse.trouve and "montant au seuil + (quantité" in baisse.attendu
    assert not constats("bareme_illisible", mutualisations=lignes)
    assert constats("bareme_illisible", mutualisations=[mutualisation(bareme="selon convention")])


def test_un_palier_plat_est_admis() -> None:
    assert baisses({1.0: 10.0, 2.0: 10.0, 3.0: 9.99}) == (3.0,)


@pytest.mark.parametrize("texte", ["1 = dix", "1 = 2 ; 1 = 3", "", "12"])
def test_bareme_illisible(texte: str) -> None:
    assert lire_bareme(texte) is None


@pytest.mark.parametrize(("direction", "repondant", "nombre"), [(2.0, "dgs", 0), (3.0, "dgs", 1), (3.0, "secretaire", 1), (None, "dgs", 0)])
def test_maire_et_direction(direction: float | None, repondant: str, nombre: int) -> None:
    commun = {"siren": ADAM, "fonction": "achats"}
    lignes = [commun | {"repondant": "maire", "interet": 0.0}, commun | {"repondant": repondant, "interet": direction}]
    trouves = constats("maire_et_direction_en_ecart", appetence=lignes)
    assert [constat.gravite for constat in trouves] == ["information"] * nombre


def test_le_president_et_la_direction_de_l_epci_se_confrontent() -> None:
    commun = {"siren": EPCI, "fonction": "achats"}
    lignes = [commun | {"repondant": "president", "interet": 4.0}, commun | {"repondant": "dgs", "interet": 0.0}]
    (constat,) = constats("maire_et_direction_en_ecart", appetence=lignes)
    assert constat.trouve.startswith("4 pour le président et 0 pour la direction")
