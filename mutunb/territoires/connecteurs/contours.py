"""Contours des communes (GeoJSON, longitude et latitude WGS 84) et un point à l'intérieur de chacun.

Éprouvé sur de vrais contours ADMIN EXPRESS simplifiés, remis en FeatureCollection par les essais ; le fichier
national « contours-administratifs » n'a pas été lu ici.
"""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import lecture, valeurs

QUOI = "des contours de communes en GeoJSON (FeatureCollection)"
CLES_INSEE = ("code", "insee", "INSEE_COM", "code_insee", "codgeo")
DECIMALES = 4
#: longitude min, latitude min, longitude max, latitude max : métropole et outre-mer départemental
BORNES = (
    (-5.6, 41.2, 9.8, 51.3),
    (-61.9, 14.2, -60.7, 16.7),
    (-54.8, 2.0, -51.4, 6.0),
    (55.1, -21.5, 56.0, -20.7),
    (44.9, -13.2, 45.5, -12.5),
)
HORS_CHAMP = ("975", "977", "978", "98")
#: tracés horizontaux essayés pour trouver le plus large segment intérieur
TRACES = 9

Anneau = list[list[float]]
Polygone = list[Anneau]


def lire_contours(chemin: Path) -> pd.DataFrame:
    """Une ligne par commune : ``insee``, ``geometry_geojson`` (texte compact, quatre décimales), ``lat``, ``lon``.

    ``lat`` et ``lon`` sont ceux d'un point intérieur au plus grand polygone. Une géométrie vide donne une ligne
    sans contour ni point ; une géométrie d'un autre genre ou hors de France est refusée.
    """
    constats: list[Constat] = []
    lignes = [ligne for objet in _objets(chemin) if (ligne := _ligne(objet, chemin, constats))]
    table = pd.DataFrame(lignes, columns=["insee", "geometry_geojson", "lat", "lon"])
    constats += [
        Constat(f"{chemin}, commune {code}", "deux contours", "un seul par commune",
                "Vérifiez que le fichier ne mélange pas communes et communes déléguées.")
        for code in table.loc[table["insee"].duplicated(), "insee"]
    ]
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, contours", constats)
    return table.astype({"lat": "float64", "lon": "float64"})


def point_interieur(polygone: Polygone) -> tuple[float, float]:
    """(longitude, latitude) au milieu du plus large segment horizontal intérieur au polygone (trous déduits)."""
    latitudes = [y for _, y in polygone[0]]
    bas, haut = min(latitudes), max(latitudes)
    meilleur = (-1.0, polygone[0][0][0], polygone[0][0][1])
    for rang in range(1, TRACES + 1):
        latitude = bas + (haut - bas) * rang / (TRACES + 1)
        croisements = sorted(_croisements(polygone, latitude))
        for gauche, droite in zip(croisements[::2], croisements[1::2], strict=False):
            if droite - gauche > meilleur[0]:
                meilleur = (droite - gauche, (gauche + droite) / 2, latitude)
    return meilleur[1], meilleur[2]


def aire(polygone: Polygone) -> float:
    """Aire du polygone trous déduits, en degrés carrés corrigés de la latitude (pour comparer, pas pour mesurer)."""
    aires = [_aire_anneau(anneau) for anneau in polygone]
    latitude = polygone[0][0][1]
    return (aires[0] - sum(aires[1:])) * math.cos(math.radians(latitude))


def polygones(geometrie: dict[str, Any]) -> list[Polygone]:
    """Les polygones d'une géométrie, sans anneau dégénéré.

    Une simplification laisse parfois une GeometryCollection (polygones et restes de lignes) : on en garde les surfaces.
    """
    genre = geometrie.get("type")
    if genre == "GeometryCollection":
        return [polygone for partie in geometrie.get("geometries") or [] for polygone in polygones(partie)]
    coordonnees = geometrie.get("coordinates") or []
    bruts = {"Polygon": [coordonnees], "MultiPolygon": coordonnees}.get(genre, [])
    return [polygone for polygone in bruts if polygone and len(polygone[0]) >= 4]


