"""Une ligne du modèle : un montant, ses trois bornes, sa date, et la façon dont il se répète d'une année à l'autre."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mutunb.referentiel import Hypothese

#: ponctuel avant la date d'effet, ponctuel l'année de la bascule, récurrent, récurrent qui décroît jusqu'à zéro
NATURES = ("preparation", "bascule", "recurrent", "degressif")
#: mois qui séparent la dépense de préparation de la date d'effet, et années de décroissance des coûts échoués
MOIS_PREPARATION, ANNEES_DEGRESSIF = 6, 3
COUT, GAIN = "cout", "gain"


@dataclass(frozen=True)
class Ligne:
    """Un coût ou un gain du projet.

    Attributes
    ----------
    fonction, poste, libelle : str
        Fonction, identifiant du poste, ce qui s'affiche.
    famille : str
        ``cout`` pour un coût de transition ou de fonctionnement ; sinon la famille du gain (``GA``, ``GB``…).
    nature : str
        Une de :data:`NATURES`.
    bas, central, haut : float
        Montants en euros (par an pour un récurrent), toujours positifs pour un coût comme pour un gain.
    debut : datetime.date
        Date d'effet de la ligne.
    hypothese : str
        Hypothèse qui le fait varier ; vide si le montant vient d'une donnée.
    indexe : bool
        Vrai si le montant suit le coût d'un agent (et non les prix).
    """

    fonction: str
    poste: str
    libelle: str
    famille: str
    nature: str
    bas: float
    central: float
    haut: float
    debut: datetime.date
    hypothese: str = ""
    indexe: bool = False

    @property
    def est_ponctuel(self) -> bool:
        """Vrai pour une dépense qui ne se répète pas."""
        return self.nature in ("preparation", "bascule")

    @property
    def annee(self) -> int:
        """Année de la première dépense ou du premier gain."""
        if self.nature == "preparation":
            return avant(self.debut, MOIS_PREPARATION).year
        return self.debut.year

    def profil(self, annees: Sequence[int]) -> np.ndarray:
        """Part du montant portée par chaque année : 1 ou 0 pour un ponctuel, prorata la première année d'un récurrent."""
        annees = np.asarray(annees)
        if self.est_ponctuel:
            return (annees == self.annee).astype(float)
        ecoulees = annees - (self.debut.year + (self.debut.month - 1) / 12)
        pleines = np.clip(ecoulees + 1, 0.0, 1.0)
        if self.nature == "recurrent":
            return pleines
        return pleines * np.clip(1 - np.maximum(ecoulees, 0.0) / ANNEES_DEGRESSIF, 0.0, 1.0)


def avant(jour: datetime.date, mois: int) -> datetime.date:
    """Premier jour du mois, ``mois`` mois plus tôt."""
    rang = jour.year * 12 + jour.month - 1 - mois
    return datetime.date(rang // 12, rang % 12 + 1, 1)


def selon(hypothese: Hypothese, base: float, pourcentage: bool = False) -> dict[str, float | str]:
    """Bornes d'une ligne : base × chaque borne de l'hypothèse (divisée par cent si c'est un pourcentage)."""
    diviseur = 100 if pourcentage else 1
    bornes = {borne: base * getattr(hypothese, borne) / diviseur for borne in ("bas", "central", "haut")}
    return {**bornes, "hypothese": hypothese.id}
