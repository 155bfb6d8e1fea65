"""Les indicateurs d'un EPCI qui se comparent : définis une seule fois, pour les normes comme pour les calculs.

Montants de l'EPCI : comptes consolidés ; des communes : budget principal. Les parts de l'EPCI sont donc surestimées.
Le dénominateur des montants par habitant est la population totale.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.territoires.modeles import COUVERTURE_MINIMALE


Calcul = Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Indicateur:
    """Un indicateur : son calcul sur une table d'EPCI et ce qu'il faut pour l'afficher."""

    id: str
    libelle: str
    unite: str
    calcul: Calcul


def _total_bloc(epci: pd.DataFrame, montant: str) -> pd.Series:
    """EPCI et communes, en euros ; NaN si les comptes d'un côté ne couvrent pas assez la population."""
    total = epci[montant].astype(float) + epci[f"communes_{montant}"].astype(float)
    couvertures = epci[["communes_couverture_pop", "ofgl_couverture_pop"]].astype(float)
    return total.where(couvertures.ge(COUVERTURE_MINIMALE).all(axis=1))


def _bloc_par_habitant(montant: str) -> Calcul:
    return lambda epci: _rapport(_total_bloc(epci, montant), epci["pop_totale_2025"])


def _part_epci(montant: str) -> Calcul:
    return lambda epci: _rapport(epci[montant], _total_bloc(epci, montant))


def _rapport(numerateur: pd.Series, denominateur: pd.Series) -> pd.Series:
    """Quotient, NaN quand le dénominateur est absent, nul ou négatif."""
    denominateur = denominateur.astype(float)
    return numerateur.astype(float) / denominateur.where(denominateur > 0)


def _logarithme(colonne: str) -> Calcul:
    return lambda epci: np.log(epci[colonne].astype(float).where(epci[colonne].astype(float) > 0))


def _colonne(nom: str) -> Calcul:
    return lambda epci: epci[nom].astype(float)


def _table(*indicateurs: Indicateur) -> dict[str, Indicateur]:
    return {indicateur.id: indicateur for indicateur in indicateurs}


_PART_VILLE_CENTRE = Indicateur(
    "part_ville_centre", "poids de la ville-centre dans la population", "part", _colonne("part_ville_centre")
)
_DEPENSE_HAB = Indicateur(
    "depense_hab", "dépenses de fonctionnement du bloc par habitant", "eur_hab",
    _bloc_par_habitant("dep_fonctionnement"),
)

#: critères de la ressemblance entre deux EPCI d'un même groupe
CRITERES = _table(
    Indicateur("log_population", "population municipale (logarithme)", "nombre", _logarithme("pop_municipale_2025")),
    Indicateur("log_communes", "nombre de communes (logarithme)", "nombre", _logarithme("nb_communes")),
    _PART_VILLE_CENTRE,
    _DEPENSE_HAB,
)

INDICATEURS = _table(
    _DEPENSE_HAB,
    Indicateur("personnel_hab_bloc", "frais de personnel du bloc par habitant", "eur_hab",
               _bloc_par_habitant("frais_personnel")),
    Indicateur("achats_hab_bloc", "achats et charges externes du bloc par habitant", "eur_hab",
               _bloc_par_habitant("achats_charges_externes")),
    Indicateur("part_epci_personnel", "part de l'EPCI dans les frais de personnel du bloc", "part",
               _part_epci("frais_personnel")),
    Indicateur("part_epci_depense", "part de l'EPCI dans les dépenses de fonctionnement du bloc", "part",
               _part_epci("dep_fonctionnement")),
    Indicateur("cif_2025", "coefficient d'intégration fiscale", "coefficient", _colonne("cif_2025")),
    Indicateur("epargne_brute_taux", "taux d'épargne brute de l'EPCI", "part",
               lambda epci: _rapport(epci["epargne_brute"], epci["rec_fonctionnement"])),
    Indicateur("dette_hab", "encours de dette du bloc par habitant", "eur_hab", _bloc_par_habitant("encours_dette")),
    _PART_VILLE_CENTRE,
    Indicateur("communes_moins_1000", "part des communes de moins de 1 000 habitants", "part",
               _colonne("communes_moins_1000")),
)


def criteres(epci: pd.DataFrame) -> pd.DataFrame:
    """Les quatre critères de ressemblance de chaque EPCI (même index), NaN si une donnée manque."""
    return pd.DataFrame({id_: critere.calcul(epci) for id_, critere in CRITERES.items()}, index=epci.index)


def indicateurs(epci: pd.DataFrame) -> pd.DataFrame:
    """Les dix indicateurs de chaque EPCI (même index), NaN si une donnée manque.

    Un montant du bloc (EPCI et communes), par habitant ou en part, demande des comptes qui couvrent au moins
    95 % de la population, du côté de l'EPCI comme des communes.
    """
    return pd.DataFrame({id_: indicateur.calcul(epci) for id_, indicateur in INDICATEURS.items()}, index=epci.index)


def groupes(epci: pd.DataFrame) -> pd.Series:
    """Groupe de comparaison de chaque EPCI, « nature-régime » ; la Métropole de Lyon est rangée avec les métropoles."""
    return epci["nature"].replace("MET69", "METRO") + "-" + epci["regime_fiscal"]
