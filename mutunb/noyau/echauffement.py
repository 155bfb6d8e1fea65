"""Faire une fois, avant tout dédoublement, ce que chaque carnet referait à froid.

Les premiers appels coûtent plus que les suivants : modèles lus, polices ouvertes, mises en page et motifs compilés. On les
passe ici sur un territoire de l'échantillon, par la façade : il n'en reste que des mémoires de calcul.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import mutunb
from mutunb import chemins

SIREN = "247900798"


def echauffer() -> int:
    """Met en page ce qui sert à tous les carnets ; rend le nombre de sorties mises en page."""
    return sum(1 for sortie in _sorties() if sortie is not None and sortie._repr_mimebundle_())


def _sorties() -> Iterator[Any]:
    figures, tableaux, phrases = mutunb.figures, mutunb.tableaux, mutunb.phrases
    dossier = mutunb.ouvrir(SIREN, chemins.echantillon())
    portrait = mutunb.portrait(dossier)
    yield mutunb.carte(portrait)
    yield figures.poids_communes(portrait)
    yield mutunb.montrer(portrait.detail_communes, replie=True)
    yield phrases.presentation(portrait)
    yield figures.positions(mutunb.comparables(dossier))
    effectifs = mutunb.effectifs(dossier)
    yield figures.etp_fonctions(effectifs)
    yield figures.seuils_postes(effectifs)
    yield figures.sensibilite(dossier)
    yield mutunb.montrer(tableaux.hypotheses(dossier))
    yield mutunb.montrer(tableaux.entites(effectifs))
    yield mutunb.montrer(mutunb.potentiel_achats(dossier).tableau)
    yield mutunb.montrer(tableaux.contrats(mutunb.contrats(dossier, "")))
    yield phrases.applications(mutunb.applications(dossier, ""))
    priorites = mutunb.priorites(dossier)
    yield figures.classement(priorites, mutunb.stabilite(priorites))
    yield mutunb.fiches(priorites)
    yield mutunb.droit("service_commun")
