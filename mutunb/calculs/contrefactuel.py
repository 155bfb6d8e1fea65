"""Ce que la fonction aurait coûté sans projet : le T0 de ceux qui sont dans le service, porté à l'année par la tendance.

Le T0 n'est pas figé : salaires, prix et volumes avancent sans projet. Un changement de périmètre se rejoue sur le T0, au
prorata de la présence dans l'année : on compare les mêmes entités.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.calculs.depart import Depart
from mutunb.referentiel import Hypothese

BORNES = ("bas", "central", "haut")


@dataclass(frozen=True)
class Contrefactuel:
    """Une fonction sans projet, dans le périmètre de l'année.

    Attributes
    ----------
    depart_eur, etp : float
        Coût (€/an) et ETP de départ des entités présentes, au prorata de leur présence ; NaN si l'une manque.
    bas_eur, central_eur, haut_eur : float
        Le même coût dans l'année, en euros courants, selon les bornes des hypothèses.
    part_personnel : float
        Part du personnel dans le coût de départ (0 à 1).
    entites : tuple of str
        SIREN des entités présentes.
    """

    depart_eur: float
    etp: float
    bas_eur: float
    central_eur: float
    haut_eur: float
    part_personnel: float
    entites: tuple[str, ...]


def contrefactuel(
    depart: Depart, fonction: str, presences: Mapping[str, float], annee: int, hypotheses: Mapping[str, Hypothese]
) -> Contrefactuel:
    """Coût d'une fonction sans projet, pour les entités présentes.

    Parameters
    ----------
    depart : Depart
    fonction : str
    presences : Mapping[str, float]
        SIREN → part de l'année passée dans le service (0 à 1).
    annee : int
        Exercice où porter le coût de départ.
    hypotheses : Mapping
        ``evolution_personnel``, ``inflation`` et ``hausse_volumes`` du dossier (%/an).
    """
    presents = {siren: part for siren, part in presences.items() if part > 0}
    table = depart.situation(fonction).reindex(list(presents))
    poids = pd.Series(presents, dtype=float)
    cout, personnel = (table[c] * poids for c in ("cout_eur", "personnel_eur"))
    ans = annee - depart.annee
    total, paie = (float(s.sum(skipna=False)) if len(s) else np.nan for s in (cout, personnel))
    bornes = {b: porter(paie, total - paie, ans, hypotheses, b) for b in BORNES}
    return Contrefactuel(
        total,
        float((table["etp"] * poids).sum(skipna=False)) if len(table) else np.nan,
        *bornes.values(),
        part_personnel=paie / total if total else np.nan,
        entites=tuple(presents),
    )


def porter(personnel_eur: float, autres_eur: float, ans: int, hypotheses: Mapping[str, Hypothese], borne: str = "central",
           volumes: bool = True) -> float:  # fmt: skip
    """Coût (€ courants) au bout de ``ans`` années : le personnel suit le coût d'un agent, le reste les prix, le tout les volumes."""
    hausse, prix, volume = (
        (1 + getattr(hypotheses[nom], borne) / 100) ** ans for nom in ("evolution_personnel", "inflation", "hausse_volumes")
    )
    return (personnel_eur * hausse + autres_eur * prix) * (volume if volumes else 1.0)
