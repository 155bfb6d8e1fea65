"""Le bilan d'un exercice : coût et ETP au T0, sans projet, prévus et réels, sur les budgets réunis de l'EPCI et des communes.

Ce qui passe de l'EPCI aux communes (factures, attribution de compensation) s'annule quand on réunit leurs budgets : il dit
qui paie, pas ce que le service coûte. Ce que les communes ont gardé hors du service (temps résiduel, locaux) n'est pas dans
le suivi ; le bilan le rappelle.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mutunb.calculs.contrefactuel import Contrefactuel, contrefactuel, porter
from mutunb.calculs.cout_service import cout_service
from mutunb.calculs.depart import NON_DEMONTRABLE
from mutunb.calculs.ecarts import Decomposition, Recours, decomposer
from mutunb.calculs.effets_dotations import EffetsDotations, etudier_dotations
from mutunb.calculs.gains_realises import gains_realises
from mutunb.calculs.realise import Realise, est_inventaire, realiser
from mutunb.calculs.tableau_de_bord import TableauDeBord

#: ce qu'on peut dire du coût réel face à la tendance
SOUS_LA_TENDANCE, DANS_LA_MARGE, AU_DESSUS_DE_LA_TENDANCE = "sous_la_tendance", "dans_la_marge", "au_dessus"
COUT_INCONNU, SANS_PREUVE, SANS_DEPART = "cout_inconnu", "non_demontrable", "depart_inconnu"


@dataclass(frozen=True)
class LigneBilan:
    """Une fonction dans le bilan.

    Attributes
    ----------
    fonction : str
    realise : Realise
    contrefactuel : Contrefactuel
        Sans projet, mêmes entités, même année.
    prevu_eur : float
        Coût prévu par le projet en régime de croisière, porté à l'année ; NaN si la fonction n'est pas au projet ou pas chiffrée.
    preuve, motif : str
        Ce que le T0 permet de démontrer, et pourquoi.
    """

    fonction: str
    realise: Realise
    contrefactuel: Contrefactuel
    prevu_eur: float
    preuve: str
    motif: str

    @property
    def ecart_tendance_eur(self) -> float:
        """Coût réel moins coût sans projet ; négatif : le service coûte moins."""
        return self.realise.cout_eur - self.contrefactuel.central_eur

    @property
    def verdict(self) -> str:
        """Ce qu'on peut affirmer du coût réel face à la tendance."""
        reel, sans = self.realise.cout_eur, self.contrefactuel
        if not np.isfinite(reel):
            return COUT_INCONNU
        if self.preuve == NON_DEMONTRABLE:
            return SANS_PREUVE
        if not np.isfinite(sans.central_eur):
            return SANS_DEPART
        if sans.bas_eur <= reel <= sans.haut_eur:
            return DANS_LA_MARGE
        return SOUS_LA_TENDANCE if reel < sans.bas_eur else AU_DESSUS_DE_LA_TENDANCE


@dataclass(frozen=True)
class Ecart:
    """Un écart de coût expliqué, ou le motif pour lequel il ne peut pas l'être."""

    fonction: str
    depuis: int
    decomposition: Decomposition | None
    mouvements: int
    motif: str = ""


