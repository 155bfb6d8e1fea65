"""Le tableau de bord d'un exercice : indicateurs, adhésion et usage, jalons, hypothèses qui dérivent.

Sans suivi, il dit ce qu'il faudra noter : l'état de départ à geler, les indicateurs et les unités de chaque fonction retenue,
les obligations de l'année.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.avancement import EN_RETARD, FAIT, jalons_suivis
from mutunb.calculs.calendrier import dresser_calendrier
from mutunb.calculs.depart import Depart, etat_de_depart
from mutunb.calculs.derives import AU_DESSOUS, AU_DESSUS, hypotheses_derivees
from mutunb.calculs.indicateurs_suivis import ALERTE, indicateurs_suivis
from mutunb.calculs.projet import Projet, projeter
from mutunb.calculs.realise import Realise, realiser
from mutunb.dossier import Dossier
from mutunb.dossier.suivi import ExerciceSuivi, Suivi


@dataclass(frozen=True)
class TableauDeBord:
    """Le pilotage d'un territoire dans un exercice.

    Attributes
    ----------
    projet : Projet
    depart : Depart
        État de départ auquel on se compare.
    suivi : Suivi or None
    exercice : ExerciceSuivi or None
        ``None`` sans suivi.
    """

    projet: Projet
    depart: Depart
    suivi: Suivi | None
    exercice: ExerciceSuivi | None

    @property
    def dossier(self) -> Dossier:
        """Le dossier étudié."""
        return self.projet.dossier

    @property
    def annee(self) -> int:
        """Exercice montré ; 0 sans suivi."""
        return self.exercice.exercice if self.exercice else 0

    @property
    def est_suivi(self) -> bool:
        """Vrai si un exercice au moins est suivi."""
        return self.exercice is not None

    @property
    def est_prolonge(self) -> bool:
        """Vrai si l'exercice n'est pas clos."""
        return self.exercice is not None and not self.exercice.complet

    @cached_property
    def realises(self) -> Mapping[str, Realise]:
        """Fonction suivie → ce qu'elle a coûté, employé et servi."""
        return {} if self.exercice is None else {f: realiser(self.exercice, f) for f in self.exercice.fonctions}

    @cached_property
    def indicateurs(self) -> pd.DataFrame:
        """Indicateurs de l'exercice (:func:`mutunb.calculs.indicateurs_suivis.indicateurs_suivis`)."""
        return indicateurs_suivis(self.suivi, self.annee, self.dossier.reglages.seuil_confidentialite)

    @property
    def alertes(self) -> pd.DataFrame:
        """Indicateurs en alerte."""
        return self.indicateurs[self.indicateurs["etat"].eq(ALERTE)]

    @cached_property
    def usage(self) -> pd.DataFrame:
        """Adhésion contre usage : ``fonction, adherentes, utilisatrices, non_relevees, part`` (communes ; part de 0 à 1)."""
        communes = set(self.dossier.territoire.communes["siren"])
        lignes = [_usage(r, communes) for r in self.realises.values()]
        return pd.DataFrame(lignes, columns=["fonction", "adherentes", "utilisatrices", "non_relevees", "part"])

    @cached_property
    def jalons(self) -> pd.DataFrame:
        """Jalons notés, face au calendrier."""
        return jalons_suivis(self.suivi, self.annee, dresser_calendrier(self.projet).plans)

    @property
    def retards(self) -> pd.DataFrame:
        """Jalons dépassés et non faits, et jalons de l'exercice faits plus tard que prévu."""
        jalons = self.jalons
        de_l_annee = jalons["prevu_le"].map(lambda jour: jour is not None and jour.year == self.annee)
        return jalons[jalons["etat"].eq(EN_RETARD) | (de_l_annee.astype(bool) & jalons["etat"].eq(FAIT) & jalons["retard_jours"].gt(0))]

    @cached_property
    def derives(self) -> pd.DataFrame:
        """Hypothèses du projet face à l'année."""
        return hypotheses_derivees(self.exercice, self.realises, self.depart.annee, self.dossier.hypotheses)

    @property
    def derives_a_revoir(self) -> pd.DataFrame:
        """Celles que l'année contredit."""
        return self.derives[self.derives["etat"].isin([AU_DESSUS, AU_DESSOUS])]

    @cached_property
    def a_noter(self) -> pd.DataFrame:
        """Ce qu'il faut noter par fonction retenue : ``fonction, groupe, quoi, unite, sens`` ; l'unité d'œuvre en tête."""
        lignes = []
        for nom in self.projet.choix:
            fonction = referentiel.fonction(nom)
            for unite in [u for u in fonction.unites_oeuvre if u.constatable][:1]:
                lignes.append((nom, "unite", unite.libelle, unite.unite, ""))
            lignes += [(nom, i.groupe, i.libelle, i.unite, i.sens) for i in fonction.indicateurs]
        return pd.DataFrame(lignes, columns=["fonction", "groupe", "quoi", "unite", "sens"])


def dresser_tableau_de_bord(dossier: Dossier, exercice: int = 0) -> TableauDeBord:
    """Tableau de bord d'un exercice suivi.

    Parameters
    ----------
    dossier : Dossier
    exercice : int
        Exercice voulu ; 0 : le dernier connu.

    Raises
    ------
    ErreurUsage
        Exercice demandé sans classeur de suivi, quand d'autres en ont un.

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> dresser_tableau_de_bord(ouvrir("247900798")).est_suivi
    False
    """
    suivi = dossier.suivi if dossier.suivi is not None and dossier.suivi.exercices else None
    retenu = suivi.exercice(exercice) if suivi is not None else None
    return TableauDeBord(projeter(dossier), etat_de_depart(dossier), suivi, retenu)


def _usage(realise: Realise, communes: set[str]) -> tuple[str, int, int, int, float]:
    """Communes présentes dans l'année, et celles qui ont demandé au moins une unité ; la part est inconnue si l'une manque."""
    usagers = realise.usagers[realise.usagers.index.isin(communes) & realise.usagers["presence"].gt(0)]
    par_commune = usagers["constatees"].groupby(level=0).sum(min_count=1)
    adherentes, utilisatrices, sans = len(par_commune), int(par_commune.gt(0).sum()), int(par_commune.isna().sum())
    return realise.fonction, adherentes, utilisatrices, sans, utilisatrices / adherentes if adherentes and not sans else np.nan
