"""Les phrases du tableau de bord, telles que les carnets les montrent (:mod:`mutunb.calculs.constats_suivi`)."""

from __future__ import annotations

from mutunb.calculs import constats_suivi as constats
from mutunb.calculs.tableau_de_bord import TableauDeBord
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.texte import en_affichage


def suivi_alertes(bord: TableauDeBord) -> Affichage:
    """Combien d'indicateurs alertent, lesquels, et ce qui va mieux ou moins bien."""
    return en_affichage(constats.suivi_alertes(bord))


def suivi_satisfaction(bord: TableauDeBord) -> Affichage:
    """Ce que disent les usagers, avec le taux de réponse, ou pourquoi on ne le dit pas."""
    return en_affichage(constats.suivi_satisfaction(bord))


def suivi_usage(bord: TableauDeBord) -> Affichage:
    """Communes adhérentes qui n'ont pas recouru au service."""
    return en_affichage(constats.suivi_usage(bord))


def suivi_jalons(bord: TableauDeBord) -> Affichage:
    """Jalons en retard."""
    return en_affichage(constats.suivi_jalons(bord))


def suivi_derives(bord: TableauDeBord) -> Affichage:
    """Hypothèses que l'année contredit, et celles qui ne sont pas relevées."""
    return en_affichage(constats.suivi_derives(bord))


def suivi_depart(bord: TableauDeBord) -> Affichage:
    """Le T0 : gelé ou non, et ce que cela interdit de dire."""
    return en_affichage(constats.suivi_depart(bord))


def suivi_a_noter(bord: TableauDeBord) -> Affichage:
    """Combien de fonctions, combien d'indicateurs proposés."""
    return en_affichage(constats.suivi_a_noter(bord))
