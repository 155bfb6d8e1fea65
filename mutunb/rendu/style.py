"""Le style commun des figures : une palette, une police, des fonds sobres. matplotlib sans état global (pas de pyplot)."""

from __future__ import annotations

import matplotlib
from matplotlib.figure import Figure as FigureMatplotlib
from matplotlib.ticker import FuncFormatter

from mutunb import formats

BLEU, ORANGE, VERT, PRUNE = "#0B3C5D", "#D95F02", "#1B9E77", "#9E3D8F"
GRIS, GRIS_CLAIR, ENCRE = "#6B7280", "#E5E7EB", "#1F2937"
LARGEUR = 7.6  # pouces : la largeur de lecture de la page

REGLAGES = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial"],
    "font.size": 9,
    "axes.edgecolor": GRIS,
    "axes.labelcolor": ENCRE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": ENCRE,
    "ytick.color": ENCRE,
    "text.color": ENCRE,
    "svg.fonttype": "none",  # du texte : dix fois plus léger, et lisible par une loupe
    "svg.hashsalt": "mutunb",
    "figure.dpi": 100,
}


def toile(hauteur: float, marges: tuple[float, float, float, float] = (0.30, 0.12, 0.97, 0.97)):
    """Figure et axes au style de la maison.

    Parameters
    ----------
    hauteur : float
        Hauteur en pouces (la largeur est fixe).
    marges : tuple
        Gauche, bas, droite, haut, en part de la figure : fixées à la main, sans calcul de boîte englobante.
    """
    with matplotlib.rc_context(REGLAGES):
        figure = FigureMatplotlib(figsize=(LARGEUR, hauteur))
        axes = figure.add_axes((marges[0], marges[1], marges[2] - marges[0], marges[3] - marges[1]))
        axes.xaxis.set_major_formatter(FuncFormatter(_graduation))
    return figure, axes


def _graduation(valeur: float, _rang: int) -> str:
    return formats.nombre(valeur, 0 if float(valeur).is_integer() else 1)


def hauteur_barres(combien: int, par_barre: float = 0.34, reste: float = 0.75) -> float:
    """Hauteur d'une figure à barres horizontales (pouces)."""
    return max(1.6, combien * par_barre + reste)
