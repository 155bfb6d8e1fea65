"""Le dossier national : le même contenu que l'échantillon, et des erreurs qui listent tout."""

import os

import pandas as pd
import pytest

from mutunb import territoires
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.territoires import magasin as module
from mutunb.territoires import schema
from mutunb.territoires.echantillon import TERRITOIRES

from .conftest import OUESSANT, copier, ecrire_parquet


@pytest.mark.parametrize("siren", TERRITOIRES)
def test_meme_territoire_par_les_deux_lectures(siren, petit_national):
    embarque, national = territoires.ouvrir(siren), territoires.ouvrir(siren, petit_national)
    pd.testing.assert_series_equal(embarque.epci, national.epci)
    pd.testing.assert_frame_equal(embarque.communes, national.communes)
    assert embarque.defauts == national.defauts


def test_toutes_les_lignes_ou_une_seule_donnent_la_meme_chose(petit_national):
    tous = module.magasin(petit_national).epci().drop(columns="detail").set_index("epci_siren", drop=False)
    for siren in TERRITOIRES:
        pd.testing.assert_series_equal(module.magasin(petit_national).ligne_epci(siren), tous.loc[siren])


@pytest.mark.parametrize("national", [True, False])
def test_ouvrir_tous_ou_un_seul_donne_la_meme_chose(petit_national, national):
    dossier = petit_national if national else None
    tous = list(territoires.ouvrir_tous(dossier))
    assert [t.siren for t in tous] == sorted(TERRITOIRES)
    for ouvert in tous:
        seul = territoires.ouvrir(ouvert.siren, dossier)
        pd.testing.assert_series_equal(ouvert.epci, seul.epci)
        pd.testing.assert_frame_equal(ouvert.communes, seul.communes)
        assert (ouvert.nom, ouvert.defauts, ouvert.millesime) == (seul.nom, seul.defauts, seul.millesime)


def test_poids_de_la_ville_centre_et_petites_communes(petit_national):
    territoire = territoires.ouvrir("247900798", petit_national)
    populations = territoire.communes["pop_municipale_2025"]
    assert territoire.epci["part_ville_centre"] == pytest.approx(populations.max() / populations.sum())
    assert territoire.epci["communes_moins_1000"] == pytest.approx((populations < 1000).mean())


def test_dossier_vide_ou_abime_toutes_les_anomalies_d_un_coup(petit_national):
    fautes = {"insee": "INTEGER", "frais_personnel": "VARCHAR", "strate": None, "lat": None}
    ecrire_parquet(petit_national, "communes", types=fautes)
    (petit_national / "ept.parquet").write_text("<html>404</html>")
    with pytest.raises(ErreurDonnees) as leve:
        territoires.ouvrir("247900798", petit_national)
    texte = str(leve.value)
    assert len(leve.value.constats) == 5 and "5 problèmes" in texte
    attendus = ["« strate »", "« lat »", "colonne insee", "zéros initiaux", "colonne frais_personnel", "ept.parquet"]
    assert [morceau for morceau in attendus if morceau not in texte] == []
    assert "mutunb donnees" in texte


def test_fichiers_indispensables_manquants(petit_national):
    (petit_national / "epci.parquet").unlink()
    with pytest.raises(ErreurDonnees, match="epci.parquet : trouvé aucun fichier"):
        territoires.ouvrir("247900798", petit_national)


def test_tables_de_perimetres_differents(petit_national):
    ecrire_parquet(petit_national, "communes", sauf="79329")
    with pytest.raises(ErreurDonnees, match="annonce 24 communes.*en a 23"):
        territoires.ouvrir("247900798", petit_national)


def test_un_dossier_reconstruit_est_relu(petit_national):
    assert territoires.ouvrir("247900798", petit_national).epci["nb_communes"] == 24
    ecrire_parquet(petit_national, "epci", types={"nom": None})
    os.utime(petit_national / "epci.parquet", ns=(1, 1))
    with pytest.raises(ErreurDonnees, match="« nom »"):
        territoires.ouvrir("247900798", petit_national)


def test_le_magasin_reste_ouvert(petit_national):
    assert module.magasin(petit_national) is module.magasin(str(petit_national))


def test_modifier_une_table_du_magasin_ne_l_altere_pas(petit_national):
    for dossier in (None, petit_national):
        lu = module.magasin(dossier)
        for lire in (lu.epci, lu.normes, lu.ept, lu.communes_de_nom, lambda lu=lu: lu.communes("247900798")):
            avant = lire()
            modifiee = lire()
            modifiee.loc[:, modifiee.columns[0]] = "x"
            pd.testing.assert_frame_equal(lire(), avant)


def test_un_ept_se_reconnait_sans_sa_table(petit_national):
    saint_denis = OUESSANT.replace("'Ouessant' AS nom", "'Saint-Denis' AS nom, '200057867' AS ept_siren")
    ecrire_parquet(petit_national, "communes", ajout=saint_denis)
    with pytest.raises(ErreurUsage, match="établissement public territorial du Grand Paris. Un EPT"):
        territoires.ouvrir("200057867", petit_national)


def test_contours_quand_le_dossier_en_a(petit_national):
    selection = "SELECT '79329' AS insee, '247900798' AS epci_siren, '{}' AS geometry_geojson"
    copier(selection, petit_national / "communes_contours.parquet")
    contours = territoires.ouvrir("247900798", petit_national).contours
    assert contours.to_dict("records") == [{"insee": "79329", "geometry_geojson": "{}"}]


def test_echantillon_abime(tmp_path):
    (tmp_path / "normes.csv").write_text("groupe;indicateur\n")
    (tmp_path / "epci.csv").write_text("detail;pop_totale_2025\ncomplet;beaucoup\n")
    with pytest.raises(ErreurDonnees) as leve:
        territoires.ouvrir("247900798", tmp_path)
    endroits = {constat.ou for constat in leve.value.constats}
    assert endroits == {"epci.csv", "communes.csv", "ept.csv", "normes.csv"}


def test_noms_de_colonnes_uniques():
    for colonnes in (*schema.TABLES.values(), schema.NORMES):
        noms = schema.noms(colonnes)
        assert len(noms) == len(set(noms))
        assert {c.genre for c in colonnes} <= {"texte", "entier", "reel"}
        assert {c.source for c in colonnes} <= set(schema.SOURCES)
        assert all(c.libelle and c.unite for c in colonnes)
