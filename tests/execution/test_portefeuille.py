"""Le portefeuille : tout ce qui est produit, rien d'inventé, une page sans requête et un seul script autorisé."""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
from pathlib import Path

import duckdb
import pytest

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import portefeuille
from tests.execution.fabrique_carnets import HOSTILE

JOUR = datetime.date(2026, 1, 15)


def resultat(siren: str, nom: str = "CC d'essai", statut: str = "produit", **indicateurs: object) -> dict:
    contenus = {
        i: {"libelle": i, "valeur": v, "unite": "texte" if isinstance(v, str) else "habitants", "statut": "constate", "source": "essai"}
        for i, v in indicateurs.items()
    }
    identite = {"siren": siren, "nom": nom, "nature": "CC", "departement": "79", "regime_fiscal": "FPU", "origine": "national", "communes": 3}
    bloc = {"carnets": {"10_portrait": statut}, "indicateurs": contenus, "tableaux": {}, "recommandations": [], "synthese": None}
    return {"version": 1, "territoire": identite, "etapes": {"diagnostic": bloc}}


def poser(sorties: Path, *documents: dict | str) -> Path:
    for rang, document in enumerate(documents):
        dossier = sorties / (document["territoire"]["siren"] if isinstance(document, dict) else f"casse{rang}")
        dossier.mkdir(parents=True)
        texte = document if isinstance(document, str) else json.dumps(document)
        (dossier / "resultats.json").write_text(texte, encoding="utf-8")
    return sorties


def reunir(sorties: Path) -> portefeuille.Portefeuille:
    return portefeuille.reunir(sorties, chemins.echantillon())


def test_une_ligne_par_territoire_et_absent_n_est_pas_zero(tmp_path: Path) -> None:
    documents = [
        resultat("247900798", population=35369, perimetre="socle", cif=0.44),
        resultat("244600573", population=None, perimetre="socle_elargi"),
        resultat("200069052", statut="echec"),
    ]
    reuni = reunir(poser(tmp_path, *documents))
    assert list(reuni.table["siren"]) == ["200069052", "244600573", "247900798"]
    assert reuni.table["diagnostic__population"].isna().tolist() == [True, True, False]
    assert reuni.table["diagnostic__population"].sum() == 35369
    assert list(reuni.echecs["siren"]) == ["200069052"]
    assert reuni.table.set_index("siren").loc["247900798", "lat"] == pytest.approx(46.98, abs=0.2)
    table, page = portefeuille.ecrire(reuni, tmp_path, JOUR)
    relue = duckdb.sql(f"SELECT siren, diagnostic__population AS p FROM '{table}' ORDER BY siren").fetchall()
    assert [siren for siren, _ in relue] == list(reuni.table["siren"]) and relue[2][1] == 35369
    assert page.read_text().count("n.d.") >= 3


def test_un_fichier_illisible_est_dit(tmp_path: Path) -> None:
    reuni = reunir(poser(tmp_path, resultat("247900798", population=1), "{coupé"))
    assert (len(reuni.table), reuni.illisibles) == (1, ("casse1",))
    _, page = portefeuille.ecrire(reuni, tmp_path, JOUR)
    assert "casse1" in page.read_text()


def test_rien_de_produit_est_une_phrase(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="Aucun territoire produit"):
        reunir(tmp_path)


def test_la_page_n_execute_que_son_script(tmp_path: Path) -> None:
    reuni = reunir(poser(tmp_path, resultat("247900798", HOSTILE, population=12)))
    html = portefeuille.ecrire(reuni, tmp_path, JOUR)[1].read_text(encoding="utf-8")
    scripts = re.findall(r"<script>(.*?)</script>", html, re.S)
    assert len(scripts) == 1 and html.count("<script") == 1
    empreinte = base64.b64encode(hashlib.sha256(scripts[0].encode()).digest()).decode()
    assert f"script-src 'sha256-{empreinte}'" in html
    assert "default-src 'none'" in html and "http://" not in html.replace("http://www.w3.org", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_mille_territoires_tiennent_en_un_megaoctet_et_demi(tmp_path: Path) -> None:
    documents = [
        resultat(f"{n:09d}", f"Communauté de communes numéro {n} du Val", population=1000 + n, cif=n / 3000,
                 depense_fonctionnement_hab=1000 + n, etp_support_central=n / 7, potentiel_achats_central=1e5 + n, perimetre="socle")
        for n in range(1255)
    ]  # fmt: skip
    reuni = reunir(poser(tmp_path, *documents))
    reuni.table["lat"], reuni.table["lon"] = 46.0, [n / 200 for n in range(1255)]
    _, page = portefeuille.ecrire(reuni, tmp_path, JOUR)
    assert page.stat().st_size < 1_500_000
    assert page.read_text().count("<circle") >= 1255
