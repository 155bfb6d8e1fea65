"""Les calculs du déploiement, sous le nom court qu'emploient les carnets (``mutunb.deploiement.projet(dossier)``)."""

from mutunb.calculs.calendrier import dresser_calendrier as calendrier
from mutunb.calculs.effets_dotations import etudier_dotations as dotations
from mutunb.calculs.gouvernance import composer_gouvernance as gouvernance
from mutunb.calculs.imputations import rassembler_imputations as imputations
from mutunb.calculs.mobilite import mesurer_mobilite as mobilite
from mutunb.calculs.modele_economique import modele_economique as modele_economique
from mutunb.calculs.personnel import recenser_personnel as personnel
from mutunb.calculs.projet import projeter as projet
from mutunb.calculs.repartitions import repartir_services as repartitions
from mutunb.calculs.repartitions import simuler_departs as departs
from mutunb.calculs.risques import amorcer_registre as risques

__all__: list[str] = [
    "calendrier",
    "departs",
    "dotations",
    "gouvernance",
    "imputations",
    "mobilite",
    "modele_economique",
    "personnel",
    "projet",
    "repartitions",
    "risques",
]
