"""Reconnaître une feuille du questionnaire à ses en-têtes, où qu'ils soient et quel que soit le nom de l'onglet."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field

from mutunb.dossier.ecriture_brute import en_ligne, est_vide
from mutunb.dossier.grille import Grille
from mutunb.dossier.modeles_questionnaire import sans_parentheses
from mutunb.dossier.questionnaire import Champ, Feuille, Indicateur, Questionnaire, Traduction, forme_simple, questionnaire
from mutunb.erreurs import noms_proches

#: on cherche l'en-tête dans les premières lignes
LIGNES_CHERCHEES = 15
#: en-têtes reconnus à partir desquels une ligne est un en-tête
RECONNUS_MIN = 3
_LONGUEUR_MAX = 200
_COMMUNS = frozenset({"siren", "collectivite", "fonction", "exercice", "source"})


@dataclass
class Reconnaissance:
    """Une feuille reconnue dans une grille.

    Attributes
    ----------
    entete : int
        Rang de la ligne d'en-tête (à partir de 0) ; les données commencent à ``debut``.
    places, entetes : dict
        Champ → rang de colonne ; champ → en-tête qui l'a désigné.
    indicateurs, traductions : dict
        Rang de colonne → ce qu'un gabarit en fait.
    doubles : list
        (rang, champ) des colonnes qui répètent un champ déjà placé.
    inconnues, ignorees, voisines : list
        Colonnes hors du questionnaire (rang, en-tête), écartées par un gabarit (rang, en-tête, motif), ou reconnues à
        peu près (rang, en-tête, champ).
    """

    feuille: Feuille
    entete: int
    debut: int
    places: dict[str, int] = field(default_factory=dict)
    entetes: dict[str, str] = field(default_factory=dict)
    indicateurs: dict[int, Indicateur] = field(default_factory=dict)
    traductions: dict[int, Traduction] = field(default_factory=dict)
    doubles: list[tuple[int, str]] = field(default_factory=list)
    inconnues: list[tuple[int, str]] = field(default_factory=list)
    ignorees: list[tuple[int, str, str]] = field(default_factory=list)
    voisines: list[tuple[int, str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Note:
    """Combien une ligne ressemble à l'en-tête d'une feuille ; se compare dans l'ordre des attributs."""

    reconnus: float
    techniques: int
    part: float
    ligne: int
    avec_siren: bool


def reconnaitre(grille: Grille, modele: Questionnaire | None = None) -> Reconnaissance | None:
    """Feuille du questionnaire (ou d'un autre modèle) que porte une grille, ou ``None`` ; l'onglet départage deux ex æquo."""
    modele = modele or questionnaire()
    voulue = modele.feuille_de(grille.onglet)
    notes = [
        (note.reconnus + (0.5 if feuille is voulue else 0), note.techniques, note.part, -note.ligne, -rang, feuille)
        for rang, feuille in enumerate(modele.feuilles)
        if (note := _meilleure_ligne(grille, feuille, modele)) and _assez(note, feuille is voulue)
    ]
    if not notes:
        return None
    meilleure = max(notes, key=lambda note: note[:5])
    ex_aequo = [note for note in notes if note[0] == meilleure[0] and note[5] is not meilleure[5]]
    if ex_aequo and set(_champs_de(grille, -meilleure[3], meilleure[5])) <= _COMMUNS:
        return None  # rien que des en-têtes communs à plusieurs feuilles : on ne devine pas
    return _placer(grille, meilleure[5], -meilleure[3], modele)


def en_tetes_reconnus(grille: Grille, modele: Questionnaire | None = None) -> int:
    """Nombre d'en-têtes de la feuille la plus ressemblante."""
    modele = modele or questionnaire()
    notes = [_meilleure_ligne(grille, feuille, modele) for feuille in modele.feuilles]
    return int(max((note.reconnus for note in notes if note), default=0))


def _assez(note: _Note, nommee: bool) -> bool:
    """Assez d'en-têtes reconnus ; sans SIREN sous un nom d'onglet étranger, il faut qu'ils soient les plus nombreux."""
    if nommee:
        return note.reconnus >= RECONNUS_MIN - 1
    return note.reconnus >= RECONNUS_MIN and (note.avec_siren or note.part >= 0.5)


def _meilleure_ligne(grille: Grille, feuille: Feuille, modele: Questionnaire) -> _Note | None:
    notes = [_note(grille, ligne, feuille, modele) for ligne in range(min(LIGNES_CHERCHEES, len(grille.cellules)))]
    return max(notes, key=lambda note: (note.reconnus, note.techniques, note.part, -note.ligne), default=None)


