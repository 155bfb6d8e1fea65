"""Les gains d'un projet, famille par famille ; les familles ne s'additionnent jamais entre elles.

========  =======================================================  ==========================================
Famille   Ce que c'est                                              Ce qu'on en fait
========  =======================================================  ==========================================
``GA``    économie budgétaire récurrente, constatable et datée      entre dans la valeur actuelle nette
``GB``    coût évité (recrutement, prestation non engagée)          ligne à part, variante « GA et GB » nommée
``GC``    temps libéré, capacité redéployée                         heures et ETP, jamais en euros
``GD``    dotations et partages publics                             carnet de répartition, année N+2
``GE``    gain ponctuel (cession, reprise)                          jamais annualisé
``GF``    qualité, continuité, conformité                           indicateurs, jamais en euros
``GG``    transferts entre l'EPCI et ses communes                   somme nulle : pas un gain
========  =======================================================  ==========================================

Un même fait n'est que dans une famille : un poste compté non remplacé (GA) ne compte pas dans le temps libéré (GC) ; un
achat gagne sur le prix, jamais aussi sur le volume.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from mutunb.calculs.assiette import Assiette
from mutunb.calculs.charge import PRODUCTIVITES, Charge
from mutunb.calculs.dimensionnement import PAS_ETP
from mutunb.calculs.faits import Faits
from mutunb.calculs.ligne import Ligne, selon
from mutunb.calculs.scenarios import Scenario
from mutunb.referentiel import Hypothese

FAMILLES: Mapping[str, str] = MappingProxyType(
    {
        "GA": "Économies budgétaires récurrentes, constatables",
        "GB": "Coûts évités",
        "GC": "Temps libéré, capacité redéployée",
        "GD": "Dotations et partages publics",
        "GE": "Gains ponctuels",
        "GF": "Qualité, continuité, conformité",
        "GG": "Transferts entre l'EPCI et ses communes",
    }
)
#: pourquoi un gain est nul : identifiant → proposition qui suit « parce que »
MOTIFS: Mapping[str, str] = MappingProxyType(
    {
        "scenario": "ce scénario ne le décide pas",
        "sans_equipe": "l'instrument ne met pas d'équipe en commun",
        "sans_effectifs": "aucun effectif n'est déclaré, donc aucun départ n'est connu",
        "sans_volume": "aucun volume déclaré ne dit si l'équipe peut tenir sans remplacer",
        "sans_productivite": "aucun ratio de volume par agent n'est retenu pour cette fonction",
        "charge_pleine": "la charge déclarée occupe tout l'effectif, même à la productivité la plus basse",
        "sans_depart": "aucun départ d'un poste tenu au moins à moitié par la fonction n'est annoncé après la date d'effet",
        "sans_inventaire": "aucun logiciel n'est inventorié avec son coût, ses utilisateurs et sa fin de contrat",
        "sans_domaine": "aucun logiciel propre à cette fonction n'est suivi",
        "meme_logiciel": "les entités emploient déjà le même logiciel, ou la bascule coûterait autant",
        "sans_contrat": "aucun contrat n'est déclaré avec son montant et sa fin",
        "sans_segment": "aucun segment ne réunit deux acheteurs hors groupement et un gain de prix publié",
    }
)


@dataclass(frozen=True)
class Gains:
    """Gains d'une fonction dans un scénario.

    Attributes
    ----------
    lignes : tuple of Ligne
        Familles ``GA`` et ``GB``.
    motifs : Mapping[str, str]
        Source de gain (``departs``, ``logiciels``, ``prix``) → identifiant du motif quand elle est nulle (:data:`MOTIFS`).
    etp_non_remplaces : float
        ETP de départs non remplacés (GA).
    postes_concernes : int
        Postes d'où ils viennent : un petit nombre ne se montre pas.
    capacite_liberee_etp : float
        ETP que la charge n'emploie pas et qui restent dans l'équipe (GC) ; NaN si la charge est inconnue.
    """

    lignes: tuple[Ligne, ...] = ()
    motifs: Mapping[str, str] = field(default_factory=dict)
    etp_non_remplaces: float = 0.0
    postes_concernes: int = 0
    capacite_liberee_etp: float = np.nan


def estimer_gains(
    assiette: Assiette, faits: Faits, scenario: Scenario, charge: Charge, hypotheses: Mapping[str, Hypothese]
) -> Gains:
    """Gains d'une fonction dans un scénario : chacun daté et sourcé, ou le motif pour lequel il est nul."""
    motifs: dict[str, str] = {}
    lignes: list[Ligne] = []
    departs = _departs(assiette, faits, scenario, charge)
    if isinstance(departs, str):
        motifs["departs"], departs = departs, {}
    lignes += [_depart(assiette, annee + 1, etp) for annee, (etp, _) in departs.items()]
    for source, trouves in (
        ("logiciels", _logiciels(assiette, faits, scenario)),
        ("prix", _prix(assiette, faits, scenario, hypotheses["gain_achats"])),
    ):
        if isinstance(trouves, str):
            motifs[source] = trouves
        else:
            lignes += trouves
    if assiette.a_une_equipe and faits.prestations_eur > 0:
        lignes.append(_prestations(assiette, faits.prestations_eur, hypotheses["part_prestations_evitees"]))
    etp = sum(etp for etp, _ in departs.values())
    libre = max(0.0, charge.excedent_etp - etp) if assiette.a_une_equipe and charge.est_connue else np.nan
    return Gains(tuple(lignes), MappingProxyType(motifs), etp, sum(p for _, p in departs.values()), libre)


