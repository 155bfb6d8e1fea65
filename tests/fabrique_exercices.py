"""Fabrique d'exercices suivis pour les tests : quelques lignes par feuille, types d'une table lue."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from mutunb.dossier.collecte import Collecte, en_table
from mutunb.dossier.ligne_lue import LigneLue
from mutunb.dossier.modele_suivi import modele_suivi
from mutunb.dossier.suivi import ExerciceSuivi, Suivi

FINANCES = "comptabilite_finances"


def exercice(
    annee: int = 2028, complet: bool = True, arret: datetime.date | None = None, **feuilles: Iterable[Mapping[str, object]]
) -> ExerciceSuivi:
    """Un exercice dont chaque feuille est donnée par ses lignes ; les autres sont vides."""
    tables = {}
    for feuille in modele_suivi().feuilles:
        lues = [LigneLue(feuille.nom, "essai.xlsx", feuille.nom, rang, dict(ligne)) for rang, ligne in enumerate(feuilles.get(feuille.nom, ()), start=2)]
        tables[feuille.nom] = en_table(feuille, lues)
    collecte = Collecte(tables, modele=modele_suivi())
    return ExerciceSuivi(annee, complet, arret, collecte.tables, "0" * 64, collecte)


def suivi(*exercices: ExerciceSuivi) -> Suivi:
    """Plusieurs exercices côte à côte."""
    return Suivi(MappingProxyType({e.exercice: e for e in exercices}))


def charge(montant: float | None, nature: str = "personnel", fonction: str = FINANCES, **autres: object) -> dict[str, object]:
    """Une charge."""
    return {"fonction": fonction, "nature": nature, "libelle": nature, "montant_eur": montant} | autres


def usager(siren: str, constatees: float | None, mois: float = 12.0, **autres: object) -> dict[str, object]:
    """Les unités d'un usager."""
    ligne = {"fonction": FINANCES, "siren": siren, "unite": "FIN_UO_MANDAT", "unites_prevues": constatees}
    return ligne | {"unites_constatees": constatees, "mois_presence": mois} | autres
