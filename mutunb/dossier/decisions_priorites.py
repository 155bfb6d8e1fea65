"""Les poids des priorités décidés par le client (``decisions.yaml``, clé ``priorites``)."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import model_validator

from mutunb.referentiel.champs import Entree, Jour, Prose, Texte, refus
from mutunb.referentiel.parametres import Poids

CLE = "priorites"


class DecisionPriorites(Entree):
    """Poids des axes choisis par le client, avec leur auteur, leur date et leur motif.

    Parameters
    ----------
    poids_gain, poids_structurant, poids_facilite, poids_appetence : float
        Poids positifs ou nuls ; leur somme est ramenée à 1 par le calcul.
    """

    poids_gain: Poids
    poids_structurant: Poids
    poids_facilite: Poids
    poids_appetence: Poids
    auteur: Texte
    date: Jour
    motif: Prose

    @model_validator(mode="after")
    def _un_axe(self) -> DecisionPriorites:
        if self.poids_gain + self.poids_structurant + self.poids_facilite <= 0:
            raise refus("tous les poids à zéro", "au moins un poids positif", "Relevez l'un des trois premiers poids.")
        return self

    @property
    def poids(self) -> Mapping[str, float]:
        """Poids par axe de priorité."""
        return {
            "potentiel_gain": self.poids_gain,
            "effet_structurant": self.poids_structurant,
            "facilite": self.poids_facilite,
            "appetence": self.poids_appetence,
        }
