"""mutunb : mutualiser les services fonctionnels d'un EPCI et de ses communes, du diagnostic au pilotage.

Cette façade réunit les noms que les carnets emploient. Chaque appel se lit comme une phrase de la méthode ::

    dossier = mutunb.ouvrir("247900798")
    portrait = mutunb.portrait(dossier)
    mutunb.montrer(portrait.finances)

Les noms se chargent au premier emploi : la ligne de commande n'attend ni pandas ni matplotlib.
"""

from __future__ import annotations

import importlib

#: nom de la façade → (module, nom dans le module ; vide pour le module lui-même)
_NOMS = {
    # lire
    "ouvrir": ("dossier", "ouvrir"),
    "parametres": ("referentiel.parametres", "depuis_cellule"),
    # calculer
    "portrait": ("calculs.portrait", "dresser_portrait"),
    "integration": ("calculs.integration", "mesurer_integration"),
    "comparables": ("calculs.comparables", "chercher_comparables"),
    "effectifs": ("calculs.effectifs", "estimer_effectifs"),
    "contrats": ("calculs.recueil", "contrats_du_dossier"),
    "applications": ("calculs.recueil", "applications_du_dossier"),
    "potentiel_achats": ("calculs.achats", "estimer_potentiel_achats"),
    "priorites": ("calculs.priorites", "hierarchiser"),
    "stabilite": ("calculs.stabilite", "eprouver_stabilite"),
    "conformite": ("calculs.conformite", "examiner_conformite"),
    "deploiement": ("calculs.deploiement", ""),
    "pilotage": ("calculs.pilotage", ""),
    # régler
    "formulaire": ("formulaires.sujets", "formulaire"),
    # montrer
    "montrer": ("rendu.tableaux", "montrer"),
    "tableaux": ("rendu.catalogue", ""),
    "figures": ("rendu.figures", ""),
    "phrases": ("rendu.phrases", ""),
    "carte": ("rendu.cartes", "carte_communes"),
    "syntheses": ("rendu.syntheses", ""),
    "limites": ("rendu.defauts", "limites"),
    # citer le référentiel
    "droit": ("rendu.encadres", "droit"),
    "repere": ("rendu.encadres", "repere"),
    "evaluations": ("rendu.encadres", "evaluations_publiees"),
    "rubrique": ("rendu.fiches", "rubrique"),
    "fiches": ("rendu.fiches", "fiches_a_etudier"),
}

__all__ = list(_NOMS)  # noqa: PLE0604


def __getattr__(nom: str):
    if nom not in _NOMS:
        raise AttributeError(f"mutunb n'a pas de nom « {nom} ». Noms possibles : {', '.join(_NOMS)}.")
    module, attribut = _NOMS[nom]
    objet = importlib.import_module(f"mutunb.{module}")
    return getattr(objet, attribut) if attribut else objet


def __dir__() -> list[str]:
    return sorted([*globals(), *_NOMS])
