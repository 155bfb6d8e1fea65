"""Ce que coûterait le même service à un groupe d'entités sans les autres : hypothèses d'un service, rassemblées et visibles.

``c(S)`` est le plus petit de deux coûts :

- une équipe dédiée à ``S`` (entente, service commun plus petit si l'EPCI en est) : part fixe du service, charges hors
  personnel au prorata de l'usage, ETP au palier d'un demi-poste et jamais moins que la continuité ;
- chacun pour soi : acheter le même service à l'extérieur, au coût d'un ETP du service commun majoré d'un surcoût ; ou
  garder son service actuel, si son équipe atteint déjà la continuité.

La continuité exigée d'un groupe n'est jamais plus forte que celle du service lui-même, et aucun groupe ne paie plus que le
service entier : il pourrait toujours le rendre.

Toutes ces valeurs sont des estimations ou des hypothèses d'usage : un verdict de stabilité vaut ce qu'elles valent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.calculs.coalitions import TOLERANCE_EUR, Jeu, rendre_sous_additif
from mutunb.calculs.coalitions_testees import JOUEURS_TOUTES
from mutunb.calculs.cout_service import CoutService
from mutunb.calculs.fonction_cout import FonctionCout
from mutunb.referentiel import Hypothese

PAS_ETP = 0.5
CONTINUITE, SURCOUT = "minimum_continuite", "surcout_exterieur"


@dataclass(frozen=True, eq=False)
class JeuService:
    """Le jeu de coûts d'un service et ce qui le fonde.

    Attributes
    ----------
    jeu : Jeu
        Joueurs = SIREN des entités du périmètre ; ``c(N)`` est le coût du service.
    fonction_cout : FonctionCout
    surcout : float
        Surcoût d'un service acheté à l'extérieur (0,2 pour 20 %).
    gardent_le_leur : tuple of str
        SIREN de celles dont l'équipe actuelle atteint la continuité.
    """

    jeu: Jeu
    fonction_cout: FonctionCout
    surcout: float
    gardent_le_leur: tuple[str, ...]


def construire_jeu(
    table: pd.DataFrame, cout: CoutService, hypotheses: Mapping[str, Hypothese], surcout: float | None = None
) -> JeuService:
    """Jeu de coûts d'un service.

    Parameters
    ----------
    table : DataFrame
        Une ligne par entité du périmètre : ``siren, part_usage`` (0 à 1, somme 1), ``etp, cout_eur,
        hors_personnel_eur`` (NaN si inconnus).
    cout : CoutService
        Coût et effectif du service mis en commun.
    hypotheses : Mapping
        Hypothèses en vigueur : ``minimum_continuite`` (ETP), ``surcout_exterieur`` (%).
    surcout : float, optional
        Surcoût extérieur (0,2 pour 20 %), à la place de celui des hypothèses.
    """
    fonction = construire_fonction(table, cout, hypotheses, surcout)
    jeu = Jeu(fonction.joueurs, lambda membres: _couts(fonction, cout, membres))
    if jeu.nombre <= JOUEURS_TOUTES:
        jeu = rendre_sous_additif(jeu)
    gardent = _gardent(table, min(float(hypotheses[CONTINUITE].central), cout.etp))
    return JeuService(jeu, fonction, _surcout(hypotheses, surcout), tuple(table.loc[gardent, "siren"]))


def construire_fonction(
    table: pd.DataFrame, cout: CoutService, hypotheses: Mapping[str, Hypothese], surcout: float | None = None
) -> FonctionCout:
    """Fonction de coût du service, mêmes arguments que :func:`construire_jeu`."""
    usage = dict(zip(table["siren"], table["part_usage"].astype(float), strict=True))
    hors_personnel = float(table["hors_personnel_eur"].sum())
    par_etp = max(0.0, cout.central_eur - cout.fixe_eur - hors_personnel) / cout.etp
    continuite = min(float(hypotheses[CONTINUITE].central), cout.etp)
    actuels = np.where(_gardent(table, continuite), table["cout_eur"], np.inf)
    achetes = table["part_usage"] * (cout.etp * par_etp * (1 + _surcout(hypotheses, surcout)) + hors_personnel)
    return FonctionCout(
        {siren: part * cout.etp for siren, part in usage.items()},
        eur_par_etp=par_etp,
        fixe_eur=cout.fixe_eur,
        volumes=usage,
        variable_eur=hors_personnel,
        pas_etp=PAS_ETP,
        continuite_etp=continuite,
        isole_eur=dict(zip(table["siren"], np.minimum(actuels, achetes).astype(float), strict=True)),
    )


def _couts(fonction: FonctionCout, cout: CoutService, membres: np.ndarray) -> np.ndarray:
    """Coûts des groupes, au plus celui du service entier, et exactement celui-ci pour tous ensemble."""
    return np.where(membres.all(axis=1), cout.central_eur, np.minimum(fonction.couts(membres), cout.central_eur))


def _surcout(hypotheses: Mapping[str, Hypothese], surcout: float | None) -> float:
    return float(hypotheses[SURCOUT].central) / 100 if surcout is None else surcout


def _gardent(table: pd.DataFrame, continuite: float) -> pd.Series:
    """Entités dont l'équipe actuelle atteint la continuité : elles peuvent garder leur service tel qu'il est."""
    return table["etp"].ge(continuite) & table["cout_eur"].notna()


def surcout_minimal(
    table: pd.DataFrame,
    cout: CoutService,
    hypotheses: Mapping[str, Hypothese],
    parts_eur: Mapping[str, float],
    membres: np.ndarray,
    maximum: float = 1.0,
) -> float | None:
    """Plus petit surcoût extérieur (0 à ``maximum``, à un point près) pour lequel aucune des coalitions n'est lésée.

    Returns
    -------
    float or None
        ``None`` si la répartition ne tient pas même au maximum : ce n'est pas le prix de l'extérieur qui décide.

    Notes
    -----
    Le coût « chacun pour soi » croît avec le surcoût : la stabilité, une fois acquise, le reste.
    """
    sommes = membres @ np.array([parts_eur[siren] for siren in table["siren"]])

    def tient(surcout: float) -> bool:
        couts = _couts(construire_fonction(table, cout, hypotheses, surcout), cout, membres)
        return bool((sommes <= couts + TOLERANCE_EUR + 1e-6).all())

    bas, haut = 0, round(maximum * 100)
    if not tient(maximum):
        return None
    while bas < haut:
        milieu = (bas + haut) // 2
        bas, haut = (bas, milieu) if tient(milieu / 100) else (milieu + 1, haut)
    return haut / 100
