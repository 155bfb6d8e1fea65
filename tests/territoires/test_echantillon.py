"""L'échantillon embarqué : lisible, complet, fidèle à sa source."""

import pandas as pd
import pytest
from click.testing import CliRunner

from mutunb import chemins, territoires
from mutunb.erreurs import ErreurDonnees
from mutunb.territoires import notice
from mutunb.territoires.echantillon import NOMBRE_COMPARABLES, TERRITOIRES, extraire, principal
from mutunb.territoires.indicateurs import groupes
from mutunb.territoires.magasin import magasin
from mutunb.territoires.voisinage import distances

from .conftest import ecrire_parquet

FICHIERS = ["LISEZMOI.md", "communes.csv", "epci.csv", "ept.csv", "millesime.json", "normes.csv"]


def test_fichiers_petits_et_lisibles():
    presents = sorted(chemin.name for chemin in chemins.echantillon().iterdir())
    assert presents == FICHIERS
    for nom in FICHIERS:
        octets = (chemins.echantillon() / nom).read_bytes()
        assert len(octets) < 200_000 and b"\r" not in octets
        octets.decode("utf-8")


def test_les_sortes_de_territoires_voulues():
    ouverts = [territoires.ouvrir(siren) for siren in TERRITOIRES]
    assert {t.nature for t in ouverts} == {"CC", "CA", "CU", "METRO", "MET69"}
    assert {t.regime_fiscal for t in ouverts} == {"FPU", "FA"}
    assert {"974", "973", "976"} <= {t.departement for t in ouverts}
    assert any(t.nature == "CC" and t.nb_communes > 50 for t in ouverts)
    assert any(t.regime_fiscal == "FA" and t.population < 8000 for t in ouverts)
    assert {bool(pd.isna(t.epci["cif_2025"])) for t in ouverts} == {True, False}
    qualites = set().union(*(t.communes["ofgl_qualite"] for t in ouverts))
    assert qualites == {"ok", "partiel", "a_verifier", "absent"}


def test_l_echantillon_ne_contient_que_les_communes_des_territoires_complets():
    communes = magasin().communes_de_nom()
    assert set(communes["epci_siren"]) == set(TERRITOIRES)
    assert len(communes) == sum(territoires.ouvrir(siren).nb_communes for siren in TERRITOIRES)


@pytest.mark.parametrize("siren", TERRITOIRES)
def test_chaque_territoire_a_douze_comparables_ou_tout_son_groupe(siren):
    territoire = territoires.ouvrir(siren)
    effectif_national = int(territoires.normes(territoire).loc["log_population", "n"])
    comparables = len(territoires.epci_de_meme_groupe(territoire)) - 1
    assert comparables >= min(NOMBRE_COMPARABLES, effectif_national - 1)


def test_la_notice_est_a_jour():
    lu = magasin()
    attendue = notice.rediger(lu.epci(), TERRITOIRES, lu.millesime)
    assert (chemins.echantillon() / notice.NOM).read_text(encoding="utf-8") == attendue
    assert "Licence Ouverte 2.0 ; plan M57 : A. Bauzac, CC BY 4.0 »" in attendue


def test_un_territoire_choisi_doit_exister(petit_national, tmp_path):
    ecrire_parquet(petit_national, "epci", sauf="247900798")
    with pytest.raises(ErreurDonnees, match="247900798.*CIF connu"):
        extraire(petit_national, tmp_path / "sortie")
    assert not (tmp_path / "sortie").exists()


@pytest.mark.national
def test_l_extraction_redonne_les_memes_fichiers(dossier_national, tmp_path):
    resultat = CliRunner().invoke(principal, ["--depuis", str(dossier_national), "--vers", str(tmp_path)])
    assert resultat.exit_code == 0, resultat.output
    assert sorted(chemin.name for chemin in tmp_path.iterdir()) == FICHIERS
    for nom in sorted(set(FICHIERS) - {"normes.csv"}):
        assert (tmp_path / nom).read_bytes() == (chemins.echantillon() / nom).read_bytes(), nom


@pytest.mark.national
@pytest.mark.parametrize("siren", TERRITOIRES)
def test_memes_valeurs_que_le_referentiel_national(dossier_national, siren):
    embarque, national = territoires.ouvrir(siren), territoires.ouvrir(siren, dossier_national)
    pd.testing.assert_series_equal(embarque.epci, national.epci)
    pd.testing.assert_frame_equal(embarque.communes, national.communes)
    assert embarque.defauts == national.defauts and embarque.millesime == national.millesime
    pd.testing.assert_frame_equal(
        territoires.normes_groupe(embarque), territoires.normes_groupe(national), rtol=1e-12
    )


@pytest.mark.national
@pytest.mark.parametrize("siren", TERRITOIRES)
def test_memes_plus_proches_voisins(dossier_national, siren):
    embarque, national = territoires.ouvrir(siren), territoires.ouvrir(siren, dossier_national)
    assert groupes(embarque.epci.to_frame().T).tolist() == groupes(national.epci.to_frame().T).tolist()
    proches = [
        distances(t.epci, territoires.epci_de_meme_groupe(t), territoires.normes(t)["ecart_type"])
        for t in (embarque, national)
    ]
    pd.testing.assert_series_equal(*(serie.head(NOMBRE_COMPARABLES) for serie in proches), rtol=1e-12)
