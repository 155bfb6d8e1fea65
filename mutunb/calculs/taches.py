"""Les tâches d'un projet de mutualisation : celles du référentiel, moins celles qui sont sans objet, avec la raison."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from mutunb import referentiel
from mutunb.erreurs import ErreurUsage
from mutunb.referentiel import Tache

SERVICES = frozenset({"SC", "SCC"})
MISES_A_DISPOSITION = frozenset({"MADD", "MADA", "SU"})
TRANSFERTS = frozenset({"TR", "SYN", "SPL", "GIP"})
#: instruments qui demandent d'abord de modifier les statuts de l'EPCI
STATUTAIRES = TRANSFERTS | {"GCD"}
#: instruments qui touchent à l'organisation du travail des agents
AVEC_AGENTS = SERVICES | MISES_A_DISPOSITION | TRANSFERTS | {"SF"}
#: instruments qui ne basculent ni système ni locaux
SANS_BASCULE = frozenset({"GC", "GCD", "CA", "CDG", "MADI", "ENT", "INF"})
EFFET = "T21"
MODES = ("ac", "facture", "mixte")
SOCIALES = ("T05", "T06", "T07", "T10", "T11a", "T11b", "T11c", "T11x")

#: trois mois pour les communes (CGCT, L.5211-20), trois à cinq mois au moins avec l'arrêté (contrainte C14)
STATUTS = Tache(
    id="S01",
    libelle="Modification des statuts : assemblée de l'EPCI, trois mois pour les communes, arrêté du préfet",
    predecesseurs=("T03",),
    duree_min_jours=92,
    duree_usuelle_jours=152,
    nature="legal",
    niveau="A15",
    source=("S20", "S23"),
)
#: nom court de chaque tâche, pour une figure ou une phrase
COURTS = {
    "T01": "Mandat et cadrage", "T02": "Diagnostic", "T03": "Scénarios et périmètre", "T04": "Délibération de principe",
    "T05": "Concertation", "T06": "Régimes indemnitaires", "T07": "Fiche d'impact", "T08": "Convention", "T09": "Modèle financier",
    "T10": "Envoi aux comités", "T11a": "Comité social de l'EPCI", "T11b": "Comités des communes", "T11c": "Comité du centre de gestion",
    "T11x": "Marge de seconde séance", "T12": "CLECT", "S01": "Statuts et arrêté", "T13": "Délibérations",
    "T14": "Préfet et publication", "T15": "Signature", "T16": "Arrêtés individuels", "T17": "Bascule de la paie",
    "T18": "Informatique", "T19": "Locaux", "T21": "Date d'effet",
}  # fmt: skip


@dataclass(frozen=True)
class Chaine:
    """Les tâches retenues et leur enchaînement.

    Attributes
    ----------
    taches : Mapping[str, Tache]
        Tâches retenues, dans un ordre exécutable.
    predecesseurs : Mapping[str, tuple[str, ...]]
        Enchaînement, une fois sautées les tâches retirées.
    retirees : Mapping[str, str]
        Tâche sans objet → la raison, en une phrase sans majuscule ni point.
    """

    taches: Mapping[str, Tache]
    predecesseurs: Mapping[str, tuple[str, ...]]
    retirees: Mapping[str, str]

    def durees(self, rythme: float = 1.0) -> dict[str, int]:
        """Durée de chaque tâche en jours entiers : du plancher (``rythme`` 0) à la durée usuelle (1)."""
        return {nom: duree_au_rythme(tache, rythme) for nom, tache in self.taches.items()}

    def avant(self, terme: str = EFFET) -> tuple[str, ...]:
        """Tâches dont dépend ``terme``, lui compris, dans l'ordre."""
        vues, pile = set(), [terme] if terme in self.taches else []
        while pile:
            nom = pile.pop()
            if nom not in vues:
                vues.add(nom)
                pile += self.predecesseurs[nom]
        return tuple(nom for nom in self.taches if nom in vues)


def duree_au_rythme(tache: Tache, rythme: float) -> int:
    """Durée d'une tâche, en jours entiers vers le haut, entre son plancher (0) et sa durée usuelle (1).

    Examples
    --------
    >>> duree_au_rythme(referentiel.taches()["T13"], 0.5)
    25
    """
    plancher, usuelle = tache.duree_min_jours, tache.duree_usuelle_jours
    if usuelle is None:
        return math.ceil(plancher)
    return math.ceil(round(plancher + rythme * (usuelle - plancher), 9))


