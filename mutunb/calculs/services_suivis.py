"""Les services à suivre chaque année : ceux du projet, avec leurs parties, leur voie financière et leur ouverture."""

from __future__ import annotations

from mutunb.calculs.projet import projeter
from mutunb.dossier import Dossier
from mutunb.dossier.creation_suivi import ServiceSuivi


def services_suivis(dossier: Dossier) -> tuple[ServiceSuivi, ...]:
    """Services du projet, dans l'ordre des priorités ; ``decide`` est faux si le client ne s'est pas prononcé sur la fonction.

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> services_suivis(ouvrir("999999998"))[0].fonction
    'systemes_information'
    """
    return tuple(
        ServiceSuivi(choix.fonction, choix.perimetre, choix.mode_financier, choix.date_effet, choix.decision_suivie)
        for choix in projeter(dossier).choix.values()
    )
