"""Qui paierait quoi : un service retenu, plusieurs clés, l'avant et l'après de chaque entité, et le test de stabilité.

L'EPCI est un usager : sa part, fixée par l'usage, n'est ni imputée ni facturée ; les clés partagent le reste entre les
communes. L'usage se mesure par les unités d'œuvre si toutes les entités en ont, sinon par les ETP d'origine, sinon par le
coût actuel. Sans coût connu, rien ne se répartit, et l'on dit quoi collecter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from mutunb.calculs.assiette import situations_completes
from mutunb.calculs.cles import CLES, fermer_au_centime, partager, poids_fixe_variable, poids_mixtes, sens
from mutunb.calculs.coalitions_testees import GRAINE, JOUEURS_TOUTES, Coalitions, choisir_coalitions
from mutunb.calculs.coeur import TestCoeur, intervalle_lambda, tester_coeur
from mutunb.calculs.coeur_etendue import EtendueCoeur, etendre_coeur
from mutunb.calculs.cout_service import CoutService, cout_service
from mutunb.calculs.effectifs import Effectifs, estimer_effectifs
from mutunb.calculs.jeu_service import JeuService, construire_jeu, surcout_minimal
from mutunb.calculs.nucleole import nucleole
from mutunb.calculs.shapley import Shapley, estimer_shapley

if TYPE_CHECKING:
    from mutunb.calculs.projet import Projet

#: mesures de l'usage, de la meilleure à la moins bonne : colonne de la situation → ce que c'est
USAGES: Mapping[str, str] = MappingProxyType(
    {"unites": "unités d'œuvre", "etp": "ETP d'origine", "cout_eur": "coût actuel"}
)
#: clé simple → colonne de la situation
COLONNES_CLES: Mapping[str, str] = MappingProxyType(
    {
        "population": "population", "unites": "unites", "etp_origine": "etp", "depense": "depense_fonctionnement_eur",
        "potentiel_fiscal": "potentiel_fiscal_eur",
    }
)  # fmt: skip
#: ce qu'il faut collecter pour qu'une clé se calcule
COLLECTE: Mapping[str, str] = MappingProxyType(
    {
        "population": "population municipale",
        "unites": "volumes d'activité (feuille « activité » du questionnaire)",
        "etp_origine": "effectifs de la fonction (feuille « effectifs » du questionnaire)",
        "depense": "comptes de la commune",
        "potentiel_fiscal": "potentiel fiscal de chaque commune (fiche DGF de la commune)",
    }
)
PONDERATION_MIXTE = 0.5


@dataclass(frozen=True, eq=False)
class RepartitionService:
    """Répartition d'un service.

    Attributes
    ----------
    fonction : str
    projet : Projet
    cout : CoutService
    table : DataFrame
        Une ligne par entité du périmètre dont le coût est connu, EPCI d'abord : situation de la fonction, plus
        ``part_usage`` (0 à 1) et une colonne ``part_<clé>_eur`` (€/an, au centime) par clé calculée.
    cles : tuple of str
        Clés calculées, la retenue d'abord.
    absentes : Mapping
        Clé non calculée → ce qu'il faut collecter.
    retenue : str
        Clé du choix, ou à défaut la première calculable.
    usage : str
        Mesure de l'usage (:data:`USAGES`) ; vide si rien ne se répartit.
    sans_cout : tuple of str
        Noms des entités du périmètre laissées hors du calcul, faute de coût connu.
    motif_absence : str
        Pourquoi rien ne se répartit ; vide sinon.
    """

    fonction: str
    projet: Projet
    cout: CoutService
    table: pd.DataFrame
    cles: tuple[str, ...] = ()
    absentes: Mapping[str, str] = field(default_factory=dict)
    retenue: str = ""
    usage: str = ""
    sans_cout: tuple[str, ...] = ()
    motif_absence: str = ""
    part_fixe: float = 0.3
    graine: int = GRAINE

    @property
    def est_calculee(self) -> bool:
        """Vrai si le service se répartit."""
        return not self.motif_absence

    @property
    def noms(self) -> dict[str, str]:
        """SIREN → nom."""
        return dict(zip(self.table["siren"], self.table["nom"], strict=True))

    @property
    def communes(self) -> pd.DataFrame:
        """Lignes des communes."""
        return self.table[self.table["genre"].eq("commune")].reset_index(drop=True)

    @property
    def part_epci_eur(self) -> float:
        """Part de l'EPCI (€/an), qui reste à sa charge ; 0 s'il n'est pas partie."""
        return float(self.table.loc[self.table["genre"].eq("epci"), f"part_{self.retenue}_eur"].sum())

    def parts(self, cle: str | None = None) -> dict[str, float]:
        """Parts (€/an) par SIREN, EPCI compris, sous une clé (la retenue par défaut)."""
        return dict(zip(self.table["siren"], self.table[f"part_{cle or self.retenue}_eur"], strict=True))

    def ecarts(self, cle: str | None = None) -> pd.DataFrame:
        """Par entité : ``siren, nom, genre, population, avant_eur, apres_eur, ecart_eur, ecart_eur_hab, sens, statut_cout``."""
        table = self.table[["siren", "nom", "genre", "population", "statut_cout"]].copy()
        table["avant_eur"], table["apres_eur"] = self.table["cout_eur"], self.table[f"part_{cle or self.retenue}_eur"]
        table["ecart_eur"] = table["apres_eur"] - table["avant_eur"]
        table["ecart_eur_hab"] = table["ecart_eur"] / table["population"].where(table["population"] > 0)
        table["sens"] = table["ecart_eur"].map(sens)
        return table

    @cached_property
    def modele(self) -> JeuService | None:
        """Jeu de coûts ; ``None`` si l'effectif du service est inconnu ou s'il n'y a qu'une entité."""
        if not self.est_calculee or len(self.table) < 2 or not self.cout.etp > 0:
            return None
        return construire_jeu(self.table, self.cout, self.projet.dossier.hypotheses)

    @cached_property
    def coalitions(self) -> Coalitions | None:
        """Coalitions éprouvées, les mêmes pour toutes les clés."""
        if self.modele is None:
            return None
        return choisir_coalitions(self.modele.jeu, [self.parts(c) for c in self.cles], graine=self.graine)

    @cached_property
    def tests(self) -> dict[str, TestCoeur]:
        """Test du cœur de chaque clé ; vide sans jeu de coûts."""
        if self.modele is None:
            return {}
        return {c: tester_coeur(self.modele.jeu, self.parts(c), coalitions=self.coalitions) for c in self.cles}

    @cached_property
    def surcouts_minimaux(self) -> dict[str, float | None]:
        """Par clé : plus petit surcoût d'un service acheté à l'extérieur (0 à 1) qui la rend stable, ``None`` si aucun."""
        if self.modele is None:
            return {}
        commun = (self.table, self.cout, self.projet.dossier.hypotheses)
        return {c: surcout_minimal(*commun, self.parts(c), self.coalitions.membres) for c in self.cles}

    @cached_property
    def etendue(self) -> EtendueCoeur | None:
        """Cœur vide ou non, et intervalle de chaque part (jusqu'à douze entités)."""
        if self.modele is None:
            return None
        return etendre_coeur(self.modele.jeu, coalitions=self.coalitions, avec_intervalles=len(self.table) <= JOUEURS_TOUTES)

    @cached_property
    def shapley(self) -> Shapley | None:
        """Valeur de Shapley, estimée à graine au-delà de douze entités."""
        if self.modele is None:
            return None
        return estimer_shapley(self.modele.jeu, graine=self.graine, exact_jusqu_a=JOUEURS_TOUTES)

    @cached_property
    def mediation(self) -> pd.DataFrame | None:
        """Propositions du médiateur (€/an, au centime) : ``siren, nom, retenue_eur, shapley_eur``, et jusqu'à douze entités
        ``nucleole_eur, nucleole_tete_eur`` (NaN au-delà)."""
        if self.modele is None:
            return None
        fermees = lambda parts: {s: float(v) for s, v in fermer_au_centime(self.cout.central_eur, parts).items()}  # noqa: E731
        colonnes = {"retenue_eur": self.parts(), "shapley_eur": fermees(self.shapley.valeurs_eur)}
        if len(self.table) <= JOUEURS_TOUTES:
            colonnes["nucleole_eur"] = fermees(nucleole(self.modele.jeu))
            colonnes["nucleole_tete_eur"] = fermees(nucleole(self.modele.jeu, par_tete=True))
        table = self.table[["siren", "nom", "genre"]].copy()
        for nom in ("retenue_eur", "shapley_eur", "nucleole_eur", "nucleole_tete_eur"):
            table[nom] = table["siren"].map(colonnes[nom]) if nom in colonnes else np.nan
        return table

    def tester_proposition(self, colonne: str) -> TestCoeur | None:
        """Test du cœur d'une proposition du médiateur (colonne de :attr:`mediation`) ; ``None`` si elle n'est pas calculée."""
        if self.mediation is None or self.mediation[colonne].isna().any():
            return None
        parts = dict(zip(self.mediation["siren"], self.mediation[colonne], strict=True))
        return tester_coeur(self.modele.jeu, parts, coalitions=self.coalitions)

    @cached_property
    def melange(self) -> tuple[float, float] | None:
        """Parts de la clé retenue (0 à 1) qui, mélangée à la clé d'usage, donnent une répartition stable ; ``None`` si aucune."""
        if self.modele is None or self.cle_usage == self.retenue:
            return None
        return intervalle_lambda(self.modele.jeu, self.parts(), self.parts(self.cle_usage), coalitions=self.coalitions)

    @property
    def cle_usage(self) -> str:
        """Clé qui suit l'usage : unités d'œuvre, sinon ETP d'origine, sinon la clé à part fixe."""
        return next((c for c in ("unites", "etp_origine", "fixe_variable") if c in self.cles), self.retenue)

    @property
    def usage_declare(self) -> bool:
        """Vrai si l'usage se mesure par des effectifs ou des coûts que des entités ont déclarés : il ne se publie pas."""
        colonne = {"unites": "statut_unites", "etp": "statut_etp", "cout_eur": "statut_cout"}.get(self.usage)
        if colonne is None or self.usage == "unites":
            return False
        return bool(self.table[colonne].isin(("declare", "mixte")).any())


