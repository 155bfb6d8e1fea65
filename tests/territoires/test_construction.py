"""Construire le référentiel national : depuis un jeu au schéma, depuis des exports bruts, ou pas du tout."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from mutunb import territoires
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.territoires import schema
from mutunb.territoires.assemblage import Tables
from mutunb.territoires.assemblage_epci import FICHE_DGF
from mutunb.territoires.construction import construire
from mutunb.territoires.qualite_comptes import qualite, strate
from mutunb.territoires.rapport import Rapport
from tests.territoires.fabrique_exports import chemins_officiels, ecrire_exports
from tests.territoires.jeu import jeu_echantillon
from tests.territoires.serveur import Reponse, servir

BREST = "242900314"
CLES = {"epci": "epci_siren", "communes": "insee", "communes_contours": "insee", "ept": "ept_siren"}
#: ce que les exports connectés ne disent pas, ou que la construction calcule autrement
SANS_EXPORT = frozenset({
    "comp_gestion_personnel", "comp_acquisition_commune_materiel", "comp_ntic", "comp_maison_services_public",
    "nb_competences_banatic", "marches_travaux_2024s2", "ofgl_maj", "lat", "lon", "geometry_geojson",
})
TOUT = frozenset()


@pytest.fixture(scope="module")
def exports_bruts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Les quinze EPCI de l'échantillon, au format des exports officiels."""
    dossier = tmp_path_factory.mktemp("exports")
    ecrire_exports(dossier, jeu_echantillon())
    return dossier


def batir(depuis: Path, vers: Path, millesime: str = "2025") -> Rapport:
    return construire(depuis, False, millesime, vers, progression=False)


def lire(dossier: Path, nom: str) -> pd.DataFrame:
    with duckdb.connect() as connexion:
        return connexion.execute("SELECT * FROM read_parquet(?)", [str(dossier / f"{nom}.parquet")]).df()


def ecrire_parquet(dossier: Path, tables: Tables) -> Path:
    dossier.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connexion:
        for nom, table in tables.items():
            if len(table):
                connexion.register("lue", table)
                connexion.execute(f"COPY lue TO '{dossier / nom}.parquet' (FORMAT parquet)")
    return dossier


def ecarts(
    attendue: pd.DataFrame, lue: pd.DataFrame, nom: str, sauf: frozenset[str] = SANS_EXPORT
) -> list[str]:
    """Colonnes du schéma qui diffèrent, ligne à ligne, vides compris."""
    cle = CLES[nom]
    attendue, lue = attendue.set_index(cle).sort_index(), lue.set_index(cle).sort_index()
    assert list(attendue.index) == list(lue.index)
    fautives = []
    for colonne in (c for c in schema.TABLES[nom] if c.nom != cle and c.nom not in sauf):
        voulus, lus = attendue[colonne.nom], lue[colonne.nom]
        if colonne.genre == "texte":
            egales = voulus.fillna("").astype("str").equals(lus.fillna("").astype("str"))
        else:
            voulus, lus = (serie.astype("Float64").to_numpy(float, na_value=np.nan) for serie in (voulus, lus))
            egales = np.allclose(voulus, lus, rtol=0, atol=1e-6, equal_nan=True)
        fautives += [] if egales else [colonne.nom]
    return fautives


def test_des_exports_bruts_redonnent_le_jeu_de_depart(exports_bruts: Path, tmp_path: Path) -> None:
    rapport = batir(exports_bruts, tmp_path / "national")
    jeu = jeu_echantillon()
    for nom in ("epci", "communes", "communes_contours"):
        assert ecarts(jeu[nom], lire(tmp_path / "national", nom), nom) == []
    assert (rapport.nb_epci, rapport.nb_fpu, rapport.nb_fa) == (15, 13, 2)
    assert rapport.nb_communes == 378
    assert not (tmp_path / "national" / "ept.parquet").exists()


def test_ce_que_les_exports_ne_disent_pas_reste_vide_et_se_dit(exports_bruts: Path, tmp_path: Path) -> None:
    rapport = batir(exports_bruts, tmp_path / "national")
    epci = lire(tmp_path / "national", "epci")
    assert epci["comp_ntic"].isna().all()
    assert any("comp_ntic" in str(alerte) for alerte in rapport.alertes)
    assert epci["cif_2025"].isna().any()


