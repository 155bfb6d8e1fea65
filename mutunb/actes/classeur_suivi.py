"""Le classeur de suivi d'une année, tiré du projet : ce que les décisions, à défaut les recommandations, disent de suivre."""

from __future__ import annotations

from mutunb.calculs.services_suivis import services_suivis
from mutunb.dossier import Dossier
from mutunb.dossier.creation_suivi import CreationSuivi, creer_suivi
from mutunb.dossier.verification import exiger_un_dossier


def preparer_classeur_suivi(dossier: Dossier, annee: int) -> CreationSuivi:
    """Écrit ``suivi/suivi-AAAA.xlsx`` pour les services ouverts cette année-là (:func:`mutunb.dossier.creation_suivi.creer_suivi`).

    Raises
    ------
    ErreurDonnees
        Le territoire n'a pas encore de dossier client.
    ErreurUsage
        Année impossible, exercice déjà suivi, aucun service ouvert.
    """
    exiger_un_dossier(dossier)
    return creer_suivi(dossier, annee, services_suivis(dossier))
