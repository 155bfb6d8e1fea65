"""Le groupe d'EPCI auquel un territoire se compare, et ce qui s'y mesure en France."""

from __future__ import annotations

import pandas as pd

from mutunb.erreurs import ErreurUsage
from mutunb.territoires.distributions import ENSEMBLE
from mutunb.territoires.indicateurs import groupes
from mutunb.territoires.magasin import Magasin, magasin
from mutunb.territoires.modeles import Territoire


def epci_de_meme_groupe(territoire: Territoire) -> pd.DataFrame:
    """Lignes des EPCI de même nature et de même régime fiscal, le territoire compris, triées par SIREN.

    Colonnes de ``territoire.epci``. La Métropole de Lyon est rangée avec les métropoles. Dans l'échantillon, ce sont
    les seuls EPCI embarqués : au moins les douze plus proches de chaque territoire complet.
    """
    tous = _magasin(territoire).epci()
    retenus = tous[groupes(tous) == groupe(territoire)]
    return retenus[list(territoire.epci.index)].reset_index(drop=True)


def groupe(territoire: Territoire) -> str:
    """Groupe de comparaison du territoire, par exemple « CC-FPU »."""
    return groupes(territoire.epci.to_frame().T).iloc[0]


def normes_groupe(territoire: Territoire) -> pd.DataFrame:
    """Distribution nationale des critères et indicateurs, dans le groupe du territoire et dans l'ensemble des EPCI.

    Colonnes ``groupe`` (celui du territoire, ou ``ensemble``), ``indicateur, n, moyenne, ecart_type, q1, mediane, q3``.
    Les mêmes avec l'échantillon et avec le référentiel national.
    """
    table = _magasin(territoire).normes()
    return table[table["groupe"].isin([groupe(territoire), ENSEMBLE])].reset_index(drop=True)


def normes(territoire: Territoire) -> pd.DataFrame:
    """``n, moyenne, ecart_type`` nationaux de chaque critère ou indicateur dans le groupe, indexés par son nom."""
    return _distribution(territoire, groupe(territoire))[["n", "moyenne", "ecart_type"]]


def quartiles(territoire: Territoire, perimetre: str = "groupe") -> pd.DataFrame:
    """``n, q1, mediane, q3`` nationaux de chaque indicateur, ``perimetre`` = ``"groupe"`` ou ``"ensemble"``."""
    perimetres = {"groupe": groupe(territoire), ENSEMBLE: ENSEMBLE}
    if perimetre not in perimetres:
        raise ErreurUsage.nom_inconnu("périmètre", perimetre, perimetres)
    return _distribution(territoire, perimetres[perimetre])[["n", "q1", "mediane", "q3"]]


def _distribution(territoire: Territoire, voulu: str) -> pd.DataFrame:
    table = _magasin(territoire).normes()
    return table[table["groupe"] == voulu].set_index("indicateur")


def _magasin(territoire: Territoire) -> Magasin:
    return magasin(territoire.dossier)