def test_le_point_d_un_epci_est_celui_d_une_de_ses_communes(exports_bruts: Path, tmp_path: Path) -> None:
    batir(exports_bruts, tmp_path / "national")
    epci, communes = (lire(tmp_path / "national", nom) for nom in ("epci", "communes"))
    joints = epci.merge(communes, on=["epci_siren", "lat", "lon"])
    assert set(joints["epci_siren"]) == set(epci["epci_siren"])


@pytest.mark.national
def test_brest_se_construit_depuis_les_vrais_extraits_de_l_ofgl(
    exports_bruts: Path, dossier_national: Path, tmp_path: Path
) -> None:
    """Composition et communes d'après la DGCL et le COG ; comptes lus dans les deux extraits réels."""
    jeu = {nom: table[table["epci_siren"].eq(BREST)] if "epci_siren" in table else table
           for nom, table in jeu_echantillon().items()}
    ecrire_exports(tmp_path / "brut", jeu)
    officiels = chemins_officiels(tmp_path / "brut")
    formats = dossier_national / "formats"
    shutil.copyfile(formats / "ofgl_long_communes_brest_metropole_2024.csv", officiels["ofgl_communes"])
    shutil.copyfile(formats / "ofgl_long_gfp_brest_metropole_2024.csv", officiels["ofgl_epci"])
    batir(tmp_path / "brut", tmp_path / "national")
    for nom in ("epci", "communes"):
        attendue = lire(dossier_national, nom)
        attendue = attendue[attendue["epci_siren"].eq(BREST)]
        assert ecarts(attendue, lire(tmp_path / "national", nom), nom) == []


def test_un_jeu_au_schema_est_repris_trie_et_date(tmp_path: Path) -> None:
    jeu = jeu_echantillon()
    depuis = ecrire_parquet(tmp_path / "depuis", {nom: table.iloc[::-1] for nom, table in jeu.items()})
    rapport = batir(depuis, tmp_path / "national")
    communes = lire(tmp_path / "national", "communes")
    assert communes[["epci_siren", "insee"]].apply(tuple, axis=1).is_monotonic_increasing
    for nom in ("epci", "communes", "communes_contours"):
        assert ecarts(jeu[nom], lire(tmp_path / "national", nom), nom, TOUT) == []
    epci = lire(tmp_path / "national", "epci").set_index("epci_siren")
    assert epci.loc[BREST, "part_ville_centre"] == pytest.approx(140_993 / 213_403)
    dates = json.loads((tmp_path / "national" / "millesime.json").read_text(encoding="utf-8"))
    assert {cle: dates[cle] for cle in ("perimetre", "comptes", "dgf", "population")} == {
        "perimetre": "2025-01-01", "comptes": 2024, "dgf": 2025, "population": 2022,
    }
    entree = next(entree for entree in dates["entrees"] if entree["fichier"] == "communes.parquet")
    assert entree["sha256"] == hashlib.sha256((depuis / "communes.parquet").read_bytes()).hexdigest()
    assert entree["taille"] == (depuis / "communes.parquet").stat().st_size
    assert dates["construit_le"] == datetime.date.today().isoformat()
    assert dates["lignes"] == {"epci": 15, "communes": 378, "communes_contours": 378}
    assert rapport.population == int(jeu["epci"]["pop_municipale_2025"].sum())


def test_les_memes_entrees_donnent_les_memes_octets(tmp_path: Path) -> None:
    depuis = ecrire_parquet(tmp_path / "depuis", jeu_echantillon())
    for vers in ("un", "deux"):
        batir(depuis, tmp_path / vers)
    for nom in ("epci", "communes", "communes_contours"):
        assert (tmp_path / "un" / f"{nom}.parquet").read_bytes() == (tmp_path / "deux" / f"{nom}.parquet").read_bytes()


def test_le_resultat_s_ouvre_comme_un_territoire(exports_bruts: Path, tmp_path: Path) -> None:
    batir(exports_bruts, tmp_path / "national")
    territoire = territoires.ouvrir(BREST, tmp_path / "national")
    assert (territoire.nom, len(territoire.communes), len(territoire.contours)) == ("Brest Métropole", 8, 8)


