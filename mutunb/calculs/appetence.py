"""Appétence : ce que les maires et les directions disent vouloir mettre en commun, et ce qu'ils veulent garder.

Par fonction : intérêt médian des maires et des directions, dispersion, non-réponses, lignes rouges ; jamais une moyenne.
Une ligne rouge partagée par plus d'un tiers des communes qui ont répondu écarte la forme concernée, pas la fonction.

Seule la réponse d'une commune compte ; celle de l'EPCI n'entre ni dans les médianes ni dans les parts, celle de son
président se lit à part (celle de sa direction désignerait une personne : elle reste dans les réponses). Les formes qu'une ligne rouge écarte sont un choix de mutunb (niveau B), affiché avec le résultat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.declarations import feuille
from mutunb.dossier import Dossier

MAIRE, DIRECTION = "maire", "direction"
#: répondants qui parlent pour la direction de la commune
DIRECTIONS = frozenset({"dgs", "secretaire"})
#: répondant qui parle pour l'EPCI
PRESIDENT = "president"
#: part des communes répondantes au-delà de laquelle une ligne rouge écarte une forme
SEUIL_LIGNE_ROUGE = 1 / 3
#: écart d'intérêt ou de satisfaction, dans une même commune, qui appelle une discussion
ECART_NOTABLE = 2
#: part des communes qui doivent avoir répondu pour que l'intérêt médian pèse dans les priorités
REPONSES_MINIMALES = 1 / 3
#: ligne rouge → formes qu'elle écarte ; vide : une clause de convention y répond
FORMES_ECARTEES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "accueil": ("service_commun",),
        "proximite": ("service_commun",),
        "agent_nomme": ("service_commun",),
        "confidentialite_donnees": ("service_commun", "prestation"),
        "choix_fournisseur": ("groupement",),
        "decision": (),
        "signature": (),
        "autre": (),
    }
)


@dataclass(frozen=True)
class Appetence:
    """Réponses d'appétence d'un territoire.

    Attributes
    ----------
    table : DataFrame
        Une ligne par fonction interrogée : ``fonction``, ``communes`` (répondantes), ``non_reponses`` (communes dont
        le maire ne s'est pas exprimé), ``interet_maire, interet_direction`` (médianes, 0–4), ``q1, q3`` (intérêt de
        tous les répondants), ``interet`` (moyenne des deux médianes, ou celle qu'on connaît), ``rouges`` (communes qui posent au moins
        une ligne rouge), ``part_rouges``, ``ecart_interet, ecart_satisfaction`` (médiane de direction − maire, par
        commune), ``desaccords`` (communes où l'écart d'intérêt atteint :data:`ECART_NOTABLE`), ``couples`` (communes
        où les deux ont répondu), ``interet_epci`` (réponse du président, hors de tous les autres chiffres ; NaN sans elle).
    lignes_rouges : DataFrame
        ``fonction, ligne_rouge, communes`` (qui la posent), ``repondantes, part, formes`` (écartées, tuple vide sinon).
    """

    dossier: Dossier
    table: pd.DataFrame
    lignes_rouges: pd.DataFrame

    def formes_ecartees(self, fonction: str) -> tuple[str, ...]:
        """Formes que les lignes rouges des communes écartent pour cette fonction."""
        siennes = self.lignes_rouges[self.lignes_rouges["fonction"] == fonction]
        return tuple(dict.fromkeys(forme for formes in siennes["formes"] for forme in formes))

    def note(self, fonction: str) -> float:
        """Axe d'appétence (0–4) : moyenne des médianes des maires et des directions ; NaN sous un tiers de répondantes."""
        lignes = self.table[self.table["fonction"] == fonction]
        if lignes.empty or lignes["communes"].iloc[0] < REPONSES_MINIMALES * len(self.dossier.territoire.communes):
            return np.nan
        return float(lignes["interet"].iloc[0])


