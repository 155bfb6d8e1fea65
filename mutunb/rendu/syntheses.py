"""La synthèse de chaque étape, sous le nom court qu'emploient les carnets (``mutunb.syntheses.diagnostic(…)``)."""

from mutunb.rendu.synthese import synthese_diagnostic as diagnostic
from mutunb.rendu.synthese_deploiement import synthese_deploiement as deploiement
from mutunb.rendu.synthese_pilotage import synthese_pilotage as pilotage

__all__ = ["deploiement", "diagnostic", "pilotage"]
