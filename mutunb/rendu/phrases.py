"""Toutes les phrases chiffrées, sous le nom que les carnets emploient."""

from mutunb.rendu.phrases_achats import (
    carte_contrats,
    fenetres,
    potentiel_segments,
    procedures_evitees,
    reconductions,
    titulaires,
)
from mutunb.rendu.phrases_appetence import appetence, changements, lignes_rouges
from mutunb.rendu.phrases_conformite import mutualisations
from mutunb.rendu.phrases_declarations import comparaison, dispersion, fragilite, reponses
from mutunb.rendu.phrases_effectifs import (
    continuite,
    enjeu_informatique,
    mise_en_commun,
    ordre_de_grandeur,
    potentiel_achats,
)
from mutunb.rendu.phrases_portrait import (
    comparables,
    finances,
    integration,
    presentation,
    reversements,
    ville_centre,
)
from mutunb.rendu.phrases_priorites import perimetre, pourquoi_chacune, stabilite
from mutunb.rendu.phrases_si import applications, licences, roles, securite

__all__ = [
    "appetence",
    "applications",
    "carte_contrats",
    "changements",
    "comparables",
    "comparaison",
    "continuite",
    "dispersion",
    "enjeu_informatique",
    "fenetres",
    "finances",
    "fragilite",
    "integration",
    "licences",
    "lignes_rouges",
    "mise_en_commun",
    "mutualisations",
    "ordre_de_grandeur",
    "perimetre",
    "potentiel_achats",
    "potentiel_segments",
    "pourquoi_chacune",
    "presentation",
    "procedures_evitees",
    "reconductions",
    "reponses",
    "reversements",
    "roles",
    "securite",
    "stabilite",
    "titulaires",
    "ville_centre",
]
