"""Effets de seuil : un tarif ou une répartition où consommer plus coûte moins cher.

Le détecteur ne juge pas le tarif : il montre les quantités où un usager a intérêt à en prendre davantage, et les couples
d'entités où la plus grosse consommatrice paie moins que la plus petite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from mutunb.calculs.entrees import dictionnaire, entier, montrer, nombre, suite
from mutunb.calculs.monnaie import au_centime
from mutunb.calculs.tarifs import Bareme
from mutunb.erreurs import ErreurDonnees


def zones_de_seuil(
    tarif: Bareme | Mapping[int, Any] | Callable[[int], Any], quantites: Iterable[int] | None = None
) -> pd.DataFrame:
    """Quantités pour lesquelles une quantité plus grande coûte moins cher.

    Parameters
    ----------
    tarif : Bareme, Mapping or Callable
        Barème à tranches, table quantité → montant (€), ou fonction quantité → montant.
    quantites : iterable of int, optional
        Quantités à éprouver ; toutes celles de la table, ou celles du barème jusqu'au double du dernier seuil.

    Returns
    -------
    DataFrame
        ``quantite, montant_eur, quantite_moins_chere`` (la moins chère au-dessus), ``montant_moins_cher_eur,
        economie_eur`` ; vide si le tarif est croissant.

    Examples
    --------
    >>> tranches = [{"de": 1, "a": 5, "coefficient": "0.9"}, {"de": 6, "a": None, "coefficient": "0.7"}]
    >>> zones_de_seuil(Bareme("574.88", tranches))[["quantite", "quantite_moins_chere", "economie_eur"]].values.tolist()
    [[5.0, 6.0, 172.46]]
    """
    table = _table(tarif, quantites)
    lignes, moins_chere = [], None
    for quantite in sorted(table, reverse=True):
        if moins_chere is not None and table[moins_chere] < table[quantite]:
            ecart = table[quantite] - table[moins_chere]
            lignes.append((quantite, float(table[quantite]), moins_chere, float(table[moins_chere]), float(ecart)))
        else:
            moins_chere = quantite
    colonnes = ["quantite", "montant_eur", "quantite_moins_chere", "montant_moins_cher_eur", "economie_eur"]
    return pd.DataFrame(lignes[::-1], columns=colonnes)


def inversions(volumes: Mapping[str, Any], parts_eur: Mapping[str, Any]) -> pd.DataFrame:
    """Couples d'entités où celle qui consomme le plus paie le moins (de plus d'un centime).

    Returns
    -------
    DataFrame
        ``grosse, petite, volume_grosse, volume_petite, part_grosse_eur, part_petite_eur, ecart_eur``, par écart
        décroissant ; vide si la part croît avec le volume.

    Examples
    --------
    >>> inversions({"A": 6, "B": 5}, {"A": "2414.50", "B": "2586.96"})[["grosse", "petite", "ecart_eur"]].values.tolist()
    [['A', 'B', 172.46]]
    """
    volumes, parts_eur = (
        {e: nombre(v, f"{e}, {quoi}") for e, v in dictionnaire(table, f"les {quoi}s").items()}
        for table, quoi in ((volumes, "volume"), (parts_eur, "part"))
    )
    if set(volumes) != set(parts_eur):
        ecart = ", ".join(sorted(set(volumes) ^ set(parts_eur)))
        raise ErreurDonnees(f"Volumes et parts ne se répondent pas : {ecart}. Donnez les mêmes entités.")
    entites = sorted(volumes, key=lambda e: (volumes[e], str(e)))
    lignes = [
        (g, p, volumes[g], volumes[p], parts_eur[g], parts_eur[p], round(parts_eur[p] - parts_eur[g], 2))
        for i, p in enumerate(entites)
        for g in entites[i + 1 :]
        if volumes[g] > volumes[p] and parts_eur[p] - parts_eur[g] > 0.0100001
    ]
    colonnes = ["grosse", "petite", "volume_grosse", "volume_petite", "part_grosse_eur", "part_petite_eur", "ecart_eur"]
    return pd.DataFrame(lignes, columns=colonnes).sort_values("ecart_eur", ascending=False, kind="stable", ignore_index=True)


def _table(tarif: Any, quantites: Iterable[int] | None) -> dict[int, Any]:
    if quantites is not None:
        quantites = [entier(q, "une quantité") for q in suite(quantites, "les quantités")]
    if isinstance(tarif, Mapping):
        montants = {entier(q, "une quantité"): au_centime(montant) for q, montant in tarif.items()}
        if manquent := [str(q) for q in quantites or () if q not in montants]:
            raise ErreurDonnees(f"Sans montant dans le tarif : {', '.join(manquent)}. Donnez-le, ou retirez la quantité.")
        return montants if quantites is None else {q: montants[q] for q in quantites}
    if not (isinstance(tarif, Bareme) or callable(tarif)):
        raise ErreurDonnees(f"Tarif : trouvé {montrer(tarif)} ; attendu un barème, une table quantité → montant ou une fonction.")
    if quantites is None:
        if not isinstance(tarif, Bareme):
            raise ErreurDonnees("Donnez les quantités à éprouver : une fonction ne dit pas où elle s'arrête.")
        derniere = tarif.tranches[-1]
        quantites = range(1, (derniere.a or 2 * derniere.de) + 1)
    calculer = tarif.montant if isinstance(tarif, Bareme) else tarif
    return {int(q): au_centime(calculer(q)) for q in quantites}
