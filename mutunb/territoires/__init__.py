"""Données publiques : les EPCI, leurs communes, leurs comptes, et à qui chacun se compare."""

from mutunb.territoires.comparaison import epci_de_meme_groupe, normes, normes_groupe, quartiles
from mutunb.territoires.indicateurs import criteres, indicateurs
from mutunb.territoires.magasin import dossier_choisi, garder_en_memoire
from mutunb.territoires.modeles import Defaut, Millesime, Origine, Territoire
from mutunb.territoires.ouverture import ouvrir, ouvrir_tous
from mutunb.territoires.recherche import chercher

__all__ = [
    "Defaut",
    "Millesime",
    "Origine",
    "Territoire",
    "chercher",
    "criteres",
    "dossier_choisi",
    "epci_de_meme_groupe",
    "garder_en_memoire",
    "indicateurs",
    "normes",
    "normes_groupe",
    "ouvrir",
    "ouvrir_tous",
    "quartiles",
]
