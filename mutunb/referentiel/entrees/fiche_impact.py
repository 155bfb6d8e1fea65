"""La grille de la fiche d'impact : ce que le projet change pour les agents, point par point."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mutunb.referentiel.champs import Connus, Entree, IdsSource, Prose, Texte
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau

Effet = Literal["organisation", "conditions", "remuneration", "droits"]
#: ce que le dossier sait remplir
Connu = Literal["", "employeur", "comites", "trajets", "convergence"]


class PointImpact(Entree):
    """Un point de la fiche d'impact : ce qui vaut après le transfert, et la donnée à réunir pour dire l'avant."""

    id: Texte
    effet: Effet
    point: Prose
    apres: Prose
    a_collecter: Prose
    connu: Connu = ""
    niveau: Niveau
    source: IdsSource


def lire(dossier: Path, connus: Connus) -> Mapping[str, PointImpact]:
    """Points de ``fiche_impact.yaml``."""
    return fige("Fiche d'impact", *lire_entrees(dossier / "fiche_impact.yaml", PointImpact, connus))