def _departs(
    assiette: Assiette, faits: Faits, scenario: Scenario, charge: Charge
) -> dict[int, tuple[float, int]] | str:
    """Année → (ETP non remplacés, postes), au demi-poste, dans la limite de ce que la charge n'emploie pas ; ou le motif."""
    if not assiette.a_une_equipe:
        return "sans_equipe"
    if not scenario.departs_non_remplaces:
        return "scenario"
    if isinstance(faits.departs, str):
        return faits.departs
    if not charge.est_connue:
        return "sans_volume" if assiette.fonction in PRODUCTIVITES else "sans_productivite"
    reste = au_demi_poste(charge.excedent_etp)
    if reste == 0:
        return "charge_pleine"
    retenus = {}
    for annee, (annonces, postes) in sorted(faits.departs.items()):
        etp = min(reste, au_demi_poste(annonces))
        if etp > 0:
            retenus[annee], reste = (etp, postes), reste - etp
    return retenus or "sans_depart"


def _depart(assiette: Assiette, annee: int, etp: float) -> Ligne:
    """Au coût moyen d'un ETP du périmètre : le coût d'un poste ne se devine pas."""
    return _economie(assiette, "departs", "Départs non remplacés", annee, etp * assiette.cout_etp, indexe=True)


def au_demi_poste(etp: float) -> float:
    """ETP arrondis au demi-poste inférieur : on ne supprime pas un cinquième de poste.

    Examples
    --------
    >>> au_demi_poste(1.49), au_demi_poste(0.49)
    (1.0, 0.0)
    """
    pas = float(PAS_ETP)
    return float(np.floor(etp / pas + 1e-9) * pas)


def _logiciels(assiette: Assiette, faits: Faits, scenario: Scenario) -> list[Ligne] | str:
    if not assiette.a_une_equipe:
        return "sans_equipe"
    if not scenario.contrats_resilies:
        return "scenario"
    if isinstance(faits.logiciels, str):
        return faits.logiciels
    libelle = "Logiciels en double arrêtés à leur terme"
    return [_economie(assiette, "logiciels", libelle, annee, net) for annee, net in faits.logiciels.items()]


def _prix(assiette: Assiette, faits: Faits, scenario: Scenario, hypothese: Hypothese) -> list[Ligne] | str:
    """Baisse de prix des contrats qui se groupent ; au minimum publié, sans fourchette, quand le scénario est prudent."""
    if isinstance(faits.achats, str):
        return faits.achats
    lignes = []
    for annee, montant in faits.achats.items():
        bornes = selon(hypothese, montant, pourcentage=True)
        if scenario.prix == "bas":
            bornes |= {"central": bornes["bas"], "haut": bornes["bas"], "hypothese": ""}
        lignes.append(
            Ligne(
                assiette.fonction, "prix", "Prix d'achat", "GA", "recurrent", debut=datetime.date(annee, 1, 1), **bornes
            )  # fmt: skip
        )
    return lignes


def _prestations(assiette: Assiette, montant: float, hypothese: Hypothese) -> Ligne:
    bornes = selon(hypothese, montant, pourcentage=True)
    libelle = "Prestations extérieures évitées"
    return Ligne(assiette.fonction, "prestations", libelle, "GB", "recurrent", debut=assiette.date_effet, **bornes)


def _economie(assiette: Assiette, poste: str, libelle: str, annee: int, montant: float, indexe: bool = False) -> Ligne:
    """Économie récurrente (GA) qui vient d'une donnée, et que rien ne fait varier."""
    debut = datetime.date(annee, 1, 1)
    return Ligne(
        assiette.fonction, poste, libelle, "GA", "recurrent", montant, montant, montant, debut=debut, indexe=indexe
    )  # fmt: skip
