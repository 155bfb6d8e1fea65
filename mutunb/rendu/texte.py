"""Des constats en texte simple à ce qu'un carnet affiche."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from mutunb.calculs.paragraphes import PUCE
from mutunb.rendu.affichage import Affichage, texte_sur

GRAS = "**"


def en_affichage(lignes: Iterable[str]) -> Affichage:
    """Paragraphes et puces en Markdown ; hors du gras, tout texte y est inerte."""
    blocs = [
        "\n".join(_inerte(ligne) for ligne in groupe) if en_puces else "\n\n".join(_inerte(ligne) for ligne in groupe)
        for en_puces, groupe in groupby(lignes, key=lambda ligne: ligne.startswith(PUCE))
    ]
    return Affichage(markdown="\n\n".join(blocs))


def _inerte(ligne: str) -> str:
    debut = PUCE if ligne.startswith(PUCE) else ""
    return debut + GRAS.join(texte_sur(morceau) for morceau in ligne.removeprefix(PUCE).split(GRAS))
