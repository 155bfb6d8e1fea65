"""La notice de l'échantillon embarqué : quels territoires, d'où viennent les chiffres, ce que dit chaque colonne."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mutunb import formats
from mutunb.territoires import schema
from mutunb.territoires.magasin_echantillon import COMPLET, TABLES
from mutunb.territoires.modeles import Millesime

NOM = "LISEZMOI.md"
MENTION = (
    "Sources : DGCL, INSEE, OFGL (comptes DGFiP {comptes}), BANATIC, DECP, IGN ADMIN EXPRESS — Licence Ouverte 2.0 ; "
    "plan M57 : A. Bauzac, CC BY 4.0"
)
#: source → (version relevée, ce qu'elle date)
PROVENANCES = {
    "DGCL": ("datagouv/decoupage-administratif @98976e5f29e6, sources/epcicom.xlsx, feuille Epcicom2025",
             "périmètre au 01/01/2025, population légale 2022"),
    "COG": ("@etalab/decoupage-administratif 6.0.0", "communes étiquetées 2026, population municipale 2023"),
    "OFGL-C": ("export API ofgl-base-communes, MrPognon/MonPognon @02251af2771e",
               "comptes 2024 ; base du 15/07/2026 (du 30/07/2025 pour 18, 28, 36, 37, 41 et 45)"),
    "OFGL-G": ("export API ofgl-base-gfp-consolidee, MrPognon/MonPognon @02251af2771e",
               "comptes 2024 ; base du 25/07/2025"),
    "DGF": ("chloe-dupeyron/ADEME-transition-data-analysis @665ff9d80a97, tete_epci_clean.csv",
            "DGF 2025, 425 EPCI seulement"),
    "BAN": ("incubateur-ademe/territoires-en-transitions @dbb36dc375c0, 05-competence_banatic.sql",
            "nomenclature 2021, versé le 19/09/2024"),
    "DECP": ("Abdoutzo/DETECTION-DE-RISQUES-… @c2ab0744c4ff, API tabulaire data.gouv.fr",
             "notifications du 01/07/2024 au 01/01/2025"),
    "GEO": ("suitenumerique/st-home @64a7c406326c, communes_par_departement", "2025"),
}


def rediger(epci: pd.DataFrame, raisons: Mapping[str, str], millesime: Millesime) -> str:
    """Texte Markdown de la notice."""
    return "\n".join(
        [
            "# Échantillon embarqué : des territoires réels",
            "",
            "Dossier produit par `python -m mutunb.territoires.echantillon --depuis DOSSIER` : rien ne s'y modifie à la main.",
            "",
            f"Millésime : {millesime}. Chiffres repris tels quels de leurs sources : aucune valeur n'est inventée ni "
            "estimée, une cellule vide est une donnée absente à la source.",
            "",
            f"> « {MENTION.format(comptes=millesime.comptes)} »",
            "",
            *_territoires(epci, raisons),
            "",
            *_fichiers(epci),
            "",
            *_sources(),
            "",
            *_colonnes(),
            "",
        ]
    )


def _territoires(epci: pd.DataFrame, raisons: Mapping[str, str]) -> list[str]:
    lignes = epci[epci["detail"] == COMPLET].set_index("epci_siren")
    corps = [
        f"| {siren} | {ligne['nom']} | {ligne['nature']} | {ligne['regime_fiscal']} | {ligne['dep_siege']} "
        f"| {formats.nombre(ligne['nb_communes'])} | {formats.nombre(ligne['pop_municipale_2025'])} | {raison} |"
        for siren, raison in raisons.items()
        for ligne in [lignes.loc[siren]]
    ]
    return [
        "## Territoires complets",
        "",
        "| SIREN | Nom | Nature | Régime | Siège | Communes | Population municipale | Apport |",
        "|---|---|---|---|---|---:|---:|---|",
        *corps,
    ]


def _fichiers(epci: pd.DataFrame) -> list[str]:
    comparables = int((epci["detail"] != COMPLET).sum())
    return [
        "## Fichiers",
        "",
        "CSV en UTF-8, séparateur point-virgule, point décimal. SIREN, INSEE et département sont des textes.",
        "",
        f"- `epci.csv` : les territoires complets, puis {formats.nombre(comparables)} comparables (`detail`) : les "
        "plus proches de chacun dans son groupe (nature et régime), ligne d'EPCI seule.",
        "- `communes.csv` : toutes les communes des territoires complets.",
        "- `normes.csv` : distribution nationale de chaque critère et indicateur, par groupe et dans l'ensemble.",
        "- `ept.csv` : les établissements publics territoriaux du Grand Paris, pour les reconnaître.",
        "- `millesime.json` : dates du jeu de données.",
    ]


def _sources() -> list[str]:
    corps = [
        f"| {sigle} | {schema.SOURCES[sigle]} | {version} | {date} |" for sigle, (version, date) in PROVENANCES.items()
    ]
    return [
        "## Sources",
        "",
        "Toutes sous Licence Ouverte 2.0 (Etalab).",
        "",
        "| Sigle | Source | Version relevée | Millésime |",
        "|---|---|---|---|",
        *corps,
    ]


def _colonnes() -> list[str]:
    lignes = ["## Colonnes"]
    for nom, colonnes in TABLES.items():
        lignes += ["", f"### {nom}.csv", "", "| Colonne | Unité | Source | Contenu |", "|---|---|---|---|"]
        lignes += [f"| `{c.nom}` | {c.unite} | {c.source} | {c.libelle} |" for c in colonnes]
    return lignes
