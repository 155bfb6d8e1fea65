"""Les types de champ du référentiel : chacun refuse en français, et dit quoi écrire à la place."""

from __future__ import annotations

import contextlib
import datetime
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
)
from pydantic_core import PydanticCustomError

from mutunb.erreurs import noms_proches
from mutunb.referentiel.identifiants import FONCTIONS, INSTRUMENTS, TRANSVERSAL
from mutunb.typographie import composer

#: un texte de droit peut être daté d'avance (loi de finances votée) ; au-delà d'un an, c'est une faute de frappe
AVANCE_ADMISE = datetime.timedelta(days=366)


class Entree(BaseModel):
    """Base des objets du référentiel : figés, sans clé inconnue."""

    model_config = ConfigDict(frozen=True, extra="forbid")


_FORME_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_FICHIERS = {"sources": "sources.yaml", "unites": "unites.yaml", "points": "points_a_verifier.yaml"}


@dataclass(frozen=True)
class Connus:
    """Noms que les autres fichiers peuvent citer ; ``None`` = non contrôlé."""

    sources: frozenset[str] | None = None
    unites: frozenset[str] | None = None
    points: frozenset[str] | None = None


def voisins(nom: str, connus: Iterable[str], sinon: str) -> str:
    """« Vouliez-vous dire : x ? », ou la phrase ``sinon`` quand aucun nom connu ne ressemble."""
    proches = noms_proches(nom, connus)
    return f"Vouliez-vous dire : {', '.join(proches)} ?" if proches else sinon


def refus(trouve: str, attendu: str, remede: str) -> PydanticCustomError:
    """Erreur de validation qui porte déjà ses trois phrases françaises."""
    return PydanticCustomError("refus", "{attendu}", {"trouve": trouve, "attendu": attendu, "remede": remede})


def _connu(genre: str, attribut: str) -> Callable[[str, ValidationInfo], str]:
    def verifier(nom: str, info: ValidationInfo) -> str:
        connus = getattr(info.context, attribut, None)
        if connus is not None and nom not in connus:
            fichier = _FICHIERS[attribut]
            remede = voisins(nom, connus, f"Ajoutez cette entrée à {fichier}, ou corrigez le nom.")
            raise refus(f"« {nom} »", f"{genre} de {fichier}", remede)
        return nom

    return verifier


def _parmi(genre: str, noms: tuple[str, ...]) -> Callable[[str], str]:
    def verifier(nom: str) -> str:
        if nom not in noms:
            raise refus(f"« {nom} »", genre, voisins(nom, noms, f"Choisissez parmi : {', '.join(noms)}."))
        return nom

    return verifier


def _nombre(valeur: Any) -> int | float:
    if isinstance(valeur, bool) or not isinstance(valeur, int | float) or not math.isfinite(valeur):
        raise refus(montrer(valeur), "un nombre", "Écrivez le nombre sans unité, avec un point décimal.")
    return valeur


def _jour(valeur: Any) -> datetime.date:
    if isinstance(valeur, str) and _FORME_DATE.fullmatch(valeur):
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(valeur)
    if isinstance(valeur, datetime.date) and not isinstance(valeur, datetime.datetime):
        return valeur
    raise refus(montrer(valeur), "une date AAAA-MM-JJ", "Écrivez la date sous la forme 2026-10-05.")


def _passe(jour: datetime.date) -> datetime.date:
    if jour > datetime.date.today():
        raise refus(str(jour), "une date passée", "On ne vérifie pas un texte dans l'avenir : corrigez la date.")
    return jour


def _proche(jour: datetime.date) -> datetime.date:
    if jour > datetime.date.today() + AVANCE_ADMISE:
        raise refus(str(jour), "une date d'effet à moins d'un an", "Corrigez l'année de la date d'effet.")
    return jour


def _annee(valeur: Any) -> int:
    if isinstance(valeur, bool) or not isinstance(valeur, int) or not 1900 <= valeur <= datetime.date.today().year:
        raise refus(montrer(valeur), "une année passée (AAAA)", "Écrivez l'année de la donnée, ou laissez vide.")
    return valeur


def _en_liste(valeur: Any) -> Any:
    return (valeur,) if isinstance(valeur, str) else valeur


def montrer(valeur: Any) -> str:
    """Ce qui a été trouvé, en peu de mots : « texte », un nombre, « un bloc », « rien »."""
    if valeur is None:
        return "rien"
    if isinstance(valeur, dict):
        return "un bloc de clés"
    if isinstance(valeur, list | tuple):
        return "une liste"
    if isinstance(valeur, bool):
        return "oui (true)" if valeur else "non (false)"
    texte = str(valeur)
    texte = texte if len(texte) <= 60 else texte[:57] + "…"
    return f"« {texte} »" if isinstance(valeur, str) else texte


def verifier_ordre(haut: float | None, info: ValidationInfo) -> float | None:
    """Bas ≤ central ≤ haut, sur les bornes déjà lues ; à poser sur ``central`` et ``haut``."""
    presents = [info.data.get(nom) for nom in ("bas", "central") if nom != info.field_name]
    plus_bas = [valeur for valeur in presents if valeur is not None]
    if haut is not None and any(valeur > haut for valeur in plus_bas):
        remede = "Remettez les bornes dans l'ordre bas ≤ central ≤ haut."
        raise refus(montrer(haut), f"au moins {max(plus_bas)}", remede)
    return haut


Texte = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
#: texte destiné à être lu : composé avec ses espaces insécables
Prose = Annotated[Texte, AfterValidator(composer)]
#: le même, qui peut manquer
ProseLibre = Annotated[str, AfterValidator(composer)]
Nombre = Annotated[float, PlainValidator(_nombre)]
Annee = Annotated[int, PlainValidator(_annee)]
Jour = Annotated[datetime.date, PlainValidator(_jour)]
JourPasse = Annotated[datetime.date, PlainValidator(_jour), AfterValidator(_passe)]
JourEffet = Annotated[datetime.date, PlainValidator(_jour), AfterValidator(_proche)]
CodeUnite = Annotated[Texte, AfterValidator(_connu("une unité", "unites"))]
IdSource = Annotated[Texte, AfterValidator(_connu("une source", "sources"))]
IdPoint = Annotated[Texte, AfterValidator(_connu("un point", "points"))]
#: une source ou plusieurs ; une seule s'écrit sans crochets
IdsSource = Annotated[tuple[IdSource, ...], Field(min_length=1), BeforeValidator(_en_liste)]
IdFonction = Annotated[Texte, AfterValidator(_parmi("une fonction connue", (*FONCTIONS, TRANSVERSAL)))]
CodeInstrument = Annotated[Texte, AfterValidator(_parmi("un code d'instrument", INSTRUMENTS))]