def mesurer_appetence(dossier: Dossier) -> Appetence | None:
    """Appétence des communes du territoire ; ``None`` si elle n'est pas recueillie."""
    lues = feuille(dossier, "appetence")
    if lues is None:
        return None
    membres = dossier.territoire.communes["siren"]
    du_president = lues[lues["siren"].eq(dossier.territoire.siren) & lues["repondant"].eq(PRESIDENT)]
    lues = lues[lues["siren"].isin(membres) & lues["fonction"].isin(referentiel.fonctions())].copy()
    lues["voix"] = lues["repondant"].where(~lues["repondant"].isin(DIRECTIONS), DIRECTION)
    exprimees = lues[lues[["interet", "satisfaction"]].notna().any(axis=1) | lues["lignes_rouges"].notna()]
    if exprimees.empty:
        return None
    presentes = [f for f in referentiel.fonctions() if f in set(exprimees["fonction"])]
    groupes = {fonction: exprimees[exprimees["fonction"] == fonction] for fonction in presentes}
    table = pd.DataFrame([_ligne(fonction, lignes, len(membres)) for fonction, lignes in groupes.items()])
    table["interet_epci"] = table["fonction"].map(du_president.groupby("fonction")["interet"].median()).astype("float64")
    rouges = [ligne for fonction, lignes in groupes.items() for ligne in _rouges(fonction, lignes)]
    colonnes = ["fonction", "ligne_rouge", "communes", "repondantes", "part", "formes"]
    return Appetence(dossier, table, pd.DataFrame(rouges, columns=colonnes))


def _ligne(fonction: str, reponses: pd.DataFrame, membres: int) -> dict:
    interets = reponses["interet"].dropna()
    maires = reponses.loc[reponses["voix"] == MAIRE, ["siren", "interet"]].dropna()
    directions = reponses.loc[reponses["voix"] == DIRECTION, ["siren", "interet"]].dropna()
    repondantes = reponses["siren"].nunique()
    rouges = reponses.loc[reponses["lignes_rouges"].notna(), "siren"].nunique()
    ecarts = _ecarts(reponses)
    q1, q3 = interets.quantile([0.25, 0.75])
    return {
        "fonction": fonction,
        "communes": repondantes,
        "non_reponses": membres - maires["siren"].nunique(),
        "interet_maire": maires["interet"].median(),
        "interet_direction": directions["interet"].median(),
        "interet": pd.Series([maires["interet"].median(), directions["interet"].median()]).mean(),
        "q1": q1,
        "q3": q3,
        "rouges": rouges,
        "part_rouges": rouges / repondantes,
        "ecart_interet": ecarts["interet"].median(),
        "ecart_satisfaction": ecarts["satisfaction"].median(),
        "desaccords": int(ecarts["interet"].abs().ge(ECART_NOTABLE).sum()),
        "couples": int(ecarts["interet"].notna().sum()),
        "maires": maires["siren"].nunique(),
        "directions": directions["siren"].nunique(),
    }


def _ecarts(reponses: pd.DataFrame) -> pd.DataFrame:
    """Direction − maire, commune par commune ; NaN là où l'un des deux ne s'est pas exprimé."""
    champs = ["interet", "satisfaction"]
    par_voix = reponses.groupby(["voix", "siren"])[champs].median()
    lire = lambda voix: par_voix.xs(voix) if voix in par_voix.index.get_level_values(0) else par_voix.droplevel(0).head(0)  # noqa: E731
    return lire(DIRECTION) - lire(MAIRE)


def _rouges(fonction: str, reponses: pd.DataFrame) -> list[dict]:
    """Une ligne par ligne rouge posée, la plus partagée d'abord ; une commune compte une fois."""
    repondantes = reponses["siren"].nunique()
    posees = reponses[["siren", "lignes_rouges"]].dropna()
    posees = posees.assign(ligne_rouge=posees["lignes_rouges"].str.split(";")).explode("ligne_rouge")
    posees["ligne_rouge"] = posees["ligne_rouge"].str.strip()
    communes = posees[posees["ligne_rouge"].ne("")].groupby("ligne_rouge")["siren"].nunique()
    lignes = []
    for rouge, combien in sorted(communes.items(), key=lambda paire: (-paire[1], paire[0])):
        part = combien / repondantes
        formes = FORMES_ECARTEES.get(rouge, ()) if part > SEUIL_LIGNE_ROUGE else ()
        lignes.append(
            {
                "fonction": fonction,
                "ligne_rouge": rouge,
                "communes": int(combien),
                "repondantes": repondantes,
                "part": part,
                "formes": formes,
            }
        )
    return lignes
