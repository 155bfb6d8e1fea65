"""``resultats.json`` : complet, strict, reproductible."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from mutunb import territoires
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import elements, resultats
from tests.execution import fabrique_carnets as fabrique


def bloc(*bruts: dict) -> dict:
    execute = fabrique.carnet(fabrique.code("x", sorties=[fabrique.sortie(list(bruts))]))
    return resultats.etape(elements.lire(execute, "essai"), {"10_portrait": "produit", "12_achats": "echec"})


def test_chaque_genre_a_sa_place() -> None:
    recommandations = [
        {"genre": "recommandation", "id": nom, "rang": rang, "texte": "x"} for nom, rang in [("b", 2), ("c", 1), ("a", 2)]
    ]
    lu = bloc(fabrique.tableau("z"), fabrique.tableau("a"), fabrique.indicateur(), fabrique.synthese(), *recommandations)
    assert lu["indicateurs"]["population"] == {
        "libelle": "Population", "valeur": 12, "unite": "habitants", "statut": "constate", "source": "essai"
    }  # fmt: skip
    assert lu["tableaux"]["a"]["lignes"][0] == ("01004", "Ambérieu", 1234.5, 0.4)
    assert [tableau["id"] for tableau in resultats.tableaux_dans_l_ordre(lu)] == ["z", "a"]
    assert [r["id"] for r in lu["recommandations"]] == ["c", "a", "b"]
    assert lu["synthese"]["decision"] == "Décider de poursuivre."
    assert lu["carnets"] == {"10_portrait": "produit", "12_achats": "echec"}


def test_le_json_est_strict_et_ses_cles_triees() -> None:
    texte = resultats.texte({"b": [math.nan, math.inf, (1, "é")], "a": {"z": -math.inf}})
    assert json.loads(texte, parse_constant=pytest.fail) == {"a": {"z": None}, "b": [None, None, [1, "é"]]}
    assert texte.index('"a"') < texte.index('"b"') and "é" in texte


def test_le_document_dit_le_territoire_et_ses_millesimes() -> None:
    document = resultats.document(territoires.ouvrir(fabrique.SIREN), {})
    assert document["version"] == 1
    assert document["territoire"]["siren"] == fabrique.SIREN
    assert document["territoire"]["millesime"] == {"perimetre": "2025-01-01", "comptes": 2024, "dgf": 2025, "population": 2022}


@pytest.mark.parametrize("contenu", ["{", "[]", '{"version": 99}'])
def test_un_fichier_anterieur_illisible_est_dit(tmp_path: Path, contenu: str) -> None:
    (tmp_path / "resultats.json").write_text(contenu, encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="Supprimez-le et relancez"):
        resultats.lire(tmp_path / "resultats.json")


def test_sans_fichier_anterieur_rien_a_garder(tmp_path: Path) -> None:
    assert resultats.lire(tmp_path / "resultats.json") == {}
