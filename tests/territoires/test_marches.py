"""Marchés publiés d'un territoire : ses seuls acheteurs, la dernière version, un montant compté une fois."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from tests.fabrique import commune, territoire

from mutunb.calculs.contrats import dresser_carte
from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.marches import en_contrats, marches_du_territoire

EPCI = "200000000"


def marche(identifiant: str, siren: str = EPCI, montant: float = 100_000, titulaires: int = 1, **autres) -> dict:
    """Un marché de quatre ans notifié le 1er janvier 2024."""
    return {
        "id": identifiant, "acheteur": {"id": f"{siren}00014"}, "nature": "Marché", "objet": "Location de copieurs",
        "codeCPV": "30121100-4", "procedure": "Procédure adaptée", "dureeMois": 48, "dateNotification": "2024-01-01",
        "datePublicationDonnees": "2024-02-01", "montant": montant, "offresRecues": 3,
        "titulaires": [{"titulaire": {"typeIdentifiant": "SIRET", "id": f"4990723460002{i}"}} for i in range(titulaires)],
    } | autres  # fmt: skip


def lire(tmp_path, *marches: dict):
    fichier = tmp_path / "decp.json"
    fichier.write_text(json.dumps({"marches": {"marche": list(marches)}}), encoding="utf-8")
    return marches_du_territoire(fichier, territoire([commune("A", 100, 1, 1)]))


def test_seuls_les_acheteurs_du_territoire_restent(tmp_path):
    lus = lire(tmp_path, marche("1"), marche("2", "219900000"), marche("3", "999999999"))
    assert lus["acheteur"].tolist() == ["A", "CC d'Essai"]


def test_la_derniere_version_compte_mais_le_debut_reste_celui_de_la_notification(tmp_path):
    avenants = [
        {"modification": {"id": 1, "montant": 120_000, "dateNotificationModification": "2025-01-01"}},
        {"modification": {"id": 2, "montant": 90_000, "dateNotificationModification": "2025-06-01"}},
    ]
    lu = lire(tmp_path, marche("1", titulaires=3, modifications=avenants)).iloc[0]
    assert (lu["montant"], lu["nb_titulaires"]) == (90_000, 3)
    assert (lu["debut"], lu["fin"]) == (pd.Timestamp("2024-01-01"), pd.Timestamp("2027-12-31"))


def test_les_marches_deviennent_des_contrats(tmp_path):
    lus = lire(tmp_path, marche("1", titulaires=2), marche("2", "219900000", montant=1))
    contrats = dresser_carte(en_contrats(lus), pd.Timestamp("2026-01-01").date())
    assert contrats.montant_eur == pytest.approx(25_000, rel=1e-3)  # le montant symbolique est écarté
    assert set(contrats.table["segment"]) == {"Copieurs et impression"}
    assert contrats.statut_montant == "estime"


def test_un_territoire_sans_marche_donne_une_table_vide(tmp_path):
    lus = lire(tmp_path, marche("3", "999999999"))
    assert lus.empty and {"acheteur", "debut", "fin"} <= set(lus.columns)
    assert en_contrats(lus).empty


def test_un_autre_format_est_refuse(tmp_path):
    with pytest.raises(ErreurDonnees, match=r"\.json ou \.parquet"):
        marches_du_territoire(tmp_path / "decp.xml", territoire([commune("A", 100, 1, 1)]))
