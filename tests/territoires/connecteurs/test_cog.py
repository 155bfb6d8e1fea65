"""Liste des communes en JSON : API Géo ou data.gouv.fr, communes actuelles des EPCI seulement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import cog

BOHARS = {"code": "29011", "nom": "Bohars", "siren": "212900112", "codeDepartement": "29", "codeRegion": "53",
          "population": 3727}


def lire(dossier: Path, contenu: object) -> object:
    chemin = dossier / "communes.json"
    chemin.write_text(contenu if isinstance(contenu, str) else json.dumps(contenu), encoding="utf-8")
    return cog.lire_communes(chemin)


def test_l_api_geo_se_lit(tmp_path: Path) -> None:
    miquelon = {**BOHARS, "code": "97501", "nom": "Miquelon-Langlade"}
    table = lire(tmp_path, [BOHARS, miquelon])
    assert table.to_dict("records") == [
        {"insee": "29011", "siren": "212900112", "nom": "Bohars", "dep": "29", "reg": "53", "pop_municipale": 3727.0}
    ]


def test_le_fichier_de_data_gouv_se_lit_sans_ses_communes_deleguees(tmp_path: Path) -> None:
    fiche = {"code": "29011", "nom": "Bohars", "siren": "212900112", "departement": "29", "region": "53",
             "population": 3727, "type": "commune-actuelle"}
    table = lire(tmp_path, [fiche, {"code": "01015", "nom": "Arbignieu", "type": "commune-deleguee"}])
    assert list(table["insee"]) == ["29011"]


def test_une_population_absente_reste_absente(tmp_path: Path) -> None:
    sans = {cle: valeur for cle, valeur in BOHARS.items() if cle != "population"}
    table = lire(tmp_path, [BOHARS, {**sans, "code": "55039"}])
    assert table["pop_municipale"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        ('[{"code": "29011", ', "JSON illisible ou tronqué"),
        ({"communes": []}, "attendu une liste de fiches"),
        ([{"code": "29011", "nom": "Bohars"}], "« siren »"),
        ([BOHARS, BOHARS], "la même commune deux fois"),
        ([{**BOHARS, "code": "2C011"}], "« 2C011 » ; attendu un code INSEE"),
        ([{**BOHARS, "population": "beaucoup"}], "« beaucoup » ; attendu un nombre"),
    ],
)
def test_une_mauvaise_liste_est_refusee(tmp_path: Path, contenu: object, attendu: str) -> None:
    with pytest.raises(ErreurDonnees) as erreur:
        lire(tmp_path, contenu)
    assert attendu in str(erreur.value)
