"""OFGL : de vrais extraits redonnent les vrais montants ; ce qui fausserait une somme est refusé."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires import schema
from mutunb.territoires.connecteurs import ofgl

BREST = "242900314"
ENTETE = "exer;siren;com_code;com_name;type_de_budget;lbudg;nomen;agregat;montant;ptot"


def ecrire(dossier: Path, *lignes: str, entete: str = ENTETE) -> Path:
    chemin = dossier / "ofgl.csv"
    chemin.write_text("\n".join([entete, *lignes]) + "\n", encoding="utf-8")
    return chemin


def ligne(siren: str = "219000106", budget: str = "BELFORT", montant: str = "39358052.6", **change: str) -> str:
    champs = {
        "exer": "2024-01-01", "siren": siren, "com_code": "90010", "com_name": "Belfort",
        "type_de_budget": "Budget principal", "lbudg": budget, "nomen": "M57", "agregat": "Frais de personnel",
        "montant": montant, "ptot": "45907",
    }
    return ";".join({**champs, **change}.values())


def test_chaque_montant_du_schema_a_son_agregat() -> None:
    assert list(ofgl.AGREGATS) == list(schema.MONTANTS)
    assert len(set(ofgl.AGREGATS.values())) == len(ofgl.AGREGATS)


@pytest.mark.national
def test_les_communes_de_brest_redonnent_leurs_comptes(dossier_formats: Path, dossier_national: Path) -> None:
    longue = ofgl.lire_ofgl(dossier_formats / "ofgl_long_communes_brest_metropole_2024.csv")
    large = ofgl.pivoter(longue, 2024, "insee").set_index("insee")
    attendues = _lire(dossier_national / "communes.parquet").set_index("insee")
    assert len(large) == len(attendues) == 8
    for colonne in [*schema.MONTANTS, "ofgl_pop_totale", "ofgl_nb_budgets_principaux"]:
        assert (large[colonne].round() - attendues[colonne]).abs().max() == 0, colonne
    assert (large["ofgl_nomenclature"] == attendues["ofgl_nomenclature"]).all()


@pytest.mark.national
def test_brest_metropole_redonne_ses_comptes_consolides(dossier_formats: Path, dossier_national: Path) -> None:
    longue = ofgl.lire_ofgl(dossier_formats / "ofgl_long_gfp_brest_metropole_2024.csv")
    large = ofgl.pivoter(longue, 2024, "siren").iloc[0]
    attendue = _lire(dossier_national / "epci.parquet").iloc[0]
    assert large["siren"] == BREST
    assert large["nom"] == attendue["nom_long"]
    for colonne in [*schema.MONTANTS, "ofgl_pop_totale"]:
        assert round(large[colonne]) == attendue[colonne], colonne


@pytest.mark.national
def test_l_export_avec_libelles_est_la_base_consolidee(dossier_formats: Path) -> None:
    table = ofgl.lire_ofgl(dossier_formats / "ofgl_export_libelles_extrait.csv")
    assert set(table["base"]) == {"consolidee"}
    assert set(table["exercice"]) == {2022, 2023}
    cazeres = ofgl.pivoter(table, 2022, "insee").iloc[0]
    assert (cazeres["insee"], cazeres["nom"], cazeres["reg"]) == ("31135", "Cazères", "76")
    assert cazeres["epargne_brute"] == 921485.95
    assert cazeres["ofgl_pop_totale"] == 4871


@pytest.mark.national
def test_l_extrait_2025_se_lit_avec_sa_commune_sans_habitant(dossier_formats: Path) -> None:
    table = ofgl.lire_ofgl(dossier_formats / "ofgl_communes_2025_extrait.csv")
    large = ofgl.pivoter(table, 2025, "insee").set_index("insee")
    assert len(large) == 163
    assert large.loc["55189", "ofgl_pop_totale"] == 0
    assert large.loc["05023", "dep_fonctionnement"] == 18742031.51
    assert large["frais_personnel"].isna().all()


@pytest.mark.national
def test_l_export_des_dotations_n_est_pas_un_export_de_comptes(dossier_formats: Path) -> None:
    with pytest.raises(ErreurDonnees, match="3 problèmes"):
        ofgl.lire_ofgl(dossier_formats / "ofgl_dotations_communes_2026_extrait.csv")


def test_deux_budgets_principaux_d_une_commune_nouvelle_se_somment_et_se_comptent(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, ligne(), ligne("200099999", "FONDATRICE", "1000", ptot="93"), ligne(agregat="FCTVA"))
    large = ofgl.pivoter(ofgl.lire_ofgl(chemin), 2024, "insee").iloc[0]
    assert large["frais_personnel"] == 39359052.6
    assert large["ofgl_nb_budgets_principaux"] == 2
    assert large["ofgl_pop_totale"] == 46000
    assert pd.isna(large["dgf"])


def test_les_budgets_annexes_sont_ecartes(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, ligne(), ligne(budget="EAU", montant="5", type_de_budget="Budget annexe"))
    large = ofgl.pivoter(ofgl.lire_ofgl(chemin), 2024, "insee").iloc[0]
    assert large["frais_personnel"] == 39358052.6
    assert large["ofgl_nb_budgets_principaux"] == 1


def test_un_export_colle_deux_fois_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="ligne 3 : trouvé une ligne déjà lue"):
        ofgl.lire_ofgl(ecrire(tmp_path, ligne(), ligne()))


def test_tous_les_defauts_d_un_export_sont_dits_ensemble(tmp_path: Path) -> None:
    chemin = ecrire(
        tmp_path, ligne(montant="beaucoup"), ligne(exer="hier"), ligne(siren="12"), ligne(agregat=""),
        ligne(siren="", com_code=""),
    )
    with pytest.raises(ErreurDonnees) as erreur:
        ofgl.lire_ofgl(chemin)
    texte = str(erreur.value)
    for attendu in ("ligne 2 : trouvé « beaucoup »", "ligne 3 : trouvé « hier »", "ligne 4 : trouvé « 12 »",
                    "ligne 5 : trouvé une cellule vide", "ligne 6 : trouvé ni SIREN ni code INSEE"):
        assert attendu in texte


def test_un_exercice_absent_dit_ceux_qui_sont_la(tmp_path: Path) -> None:
    longue = ofgl.lire_ofgl(ecrire(tmp_path, ligne()))
    with pytest.raises(ErreurDonnees, match="2019 .*présents : 2024"):
        ofgl.pivoter(longue, 2019, "insee")


def test_le_pivot_ne_modifie_pas_la_table_longue(tmp_path: Path) -> None:
    longue = ofgl.lire_ofgl(ecrire(tmp_path, ligne()))
    avant = longue.copy()
    ofgl.pivoter(longue, 2024, "insee")
    pd.testing.assert_frame_equal(longue, avant)


def _lire(chemin: Path) -> pd.DataFrame:
    with duckdb.connect() as connexion:
        lue = connexion.execute("SELECT * FROM read_parquet(?) WHERE epci_siren = ?", [str(chemin), BREST]).df()
    return lue
