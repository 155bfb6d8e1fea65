"""Le droit : un texte, ce qu'il règle point par point, ses valeurs datées, et le jour où on l'a vérifié."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator, field_validator

from mutunb import formats
from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage
from mutunb.referentiel.champs import (
    CodeUnite,
    Connus,
    Entree,
    IdPoint,
    IdsSource,
    JourEffet,
    JourPasse,
    Nombre,
    Prose,
    Texte,
    montrer,
    refus,
)
from mutunb.referentiel.lecture import fichiers, fige, lire_entrees, reunir
from mutunb.referentiel.niveaux import Niveau, est_a_verifier
from mutunb.typographie import composer

#: fichiers de ``droit/`` qui ont leur propre modèle
FICHIERS_STRUCTURES = frozenset(
    {"instruments.yaml", "eligibilite.yaml", "configurations.yaml", "actes.yaml", "calendrier.yaml", "conformite.yaml", "majorites.yaml"}
)


def _version(valeur: Any) -> datetime.date | str | None:
    if isinstance(valeur, str) and valeur.strip():
        return composer(valeur)
    if valeur is None or isinstance(valeur, datetime.date):
        return valeur
    raise refus(montrer(valeur), "une date ou un texte", "Écrivez AAAA-MM-JJ, un texte, ou retirez la clé.")


class Point(Entree):
    """Une règle d'un texte : de quoi elle parle, ce qu'elle dit, ce qui le prouve."""

    sujet: Prose
    texte: Prose
    niveau: Niveau
    source: IdsSource

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


class EtapeValeur(Entree):
    """Une valeur et le jour où elle prend effet ; ``depuis`` vide = date d'effet non établie."""

    depuis: JourEffet | None
    valeur: Nombre
    reference: Prose


class Valeur(Entree):
    """Un chiffre fixé par un texte, avec son histoire.

    Parameters
    ----------
    unite : str
        Libellé d'unité (``unites.yaml``).
    historique : tuple of EtapeValeur
        Par date croissante ; seule la première étape peut n'avoir pas de date d'effet établie.
    """

    id: Texte
    libelle: Prose
    unite: CodeUnite
    niveau: Niveau
    source: IdsSource
    historique: tuple[EtapeValeur, ...]

    @field_validator("historique")
    @classmethod
    def _chronologie(cls, etapes: tuple[EtapeValeur, ...]) -> tuple[EtapeValeur, ...]:
        if not etapes:
            raise refus("une liste vide", "au moins une valeur datée", "Ajoutez depuis, valeur et reference.")
        dates = [etape.depuis for etape in etapes]
        if None in dates[1:]:
            raise refus("une date absente", "une date d'effet", "Seule la valeur la plus ancienne peut être sans date.")
        connues = [date for date in dates if date is not None]
        if any(suivante <= precedente for precedente, suivante in zip(connues, connues[1:], strict=False)):
            raise refus("des dates en désordre", "des dates croissantes", "Classez l'historique par date d'effet.")
        return etapes

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)

    def en_vigueur(self, le: datetime.date | None = None) -> EtapeValeur:
        """Étape en vigueur le jour ``le`` (aujourd'hui par défaut).

        Raises
        ------
        ErreurDonnees
            Le jour demandé précède la première valeur connue.
        """
        jour = le or datetime.date.today()
        passees = [etape for etape in self.historique if etape.depuis is None or etape.depuis <= jour]
        if not passees:
            premiere = self.historique[0]
            raise ErreurDonnees(
                f"{self.libelle} : aucune valeur connue au {formats.date(jour)}. La première prend effet le "
                f"{formats.date(premiere.depuis)} ({premiere.reference})."
            )
        return passees[-1]


class EntreeDroit(Entree):
    """Un texte de droit, résumé et détaillé.

    Parameters
    ----------
    texte : str
        Référence de l'article.
    resume : str
        Une à trois phrases.
    version : date, str or None
        Rédaction lue.
    verifie_le : date or None
        Jour de la dernière vérification ; ``None`` = date de vérification non établie.
    """

    id: Texte
    libelle: Prose
    texte: Prose
    resume: Prose
    niveau: Niveau
    source: IdsSource
    version: Annotated[datetime.date | str | None, PlainValidator(_version)] = None
    verifie_le: JourPasse | None
    points: tuple[Point, ...] = ()
    valeurs: tuple[Valeur, ...] = ()
    points_a_verifier: tuple[IdPoint, ...] = ()

    @field_validator("valeurs")
    @classmethod
    def _identifiants_uniques(cls, valeurs: tuple[Valeur, ...]) -> tuple[Valeur, ...]:
        noms = [valeur.id for valeur in valeurs]
        if doubles := sorted({nom for nom in noms if noms.count(nom) > 1}):
            raise refus(", ".join(doubles), "un identifiant par valeur", "Renommez les valeurs en double.")
        return valeurs

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau du texte n'est pas A."""
        return est_a_verifier(self.niveau)

    @property
    def comporte_reserves(self) -> bool:
        """Vrai si un point, une valeur ou un point ouvert reste à vérifier, même quand le texte est de niveau A."""
        fragiles = [*self.points, *self.valeurs]
        return self.a_verifier or bool(self.points_a_verifier) or any(fragile.a_verifier for fragile in fragiles)

    @property
    def verification(self) -> str:
        """« vérifié le 5 octobre 2026 », ou « date de vérification non établie »."""
        if self.verifie_le is None:
            return "date de vérification non établie"
        return f"vérifié le {formats.date(self.verifie_le)}"

    def chiffre(self, id: str) -> Valeur:
        """Valeur datée ``id`` avec son unité, sa source et son histoire."""
        par_nom = {valeur.id: valeur for valeur in self.valeurs}
        if id not in par_nom:
            raise ErreurUsage.nom_inconnu(f"valeur de « {self.id} »", id, par_nom)
        return par_nom[id]

    def valeur(self, id: str, le: datetime.date | None = None) -> float:
        """Nombre en vigueur le jour ``le`` (aujourd'hui par défaut), dans l'unité de ``chiffre(id).unite``."""
        return self.chiffre(id).en_vigueur(le).valeur


def lire(dossier: Path, connus: Connus) -> Mapping[str, EntreeDroit]:
    """Entrées de ``droit/*.yaml``, par identifiant (hors fichiers à modèle propre)."""
    lots = []
    constats: list[Constat] = []
    for chemin in _themes(fichiers(dossier / "droit")):
        entrees, defauts = lire_entrees(chemin, EntreeDroit, connus)
        lots.append((chemin, entrees))
        constats += defauts
    constats += reunir(lots)
    return fige("Droit", {id: entree for _, lot in lots for id, entree in lot.items()}, constats)


def _themes(chemins: Iterable[Path]) -> list[Path]:
    return [chemin for chemin in chemins if chemin.name not in FICHIERS_STRUCTURES]
