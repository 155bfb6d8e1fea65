"""Le modèle économique d'un projet : trois scénarios contre la tendance, sur le mandat, avec leur incertitude.

Lecture : la tendance est le statu quo qui évolue (salaires, prix, volumes). Un scénario s'y compare par ses flux : coûts de
transition datés, coûts récurrents, économies budgétaires (GA). Les coûts évités (GB) ne sont que dans une variante nommée ;
les autres familles de gains ne sont jamais converties en euros. Sans départ daté, sans contrat qui finit, sans prix
sourcé, l'économie est nulle, et le motif est dit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from mutunb.calculs.aleas import Aleas, avec_biais, preparer_aleas
from mutunb.calculs.fondation import Fondation, Service, fonder
from mutunb.calculs.monte_carlo import Distribution, resumer, tirer
from mutunb.calculs.scenarios import SCENARIOS
from mutunb.calculs.tornade import tornade
from mutunb.calculs.trajectoire import TAUX, Rythme, Trajectoire, actualisation, rythme, tendance, tracer
from mutunb.erreurs import ErreurDonnees

if TYPE_CHECKING:
    from mutunb.calculs.projet import Projet

#: scénario du projet tel que décidé, quand les fonctions n'ont pas toutes le même
MIXTE = "retenu"
FACTEURS_MONTRES = 8
#: biais d'optimisme toujours essayés : usage (niveau B), principe du Green Book (A)
BIAIS = ((0.0, 0.0), (0.2, 0.2), (0.5, 0.4))


@dataclass(frozen=True)
class ModeleEconomique:
    """Modèle économique d'un projet.

    Attributes
    ----------
    fondation : Fondation
        Projet, lecture du dossier, hypothèses en vigueur.
    annees : tuple of int
        De l'année des premières dépenses (année 0) à l'horizon compris.
    taux : float
        Taux réel d'actualisation choisi ; 0, 3,2 et 4,5 % sont toujours calculés.
    cadence : Rythme
    tirages, graine : int
    """

    fondation: Fondation
    annees: tuple[int, ...]
    taux: float
    cadence: Rythme
    tirages: int
    graine: int

    @property
    def projet(self) -> Projet:
        """Projet chiffré."""
        return self.fondation.projet

    @property
    def est_vide(self) -> bool:
        """Vrai si aucune fonction n'est retenue."""
        return not self.projet.choix

    @property
    def horizon_ans(self) -> int:
        """Nombre d'années après l'année 0."""
        return len(self.annees) - 1

    @cached_property
    def retenus(self) -> dict[str, str]:
        """Fonction → scénario décidé ou recommandé."""
        return {fonction: choix.scenario for fonction, choix in self.projet.choix.items()}

    @cached_property
    def scenario_retenu(self) -> str:
        """Scénario commun à toutes les fonctions, ou ``retenu`` si elles diffèrent."""
        distincts = set(self.retenus.values())
        return distincts.pop() if len(distincts) == 1 else MIXTE

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Scénarios comparés : les trois, et le mélange retenu s'il en diffère."""
        return (*SCENARIOS, *([MIXTE] if self.scenario_retenu == MIXTE else []))

    def service(self, fonction: str, scenario: str) -> Service:
        """Une fonction dans un scénario (``retenu`` : le sien)."""
        return self.fondation.service(fonction, self.retenus[fonction] if scenario == MIXTE else scenario)

    def services(self, scenario: str) -> list[Service]:
        """Toutes les fonctions dans un scénario, dans l'ordre du projet."""
        return [self.service(fonction, scenario) for fonction in self.projet.choix]

    @cached_property
    def trajectoires(self) -> Mapping[str, Trajectoire]:
        """Scénario → flux annuels par rapport à la tendance."""
        taux = tuple(dict.fromkeys((*TAUX, self.taux)))
        return {
            scenario: tracer(
                scenario, [li for s in self.services(scenario) for li in s.lignes], self.annees, self.cadence, taux
            )
            for scenario in self.scenarios
        }

    @property
    def trajectoire(self) -> Trajectoire:
        """Trajectoire du scénario retenu."""
        return self.trajectoires[self.scenario_retenu]

    @cached_property
    def tendances(self) -> dict[str, np.ndarray]:
        """Fonction → coût sans projet, année par année (€ constants) ; NaN si le coût actuel est inconnu."""
        assiettes = {f: self.service(f, "etendu").assiette for f in self.projet.choix}
        return tendance(assiettes, self.annees, self.cadence)

    @cached_property
    def cout_tendance(self) -> np.ndarray:
        """Coût sans projet des fonctions chiffrées, année par année (€ constants)."""
        connues = [serie for serie in self.tendances.values() if np.isfinite(serie).all()]
        return np.sum(connues, axis=0) if connues else np.full(len(self.annees), np.nan)

    @property
    def sans_cout(self) -> list[str]:
        """Fonctions retenues dont le coût actuel est inconnu : leur transition proportionnelle ne se chiffre pas."""
        return [fonction for fonction, serie in self.tendances.items() if not np.isfinite(serie).all()]

    def aleas(self, scenario: str | None = None) -> Aleas:
        """Facteurs incertains d'un scénario (le retenu à défaut)."""
        services = self.services(scenario or self.scenario_retenu)
        lignes = [li for s in services for li in s.lignes]
        return preparer_aleas(lignes, [s.assiette for s in services], self.fondation.hypotheses, self.annees, self.cadence)

    @cached_property
    def facteurs(self) -> pd.DataFrame:
        """Tornade du scénario retenu : effet de chaque facteur sur la valeur actuelle nette, les huit premiers."""
        aleas = self.aleas()
        if not aleas.facteurs:
            return pd.DataFrame(columns=["facteur", "bas", "haut", "resultat_bas", "resultat_central", "resultat_haut", "amplitude"])
        return tornade(lambda valeurs: float(aleas.van(valeurs, self.taux)[0]), aleas.facteurs, FACTEURS_MONTRES)

    @cached_property
    def tirages_van(self) -> np.ndarray:
        """Valeurs actuelles nettes tirées (€) du scénario retenu."""
        return self.tirer_van(self.scenario_retenu)

    def tirer_van(self, scenario: str, correlation: float | None = None) -> np.ndarray:
        """Valeurs actuelles nettes tirées (€) d'un scénario ; corrélation des coûts, centrale à défaut.

        Vide si rien n'y est incertain.
        """
        aleas = self.aleas(scenario)
        if not aleas.facteurs:
            return np.array([])
        liee = self.fondation.hypotheses["correlation_couts"].central if correlation is None else correlation
        poids = {t.facteur: float(np.sqrt(liee)) for t in aleas.termes if t.facteur and not t.gain}
        return aleas.van(tirer(aleas.lois, self.tirages, self.graine, facteur_commun=poids), self.taux)

    @cached_property
    def incertitude(self) -> Distribution | None:
        """P10, P50, P90 et probabilité que la valeur actuelle nette soit négative ; ``None`` si rien n'est incertain."""
        return resumer(self.tirages_van, self.graine) if len(self.tirages_van) else None

    @cached_property
    def biais(self) -> pd.DataFrame:
        """Valeur actuelle nette du scénario retenu selon le biais d'optimisme : ``majoration, minoration, van_eur``."""
        aleas, choisi = self.aleas(), (self.cadence.majoration_couts, self.cadence.minoration_gains)
        centre = {nom: bornes[1] for nom, bornes in aleas.facteurs.items()} or {"": 0.0}
        lignes = [
            (majoration, minoration, float(avec_biais(aleas, majoration, minoration).van(centre, self.taux)[0]))
            for majoration, minoration in dict.fromkeys((*BIAIS, choisi))
        ]
        return pd.DataFrame(lignes, columns=["majoration", "minoration", "van_eur"])

    def economie_equilibre(self, scenario: str | None = None) -> float:
        """Économie annuelle (€/an) à ajouter, dès la première année pleine, pour que la valeur actuelle nette soit nulle.

        Négative ou nulle si elle est déjà positive ; NaN si l'horizon finit avant une année pleine.
        """
        tracee = self.trajectoires[scenario or self.scenario_retenu]
        premiere = max(choix.date_effet.year for choix in self.projet.choix.values()) + 1
        remises = actualisation(self.taux, len(self.annees))[np.asarray(self.annees) >= premiere]
        return -tracee.van(self.taux) / remises.sum() if len(remises) else float("nan")


