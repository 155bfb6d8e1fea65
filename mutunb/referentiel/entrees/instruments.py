"""Les instruments de mutualisation : parties, agents, argent, décision, sortie, et ce qu'ils changent."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import ValidationInfo, field_validator

from mutunb.referentiel.champs import (
    CodeInstrument,
    Connus,
    Entree,
    IdsSource,
    Nombre,
    Prose,
    Texte,
    refus,
    verifier_ordre,
)
from mutunb.referentiel.identifiants import INSTRUMENTS
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau, est_a_verifier


class DureeMois(Entree):
    """Délai de montage, en mois."""

    bas: Nombre
    haut: Nombre

    @field_validator("haut")
    @classmethod
    def _ordre(cls, haut: float, info: ValidationInfo) -> float:
        verifier_ordre(haut, info)
        return haut


class Comparaison(Entree):
    """Conséquences à afficher en regard d'un scénario."""

    change_employeur: Prose
    accord_individuel: Prose
    garanties: Prose
    signal_prix: Prose
    effet_cif: Prose
    reversibilite: Literal["forte", "moyenne", "faible", "très faible"]
    delai_montage_mois: DureeMois
    niveau: Niveau
    source: IdsSource


class Instrument(Entree):
    """Un instrument de mutualisation.

    Parameters
    ----------
    id : str
        Code (``SC``, ``GC``…), celui de :data:`mutunb.referentiel.identifiants.INSTRUMENTS`.
    droit : tuple of str
        Entrées de droit qui le décrivent.
    effet_cif, risque_tva, avis_cst, statuts : str
        Réponses codées ; les phrases sont dans les autres champs.
    a_preciser : tuple of str
        Champs de niveau B, à vérifier avant de s'en prévaloir.
    """

    id: CodeInstrument
    libelle: Prose
    fondement: Prose
    droit: tuple[Texte, ...]
    parties: Prose
    agents: Prose
    flux_financier: Prose
    effet_cif: Literal["non", "oui", "si_ac", "a_etudier"]
    risque_tva: Literal["sans_objet", "faible", "faible_a_moyen", "moyen", "moyen_a_haut", "dans_le_champ", "selon_cas"]
    decision: Prose
    avis_cst: Literal["oui", "non", "si_reorganisation", "si_transfert"]
    statuts: Literal["non", "oui", "si_porteur_epci", "lie_au_transfert"]
    sortie: Prose
    niveau: Niveau
    source: IdsSource
    a_preciser: tuple[Texte, ...] = ()
    comparaison: Comparaison | None = None

    @field_validator("a_preciser")
    @classmethod
    def _champs_connus(cls, noms: tuple[str, ...]) -> tuple[str, ...]:
        if inconnus := [nom for nom in noms if nom not in cls.model_fields]:
            raise refus(", ".join(inconnus), "des noms de champ", f"Choisissez parmi : {', '.join(cls.model_fields)}.")
        return noms

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A ou si un champ reste à préciser."""
        return est_a_verifier(self.niveau) or bool(self.a_preciser)


def lire(dossier: Path, connus: Connus) -> Mapping[str, Instrument]:
    """Instruments de ``droit/instruments.yaml``, du plus léger au plus engageant."""
    lus, constats = lire_entrees(dossier / "droit" / "instruments.yaml", Instrument, connus)
    ordonnes = dict(sorted(lus.items(), key=lambda paire: INSTRUMENTS.index(paire[0])))
    return fige("Instruments", ordonnes, constats)
