"""DECP : une ligne par marché, titulaire et version ; un montant compté une fois ; ce qui est douteux se voit."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import decp

MARCHE = {
    "id": "18-234", "acheteur": {"id": "21900010600014"}, "nature": "Marché", "objet": "Maîtrise d'œuvre",
    "codeCPV": "45331000-4", "procedure": "Procédure adaptée", "dureeMois": 36, "dateNotification": "2018-09-13",
    "datePublicationDonnees": "2018-10-01", "montant": 151336.0, "offresRecues": 3,
    "titulaires": [
        {"titulaire": {"typeIdentifiant": "SIRET", "id": "49907234600020"}},
        {"titulaire": {"typeIdentifiant": "SIRET", "id": "48077430600025"}},
    ],
}
MODIFICATION = {"modification": {"id": 1, "montant": 181736, "dateNotificationModification": "2024-08-02"}}


def ecrire(dossier: Path, *marches: dict[str, object]) -> Path:
    chemin = dossier / "decp.json"
    chemin.write_text(json.dumps({"marches": {"marche": list(marches)}}, ensure_ascii=False), encoding="utf-8")
    return chemin


@pytest.mark.national
def test_le_json_reglementaire_reel_se_lit(dossier_formats: Path) -> None:
    marches = decp.lire_json(dossier_formats / "decp_json_extrait.json")
    assert list(marches.columns) == list(decp.COLONNES)
    assert marches["uid"].nunique() == 20
    assert len(marches) == 27  # 3 titulaires de plus (2 marchés groupés), 4 modifications
    assert marches["derniere_version"].sum() == 23
    assert marches["anomalie"].str.contains("« test »").all()
    assert marches.loc[marches["version"].eq(0), "date_publication"].isna().sum() == 18
    distincts = decp.marches_distincts(marches)
    assert len(distincts) == 20
    assert distincts.set_index("id").loc["18-303", "montant"] == 462824
    assert distincts.set_index("id").loc["0258-MOE", "nb_titulaires"] == 3


@pytest.mark.national
def test_le_parquet_consolide_reel_se_lit(dossier_formats: Path) -> None:
    marches = decp.lire_parquet(dossier_formats / "decp_consolidees_2026_extrait.parquet")
    assert list(marches.columns) == list(decp.COLONNES)
    assert len(marches) == 60  # 61 lignes, dont une répétée
    assert set(marches["nature"]) == {"Marché"}
    distincts = decp.marches_distincts(marches)
    assert len(distincts) == distincts["uid"].nunique() == 45
    groupement = distincts.set_index("uid").loc["2472003480011525_45233140"]
    assert (groupement["montant"], groupement["nb_titulaires"]) == (6_000_000, 4)
    assert distincts["montant_douteux"].sum() == 4
    assert distincts.loc[~distincts["montant_douteux"], "montant"].sum() == pytest.approx(23_065_405.55)
    modifie = marches[marches["uid"] == "200041788000642025_017_PI0_79311000"]
    assert modifie.groupby("version")["derniere_version"].all().to_dict() == {1: False, 2: True}


@pytest.mark.national
def test_le_parquet_se_restreint_a_des_acheteurs(dossier_formats: Path) -> None:
    chemin = dossier_formats / "decp_consolidees_2026_extrait.parquet"
    assert set(decp.lire_parquet(chemin, ["200067460"])["acheteur_siren"]) == {"200067460"}
    assert decp.lire_parquet(chemin, []).empty


def test_une_modification_fait_une_version_et_le_montant_se_compte_une_fois(tmp_path: Path) -> None:
    marches = decp.lire_json(ecrire(tmp_path, {**MARCHE, "modifications": [MODIFICATION]}))
    assert marches.groupby(["version", "derniere_version"])["montant"].first().to_dict() == {
        (0, False): 151336, (1, True): 181736,
    }
    assert set(marches["code_cpv"]) == {"45331000"}
    distinct = decp.marches_distincts(marches).iloc[0]
    assert (distinct["montant"], distinct["nb_titulaires"]) == (181736, 2)
    assert distinct["duree_mois"] == 36
    assert distinct["date_notification"] == pd.Timestamp("2024-08-02")


@pytest.mark.parametrize(
    ("change", "motif"),
    [
        ({"montant": 0}, "montant nul, négatif ou symbolique"),
        ({"montant": -5.0}, "montant nul, négatif ou symbolique"),
        ({"montant": 1}, "montant nul, négatif ou symbolique"),
        ({"montant": 1_000_000_001}, "montant aberrant"),
        ({"montant": None}, "montant absent"),
        ({"montant": "test"}, "montant absent"),
        ({"titulaires": None}, "titulaire absent"),
        ({"titulaires": [{"titulaire": None}]}, "titulaire absent"),
        ({"acheteur": {"id": "010000000000"}}, "SIRET de l'acheteur"),
        ({"dateNotification": "le 3 mars"}, "date_notification illisible : le 3 mars"),
        ({"dureeMois": "deux ans"}, "duree_mois illisible : deux ans"),
        ({"offresRecues": "test"}, "offresRecues"),
    ],
)
def test_ce_qui_est_douteux_est_signale_sans_disparaitre(tmp_path: Path, change: dict, motif: str) -> None:
    marches = decp.lire_json(ecrire(tmp_path, {**MARCHE, **change}))
    assert marches["uid"].nunique() == 1
    assert marches["anomalie"].str.contains(motif, regex=False).all()
    constats = decp.constats_anomalies(marches, Path("decp.json"))
    assert constats[0].gravite == "alerte"
    assert motif in str(constats[0])


@pytest.mark.parametrize("montant", [2, 1_000_000_000])
def test_un_montant_aux_bornes_est_accepte(tmp_path: Path, montant: float) -> None:
    marches = decp.lire_json(ecrire(tmp_path, {**MARCHE, "montant": montant}))
    assert not marches["montant_douteux"].any()
    assert set(marches["anomalie"]) == {""}
    assert decp.constats_anomalies(marches, Path("decp.json")) == []


def test_des_montants_differents_selon_le_titulaire_se_disent(tmp_path: Path) -> None:
    marches = decp.lire_json(ecrire(tmp_path, MARCHE))
    marches.loc[0, "montant"] = 10.0
    distinct = decp.marches_distincts(marches).iloc[0]
    assert distinct["montant"] == 151336
    assert "montants différents" in distinct["anomalie"]


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        ('{"marches": {"marche": [{"id": ', "JSON illisible ou tronqué"),
        ('{"donnees": []}', "aucun marché trouvé (clés : donnees)"),
        ('{"marches": {"marche": []}}', "aucun marché trouvé"),
        ('{"marches": {"marche": [{"id": "1"}]}}', "acheteur, objet, montant, dateNotification, titulaires"),
        ("<html></html>", "page web (HTML)"),
    ],
)
def test_un_mauvais_json_est_refuse_clairement(tmp_path: Path, contenu: str, attendu: str) -> None:
    chemin = tmp_path / "decp.json"
    chemin.write_text(contenu, encoding="utf-8")
    with pytest.raises(ErreurDonnees) as erreur:
        decp.lire_json(chemin)
    assert attendu in str(erreur.value)


def test_un_montant_illisible_dit_le_marche_et_la_valeur(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="marché 18-234, montant : trouvé « cher »"):
        decp.lire_json(ecrire(tmp_path, {**MARCHE, "montant": "cher"}))


def test_un_parquet_sans_les_bonnes_colonnes_est_refuse(tmp_path: Path) -> None:
    chemin = tmp_path / "decp.parquet"
    with duckdb.connect() as connexion:
        connexion.execute(f"COPY (SELECT '1' AS uid, 2.0 AS montants) TO '{chemin}' (FORMAT parquet)")
    with pytest.raises(ErreurDonnees) as erreur:
        decp.lire_parquet(chemin)
    assert len(erreur.value.constats) == 10
    assert "des colonnes voisines : montants" in str(erreur.value)


def test_un_parquet_tronque_est_refuse(tmp_path: Path) -> None:
    chemin = tmp_path / "decp.parquet"
    chemin.write_bytes(b"PAR1\x00\x00")
    with pytest.raises(ErreurDonnees, match="illisible ou tronqué"):
        decp.lire_parquet(chemin)