def repartir_service(
    projet: Projet, fonction: str, part_fixe: float = 0.3, graine: int = GRAINE, effectifs: Effectifs | None = None, **bornes: Any
) -> RepartitionService:
    """Répartition d'un service retenu entre l'EPCI et ses communes, sous chaque clé calculable.

    Parameters
    ----------
    projet : Projet
    fonction : str
        Fonction retenue par le projet.
    part_fixe : float
        Part du coût des communes (0 à 1) partagée également dans la clé « part fixe et usage ».
    graine : int
        Graine des tirages (coalitions au-delà de douze entités, Shapley).
    **bornes
        Minimum, planchers, plafonds entre communes (:func:`mutunb.calculs.cles.partager`).

    Returns
    -------
    RepartitionService

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> paie = repartir_service(projeter(ouvrir("247900798")), "ressources_humaines")
    >>> paie.retenue, abs(sum(paie.parts().values()) - paie.cout.central_eur) < 0.01
    ('population', True)
    """
    cout = cout_service(projet, fonction)
    situation = situations_completes(effectifs or estimer_effectifs(projet.dossier), fonction)
    situation = situation[situation["siren"].isin(projet.choix[fonction].perimetre)].reset_index(drop=True)
    connues = situation[situation["cout_eur"].notna()].reset_index(drop=True)
    sans_cout = tuple(situation.loc[situation["cout_eur"].isna(), "nom"])
    commun = {"fonction": fonction, "projet": projet, "cout": cout, "part_fixe": part_fixe, "graine": graine}
    usage = next((u for u in USAGES if _utilisable(connues[u])), "")
    motif = cout.motif_absence or ("" if usage and connues["genre"].eq("commune").any() else SANS_USAGE)
    if motif:
        return RepartitionService(table=connues, sans_cout=sans_cout, motif_absence=motif, **commun)
    connues["part_usage"] = connues[usage] / connues[usage].sum()
    poids, absentes = _poids(connues, part_fixe)
    for cle, poids_communes in poids.items():
        connues[f"part_{cle}_eur"] = connues["siren"].map(_parts(cout.central_eur, connues, poids_communes, bornes)).astype(float)
    voulue = projet.choix[fonction].cle
    for jumelle, autre in _jumelles(connues, poids, voulue):
        del poids[jumelle]
        absentes[jumelle] = (
            f"même répartition que « {CLES[autre].lower()} » : les deux sont estimées sur les mêmes effectifs ; {COLLECTE[autre]} à "
            "collecter pour les distinguer"
        )
    retenue = voulue if voulue in poids else next(iter(poids))
    cles = (retenue, *(c for c in CLES if c in poids and c != retenue))
    return RepartitionService(
        table=connues, cles=cles, absentes=absentes, retenue=retenue, usage=usage, sans_cout=sans_cout, **commun
    )


