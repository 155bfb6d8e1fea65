"""Ce que les paires de contrats validées par le consultant changent à la carte : un segment commun, un groupe commun."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from mutunb.dossier.rapprochements import Rapprochement, identifiant

__all__ = ["Rapprochement", "heriter"]


def heriter(contrats: pd.DataFrame, rapprochements: Sequence[Rapprochement]) -> pd.DataFrame:
    """Ajoute ``groupe`` et classe, d'après leurs semblables validés, les contrats restés sans segment.

    ``groupe`` est le segment ; à défaut, l'objet du premier contrat de la grappe validée ; à défaut, rien.
    """
    table = contrats.copy()
    table["groupe"] = table["segment"]
    for grappe in _grappes(table, rapprochements):
        membres = table.loc[grappe]
        connus = Counter(zip(membres["segment"].dropna(), membres.loc[membres["segment"].notna(), "famille"], strict=True))
        sans = membres.index[membres["segment"].isna()]
        if connus:
            (segment, famille), _ = connus.most_common(1)[0]
            table.loc[sans, ["segment", "famille", "origine_segment", "groupe"]] = [segment, famille, "rapprochement", segment]
        else:
            table.loc[sans, "groupe"] = membres["objet"].iloc[0]
    return table


def _grappes(table: pd.DataFrame, rapprochements: Sequence[Rapprochement]) -> list[list[int]]:
    """Contrats reliés de proche en proche par des paires validées « oui »."""
    places = {identifiant(s, r): i for i, s, r in zip(table.index, table["siren"], table["reference"], strict=True)}
    chef = {i: i for i in table.index}

    def racine(i: int) -> int:
        while chef[i] != i:
            i = chef[i]
        return i

    for rapprochement in rapprochements:
        lies = [places[nom] for nom in rapprochement.paire if nom in places]
        if rapprochement.decision == "oui" and len(lies) == 2:
            chef[racine(lies[1])] = racine(lies[0])
    par_chef: dict[int, list[int]] = {}
    for i in table.index:
        par_chef.setdefault(racine(i), []).append(i)
    return [membres for membres in par_chef.values() if len(membres) > 1]
