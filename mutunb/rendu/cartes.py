"""Carte des communes : contours quand le référentiel national les a, sinon cercles proportionnels à la population."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.collections import PatchCollection
from matplotlib.colors import Normalize
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.portrait import Portrait
from mutunb.calculs.tableau import Tableau
from mutunb.rendu.figure import Figure
from mutunb.rendu.style import BLEU, ENCRE, ORANGE, toile

COMMUNES_NOMMEES = 8
AIRE_MAXIMALE = 1400


def carte_communes(portrait: Portrait) -> Figure:
    """Où sont les communes et ce qu'elles pèsent ; les plus peuplées sont nommées."""
    territoire = portrait.dossier.territoire
    communes = portrait.communes.dropna(subset=["lat", "lon"])
    milieu = float(communes["lat"].mean())
    figure, axes = toile(5.0, (0.01, 0.01, 0.99, 0.99))
    if territoire.contours is not None and len(territoire.contours):
        marques, rayons = _contours(axes, territoire.contours, communes), pd.Series(dtype=float)
        fond = "contours IGN"
    else:
        marques, rayons = len(communes), _cercles(axes, communes)
        fond = "cercles proportionnels à la population"
    _noms(axes, communes.head(COMMUNES_NOMMEES), rayons)
    axes.set_aspect(1 / math.cos(math.radians(milieu)))
    axes.margins(0.12)
    axes.axis("off")
    part = formats.pourcent(portrait.part_ville_centre)
    return Figure(
        titre=f"{portrait.ville_centre} rassemble {part} des habitants",
        sous_titre=f"Population municipale, {mentions.perimetre_communes(territoire)} ; {fond}",
        alt=_texte(portrait),
        donnees=_donnees(portrait),
        dessin=figure,
        marques=marques,
    )


def _cercles(axes, communes: pd.DataFrame) -> pd.Series:
    """Dessine les cercles et rend leur rayon (points)."""
    population = communes["pop_municipale_2025"].astype(float)
    aires = (AIRE_MAXIMALE * population / max(population.max(), 1)).clip(lower=6)
    couleurs = [ORANGE if i == 0 else BLEU for i in range(len(communes))]
    axes.scatter(
        communes["lon"], communes["lat"], s=aires, c=couleurs, alpha=0.75, linewidths=0.6, edgecolors="white"
    )
    return np.sqrt(aires) / 2


def _contours(axes, contours: pd.DataFrame, communes: pd.DataFrame) -> int:
    population = communes.set_index("insee")["pop_municipale_2025"].astype(float)
    pieces, valeurs, points = [], [], 0
    for insee, geometrie in zip(contours["insee"], contours["geometry_geojson"], strict=True):
        for chemin in _chemins(json.loads(geometrie)):
            pieces.append(PathPatch(chemin))
            valeurs.append(population.get(insee, np.nan))
            points += len(chemin.vertices)
    collection = PatchCollection(pieces, cmap="cividis_r", edgecolor="white", linewidth=0.5)
    collection.set_array(np.log10(np.ma.masked_invalid(np.array(valeurs, dtype=float).clip(min=1))))
    collection.set_norm(Normalize(1.5, max(5.0, math.log10(population.max()))))
    axes.add_collection(collection)
    axes.autoscale_view()
    return points


def _polygones(geometrie: dict) -> Iterator[list]:
    """Les polygones d'une géométrie GeoJSON ; points et lignes sont laissés de côté."""
    if geometrie["type"] == "GeometryCollection":
        for piece in geometrie["geometries"]:
            yield from _polygones(piece)
    elif geometrie["type"] == "MultiPolygon":
        yield from geometrie["coordinates"]
    elif geometrie["type"] == "Polygon":
        yield geometrie["coordinates"]


def _chemins(geometrie: dict) -> Iterator[Path]:
    for polygone in _polygones(geometrie):
        sommets, codes = [], []
        for anneau in polygone:
            if len(anneau) < 4:
                continue
            sommets += [point[:2] for point in anneau]
            codes += [Path.MOVETO, *[Path.LINETO] * (len(anneau) - 2), Path.CLOSEPOLY]
        if sommets:
            yield Path(sommets, codes)


def _noms(axes, principales: pd.DataFrame, rayons: pd.Series) -> None:
    """Nomme les communes, au-dessus de leur cercle (rayon en points)."""
    for commune in principales.itertuples():
        axes.annotate(
            commune.nom,
            (commune.lon, commune.lat),
            xytext=(0, 3 + rayons.get(commune.Index, 0)),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=ENCRE,
            bbox={"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.8},
        )


def _texte(portrait: Portrait) -> str:
    tete = portrait.communes.head(5)
    noms = formats.liste(
        [f"{c.nom} ({formats.valeur(c.pop_municipale_2025, 'habitants')})" for c in tete.itertuples()]
    )
    return (
        f"Carte {mentions.de_nom(portrait.dossier.territoire)} : "
        f"{formats.pluriel(len(portrait.communes), 'commune')}, les plus peuplées étant {noms}."
    )


def _donnees(portrait: Portrait) -> Tableau:
    return Tableau(
        id="carte_communes",
        titre="Population des communes",
        donnees=portrait.communes[["nom", "pop_municipale_2025"]].rename(
            columns={"nom": "commune", "pop_municipale_2025": "population"}
        ),
        unites={"commune": "texte", "population": "habitants"},
        libelles={"commune": "Commune", "population": "Population municipale"},
        perimetre=mentions.perimetre_communes(portrait.dossier.territoire),
        source=f"{mentions.population(portrait.dossier.territoire)} ; IGN ADMIN EXPRESS",
        statuts="constate",
    )