def test_le_compte_rendu_se_lit_en_francais(exports_bruts: Path, tmp_path: Path) -> None:
    texte = str(batir(exports_bruts, tmp_path / "national"))
    assert "périmètre au 1er janvier 2025, comptes 2024, DGF 2025" in texte.replace("\u00a0", " ")
    assert "15 EPCI (13 en fiscalité professionnelle unique, 2 en fiscalité additionnelle)" in texte
    assert "378\u00a0communes, population municipale" in texte
    assert "Comptes des communes : " in texte


def test_une_donnee_fausse_arrete_tout_et_laisse_l_ancien(tmp_path: Path) -> None:
    jeu = jeu_echantillon()
    vers = tmp_path / "national"
    batir(ecrire_parquet(tmp_path / "juste", jeu), vers)
    avant = {chemin.name: chemin.read_bytes() for chemin in vers.iterdir()}
    jeu["epci"]["communes_dgf"] += 1
    jeu["communes"].loc[0, "insee"] = jeu["communes"].loc[1, "insee"]
    with pytest.raises(ErreurDonnees) as erreur:
        batir(ecrire_parquet(tmp_path / "faux", jeu), vers)
    assert len(erreur.value.constats) >= 2
    assert {chemin.name: chemin.read_bytes() for chemin in vers.iterdir()} == avant
    assert sorted(chemin.name for chemin in tmp_path.iterdir()) == ["faux", "juste", "national"]


def test_des_colonnes_absentes_ou_changees_de_type_sont_toutes_dites(tmp_path: Path) -> None:
    jeu = jeu_echantillon()
    jeu["epci"] = jeu["epci"].drop(columns=["cif_2025", "nature"])
    jeu["communes"]["insee"] = jeu["communes"]["insee"].str.replace("A", "9").astype("int64")
    with pytest.raises(ErreurDonnees) as erreur:
        batir(ecrire_parquet(tmp_path / "depuis", jeu), tmp_path / "national")
    assert len(erreur.value.constats) == 3


def test_un_parquet_tronque_ou_absent_est_dit(tmp_path: Path) -> None:
    depuis = ecrire_parquet(tmp_path / "depuis", jeu_echantillon())
    (depuis / "communes.parquet").write_bytes((depuis / "communes.parquet").read_bytes()[:500])
    with pytest.raises(ErreurDonnees, match=r"communes\.parquet : trouvé un fichier illisible ou tronqué"):
        batir(depuis, tmp_path / "national")
    (depuis / "communes.parquet").unlink()
    with pytest.raises(ErreurDonnees, match=r"communes\.parquet : trouvé aucun fichier"):
        batir(depuis, tmp_path / "national")


def test_les_exports_obligatoires_absents_sont_tous_dits(exports_bruts: Path, tmp_path: Path) -> None:
    officiels = chemins_officiels(exports_bruts)
    shutil.copyfile(officiels["composition"], tmp_path / officiels["composition"].name)
    with pytest.raises(ErreurDonnees) as erreur:
        batir(tmp_path, tmp_path.parent / f"{tmp_path.name}_national")
    assert len(erreur.value.constats) == 3
    for attendu in ("communes_cog.json", "ofgl-base-communes_2024.csv", "https://data.ofgl.fr/"):
        assert attendu in str(erreur.value)


def test_un_dossier_inconnu_ou_absent_a_sa_reponse(tmp_path: Path) -> None:
    (tmp_path / "depuis").mkdir()
    (tmp_path / "depuis" / "epcicom2024.xlsx").write_bytes(b"x")
    with pytest.raises(ErreurDonnees, match=r"ni Parquet au schéma .*epcicom2025\.xlsx.*Trouvé : epcicom2024\.xlsx"):
        batir(tmp_path / "depuis", tmp_path / "national")
    with pytest.raises(ErreurDonnees, match="dossier introuvable"):
        batir(tmp_path / "ailleurs", tmp_path / "national")
    with pytest.raises(ErreurUsage, match="--depuis DOSSIER ou --telecharger"):
        construire(None, False, "2025", tmp_path / "national")