def _objets(chemin: Path) -> list[dict[str, Any]]:
    contenu = lecture.octets(chemin, QUOI)
    if contenu[:2] == b"\x1f\x8b":
        contenu = gzip.decompress(contenu)
    try:
        collection = json.loads(contenu)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise ErreurDonnees(
            f"{chemin} : JSON illisible ou tronqué. Attendu : {QUOI}. Téléchargez-le de nouveau."
        ) from None
    objets = collection.get("features") if isinstance(collection, dict) else None
    if not isinstance(objets, list) or not objets:
        raise ErreurDonnees(f"{chemin} : aucune commune trouvée. Attendu : {QUOI}, avec une liste « features ».")
    return objets


def _ligne(objet: dict[str, Any], chemin: Path, constats: list[Constat]) -> tuple[object, ...] | None:
    proprietes = objet.get("properties") or {}
    brut = next((proprietes[cle] for cle in CLES_INSEE if proprietes.get(cle)), None)
    try:
        code = valeurs.insee(brut)
    except ValueError:
        constats.append(Constat(
            f"{chemin}", f"un contour sans code INSEE (propriétés : {', '.join(proprietes) or 'aucune'})",
            f"la propriété {' ou '.join(CLES_INSEE)}", "Exportez les contours avec le code de la commune."))
        return None
    if code.startswith(HORS_CHAMP):
        return None
    geometrie = objet.get("geometry")
    if not geometrie or not (geometrie.get("coordinates") or geometrie.get("geometries")):
        return code, None, None, None
    probleme = _probleme(geometrie)
    if probleme:
        constats.append(Constat(f"{chemin}, commune {code}", *probleme))
        return None
    parties = polygones(geometrie)
    if not parties:
        return code, None, None, None
    longitude, latitude = point_interieur(max(parties, key=aire))
    return code, _compact(geometrie), round(latitude, DECIMALES), round(longitude, DECIMALES)


def _probleme(geometrie: dict[str, Any]) -> tuple[str, str, str] | None:
    if geometrie.get("type") not in ("Polygon", "MultiPolygon", "GeometryCollection"):
        trouve = f"une géométrie {geometrie.get('type')}"
        return trouve, "Polygon ou MultiPolygon", "Exportez les contours, pas les chefs-lieux."
    for longitude, latitude in _sommets(geometrie):
        if not any(o <= longitude <= e and s <= latitude <= n for o, s, e, n in BORNES):
            return (
                f"un sommet à la longitude {longitude:g}, latitude {latitude:g}", "des coordonnées WGS 84 en France",
                "Coordonnées inversées ou en projection Lambert : exportez en longitude et latitude (EPSG:4326).",
            )
    return None


def _sommets(geometrie: dict[str, Any]) -> Iterator[tuple[float, float]]:
    for polygone in polygones(geometrie):
        for anneau in polygone:
            for sommet in anneau:
                yield float(sommet[0]), float(sommet[1])


def _compact(geometrie: dict[str, Any]) -> str:
    arrondis = [
        [[[round(sommet[0], DECIMALES), round(sommet[1], DECIMALES)] for sommet in anneau] for anneau in polygone]
        for polygone in polygones(geometrie)
    ]
    unique = len(arrondis) == 1
    return json.dumps(
        {"type": "Polygon" if unique else "MultiPolygon", "coordinates": arrondis[0] if unique else arrondis},
        separators=(",", ":"),
    )


def _croisements(polygone: Polygone, latitude: float) -> Iterator[float]:
    for anneau in polygone:
        for (x1, y1, *_), (x2, y2, *_) in zip(anneau, anneau[1:], strict=False):
            if (y1 > latitude) != (y2 > latitude):
                yield x1 + (latitude - y1) * (x2 - x1) / (y2 - y1)


def _aire_anneau(anneau: Anneau) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(anneau, anneau[1:], strict=False))) / 2
