"""Le calendrier d'un projet : pour chaque fonction retenue, ce qu'il faut faire, au plus tard quand, et si la date tient.

Aucune date ne vient de l'horloge : la date d'effet est décidée ou recommandée, le départ est saisi ; sans départ, on compte
à rebours et l'on dit quand il faudrait commencer.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from mutunb.calculs.agenda import Agenda, agenda_de
from mutunb.calculs.calage import (
    A_REBOURS,
    IMPOSSIBLE,
    TENABLE,
    TENDU,
    Etape,
    dater,
    depart_au_plus_tard,
    effet_au_plus_tot,
    rythme_tenable,
)
from mutunb.calculs.comites import Comites, comites_competents
from mutunb.calculs.entrees import jour as lire_jour
from mutunb.calculs.ordonnancement import Place, niveler
from mutunb.calculs.premier_janvier import plus_tard
from mutunb.calculs.projet import Choix, Projet
from mutunb.calculs.taches import AVEC_AGENTS, EFFET, SERVICES, TRANSFERTS, Chaine, chaine_du_projet

#: rythme de la date proposée quand celle visée est hors d'atteinte : à mi-chemin du plancher et de l'usage (choix de mutunb)
RYTHME_PROPOSE = 0.5
#: un écart de marge inférieur tient aux week-ends et aux jours de séance (jours)
SEMAINE = 7


@dataclass(frozen=True)
class PlanFonction:
    """Le calendrier d'une fonction.

    Attributes
    ----------
    choix : Choix
        Instrument, mode financier, périmètre retenus.
    chaine : Chaine
        Tâches à mener, et celles qui sont sans objet.
    comites : Comites
        Comités sociaux compétents dans le périmètre.
    place : Place
        Date d'effet possible, et celle retenue une fois la charge étalée.
    etat : str
        ``tenable``, ``tendu``, ``impossible`` (la date visée ; le plan suit alors la date proposée) ou ``a_rebours``
        (départ non dit).
    rythme : float
        1 = durées usuelles, 0 = planchers.
    depart : date
        Début du plan : celui du consultant, sinon le plus tardif au rythme usuel.
    depart_usuel, depart_plancher : date
        Départ au plus tard pour la date retenue, aux durées usuelles et aux planchers.
    etapes : Mapping[str, Etape]
    chemin_critique : tuple of str
    """

    choix: Choix
    chaine: Chaine
    comites: Comites
    place: Place
    etat: str
    rythme: float
    depart: datetime.date
    depart_usuel: datetime.date
    depart_plancher: datetime.date
    etapes: Mapping[str, Etape]
    chemin_critique: tuple[str, ...]

    @property
    def fonction(self) -> str:
        """Identifiant de la fonction."""
        return self.choix.fonction

    @property
    def effet(self) -> datetime.date:
        """Date d'effet retenue."""
        return self.place.retenue

    @property
    def marge_jours(self) -> int:
        """Retard que le projet peut prendre sans toucher à la date d'effet : la plus faible marge du chemin critique."""
        return min(self.etapes[t].marge_jours for t in self.chemin_critique if t != EFFET)

    @property
    def decisives(self) -> tuple[str, ...]:
        """Étapes du chemin critique qui n'ont pas plus d'une semaine de marge que la plus serrée : elles commandent la date."""
        limite = self.marge_jours + SEMAINE
        return tuple(t for t in self.chemin_critique if t != EFFET and self.etapes[t].marge_jours <= limite)

    @property
    def avec_comite(self) -> bool:
        """Vrai si un comité social doit rendre un avis."""
        return any(t.startswith("T11") for t in self.chaine.taches)

    @property
    def imputation(self) -> bool:
        """Vrai si le coût passe, en tout ou partie, par l'attribution de compensation."""
        return "T12" in self.chaine.taches


@dataclass(frozen=True)
class Calendrier:
    """Le calendrier d'un territoire.

    Attributes
    ----------
    projet : Projet
    date_depart : date or None
        Départ dit par le consultant ; ``None`` = non dit, on compte à rebours.
    effets_vises : Mapping[str, date]
        Date d'effet demandée, par fonction.
    par_trimestre : int
        Nombre de bascules admises dans un trimestre.
    agenda : Agenda
        Séances saisies.
    plans : Mapping[str, PlanFonction]
        Par fonction, dans l'ordre des priorités.
    """

    projet: Projet
    date_depart: datetime.date | None
    effets_vises: Mapping[str, datetime.date]
    par_trimestre: int
    agenda: Agenda
    plans: Mapping[str, PlanFonction]

    @property
    def principal(self) -> PlanFonction | None:
        """Le plan qui compte le plus de tâches, le premier par priorité : celui qu'on détaille."""
        return max(self.plans.values(), key=lambda p: len(p.chaine.taches), default=None)

    @property
    def seances_saisies(self) -> bool:
        """Vrai si le consultant a saisi au moins une séance."""
        return bool(self.agenda.seances)


