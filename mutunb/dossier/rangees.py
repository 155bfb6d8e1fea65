"""Ce qu'une rangée n'est pas : vide, exemple, unités, en-tête répété, total, note de bas de tableau."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mutunb.dossier.ecriture_brute import est_vide
from mutunb.dossier.entetes import champ_exact
from mutunb.dossier.questionnaire import NOMBRES, Feuille, forme_simple
from mutunb.dossier.valeurs import analyser

_TOTAL = re.compile(
    r"(?:sous )?(?:total|totaux|somme|moyenne|cumul)(?: (?:general|generale|de|des|du|par|annuel|ht|ttc|epci|commune)\b.*)?"
)
_EXEMPLE = re.compile(r"(?:ligne d )?(?:exemple|ex)(?: (?:a supprimer|a effacer|fictif|ne pas remplir).*)?")
_LONGUEUR_MAX = 80

Bruts = Mapping[str, object]


def est_rangee_vide(bruts: Bruts) -> bool:
    """Vrai si aucun champ n'est rempli."""
    return all(est_vide(brut) for brut in bruts.values())


def est_entete_repete(rangee: list[object], feuille: Feuille) -> bool:
    """Vrai si la moitié des cellules remplies, et trois au moins, sont des en-têtes de la feuille."""
    textes = [cellule for cellule in rangee if isinstance(cellule, str) and cellule.strip()]
    if not any(champ_exact(texte, feuille) for texte in textes[:2]):
        return False
    reconnus = sum(len(texte) < _LONGUEUR_MAX and champ_exact(texte, feuille) is not None for texte in textes)
    return reconnus >= 3 and reconnus * 2 >= len(textes)


def est_exemple(rangee: list[object]) -> bool:
    """Vrai si une cellule dit « exemple »."""
    return any(
        isinstance(cellule, str)
        and len(cellule) < _LONGUEUR_MAX
        and "ex" in cellule.casefold()
        and _EXEMPLE.fullmatch(forme_simple(cellule))
        for cellule in rangee
    )


def redit_l_exemple(bruts: Bruts, feuille: Feuille) -> bool:
    """Vrai si la rangée redit, champ par champ, tous les exemples du questionnaire."""
    donnes = [champ for champ in feuille.champs if champ.exemple not in (None, "")]
    if any(est_vide(bruts.get(champ.nom)) for champ in donnes):
        return False
    return all(analyser(bruts[champ.nom], champ).valeur == analyser(champ.exemple, champ).valeur for champ in donnes)


def est_rangee_d_unites(bruts: Bruts, feuille: Feuille) -> bool:
    """Vrai si toutes les cellules remplies, et deux au moins, sont l'unité ou l'aide de leur champ."""
    remplies = [(feuille.champ(nom), brut) for nom, brut in bruts.items() if not est_vide(brut)]
    if len(remplies) < 2 or not all(isinstance(brut, str) for _, brut in remplies):
        return False
    return all(str(brut).strip("() ") in (champ.unite, champ.aide) for champ, brut in remplies)


def est_total(rangee: list[object], bruts: Bruts) -> bool:
    """Vrai si une cellule dit « Total » sur une rangée sans SIREN."""
    if not est_vide(bruts.get("siren", bruts.get("porteur_siren"))) and not _dit_total(bruts.get("siren")):
        return False
    return any(_dit_total(cellule) for cellule in rangee)


def _dit_total(cellule: object) -> bool:
    if not isinstance(cellule, str) or len(cellule) >= _LONGUEUR_MAX or not cellule.strip()[:1].isalpha():
        return False
    return _TOTAL.fullmatch(forme_simple(cellule)) is not None


def est_total_sans_libelle(bruts: Bruts, feuille: Feuille) -> bool:
    """Vrai si la rangée ne porte que des nombres, hors de la clé : une somme posée sous le tableau."""
    remplis = [feuille.champ(nom) for nom, brut in bruts.items() if not est_vide(brut)]
    return all(champ.type in NOMBRES - {"annee"} and champ.nom not in feuille.cle for champ in remplis)


def est_note(rangee: list[object]) -> bool:
    """Vrai si la rangée n'a qu'une cellule remplie, une phrase sans SIREN."""
    remplies = [cellule for cellule in rangee if not est_vide(cellule)]
    if len(remplies) != 1 or not isinstance(remplies[0], str):
        return False
    return re.search(r"[^\W\d_]{2}", remplies[0]) is not None and not re.search(r"\d{9}", remplies[0].replace(" ", ""))


def est_prerempli(valeurs: Mapping[str, object], feuille: Feuille) -> bool:
    """Vrai si la rangée ne dit rien : seuls y sont les champs que le classeur propose d'avance."""
    proposes = {"siren", "collectivite", "fonction", "exercice", "source"}
    if _cle_sans_information(feuille):
        proposes |= set(feuille.cle)
    return set(valeurs) <= proposes


def _cle_sans_information(feuille: Feuille) -> bool:
    """Une clé faite de SIREN, d'années et de listes quadrille sans rien apprendre ; un contrat ou un logiciel, si."""
    champs = [feuille.champ(nom) for nom in feuille.cle]
    quadrille = all(champ.type in ("siren", "annee", "liste") or (champ.type == "texte" and champ.valeurs) for champ in champs)
    return quadrille and "siren" in feuille.cle and {champ.nom for champ in feuille.obligatoires} <= set(feuille.cle)
