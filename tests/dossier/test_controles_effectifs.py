"""Contrôles des effectifs : chaque seuil des deux côtés."""

from __future__ import annotations

import pytest

from tests.dossier.fabrique_collecte import ADAM, BERE, constats, poste


@pytest.mark.parametrize(("reste", "trop", "peu"), [(0.3, 0, 0), (0.305, 0, 0), (0.306, 1, 0), (0.295, 0, 0), (0.294, 0, 1)])
def test_parts_de_temps(reste: float, trop: int, peu: int) -> None:
    lignes = [poste(part=0.7), poste(fonction="juridique", part=reste)]
    assert len(constats("parts_de_temps_au_dela", effectifs=lignes)) == trop
    assert len(constats("parts_de_temps_en_deca", effectifs=lignes)) == peu


def test_une_part_inconnue_n_est_pas_un_manque() -> None:
    lignes = [poste(part=0.7), poste(fonction="juridique", part=None)]
    assert not constats("parts_de_temps_en_deca", effectifs=lignes)


def test_un_constat_nomme_la_cellule() -> None:
    (constat,) = constats("parts_de_temps_au_dela", effectifs=[poste(part=0.7), poste(fonction="juridique", part=0.4)])
    assert constat.ou == "reponses.xlsx, Effectifs, cellules E6 et E7"
    assert constat.trouve == "110\u00a0% pour le poste P1 (Adam), réparti sur 2\u00a0lignes"
    assert constat.gravite == "erreur"
    assert [cellule.adresse for cellule in constat.cellules] == ["E6", "E7"]


def test_deux_communes_ont_le_meme_repere_de_poste() -> None:
    assert not constats("parts_de_temps_au_dela", effectifs=[poste(part=0.7), poste(siren=BERE, part=0.7)])


def test_poste_contradictoire() -> None:
    lignes = [poste(part=0.5, categorie="b"), poste(fonction="juridique", part=0.5, categorie="c")]
    (constat,) = constats("poste_contradictoire", effectifs=lignes)
    assert constat.trouve.startswith("B et C pour le poste P1")
    assert not constats("poste_contradictoire", effectifs=[lignes[0], lignes[1] | {"categorie": None}])


@pytest.mark.parametrize(
    ("categorie", "bas", "haut"),
    # TR08 60 à 75, TR09 45 à 52, TR10 36 à 42 k€, élargis de 30 %
    [("a", 42_000, 97_500), ("b", 31_500, 67_600), ("c", 25_200, 54_600), (None, 25_200, 97_500)],
)
def test_cout_d_un_etp(categorie: str | None, bas: float, haut: float) -> None:
    def combien(cout: float) -> int:
        ligne = poste(categorie=categorie, cout_employeur_eur=cout)
        return len(constats("cout_etp_hors_bornes", effectifs=[ligne]))

    assert [combien(bas - 1), combien(bas), combien(haut), combien(haut + 1)] == [1, 0, 0, 1]


def test_le_cout_est_ramene_au_temps_plein_et_l_apprenti_laisse_a_part() -> None:
    mi_temps = poste(quotite=0.5, categorie="c", cout_employeur_eur=20_000.0)
    assert not constats("cout_etp_hors_bornes", effectifs=[mi_temps])
    assert constats("cout_etp_hors_bornes", effectifs=[mi_temps | {"quotite": 1.0}])
    assert not constats("cout_etp_hors_bornes", effectifs=[mi_temps | {"quotite": 1.0, "statut": "apprenti"}])


@pytest.mark.parametrize(("annee", "nombre"), [(2025.0, 1), (2026.0, 0), (None, 0)])
def test_depart_passe(annee: float | None, nombre: int) -> None:
    assert len(constats("annee_depart_passee", effectifs=[poste(annee_depart=annee)])) == nombre


@pytest.mark.parametrize(("total", "nombre"), [(1.45, 0), (1.44, 1), (2.0, 0), (None, 0)])
def test_effectifs_au_dela_du_total(total: float | None, nombre: int) -> None:
    entite = {"siren": ADAM, "nom": "Adam", "nature": "commune", "effectif_etp": total}
    lignes = [poste(), poste(poste="P2", quotite=0.5)]
    assert len(constats("effectifs_au_dela_du_total", effectifs=lignes, entites=[entite])) == nombre
