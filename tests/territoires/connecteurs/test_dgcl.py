"""Composition DGCL : la feuille peut changer de nom, d'en-tête et d'ordre ; ce qui manque se dit."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import dgcl
from tests.territoires.fabrique_exports import ENTETES_DGCL, ecrire_classeur

# CC de Petite-Terre (Mayotte) et deux communes de Brest métropole, chiffres de la DGCL 2025
PETITE_TERRE = ("976", "200050532", "CC de Petite-Terre", "CC", "FPU", 2, 29583, 29339, "976")
LIGNES = [
    (*PETITE_TERRE, "97608", "200008829", "Dzaoudzi", 17971, 17831),
    (*PETITE_TERRE, "97615", "200008837", "Pamandzi", 11612, 11508),
]


def lire(dossier: Path, lignes: list, **options: object) -> object:
    feuille = options.pop("feuille", "Epcicom2025")
    return dgcl.lire_composition(ecrire_classeur(dossier / "epcicom.xlsx", lignes, str(feuille), **options))


def test_une_composition_se_lit(tmp_path: Path) -> None:
    table = lire(tmp_path, [ENTETES_DGCL, *LIGNES])
    assert list(table["insee"]) == ["97608", "97615"]
    assert set(table["annee"]) == {2025}
    epci = dgcl.epci_de(table).iloc[0]
    assert (epci["nom"], epci["nb_communes"], epci["pop_municipale"], epci["pop_totale"]) == (
        "CC de Petite-Terre", 2, 29339, 29583,
    )


def test_feuille_renommee_titres_en_trop_et_colonnes_deplacees_sont_toleres(tmp_path: Path) -> None:
    ordre = list(reversed(range(len(ENTETES_DGCL))))
    lignes = [[ligne[rang] for rang in ordre] for ligne in (ENTETES_DGCL, *LIGNES)]
    attendue = lire(tmp_path, [ENTETES_DGCL, *LIGNES])
    table = lire(tmp_path, [*lignes, ["Source : DGCL"]], feuille="Feuil1", titre=7)
    assert table.equals(attendue)


def test_les_codes_en_nombres_retrouvent_leurs_zeros(tmp_path: Path) -> None:
    ain = (1, 200069193, "CC de la Dombes", "CC", "FPU", 1, 875, 859, 1, 1001, 210100012, "L'Abergement-Clémenciat",
           "875", "859")
    table = lire(tmp_path, [ENTETES_DGCL, ain])
    ligne = table.iloc[0]
    assert (ligne["insee"], ligne["siren"], ligne["dep_siege"]) == ("01001", "210100012", "01")
    assert ligne["pop_totale"] == 875


def test_les_noms_de_colonnes_de_l_ancien_fichier_sont_connus(tmp_path: Path) -> None:
    anciens = dict(zip(ENTETES_DGCL, ENTETES_DGCL, strict=True)) | {
        "total_pop_tot": "ptot_epci_2021", "total_pop_mun": "pmun_epci_2021", "ptot_2025": "ptot_2021",
        "pmun_2025": "pmun_2021",
    }
    assert set(lire(tmp_path, [list(anciens.values()), *LIGNES])["annee"]) == {2021}


def test_toutes_les_colonnes_manquantes_sont_dites(tmp_path: Path) -> None:
    noms = {"insee": "code_commune", "ptot_2025": "population"}
    entetes = [noms.get(nom, nom) for nom in ENTETES_DGCL]
    with pytest.raises(ErreurDonnees) as erreur:
        lire(tmp_path, [entetes, *LIGNES])
    assert len(erreur.value.constats) == 2
    assert "« insee »" in str(erreur.value)
    assert "« ptot_AAAA »" in str(erreur.value)
    assert "Epcicom2025" in str(erreur.value)


@pytest.mark.parametrize(
    ("rang", "fausse", "attendu"),
    [
        (3, "SIVU", "nature « SIVU »"),
        (4, "TPU", "regime_fiscal « TPU »"),
        (1, "20005053", "« 20005053 » ; attendu neuf chiffres"),
        (9, "97615", "la commune 97615 (Pamandzi) pour la seconde fois"),
        (12, "NC", "une cellule vide"),
        (13, "beaucoup", "« beaucoup » ; attendu un nombre"),
        (12, 17970, "epci_pop_totale = 29582 en comptant les communes ; attendu 29583"),
    ],
)
def test_une_valeur_fausse_est_dite(tmp_path: Path, rang: int, fausse: object, attendu: str) -> None:
    premiere = [*LIGNES[0]]
    premiere[rang] = fausse
    with pytest.raises(ErreurDonnees) as erreur:
        lire(tmp_path, [ENTETES_DGCL, premiere, LIGNES[1]])
    assert attendu in str(erreur.value)


def test_un_fichier_coupe_se_trahit_par_ses_totaux(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="nb_membres = 1 en comptant les communes ; attendu 2"):
        lire(tmp_path, [ENTETES_DGCL, LIGNES[0]])


def test_un_classeur_tronque_est_refuse(tmp_path: Path) -> None:
    chemin = ecrire_classeur(tmp_path / "epcicom.xlsx", [ENTETES_DGCL, *LIGNES], "Epcicom2025")
    chemin.write_bytes(chemin.read_bytes()[:900])
    with pytest.raises(ErreurDonnees, match="classeur illisible, tronqué"):
        dgcl.lire_composition(chemin)


def test_une_page_web_a_la_place_du_classeur_est_refusee(tmp_path: Path) -> None:
    chemin = tmp_path / "epcicom.xlsx"
    chemin.write_text("<!doctype html><title>Page introuvable</title>", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="page web"):
        dgcl.lire_composition(chemin)


def test_un_classeur_vide_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="ce n'est pas le classeur DGCL"):
        lire(tmp_path, [])