SANS_USAGE = (
    "aucune mesure de l'usage n'est connue pour les communes du périmètre : il faut les volumes d'activité ou les effectifs du "
    "questionnaire"
)


def _utilisable(colonne: pd.Series) -> bool:
    return bool(len(colonne) and colonne.notna().all() and colonne.ge(0).all() and colonne.sum() > 0)


def _poids(table: pd.DataFrame, part_fixe: float) -> tuple[dict[str, dict], dict[str, str]]:
    """Poids des communes sous chaque clé calculable, et ce qui manque aux autres."""
    communes = table[table["genre"].eq("commune")]
    simples = {c: dict(zip(communes["siren"], communes[col], strict=True)) for c, col in COLONNES_CLES.items()}
    poids = {c: p for c, p in simples.items() if _utilisable(communes[COLONNES_CLES[c]])}
    absentes = {c: f"à collecter : {COLLECTE[c]}{_ou(communes, COLONNES_CLES[c])}" for c in simples if c not in poids}
    usage = dict(zip(communes["siren"], communes["part_usage"], strict=True))
    if sum(usage.values()) > 0:
        if "population" in poids:
            ponderation = {"population": PONDERATION_MIXTE, "usage": 1 - PONDERATION_MIXTE}
            poids["mixte"] = poids_mixtes({"population": poids["population"], "usage": usage}, ponderation)
        poids["fixe_variable"] = poids_fixe_variable(usage, part_fixe=part_fixe)
    return poids, absentes


