"""Ce qu'un client a donné. À ce stade : ses hypothèses ; le questionnaire vient avec l'étape « Dossier »."""

from mutunb.dossier.ouverture import Dossier, ouvrir

__all__ = ["Dossier", "ouvrir"]