def test_le_dossier_lu_ne_peut_pas_etre_celui_qu_on_remplace(tmp_path: Path) -> None:
    depuis = ecrire_parquet(tmp_path / "depuis", jeu_echantillon())
    for vers in (depuis, tmp_path):
        with pytest.raises(ErreurUsage, match="choisissez-en un autre"):
            batir(depuis, vers)


def test_un_autre_millesime_que_celui_du_dossier_est_refuse(tmp_path: Path) -> None:
    depuis = ecrire_parquet(tmp_path / "depuis", jeu_echantillon())
    with pytest.raises(ErreurUsage, match="est au millésime 2025, pas 2026"):
        batir(depuis, tmp_path / "national", "2026")


@pytest.mark.parametrize(
    ("export", "autre", "attendu"),
    [("ofgl_communes", "ofgl_epci", "base consolidée des communes"), ("ofgl_epci", "ofgl_communes", "base par budget")],
)
def test_la_mauvaise_base_de_l_ofgl_est_refusee(
    exports_bruts: Path, tmp_path: Path, export: str, autre: str, attendu: str
) -> None:
    brut = shutil.copytree(exports_bruts, tmp_path / "brut")
    officiels = chemins_officiels(brut)
    shutil.copyfile(officiels[autre], officiels[export])
    with pytest.raises(ErreurDonnees, match=attendu):
        batir(brut, tmp_path / "national")


def test_une_fiche_dgf_saisie_complete_le_cif(exports_bruts: Path, tmp_path: Path) -> None:
    brut = shutil.copytree(exports_bruts, tmp_path / "brut")
    (brut / FICHE_DGF).write_text(
        "epci_siren;exercice;cif;cif_moyen_categorie;potentiel_fiscal_eur;potentiel_fiscal_hab_eur;"
        "dotation_interco_eur;population_dgf;source\n"
        "200067635;2025;0,412;;17 000 000;300,5;;57 000;fiche\n200067825;2024;0,3;;;;;;fiche\n",
        encoding="utf-8",
    )
    batir(brut, tmp_path / "national")
    epci = lire(tmp_path / "national", "epci").set_index("epci_siren")
    assert epci.loc["200067635", "cif_2025"] == 0.412
    assert epci.loc["200067635", "potentiel_fiscal_2025"] == 17_000_000
    assert pd.isna(epci.loc["200067825", "cif_2025"])
    assert epci.loc[BREST, "cif_2025"] == pytest.approx(0.575951)


def test_sans_les_exports_facultatifs_la_construction_se_fait_et_le_dit(exports_bruts: Path, tmp_path: Path) -> None:
    brut = shutil.copytree(exports_bruts, tmp_path / "brut")
    for export in ("contours", "dotations", "ept"):
        chemins_officiels(brut)[export].unlink()
    rapport = batir(brut, tmp_path / "national")
    assert sum("exports facultatifs" in str(alerte) for alerte in rapport.alertes) == 3
    assert rapport.nb_cif == 0
    assert lire(tmp_path / "national", "communes")["lat"].isna().all()
    assert not (tmp_path / "national" / "communes_contours.parquet").exists()
    assert territoires.ouvrir(BREST, tmp_path / "national").contours is None


def test_telecharger_puis_construire(exports_bruts: Path, tmp_path: Path) -> None:
    officiels = chemins_officiels(exports_bruts)
    with servir({nom: Reponse(chemin.read_bytes()) for nom, chemin in officiels.items()}) as serveur:
        adresses = {nom: serveur.adresse(nom) for nom in officiels}
        rapport = construire(None, True, "2025", tmp_path / "national", adresses, progression=False)
        construire(None, True, "2025", tmp_path / "national", adresses, progression=False)
    assert rapport.nb_epci == 15
    assert len(serveur.requetes) == len(officiels)
    recus = {chemin.name for chemin in (tmp_path / "telechargements" / "2025").iterdir()}
    assert recus == {chemin.name for chemin in officiels.values()} | {"telechargements.json"}


