"""Les tableaux de conformité des mutualisations existantes : le bilan, ce qu'il faut corriger, la grille entière."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.conformite import A_ETABLIR, NON, OUI, SANS_OBJET, Conformite
from mutunb.calculs.declarations import source
from mutunb.calculs.tableau import Tableau

LIBELLES_REPONSES: Mapping[str, str] = MappingProxyType(
    {OUI: "Oui", NON: "Non", A_ETABLIR: "À établir", SANS_OBJET: "Sans objet"}
)


def tableau_mutualisations(conformite: Conformite | None) -> Tableau | None:
    """Une ligne par mutualisation : porteur, bénéficiaires, terme, et le compte des réponses ; ``None`` sans convention."""
    if conformite is None:
        return None
    table = conformite.mutualisations
    nombres = ["beneficiaires", *LIBELLES_REPONSES]
    return Tableau(
        id="mutualisations",
        titre="Les mutualisations existantes et leur conformité",
        donnees=pd.DataFrame(
            {
                "mutualisation": table["libelle"],
                "porteur": table["porteur"],
                "beneficiaires": table["beneficiaires"],
                "terme": ["sans terme" if pd.isna(fin) else formats.date(fin.date()) for fin in table["fin"]],
                **{reponse: table[reponse] for reponse in LIBELLES_REPONSES},
            }
        ),
        unites={**dict.fromkeys(("mutualisation", "porteur", "terme"), "texte"), **dict.fromkeys(nombres, "nombre")},
        libelles={
            "mutualisation": "Mutualisation",
            "porteur": "Porteur",
            "beneficiaires": "Bénéficiaires",
            "terme": "Terme",
            **LIBELLES_REPONSES,
        },
        perimetre=mentions.perimetre_bloc(conformite.dossier.territoire),
        source=source(conformite.dossier),
        statuts="declare",
        note="Quinze contrôles par mutualisation. « À établir » : personne n'a encore répondu ; ce n'est pas un défaut.",
    )


def tableau_corrections(conformite: Conformite | None) -> Tableau | None:
    """Ce qui manque, le remède et l'échéance proposée, la plus proche d'abord ; ``None`` si rien n'est à corriger."""
    if conformite is None or conformite.manques.empty:
        return None
    manques = conformite.manques
    libelles = conformite.mutualisations.set_index("id")["libelle"]
    controles = referentiel.controles()
    return Tableau(
        id="mutualisations_corrections",
        titre="Ce qu'il faut corriger dans les conventions en cours",
        donnees=pd.DataFrame(
            {
                "mutualisation": [libelles[m] for m in manques["mutualisation"]],
                "controle": [f"{c}. {controles[c].question}" for c in manques["controle"]],
                "constat": [raison or "déclaré non conforme" for raison in manques["raison"]],
                "remede": manques["remede"],
                "echeance": [formats.date(jour) for jour in manques["echeance"]],
            }
        ),
        unites=dict.fromkeys(("mutualisation", "controle", "constat", "remede", "echeance"), "texte"),
        libelles={
            "mutualisation": "Mutualisation",
            "controle": "Contrôle",
            "constat": "Constat",
            "remede": "Remède",
            "echeance": "Échéance proposée",
        },
        perimetre=mentions.perimetre_bloc(conformite.dossier.territoire),
        source=f"{source(conformite.dossier)} ; référentiel mutunb (grille de conformité, niveau B)",
        statuts={},
        note="Échéances proposées par mutunb (usage), à arbitrer. Ce relevé ne remplace pas un avis juridique.",
    )


def tableau_grille(conformite: Conformite | None) -> Tableau | None:
    """La grille entière : une ligne par contrôle, une colonne par mutualisation ; ``None`` sans convention."""
    if conformite is None:
        return None
    controles = referentiel.controles()
    croise = conformite.reponses.pivot(index="controle", columns="mutualisation", values="reponse").reindex(list(controles))
    identifiants = conformite.mutualisations["id"].tolist()
    textes = croise[identifiants].map(LIBELLES_REPONSES.__getitem__).reset_index(drop=True)
    question = pd.Series([f"{id}. {c.question}" for id, c in controles.items()], name="question")
    libelles = dict(zip(identifiants, conformite.mutualisations["libelle"], strict=True))
    return Tableau(
        id="mutualisations_grille",
        titre="La grille de conformité, contrôle par contrôle",
        donnees=pd.concat([question, textes], axis=1),
        unites=dict.fromkeys(("question", *identifiants), "texte"),
        libelles={"question": "Contrôle", **libelles},
        perimetre=mentions.perimetre_bloc(conformite.dossier.territoire),
        source=source(conformite.dossier),
        statuts={},
        note="« Sans objet » : l'instrument ou la fonction n'est pas concerné par ce contrôle.",
    )
