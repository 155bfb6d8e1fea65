"""Ce qu'un client a donné : questionnaire, corrections, hypothèses, état de départ (T0), règles de confidentialité."""

from mutunb.dossier.ouverture import Dossier, ouvrir

__all__ = ["Dossier", "ouvrir"]
