"""Potentiel d'un achat en commun : une fourchette, jamais un taux unique appliqué à toute la dépense.

``potentiel = achats et charges externes × part accessible × gain`` (bas × bas, central × central, haut × haut).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mutunb.calculs import mentions
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier


@dataclass(frozen=True)
class PotentielAchats:
    """Dépense d'achat du bloc et potentiel estimé (€/an) ; coordination non déduite."""

    dossier: Dossier
    achats_epci: float
    achats_communes: float
    bas: float
    central: float
    haut: float

    @property
    def base(self) -> float:
        """Achats et charges externes du bloc (€/an)."""
        return self.achats_epci + self.achats_communes

    @property
    def tableau(self) -> Tableau:
        """Base, part accessible, gain et potentiel, borne par borne."""
        part, gain = (self.dossier.hypotheses[h] for h in ("part_achats_accessible", "gain_achats"))
        territoire = self.dossier.territoire
        bornes = ("bas", "central", "haut")
        return Tableau(
            id="achats_potentiel",
            titre="Ce qu'un achat en commun pourrait rapporter, en fourchette",
            donnees=pd.DataFrame(
                {
                    "borne": ["Bas", "Central", "Haut"],
                    "base": [self.base] * 3,
                    "part": [getattr(part, b) / 100 for b in bornes],
                    "gain": [getattr(gain, b) / 100 for b in bornes],
                    "potentiel": [getattr(self, b) for b in bornes],
                }
            ),
            unites={"borne": "texte", "base": "eur_an", "part": "part", "gain": "part_fine", "potentiel": "eur_an"},
            libelles={
                "borne": "Estimation",
                "base": "Achats et charges externes du bloc",
                "part": "Part accessible",
                "gain": "Gain sur cette part",
                "potentiel": "Potentiel",
            },
            perimetre=mentions.perimetre_bloc(territoire),
            source=mentions.estimation(territoire),
            statuts={"base": "constate", "part": "hypothese", "gain": "hypothese", "potentiel": "estime"},
            note="Le temps de coordination n'est pas déduit. La dépense de l'EPCI réunit budget principal et budgets "
            "annexes (eau, déchets, transports…), dont une partie ne s'achète pas avec les communes.",
        )


def estimer_potentiel_achats(dossier: Dossier) -> PotentielAchats:
    """Potentiel d'achat en commun d'un territoire (€/an), bas, central, haut ; NaN si les comptes manquent."""
    territoire = dossier.territoire
    epci = float(pd.to_numeric(territoire.epci["achats_charges_externes"]))
    communes = float(territoire.communes["achats_charges_externes"].astype(float).sum(min_count=1))
    part, gain = (dossier.hypotheses[h] for h in ("part_achats_accessible", "gain_achats"))
    bornes = {
        b: (epci + communes) * getattr(part, b) / 100 * getattr(gain, b) / 100 for b in ("bas", "central", "haut")
    }
    return PotentielAchats(dossier, epci, communes, **bornes)
