"""DGF : nombres à la française, CIF en coefficient ou en pourcentage, variable absente ou ambiguë dite."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import dgf

ENTETE_FICHE = (
    "epci_siren;exercice;cif;cif_moyen_categorie;potentiel_fiscal_eur;potentiel_fiscal_hab_eur;"
    "dotation_interco_eur;population_dgf;source"
)
ENTETE_DOTATIONS = "exercice;siren;categorie;variable;valeur"
# Brest métropole, critères DGF 2025
BREST = [
    "2025;242900314;Critères;Coefficient d'intégration fiscale;0.575951",
    "2025;242900314;Critères;Potentiel fiscal;114816700",
    "2025;242900314;Critères;Potentiel fiscal par habitant;518.184362",
    "2025;242900314;Critères;Population DGF;221575",
    "2025;242900314;Dotation;Dotation d'intercommunalité;9000000",
    "2024;242900314;Critères;Population DGF;220000",
]


def ecrire(dossier: Path, entete: str, *lignes: str) -> Path:
    chemin = dossier / "dgf.csv"
    chemin.write_text("\n".join([entete, *lignes]) + "\n", encoding="utf-8")
    return chemin


@pytest.mark.parametrize("cif", ["0,575951", "0.575951", "57,5951 %", "57,5951%"])
def test_une_fiche_se_lit_a_la_francaise(tmp_path: Path, cif: str) -> None:
    ligne = f"242 900 314;2025;{cif};0,45;114 816 700;518,18;NC;221\u202f575;fiche DGF 2025"
    fiche = dgf.lire_fiche(ecrire(tmp_path, ENTETE_FICHE, ligne)).iloc[0]
    assert fiche["epci_siren"] == "242900314"
    assert fiche["cif"] == pytest.approx(0.575951)
    assert fiche["potentiel_fiscal_eur"] == 114_816_700
    assert fiche["population_dgf"] == 221_575
    assert fiche.isna()["dotation_interco_eur"]


@pytest.mark.parametrize("cif", ["57,6", "1,01", "-0,1", "moyen"])
def test_un_cif_ambigu_est_refuse(tmp_path: Path, cif: str) -> None:
    with pytest.raises(ErreurDonnees, match="un coefficient de 0 à 1, ou un pourcentage avec %"):
        dgf.lire_fiche(ecrire(tmp_path, ENTETE_FICHE, f"242900314;2025;{cif};;;;;;"))


@pytest.mark.parametrize("cif", ["0", "1", "100 %"])
def test_les_bornes_du_cif_sont_admises(tmp_path: Path, cif: str) -> None:
    assert dgf.lire_fiche(ecrire(tmp_path, ENTETE_FICHE, f"242900314;2025;{cif};;;;;;"))["cif"].iloc[0] in (0, 1)


def test_deux_fiches_du_meme_exercice_sont_refusees(tmp_path: Path) -> None:
    ligne = "242900314;2025;0,5;;;;;;"
    with pytest.raises(ErreurDonnees, match="ligne 3 : trouvé une seconde fiche"):
        dgf.lire_fiche(ecrire(tmp_path, ENTETE_FICHE, ligne, ligne))


def test_un_gabarit_incomplet_dit_ses_colonnes(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="4 problèmes"):
        dgf.lire_fiche(ecrire(tmp_path, "epci_siren;exercice;source", "242900314;2025;x"))


@pytest.mark.national
def test_le_gabarit_fourni_a_les_colonnes_attendues(dossier_national: Path, tmp_path: Path) -> None:
    gabarit = (dossier_national / "templates" / "fiche_dgf_epci.csv").read_text(encoding="utf-8-sig").strip()
    assert gabarit == ENTETE_FICHE
    with pytest.raises(ErreurDonnees, match="aucune ligne sous l'en-tête"):
        dgf.lire_fiche(ecrire(tmp_path, gabarit))


@pytest.mark.national
def test_l_extrait_reel_des_dotations_se_lit(dossier_formats: Path) -> None:
    table = dgf.lire_dotations(dossier_formats / "ofgl_dotations_communes_2026_extrait.csv")
    assert len(table) == 208
    assert set(table["variable"]) == {"Population INSEE", "Montant Dotation DGF"}
    belfort = table[table["insee"].eq("90010")].set_index("variable")
    assert set(belfort["nom"]) == {"BELFORT"}
    assert belfort["valeur"].to_dict() == {"Montant Dotation DGF": 17_000_135, "Population INSEE": 46_662}
    assert set(table["exercice"]) == {2026}


def test_les_criteres_d_un_epci_viennent_du_bon_exercice(tmp_path: Path) -> None:
    dotations = dgf.lire_dotations(ecrire(tmp_path, ENTETE_DOTATIONS, *BREST))
    assert dgf.criteres_epci(dotations, 2025).to_dict("records") == [{
        "epci_siren": "242900314", "cif": 0.575951, "potentiel_fiscal_eur": 114_816_700,
        "potentiel_fiscal_hab_eur": 518.184362, "population_dgf": 221_575,
    }]


def test_une_variable_absente_laisse_la_colonne_vide(tmp_path: Path) -> None:
    dotations = dgf.lire_dotations(ecrire(tmp_path, ENTETE_DOTATIONS, BREST[3]))
    criteres = dgf.criteres_epci(dotations, 2025).iloc[0]
    assert criteres["population_dgf"] == 221_575
    assert criteres[["cif", "potentiel_fiscal_eur", "potentiel_fiscal_hab_eur"]].isna().all()


def test_deux_variables_ou_deux_valeurs_possibles_sont_refusees(tmp_path: Path) -> None:
    ambigue = BREST[0].replace("Coefficient d'intégration fiscale", "CIF")
    with pytest.raises(ErreurDonnees, match="plusieurs variables pour « cif »"):
        dgf.criteres_epci(dgf.lire_dotations(ecrire(tmp_path, ENTETE_DOTATIONS, BREST[0], ambigue)), 2025)
    autre = BREST[0].replace("0.575951", "0.5")
    with pytest.raises(ErreurDonnees, match="plusieurs valeurs de « Coefficient d'intégration fiscale »"):
        dgf.criteres_epci(dgf.lire_dotations(ecrire(tmp_path, ENTETE_DOTATIONS, BREST[0], autre)), 2025)
