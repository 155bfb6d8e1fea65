"""Ce que le modèle lit une seule fois d'un projet, pour qu'un changement d'hypothèse se recalcule à l'instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from mutunb.calculs.assiette import Assiette, assiette, situations_completes
from mutunb.calculs.charge import Charge, mesurer_charge, renfort_etp
from mutunb.calculs.declarations import annee_reference, feuille
from mutunb.calculs.effectifs import HYPOTHESES_ETP, Effectifs, estimer_effectifs
from mutunb.calculs.faits import Faits, relever_faits
from mutunb.calculs.gains import Gains, estimer_gains
from mutunb.calculs.ligne import Ligne
from mutunb.calculs.recueil import applications_du_dossier, contrats_du_dossier
from mutunb.calculs.scenarios import Scenario, scenario
from mutunb.calculs.transition import ligne_renfort, lignes_transition
from mutunb.dossier import Dossier
from mutunb.erreurs import ErreurUsage
from mutunb.referentiel import Hypothese

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix, Projet

#: hypothèses dont dépend la situation elle-même : les changer oblige à relire les effectifs
HYPOTHESES_SITUATION = frozenset(
    {*HYPOTHESES_ETP, "depense_si_par_agent", "cout_etp_gestion", "cout_etp_expertise", "seuil_poste_plein"}
)


@dataclass(frozen=True)
class Service:
    """Une fonction dans un scénario : son assiette, sa charge, ses gains et toutes ses lignes de coût et de gain."""

    fonction: str
    scenario: Scenario
    assiette: Assiette
    charge: Charge
    gains: Gains
    lignes: tuple[Ligne, ...]
    renfort_etp: float

    @property
    def etp(self) -> float:
        """ETP du service en régime de croisière."""
        return self.assiette.etp() - self.gains.etp_non_remplaces + self.renfort_etp


@dataclass(frozen=True)
class Lecture:
    """Ce que le dossier dit d'un projet, lu une fois.

    ``retenues`` : assiette et faits de chaque fonction, dans le périmètre du choix (``False``) ou entier (``True``).
    """

    dossier: Dossier
    effectifs: Effectifs
    annee_reference: int
    retenues: Mapping[tuple[str, bool], tuple[Assiette, Faits]]


@dataclass(frozen=True)
class Fondation:
    """Un projet, ce qu'on en a lu, et les hypothèses en vigueur."""

    projet: Projet
    lecture: Lecture
    hypotheses: Mapping[str, Hypothese]
    _services: dict[tuple[str, str], Service] = field(default_factory=dict, repr=False)

    def service(self, fonction: str, identifiant: str) -> Service:
        """Service d'une fonction retenue dans un scénario (``prudent``, ``cible``, ``etendu``)."""
        cle = (fonction, identifiant)
        if cle not in self._services:
            self._services[cle] = self._construire(self.projet.choix[fonction], scenario(identifiant))
        return self._services[cle]

    def _construire(self, choix: Choix, retenu: Scenario) -> Service:
        base, faits = self.lecture.retenues[choix.fonction, retenu.perimetre_entier]
        charge = mesurer_charge(base, faits, self.hypotheses)
        gains = estimer_gains(base, faits, retenu, charge, self.hypotheses)
        lignes = [*lignes_transition(base, self.hypotheses, faits.convergences), *gains.lignes]
        renfort = renfort_etp(charge, base.etp()) if retenu.renfort and base.a_une_equipe else 0.0
        if (ajout := ligne_renfort(base, renfort)) is not None:
            lignes.append(ajout)
        return Service(choix.fonction, retenu, base, charge, gains, tuple(lignes), renfort if ajout else 0.0)

    @property
    def annee_reference(self) -> int:
        """Exercice des coûts actuels."""
        return self.lecture.annee_reference


class _ParIdentite:
    """Clé de mémoire d'un projet, qui ne se hache pas : c'est lui, et non un égal."""

    def __init__(self, objet: object) -> None:
        self.objet = objet

    def __hash__(self) -> int:
        return id(self.objet)

    def __eq__(self, autre: object) -> bool:
        return isinstance(autre, _ParIdentite) and autre.objet is self.objet


def fonder(projet: Projet, valeurs: Mapping[str, float] | None = None) -> Fondation:
    """Fondation d'un projet, certaines hypothèses prenant d'autres valeurs centrales.

    Parameters
    ----------
    projet : Projet
    valeurs : Mapping, optional
        Hypothèse → valeur centrale ; ses bornes s'écartent au besoin pour la contenir.

    Raises
    ------
    ErreurUsage
        Hypothèse inconnue, avec les noms voisins.
    """
    hypotheses = remplacer(projet.dossier.hypotheses, valeurs or {})
    touchees = tuple(sorted((n, v) for n, v in (valeurs or {}).items() if n in HYPOTHESES_SITUATION))
    return Fondation(projet, _lire(_ParIdentite(projet), touchees), hypotheses)


def remplacer(hypotheses: Mapping[str, Hypothese], valeurs: Mapping[str, float]) -> dict[str, Hypothese]:
    """Hypothèses où ces valeurs centrales remplacent celles du dossier ; les bornes les contiennent toujours."""
    nouvelles = dict(hypotheses)
    for nom, valeur in valeurs.items():
        if nom not in hypotheses:
            raise ErreurUsage.nom_inconnu("hypothèse", nom, hypotheses)
        ancienne, central = hypotheses[nom], float(valeur)
        bas, haut = min(ancienne.bas, central), max(ancienne.haut, central)
        nouvelles[nom] = ancienne.remplacee(bas, central, haut, auteur="curseur", motif="valeur essayée dans le modèle")
    return nouvelles


@lru_cache(maxsize=8)
def _lire(cle: _ParIdentite, touchees: tuple[tuple[str, float], ...]) -> Lecture:
    projet: Projet = cle.objet  # type: ignore[assignment]
    dossier = projet.dossier
    if touchees:
        dossier = replace(dossier, hypotheses=remplacer(dossier.hypotheses, dict(touchees)))
    effectifs = estimer_effectifs(dossier)
    sources = (
        effectifs.declares, effectifs.entites["siren"], applications_du_dossier(dossier), contrats_du_dossier(dossier),
        _prestations(dossier),
    )  # fmt: skip
    retenues = {}
    for fonction, choix in projet.choix.items():
        table = situations_completes(effectifs, fonction)
        for entier in (False, True):
            base = assiette(table, choix, table["siren"] if entier else None)
            retenues[fonction, entier] = (base, relever_faits(base, *sources))
    return Lecture(dossier, effectifs, annee_reference(dossier), retenues)


def _prestations(dossier: Dossier) -> pd.Series:
    """Prestations extérieures déclarées (€/an), par fonction et SIREN."""
    lues = feuille(dossier, "couts")
    if lues is None:
        return pd.Series(dtype=float)
    siennes = lues[lues["nature"].eq("prestataires")]
    siennes = siennes[siennes["exercice"].isna() | siennes["exercice"].eq(siennes["exercice"].max())]
    return siennes.groupby(["fonction", "siren"])["montant_eur"].sum(min_count=1)
