"""Lire la valeur d'une cellule selon le type de son champ : une valeur, un problème éventuel, jamais d'exception.

Une absence reste une absence (``None``), jamais zéro.
"""

from __future__ import annotations

from dataclasses import dataclass

from mutunb.dossier.ecriture_brute import Lu, Pourcentage, Probleme
from mutunb.dossier.questionnaire import NOMBRES, Champ
from mutunb.dossier.valeurs_dates import annee, date
from mutunb.dossier.valeurs_nombres import entier, hors_bornes, montant, nombre
from mutunb.dossier.valeurs_parts import part
from mutunb.dossier.valeurs_textes import booleen, liste, liste_multiple, siren, texte

__all__ = [
    "Contexte", "Lu", "Pourcentage", "Probleme", "analyser", "annee", "booleen", "date", "entier", "liste",
    "liste_multiple", "montant", "nombre", "part", "siren", "texte",
]  # fmt: skip


@dataclass(frozen=True)
class Contexte:
    """Ce que la cellule ne dit pas seule : échelle de sa colonne de parts, origine des dates du classeur."""

    echelle: str = ""
    origine_1904: bool = False


SANS_CONTEXTE = Contexte()


def analyser(brut: object, champ: Champ, contexte: Contexte = SANS_CONTEXTE) -> Lu:
    """Valeur d'une cellule pour ``champ`` ; hors des bornes du champ, elle est écartée avec une erreur."""
    lu = _selon_type(brut, champ, contexte)
    if champ.type not in NOMBRES or not isinstance(lu.valeur, float):
        return lu
    ecart = hors_bornes(lu.valeur, champ.min, champ.max)
    return Lu(None, ecart) if ecart else lu


def _selon_type(brut: object, champ: Champ, contexte: Contexte) -> Lu:
    match champ.type:
        case "entier":
            return entier(brut, champ.unite)
        case "decimal":
            return nombre(brut, champ.unite)
        case "montant":
            return montant(brut, champ.unite or "€")
        case "part":
            return part(brut, contexte.echelle)
        case "annee":
            return annee(brut)
        case "date":
            return date(brut, "fin" in champ.nom.split("_"), contexte.origine_1904)
        case "booleen":
            return booleen(brut)
        case "siren":
            return siren(brut)
        case "liste":
            return liste(brut, champ)
        case "liste_multiple":
            return liste_multiple(brut, champ)
    return _texte_suggere(texte(brut), champ)


def _texte_suggere(lu: Lu, champ: Champ) -> Lu:
    """Un texte à suggestions prend le code de la suggestion reconnue ; tout autre texte est permis."""
    code = champ.code_de(lu.valeur) if champ.valeurs and lu.valeur is not None else None
    return Lu(code, lu.probleme) if code else lu
