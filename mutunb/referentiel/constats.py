"""Traduire les refus de pydantic en constats français : où, trouvé, attendu, remède."""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mutunb.erreurs import Constat
from mutunb.formats import liste
from mutunb.referentiel.champs import montrer, voisins

#: genre d'erreur pydantic → (ce qui était attendu, ce qu'il faut faire)
_PHRASES = MappingProxyType(
    {
        "string_type": ("un texte", "Mettez la valeur entre guillemets."),
        "string_too_short": ("un texte non vide", "Écrivez le texte."),
        "int_type": ("un nombre entier", "Écrivez un entier, sans unité."),
        "int_parsing": ("un nombre entier", "Écrivez un entier, sans unité."),
        "int_from_float": ("un nombre entier", "Retirez la partie décimale."),
        "float_type": ("un nombre", "Écrivez un nombre, avec un point décimal."),
        "float_parsing": ("un nombre", "Écrivez un nombre, avec un point décimal."),
        "finite_number": ("un nombre fini", "Écrivez un nombre ordinaire."),
        "bool_type": ("true ou false", "Écrivez true ou false."),
        "bool_parsing": ("true ou false", "Écrivez true ou false."),
        "tuple_type": ("une liste", "Écrivez une liste (un tiret par élément)."),
        "model_type": ("un bloc de clés", "Écrivez les clés l'une sous l'autre, décalées."),
        "model_attributes_type": ("un bloc de clés", "Écrivez les clés l'une sous l'autre, décalées."),
    }
)


def constats_de(erreur: ValidationError, endroit: str, modele: type[BaseModel]) -> list[Constat]:
    """Un constat par refus de ``erreur`` ; ``endroit`` nomme le fichier et l'entrée."""
    return [_constat(refus, endroit, modele) for refus in erreur.errors(include_url=False)]


def _constat(refus: ErrorDetails, endroit: str, modele: type[BaseModel]) -> Constat:
    ou = ", ".join([endroit, *_chemin(refus["loc"])])
    genre, contexte = refus["type"], refus.get("ctx", {})
    if genre == "refus":
        return Constat(ou, contexte["trouve"], contexte["attendu"], contexte["remede"])
    if genre == "missing":
        cle = refus["loc"][-1]
        return Constat(ou, "rien", f"la clé « {cle} »", f"Ajoutez « {cle}: … ».")
    if genre == "extra_forbidden":
        return _cle_inconnue(refus["loc"], ou, modele)
    if genre == "literal_error":
        return _hors_liste(refus["input"], contexte["expected"], ou)
    attendu, remede = _PHRASES.get(genre) or _borne(contexte)
    return Constat(ou, montrer(refus["input"]), attendu, remede)


def _chemin(loc: Sequence[int | str]) -> list[str]:
    """``("points", 1, "niveau")`` → ``["points n° 2", "niveau"]``."""
    morceaux: list[str] = []
    for morceau in loc:
        if isinstance(morceau, int) and morceaux:
            morceaux[-1] += f" n° {morceau + 1}"
        else:
            morceaux.append(str(morceau))
    return morceaux


def _cle_inconnue(loc: Sequence[int | str], ou: str, modele: type[BaseModel]) -> Constat:
    connues = list(_modele_a(modele, loc[:-1]).model_fields)
    remede = voisins(str(loc[-1]), connues, "Retirez cette clé.")
    return Constat(ou, f"la clé « {loc[-1]} »", f"une clé connue ({', '.join(connues)})", remede)


def _hors_liste(valeur: Any, attendues: str, ou: str) -> Constat:
    noms = re.findall(r"'([^']*)'", attendues)
    remede = voisins(str(valeur), noms, "Choisissez l'une de ces valeurs.")
    return Constat(ou, montrer(valeur), liste(noms, "ou"), remede)


def _borne(contexte: dict[str, Any]) -> tuple[str, str]:
    if "pattern" in contexte:
        return f"un texte de la forme {contexte['pattern']}", "Corrigez le texte."
    bornes = {"ge": "au moins", "gt": "plus de", "le": "au plus", "lt": "moins de", "min_length": "au moins"}
    for cle, mots in bornes.items():
        if cle in contexte:
            compte = " élément(s)" if cle == "min_length" else ""
            return f"{mots} {contexte[cle]}{compte}", "Corrigez la valeur."
    return "une autre valeur", "Corrigez la valeur ou retirez la clé."


def _modele_a(modele: type[BaseModel], loc: Sequence[int | str]) -> type[BaseModel]:
    """Modèle pydantic qui décrit l'endroit ``loc`` d'un objet ``modele``."""
    for morceau in loc:
        champ = None if isinstance(morceau, int) else modele.model_fields.get(morceau)
        modele = (champ and _modele_dans(champ.annotation)) or modele
    return modele


def _modele_dans(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((trouve for reste in get_args(annotation) if (trouve := _modele_dans(reste))), None)
