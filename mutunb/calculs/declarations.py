"""Les réponses d'un territoire, prêtes pour un calcul : une feuille du questionnaire, ou rien si personne n'a répondu."""

from __future__ import annotations

import pandas as pd

from mutunb.calculs import mentions
from mutunb.dossier import Dossier
from mutunb.dossier.memoire import une_fois
from mutunb.dossier.reponses import reponses

#: feuilles dont l'exercice date les réponses
FEUILLES_DATEES = ("effectifs", "entites", "activite", "couts", "compensations", "dgf")


def feuille(dossier: Dossier, nom: str) -> pd.DataFrame | None:
    """Réponses d'une feuille du questionnaire ; ``None`` sans dossier client ou si rien n'y est répondu.

    Une ligne restée telle qu'elle fut pré-remplie n'est pas une réponse.
    """
    table = _lignes(dossier, nom)
    return None if table is None else table.copy()


@une_fois
def _lignes(dossier: Dossier, nom: str) -> pd.DataFrame | None:
    collecte = dossier.collecte
    table = None if collecte is None else reponses(collecte, nom, dossier.territoire)
    return None if table is None or table.empty else table.reset_index(drop=True)


def a_repondu(dossier: Dossier) -> bool:
    """Vrai si au moins une feuille du questionnaire porte une ligne."""
    return dossier.collecte is not None and any(len(table) for table in dossier.collecte.tables.values())


def annee_reference(dossier: Dossier) -> int:
    """Dernier exercice déclaré ; à défaut, celui des comptes publics."""
    annees = [table["exercice"].max() for nom in FEUILLES_DATEES if (table := feuille(dossier, nom)) is not None]
    connues = [int(annee) for annee in annees if pd.notna(annee)]
    return max(connues, default=dossier.territoire.millesime.comptes)


def source(dossier: Dossier) -> str:
    """Source d'un chiffre déclaré : « questionnaire rempli par les collectivités, exercice 2025 »."""
    texte = f"questionnaire rempli par les collectivités, exercice {annee_reference(dossier)}"
    return f"{mentions.INVENTES} ; {texte}" if mentions.est_fictif(dossier.territoire) else texte


def noms_des_communes(dossier: Dossier) -> dict[str, str]:
    """SIREN → nom de chaque commune membre."""
    communes = dossier.territoire.communes
    return dict(zip(communes["siren"], communes["nom"], strict=True))


def noms_des_entites(dossier: Dossier) -> dict[str, str]:
    """SIREN → nom de l'EPCI et de chaque commune membre."""
    return {dossier.territoire.siren: dossier.territoire.nom, **noms_des_communes(dossier)}


def cif_declare(dossier: Dossier) -> float:
    """CIF de la fiche DGF la plus récente que l'EPCI a fournie ; NaN sinon."""
    fiches = feuille(dossier, "dgf")
    if fiches is None:
        return float("nan")
    connues = fiches[fiches["siren"].eq(dossier.territoire.siren)].dropna(subset="cif").sort_values("exercice")
    return float("nan") if connues.empty else float(connues["cif"].iloc[-1])


def source_cif(dossier: Dossier) -> str:
    """Source du CIF : la fiche DGF fournie, sinon les données ouvertes."""
    fournie = pd.notna(cif_declare(dossier))
    return "fiche individuelle DGF fournie par l'EPCI" if fournie else mentions.dotations(dossier.territoire)
