"""Les agents qu'une convention doit compter : transférés (fonctionnaires, contractuels) et mis à disposition, par employeur.

La situation de chaque poste vient de :mod:`mutunb.calculs.personnel`. Ni nom, ni repère de poste, ni rémunération n'en
sortent : des nombres d'agents, que la loi demande commune par commune (CGCT, art. L.5211-4-2, al. 6).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from mutunb.calculs.declarations import feuille
from mutunb.calculs.effectifs import entites
from mutunb.calculs.effectifs_declares import lire_effectifs
from mutunb.calculs.personnel import ACCUEIL, DISPOSITION, FONCTIONNAIRES, TRANSFERT, recenser_personnel
from mutunb.dossier import Dossier

if TYPE_CHECKING:
    from mutunb.calculs.projet import Projet

CONTRACTUELS = frozenset({"contractuel_permanent", "contractuel_non_permanent"})


@dataclass(frozen=True)
class Agents:
    """Agents d'un employeur dans une fonction.

    ``autres`` : transférés apprentis, vacataires ou de statut non dit ; ``a_examiner`` : temps partagé entre plusieurs
    services communs, ou part du temps inconnue ; ``deja_la`` : déjà chez le gestionnaire ; ``etp_partiels`` : ETP des mis
    à disposition dans la fonction (NaN si une quotité manque).
    """

    fonctionnaires: int = 0
    contractuels: int = 0
    autres: int = 0
    partiels: int = 0
    a_examiner: int = 0
    deja_la: int = 0
    etp_partiels: float = 0.0

    @property
    def total(self) -> int:
        """Agents que porte le service chez cet employeur."""
        return self.fonctionnaires + self.contractuels + self.autres + self.partiels + self.a_examiner + self.deja_la


def compter(projet: Projet, fonction: str) -> dict[str, Agents]:
    """SIREN → agents, pour les seuls employeurs dont la réponse permet de compter (zéro compris).

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> compter(projeter(ouvrir("999999998")), "systemes_information")["999999899"].total
    2
    """
    dossier = projet.dossier
    table = entites(dossier)
    declares, lues = lire_effectifs(dossier, table), feuille(dossier, "effectifs")
    if declares is None or lues is None:
        return {}
    sirens = table["siren"].reindex(declares.agents[fonction].dropna().index)
    etp = _etp(lues[lues["fonction"].eq(fonction)])
    postes = recenser_personnel(projet).agents
    concernes = postes[[fonction in fonctions for fonctions in postes["fonctions"]]]
    concernes = concernes.merge(etp, on=["siren", "poste"], how="left")
    return {siren: _agents(concernes[concernes["siren"].eq(siren)]) for siren in sirens}


def categories(dossier: Dossier, fonction: str, sirens: Collection[str]) -> Mapping[str, int] | None:
    """Agents par catégorie (A, B, C), tous employeurs nommés confondus ; ``None`` si une catégorie manque."""
    lues = feuille(dossier, "effectifs")
    if lues is None:
        return None
    gardees = lues[lues["fonction"].eq(fonction) & lues["siren"].isin(sirens)].drop_duplicates(["siren", "poste"])
    if gardees.empty or gardees["categorie"].isna().any():
        return None
    return {str(nom).upper(): int(combien) for nom, combien in gardees["categorie"].value_counts().sort_index().items()}


def _etp(lues: pd.DataFrame) -> pd.DataFrame:
    """ETP de chaque poste dans la fonction ; NaN si une quotité manque."""
    temps = lues["quotite"].fillna(lues["etp_poste"])
    lignes = lues[["siren", "poste"]].assign(etp_fonction=lues["part_temps"] * temps)
    return lignes.groupby(["siren", "poste"], as_index=False).agg({"etp_fonction": lambda etp: etp.sum(skipna=False)})


def _agents(postes: pd.DataFrame) -> Agents:
    situations = postes["situation"]
    pleins, partiels = postes[situations.eq(TRANSFERT)], postes[situations.eq(DISPOSITION)]
    fonctionnaires = int(pleins["statut"].isin(FONCTIONNAIRES).sum())
    contractuels = int(pleins["statut"].isin(CONTRACTUELS).sum())
    deja_la = int(situations.eq(ACCUEIL).sum())
    return Agents(
        fonctionnaires,
        contractuels,
        len(pleins) - fonctionnaires - contractuels,
        len(partiels),
        len(postes) - len(pleins) - len(partiels) - deja_la,
        deja_la,
        float(partiels["etp_fonction"].sum(skipna=False)) if len(partiels) else 0.0,
    )