def _jumelles(table: pd.DataFrame, poids: Mapping[str, dict], voulue: str) -> list[tuple[str, str]]:
    """ETP d'origine et unités d'œuvre donnent les mêmes parts quand les unes s'estiment par les autres ; la clé voulue reste."""
    if not {"unites", "etp_origine"} <= set(poids):
        return []
    egales = np.allclose(table["part_etp_origine_eur"], table["part_unites_eur"], atol=1.0)
    jumelles = ("unites", "etp_origine") if voulue == "etp_origine" else ("etp_origine", "unites")
    return [jumelles] if egales else []


def _ou(communes: pd.DataFrame, colonne: str) -> str:
    """Où cela manque, si ce n'est pas partout."""
    manquent = communes.loc[communes[colonne].isna(), "nom"].tolist()
    return "" if len(manquent) in (0, len(communes)) else f" ; manque pour {len(manquent)} sur {len(communes)}"


def _parts(total_eur: float, table: pd.DataFrame, poids: Mapping[str, Any], bornes: Mapping[str, Any]) -> dict[str, float]:
    """Parts de chacun : l'EPCI selon l'usage, puis les communes selon la clé ; leur somme est le coût, au centime."""
    usage = partager(total_eur, dict(zip(table["siren"], table["part_usage"], strict=True)))
    epci = {siren: usage[siren] for siren in table.loc[table["genre"].eq("epci"), "siren"]}
    reste = sum(usage.values()) - sum(epci.values())
    return {siren: float(part) for siren, part in {**epci, **partager(reste, poids, **bornes)}.items()}
