"""Les coûts déclarés et ce qu'on en montre : le seul endroit où un coût par fonction et par entité se masque.

Deux règles, hors du profil consultant : une case portée par moins d'agents que le seuil du dossier ne se montre pas, ni
ce qui permettrait de la recalculer ; et, sauf accord du territoire, le coût d'une commune ne se lit ni directement, ni
dans un total que moins de trois communes composent.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mutunb import referentiel
from mutunb.calculs import mentions
from mutunb.calculs.declarations import source
from mutunb.calculs.effectifs import Effectifs
from mutunb.calculs.masquage import TOTAL, masquer
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier
from mutunb.dossier.confidentialite import ENTITES_MIN, est_consultant
from mutunb.erreurs import ErreurDonnees


@dataclass(frozen=True)
class CoutsDeclares:
    """Coûts de personnel déclarés (€/an) : fonctions puis « Total » × rang des entités répondantes puis « Total ».

    ``masque`` est vrai là où un lecteur autre que le consultant ne doit rien lire.
    """

    valeurs: pd.DataFrame
    masque: pd.DataFrame


def seuil_agents(dossier: Dossier) -> int:
    """Nombre d'agents sous lequel une case ne se montre pas."""
    return dossier.reglages.seuil_confidentialite


def couts_declares(effectifs: Effectifs) -> CoutsDeclares | None:
    """Coûts déclarés et leur masque ; ``None`` si aucune entité n'a déclaré de poste support."""
    declares = effectifs.declares
    presentes = [] if declares is None else [f for f in referentiel.fonctions() if declares.agents[f].sum() > 0]
    if not presentes:
        return None
    entites = declares.repondants[declares.repondants].index
    couts, agents = (
        table.loc[entites, presentes].T.rename_axis(index="fonction", columns="entite")
        for table in (declares.couts, declares.agents)
    )
    valeurs = couts.assign(**{TOTAL: couts.sum(axis=1, min_count=1)})
    valeurs.loc[TOTAL] = valeurs.sum(min_count=1)
    masque = _petits_effectifs(couts, agents, seuil_agents(effectifs.dossier))
    masque = masque.reindex(index=valeurs.index, columns=valeurs.columns, fill_value=True)
    if not effectifs.dossier.reglages.diffusion_financiere:
        masque |= _finances_des_communes(valeurs, effectifs)
    return CoutsDeclares(valeurs, masque)


def _petits_effectifs(couts: pd.DataFrame, agents: pd.DataFrame, seuil: int) -> pd.DataFrame:
    """Masque des petits effectifs ; tout, s'il y a trop peu de cases pour cacher les unes sous les autres."""
    try:
        return masquer(couts, agents, seuil).masque
    except ErreurDonnees:
        return pd.DataFrame(True, index=[*couts.index, TOTAL], columns=[*couts.columns, TOTAL])


def _finances_des_communes(valeurs: pd.DataFrame, effectifs: Effectifs) -> pd.DataFrame:
    """Vrai pour le coût d'une commune, et pour un ensemble que moins de trois communes composent."""
    masque = pd.DataFrame(False, index=valeurs.index, columns=valeurs.columns)
    communes = [c for c in valeurs.columns if c != TOTAL and effectifs.entites.at[c, "genre"] == "commune"]
    masque[communes] = valeurs[communes].fillna(0).ne(0)
    combien = masque[communes].sum(axis=1)
    masque[TOTAL] = combien.between(1, ENTITES_MIN - 1)
    masque.loc[TOTAL, TOTAL] |= masque[TOTAL].any()
    return masque


def fonctions_masquees(effectifs: Effectifs) -> frozenset[str]:
    """Fonctions dont le coût total, même mêlé d'estimations, en dirait trop."""
    couts = couts_declares(effectifs)
    masquees = set() if couts is None else set(couts.masque.index[couts.masque[TOTAL]]) - {TOTAL}
    hors_personnel = effectifs.entites.loc[effectifs.communes, "si_hors_personnel_declare"].notna().sum()
    if 0 < hors_personnel < ENTITES_MIN and not effectifs.dossier.reglages.diffusion_financiere:
        masquees.add("systemes_information")
    return frozenset(masquees)


def tableau_couts_declares(effectifs: Effectifs) -> Tableau | None:
    """Coûts de personnel déclarés par fonction : l'EPCI et l'ensemble, et chaque commune pour qui a le droit de les lire."""
    couts = couts_declares(effectifs)
    if couts is None:
        return None
    dossier = effectifs.dossier
    detail = est_consultant() or dossier.reglages.diffusion_financiere
    montrees = [c for c in couts.valeurs if detail or c == TOTAL or effectifs.entites.at[c, "genre"] == "epci"]
    libelles = {c: "Ensemble" if c == TOTAL else effectifs.entites.at[c, "nom"] for c in montrees}
    noms = {c: "ensemble" if c == TOTAL else f"entite_{effectifs.entites.at[c, 'siren']}" for c in montrees}
    donnees = couts.valeurs[montrees].rename(columns=noms).reset_index(names="fonction")
    donnees["fonction"] = [f if f == TOTAL else referentiel.fonction(f).libelle_court for f in donnees["fonction"]]
    return Tableau(
        id="effectifs_couts_declares",
        titre="Coûts de personnel déclarés par fonction",
        donnees=donnees,
        unites={"fonction": "texte", **dict.fromkeys(noms.values(), "eur_an")},
        libelles={"fonction": "Fonction", **{noms[c]: libelles[c] for c in montrees}},
        perimetre=f"entités de {mentions.perimetre_bloc(dossier.territoire)} qui ont répondu",
        source=source(dossier),
        statuts="declare",
        note=f"Masqué : moins de {seuil_agents(dossier)} agents l'expliqueraient, le total permettrait de recalculer une "
        "case masquée, ou trop peu de communes le composent. Un coût non fourni n'entre dans aucun total.",
        total=True,
        masque=couts.masque[montrees].rename(columns=noms).reset_index(drop=True),
    )
