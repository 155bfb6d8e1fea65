"""Les tableaux des priorités : le classement, sa stabilité, les signaux qui l'ont déplacé."""

from __future__ import annotations

import pandas as pd

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


def tableau_priorites(priorites: Priorites) -> Tableau:
    """Le classement : portée, note et axes de chaque fonction."""
    table = priorites.table
    chiffres = ["note", "potentiel_gain", "effet_structurant", "facilite"]
    requis = {"fort": "forte", "moyen": "moyenne", "faible": "faible"}
    return Tableau(
        id="priorites",
        titre="Fonctions à étudier, par ordre de priorité",
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
            "non_classes": "Axes non classés",
            "integration": "Intégration requise",
        },
        perimetre=mentions.perimetre_bloc(priorites.integration.dossier.territoire),
        source=SOURCE,
        statuts="estime",
        note="Un axe non classé par la source prend le milieu de l'échelle et pèse comme une incertitude dans le test de "
        "stabilité : il n'est ni faible ni nul. L'appétence des maires et des directions n'est pas encore recueillie.",
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
            "rang_p5": "Rang, 5 % des tirages au mieux",
            "rang_median": "Rang médian",
            "rang_p95": "Rang, 95 % des tirages",
            "part_podium": "Tirages aux rangs 1 à 3",
            "rang_min_10": "Meilleur rang à ±10 points",
            "rang_max_10": "Pire rang à ±10 points",
        },
        perimetre=mentions.perimetre_bloc(priorites.integration.dossier.territoire),
        source=f"{SOURCE} ; {stabilite.tirages} tirages, graine {stabilite.graine}",
        statuts="estime",
        note="Rang sur la note seule, sans la règle du socle. Les ex æquo partagent le meilleur rang.",
    )
