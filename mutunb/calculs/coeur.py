"""Test du cœur : sous cette répartition, une commune ou un groupe de communes paierait-il moins sans les autres ?

Jeu de coûts : ``x`` est dans le cœur si la somme des parts est le coût de tous, et si aucun groupe ``S`` ne paie plus que
``c(S)``, à un centime près. L'ensemble des répartitions stables, s'il y en a, se décrit par l'intervalle de chaque part ;
s'il n'y en a pas, par l'effort minimal ``ε*`` : la plus petite somme dont chaque groupe devrait se satisfaire de payer en
plus (``x(S) ≤ c(S) + ε*``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mutunb.calculs.coalitions import TOLERANCE_EUR, Jeu, Joueur, lire_jeu
from mutunb.calculs.coalitions_testees import GRAINE, Coalitions, choisir_coalitions
from mutunb.calculs.entrees import dictionnaire
from mutunb.calculs.monnaie import positif

#: marge d'arithmétique flottante sous le centime (€)
MARGE_EUR = 1e-6


@dataclass(frozen=True, eq=False)
class TestCoeur:
    """Résultat du test d'une répartition.

    Attributes
    ----------
    stable : bool
        Vrai si les parts ferment sur le coût total et qu'aucune coalition éprouvée n'est lésée.
    partiel : bool
        Vrai si toutes les coalitions n'ont pas été éprouvées : « stable » veut alors dire « aucune trouvée ».
    testees : int
        Coalitions éprouvées.
    methode : str
    lesees : DataFrame
        Coalitions lésées, par excès décroissant : ``coalition`` (tuple), ``taille, part_eur`` (ce qu'elle paierait),
        ``cout_eur`` (ce qu'elle paierait sans les autres), ``exces_eur`` (€ de trop), ``minimale`` (aucun groupe plus
        petit, à l'intérieur, n'est déjà lésé).
    exces_max_eur : float
        Plus grand excès, négatif si chacun y gagne ; NaN s'il n'y a qu'un joueur.
    ecart_total_eur : float
        Somme des parts − coût de tous ensemble.
    individuelles : DataFrame
        Par joueur : ``joueur, part_eur, seul_eur`` (coût seul), ``propre_eur`` (``c(N) − c(N∖{i})``),
        ``economie_eur`` (coût seul − part), ``paie_plus_que_seul``, ``paie_moins_que_son_cout_propre``.
    """

    stable: bool
    partiel: bool
    testees: int
    methode: str
    lesees: pd.DataFrame
    exces_max_eur: float
    ecart_total_eur: float
    individuelles: pd.DataFrame

    __test__ = False  # ce n'est pas un test de pytest

    @property
    def minimales(self) -> pd.DataFrame:
        """Coalitions lésées dont aucune partie n'est lésée."""
        return self.lesees[self.lesees["minimale"]].reset_index(drop=True)

    def lesees_avec(self, joueur: Joueur) -> pd.DataFrame:
        """Coalitions lésées dont ce joueur est membre."""
        return self.lesees[[joueur in c for c in self.lesees["coalition"]]].reset_index(drop=True)


def tester_coeur(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    parts_eur: Mapping[Joueur, Any],
    joueurs: Sequence[Joueur] | None = None,
    tolerance_eur: float = TOLERANCE_EUR,
    coalitions: Coalitions | None = None,
    graine: int = GRAINE,
) -> TestCoeur:
    """Une répartition est-elle dans le cœur ? Coalitions lésées, montants, coalitions minimales.

    Parameters
    ----------
    couts : Mapping, sequence or Jeu
        Coût de chaque coalition (:func:`mutunb.calculs.coalitions.lire_jeu`).
    parts_eur : Mapping
        Joueur → part (€) ; toutes sont demandées.
    joueurs : sequence, optional
        Ordre des joueurs, obligatoire si ``couts`` est une suite rangée par masque.
    tolerance_eur : float
        Une coalition est lésée au-delà (un centime).
    coalitions : Coalitions, optional
        Celles à éprouver ; par défaut toutes jusqu'à douze joueurs, sinon un choix partiel tiré avec ``graine``.

    Examples
    --------
    >>> couts = {"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135}
    >>> test = tester_coeur(couts, {"A": 45, "B": 45, "C": 45})
    >>> test.stable, test.lesees[["coalition", "exces_eur"]].values.tolist()
    (False, [[('A', 'B'), 10.0]])
    >>> tester_coeur(couts, {"A": 40, "B": 40, "C": 55}).stable
    True
    """
    jeu, tolerance_eur = lire_jeu(couts, joueurs), _tolerance(tolerance_eur)
    vecteur = jeu.vecteur(parts_eur)
    coalitions = coalitions or choisir_coalitions(jeu, [parts_eur], graine=graine)
    sommes = coalitions.membres @ vecteur if len(coalitions) else np.zeros(0)
    exces = sommes - coalitions.couts
    lesees = _lesees(jeu, coalitions, sommes, exces, tolerance_eur + MARGE_EUR)
    ecart = float(vecteur.sum() - jeu.total)
    return TestCoeur(
        stable=lesees.empty and abs(ecart) <= tolerance_eur + MARGE_EUR,
        partiel=coalitions.partiel,
        testees=len(coalitions),
        methode=coalitions.methode,
        lesees=lesees,
        exces_max_eur=float(exces.max()) if len(exces) else float("nan"),
        ecart_total_eur=ecart,
        individuelles=_individuelles(jeu, vecteur, tolerance_eur + MARGE_EUR),
    )


def tester_cles(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    cles: Mapping[str, Mapping[Joueur, Any]],
    joueurs: Sequence[Joueur] | None = None,
    tolerance_eur: float = TOLERANCE_EUR,
    graine: int = GRAINE,
) -> dict[str, TestCoeur]:
    """Test de plusieurs répartitions (nom de la clé → parts en €) sur les mêmes coalitions.

    Examples
    --------
    >>> tests = tester_cles({"A": 60, "B": 40, "AB": 80}, {"egal": {"A": 40, "B": 40}, "population": {"A": 20, "B": 60}})
    >>> {cle: test.stable for cle, test in tests.items()}
    {'egal': True, 'population': False}
    """
    jeu, cles = lire_jeu(couts, joueurs), dictionnaire(cles, "les clés", "clé → parts")
    coalitions = choisir_coalitions(jeu, list(cles.values()), graine=graine)
    return {cle: tester_coeur(jeu, parts, None, tolerance_eur, coalitions) for cle, parts in cles.items()}


def intervalle_lambda(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    cle1_eur: Mapping[Joueur, Any],
    cle2_eur: Mapping[Joueur, Any],
    joueurs: Sequence[Joueur] | None = None,
    tolerance_eur: float = TOLERANCE_EUR,
    coalitions: Coalitions | None = None,
    graine: int = GRAINE,
) -> tuple[float, float] | None:
    """Mélanges stables de deux clés : ``λ`` tels que ``λ·clé1 + (1−λ)·clé2`` soit dans le cœur ; ``None`` si aucun.

    Parameters
    ----------
    cle1_eur, cle2_eur : Mapping
        Joueur → part (€) sous chacune des deux clés, de même somme.

    Returns
    -------
    tuple or None
        Bornes de λ dans [0, 1].

    Examples
    --------
    >>> intervalle_lambda({"A": 60, "B": 40, "AB": 80}, {"A": 80, "B": 0}, {"A": 0, "B": 80}, tolerance_eur=0)
    (0.5, 0.75)
    """
    jeu, tolerance_eur = lire_jeu(couts, joueurs), _tolerance(tolerance_eur)
    un, deux = jeu.vecteur(cle1_eur), jeu.vecteur(cle2_eur)
    coalitions = coalitions or choisir_coalitions(jeu, [cle1_eur, cle2_eur], graine=graine)
    if max(abs(un.sum() - jeu.total), abs(deux.sum() - jeu.total)) > tolerance_eur + MARGE_EUR:
        return None
    pentes = coalitions.membres @ (un - deux)
    marges = coalitions.couts + tolerance_eur - coalitions.membres @ deux
    plates = np.abs(pentes) <= 1e-9
    if (marges[plates] < -MARGE_EUR).any():
        return None
    seuils = marges[~plates] / pentes[~plates]
    montantes = pentes[~plates] > 0
    bas = float(max(seuils[~montantes], default=0.0))
    haut = float(min(seuils[montantes], default=1.0))
    bas, haut = max(bas, 0.0), min(haut, 1.0)
    return (bas, max(bas, haut)) if bas <= haut + 1e-12 else None


def contraintes_individuelles(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    parts_eur: Mapping[Joueur, Any],
    joueurs: Sequence[Joueur] | None = None,
    tolerance_eur: float = TOLERANCE_EUR,
) -> pd.DataFrame:
    """Chacun paie-t-il au plus son coût seul, ``x_i ≤ c({i})``, et au moins son coût propre, ``x_i ≥ c(N) − c(N∖{i})`` ?

    Returns
    -------
    DataFrame
        Voir ``individuelles`` de :class:`TestCoeur`.

    Examples
    --------
    >>> table = contraintes_individuelles({"A": 60, "B": 40, "AB": 80}, {"A": 65, "B": 15})
    >>> table[["joueur", "paie_plus_que_seul", "paie_moins_que_son_cout_propre"]].values.tolist()
    [['A', True, False], ['B', False, True]]
    """
    jeu = lire_jeu(couts, joueurs)
    return _individuelles(jeu, jeu.vecteur(parts_eur), _tolerance(tolerance_eur) + MARGE_EUR)


def _tolerance(tolerance_eur: float) -> float:
    return float(positif(tolerance_eur, "la tolérance"))


def _individuelles(jeu: Jeu, vecteur: np.ndarray, tolerance: float) -> pd.DataFrame:
    seuls, propres = jeu.seuls, jeu.total - jeu.sans_lui
    return pd.DataFrame(
        {
            "joueur": list(jeu.joueurs),
            "part_eur": vecteur,
            "seul_eur": seuls,
            "propre_eur": propres,
            "economie_eur": seuls - vecteur,
            "paie_plus_que_seul": vecteur > seuls + tolerance,
            "paie_moins_que_son_cout_propre": vecteur < propres - tolerance,
        }
    )


def _lesees(jeu: Jeu, coalitions: Coalitions, sommes: np.ndarray, exces: np.ndarray, tolerance: float) -> pd.DataFrame:
    rangs = np.flatnonzero(exces > tolerance)
    tailles = coalitions.membres[rangs].sum(axis=1)
    noms = [jeu.noms(membres) for membres in coalitions.membres[rangs]]
    table = pd.DataFrame(
        {
            "coalition": pd.Series(noms, dtype=object),
            "taille": tailles.astype(int),
            "part_eur": sommes[rangs],
            "cout_eur": coalitions.couts[rangs],
            "exces_eur": exces[rangs],
            "minimale": _minimales(coalitions.membres[rangs], tailles),
        }
    )
    table["_ordre"] = -table["exces_eur"].round(4)
    return table.sort_values(["_ordre", "taille"], kind="stable", ignore_index=True).drop(columns="_ordre")


def _minimales(membres: np.ndarray, tailles: np.ndarray) -> np.ndarray:
    """Vrai pour une coalition qui n'en contient aucune autre de la liste, plus petite qu'elle."""
    minimales = np.zeros(len(membres), dtype=bool)
    for taille in np.unique(tailles):
        courantes = np.flatnonzero(tailles == taille)
        noyaux = membres[minimales].astype(np.float32)
        if len(noyaux):
            communs = membres[courantes].astype(np.float32) @ noyaux.T
            courantes = courantes[~(communs >= noyaux.sum(axis=1) - 0.5).any(axis=1)]
        minimales[courantes] = True
    return minimales
