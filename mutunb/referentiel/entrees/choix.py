"""Choisir un instrument : règles d'éligibilité et premier choix par fonction et configuration."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mutunb.referentiel.champs import CodeInstrument, Connus, Entree, IdFonction, IdsSource, Prose, ProseLibre, Texte
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau


class RegleEligibilite(Entree):
    """Une règle : si la condition est remplie, un instrument est interdit, proposé, ou assorti d'une alerte.

    Une interdiction l'emporte toujours ; les propositions se trient par ``rang`` ; une alerte suit le scénario.

    Parameters
    ----------
    titre : str
        Le refus ou l'alerte en quelques mots, tels qu'ils s'affichent.
    article : str
        Texte qui fonde la règle ; vide si elle n'est que d'usage.
    vise : str
        Ce qu'une interdiction retire quand ce n'est pas un instrument entier (une voie financière, des missions).
    """

    id: Texte
    titre: ProseLibre = ""
    article: ProseLibre = ""
    vise: ProseLibre = ""
    effet: Literal["interdiction", "proposition", "alerte"]
    condition: Prose
    consequence: Prose
    instruments: tuple[CodeInstrument, ...] = ()
    rang: int | None = None
    reserve: ProseLibre = ""
    niveau: Niveau
    source: IdsSource


class Choix(Entree):
    """Un rang de préférence : 1 = premier choix, 2 = solution de rechange."""

    rang: Literal[1, 2]
    instruments: tuple[CodeInstrument, ...]
    precision: ProseLibre = ""


class ChoixParConfiguration(Entree):
    """Instruments à envisager pour une fonction, selon qui mutualise avec qui."""

    id: IdFonction
    epci_et_toutes_communes: tuple[Choix, ...]
    epci_et_quelques_communes: tuple[Choix, ...]
    epci_et_ville_centre: tuple[Choix, ...]
    communes_seules: tuple[Choix, ...]
    hors_perimetre: tuple[Choix, ...]
    ponctuel: tuple[Choix, ...]
    niveau: Niveau
    source: IdsSource


def lire_regles(dossier: Path, connus: Connus) -> Mapping[str, RegleEligibilite]:
    """Règles de ``droit/eligibilite.yaml``."""
    return fige("Éligibilité", *lire_entrees(dossier / "droit" / "eligibilite.yaml", RegleEligibilite, connus))


def lire_configurations(dossier: Path, connus: Connus) -> Mapping[str, ChoixParConfiguration]:
    """Choix de ``droit/configurations.yaml``, par fonction."""
    chemin = dossier / "droit" / "configurations.yaml"
    return fige("Configurations", *lire_entrees(chemin, ChoixParConfiguration, connus))
