"""Quels contrats de deux acheteurs différents portent sur le même achat : des paires proposées, jamais décidées ici.

Le code CPV et l'objet se complètent : un CPV identique rapproche des objets écrits autrement, un objet identique rapproche
des CPV différents (louer et entretenir des copieurs). C'est le consultant qui valide, dans ``rapprochements.yaml``.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np
import pandas as pd
from rapidfuzz import fuzz, process

from mutunb.calculs.contrats import Contrats
from mutunb.calculs.objets import ACCORD, LETTRES_MIN, lire_objet, ressemblance
from mutunb.dossier.rapprochements import identifiant

SEUIL = 70.0
#: plancher que donne un CPV identique (à huit chiffres), ou de même catégorie (cinq premiers chiffres)
PLANCHER_CPV, PLANCHER_CATEGORIE = 75.0, 40.0
CATEGORIE, CLASSE, DIVISION = 5, 4, 2
#: retenue quand les CPV ne sont pas de la même division
RETENUE_DIVISION = 10.0
#: un mot partagé par plus de contrats que cela ne suffit pas à les comparer deux à deux
CONTRATS_PAR_MOT = 400
COLONNES = ("un", "autre", "acheteur_un", "objet_un", "acheteur_autre", "objet_autre", "note", "motif", "decision")


def note_paire(objet_un: str, objet_autre: str, cpv_un: str | None = None, cpv_autre: str | None = None) -> float:
    """Note de 0 à 100 d'une paire de contrats, d'après leurs objets et leurs CPV normalisés.

    Parameters
    ----------
    objet_un, objet_autre : str
        Objets tels qu'écrits.
    cpv_un, cpv_autre : str, optional
        CPV sur huit chiffres (:func:`mutunb.calculs.segments.normaliser_cpv`) ; absent, l'objet décide seul.

    Examples
    --------
    >>> note_paire("Location de copieurs", "Photocopieurs : location")
    100.0
    """
    objet = ressemblance(objet_un, objet_autre)
    if not cpv_un or not cpv_autre:
        return objet
    if cpv_un == cpv_autre and _est_precis(cpv_un):
        return PLANCHER_CPV + (100 - PLANCHER_CPV) * objet / 100
    if cpv_un[:CATEGORIE] == cpv_autre[:CATEGORIE] and cpv_un[CATEGORIE - 1] != "0":
        return PLANCHER_CATEGORIE + (100 - PLANCHER_CATEGORIE) * objet / 100
    return objet if cpv_un[:DIVISION] == cpv_autre[:DIVISION] else max(0.0, objet - RETENUE_DIVISION)


def _est_precis(cpv: str) -> bool:
    """Vrai si le code dit au moins une classe : une division ou un groupe réunit des achats trop différents."""
    return len(cpv.rstrip("0")) >= CLASSE


def proposer_paires(contrats: Contrats, seuil: float = SEUIL) -> pd.DataFrame:
    """Paires de contrats en cours, chez deux acheteurs différents, dont la note atteint ``seuil``.

    Parameters
    ----------
    contrats : Contrats
        Avec les décisions déjà prises : une paire décidée garde sa décision, même sous le seuil.
    seuil : float
        Note à partir de laquelle une paire est proposée (0 à 100).

    Returns
    -------
    pandas.DataFrame
        Colonnes :data:`COLONNES`, de la plus sûre à la moins sûre ; ``decision`` : ``oui``, ``non`` ou None (à valider).
    """
    table = contrats.en_cours
    decidees = {r.paire: r.decision for r in contrats.rapprochements}
    noms = {i: identifiant(s, r) for i, s, r in zip(table.index, table["siren"], table["reference"], strict=True)}
    places = {nom: i for i, nom in noms.items()}
    deja = {tuple(places[n] for n in paire) for paire in decidees if all(n in places for n in paire)}
    lignes = []
    for i, j in sorted(_candidates(table) | {tuple(sorted(p)) for p in deja}):
        i, j = sorted((i, j), key=noms.__getitem__)
        paire = (noms[i], noms[j])
        note = note_paire(table.at[i, "objet"], table.at[j, "objet"], _texte(table.at[i, "cpv8"]), _texte(table.at[j, "cpv8"]))
        if note >= seuil or paire in decidees:
            lignes.append(_ligne(table, i, j, paire, note, decidees.get(paire)))
    trouvees = pd.DataFrame(lignes, columns=list(COLONNES))
    return trouvees.sort_values(["note", "un", "autre"], ascending=[False, True, True]).reset_index(drop=True)


def _ligne(table: pd.DataFrame, i: int, j: int, paire: tuple[str, ...], note: float, decision: str | None) -> tuple:
    meme_cpv = _texte(table.at[i, "cpv8"]) is not None and table.at[i, "cpv8"] == table.at[j, "cpv8"]
    motif = "même CPV" if meme_cpv else "objets voisins"
    cote = [(table.at[k, "acheteur"], table.at[k, "objet"]) for k in (i, j)]
    return (*paire, *cote[0], *cote[1], note, motif, decision)


def _texte(valeur: object) -> str | None:
    return valeur if isinstance(valeur, str) and valeur else None


def _candidates(table: pd.DataFrame) -> set[tuple[int, int]]:
    """Paires qui partagent un mot distinctif ou un CPV précis : inutile de noter les autres."""
    lus = {i: lire_objet(objet) for i, objet in table["objet"].dropna().items()}
    voisins = _mots_voisins(sorted({mot for objet in lus.values() for mot in objet.distinctifs}))
    par_cle: dict[object, set[int]] = defaultdict(set)
    for i, objet in lus.items():
        for mot in objet.distinctifs:
            par_cle[voisins[mot]].add(i)
        if not objet.distinctifs:
            par_cle[objet.mots].add(i)
        cpv = _texte(table.at[i, "cpv8"])
        if cpv and _est_precis(cpv):
            par_cle[f"cpv {cpv[:CATEGORIE]}"].add(i)
    sirens = table["siren"].to_dict()
    return {
        couple
        for membres in par_cle.values()
        if len(membres) <= CONTRATS_PAR_MOT
        for couple in combinations(sorted(membres), 2)
        if sirens[couple[0]] != sirens[couple[1]]
    }


def _mots_voisins(vocabulaire: list[str]) -> dict[str, str]:
    """Chaque mot → le premier des mots écrits presque pareil."""
    longs = [mot for mot in vocabulaire if len(mot) >= LETTRES_MIN]
    chef = {mot: mot for mot in vocabulaire}
    if longs:
        proches = process.cdist(longs, longs, scorer=fuzz.ratio, score_cutoff=ACCORD)
        for i, j in zip(*np.nonzero(np.triu(proches, k=1)), strict=True):
            chef[longs[j]] = chef[longs[i]]
    return chef
