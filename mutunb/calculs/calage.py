"""Caler un projet entre son départ et sa date d'effet : à quel rythme tient-il, et à quelle date chaque tâche finit-elle ?

Le rythme va de 1 (toutes les durées usuelles) à 0 (toutes les durées au plancher légal ou technique). On retient le rythme
le plus lent qui tient ; sous 0, la date d'effet est hors d'atteinte.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from mutunb.calculs.agenda import SEANCES, Agenda
from mutunb.calculs.ordonnancement import Ordonnancement, ordonnancer
from mutunb.calculs.reseau import lire_reseau
from mutunb.calculs.taches import EFFET, Chaine

#: états d'un calendrier : tient au rythme usuel, tient en pressant le pas, ne tient pas, départ non dit
TENABLE, TENDU, IMPOSSIBLE, A_REBOURS = "tenable", "tendu", "impossible", "a_rebours"
PAS_DU_RYTHME = 100


@dataclass(frozen=True)
class Etape:
    """Une tâche datée.

    Attributes
    ----------
    debut, fin : date
        Au plus tôt.
    debut_tard, fin_tard : date
        Au plus tard, sans retarder la date d'effet ; pour une séance, la dernière possible.
    critique : bool
        Vrai si un retard de la tâche retarde la date d'effet.
    saisie : bool
        Vrai si ``fin_tard`` est une séance saisie par le consultant ; faux si elle est supposée.
    """

    tache: str
    debut: datetime.date
    fin: datetime.date
    debut_tard: datetime.date
    fin_tard: datetime.date
    critique: bool
    saisie: bool = False

    @property
    def marge_jours(self) -> int:
        """Retard possible, en jours calendaires."""
        return (self.fin_tard - self.fin).days


def enchainer(chaine: Chaine, agenda: Agenda, depart: datetime.date, effet: datetime.date, rythme: float) -> Ordonnancement:
    """Ordonnancement jusqu'à la date d'effet, en jours ordinaux : au plus tôt depuis ``depart``, au plus tard avant ``effet``."""
    durees, noms = chaine.durees(rythme), chaine.avant()
    reseau = lire_reseau({nom: (durees[nom], list(chaine.predecesseurs[nom])) for nom in noms})
    return ordonnancer(
        reseau, depart.toordinal(), effet.toordinal(),
        lambda nom, jour: agenda.avancer(nom, jour, durees[nom]), lambda nom, jour: agenda.reculer(nom, jour, durees[nom]),
    )  # fmt: skip


def depart_au_plus_tard(chaine: Chaine, agenda: Agenda, effet: datetime.date, rythme: float = 1.0) -> datetime.date:
    """Dernier jour où commencer le projet pour tenir la date d'effet à ce rythme.

    Parameters
    ----------
    chaine : Chaine
        Tâches (:func:`mutunb.calculs.taches.chaine_du_projet`).
    agenda : Agenda
        Séances saisies ; ``Agenda()`` si aucune.
    rythme : float
        1 : durées usuelles ; 0 : planchers.

    Examples
    --------
    >>> from mutunb.calculs.taches import chaine_du_projet
    >>> effet = datetime.date(2028, 1, 1)
    >>> usuel, plancher = (depart_au_plus_tard(chaine_du_projet("SC", "ac"), Agenda(), effet, r) for r in (1, 0))
    >>> usuel < plancher < effet
    True
    """
    plan = enchainer(chaine, agenda, effet, effet, rythme)
    return datetime.date.fromordinal(min(plan.debut_tard.values()))


def effet_au_plus_tot(chaine: Chaine, agenda: Agenda, depart: datetime.date, rythme: float = 1.0) -> datetime.date:
    """Premier jour où le service peut prendre effet en partant à cette date, à ce rythme.

    Examples
    --------
    >>> from mutunb.calculs.taches import chaine_du_projet
    >>> depart = datetime.date(2027, 1, 4)
    >>> effet_au_plus_tot(chaine_du_projet("GC"), Agenda(), depart, 0) > depart
    True
    """
    return datetime.date.fromordinal(enchainer(chaine, agenda, depart, depart, rythme).fin_tot[EFFET])


def rythme_tenable(
    chaine: Chaine, agenda: Agenda, depart: datetime.date, effet: datetime.date
) -> float | None:
    """Rythme le plus lent (au centième) qui tient entre le départ et la date d'effet ; ``None`` si même le plancher déborde.

    Examples
    --------
    >>> from mutunb.calculs.taches import chaine_du_projet
    >>> janvier = datetime.date(2027, 1, 4)
    >>> rythme_tenable(chaine_du_projet("SC", "ac"), Agenda(), janvier, datetime.date(2027, 2, 1)) is None
    True
    """
    tient = lambda rythme: effet_au_plus_tot(chaine, agenda, depart, rythme) <= effet  # noqa: E731
    if not tient(0):
        return None
    bas, haut = 0, PAS_DU_RYTHME
    if tient(1):
        return 1.0
    while haut - bas > 1:  # les durées croissent avec le rythme : la dichotomie suffit
        milieu = (bas + haut) // 2
        bas, haut = (milieu, haut) if tient(milieu / PAS_DU_RYTHME) else (bas, milieu)
    return bas / PAS_DU_RYTHME


def dater(
    chaine: Chaine, agenda: Agenda, depart: datetime.date, effet: datetime.date, rythme: float
) -> tuple[Mapping[str, Etape], tuple[str, ...]]:
    """Étapes datées jusqu'à la date d'effet, et chemin critique."""
    plan = enchainer(chaine, agenda, depart, effet, rythme)
    jour = datetime.date.fromordinal
    etapes = {}
    for nom in chaine.avant():
        fin_tard = agenda.derniere(nom, plan.fin_tard[nom])
        etapes[nom] = Etape(
            nom, jour(plan.debut_tot[nom]), jour(plan.fin_tot[nom]), jour(plan.debut_tard[nom]), jour(fin_tard),
            nom in plan.critiques, agenda.est_saisie(nom, fin_tard),
        )  # fmt: skip
    etapes[EFFET] = Etape(EFFET, effet, effet, effet, effet, True)
    return etapes, plan.chemin_critique


def est_supposee(etape: Etape) -> bool:
    """Vrai pour une séance que personne n'a encore fixée."""
    return etape.tache in SEANCES and not etape.saisie
