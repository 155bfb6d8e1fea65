"""La grille de conformité des mutualisations existantes : les questions à poser à chaque convention."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from mutunb.referentiel.champs import CodeInstrument, Connus, Entree, IdFonction, IdsSource, Prose, Texte
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau

#: réponses admises ; un « non » appelle une action et une échéance
REPONSES = ("oui", "non", "sans_objet", "a_etablir")


class Controle(Entree):
    """Une question de conformité, et ce qu'il faut faire quand la réponse est non.

    Parameters
    ----------
    point : str
        Point que le questionnaire fait cocher (liste « conformite »).
    instruments : tuple of str
        Instruments que la question concerne ; pour les autres, elle est sans objet.
    fonctions : tuple of str
        Fonctions qu'elle concerne ; toutes si vide.
    delai_mois : int
        Échéance proposée, en mois, quand la réponse est non.
    """

    id: Texte
    question: Prose
    action: Prose
    point: Texte
    instruments: tuple[CodeInstrument, ...]
    fonctions: tuple[IdFonction, ...] = ()
    delai_mois: Annotated[int, Field(ge=1, le=36)]
    droit: Texte
    niveau: Niveau
    source: IdsSource


def lire(dossier: Path, connus: Connus) -> Mapping[str, Controle]:
    """Contrôles de ``droit/conformite.yaml`` (G1, G2…)."""
    return fige("Conformité", *lire_entrees(dossier / "droit" / "conformite.yaml", Controle, connus))
