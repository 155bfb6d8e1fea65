"""Ce qui est vrai partout : fonctions, droit, repères, sources, hypothèses, unités, glossaire.

Tout est lu une fois dans ``data/referentiel``, validé à la lecture, et ne se modifie pas.

Examples
--------
>>> droit("service_commun").texte
'CGCT, art. L.5211-4-2'
>>> repere("AC08").central
10
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeVar

from mutunb import chemins
from mutunb.erreurs import ErreurUsage
from mutunb.referentiel.contenu import Contenu
from mutunb.referentiel.entrees.actes import Clause, ContenuActe
from mutunb.referentiel.entrees.calendrier import Contrainte, Fenetre, Tache
from mutunb.referentiel.entrees.choix import Choix, ChoixParConfiguration, RegleEligibilite
from mutunb.referentiel.entrees.conformite import Controle
from mutunb.referentiel.entrees.droit import EntreeDroit, EtapeValeur, Point, Valeur
from mutunb.referentiel.entrees.evaluations import Evaluation
from mutunb.referentiel.entrees.fiche_impact import PointImpact
from mutunb.referentiel.entrees.fonctions import Fonction, Note, Phrase
from mutunb.referentiel.entrees.gouvernance import Instance
from mutunb.referentiel.entrees.hypotheses import Hypothese, HypotheseRemplacee
from mutunb.referentiel.entrees.instruments import Instrument
from mutunb.referentiel.entrees.majorites import Majorite
from mutunb.referentiel.entrees.points_a_verifier import PointAVerifier
from mutunb.referentiel.entrees.reperes import Repere
from mutunb.referentiel.entrees.risques import Risque
from mutunb.referentiel.entrees.sources import Source
from mutunb.referentiel.niveaux import Niveau, est_a_verifier

__all__ = [
    "Choix",
    "ChoixParConfiguration",
    "Clause",
    "Contenu",
    "ContenuActe",
    "Contrainte",
    "Controle",
    "EntreeDroit",
    "EtapeValeur",
    "Evaluation",
    "Fenetre",
    "Fonction",
    "Hypothese",
    "HypotheseRemplacee",
    "Instance",
    "Instrument",
    "Majorite",
    "Niveau",
    "Note",
    "Phrase",
    "Point",
    "PointAVerifier",
    "PointImpact",
    "RegleEligibilite",
    "Repere",
    "Risque",
    "Source",
    "Tache",
    "Valeur",
    "actes",
    "configurations",
    "contraintes",
    "controles",
    "droit",
    "droits",
    "est_a_verifier",
    "evaluations",
    "fonction",
    "fenetres",
    "fonctions",
    "glossaire",
    "gouvernance",
    "grille_impact",
    "hypothese",
    "hypotheses",
    "instrument",
    "instruments",
    "majorite",
    "majorites",
    "points_a_verifier",
    "regles_eligibilite",
    "repere",
    "reperes",
    "risques",
    "source",
    "sources",
    "taches",
    "unites",
]

_Objet = TypeVar("_Objet")


@cache
def _contenu(dossier: Path) -> Contenu:
    return Contenu(dossier)


def _lu() -> Contenu:
    return _contenu(chemins.referentiel())


def _un(genre: str, id: str, tous: Mapping[str, _Objet]) -> _Objet:
    if id not in tous:
        raise ErreurUsage.nom_inconnu(genre, id, tous)
    return tous[id]


def fonctions() -> Mapping[str, Fonction]:
    """Fonctions mutualisables, les cinq fondatrices d'abord."""
    return _lu().fonctions


def fonction(id: str) -> Fonction:
    """Fonction ``id`` ; :class:`ErreurUsage` avec les noms voisins si elle n'existe pas."""
    return _un("fonction", id, fonctions())


def droits() -> Mapping[str, EntreeDroit]:
    """Entrées de droit, par identifiant."""
    return _lu().droits


def droit(id: str) -> EntreeDroit:
    """Entrée de droit ``id``, par exemple ``"service_commun"``."""
    return _un("droit", id, droits())


def reperes() -> Mapping[str, Repere]:
    """Ordres de grandeur publiés, par identifiant."""
    return _lu().reperes


def repere(id: str) -> Repere:
    """Repère ``id``, par exemple ``"RH03"``."""
    return _un("repère", id, reperes())


def sources() -> Mapping[str, Source]:
    """Sources citées, par identifiant."""
    return _lu().sources


def source(id: str) -> Source:
    """Source ``id``, par exemple ``"cnfpt_bouquet"`` ou ``"S14"``."""
    return _un("source", id, sources())


def hypotheses() -> Mapping[str, Hypothese]:
    """Hypothèses par défaut : bas, central, haut."""
    return _lu().hypotheses


def hypothese(id: str) -> Hypothese:
    """Hypothèse ``id``, par exemple ``"part_rh"``."""
    return _un("hypothèse", id, hypotheses())


def evaluations() -> tuple[Evaluation, ...]:
    """Ce que les évaluations publiées ont constaté, dans l'ordre d'affichage."""
    return _lu().evaluations


def instruments() -> Mapping[str, Instrument]:
    """Instruments de mutualisation, du plus léger au plus engageant."""
    return _lu().instruments


def instrument(code: str) -> Instrument:
    """Instrument ``code``, par exemple ``"SC"``."""
    return _un("instrument", code, instruments())


def majorites() -> Mapping[str, Majorite]:
    """Majorités qu'un projet peut demander, par identifiant."""
    return _lu().majorites


def majorite(id: str) -> Majorite:
    """Majorité ``id``, par exemple ``"transfert_competence"``."""
    return _un("majorité", id, majorites())


def regles_eligibilite() -> Mapping[str, RegleEligibilite]:
    """Règles qui interdisent, proposent ou signalent un instrument."""
    return _lu().regles


def configurations() -> Mapping[str, ChoixParConfiguration]:
    """Instruments à envisager par fonction, selon qui mutualise avec qui."""
    return _lu().configurations


def actes() -> Mapping[str, ContenuActe]:
    """Contenu des actes : clauses imposées et clauses recommandées."""
    return _lu().actes


def contraintes() -> Mapping[str, Contrainte]:
    """Règles de calendrier d'un service commun (C1, C2…)."""
    return _lu().contraintes


def taches() -> Mapping[str, Tache]:
    """Tâches d'un service commun, dans un ordre exécutable (T01, T02…)."""
    return _lu().taches


def fenetres() -> Mapping[str, Fenetre]:
    """Périodes où la séance d'un comité ou d'une assemblée se place mal."""
    return _lu().fenetres


def risques() -> Mapping[str, Risque]:
    """Risques communs à toutes les mutualisations, du plus souvent observé au moins documenté."""
    return _lu().risques


def grille_impact() -> Mapping[str, PointImpact]:
    """Points de la fiche d'impact, dans l'ordre des quatre effets que la loi nomme."""
    return _lu().grille_impact


def gouvernance() -> Mapping[str, Instance]:
    """Instances d'une mutualisation : qui prépare, qui donne un avis, qui décide, qui suit."""
    return _lu().gouvernance


def controles() -> Mapping[str, Controle]:
    """Grille de conformité des mutualisations existantes (G1, G2…)."""
    return _lu().controles


def unites() -> Mapping[str, str]:
    """Libellé d'unité → phrase qui dit ce qu'elle compte."""
    return _lu().unites


def points_a_verifier() -> Mapping[str, PointAVerifier]:
    """Points de droit ouverts (V1, V2…)."""
    return _lu().points_a_verifier


def glossaire() -> Mapping[str, str]:
    """Termes du métier et leur sens."""
    return _lu().glossaire
