"""Les phrases du bilan, telles que les carnets les montrent (:mod:`mutunb.calculs.constats_bilan`)."""

from __future__ import annotations

from mutunb.calculs import constats_bilan as constats
from mutunb.calculs.bilan_annuel import Bilan
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.texte import en_affichage


def bilan_cout(bilan: Bilan) -> Affichage:
    """Une puce par fonction : coût réel, coût sans projet, ce qu'on peut en dire."""
    return en_affichage(constats.bilan_cout(bilan))


def bilan_contrefactuel(bilan: Bilan) -> Affichage:
    """Comment se calcule « sans projet », et à quel T0 on se compare."""
    return en_affichage(constats.bilan_contrefactuel(bilan))


def bilan_ecarts(bilan: Bilan) -> Affichage:
    """Pourquoi le coût a changé depuis l'exercice d'avant, en une puce par fonction."""
    return en_affichage(constats.bilan_ecarts(bilan))


def bilan_flux(bilan: Bilan) -> Affichage:
    """Ce que paient l'EPCI et les communes, une fois les flux internes passés."""
    return en_affichage(constats.bilan_flux(bilan))


def bilan_gains(bilan: Bilan) -> Affichage:
    """Gains par famille : prévu, prouvé, le reste ; jamais de total."""
    return en_affichage(constats.bilan_gains(bilan))


def bilan_qualitatif(bilan: Bilan) -> Affichage:
    """Ce que le service a changé sans que cela se compte en euros : indicateurs tenus, alertes, usage."""
    return en_affichage(constats.bilan_qualitatif(bilan))


def bilan_lecons(bilan: Bilan) -> Affichage:
    """Ce que l'exercice apprend, et la vague suivante."""
    return en_affichage(constats.bilan_lecons(bilan))


def bilan_dotations(bilan: Bilan) -> Affichage:
    """De l'attribution réduite au CIF et à la dotation, deux ans plus tard."""
    return en_affichage(constats.bilan_dotations(bilan))
