"""Files d'attente : combien d'agents pour qu'une assistance réponde ? Formules d'Erlang B et C.

À n'employer que pour une vraie file : des demandes qui arrivent au hasard et attendent un agent libre (assistance
informatique). Un service qui traite des dossiers planifiés se dimensionne par sa charge
(:mod:`mutunb.calculs.dimensionnement`). Hypothèses : arrivées de Poisson, durées exponentielles, agents interchangeables,
personne n'abandonne (C) ou personne n'attend (B).

Le trafic s'exprime en erlangs = arrivées par heure × durée moyenne de traitement en heures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from mutunb.calculs.entrees import montrer, nombre
from mutunb.erreurs import ErreurDonnees

SERVEURS_MAX = 100_000


def trafic_erlangs(arrivees_par_heure: float, duree_minutes: float) -> float:
    """Trafic offert (erlangs) = arrivées par heure × durée moyenne en heures.

    Examples
    --------
    >>> trafic_erlangs(30, 10)
    5.0
    """
    return _positif(arrivees_par_heure, "les arrivées par heure") * _positif(duree_minutes, "la durée") / 60


def erlang_b(trafic: float, serveurs: int) -> float:
    """Probabilité (0 à 1) qu'une demande trouve tous les agents occupés et soit perdue.

    Parameters
    ----------
    trafic : float
        Trafic offert, en erlangs.
    serveurs : int
        Agents disponibles en même temps ; 0 perd tout.

    Raises
    ------
    ErreurDonnees
        Trafic négatif ou absent, nombre d'agents qui n'est pas un entier positif ou nul.

    Notes
    -----
    Récurrence stable : ``B(0) = 1`` ; ``B(n) = a·B(n−1) / (n + a·B(n−1))``, sans factorielle. Une file sans attente n'est
    jamais instable.

    Examples
    --------
    >>> round(erlang_b(2, 3), 6)
    0.210526
    """
    charge, combien = _positif(trafic, "le trafic"), _entier(serveurs)
    blocage = 1.0
    for rang in range(1, combien + 1):
        blocage = charge * blocage / (rang + charge * blocage)
    return blocage


def erlang_c(trafic: float, serveurs: int) -> float:
    """Probabilité (0 à 1) qu'une demande attende.

    Raises
    ------
    ErreurDonnees
        File instable (trafic au moins égal au nombre d'agents : l'attente grandirait sans fin), ou donnée absente.

    Notes
    -----
    ``C = n·B / (n − a·(1 − B))``, d'après :func:`erlang_b`.

    Examples
    --------
    >>> round(erlang_c(2, 3), 6)
    0.444444
    """
    charge, combien = _positif(trafic, "le trafic"), _entier(serveurs)
    if charge >= combien:
        raise ErreurDonnees(
            f"File instable : {charge:g} erlangs pour {combien} agent(s) ; l'attente grandirait sans fin. "
            f"Prévoyez {int(charge) + 1} agents au moins, ou moins de demandes."
        )
    blocage = erlang_b(charge, combien)
    return combien * blocage / (combien - charge * (1 - blocage))


def taux_de_service(trafic: float, serveurs: int, duree_minutes: float, attente_minutes: float) -> float:
    """Part (0 à 1) des demandes prises en charge avant ``attente_minutes``.

    Notes
    -----
    ``1 − C·exp(−(n − a)·t / d)``.

    Examples
    --------
    >>> round(taux_de_service(5, 7, 10, 5), 3)
    0.881
    """
    charge, combien = _positif(trafic, "le trafic"), _entier(serveurs)
    duree, attente = _positif(duree_minutes, "la durée", strict=True), _positif(attente_minutes, "l'attente")
    return 1 - erlang_c(charge, combien) * math.exp(-(combien - charge) * attente / duree)


def attente_moyenne_minutes(trafic: float, serveurs: int, duree_minutes: float) -> float:
    """Attente moyenne de toutes les demandes (minutes) = C × durée ÷ (n − a).

    Examples
    --------
    >>> round(attente_moyenne_minutes(2, 3, 9), 6)
    4.0
    """
    charge, combien = _positif(trafic, "le trafic"), _entier(serveurs)
    return erlang_c(charge, combien) * _positif(duree_minutes, "la durée", strict=True) / (combien - charge)


@dataclass(frozen=True)
class Effectif:
    """Agents nécessaires en même temps, et ce qu'ils rendent : part servie à temps, occupation, attente moyenne."""

    agents: int
    taux_service: float
    occupation: float
    attente_moyenne_minutes: float


def effectif_minimal(trafic: float, duree_minutes: float, attente_minutes: float, niveau_service: float) -> Effectif:
    """Plus petit nombre d'agents présents pour que ``niveau_service`` des demandes soit pris avant ``attente_minutes``.

    Parameters
    ----------
    trafic : float
        Trafic offert, en erlangs, à l'heure chargée.
    niveau_service : float
        Part visée, de 0 à 1 (exclus 1 : aucune file n'y parvient).

    Notes
    -----
    Agents présents en même temps : les congés et les absences s'ajoutent ensuite.

    Examples
    --------
    >>> effectif_minimal(5, duree_minutes=10, attente_minutes=5, niveau_service=0.8).agents
    7
    """
    charge, niveau = _positif(trafic, "le trafic"), nombre(niveau_service, "le niveau de service")
    if not 0 <= niveau < 1:
        raise ErreurDonnees(f"Niveau de service : trouvé {niveau_service} ; attendu une part de 0 à 1, 1 exclu (0,8 pour 80 %).")
    agents = max(1, math.floor(charge) + 1)
    while (taux := taux_de_service(charge, agents, duree_minutes, attente_minutes)) < niveau:
        agents += 1
    return Effectif(agents, taux, charge / agents, attente_moyenne_minutes(charge, agents, duree_minutes))


def _positif(valeur: float, nom: str, strict: bool = False) -> float:
    try:
        lu = nombre(valeur)
    except ErreurDonnees:
        lu = math.nan
    if not math.isfinite(lu) or lu < 0 or (strict and lu == 0):
        attendu = "un nombre strictement positif" if strict else "un nombre positif ou nul"
        raise ErreurDonnees(f"Pour {nom} : trouvé {montrer(valeur)} ; attendu {attendu}.")
    return lu


def _entier(serveurs: int) -> int:
    lu = _positif(serveurs, "le nombre d'agents")
    if isinstance(serveurs, bool) or not lu.is_integer() or lu > SERVEURS_MAX:
        raise ErreurDonnees(f"Pour le nombre d'agents : trouvé {montrer(serveurs)} ; attendu un entier de 0 à {SERVEURS_MAX}.")
    return int(lu)
