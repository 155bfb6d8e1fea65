"""Les tableaux du registre des risques : les risques communs au projet, puis les freins fonction par fonction."""

from __future__ import annotations

import pandas as pd

from mutunb import referentiel
from mutunb.calculs import mentions
from mutunb.calculs.risques import CRITICITE_SUIVIE, Registre
from mutunb.calculs.tableau import Tableau

COTES = ("gravite", "probabilite", "criticite")
NOTE = (
    "Gravité et probabilité de 1 à 4 : hypothèses de départ, à coter en comité de pilotage. Criticité = gravité × probabilité ; "
    f"à partir de {CRITICITE_SUIVIE}, le risque se revoit à chaque comité. Un responsable reste à désigner pour chacun. Preuve : A, source lue ; B, usage à vérifier ; les autres "
    "niveaux sont en légende."
)


def tableau_risques(registre: Registre) -> Tableau | None:
    """Risques communs au projet, du plus critique au moins critique ; ``None`` sans fonction retenue."""
    table = registre.communs
    if table.empty:
        return None
    colonnes = ["risque", "declencheur", "parade", "observe", *COTES, "niveau"]
    return _tableau(registre, "risques_communs", "Le registre des risques, amorcé", table[colonnes],
                    note=f"{NOTE} « Observé ailleurs » : enquête de 2021 sur des fusions d'EPCI, à transposer avec prudence.")  # fmt: skip


def tableau_freins(registre: Registre) -> Tableau | None:
    """Risques tirés des freins de chaque fonction retenue ; ``None`` sans fonction retenue."""
    table = pd.concat([registre.freins(f) for f in registre.projet.choix] or [registre.table.iloc[:0]])
    if table.empty:
        return None
    table = table.assign(fonction=[referentiel.fonction(f).libelle_court for f in table["fonction"]])
    colonnes = ["fonction", "risque", "famille", "parade", *COTES, "niveau"]
    return _tableau(registre, "risques_freins", "Les freins de chaque fonction, à coter", table[colonnes],
                    note=f"{NOTE} Cotes par famille de frein ; la parade est à préciser.")  # fmt: skip


def _tableau(registre: Registre, identifiant: str, titre: str, table: pd.DataFrame, note: str) -> Tableau:
    donnees = table.reset_index(drop=True)
    if "observe" in donnees:
        donnees["observe"] = donnees["observe"].replace("", "rien de publié retenu")
    return Tableau(
        id=identifiant,
        titre=titre,
        donnees=donnees,
        unites={c: "nombre" if c in COTES else "texte" for c in donnees.columns},
        libelles={
            "fonction": "Fonction",
            "risque": "Risque",
            "famille": "Famille",
            "declencheur": "Déclencheur",
            "parade": "Parade",
            "observe": "Observé ailleurs",
            "gravite": "Gravité",
            "probabilite": "Probabilité",
            "criticite": "Criticité",
            "niveau": "Preuve",
        },
        perimetre=mentions.perimetre_bloc(registre.projet.dossier.territoire),
        source="référentiel mutunb (risques et freins), niveau de preuve ligne par ligne",
        statuts="hypothese",
        note=note,
    )
