"""Les aléas d'un scénario : ses facteurs incertains, et la valeur actuelle nette de milliers de tirages à la fois.

Un facteur déplace toutes ses lignes ensemble, de leur borne basse à leur borne haute. La base estimée (effectifs et coûts
actuels) est un facteur comme un autre : sur un territoire sans questionnaire, c'est souvent le premier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from mutunb.calculs.assiette import Assiette
from mutunb.calculs.ligne import COUT, Ligne
from mutunb.calculs.lois import Loi, Triangulaire
from mutunb.calculs.trajectoire import MOIS, Rythme, actualisation, derive_reelle, retarder
from mutunb.calculs.transition import Hypotheses
from mutunb.referentiel import Hypothese

BORNES = ("bas", "central", "haut")
#: facteurs qui ne sont pas une ligne : rythme et base
EVOLUTION, RETARD, BASE = "evolution_personnel", "retard_projet", "effectifs_actuels"
#: postes dont le montant est proportionnel au coût ou à l'effectif actuels
POSTES_PROPORTIONNELS = frozenset(
    {
        "double_exploitation", "encadrement_service", "couts_echoues", "installation_agent", "ecart_regime_indemnitaire",
        "action_sociale", "renfort",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Terme:
    """Lignes de même facteur et de même comportement, réduites à leurs trois bornes année par année.

    Attributes
    ----------
    facteur : str
        Hypothèse qui les fait varier ; vide si rien ne les fait varier.
    montants : ndarray
        Bornes × années (€), signe compris : négatif pour un coût.
    indexe, gain, proportionnel : bool
        Suit le coût d'un agent ; est un gain (retard, minoration) ; suit la base actuelle.
    """

    facteur: str
    montants: np.ndarray
    indexe: bool
    gain: bool
    proportionnel: bool


@dataclass(frozen=True)
class Aleas:
    """Un scénario prêt à être tiré.

    Attributes
    ----------
    termes : tuple of Terme
    facteurs : Mapping[str, tuple]
        Facteur → (bas, central, haut).
    annees : tuple of int
    cadence : Rythme
    inflation : float
        Inflation centrale (%/an).
    """

    termes: tuple[Terme, ...]
    facteurs: Mapping[str, tuple[float, float, float]]
    annees: tuple[int, ...]
    cadence: Rythme
    inflation: float

    @property
    def lois(self) -> dict[str, Loi]:
        """Loi triangulaire de chaque facteur."""
        return {nom: Triangulaire(*bornes) for nom, bornes in self.facteurs.items()}

    def van(self, valeurs: Mapping[str, np.ndarray | float], taux: float) -> np.ndarray:
        """Valeur actuelle nette (€) de chaque tirage ; ``valeurs`` donne à chaque facteur un nombre ou un vecteur."""
        remises = actualisation(taux, len(self.annees))
        tirees = {nom: np.atleast_1d(np.asarray(v, dtype=float)) for nom, v in valeurs.items()}
        derive = derive_reelle(tirees[EVOLUTION], self.inflation)[:, None] if EVOLUTION in tirees else self.cadence.derive
        indices = (1 + derive) ** (np.asarray(self.annees) - self.cadence.annee_reference)
        total: np.ndarray | float = 0.0
        for terme in self.termes:
            poids = self._poids(terme, remises, tirees.get(RETARD))
            if terme.indexe:
                poids = poids * indices
            total = total + self._base(terme, tirees) * self._borne(terme, poids, tirees)
        return np.broadcast_to(np.asarray(total, dtype=float), (max(len(v) for v in tirees.values()),))

    def _poids(self, terme: Terme, remises: np.ndarray, retard: np.ndarray | None) -> np.ndarray:
        """Remise de chaque année, retard et biais compris : la même pour tous les tirages, ou une ligne par tirage."""
        if not terme.gain:
            return (1 + self.cadence.majoration_couts) * remises
        retards = np.atleast_1d(self.cadence.retard_mois if retard is None else retard) / MOIS
        return (1 - self.cadence.minoration_gains) * anticiper(remises, retards)

    @staticmethod
    def _base(terme: Terme, tirees: Mapping[str, np.ndarray]) -> np.ndarray | float:
        return tirees[BASE] if terme.proportionnel and BASE in tirees else 1.0

    def _borne(self, terme: Terme, poids: np.ndarray, tirees: Mapping[str, np.ndarray]) -> np.ndarray:
        """Montant actualisé, interpolé entre les bornes à la place que le facteur tiré occupe entre les siennes."""
        bas, central, haut = (poids @ montants if poids.ndim > 1 else np.atleast_1d(poids @ montants) for montants in terme.montants)
        if terme.facteur not in tirees:
            return central
        place = place_entre(tirees[terme.facteur], self.facteurs[terme.facteur])
        return central + np.maximum(place, 0) * (haut - central) + np.minimum(place, 0) * (central - bas)


def anticiper(remises: np.ndarray, retards_ans: np.ndarray) -> np.ndarray:
    """Remise que reçoit un gain retardé, une ligne par retard : la remise de l'année où il tombe, 0 après l'horizon."""
    combien = len(remises)
    etendues = np.concatenate([remises, np.zeros(int(np.ceil(retards_ans.max(initial=0))) + 2)])
    entiers = np.floor(retards_ans).astype(int)
    parts = (retards_ans - entiers)[:, None]
    places = np.arange(combien)[None, :] + entiers[:, None]
    tableau = (1 - parts) * etendues[places] + parts * etendues[places + 1]
    return tableau[0] if len(tableau) == 1 else tableau


def place_entre(valeurs: np.ndarray, bornes: Sequence[float]) -> np.ndarray:
    """Place d'une valeur entre ses bornes : −1 à la borne basse, 0 au central, 1 à la borne haute.

    Examples
    --------
    >>> place_entre(np.array([2.0, 6.0]), (0, 4, 8)).tolist()
    [-0.5, 0.5]
    """
    bas, central, haut = bornes
    ecarts = np.where(valeurs >= central, haut - central, central - bas)
    return np.divide(valeurs - central, ecarts, out=np.zeros_like(valeurs, dtype=float), where=ecarts > 0)


def preparer_aleas(
    lignes: Iterable[Ligne], assiettes: Iterable[Assiette], hypotheses: Hypotheses, annees: Sequence[int], cadence: Rythme
) -> Aleas:
    """Aléas d'un scénario, d'après ses lignes (coûts et ``GA``) et les assiettes de ses fonctions."""
    groupes: dict[tuple[str, bool, bool, bool], np.ndarray] = {}
    for ligne in lignes:
        if ligne.famille not in (COUT, "GA"):
            continue
        gain = ligne.famille == "GA"
        cle = (ligne.hypothese, ligne.indexe, gain, ligne.poste in POSTES_PROPORTIONNELS)
        montants = np.outer([getattr(ligne, borne) for borne in BORNES], ligne.profil(annees)) * (1 if gain else -1)
        groupes[cle] = groupes.get(cle, 0.0) + montants
    termes = tuple(Terme(facteur, montants, *reste) for (facteur, *reste), montants in sorted(groupes.items(), key=lambda g: g[0]))
    facteurs = _facteurs(termes, list(assiettes), hypotheses)
    return Aleas(termes, MappingProxyType(facteurs), tuple(annees), cadence, hypotheses["inflation"].central)


def _facteurs(
    termes: Sequence[Terme], assiettes: Sequence[Assiette], hypotheses: Hypotheses
) -> dict[str, tuple[float, float, float]]:
    facteurs = {t.facteur: _bornes(hypotheses[t.facteur]) for t in termes if t.facteur}
    if any(t.gain for t in termes):
        facteurs[RETARD] = _bornes(hypotheses[RETARD])
    if any(t.indexe for t in termes):
        facteurs[EVOLUTION] = _bornes(hypotheses[EVOLUTION])
    totaux = [np.nansum([base.cout(borne) for base in assiettes]) for borne in BORNES]
    if any(t.proportionnel for t in termes) and totaux[1] > 0 and totaux[2] > totaux[0]:
        facteurs[BASE] = (totaux[0] / totaux[1], 1.0, totaux[2] / totaux[1])
    return facteurs


def _bornes(hypothese: Hypothese) -> tuple[float, float, float]:
    return (hypothese.bas, hypothese.central, hypothese.haut)


def avec_biais(aleas: Aleas, majoration_couts: float, minoration_gains: float) -> Aleas:
    """Les mêmes aléas, avec un autre biais d'optimisme."""
    return replace(
        aleas, cadence=replace(aleas.cadence, majoration_couts=majoration_couts, minoration_gains=minoration_gains)
    )
