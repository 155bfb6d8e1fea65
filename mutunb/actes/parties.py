"""Les parties d'un acte : l'EPCI, les communes, leurs comités sociaux, et comment on les nomme en droit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mutunb import formats
from mutunb.actes.manques import a_completer
from mutunb.calculs import mentions
from mutunb.calculs.comites import CENTRE, COMMUN, PROPRE, comites_competents
from mutunb.calculs.declarations import feuille
from mutunb.dossier import Dossier
from mutunb.territoires import Territoire


@dataclass(frozen=True)
class Nature:
    """Comment un EPCI se nomme dans un acte."""

    appellation: str
    organe: str
    prefixe: str = ""
    nom_entier: str = ""


NATURES = {
    "CC": Nature("la communauté de communes", "le conseil communautaire", "CC ", "Communauté de communes "),
    "CA": Nature("la communauté d'agglomération", "le conseil communautaire", "CA ", "Communauté d'agglomération "),
    "CU": Nature("la communauté urbaine", "le conseil communautaire", "CU ", "Communauté urbaine "),
    "METRO": Nature("la métropole", "le conseil de la métropole"),
    "MET69": Nature("la métropole", "le conseil de la métropole"),
}
RESERVE_LYON = "fondement propre à la Métropole de Lyon, collectivité à statut particulier, à confirmer"
_COMITES = {
    PROPRE: "Comité social territorial propre à l'employeur",
    COMMUN: "Comité social territorial commun",
    CENTRE: "Comité social territorial du centre de gestion",
    None: a_completer("comité compétent (propre à partir de 50 agents, sinon celui du centre de gestion)"),
}
_VOYELLES = "AEIOUYÉÈÊÎÔaeiouéèêîô"


def nom_entier(territoire: Territoire) -> str:
    """« Communauté de communes du Thouarsais » ; le nom tel quel s'il n'est pas abrégé."""
    nature = NATURES[territoire.nature]
    if nature.prefixe and territoire.nom.startswith(nature.prefixe):
        return nature.nom_entier + territoire.nom.removeprefix(nature.prefixe)
    return territoire.nom


def le_nom(territoire: Territoire) -> str:
    """« la Communauté de communes du Thouarsais », « Brest Métropole »."""
    entier = nom_entier(territoire)
    return f"la {entier}" if entier.startswith(mentions.FORMES_AVEC_ARTICLE) else entier


def commune_de(nom: str) -> str:
    """« Commune d'Orvenne », « Commune du Mans », « Commune des Essarols ».

    Examples
    --------
    >>> [commune_de(nom) for nom in ("Orvenne", "Le Mans", "Les Essarols", "La Ferrolle")]
    ["Commune d'Orvenne", 'Commune du Mans', 'Commune des Essarols', 'Commune de La Ferrolle']
    """
    for article, contraction in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return f"Commune {contraction}{nom.removeprefix(article)}"
    return f"Commune d'{nom}" if nom[:1] in _VOYELLES and nom else f"Commune de {nom}"


def epci(dossier: Dossier) -> dict[str, Any]:
    """Variables ``epci``."""
    territoire = dossier.territoire
    nature = NATURES[territoire.nature]
    return {
        "nom": nom_entier(territoire),
        "le_nom": le_nom(territoire),
        "le_nom_majuscule": f"{le_nom(territoire)[:1].upper()}{le_nom(territoire)[1:]}",
        "siren": territoire.siren,
        "appellation": nature.appellation,
        "organe": nature.organe,
        "siege": a_completer("adresse du siège de l'EPCI"),
        "executif": "son président",
        "nom_executif": a_completer("nom du président de l'EPCI"),
        "deliberation": a_completer("délibération de l'EPCI, n° et date"),
        "reserve": a_completer(RESERVE_LYON) if territoire.nature == "MET69" else "",
        "regime": "fiscalité professionnelle unique" if territoire.regime_fiscal == "FPU" else "fiscalité additionnelle",
    }


def communes(dossier: Dossier, perimetre: Collection[str]) -> pd.DataFrame:
    """Communes du périmètre, par code INSEE : lignes du territoire."""
    table = dossier.territoire.communes
    return table[table["siren"].isin(perimetre)].reset_index(drop=True)


def identite(commune: pd.Series) -> dict[str, Any]:
    """Ce qu'un acte dit d'une commune, avant tout chiffre."""
    return {
        "nom": commune["nom"],
        "siren": commune["siren"],
        "population": formats.nombre(commune["pop_municipale_2025"]),
        "maire": a_completer("nom du maire"),
        "deliberation": a_completer("délibération, n° et date"),
    }


def etablissements(dossier: Dossier, perimetre: Collection[str]) -> list[str]:
    """Établissements déclarés rattachés à une partie : c'est au territoire de dire s'ils entrent dans le service."""
    lues = feuille(dossier, "entites")
    if lues is None:
        return []
    rattaches = lues[lues["rattachement"].isin(perimetre) & lues["nature"].isin(["ccas", "cias", "caisse_ecoles", "regie"])]
    return [f"{nom} : {a_completer(f'{nom}, partie à la convention, oui ou non')}" for nom in rattaches["nom"]]


def comites(dossier: Dossier, perimetre: Collection[str]) -> list[dict[str, str]]:
    """Comités à consulter : un par employeur qui a le sien, un pour tous ceux du centre de gestion."""
    table = comites_competents(dossier, perimetre).table
    lignes = []
    for employeur in table[table["comite"].eq(PROPRE)].itertuples():
        lignes.append(_comite(PROPRE, f"{employeur.nom}{_effectif(employeur)}", f"l'avis ({employeur.nom})"))
    for genre in (COMMUN, CENTRE, None):
        groupe = table[table["comite"].isna() if genre is None else table["comite"].eq(genre)]
        if len(groupe):
            quoi = {COMMUN: "l'avis (comité commun)", CENTRE: "l'avis (centre de gestion)"}.get(
                genre, "l'avis (employeurs à l'effectif incertain)"
            )
            reserve = " (effectif en partie estimé, à confirmer)" if groupe["statut"].ne("declare").any() else ""
            lignes.append(_comite(genre, f"{', '.join(groupe['nom'])}{reserve}", quoi))
    return lignes


def _comite(genre: str | None, employeurs: str, quoi: str) -> dict[str, str]:
    return {"nom": _COMITES[genre], "employeurs": employeurs, "avis": a_completer(f"date et sens de {quoi}")}


def _effectif(employeur: Any) -> str:
    if employeur.statut != "declare" or pd.isna(employeur.agents):
        return " (effectif estimé, à confirmer)"
    return f" ({formats.pluriel(int(employeur.agents), 'agent déclaré', 'agents déclarés')})"


def affiliations(dossier: Dossier, perimetre: Collection[str]) -> str:
    """Parties affiliées d'office au centre de gestion, d'après le questionnaire."""
    lues = feuille(dossier, "entites")
    connues = None if lues is None else lues[lues["siren"].isin(perimetre)].dropna(subset="affiliation_cdg")
    if connues is None or connues.empty:
        return a_completer("communes et établissements affiliés d'office au centre de gestion")
    nommees = connues["nom"].fillna(connues["siren"])  # un nom illisible ou laissé vide dans le classeur
    affilies = nommees[connues["affiliation_cdg"].eq("obligatoire")].tolist()
    texte = ", ".join(affilies) or "aucune parmi celles qui ont répondu"
    sans_reponse = set(perimetre) - set(connues["siren"])
    return f"{texte} ; {a_completer('affiliation des parties qui n’ont pas répondu')}" if sans_reponse else texte


def signataires(dossier: Dossier, perimetre: Collection[str]) -> list[dict[str, str]]:
    """Un cadre de signature par partie."""
    lignes = [{"nom": nom_entier(dossier.territoire), "qualite": "Le président"}] if dossier.territoire.siren in perimetre else []
    return lignes + [{"nom": commune_de(nom), "qualite": "Le maire"} for nom in communes(dossier, perimetre)["nom"]]
