"""La tornade : un facteur à la fois, de sa borne basse à sa borne haute, les autres au central ; le plus influent d'abord."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from mutunb.calculs.entrees import dictionnaire, entier, montrer, nombre, suite
from mutunb.erreurs import ErreurDonnees

COLONNES = ("facteur", "bas", "haut", "resultat_bas", "resultat_central", "resultat_haut", "amplitude")


def tornade(
    resultat: Callable[[Mapping[str, float]], float], facteurs: Mapping[str, Sequence[float]], combien: int | None = None
) -> pd.DataFrame:
    """Effet de chaque facteur, seul, sur un résultat.

    Parameters
    ----------
    resultat : callable
        Reçoit un dictionnaire facteur → valeur (tous les facteurs), rend un nombre.
    facteurs : Mapping
        Facteur → (bas, central, haut).
    combien : int, optional
        Ne garde que les plus influents.

    Returns
    -------
    pandas.DataFrame
        ``facteur, bas, haut`` (valeurs essayées), ``resultat_bas, resultat_central, resultat_haut``, ``amplitude``
        (écart entre le plus grand et le plus petit des trois résultats), du plus au moins influent ; à amplitude égale,
        dans l'ordre reçu.

    Raises
    ------
    ErreurDonnees
        Aucun facteur, ou des bornes qui ne sont pas dans l'ordre.

    Examples
    --------
    >>> table = tornade(lambda v: 10 * v["a"] - v["b"], {"b": (0, 5, 20), "a": (1, 2, 4)})
    >>> table["facteur"].tolist(), table["amplitude"].tolist()
    (['a', 'b'], [30.0, 20.0])
    """
    facteurs = {
        nom: [nombre(borne, f"la tornade, une borne de {nom}") for borne in suite(bornes, f"la tornade, les bornes de {nom}", 3)]
        for nom, bornes in dictionnaire(facteurs, "les facteurs de la tornade", "facteur → (bas, central, haut)").items()
    }
    if not facteurs:
        raise ErreurDonnees("Tornade : aucun facteur. Donnez au moins un facteur et ses bornes (bas, central, haut).")
    for nom, bornes in facteurs.items():
        if not bornes[0] <= bornes[1] <= bornes[2]:
            raise ErreurDonnees(f"Tornade, {nom} : trouvé {tuple(bornes)} ; attendu (bas, central, haut) dans l'ordre.")
    centre = {nom: bornes[1] for nom, bornes in facteurs.items()}
    if not callable(resultat):
        raise ErreurDonnees(f"Tornade : trouvé {montrer(resultat)} ; attendu une fonction qui reçoit les facteurs et rend un nombre.")
    central = nombre(resultat(centre), "le résultat central")
    lignes = []
    for nom, (bas, _, haut) in facteurs.items():
        essais = [nombre(resultat({**centre, nom: borne}), f"le résultat quand {nom} vaut {borne:g}") for borne in (bas, haut)]
        amplitude = max(*essais, central) - min(*essais, central)
        lignes.append((nom, bas, haut, essais[0], central, essais[1], amplitude))
    table = pd.DataFrame(lignes, columns=list(COLONNES))
    table = table.sort_values("amplitude", ascending=False, kind="stable", ignore_index=True)
    return table if combien is None else table.head(entier(combien, "le nombre de facteurs gardés", 0))
