"""Les coûts déclarés et ce qu'on en montre : le seul endroit où un coût par fonction et par entité se masque.

Trois règles, hors du profil consultant : une case portée par moins d'agents que le seuil du dossier ne se montre pas, ni
ce qui permettrait de la recalculer ; non plus qu'une case où un poste, ou une commune, pèse plus de 85 %
(:mod:`mutunb.calculs.dominance`) ; et, sauf accord du territoire, le coût d'une commune ne se lit ni directement, ni
dans un total que moins de trois communes composent. Ce qui se montre est arrondi au millier.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from mutunb import referentiel
from mutunb.calculs import mentions
from mutunb.calculs.additions import Additions
from mutunb.calculs.declarations import source
from mutunb.calculs.dominance import est_dominee
from mutunb.calculs.effectifs import Effectifs
from mutunb.calculs.effectifs_publies import TOUTES, cle, effectifs_publies, seuil_agents
from mutunb.calculs.masquage import TOTAL
from mutunb.calculs.tableau import Tableau
from mutunb.dossier.confidentialite import ENTITES_MIN, est_consultant


@dataclass(frozen=True)
class CoutsDeclares:
    """Coûts de personnel déclarés (€/an) : fonctions puis « Total » × rang des entités répondantes puis « Total ».

    ``masque`` est vrai là où un lecteur autre que le consultant ne doit rien lire.
    """

    valeurs: pd.DataFrame
    masque: pd.DataFrame


@lru_cache(maxsize=8)
def couts_declares(effectifs: Effectifs) -> CoutsDeclares | None:
    """Coûts déclarés et leur masque ; ``None`` si aucune entité n'a déclaré de poste support."""
    declares = effectifs.declares
    presentes = [] if declares is None else [f for f in referentiel.fonctions() if declares.agents[f].sum() > 0]
    if not presentes:
        return None
    entites = declares.repondants[declares.repondants].index
    couts = declares.couts.loc[entites, presentes].T.rename_axis(index="fonction", columns="entite")
    valeurs = couts.assign(**{TOTAL: couts.sum(axis=1, min_count=1)})
    valeurs.loc[TOTAL] = valeurs.sum(min_count=1)
    masquees = _additions(effectifs, couts).masquees(seuil_agents(effectifs.dossier))
    masque = pd.DataFrame(
        [[_cle(f, e) in masquees for e in valeurs.columns] for f in valeurs.index], valeurs.index, valeurs.columns
    )
    if not effectifs.dossier.reglages.diffusion_financiere:
        masque |= _finances_des_communes(valeurs, effectifs)
    return CoutsDeclares(valeurs, masque)


def _cle(fonction: str, entite: object) -> tuple:
    if fonction == TOTAL:
        return TOUTES if entite == TOTAL else cle(TOTAL, entite)
    return cle(fonction) if entite == TOTAL else cle(fonction, entite)


def _additions(effectifs: Effectifs, couts: pd.DataFrame) -> Additions:
    """Cases, totaux de fonction, totaux des entités montrées et total général."""
    additions, postes = Additions(), effectifs.declares.postes.dropna(subset="cout")
    postes = postes[postes["fonction"].isin(couts.index)]
    for fonction, ligne in couts.iterrows():
        siens = postes[postes["fonction"].eq(fonction)]
        for entite, cout in ligne.items():
            agents = effectifs.declares.agents.at[entite, fonction]
            additions.poser(_cle(fonction, entite), cout, agents, _a_cacher(effectifs, siens, fonction, entite))
        dominee = est_dominee(siens["cout"]) or _commune_domine(effectifs, ligne)
        additions.sommer(_cle(fonction, TOTAL), [_cle(fonction, e) for e in couts], sensible=dominee)
    for entite in _entites_montrees(effectifs, couts):
        siens = postes.loc[postes["entite"].eq(entite), "poste"]
        additions.sommer(_cle(TOTAL, entite), [_cle(f, entite) for f in couts.index], siens.nunique())
    tous = len(postes.drop_duplicates(["entite", "poste"]))
    additions.sommer(TOUTES, [_cle(f, TOTAL) for f in couts.index], tous)
    return additions


def _a_cacher(effectifs: Effectifs, siens: pd.DataFrame, fonction: str, entite: int) -> bool:
    """Vrai si un poste pèse presque tout dans la case, ou si son ETP est lui-même masqué."""
    masques = effectifs_publies(effectifs).etp
    dominee = est_dominee(siens.loc[siens["entite"].eq(entite), "cout"])
    return dominee or (fonction in masques and bool(masques.at[entite, fonction]))


def _commune_domine(effectifs: Effectifs, ligne: pd.Series) -> bool:
    """Vrai si une commune fait plus de 85 % du total ; les coûts de l'EPCI se montrent à toutes, lui peut dominer."""
    if effectifs.dossier.reglages.diffusion_financiere or not est_dominee(ligne):
        return False
    return bool(effectifs.communes[ligne.abs().idxmax()])


def _entites_montrees(effectifs: Effectifs, couts: pd.DataFrame) -> list[int]:
    if effectifs.dossier.reglages.diffusion_financiere:
        return list(couts.columns)
    return [e for e in couts.columns if not effectifs.communes[e]]


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
    hors_personnel = effectifs.entites.loc[effectifs.communes, "si_hors_personnel_declare"].dropna()
    devinable = 0 < len(hors_personnel) < ENTITES_MIN or est_dominee(hors_personnel)
    if devinable and not effectifs.dossier.reglages.diffusion_financiere:
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
        note=f"Masqué : moins de {seuil_agents(dossier)} agents, un poste ou une commune qui pèserait plus de 85\u00a0%, trop "
        "peu de communes, ou ce qui permettrait de recalculer une case masquée. Au millier d'euros. Un coût non fourni "
        "n'entre dans aucun total.",
        total=True,
        masque=couts.masque[montrees].rename(columns=noms).reset_index(drop=True),
        arrondis=dict.fromkeys(noms.values(), "millier"),
    )
