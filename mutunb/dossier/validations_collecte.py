"""Listes déroulantes et bornes du classeur de collecte : le tableur refuse ce qui ne pourra pas être lu."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from mutunb.dossier.questionnaire import SEPARATEUR, Champ, Feuille
from mutunb.dossier.styles_collecte import Styles
from mutunb.formats import nombre

#: feuille cachée qui porte les valeurs des listes déroulantes
FEUILLE_LISTES = "Listes"
_LISTE_BOOLEEN = "booleen"
ANNEES = (1950, 2099)
DATES = (datetime.date(ANNEES[0], 1, 1), datetime.date(ANNEES[1], 12, 31))
#: plus grand nombre qu'une collectivité puisse écrire
_SANS_BORNE = 10**12
#: longueurs admises par les tableurs
_TITRE, _MESSAGE = 32, 255


def nom_liste(champ: Champ) -> str:
    """Nom de la liste que déroule un champ ; vide s'il n'en a pas."""
    return _LISTE_BOOLEEN if champ.type == "booleen" else champ.liste


def ecrire_listes(onglet: Worksheet, feuilles: Sequence[Feuille], styles: Styles) -> dict[str, str]:
    """Écrit les listes employées, une par colonne, cache l'onglet, et rend la plage de chacune."""
    listes = {nom_liste(champ): champ.libelles for feuille in feuilles for champ in feuille.champs if champ.valeurs}
    plages = {}
    for colonne, (nom, libelles) in enumerate(listes.items()):
        onglet.write_string(0, colonne, nom, styles.soustitre)
        onglet.write_column(1, colonne, libelles)
        lettre = xl_col_to_name(colonne)
        plages[nom] = f"={FEUILLE_LISTES}!${lettre}$2:${lettre}${len(libelles) + 1}"
    onglet.protect()
    onglet.hide()
    return plages


def validation(champ: Champ, plages: Mapping[str, str]) -> dict[str, Any]:
    """Règle de saisie d'un champ, pour ``Worksheet.data_validation``."""
    if champ.valeurs:
        regle = _regle_liste(champ, plages)
    elif champ.type in ("entier", "decimal", "montant", "part"):
        regle = _regle_nombre(champ)
    elif champ.type == "annee":
        phrase = f"Écrivez une année (AAAA) entre {ANNEES[0]} et {ANNEES[1]}, ou laissez vide."
        regle = {"validate": "integer", "criteria": "between", "minimum": ANNEES[0], "maximum": ANNEES[1]}
        regle["error_message"] = phrase
    elif champ.type == "date":
        phrase = "Écrivez une date JJ/MM/AAAA, ou laissez vide."
        regle = {"validate": "date", "criteria": "between", "minimum": DATES[0], "maximum": DATES[1]}
        regle["error_message"] = phrase
    elif champ.type == "siren":
        regle = {"validate": "length", "criteria": "between", "minimum": 9, "maximum": 14, "error_type": "warning"}
        regle["error_message"] = "Un SIREN a neuf chiffres (un SIRET, quatorze)."
    else:
        regle = {"validate": "any"}
    return regle | _invite(champ) | {"ignore_blank": True, "error_title": champ.libelle[:_TITRE]}


def _regle_liste(champ: Champ, plages: Mapping[str, str]) -> dict[str, Any]:
    regle: dict[str, Any] = {"validate": "list", "source": plages[nom_liste(champ)]}
    if champ.ferme and champ.type != "liste_multiple":
        return regle | {"error_message": "Choisissez une valeur de la liste, ou laissez vide."}
    return regle | {"show_error": False}


def _regle_nombre(champ: Champ) -> dict[str, Any]:
    echelle = 100 if champ.type == "part" else 1
    return {
        "validate": "integer" if champ.type == "entier" else "decimal",
        "criteria": "between",
        "minimum": _borne(champ.min, echelle, -_SANS_BORNE),
        "maximum": _borne(champ.max, echelle, _SANS_BORNE),
        "error_message": f"Écrivez {_attendu(champ, echelle)}, sans unité ; laissez vide si vous ne savez pas.",
    }


def _borne(borne: float | None, echelle: int, sinon: int) -> int | float:
    """Borne dans l'échelle de la saisie, entière si elle peut l'être."""
    if borne is None:
        return sinon
    return int(borne * echelle) if float(borne * echelle).is_integer() else borne * echelle


def _attendu(champ: Champ, echelle: int) -> str:
    genre = "un nombre entier" if champ.type == "entier" else "un nombre"
    bornes = [None if borne is None else nombre(borne * echelle) for borne in (champ.min, champ.max)]
    if all(bornes):
        return f"{genre} entre {bornes[0]} et {bornes[1]}"
    return f"{genre} au moins égal à {bornes[0]}" if bornes[0] else genre


def _invite(champ: Champ) -> dict[str, str]:
    """Bulle affichée quand la cellule est choisie ; aucune s'il n'y a rien à dire de plus que l'en-tête."""
    phrases = [champ.aide] if champ.aide else []
    if champ.type == "liste_multiple":
        phrases.append(f"plusieurs valeurs possibles, séparées par « {SEPARATEUR} »")
    if champ.type == "part":
        phrases.append("écrivez 40 pour 40 %")
    if not phrases:
        return {}
    phrase = " ; ".join(phrases)
    return {"input_title": champ.libelle[:_TITRE], "input_message": (phrase[0].upper() + phrase[1:])[:_MESSAGE]}