@dataclass(frozen=True)
class Bilan:
    """Bilan d'un exercice.

    Attributes
    ----------
    bord : TableauDeBord
        Le tableau de bord du même exercice.
    """

    bord: TableauDeBord

    @property
    def annee(self) -> int:
        """Exercice ; 0 sans suivi."""
        return self.bord.annee

    @property
    def est_suivi(self) -> bool:
        """Vrai si un exercice au moins est suivi."""
        return self.bord.est_suivi

    @cached_property
    def lignes(self) -> tuple[LigneBilan, ...]:
        """Une par fonction suivie."""
        return tuple(self._ligne(r) for r in self.bord.realises.values())

    @property
    def comparables(self) -> tuple[LigneBilan, ...]:
        """Fonctions dont coûts de départ, sans projet et réel sont connus."""
        return tuple(li for li in self.lignes if np.isfinite(li.ecart_tendance_eur))

    @property
    def demontrables(self) -> tuple[LigneBilan, ...]:
        """Celles dont l'écart à la tendance se démontre, entièrement ou sous réserve."""
        return tuple(li for li in self.comparables if li.preuve != NON_DEMONTRABLE)

    @property
    def cout_eur(self) -> float:
        """Coût réel des fonctions suivies (€) ; NaN si l'un manque."""
        return float(sum(li.realise.cout_eur for li in self.lignes)) if self.lignes else np.nan

    @property
    def etp(self) -> float:
        """ETP réels des fonctions suivies ; NaN si l'un manque."""
        return float(sum(li.realise.etp for li in self.lignes)) if self.lignes else np.nan

    @cached_property
    def flux(self) -> pd.DataFrame:
        """Qui paie : ``poste, epci_eur, communes_eur, ensemble_eur`` ; les flux internes font zéro dans l'ensemble."""
        versements = self.bord.exercice.table("versements")
        factures = float(versements.loc[versements["mode"].eq("facture"), "appele_eur"].sum())
        imputes = float(versements.loc[versements["mode"].eq("ac"), "ac_imputee_eur"].sum())
        lignes = [
            ("charges", self.cout_eur, 0.0),
            ("factures", -factures, factures),
            ("ac", -imputes, imputes),
            ("net", self.cout_eur - factures - imputes, factures + imputes),
        ]
        table = pd.DataFrame(lignes, columns=["poste", "epci_eur", "communes_eur"])
        return table.assign(ensemble_eur=table["epci_eur"] + table["communes_eur"])

    @cached_property
    def ecarts(self) -> tuple[Ecart, ...]:
        """Écart de coût de chaque fonction depuis l'exercice suivi d'avant ; vide pour le premier."""
        avant = max((a for a in self.bord.suivi.exercices if a < self.annee), default=0)
        return tuple(self._ecart(r, avant) for r in self.bord.realises.values()) if avant else ()

    @cached_property
    def gains(self) -> pd.DataFrame:
        """Gains de l'exercice (:func:`mutunb.calculs.gains_realises.gains_realises`)."""
        return gains_realises(self.bord.exercice, self.bord.depart.gele)

    @cached_property
    def trajectoire(self) -> pd.DataFrame:
        """Coût réel et sans projet, exercice par exercice, des fonctions suivies : ``annee, reel_eur, sans_bas_eur,
        sans_eur, sans_haut_eur, prolonge``."""
        lignes = []
        for annee, exercice in self.bord.suivi.exercices.items():
            siennes = [self._ligne(realiser(exercice, f)) for f in exercice.fonctions]
            sommes = [float(sum(valeurs)) for valeurs in zip(*(
                (li.realise.cout_eur, li.contrefactuel.bas_eur, li.contrefactuel.central_eur, li.contrefactuel.haut_eur) for li in siennes
            ), strict=True)] or [np.nan] * 4  # fmt: skip
            lignes.append((annee, *sommes, not exercice.complet))
        return pd.DataFrame(lignes, columns=["annee", "reel_eur", "sans_bas_eur", "sans_eur", "sans_haut_eur", "prolonge"])

    @cached_property
    def premiere_imputation(self) -> int:
        """Premier exercice suivi où une attribution est réduite ; 0 si aucun ne l'est."""
        annees = [a for a, e in self.bord.suivi.exercices.items() if e.table("versements")["ac_imputee_eur"].sum() > 0]
        return min(annees, default=0)

    @cached_property
    def dotations(self) -> EffetsDotations | None:
        """Effet de ce que l'exercice impute sur les attributions, deux ans après la première baisse ; ``None`` si rien ne l'est."""
        versements = self.bord.exercice.table("versements")
        imputes = versements[versements["mode"].eq("ac")].groupby("siren")["ac_imputee_eur"].sum(min_count=1).dropna()
        dossier = self.bord.dossier
        connus = imputes[imputes.index.isin(dossier.territoire.communes["siren"])]
        return etudier_dotations(dossier, connus.to_dict(), self.premiere_imputation) if connus.gt(0).any() else None

    def _ligne(self, realise: Realise) -> LigneBilan:
        presences = self._presences(realise)
        sans = contrefactuel(self.bord.depart, realise.fonction, presences, realise.exercice, self.bord.dossier.hypotheses)
        preuve, motif = self.bord.depart.preuve(realise.fonction, list(sans.entites))
        return LigneBilan(realise.fonction, realise, sans, self._prevu(realise, sans), preuve, motif)

    def _presences(self, realise: Realise) -> Mapping[str, float]:
        """Présence des usagers ; à défaut, le périmètre du projet toute l'année."""
        if len(realise.usagers):
            return realise.presences.to_dict()
        choix = self.bord.projet.choix.get(realise.fonction)
        return dict.fromkeys(choix.perimetre if choix else (), 1.0)

    def _prevu(self, realise: Realise, sans: Contrefactuel) -> float:
        if realise.fonction not in self.bord.projet.choix:
            return np.nan
        prevu, part = cout_service(self.bord.projet, realise.fonction).central_eur, sans.part_personnel
        if not (np.isfinite(prevu) and np.isfinite(part)):
            return np.nan
        ans = realise.exercice - self.bord.depart.annee
        return porter(prevu * part, prevu * (1 - part), ans, self.bord.dossier.hypotheses, volumes=False)

    def _ecart(self, realise: Realise, avant: int) -> Ecart:
        exercice = self.bord.suivi.exercices[avant]
        ancien = realiser(exercice, realise.fonction)
        recours, mouvements = recours_entre(ancien, realise)
        motif = _empechement(ancien, realise)
        if motif:
            return Ecart(realise.fonction, avant, None, mouvements, motif)
        indice = indice_compose(exercice.table("exercice"), self.bord.exercice.table("exercice"), ancien)
        return Ecart(realise.fonction, avant, decomposer(ancien.cout_eur, realise.cout_eur, recours, indice), mouvements)


