"""Reconnaître une valeur de liste écrite autrement : synonymes connus, puis écritures voisines."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from mutunb import chemins
from mutunb.dossier.questionnaire import Champ, forme_simple, questionnaire
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import montrer, voisins
from mutunb.referentiel.lecture import lire_bloc

_GENRES = {"surs": True, "probables": False}
#: ressemblance à partir de laquelle une écriture voisine est lue (avec une alerte)
RESSEMBLANCE = 0.84
_LONGUEUR_MIN = 4
#: avance qu'il faut sur la deuxième valeur pour ne pas hésiter
_ECART_NET = 0.04


def code_proche(ecrit: str, champ: Champ) -> tuple[str | None, bool]:
    """Code que désigne une écriture inconnue de la liste, et si le sens en est sûr ; ``(None, False)`` sinon."""
    forme = forme_simple(ecrit)
    if champ.liste and (connu := synonymes().get(champ.liste, {}).get(forme)) is not None:
        return connu
    if len(forme) < _LONGUEUR_MIN:
        return None, False
    formes = {forme_simple(libelle): code for code, libelle in zip(champ.valeurs, champ.libelles, strict=True)}
    formes |= {forme_simple(code): code for code in champ.valeurs}
    proches = difflib.get_close_matches(forme, formes, n=4, cutoff=RESSEMBLANCE)
    notes = [(difflib.SequenceMatcher(None, proche, forme).ratio(), formes[proche]) for proche in proches]
    rivales = [note for note, code in notes if code != notes[0][1]]
    if not notes or (rivales and notes[0][0] - max(rivales) < _ECART_NET):
        return None, False
    return notes[0][1], False


def synonymes() -> Mapping[str, Mapping[str, tuple[str, bool]]]:
    """Liste → écriture réduite → (code, sûr), d'après ``synonymes.yaml`` ; tous ses défauts à la fois."""
    return lire_synonymes(chemins.referentiel() / "synonymes.yaml")


@cache
def lire_synonymes(chemin: Path) -> Mapping[str, Mapping[str, tuple[str, bool]]]:
    """Synonymes écrits dans ``chemin``.

    Raises
    ------
    ErreurDonnees
        Liste ou code inconnus, écriture donnée à deux codes.
    """
    contenu, constats = lire_bloc(chemin)
    lus: dict[str, dict[str, tuple[str, bool]]] = {}
    for genre, listes in contenu.items():
        if genre not in _GENRES:
            ou = f"{chemin.name}, {genre}"
            constats.append(Constat(ou, f"« {genre} »", "surs ou probables", "Renommez ou retirez ce bloc."))
            continue
        for nom, codes in listes.items():
            connus = questionnaire().listes.get(nom)
            if connus is None:
                remede = voisins(nom, questionnaire().listes, "Retirez cette liste.")
                constats.append(Constat(f"{chemin.name}, {nom}", montrer(nom), "une liste du questionnaire", remede))
                continue
            ou = f"{chemin.name}, {genre}, {nom}"
            constats += _ranger(lus.setdefault(nom, {}), codes, connus, _GENRES[genre], ou)
    if constats:
        raise ErreurDonnees.de_constats("Synonymes", constats)
    return lus


def _ranger(
    lus: dict[str, tuple[str, bool]], codes: Mapping[str, Any], connus: Mapping[str, str], sur: bool, ou: str
) -> list[Constat]:
    constats = []
    for code, ecritures in codes.items():
        if code not in connus:
            # une même table sert à deux listes dont l'une a une valeur de plus
            if code != "hors_support":
                remede = voisins(code, connus, "Retirez ce code.")
                constats.append(Constat(f"{ou}, {code}", montrer(code), "un code de la liste", remede))
            continue
        for ecriture in ecritures:
            forme = forme_simple(ecriture)
            if lus.setdefault(forme, (code, sur))[0] != code:
                trouve = f"« {ecriture} », déjà donné à {lus[forme][0]}"
                constats.append(Constat(f"{ou}, {code}", trouve, "une écriture par code", "Retirez l'une des deux."))
    return constats
