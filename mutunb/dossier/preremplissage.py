"""Ce que les données publiques permettent d'écrire d'avance dans le questionnaire : des lignes prêtes à compléter."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

from mutunb import referentiel
from mutunb.territoires import Territoire
from mutunb.territoires.modeles import COUVERTURE_MINIMALE

#: début de la source d'une valeur pré-remplie : une donnée publique, non une réponse du territoire
SOURCE_PUBLIQUE = "Donnée publique"
#: qui répond à l'enquête d'appétence, séparément : l'élu et la direction de chaque commune, et ceux de l'EPCI
REPONDANTS, REPONDANTS_EPCI = ("maire", "dgs"), ("president", "dgs")
_FAMILLE_FONDATRICE = "pilier"

#: nom de champ → valeur telle que la table la garde (code, nombre, texte)
Ligne = Mapping[str, object]


def preremplir(territoire: Territoire) -> Mapping[str, tuple[Ligne, ...]]:
    """Lignes connues d'avance, par feuille ; une valeur inconnue n'y figure pas.

    Parameters
    ----------
    territoire : Territoire
        Données publiques de l'EPCI et de ses communes.

    Notes
    -----
    Les comptes ne sont repris que s'ils sont entiers et vérifiés (``ofgl_qualite`` = ok). Les attributions de
    compensation ne sont demandées qu'en fiscalité professionnelle unique. Tout ce qui est écrit d'avance est public :
    un classeur commun à plusieurs entités n'apprend rien à l'une sur l'autre.
    """
    communes = [(ligne["siren"], ligne["nom"]) for _, ligne in territoire.communes.iterrows()]
    entites = [(territoire.siren, territoire.nom), *communes]
    fondatrices = [f.id for f in referentiel.fonctions().values() if f.famille == _FAMILLE_FONDATRICE]
    lignes = {
        "entites": _entites(territoire),
        "qualite": [
            {"siren": siren, "collectivite": nom, "fonction": fonction}
            for siren, nom in entites
            for fonction in fondatrices
        ],
        "appetence": [
            {"siren": siren, "collectivite": nom, "fonction": fonction, "repondant": repondant}
            for siren, nom in entites
            for fonction in fondatrices
            for repondant in (REPONDANTS_EPCI if siren == territoire.siren else REPONDANTS)
        ],
        "compensations": [
            {"siren": siren, "collectivite": nom, "exercice": territoire.millesime.comptes}
            for siren, nom in communes
            if territoire.regime_fiscal == "FPU"
        ],
        "dgf": [_dgf(territoire)],
    }
    return MappingProxyType({feuille: tuple(map(MappingProxyType, contenu)) for feuille, contenu in lignes.items()})


def _entites(territoire: Territoire) -> list[dict[str, object]]:
    exercice = territoire.millesime.comptes
    epci = {"siren": territoire.siren, "nom": territoire.nom, "nature": "epci"}
    if territoire.epci["ofgl_couverture_pop"] >= COUVERTURE_MINIMALE:
        epci |= _personnel(territoire.epci["frais_personnel"], exercice, "budgets principaux et annexes consolidés")
    communes = [
        {"siren": ligne["siren"], "nom": ligne["nom"], "nature": "commune"}
        | (_personnel(ligne["frais_personnel"], exercice, "budget principal") if ligne["ofgl_qualite"] == "ok" else {})
        for _, ligne in territoire.communes.iterrows()
    ]
    return [epci, *communes]


def _personnel(montant: float, exercice: int, perimetre: str) -> dict[str, object]:
    """Frais de personnel du compte, avec leur exercice et leur source ; rien s'ils sont inconnus."""
    if pd.isna(montant):
        return {}
    source = (
        f"{SOURCE_PUBLIQUE} : frais de personnel {exercice}, {perimetre} (OFGL d'après DGFiP), "
        "à rapprocher du chapitre 012"
    )
    return {"charges_personnel_eur": float(montant), "exercice": exercice, "source": source}


def _dgf(territoire: Territoire) -> dict[str, object]:
    annee, epci = territoire.millesime.dgf, territoire.epci
    colonnes = {
        "cif": "cif_2025",
        "potentiel_fiscal_eur": "potentiel_fiscal_2025",
        "potentiel_fiscal_hab_eur": "potentiel_fiscal_hab_2025",
        "population_dgf": "pop_dgf_2025",
    }
    connus = {champ: float(epci[colonne]) for champ, colonne in colonnes.items() if pd.notna(epci[colonne])}
    source = {"source": f"{SOURCE_PUBLIQUE} : critères de répartition de la DGF {annee} (DGCL)"} if connus else {}
    return {"siren": territoire.siren, "exercice": annee} | connus | source
