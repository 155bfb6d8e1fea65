"""Les comptes d'une ou deux entités : au client, « 1 commune » désigne presque quelqu'un."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from mutunb.dossier.confidentialite import ENTITES_MIN

NOTE = f"Masqué : moins de {ENTITES_MIN} entités."


def petits_nombres(donnees: pd.DataFrame, colonnes: Iterable[str]) -> pd.DataFrame:
    """Vrai là où un compte d'entités vaut une ou deux ; un zéro se montre.

    Examples
    --------
    >>> petits_nombres(pd.DataFrame({"communes": [0, 1, 2, 3]}), ["communes"])["communes"].tolist()
    [False, True, True, False]
    """
    return pd.DataFrame({c: donnees[c].between(0.5, ENTITES_MIN - 0.5) for c in colonnes})