def dresser_bilan(bord: TableauDeBord) -> Bilan:
    """Bilan de l'exercice d'un tableau de bord.

    Examples
    --------
    >>> from mutunb.calculs.tableau_de_bord import dresser_tableau_de_bord
    >>> from mutunb.dossier import ouvrir
    >>> dresser_bilan(dresser_tableau_de_bord(ouvrir("247900798"))).est_suivi
    False
    """
    return Bilan(bord)


def recours_entre(avant: Realise, apres: Realise) -> tuple[dict[str, Recours], int]:
    """Unités et présence de chaque usager dans deux exercices, et le nombre d'usagers dont la présence change.

    Un inventaire (des postes, des agents) compte à proportion de la présence, comme dans la régularisation.
    """
    tables = [_unites_servies(r).groupby(level=0).agg({"constatees": "sum", "presence": "max"}) for r in (avant, apres)]
    sirens = sorted(set(tables[0].index) | set(tables[1].index))
    reunies = [t.reindex(sirens).fillna(0.0) for t in tables]
    recours = {
        s: Recours(*(float(t.at[s, c]) for c in ("constatees", "presence") for t in reunies)) for s in sirens
    }
    mouvements = sum(r.presence_reference != r.presence for r in recours.values())
    return recours, mouvements


def _unites_servies(realise: Realise) -> pd.DataFrame:
    usagers = realise.usagers
    inventaire = usagers["unite"].map(lambda unite: est_inventaire(realise.fonction, unite)).astype(bool)
    return usagers.assign(constatees=usagers["constatees"] * usagers["presence"].where(inventaire, 1.0))


def indice_compose(avant: pd.DataFrame, apres: pd.DataFrame, reference: Realise) -> float | None:
    """Hausse générale entre deux exercices : point d'indice sur la part du personnel, prix sur le reste ; les prix seuls sinon.

    ``None`` si l'indice des prix manque. 1,02 pour 2 % de hausse.
    """
    rapports = {}
    for nom in ("indice_prix", "point_indice"):
        anciens, nouveaux = avant[nom].dropna(), apres[nom].dropna()
        if len(anciens) and len(nouveaux):
            rapports[nom] = float(nouveaux.iloc[0]) / float(anciens.iloc[0])
    if "indice_prix" not in rapports:
        return None
    part = reference.personnel_eur / reference.cout_eur if reference.cout_eur else 0.0
    return part * rapports.get("point_indice", rapports["indice_prix"]) + (1 - part) * rapports["indice_prix"]


def _empechement(ancien: Realise, nouveau: Realise) -> str:
    for realise in (ancien, nouveau):
        if not np.isfinite(realise.cout_eur) or realise.usagers.empty or realise.usagers["constatees"].isna().any():
            return f"{realise.exercice} : {' ; '.join(realise.manques) or 'coût ou unités inconnus'}"
    if not ancien.unite or ancien.unite != nouveau.unite:
        return "les unités de fonctionnement ne sont pas les mêmes d'un exercice à l'autre"
    return ""
