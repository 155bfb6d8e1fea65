"""Les identifiants qui relient les fichiers du référentiel : fonctions étudiées, codes d'instruments."""

from __future__ import annotations

#: les douze fonctions, dans l'ordre de présentation (les cinq fondatrices d'abord)
FONCTIONS = (
    "achats",
    "systemes_information",
    "juridique",
    "comptabilite_finances",
    "ressources_humaines",
    "archives",
    "delegue_protection_donnees",
    "communication",
    "assurances",
    "patrimoine_vehicules",
    "application_droit_sols",
    "secretariat_mairie",
)
#: portée d'un repère ou d'une hypothèse qui ne dépend d'aucune fonction
TRANSVERSAL = "transversal"

#: instruments de mutualisation, du plus léger au plus engageant
INSTRUMENTS = (
    "INF",
    "GC",
    "GCD",
    "CA",
    "BP",
    "MADI",
    "MADD",
    "MADA",
    "SC",
    "SCC",
    "CG",
    "PS",
    "SU",
    "ENT",
    "CDG",
    "SYN",
    "SPL",
    "GIP",
    "TR",
    "SF",
)
