"""INSEE : composition communale des établissements publics territoriaux du Grand Paris (« ept_au_01-01-AAAA »).

Format d'après la description publique (feuille « Composition_communale », cinq lignes de titre, CODGEO, EPT,
LIBEPT, souvent dans une archive zip) ; le fichier officiel n'a pas été lu ici.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import valeurs
from mutunb.territoires.connecteurs.classeur import table_classeur
from mutunb.territoires.connecteurs.lecture import Colonne

QUOI = "le classeur INSEE de composition des établissements publics territoriaux"
COLONNES = (
    Colonne("insee", ("CODGEO",)),
    Colonne("ept_siren", ("EPT",)),
    Colonne("nom", ("LIBEPT",)),
)


def lire_ept(chemin: Path) -> pd.DataFrame:
    """Une ligne par commune : ``insee``, ``ept_siren``, ``nom`` de l'EPT (« T1 » et Paris, sans EPT, sont écartés)."""
    brut, _ = table_classeur(chemin, COLONNES, QUOI)
    brut = brut[brut["ept_siren"].str.fullmatch(r"\d[\d ]{8,}")]
    constats: list[Constat] = []
    table = pd.DataFrame({
        "insee": valeurs.lire(brut["insee"], valeurs.insee, f"{chemin}, CODGEO", "un code INSEE", constats, True),
        "ept_siren": valeurs.lire(brut["ept_siren"], valeurs.siren, f"{chemin}, EPT", "neuf chiffres", constats, True),
        "nom": brut["nom"],
    })
    if table["insee"].duplicated().any():
        doubles = sorted(table.loc[table["insee"].duplicated(), "insee"])
        constats.append(Constat(str(chemin), f"des communes répétées ({', '.join(doubles[:5])})",
                                "une commune dans un seul EPT", "Téléchargez de nouveau le fichier de l'INSEE."))
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, composition des EPT", constats)
    return table.reset_index(drop=True)