def chaine_du_projet(
    instrument: str,
    mode_financier: str = "facture",
    communes_avec_comite: bool = True,
    au_centre_de_gestion: bool = True,
    epci_au_centre: bool = False,
    agents_transferes: bool = True,
    principe: bool = False,
) -> Chaine:
    """Tâches à mener pour un instrument et un mode de financement, et celles qui sont sans objet.

    Parameters
    ----------
    instrument : str
        Code du catalogue (``SC``, ``MADD``, ``GC``…).
    mode_financier : str
        ``ac``, ``facture`` ou ``mixte``.
    communes_avec_comite, au_centre_de_gestion, epci_au_centre : bool
        Quels comités sociaux existent (:class:`mutunb.calculs.comites.Comites`).
    agents_transferes : bool
        Faux s'il est établi qu'aucun agent ne change d'employeur.
    principe : bool
        Vrai si l'assemblée veut d'abord délibérer sur le principe (T04).

    Raises
    ------
    ErreurUsage
        Instrument ou voie financière inconnus.

    Examples
    --------
    >>> chaine_du_projet("SC", "facture").retirees["T12"]
    "le coût ne passe pas par l'attribution de compensation : la CLECT n'a pas à se réunir"
    """
    referentiel.instrument(instrument)
    if mode_financier not in MODES:
        raise ErreurUsage.nom_inconnu("voie financière", str(mode_financier), MODES)
    retirees = _sans_objet(instrument, mode_financier)
    if not principe:
        retirees["T04"] = "en option, non retenue : l'assemblée ne se prononce que sur la convention"
    if instrument in AVEC_AGENTS:
        if not communes_avec_comite:
            retirees["T11b"] = "aucune commune participante n'atteint 50 agents : aucune n'a son propre comité social"
        if not au_centre_de_gestion:
            retirees["T11c"] = "chaque participant a son propre comité social : celui du centre de gestion n'est pas saisi"
        if epci_au_centre:
            retirees["T11a"] = "l'EPCI compte moins de 50 agents : il relève du comité social du centre de gestion"
    if not agents_transferes and instrument in SERVICES:
        retirees["T17"] = "aucun agent ne change d'employeur : la paie ne bascule pas"
    toutes = dict(referentiel.taches())
    if principe:
        toutes = _avec_principe(toutes)
    if instrument in STATUTAIRES:
        toutes = _avec_statuts(toutes)
    return _chaine(toutes, retirees)


def _sans_objet(instrument: str, mode_financier: str) -> dict[str, str]:
    retirees: dict[str, str] = {}
    if instrument not in AVEC_AGENTS:
        retirees |= dict.fromkeys(SOCIALES, "l'instrument ne touche ni à l'employeur ni à l'organisation du travail des agents")
        if instrument != "MADI":
            retirees["T16"] = "aucun agent ne change d'employeur ni n'est mis à disposition : pas d'arrêté individuel"
        retirees["T17"] = "aucun agent ne change d'employeur : la paie ne bascule pas"
    if instrument == "MADI":
        retirees |= dict.fromkeys(SOCIALES, "la mise à disposition d'un agent demande son accord écrit, non l'avis du comité social")
    if instrument in MISES_A_DISPOSITION:
        employeur = "les agents gardent leur employeur : leur régime indemnitaire et leur paie ne changent pas"
        retirees |= {"T06": employeur, "T17": employeur}
        retirees["T07"] = "la fiche d'impact n'est exigée que pour un service commun ou un transfert de service"
    if instrument in SANS_BASCULE:
        retirees |= dict.fromkeys(("T18", "T19"), "rien à déménager ni à basculer dans les systèmes avec cet instrument")
    if not (mode_financier in ("ac", "mixte") or instrument in TRANSFERTS) or instrument not in SERVICES | TRANSFERTS:
        retirees["T12"] = "le coût ne passe pas par l'attribution de compensation : la CLECT n'a pas à se réunir"
    if not (instrument in MISES_A_DISPOSITION or (instrument in SERVICES and mode_financier != "ac")):
        retirees["T23"] = "rien n'est facturé au coût unitaire (D.5211-16)"
    return retirees


def _avec_principe(taches: Mapping[str, Tache]) -> dict[str, Tache]:
    """La délibération de principe se place avant la concertation et la rédaction de la convention."""
    apres = {"T05", "T08"}
    return {n: t.model_copy(update={"predecesseurs": (*t.predecesseurs, "T04")}) if n in apres else t for n, t in taches.items()}


def _avec_statuts(taches: Mapping[str, Tache]) -> dict[str, Tache]:
    """La modification des statuts précède les délibérations (T13)."""
    liste: dict[str, Tache] = {}
    for nom, tache in taches.items():
        if nom == "T13":
            liste["S01"] = STATUTS
            tache = tache.model_copy(update={"predecesseurs": (*tache.predecesseurs, "S01")})
        liste[nom] = tache
    return liste


def _chaine(toutes: Mapping[str, Tache], retirees: Mapping[str, str]) -> Chaine:
    """Les tâches retirées laissent leurs successeurs attendre leurs propres devancières."""
    remontees: dict[str, tuple[str, ...]] = {}
    for nom, tache in toutes.items():
        avant = [a for p in tache.predecesseurs for a in (remontees[p] if p in retirees else (p,))]
        remontees[nom] = tuple(dict.fromkeys(avant))
    gardees = {nom: tache for nom, tache in toutes.items() if nom not in retirees}
    return Chaine(gardees, {nom: remontees[nom] for nom in gardees}, {n: retirees[n] for n in toutes if n in retirees})
