"""Les défauts connus des données, dits au lecteur et portés au manifeste."""

from __future__ import annotations

from mutunb.dossier import Dossier
from mutunb.rendu.affichage import Affichage, liste_a_puces


def limites(dossier: Dossier) -> Affichage:
    """Ce que les données de ce territoire ne disent pas, ou mal."""
    defauts = dossier.territoire.defauts
    elements = tuple({"genre": "defaut", "id": d.id, "gravite": d.gravite, "phrase": d.phrase} for d in defauts)
    return Affichage(markdown=liste_a_puces(d.phrase for d in defauts).markdown, elements=elements)
