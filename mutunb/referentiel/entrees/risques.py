"""Les risques communs à toute mutualisation : ce qui les déclenche, ce qu'on y oppose, ce qui a été observé."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mutunb.referentiel.champs import Connus, Entree, IdsSource, Prose, ProseLibre, Texte
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau

Famille = Literal["organisation", "social", "politique", "financier", "donnees", "juridique"]
#: quand un risque concerne le projet
Quand = Literal["toujours", "agents", "imputation", "informatique"]


class Risque(Entree):
    """Un risque et sa parade.

    Parameters
    ----------
    gravite, probabilite : int
        Cotes de départ, de 1 à 4 : des hypothèses, que le comité de pilotage révise.
    observe : str
        Ce qui a été observé ailleurs, avec sa source ; vide si rien de publié n'est retenu.
    quand : str
        ``toujours``, ou seulement si des agents changent d'employeur, si le coût passe par l'attribution de compensation,
        si l'informatique est concernée.
    """

    id: Texte
    libelle: Prose
    famille: Famille
    declencheur: Prose
    parade: Prose
    observe: ProseLibre = ""
    gravite: Literal[1, 2, 3, 4]
    probabilite: Literal[1, 2, 3, 4]
    quand: Quand = "toujours"
    niveau: Niveau
    source: IdsSource


def lire(dossier: Path, connus: Connus) -> Mapping[str, Risque]:
    """Risques de ``risques.yaml``."""
    return fige("Risques", *lire_entrees(dossier / "risques.yaml", Risque, connus))
