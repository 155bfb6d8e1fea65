"""Les flux d'un projet année par année : ce qui change par rapport à la tendance, en euros constants.

``flux = économies budgétaires (GA) − coûts ajoutés``. L'année 0 est celle des premières dépenses. Les salaires montent plus
vite que les prix : ce qui suit le coût d'un agent est indexé sur cet écart. Les gains peuvent prendre du retard ; les
dépenses, non.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from mutunb.calculs.assiette import Assiette
from mutunb.calculs.flux import EtudeFlux, etudier_flux
from mutunb.calculs.ligne import COUT, Ligne
from mutunb.calculs.transition import Hypotheses

MOIS = 12
#: taux réels toujours calculés
TAUX = (0.0, 0.032, 0.045)


@dataclass(frozen=True)
class Rythme:
    """Ce qui fait bouger les montants d'une année à l'autre.

    Attributes
    ----------
    derive : float
        Hausse annuelle réelle du coût d'un agent (part) : (1 + hausse) / (1 + inflation) − 1.
    volumes : float
        Hausse annuelle des volumes (part).
    retard_mois : float
        Retard des gains.
    majoration_couts, minoration_gains : float
        Biais d'optimisme, en parts ; 0 : non corrigé.
    annee_reference : int
        Exercice des coûts actuels ; les montants sont en euros de cette année.
    """

    derive: float
    volumes: float
    retard_mois: float
    majoration_couts: float
    minoration_gains: float
    annee_reference: int

    def indices(self, annees: Sequence[int]) -> np.ndarray:
        """Coût d'un agent de chaque année, pour 1 l'année de référence, en euros constants."""
        return (1 + self.derive) ** (np.asarray(annees) - self.annee_reference)


def rythme(
    hypotheses: Hypotheses, annee_reference: int, majoration_couts: float = 0.0, minoration_gains: float = 0.0
) -> Rythme:
    """Rythme des hypothèses centrales."""
    return Rythme(
        derive_reelle(hypotheses["evolution_personnel"].central, hypotheses["inflation"].central),
        hypotheses["hausse_volumes"].central / 100,
        hypotheses["retard_projet"].central,
        majoration_couts,
        minoration_gains,
        annee_reference,
    )


def derive_reelle(hausse_pct: float, inflation_pct: float) -> float:
    """Hausse réelle (part) d'un coût qui monte de ``hausse_pct`` % par an quand les prix montent de ``inflation_pct`` %.

    Examples
    --------
    >>> round(derive_reelle(4.04, 2), 4)
    0.02
    """
    return (1 + hausse_pct / 100) / (1 + inflation_pct / 100) - 1


def retarder(montants: np.ndarray, retard_ans: float) -> np.ndarray:
    """Montants annuels décalés vers le futur, en ligne droite entre deux années ; rien avant la première.

    Examples
    --------
    >>> retarder(np.array([0.0, 10.0, 10.0]), 0.5).tolist()
    [0.0, 5.0, 10.0]
    """
    entier = int(np.floor(retard_ans))
    part = retard_ans - entier
    etendus = np.concatenate([np.zeros(entier + 1), montants])
    combien = len(montants)
    return (1 - part) * etendus[1 : combien + 1] + part * etendus[:combien]


def profil(lignes: Iterable[Ligne], annees: Sequence[int], cadence: Rythme) -> np.ndarray:
    """Somme des lignes, année par année (€ constants), indexées sur le coût d'un agent quand elles le suivent."""
    indices, total = cadence.indices(annees), np.zeros(len(annees))
    for ligne in lignes:
        total = total + ligne.central * ligne.profil(annees) * (indices if ligne.indexe else 1.0)
    return total


@dataclass(frozen=True)
class Trajectoire:
    """Flux d'un scénario par rapport à la tendance (€ constants, une valeur par année).

    Attributes
    ----------
    scenario : str
    annees : tuple of int
    ponctuels, recurrents : ndarray
        Coûts de transition non répétés ; coûts ajoutés qui se répètent, coûts échoués compris.
    gains : ndarray
        Économies budgétaires (GA), retard et minoration compris.
    evites : ndarray
        Coûts évités (GB), hors de la valeur actuelle nette.
    taux : tuple of float
    """

    scenario: str
    annees: tuple[int, ...]
    ponctuels: np.ndarray
    recurrents: np.ndarray
    gains: np.ndarray
    evites: np.ndarray
    taux: tuple[float, ...]

    @property
    def couts(self) -> np.ndarray:
        """Coûts ajoutés."""
        return self.ponctuels + self.recurrents

    @property
    def net(self) -> np.ndarray:
        """Flux net : économies moins coûts."""
        return self.gains - self.couts

    @cached_property
    def etude(self) -> EtudeFlux:
        """Cumul, point bas, valeur actuelle nette à chaque taux, retours simple et actualisé (GA seulement)."""
        return self._etudier(self.gains)

    @cached_property
    def etude_avec_evites(self) -> EtudeFlux:
        """La même, variante « GA et GB » : les coûts évités y entrent."""
        return self._etudier(self.gains + self.evites)

    def _etudier(self, gains: np.ndarray) -> EtudeFlux:
        au_centime = lambda montants: [round(float(m), 2) for m in montants]  # noqa: E731
        return etudier_flux(au_centime(gains), au_centime(self.couts), self.taux, self.annees)

    def van(self, taux: float) -> float:
        """Valeur actuelle nette (€) à un taux, année 0 non actualisée."""
        return float(self.net @ actualisation(taux, len(self.annees)))


def actualisation(taux: float, combien: int) -> np.ndarray:
    """Coefficients d'actualisation des années 0, 1, 2…"""
    return (1 + taux) ** -np.arange(combien, dtype=float)


def tracer(
    scenario: str, lignes: Sequence[Ligne], annees: Sequence[int], cadence: Rythme, taux: Sequence[float] = TAUX
) -> Trajectoire:
    """Trajectoire d'un ensemble de lignes."""
    couts = [ligne for ligne in lignes if ligne.famille == COUT]
    majore, minore = 1 + cadence.majoration_couts, 1 - cadence.minoration_gains
    gains = {f: profil([li for li in lignes if li.famille == f], annees, cadence) for f in ("GA", "GB")}
    retards = {f: minore * retarder(montants, cadence.retard_mois / MOIS) for f, montants in gains.items()}
    return Trajectoire(
        scenario,
        tuple(int(a) for a in annees),
        majore * profil([li for li in couts if li.est_ponctuel], annees, cadence),
        majore * profil([li for li in couts if not li.est_ponctuel], annees, cadence),
        retards["GA"],
        retards["GB"],
        tuple(taux),
    )


def tendance(assiettes: Mapping[str, Assiette], annees: Sequence[int], cadence: Rythme) -> dict[str, np.ndarray]:
    """Coût de chaque fonction sans projet (€ constants), année par année ; NaN si le coût actuel est inconnu.

    Le personnel suit le coût d'un agent et les volumes ; le reste suit les prix et les volumes.
    """
    rangs = np.asarray(annees) - cadence.annee_reference
    volumes, indices = (1 + cadence.volumes) ** rangs, cadence.indices(annees)
    return {
        fonction: volumes * (base.personnel * indices + (base.cout() - base.personnel))
        for fonction, base in assiettes.items()
    }
