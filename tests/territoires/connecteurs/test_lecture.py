"""Un fichier qui n'est pas l'export attendu se dit en une phrase : où, quoi, que faire."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs.lecture import Colonne, cle, table_csv

COLONNES = (
    Colonne("insee", ("com_code", "Code Insee AAAA Commune")),
    Colonne("agregat", ("agregat", "Agrégat")),
    Colonne("montant", ("montant", "Montant")),
    Colonne("nomenclature", ("nomen",), obligatoire=False),
)
ENTETE = "com_code;agregat;montant;autre\r\n"
LIGNE = "01004;Frais de personnel;12,5;x\r\n"


def lire(dossier: Path, contenu: str | bytes) -> object:
    chemin = dossier / "export.csv"
    chemin.write_bytes(contenu.encode("utf-8") if isinstance(contenu, str) else contenu)
    return table_csv(chemin, COLONNES, "un export d'essai")


def test_les_colonnes_sont_renommees_et_les_lignes_numerotees(tmp_path: Path) -> None:
    table = lire(tmp_path, "\ufeff" + ENTETE + LIGNE + LIGNE)
    assert list(table.columns) == ["insee", "agregat", "montant", "nomenclature"]
    assert list(table.index) == [2, 3]
    assert table.loc[3, "insee"] == "01004"
    assert table.loc[2, "nomenclature"] == ""


def test_un_intitule_porte_le_millesime_qu_il_veut(tmp_path: Path) -> None:
    table = lire(tmp_path, "Code Insee 2026 Commune,Agrégat,Montant\n2A004,DGF,1\n")
    assert table.loc[2, "insee"] == "2A004"
    assert cle("Code Insee 2024 Commune") == cle("code_insee_2026_commune")


def test_toutes_les_colonnes_manquantes_sont_dites_avec_leurs_voisines(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees) as erreur:
        lire(tmp_path, "com_code;agregats;monant\n01004;DGF;1\n")
    assert len(erreur.value.constats) == 2
    assert "agregats" in erreur.value.constats[0].trouve
    assert "monant" in erreur.value.constats[1].trouve
    assert "« montant » ou « Montant »" in str(erreur.value)


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        ("", "fichier vide"),
        ("  \r\n ", "fichier vide"),
        ("<!DOCTYPE html><html><body>Erreur 500</body></html>", "page web (HTML)"),
        ("\ufeff\n<html lang='fr'><head></head></html>", "page web (HTML)"),
        (ENTETE, "aucune ligne sous l'en-tête"),
        (ENTETE + LIGNE + "01005;Frais de per", "ligne 3 : fichier tronqué"),
        (ENTETE + LIGNE + "01005;Frais de personnel;12", "ligne 3 : fichier tronqué"),
        (ENTETE + LIGNE + "01005;Frais de personnel;125;x", "ligne 3 : fichier tronqué"),
        (ENTETE + LIGNE + '01005;"Frais de perso', "ligne 3 : fichier tronqué"),
        (ENTETE + LIGNE + "01004;DGF;1;x;y\r\n", "ligne 3 : trouvé 5 champs ; attendu 4 champs"),
        ((ENTETE + LIGNE).replace(";", "\t"), "séparateur inattendu (tabulation)"),
        ((ENTETE + LIGNE).replace(";", "|"), "séparateur inattendu (barre verticale)"),
        ((ENTETE + "01004;Dépenses;1;x\r\n").encode("cp1252"), "ligne 2 : encodage inattendu (octet 0xe9"),
    ],
)
def test_un_mauvais_fichier_est_refuse_clairement(tmp_path: Path, contenu: str | bytes, attendu: str) -> None:
    with pytest.raises(ErreurDonnees, match="export.csv") as erreur:
        lire(tmp_path, contenu)
    assert attendu in str(erreur.value)


def test_une_ligne_courte_au_milieu_est_nommee(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees) as erreur:
        lire(tmp_path, ENTETE + "01004;DGF\r\n" + LIGNE)
    assert "ligne 2 : trouvé 2 champs" in str(erreur.value)


def test_un_champ_sur_deux_lignes_ne_decale_pas_la_numerotation(tmp_path: Path) -> None:
    table = lire(tmp_path, ENTETE + '01004;"Frais de\npersonnel";1;x\r\n' + LIGNE)
    assert list(table.index) == [3, 4]


def test_une_ligne_vide_ne_decale_pas_la_numerotation(tmp_path: Path) -> None:
    assert list(lire(tmp_path, ENTETE + "\r\n" + LIGNE).index) == [3]


def test_un_fichier_absent_est_nomme(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="introuvable"):
        table_csv(tmp_path / "rien.csv", COLONNES, "un export d'essai")
