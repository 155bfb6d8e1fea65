"""Contours : un point vraiment à l'intérieur, une géométrie vide admise, des coordonnées hors de France refusées."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import duckdb
import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import contours

CARRE = [[[-4.5, 48.4], [-4.4, 48.4], [-4.4, 48.5], [-4.5, 48.5], [-4.5, 48.4]]]
#: un fer à cheval : le centre de sa boîte est dehors
FER_A_CHEVAL = [[[0, 45], [3, 45], [3, 48], [2, 48], [2, 46], [1, 46], [1, 48], [0, 48], [0, 45]]]
TROU = [[2, 2], [8, 2], [8, 8], [2, 8], [2, 2]]


def lire(dossier: Path, *geometries: object, proprietes: dict | None = None, nom: str = "c.geojson") -> object:
    objets = [
        {"type": "Feature", "properties": proprietes or {"code": f"290{rang:02d}"}, "geometry": geometrie}
        for rang, geometrie in enumerate(geometries, start=11)
    ]
    contenu = json.dumps({"type": "FeatureCollection", "features": objets}).encode()
    (dossier / nom).write_bytes(gzip.compress(contenu) if nom.endswith(".gz") else contenu)
    return contours.lire_contours(dossier / nom)


def est_dedans(polygone: list, longitude: float, latitude: float) -> bool:
    """Lancer de rayon, écrit autrement que dans le connecteur."""
    dedans = False
    for anneau in polygone:
        for (x1, y1), (x2, y2) in zip(anneau, anneau[1:], strict=False):
            if (y1 > latitude) != (y2 > latitude) and longitude < (x2 - x1) * (latitude - y1) / (y2 - y1) + x1:
                dedans = not dedans
    return dedans


@pytest.mark.parametrize("nom", ["c.geojson", "c.geojson.gz"])
def test_un_contour_donne_son_texte_et_un_point(tmp_path: Path, nom: str) -> None:
    ligne = lire(tmp_path, {"type": "Polygon", "coordinates": CARRE}, nom=nom).iloc[0]
    assert ligne["insee"] == "29011"
    assert json.loads(ligne["geometry_geojson"]) == {"type": "Polygon", "coordinates": CARRE}
    assert (ligne["lon"], ligne["lat"]) == (-4.45, 48.41)


@pytest.mark.parametrize("polygone", [CARRE, FER_A_CHEVAL, [[[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]], TROU]])
def test_le_point_est_a_l_interieur(polygone: list) -> None:
    assert est_dedans(polygone, *contours.point_interieur(polygone))


def test_le_point_d_un_multipolygone_est_dans_sa_plus_grande_partie(tmp_path: Path) -> None:
    ilot = [[[-5.1, 48.45], [-5.0999, 48.45], [-5.0999, 48.4501], [-5.1, 48.4501], [-5.1, 48.45]]]
    ligne = lire(tmp_path, {"type": "MultiPolygon", "coordinates": [ilot, CARRE]}).iloc[0]
    assert est_dedans(CARRE, ligne["lon"], ligne["lat"])


def test_une_collection_garde_ses_seules_surfaces(tmp_path: Path) -> None:
    reste = {"type": "LineString", "coordinates": [[-4.5, 48.4], [-4.4, 48.4]]}
    melange = {"type": "GeometryCollection", "geometries": [reste, {"type": "Polygon", "coordinates": CARRE}]}
    assert json.loads(lire(tmp_path, melange).iloc[0]["geometry_geojson"])["type"] == "Polygon"


@pytest.mark.parametrize("vide", [None, {"type": "Polygon", "coordinates": []},
                                  {"type": "Polygon", "coordinates": [[[-4.5, 48.4], [-4.4, 48.4]]]}])
def test_une_geometrie_vide_n_a_ni_contour_ni_point(tmp_path: Path, vide: object) -> None:
    table = lire(tmp_path, {"type": "Polygon", "coordinates": CARRE}, vide)
    assert table[["geometry_geojson", "lat", "lon"]].iloc[1].isna().all()


@pytest.mark.parametrize(
    ("geometrie", "attendu"),
    [
        ({"type": "Polygon", "coordinates": [[[48.4, -4.5], [48.4, -4.4], [48.5, -4.4], [48.4, -4.5]]]}, "inversées"),
        ({"type": "Polygon", "coordinates": [[[145_000, 6_840_000], [146_000, 6_840_000], [145_000, 6_841_000],
                                              [145_000, 6_840_000]]]}, "Lambert"),
        ({"type": "Point", "coordinates": [-4.5, 48.4]}, "une géométrie Point"),
    ],
)
def test_une_geometrie_hors_de_france_ou_d_un_autre_genre_est_refusee(
    tmp_path: Path, geometrie: dict, attendu: str
) -> None:
    with pytest.raises(ErreurDonnees, match="commune 29011") as erreur:
        lire(tmp_path, geometrie)
    assert attendu in str(erreur.value)


def test_un_contour_sans_code_ou_en_double_est_refuse(tmp_path: Path) -> None:
    carre = {"type": "Polygon", "coordinates": CARRE}
    with pytest.raises(ErreurDonnees, match="sans code INSEE .propriétés : nom"):
        lire(tmp_path, carre, proprietes={"nom": "Bohars"})
    with pytest.raises(ErreurDonnees, match="deux contours"):
        lire(tmp_path, carre, carre, proprietes={"insee": "29011"})


@pytest.mark.parametrize(("contenu", "attendu"), [('{"type": "Feature', "tronqué"), ("[]", "aucune commune"),
                                                  ('{"features": []}', "aucune commune"), ("<html>", "page web")])
def test_un_mauvais_geojson_est_refuse(tmp_path: Path, contenu: str, attendu: str) -> None:
    chemin = tmp_path / "c.geojson"
    chemin.write_text(contenu, encoding="utf-8")
    with pytest.raises(ErreurDonnees, match=attendu):
        contours.lire_contours(chemin)


@pytest.mark.national
def test_les_vrais_contours_ont_leur_point_dedans(dossier_national: Path, tmp_path: Path) -> None:
    """Cinq cents communes réelles, dont toutes celles qui ne sont pas un simple polygone d'un seul tenant."""
    with duckdb.connect() as connexion:
        lignes = connexion.execute(
            "SELECT insee, geometry_geojson FROM read_parquet(?) WHERE geometry_geojson NOT LIKE '%:\"Polygon%' "
            "OR insee LIKE '29%' OR insee LIKE '97%' ORDER BY insee",
            [str(dossier_national / "communes_contours.parquet")],
        ).fetchall()
    chemin = tmp_path / "c.geojson"
    objets = [{"properties": {"insee": code}, "geometry": json.loads(texte)} for code, texte in lignes]
    chemin.write_text(json.dumps({"features": objets}), encoding="utf-8")
    table = contours.lire_contours(chemin)
    assert len(table) == len(lignes) > 500
    for ligne in table.itertuples():
        parties = contours.polygones(json.loads(ligne.geometry_geojson))
        assert any(est_dedans(partie, ligne.lon, ligne.lat) for partie in parties), ligne.insee
