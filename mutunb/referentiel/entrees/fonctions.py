"""Les fonctions mutualisables : missions, notes, freins, gains, unités d'œuvre, indicateurs, première étape."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import StringConstraints, ValidationInfo, field_validator

from mutunb.erreurs import Constat
from mutunb.referentiel.champs import (
    CodeInstrument,
    CodeUnite,
    Connus,
    Entree,
    IdFonction,
    IdSource,
    Nombre,
    Prose,
    Texte,
    refus,
    verifier_ordre,
)
from mutunb.referentiel.identifiants import FONCTIONS
from mutunb.referentiel.lecture import fichiers, fige, lire_bloc, nom_court, valider
from mutunb.referentiel.niveaux import Niveau, est_a_verifier

Degre = Literal["fort", "moyen", "faible"]


class Phrase(Entree):
    """Une affirmation, son niveau de preuve et sa source."""

    texte: Prose
    niveau: Niveau
    source: IdSource

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


class Note(Entree):
    """Note qualitative ; ``note`` vide = non classée, ce qui ne vaut ni zéro ni faible."""

    note: Degre | None
    phrase: Prose
    niveau: Niveau | None
    source: IdSource

    @field_validator("niveau")
    @classmethod
    def _note_prouvee(cls, niveau: str | None, info: ValidationInfo) -> str | None:
        if niveau is None and info.data.get("note") is not None:
            raise refus("rien", "un niveau de preuve", "Une note donnée porte son niveau de preuve.")
        return niveau

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


class Freins(Entree):
    """Ce qui s'oppose à la mutualisation, par nature."""

    techniques_organisationnels: tuple[Phrase, ...]
    reglementaires: tuple[Phrase, ...]
    politiques: tuple[Phrase, ...]


class GainQuantitatif(Entree):
    """Un gain chiffré par une source : valeur, ou fourchette, dans ``unite``."""

    valeur: Nombre | None
    bas: Nombre | None
    haut: Nombre | None
    unite: CodeUnite
    perimetre: Prose
    phrase: Prose
    niveau: Niveau
    source: IdSource

    @field_validator("haut")
    @classmethod
    def _ordre(cls, haut: float | None, info: ValidationInfo) -> float | None:
        verifier_ordre(haut, info)
        if haut is None and info.data.get("valeur", 0) is None and info.data.get("bas", 0) is None:
            raise refus("rien", "valeur, bas ou haut", "Renseignez au moins un chiffre, ou retirez ce gain.")
        return haut

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


class Gains(Entree):
    """Gains attendus : ce qui se raconte, ce qui se compte."""

    qualitatifs: tuple[Phrase, ...]
    quantitatifs: tuple[GainQuantitatif, ...]


class UniteOeuvre(Entree):
    """Ce que l'on compte pour répartir le coût du service."""

    id: Texte
    libelle: Prose
    unite: CodeUnite
    constatable: bool
    vigilance: Prose
    niveau: Niveau
    source: IdSource


class Indicateur(Entree):
    """Ce que l'on suit une fois le service en place."""

    id: Texte
    libelle: Prose
    unite: CodeUnite
    sens: Literal["hausse", "baisse", "cible"]
    groupe: Literal["economie_efficience", "impact", "satisfaction", "modernisation", "rh_climat"]
    niveau: Niveau
    source: IdSource


class InstrumentPrivilegie(Phrase):
    """Un instrument qui convient à la fonction, et quand."""

    code: CodeInstrument


class Segment(Entree):
    """Un segment d'achat, sa place dans la matrice complexité × gain, ses repères de prix et ses préfixes CPV."""

    segment: Prose
    famille: Prose
    complexite: Literal["simple", "complexe"]
    gain_attendu: Degre | None
    mode: tuple[CodeInstrument, ...]
    vigilance: Prose
    niveau: Niveau
    source: IdSource
    reperes: tuple[Texte, ...] = ()
    cpv: tuple[Annotated[str, StringConstraints(pattern=r"^\d{2,8}$")], ...] = ()


class Etape(Entree):
    """Une étape de la trajectoire des systèmes d'information."""

    etape: int
    libelle: Prose
    contenu: Prose
    prealable: Prose
    sortie: Prose
    niveau: Niveau
    source: IdSource


class Fonction(Entree):
    """Une fonction support que l'on peut mutualiser, et tout ce que la méthode en dit."""

    id: IdFonction
    ordre: int
    libelle: Prose
    libelle_court: Prose
    definition: Prose
    famille: Literal["pilier", "autre"]
    socle: bool
    socle_phrase: Phrase
    potentiel_gain: Note
    effet_structurant: Note
    facilite: Note
    integration_requise: Note
    missions: tuple[Phrase, ...]
    opportunites: tuple[Phrase, ...]
    pistes_methodologiques: tuple[Phrase, ...]
    freins: Freins
    gains: Gains
    facteurs_cles_succes: tuple[Phrase, ...]
    unites_oeuvre: tuple[UniteOeuvre, ...]
    indicateurs: tuple[Indicateur, ...]
    instruments_privilegies: tuple[InstrumentPrivilegie, ...]
    premiere_etape: Phrase
    garde_fous: tuple[Phrase, ...]
    matrice_segments: tuple[Segment, ...] = ()
    trajectoire: tuple[Etape, ...] = ()


def lire(dossier: Path, connus: Connus) -> Mapping[str, Fonction]:
    """Fonctions de ``fonctions/*.yaml``, dans l'ordre de présentation."""
    lues: dict[str, Fonction] = {}
    constats: list[Constat] = []
    for chemin in fichiers(dossier / "fonctions"):
        contenu, defauts = lire_bloc(chemin)
        constats += defauts
        fonction, defauts = valider(contenu, Fonction, connus, nom_court(chemin)) if contenu else (None, [])
        constats += defauts
        if fonction is not None and fonction.id != chemin.stem:
            remede = "Renommez le fichier ou corrigez « id »."
            constats.append(Constat(nom_court(chemin), f"id : « {fonction.id} »", f"« {chemin.stem} »", remede))
        elif fonction is not None:
            lues[fonction.id] = fonction
    ordonnees = dict(sorted(lues.items(), key=lambda paire: FONCTIONS.index(paire[0])))
    return fige("Fonctions", ordonnees, constats)
