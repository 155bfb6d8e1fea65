"""Un champ de formulaire, tiré d'un modèle pydantic : genre, bornes, choix, valeur par défaut ; et sa commande à l'écran."""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import annotated_types
import ipywidgets as W
from pydantic import BaseModel
from pydantic.fields import FieldInfo

LARGEUR = {"description_width": "16rem"}
DISPOSITION = W.Layout(width="min(42rem, 100%)")
#: pas d'un curseur sans borne haute, et sa course
PAS, COURSE = 0.05, 1.0


@dataclass(frozen=True)
class Champ:
    """Un champ : son nom dans le modèle, ce qu'on y saisit, entre quelles bornes.

    Attributes
    ----------
    genre : str
        ``nombre``, ``entier``, ``choix``, ``jour``, ``oui_non`` ou ``texte``.
    minimum, maximum : float, optional
        Bornes du modèle ; ``None`` sans borne.
    choix : tuple
        Valeurs admises d'un champ ``choix``.
    facultatif : bool
        Vrai si l'absence (``None``) est admise.
    """

    nom: str
    genre: str
    minimum: float | None
    maximum: float | None
    choix: tuple[Any, ...]
    facultatif: bool
    defaut: Any


def champs(modele: type[BaseModel], noms: Sequence[str] = ()) -> dict[str, Champ]:
    """Champs d'un modèle (tous, ou ceux nommés), dans l'ordre."""
    return {nom: _champ(nom, modele.model_fields[nom]) for nom in noms or modele.model_fields}


def _champ(nom: str, info: FieldInfo) -> Champ:
    """Ce que disent l'annotation et ses contraintes."""
    annotation, contraintes, facultatif = _deplier(info.annotation, list(info.metadata))
    minimum = next((c.ge for c in contraintes if isinstance(c, annotated_types.Ge)), None)
    maxima = [c.le for c in contraintes if isinstance(c, annotated_types.Le)]
    choix = typing.get_args(annotation) if typing.get_origin(annotation) is Literal else ()
    defaut = None if info.is_required() else info.default
    return Champ(nom, _genre(annotation, choix), minimum, min(maxima, default=None), choix, facultatif, defaut)


def _deplier(annotation: Any, contraintes: list[Any]) -> tuple[Any, list[Any], bool]:
    """Annotation nue, contraintes rencontrées, et si ``None`` est admis."""
    facultatif = False
    while True:
        origine = typing.get_origin(annotation)
        if origine is typing.Annotated:
            annotation, *autres = typing.get_args(annotation)
            contraintes = contraintes + autres
        elif origine in (typing.Union, types.UnionType):
            facultatif = True
            annotation = next(a for a in typing.get_args(annotation) if a is not type(None))
        else:
            return annotation, contraintes, facultatif


def _genre(annotation: Any, choix: tuple[Any, ...]) -> str:
    if choix:
        return "choix"
    genres = {bool: "oui_non", int: "entier", float: "nombre", datetime.date: "jour"}
    return genres.get(annotation, "texte")


def commande(champ: Champ, libelle: str, valeur: Any, choix: Mapping[Any, str] | None = None, rien: str = "") -> W.Widget:
    """Commande native de ce champ, avec son libellé associé ; ``choix`` donne les libellés des valeurs admises."""
    commun = {"description": libelle, "style": LARGEUR, "layout": DISPOSITION}
    if champ.genre == "choix" or choix is not None:
        options = [(texte, code) for code, texte in (choix or {c: str(c) for c in champ.choix}).items()]
        return W.Dropdown(options=[*([(rien, None)] if champ.facultatif else []), *options], value=valeur, **commun)
    if champ.genre == "oui_non":
        return W.Checkbox(value=bool(valeur), indent=False, description=libelle, layout=DISPOSITION)
    if champ.genre == "jour":
        return W.DatePicker(value=valeur, **commun)
    if champ.genre == "entier":
        bornes = {"min": champ.minimum or 0, "max": 10**9 if champ.maximum is None else champ.maximum}
        return W.BoundedIntText(value=valeur, **bornes, **commun)
    if champ.genre == "nombre":
        course = champ.maximum if champ.maximum is not None else max(COURSE, valeur)
        bornes = {"min": champ.minimum or 0.0, "max": course, "step": PAS}
        return W.FloatSlider(value=valeur, readout_format=".2f", **bornes, **commun)
    return W.Text(value=valeur or "", **commun)