def dresser_calendrier(
    projet: Projet,
    date_depart: datetime.date | str | None = None,
    date_effet: datetime.date | str | None = None,
    transferts_par_trimestre: int = 2,
) -> Calendrier:
    """Calendrier de toutes les fonctions retenues.

    Parameters
    ----------
    projet : Projet
        Décisions ou recommandations, fonction par fonction.
    date_depart : date or str, optional
        Début des travaux (AAAA-MM-JJ) ; à défaut celui de ``decisions.yaml`` ; à défaut, compte à rebours.
    date_effet : date or str, optional
        Date d'effet visée pour toutes les fonctions ; à défaut celle de chaque choix.
    transferts_par_trimestre : int
        Limite de capacité du nivellement (:func:`mutunb.calculs.ordonnancement.niveler`).

    Raises
    ------
    ErreurDonnees
        Date illisible, capacité inférieure à 1.

    Examples
    --------
    >>> from mutunb.calculs.projet import projeter
    >>> from mutunb.dossier import ouvrir
    >>> calendrier = dresser_calendrier(projeter(ouvrir("247900798")), date_effet="2029-01-01")
    >>> {plan.place.demandee.isoformat() for plan in calendrier.plans.values()}
    {'2029-01-01'}
    """
    dossier = projet.dossier
    saisi = dossier.decisions.calendrier
    depart = _date(date_depart) or saisi.date_depart
    agenda = agenda_de(saisi, dossier.territoire.departement)
    vises = {f: _date(date_effet) or choix.date_effet for f, choix in projet.choix.items()}
    bases = {}
    for fonction, choix in projet.choix.items():
        comites = comites_competents(dossier, choix.perimetre)
        bases[fonction] = (choix, _chaine(choix, comites), comites)
    possibles = {f: _possible(bases[f][1], choix, agenda, depart, vises[f]) for f, choix in projet.choix.items()}
    places = _etaler(projet, possibles, transferts_par_trimestre)
    plans = {f: _plan(*bases[f], places[f], vises[f], agenda, depart) for f in bases}
    return Calendrier(projet, depart, vises, transferts_par_trimestre, agenda, plans)


def _etaler(
    projet: Projet, possibles: Mapping[str, datetime.date], par_trimestre: int
) -> dict[str, Place]:
    """La limite ne compte que les fonctions qui touchent à l'organisation des agents : un groupement ne bascule personne."""
    lourdes = {f: jour for f, jour in possibles.items() if projet.choix[f].instrument in AVEC_AGENTS}
    etalees = niveler(lourdes, par_trimestre)
    return {f: etalees.get(f) or Place(jour, jour, 0) for f, jour in possibles.items()}


def _date(valeur: datetime.date | str | None) -> datetime.date | None:
    return None if valeur is None or valeur == "" else lire_jour(valeur)


def _chaine(choix: Choix, comites: Comites) -> Chaine:
    return chaine_du_projet(
        choix.instrument, choix.mode_financier, comites.communes_avec_comite, comites.au_centre_de_gestion,
        comites.epci_au_centre,
    )  # fmt: skip


def _possible(
    chaine: Chaine, choix: Choix, agenda: Agenda, depart: datetime.date | None, vise: datetime.date
) -> datetime.date:
    """Date d'effet visée si elle tient, même en pressant le pas ; sinon la première qui laisse un rythme raisonnable."""
    if depart is None or rythme_tenable(chaine, agenda, depart, vise) is not None:
        return vise
    au_plus_tot = effet_au_plus_tot(chaine, agenda, depart, RYTHME_PROPOSE)
    return _premier_du(au_plus_tot, de_janvier=choix.instrument in SERVICES | TRANSFERTS)


def plus_mois(jour: datetime.date, combien: int) -> datetime.date:
    """Le même quantième ``combien`` mois plus tard, ou le dernier jour du mois s'il n'existe pas.

    Examples
    --------
    >>> plus_mois(datetime.date(2027, 11, 30), 3)
    datetime.date(2028, 2, 29)
    """
    return plus_tard(jour, combien)


def _premier_du(jour: datetime.date, de_janvier: bool) -> datetime.date:
    """Premier janvier (bascule de la paie, exercice budgétaire) ou premier du mois, à partir de ce jour."""
    if de_janvier:
        return jour if (jour.month, jour.day) == (1, 1) else datetime.date(jour.year + 1, 1, 1)
    return jour if jour.day == 1 else plus_mois(jour.replace(day=1), 1)


def _plan(
    choix: Choix, chaine: Chaine, comites: Comites, place: Place, vise: datetime.date, agenda: Agenda,
    depart: datetime.date | None,
) -> PlanFonction:  # fmt: skip
    usuel, plancher = (depart_au_plus_tard(chaine, agenda, place.retenue, rythme) for rythme in (1, 0))
    rythme = 1.0 if depart is None else rythme_tenable(chaine, agenda, depart, place.retenue) or 0.0
    if depart is None:
        etat = A_REBOURS
    elif place.demandee != vise:
        etat = IMPOSSIBLE
    else:
        etat = TENABLE if rythme == 1 else TENDU
    debut = depart or usuel
    etapes, chemin = dater(chaine, agenda, debut, place.retenue, rythme)
    return PlanFonction(choix, chaine, comites, place, etat, rythme, debut, usuel, plancher, etapes, chemin)


def concerne_des_agents(plan: PlanFonction) -> bool:
    """Vrai si l'instrument touche à l'organisation du travail des agents."""
    return plan.choix.instrument in AVEC_AGENTS