def _note(grille: Grille, ligne: int, feuille: Feuille, modele: Questionnaire) -> _Note:
    textes = [cellule for cellule in grille.cellules[ligne] if isinstance(cellule, str) and cellule.strip()]
    champs, de_gabarit = _champs_de(grille, ligne, feuille), modele.colonnes_de_gabarit(feuille.nom)
    return _Note(
        len(champs) + sum(forme_simple(texte) in de_gabarit for texte in set(textes)),
        sum(texte.strip() in champs for texte in textes),
        len(champs) / len(textes) if textes else 0.0,
        ligne,
        any(feuille.champ(nom).type == "siren" for nom in champs),
    )


def _champs_de(grille: Grille, ligne: int, feuille: Feuille) -> dict[str, int]:
    """Champ → première colonne qui le désigne dans cette ligne."""
    places: dict[str, int] = {}
    for rang, cellule in enumerate(grille.cellules[ligne]):
        if isinstance(cellule, str) and (champ := champ_exact(cellule, feuille)) is not None:
            places.setdefault(champ.nom, rang)
    return places


def champ_exact(entete: str, feuille: Feuille) -> Champ | None:
    """Champ que désigne un en-tête : nom technique, libellé, alias, avec ou sans unité, accents, casse, astérisque."""
    if len(entete) > _LONGUEUR_MAX:
        return None
    entete = entete.replace("\n", " ")
    direct = feuille.champ_de(entete)
    if direct is not None:
        return direct
    nu = forme_simple(sans_parentheses(entete))
    trouve = feuille.par_entete_nu.get(nu)
    if trouve is None and re.match(r"(?:n |no |numero |code )?(?:siren|siret)\b", nu) and "siren" in feuille.colonnes:
        return feuille.champ("siren")
    return trouve


def _placer(grille: Grille, feuille: Feuille, ligne: int, modele: Questionnaire) -> Reconnaissance:
    """Place les champs ; les lignes voisines qui sont aussi des en-têtes complètent et ne sont pas des données."""
    combien = len(_champs_de(grille, ligne, feuille))
    voisines = []
    for pas in (-1, 1):  # les lignes d'en-tête se touchent : nom technique sous le libellé, ou l'inverse
        rang = ligne + pas
        while 0 <= rang < len(grille.cellules) and len(_champs_de(grille, rang, feuille)) * 2 >= max(combien, 2):
            voisines.append(rang)
            rang += pas
    lue = Reconnaissance(feuille, ligne, max([ligne, *voisines]) + 1)
    largeur = max(len(grille.cellules[rang]) for rang in [ligne, *voisines])
    for colonne in range(largeur):
        entetes = [grille.cellule(rang, colonne) for rang in [ligne, *voisines]]
        _placer_colonne(lue, colonne, [str(entete) for entete in entetes if not est_vide(entete)], modele)
    for colonne, entete in list(lue.inconnues):
        _placer_voisine(lue, colonne, entete)
    return lue


def _placer_colonne(lue: Reconnaissance, colonne: int, entetes: list[str], modele: Questionnaire) -> None:
    if not entetes:
        return
    champ = next((champ for entete in entetes if (champ := champ_exact(entete, lue.feuille))), None)
    sort = modele.colonnes_de_gabarit(lue.feuille.nom).get(forme_simple(entetes[0][:_LONGUEUR_MAX]))
    if champ is not None and champ.nom not in lue.places:
        lue.places[champ.nom] = colonne
        lue.entetes[champ.nom] = entetes[0]
    elif champ is not None:
        lue.doubles.append((colonne, champ.nom))
    elif isinstance(sort, Indicateur):
        lue.indicateurs[colonne] = sort
    elif isinstance(sort, Traduction):
        lue.traductions[colonne] = sort
    elif isinstance(sort, str):
        lue.ignorees.append((colonne, entetes[0], sort))
    else:
        lue.inconnues.append((colonne, en_ligne(entetes[0])[:60]))


def _placer_voisine(lue: Reconnaissance, colonne: int, entete: str) -> None:
    """Un en-tête presque juste (faute de frappe) prend la place d'un champ encore libre ; dit par une alerte."""
    libres = {forme_simple(champ.libelle): champ for champ in lue.feuille.champs if champ.nom not in lue.places}
    proches = noms_proches(forme_simple(sans_parentheses(entete)), libres, 1)
    forme = forme_simple(entete)
    if proches and _ressemble(forme, proches[0]):
        champ = libres[proches[0]]
        lue.places[champ.nom] = colonne
        lue.voisines.append((colonne, entete, champ.nom))
        lue.inconnues.remove((colonne, entete))


def _ressemble(forme: str, autre: str) -> bool:
    return len(forme) >= 5 and difflib.SequenceMatcher(None, forme, autre).ratio() >= 0.86
