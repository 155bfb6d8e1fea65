"""Les normes nationales : comment chaque critère et chaque indicateur se distribue, par groupe et dans l'ensemble."""

from __future__ import annotations

import pandas as pd

from mutunb.territoires.indicateurs import CRITERES, INDICATEURS, groupes
from mutunb.territoires.schema import NORMES, mettre_en_forme

ENSEMBLE = "ensemble"


def normes_nationales(epci: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par groupe (ou ``ensemble``) et par critère ou indicateur, d'après tous les EPCI donnés.

    Colonnes ``groupe, indicateur, n, moyenne, ecart_type, q1, mediane, q3`` : ``n`` compte les EPCI dont la mesure
    est connue, l'écart-type est celui de la population (``ddof=0``), les quartiles sont interpolés.
    """
    mesures = {**CRITERES, **INDICATEURS}
    valeurs = pd.DataFrame({id_: mesure.calcul(epci) for id_, mesure in mesures.items()}, index=epci.index)
    appartenance = groupes(epci)
    parties = [_distribution(valeurs[appartenance == groupe], groupe) for groupe in sorted(appartenance.unique())]
    return pd.concat([*parties, _distribution(valeurs, ENSEMBLE)], ignore_index=True)


def _distribution(valeurs: pd.DataFrame, groupe: str) -> pd.DataFrame:
    quartiles = valeurs.quantile([0.25, 0.5, 0.75])
    table = pd.DataFrame(
        {
            "groupe": groupe,
            "indicateur": valeurs.columns,
            "n": valeurs.count().to_numpy(),
            "moyenne": valeurs.mean().to_numpy(),
            "ecart_type": valeurs.std(ddof=0).to_numpy(),
            "q1": quartiles.loc[0.25].to_numpy(),
            "mediane": quartiles.loc[0.5].to_numpy(),
            "q3": quartiles.loc[0.75].to_numpy(),
        }
    )
    return mettre_en_forme(table, NORMES)
