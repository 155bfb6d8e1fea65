"""Les tableaux des priorités : le classement, sa stabilité, les signaux qui l'ont déplacé."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.priorites import Priorites
from mutunb.calculs.stabilite import Stabilite
from mutunb.calculs.tableau import Tableau

SOURCE = "CNFPT (notes du référentiel, niveau A) ; signaux locaux mutunb (niveau B)"
LIBELLES_PORTEE = {
    "socle": "Étudier maintenant (socle)",
    "elargissement": "Étudier maintenant (élargissement)",
    "forme_legere": "Commencer par une forme légère",
    "volontariat": "Avec les communes volontaires, ensuite",
    "plus_tard": "Plus tard",
    "a_decider": "À décider après la collecte",
}


def _poids(priorites: Priorites) -> str:
    """« gain 40 %, effet structurant 30 %, facilité 30 % »."""
    noms = {"potentiel_gain": "gain", "effet_structurant": "effet structurant", "facilite": "facilité", "appetence": "appétence"}
    return ", ".join(f"{noms[axe]} {formats.pourcent(p)}" for axe, p in priorites.poids.items())


def _appetence(priorites: Priorites) -> str:
    if priorites.appetence is None:
        return "L'appétence des maires et des directions n'est pas encore recueillie."
    return "Appétence : moyenne de l'intérêt médian des maires et de celui des directions."


def tableau_priorites(priorites: Priorites) -> Tableau:
    """Le classement : portée, note et axes de chaque fonction."""
    table = priorites.table
    chiffres = ["note", *priorites.axes]
    requis = {"fort": "forte", "moyen": "moyenne", "faible": "faible"}
    return Tableau(
        id="priorites",
        titre="Les fonctions, par recommandation puis par note",
        donnees=pd.DataFrame(
            {
                "fonction": [priorites.fonctions[f].libelle_court for f in table["fonction"]],
                "portee": table["portee"].map(LIBELLES_PORTEE),
                **{c: table[c] for c in chiffres},
                "non_classes": table["axes_non_classes"],
                "integration": [requis.get(n, "non classée") for n in table["integration_requise"]],
            }
        ),
        unites={
            "fonction": "texte",
            "portee": "texte",
            **dict.fromkeys(chiffres, "note"),
            "non_classes": "nombre",
            "integration": "texte",
        },
        libelles={
            "fonction": "Fonction",
            "portee": "Recommandation",
            "note": "Note (0 à 4)",
            "potentiel_gain": "Gain",
            "effet_structurant": "Effet structurant",
            "facilite": "Facilité",
            "appetence": "Appétence",
            "non_classes": "Axes non classés",
            "integration": "Intégration requise",
        },
        perimetre=mentions.perimetre_bloc(priorites.integration.dossier.territoire),
        source=SOURCE if priorites.appetence is None else f"{SOURCE} ; enquête d'appétence",
        statuts="estime" if priorites.appetence is None else "mixte",
        note=f"Note : {_poids(priorites)}. Un axe que la source ne note pas reçoit la note moyenne, 2 sur 4, et compte comme "
        f"une incertitude dans le test de stabilité. {_appetence(priorites)}",
    )


def tableau_stabilite(stabilite: Stabilite, priorites: Priorites) -> Tableau:
    """Rangs de chaque fonction quand les poids et les notes incertaines varient."""
    table = stabilite.table
    rangs = ["rang", "rang_p5", "rang_median", "rang_p95", "rang_min_10", "rang_max_10"]
    return Tableau(
        id="priorites_stabilite",
        titre="Le classement résiste-t-il à d'autres poids ?",
        donnees=pd.DataFrame(
            {
                "fonction": [priorites.fonctions[f].libelle_court for f in table["fonction"]],
                **{c: table[c] for c in rangs[:4]},
                "part_podium": table["part_podium"],
                **{c: table[c] for c in rangs[4:]},
            }
        ),
        unites={"fonction": "texte", **dict.fromkeys(rangs, "rang"), "part_podium": "part"},
        libelles={
            "fonction": "Fonction",
            "rang": "Rang (poids choisis)",
            "rang_p5": "Rang, 5\u00a0% des tirages au mieux",
            "rang_median": "Rang médian",
            "rang_p95": "Rang, 95\u00a0% des tirages",
            "part_podium": "Tirages aux rangs 1 à 3",
            "rang_min_10": "Meilleur rang à ±10 points",
            "rang_max_10": "Pire rang à ±10 points",
        },
        perimetre=mentions.perimetre_bloc(priorites.integration.dossier.territoire),
        source=f"{SOURCE} ; {stabilite.tirages} tirages, graine {stabilite.graine}",
        statuts="estime",
        note="Rang sur la note seule, sans la règle du socle. Les ex æquo partagent le meilleur rang.",
    )
