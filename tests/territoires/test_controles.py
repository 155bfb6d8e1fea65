"""Chaque contrôle du référentiel national voit le défaut qu'il doit voir, et rien sur des données justes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from mutunb.territoires.assemblage import Tables
from mutunb.territoires.controles import controler, part_ville_centre
from tests.territoires.jeu import jeu_echantillon

BREST, BOHARS = "242900314", "29011"


@pytest.fixture
def jeu() -> Tables:
    return jeu_echantillon()


def poser(table: pd.DataFrame, cle: str, code: str, colonne: str, valeur: object) -> None:
    table.loc[table[cle].eq(code), colonne] = valeur


def test_des_donnees_justes_ne_donnent_aucun_constat(jeu: Tables) -> None:
    assert controler(jeu) == []


@pytest.mark.parametrize(
    ("abimer", "attendu"),
    [
        (lambda j: poser(j["epci"], "epci_siren", BREST, "nb_communes", 7), "nb_communes : trouvé 1 EPCI"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "nature", "SIVU"), "valeur inconnue (SIVU)"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "regime_fiscal", "TPU"), "regime_fiscal"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "cif_2025", 57.6), "hors bornes (Brest Métropole)"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "communes_dgf", 1), "communes_dgf : trouvé 1 EPCI"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "communes_couverture_pop", 0.98), "communes_couverture_pop"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "ofgl_couverture_pop", 0.99), "ofgl_couverture_pop"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "communes_avec_comptes", 7), "communes_avec_comptes"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "pop_municipale_2025", 0), "1 EPCI sans habitant"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "pop_totale_2025", pd.NA), "1 EPCI sans habitant"),
        (lambda j: poser(j["epci"], "epci_siren", BREST, "epci_siren", "24290031"), "code mal formé (24290031)"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "pop_municipale_2025", -1), "absente ou négative : Bohars"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "pop_totale_2025", pd.NA), "absente ou négative : Bohars"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "insee", "29019"), "doublon (29019)"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "insee", None), "cellule vide"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "insee", "2C011"), "code mal formé (2C011)"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "epci_siren", "200000172"), "sans correspondance (200000172)"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "epci_siren", None), "epci, pop_municipale_2025"),
        (lambda j: poser(j["communes"], "epci_siren", BREST, "epci_siren", None), "au moins une commune membre"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "frais_personnel", pd.NA), "communes_frais_personnel"),
        (lambda j: poser(j["communes"], "insee", BOHARS, "lat", np.inf), "valeur infinie"),
        (lambda j: poser(j["communes_contours"], "insee", BOHARS, "insee", "01001"), "une commune de la table"),
    ],
)
def test_un_defaut_est_une_erreur(jeu: Tables, abimer: Callable[[Tables], None], attendu: str) -> None:
    abimer(jeu)
    constats = [str(constat) for constat in controler(jeu) if constat.gravite == "erreur"]
    assert any(attendu in constat for constat in constats), constats


def test_une_commune_deserte_et_un_contour_manquant_ne_sont_que_des_alertes(jeu: Tables) -> None:
    poser(jeu["communes"], "insee", BOHARS, "pop_municipale_2025", 0)
    bohars = jeu["communes"]["insee"].eq(BOHARS)
    epci = jeu["epci"]["epci_siren"].eq(BREST)
    jeu["epci"].loc[epci, "pop_municipale_2025"] -= 3671
    jeu["communes_contours"] = jeu["communes_contours"][~bohars.to_numpy()]
    constats = controler(jeu)
    assert [constat.gravite for constat in constats] == ["alerte", "alerte"]
    assert "commune sans contour (29011)" in str(constats[0])
    assert "commune de zéro habitant (Bohars)" in str(constats[1])


def test_la_part_de_la_ville_centre_se_recalcule(jeu: Tables) -> None:
    part = part_ville_centre(jeu["communes"])
    assert part[BREST] == pytest.approx(140_993 / 213_403)
    assert part.between(0, 1).all()
    assert len(part) == len(jeu["epci"])