def modele_economique(
    projet: Projet,
    horizon_ans: int = 6,
    taux_actualisation: float = 0.032,
    majoration_couts: float = 0.0,
    minoration_gains: float = 0.0,
    tirages: int = 20_000,
    graine: int = 20_260_101,
    hypotheses: Mapping[str, float] | None = None,
) -> ModeleEconomique:
    """Modèle économique d'un projet, contre la tendance.

    Parameters
    ----------
    projet : Projet
    horizon_ans : int
        Années après l'année des premières dépenses ; 6 pour un mandat.
    taux_actualisation : float
        Taux réel, en part (0,032 pour 3,2 %).
    majoration_couts, minoration_gains : float
        Biais d'optimisme, en parts (0,2 : coûts + 20 %, gains − 20 %) ; 0 à défaut, car aucun taux n'est établi.
    tirages, graine : int
        Simulation.
    hypotheses : Mapping, optional
        Hypothèse → valeur centrale essayée (curseur d'un formulaire).

    Raises
    ------
    ErreurUsage
        Hypothèse inconnue.
    ErreurDonnees
        Horizon, taux ou biais hors de leur sens.

    Notes
    -----
    Un projet n'est lu qu'une fois : changer un paramètre ou une hypothèse ne relit pas le dossier.

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> modele = modele_economique(projeter(ouvrir("247900798")), horizon_ans=6)
    >>> modele.horizon_ans, bool((modele.trajectoire.gains == 0).all())
    (6, True)
    """
    _verifier(horizon_ans, taux_actualisation, majoration_couts, minoration_gains)
    fondation = fonder(projet, hypotheses)
    cadence = rythme(fondation.hypotheses, fondation.annee_reference, majoration_couts, minoration_gains)
    premiere = _premiere_annee(fondation)
    annees = tuple(range(premiere, premiere + horizon_ans + 1))
    return ModeleEconomique(fondation, annees, taux_actualisation, cadence, tirages, graine)


def _premiere_annee(fondation: Fondation) -> int:
    """Année des premières dépenses, tous scénarios compris ; à défaut, celle qui suit l'exercice de référence."""
    choix = fondation.projet.choix
    debuts = [li.annee for f in choix for s in SCENARIOS for li in fondation.service(f, s).lignes]
    return min(debuts, default=fondation.annee_reference + 1)


def _verifier(horizon_ans: int, taux: float, majoration: float, minoration: float) -> None:
    attendus = {
        f"l'horizon ({horizon_ans})": ("un nombre entier d'années, un au moins", isinstance(horizon_ans, int) and horizon_ans >= 1),
        f"le taux ({taux})": ("une part supérieure à −1 (0,032 pour 3,2 %)", taux > -1),
        f"la majoration des coûts ({majoration})": ("une part positive ou nulle", majoration >= 0),
        f"la minoration des gains ({minoration})": ("une part de 0 à 1", 0 <= minoration <= 1),
    }
    refus = [f"{quoi} : attendu {attendu}" for quoi, (attendu, bon) in attendus.items() if not bon]
    if refus:
        raise ErreurDonnees(f"Modèle économique : {' ; '.join(refus)}.")
