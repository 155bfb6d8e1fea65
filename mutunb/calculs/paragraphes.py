"""Des constats écrits une fois, pour une page comme pour un acte : paragraphes et puces, en texte simple.

Seul le gras (``**``) y est permis ; la page l'affiche, l'acte l'ôte.
"""

from __future__ import annotations

from collections.abc import Iterable

PUCE = "- "


def paragraphe(*textes: str | None) -> list[str]:
    """Les phrases non vides, en un paragraphe ; rien si toutes le sont."""
    texte = " ".join(t for t in textes if t)
    return [texte] if texte else []


def puces(textes: Iterable[str]) -> list[str]:
    """Une ligne par puce."""
    return [f"{PUCE}{texte}" for texte in textes]


def neutre(texte: str) -> str:
    """Un texte venu des données, sans astérisque qui le mettrait en gras."""
    return texte.replace("*", "")


def en_clair(ligne: str) -> str:
    """Une ligne sans puce ni gras.

    Examples
    --------
    >>> en_clair("- Alpha : **12 %**")
    'Alpha : 12 %'
    """
    return ligne.removeprefix(PUCE).replace("**", "").strip()
