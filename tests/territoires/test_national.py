"""Les 1 255 EPCI s'ouvrent, et leurs sommes tombent juste."""

import time

import duckdb
import numpy as np
import pandas as pd
import pytest

from mutunb import territoires
from mutunb.territoires import schema
from mutunb.territoires.indicateurs import criteres, indicateurs
from mutunb.territoires.magasin import magasin
from mutunb.territoires.siren import cle_valide, est_bien_forme

pytestmark = pytest.mark.national


@pytest.fixture(scope="session")
def lignes_epci(tous_les_territoires) -> pd.DataFrame:
    return pd.DataFrame([t.epci for t in tous_les_territoires])


def test_le_schema_est_celui_des_fichiers(dossier_national):
    for nom, colonnes in schema.TABLES.items():
        decrites = duckdb.execute(f"DESCRIBE SELECT * FROM read_parquet('{dossier_national / nom}.parquet')").fetchall()
        lues = [nom for nom, *_ in decrites if nom not in schema.noms(schema.EPCI_CALCULEES)]
        assert lues == schema.noms(colonnes)


def test_autant_d_epci_que_la_source(tous_les_territoires):
    regimes = pd.Series([t.regime_fiscal for t in tous_les_territoires]).value_counts()
    assert regimes.to_dict() == {"FPU": 1095, "FA": 160}
    assert sum(t.nb_communes for t in tous_les_territoires) == 34_871


def test_population_municipale_de_la_source(tous_les_territoires, dossier_national):
    """68 010 643 habitants : ceux des communes membres ; les 4 îles sans EPCI n'ont pas de population à la source."""
    assert sum(t.communes["pop_municipale_2025"].sum() for t in tous_les_territoires) == 68_010_643
    assert sum(t.population for t in tous_les_territoires) == 68_010_643
    iles = duckdb.execute(
        "SELECT count(*), count(pop_municipale_2025) FROM read_parquet(?) WHERE epci_siren IS NULL",
        [str(dossier_national / "communes.parquet")],
    ).fetchall()
    assert iles == [(4, 0)]


def test_les_siren_sont_bien_formes(tous_les_territoires):
    assert [t.siren for t in tous_les_territoires if not est_bien_forme(t.siren) or not cle_valide(t.siren)] == []


def test_aucune_population_negative_ni_absente(tous_les_territoires):
    for t in tous_les_territoires:
        populations = t.communes[["pop_municipale_2025", "pop_totale_2025"]]
        assert (populations >= 0).all(axis=None), t
        assert t.population > 0 and t.epci["pop_totale_2025"] >= t.population


def test_les_communes_font_les_agregats_de_l_epci(tous_les_territoires):
    ecarts = []
    for t in tous_les_territoires:
        sommes = t.communes[list(schema.MONTANTS_SOMMES)].sum(min_count=1)
        agregats = t.epci[[f"communes_{nom}" for nom in schema.MONTANTS_SOMMES]].astype(float)
        if not np.array_equal(sommes.to_numpy(), agregats.to_numpy(), equal_nan=True):
            ecarts.append(t)
        if t.communes["dep_fonctionnement"].notna().sum() != t.epci["communes_avec_comptes"]:
            ecarts.append(t)
        if t.communes["pop_municipale_2025"].sum() != t.epci["pop_municipale_2025"]:
            ecarts.append(t)
    assert ecarts == []


def test_defauts_de_chaque_territoire(tous_les_territoires):
    par_id = pd.Series([d.id for t in tous_les_territoires for d in t.defauts])
    assert (par_id == "communes_sans_comptes").sum() == 8
    assert par_id.str.startswith("commune_partielle_").sum() == 28
    assert par_id.str.startswith("commune_a_verifier_").sum() == 2
    assert (par_id == "communes_couverture_insuffisante").sum() == 11
    assert (par_id == "ofgl_couverture_insuffisante").sum() == 2
    assert (par_id == "cif_inconnu").sum() == 1255 - 425
    assert (par_id == "fiscalite_additionnelle").sum() == 160
    assert (par_id == "etablissements_territoriaux").sum() == 1
    phrases = [d.phrase for t in tous_les_territoires for d in t.defauts]
    assert [p for p in phrases if "nan" in p.split() or "None" in p or "n.d. hab" in p] == []


def test_les_etablissements_publics_territoriaux(tous_les_territoires):
    (paris,) = [t for t in tous_les_territoires if t.siren == "200054781"]
    (phrase,) = [d.phrase for d in paris.defauts if d.id == "etablissements_territoriaux"]
    assert "129\u00a0communes sur 130" in phrase and "11 établissements" in phrase


def test_les_indicateurs_de_chaque_epci(lignes_epci):
    mesures = indicateurs(lignes_epci).join(criteres(lignes_epci)[["log_population", "log_communes"]])
    assert not np.isinf(mesures.to_numpy()).any()
    assert mesures["cif_2025"].notna().sum() == 425
    assert mesures["depense_hab"].isna().sum() == 13
    parts = mesures[["part_ville_centre", "communes_moins_1000", "part_epci_personnel", "part_epci_depense"]]
    assert (parts.isna() | ((parts >= 0) & (parts <= 1))).all(axis=None)
    assert (mesures["depense_hab"].dropna() > 0).all()


def test_ouvrir_un_epci_ne_prend_que_quelques_dizaines_de_millisecondes(dossier_national):
    sirens = magasin(dossier_national).epci()["epci_siren"].iloc[::60]
    durees = []
    for siren in sirens:
        debut = time.perf_counter()
        territoires.ouvrir(siren, dossier_national)
        durees.append(time.perf_counter() - debut)
    assert np.median(durees) < 0.25


def test_ouvrir_avec_les_contours(dossier_national):
    territoire = territoires.ouvrir("242900314", dossier_national)
    assert territoire.contours["insee"].tolist() == territoire.communes["insee"].tolist()
    assert territoire.contours["geometry_geojson"].str.startswith('{"type":').all()


@pytest.mark.parametrize(
    ("siren", "cas"),
    [
        ("200081321", "commune"), ("212900831", "sans_epci"), ("221601600", "cle_fausse"), ("200057867", "ept"),
        ("552100554", "inconnu"), ("24790079", "mal_forme"),
    ],
)  # fmt: skip
def test_reponses_sur_les_donnees_nationales(dossier_national, siren, cas):
    with pytest.raises(territoires.reponses.SirenRefuse) as leve:
        territoires.ouvrir(siren, dossier_national)
    assert leve.value.cas == cas


def test_recherche_nationale(dossier_national):
    assert territoires.chercher("Bressuire", dossier=dossier_national)["siren"].tolist() == ["200040244"]
    assert len(territoires.chercher(nature="METRO", dossier=dossier_national)) == 22
    assert len(territoires.chercher(dossier=dossier_national)) == 1255