def test_un_autre_millesime_se_construit_et_dit_ce_que_portent_les_colonnes(
    exports_bruts: Path, tmp_path: Path
) -> None:
    """Les exports de 2025, vieillis d'un an : les comptes demandés sont ceux de l'année d'avant."""
    (tmp_path / "brut").mkdir()
    vieillis = {"2024": "2025", "2025": "2026"}
    for chemin in chemins_officiels(exports_bruts).values():
        nom = next((chemin.name.replace(a, b) for a, b in vieillis.items() if a in chemin.name), chemin.name)
        contenu = chemin.read_bytes()
        if chemin.suffix == ".csv":
            contenu = contenu.replace(b"2025-01-01", b"2026-01-01").replace(b"2024", b"2025")
        (tmp_path / "brut" / nom).write_bytes(contenu)
    rapport = batir(tmp_path / "brut", tmp_path / "national", "2026")
    dates = rapport.millesime
    assert (dates.perimetre.year, dates.comptes, dates.dgf, dates.population) == (2026, 2025, 2026, 2023)
    assert any("portent ici ce millésime" in str(alerte) for alerte in rapport.alertes)
    assert rapport.nb_cif > 0


@pytest.mark.parametrize(
    ("population", "tranche"),
    [(0, "0-249"), (249, "0-249"), (250, "250-499"), (499, "250-499"), (500, "500-1999"), (1999, "500-1999"),
     (2000, "2000-3499"), (99_999, "50000-99999"), (100_000, "100000+"), (2_129_257, "100000+")],
)
def test_une_tranche_de_population_a_ses_bornes(population: int, tranche: str) -> None:
    assert strate(pd.Series([population])).tolist() == [tranche]


@pytest.mark.parametrize(
    ("population", "couverture", "depense", "attendue"),
    [(100, 0.85, 1.0, "ok"), (100, 0.849, 1.0, "partiel"), (99, 0.5, 1.0, "ok"), (100, 1.25, 1.0, "ok"),
     (157, 1.251, 1.0, "a_verifier"), (99, 1.6, 1.0, "ok"), (500, np.nan, np.nan, "absent"), (0, np.nan, 1.0, "ok")],
)
def test_la_qualite_des_comptes_a_ses_seuils(population: int, couverture: float, depense: float, attendue: str) -> None:
    communes = pd.DataFrame({
        "pop_totale_2025": [population], "ofgl_couverture_pop": [couverture], "dep_fonctionnement": [depense],
    })
    assert qualite(communes).tolist() == [attendue]


@pytest.mark.national
def test_le_referentiel_national_se_construit_avec_ses_totaux(dossier_national: Path, tmp_path: Path) -> None:
    rapport = batir(dossier_national, tmp_path / "national")
    assert (rapport.nb_epci, rapport.nb_fpu, rapport.nb_fa, rapport.nb_ept) == (1255, 1095, 160, 11)
    assert (rapport.nb_communes, rapport.population, rapport.nb_contours) == (34_875, 68_010_643, 34_875)
    assert dict(rapport.comptes) == {"ok": 34_833, "partiel": 28, "absent": 12, "a_verifier": 2}
    assert rapport.nb_cif == 425
    for nom in CLES:
        assert ecarts(lire(dossier_national, nom), lire(tmp_path / "national", nom), nom, TOUT) == []
    with duckdb.connect() as connexion:
        groupes = connexion.execute(
            "SELECT count(DISTINCT row_group_id), max(row_group_num_rows) FROM parquet_metadata(?)",
            [str(tmp_path / "national" / "communes.parquet")],
        ).fetchall()
    assert groupes == [(18, 2048)]


@pytest.mark.national
@pytest.mark.lent
def test_tout_le_pays_refait_le_tour_par_les_exports_bruts(dossier_national: Path, tmp_path: Path) -> None:
    """Le jeu national remis au format des sept exports officiels, puis reconstruit, redonne le même jeu."""
    jeu = {nom: lire(dossier_national, nom) for nom in CLES}
    ecrire_exports(tmp_path / "brut", jeu)
    rapport = batir(tmp_path / "brut", tmp_path / "national")
    assert (rapport.nb_epci, rapport.nb_communes, rapport.population) == (1255, 34_875, 68_010_643)
    assert dict(rapport.comptes) == {"ok": 34_833, "partiel": 28, "absent": 12, "a_verifier": 2}
    for nom in CLES:
        assert ecarts(jeu[nom], lire(tmp_path / "national", nom), nom) == []
