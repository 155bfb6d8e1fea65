"""Les variables de la communication annuelle au conseil : l'exercice, les services suivis, les rubriques du bilan."""

from __future__ import annotations

from typing import Any

from mutunb import formats
from mutunb.actes.manques import a_completer
from mutunb.calculs.bilan_annuel import Bilan, LigneBilan
from mutunb.calculs.compte_rendu import rubriques
from mutunb.calculs.tableaux_bilan import LECTURES, source_bilan
from mutunb.calculs.tableaux_suivi import libelle_fonction


def contexte_du_conseil(bilan: Bilan) -> dict[str, Any]:
    """Variables propres à la communication."""
    return {
        "exercice": {"annee": str(bilan.annee), "reserve": _reserve(bilan)},
        "services": [_service(ligne) for ligne in bilan.lignes],
        "rubriques": [{"titre": titre, "phrases": [_dite(p) for p in phrases]} for titre, phrases in rubriques(bilan)],
        "decisions": [],
        "sources_chiffres": [f"{source_bilan(bilan)[:1].upper()}{source_bilan(bilan)[1:]}."],
    }


def _reserve(bilan: Bilan) -> str:
    if not bilan.bord.est_prolonge:
        return "L'exercice est clos : les montants sont ceux du suivi arrêté."
    return "L'exercice n'est pas clos : les coûts sont une prévision à la clôture, à remplacer par le constaté avant le vote."


def _service(ligne: LigneBilan) -> dict[str, str]:
    nom = libelle_fonction(ligne.fonction)
    return {
        "fonction": nom,
        "cout": _connu(formats.euros(ligne.realise.cout_eur), f"coût réel, {nom}"),
        "etp": _connu(formats.avec_unite(formats.etp(ligne.realise.etp), "ETP"), f"effectif réel, {nom}"),
        "lecture": LECTURES[ligne.verdict],
    }


def _connu(texte: str, quoi: str) -> str:
    return a_completer(quoi) if texte == formats.ABSENT else texte


def _dite(phrase: str) -> str:
    """Une valeur absente du bilan se complète dans l'acte, elle ne s'y lit pas « n.d. »."""
    return phrase.replace("n.d. : ", "non montré : ").replace(formats.ABSENT, a_completer("donnée du suivi"))
