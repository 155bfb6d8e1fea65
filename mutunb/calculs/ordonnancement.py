"""Ordonnancer des tâches : dates au plus tôt et au plus tard, marges, chemin critique (méthode CPM), et nivellement.

Une tâche commence quand toutes ses devancières sont finies, plus un délai éventuel. Dates et durées se comptent en jours
depuis le début du projet (jour 0) : une tâche qui finit au jour 30 laisse commencer la suivante ce même jour 30.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from mutunb.calculs.entrees import dictionnaire, entier, nombre, suite
from mutunb.calculs.entrees import jour as lire_jour
from mutunb.calculs.jours import ajouter_jours_ouvres
from mutunb.calculs.reseau import Jours, Reseau, lire_reseau
from mutunb.erreurs import ErreurDonnees

Unite = Literal["calendaires", "ouvres"]
#: en dessous, un écart entre dates n'est qu'un arrondi du calcul
EPSILON = 1e-9


@dataclass(frozen=True)
class Ordonnancement:
    """Dates et marges de chaque tâche, en jours depuis le début du projet.

    Attributes
    ----------
    debut_tot, fin_tot, debut_tard, fin_tard : dict
        Identifiant → jour. « Tard » s'entend sans retarder la fin du projet (ou la date imposée).
    marge_totale : dict
        Retard qu'une tâche peut prendre sans retarder la fin ; négative si la fin imposée est intenable.
    marge_libre : dict
        Retard qu'elle peut prendre sans déplacer aucune autre tâche.
    duree : float
        Durée du projet au plus tôt.
    chemin_critique : tuple of str
        Un plus long chemin, dans l'ordre ; le premier par ordre des tâches s'il y en a plusieurs.
    critiques : tuple of str
        Toutes les tâches dont la marge est la plus faible (celles de tous les plus longs chemins).
    """

    debut_tot: dict[str, Jours]
    fin_tot: dict[str, Jours]
    debut_tard: dict[str, Jours]
    fin_tard: dict[str, Jours]
    marge_totale: dict[str, Jours]
    marge_libre: dict[str, Jours]
    duree: Jours
    chemin_critique: tuple[str, ...]
    critiques: tuple[str, ...]
    debut: datetime.date | None = None
    unite: Unite = "calendaires"
    departement: str = ""
    reseau: Reseau | None = field(default=None, repr=False, compare=False)

    def date(self, jour: Jours) -> datetime.date:
        """Date d'un jour du projet ; demande une date de début. Un jour fractionnaire compte pour la date entamée.

        Raises
        ------
        ErreurDonnees
            L'ordonnancement n'a pas de date de début.
        """
        if self.debut is None:
            raise ErreurDonnees("Pas de date sans début de projet : donnez « debut » à planifier().")
        entier = int(jour // 1)
        if self.unite == "ouvres":
            return ajouter_jours_ouvres(self.debut, entier, self.departement)
        return self.debut + datetime.timedelta(days=entier)

    def table(self) -> pd.DataFrame:
        """Une ligne par tâche : ``tache``, les six grandeurs, ``critique`` ; et ses dates si le début est connu."""
        noms = ("debut_tot", "fin_tot", "debut_tard", "fin_tard", "marge_totale", "marge_libre")
        table = pd.DataFrame({nom: getattr(self, nom) for nom in noms}).rename_axis("tache").reset_index()
        table["critique"] = table["tache"].isin(self.critiques)
        if self.debut is not None:
            for nom in noms[:4]:
                table[f"date_{nom}"] = [self.date(jour) for jour in table[nom]]
        return table


def planifier(
    taches: Mapping[str, Any],
    debut: datetime.date | None = None,
    fin: Jours | None = None,
    unite: Unite = "calendaires",
    departement: str = "",
) -> Ordonnancement:
    """Dates au plus tôt et au plus tard, marges et chemin critique d'un projet.

    Parameters
    ----------
    taches : Mapping
        Identifiant → ``(duree, devancieres)``. Durée en jours, positive ou nulle. Une devancière est un identifiant,
        ou ``(identifiant, delai)`` quand il faut encore attendre ``delai`` jours après sa fin.
    debut : date, optional
        Début du projet, pour obtenir des dates (:meth:`Ordonnancement.date`, :meth:`Ordonnancement.table`).
    fin : number, optional
        Fin imposée, en jours depuis le début ; par défaut, la fin au plus tôt.
    unite : str
        ``"calendaires"``, ou ``"ouvres"`` (du lundi au vendredi hors fériés) : ce que comptent les durées.
    departement : str
        Pour les fériés propres à l'Alsace, à la Moselle et à l'outre-mer.

    Returns
    -------
    Ordonnancement

    Raises
    ------
    ErreurDonnees
        Tous les défauts à la fois : devancière inconnue, durée ou délai négatif ou non numérique, tâche qui s'attend
        elle-même, boucle (la boucle est écrite).

    Examples
    --------
    >>> plan = planifier({"etude": (10, []), "avis": (5, ["etude"]), "budget": (3, ["etude"]), "vote": (1, ["avis", "budget"])})
    >>> plan.duree, plan.chemin_critique, plan.marge_totale["budget"]
    (16, ('etude', 'avis', 'vote'), 2)
    """
    reseau = lire_reseau(taches)
    if unite not in ("calendaires", "ouvres"):
        raise ErreurDonnees(f"Unité « {unite} » : attendu « calendaires » ou « ouvres ».")
    debut = None if debut is None else lire_jour(debut, "le début du projet")
    fin = fin if fin is None or isinstance(fin, int) and not isinstance(fin, bool) else nombre(fin, "la fin imposée")
    durees = reseau.durees
    return ordonnancer(
        reseau, 0, fin, lambda nom, jour: jour + durees[nom], lambda nom, jour: jour - durees[nom], debut, unite, departement
    )


def ordonnancer(
    reseau: Reseau,
    origine: Jours,
    fin: Jours | None,
    avancer: Callable[[str, Jours], Jours],
    reculer: Callable[[str, Jours], Jours],
    debut: datetime.date | None = None,
    unite: Unite = "calendaires",
    departement: str = "",
) -> Ordonnancement:
    """Les deux passes sur un réseau lu, avec des durées qui peuvent dépendre du jour (dates de séance).

    ``avancer(tache, debut)`` donne la fin au plus tôt ; ``reculer(tache, fin)`` le début au plus tard.
    """
    debut_tot, fin_tot = _aller(reseau, origine, avancer)
    duree = max(fin_tot.values(), default=origine) - origine
    terme = origine + duree if fin is None else fin
    debut_tard, fin_tard = _retour(reseau, terme, reculer)
    totale = {nom: _net(debut_tard[nom] - debut_tot[nom]) for nom in reseau.ordre}
    libre = {nom: _net(_suite(reseau, nom, debut_tot, origine + duree) - fin_tot[nom]) for nom in reseau.ordre}
    moindre = min(totale.values(), default=0)
    return Ordonnancement(
        debut_tot, fin_tot, debut_tard, fin_tard, totale, libre, duree,
        _plus_long_chemin(reseau, debut_tot, fin_tot), tuple(n for n in reseau.noms if totale[n] - moindre <= EPSILON),
        debut, unite, departement, reseau,
    )  # fmt: skip


def _aller(reseau: Reseau, origine: Jours, avancer: Callable[[str, Jours], Jours]) -> tuple[dict, dict]:
    debuts, fins = dict.fromkeys(reseau.noms, origine), dict.fromkeys(reseau.noms, origine)
    for nom in reseau.ordre:
        debuts[nom] = max((fins[avant] + delai for avant, delai in reseau.devancieres[nom].items()), default=origine)
        fins[nom] = avancer(nom, debuts[nom])
    return debuts, fins


def _retour(reseau: Reseau, terme: Jours, reculer: Callable[[str, Jours], Jours]) -> tuple[dict, dict]:
    debuts, fins = dict.fromkeys(reseau.noms, terme), dict.fromkeys(reseau.noms, terme)
    for nom in reversed(reseau.ordre):
        fins[nom] = _suite(reseau, nom, debuts, terme)
        debuts[nom] = reculer(nom, fins[nom])
    return debuts, fins


def _suite(reseau: Reseau, nom: str, debuts: Mapping[str, Jours], terme: Jours) -> Jours:
    """Jour où la suite attend cette tâche : le plus proche début de ses suivantes, délais ôtés, ou le terme."""
    return min((debuts[apres] - reseau.devancieres[apres][nom] for apres in reseau.suivantes[nom]), default=terme)


def _net(ecart: Jours) -> Jours:
    return 0 if abs(ecart) <= EPSILON else ecart


def _plus_long_chemin(reseau: Reseau, debuts: Mapping[str, Jours], fins: Mapping[str, Jours]) -> tuple[str, ...]:
    """Remonte de la tâche qui finit la dernière, par la devancière qui a fixé son début."""
    if not reseau.noms:
        return ()
    terme = max(fins.values())
    nom = next(n for n in reseau.noms if fins[n] >= terme - EPSILON and not reseau.suivantes[n])
    chemin = [nom]
    while reseau.devancieres[nom]:
        avant = reseau.devancieres[nom]
        nom = next(n for n in avant if fins[n] + avant[n] >= debuts[nom] - EPSILON)
        chemin.append(nom)
    return tuple(reversed(chemin))


@dataclass(frozen=True)
class Place:
    """Place d'un transfert après nivellement : date demandée, date retenue, et décalage en trimestres."""

    demandee: datetime.date
    retenue: datetime.date
    trimestres: int

    @property
    def decalee(self) -> bool:
        """Vrai si la limite de capacité a repoussé le transfert."""
        return self.trimestres > 0


def trimestre(jour: datetime.date) -> tuple[int, int]:
    """Année et rang (1 à 4) du trimestre civil.

    Examples
    --------
    >>> trimestre(datetime.date(2027, 10, 1))
    (2027, 4)
    """
    jour = lire_jour(jour)
    return jour.year, (jour.month + 2) // 3


def niveler(
    dates: Mapping[str, datetime.date], par_trimestre: int, dejas: Sequence[datetime.date] = ()
) -> dict[str, Place]:
    """Étale des transferts : au plus ``par_trimestre`` dates d'effet dans un même trimestre civil.

    Algorithme glouton et déterministe : les transferts se servent par date demandée puis dans l'ordre reçu (l'ordre des
    priorités) ; celui qui n'a plus de place passe au premier jour du trimestre suivant qui en a. Aucun n'est avancé. Ce
    n'est pas un optimum : un autre ordre peut convenir mieux au territoire.

    Parameters
    ----------
    dates : Mapping
        Transfert → date d'effet demandée, par priorité décroissante.
    par_trimestre : int
        Capacité, 1 au moins.
    dejas : sequence of date
        Dates d'effet déjà promises par ailleurs, qui occupent des places.

    Examples
    --------
    >>> janvier = datetime.date(2028, 1, 1)
    >>> niveler({"si": janvier, "rh": janvier, "paie": janvier}, 2)["paie"].retenue
    datetime.date(2028, 4, 1)
    """
    par_trimestre = entier(par_trimestre, "le nombre de transferts par trimestre", 1)
    dates = {nom: lire_jour(jour, f"la date de {nom}") for nom, jour in dictionnaire(dates, "les dates", "transfert → date").items()}
    occupes: dict[tuple[int, int], int] = {}
    for jour in suite(dejas, "les dates déjà promises"):
        occupes[trimestre(jour)] = occupes.get(trimestre(jour), 0) + 1
    places = {}
    for nom in sorted(dates, key=lambda n: dates[n]):  # le tri est stable : l'ordre reçu départage
        retenue, pas = dates[nom], 0
        while occupes.get(trimestre(retenue), 0) >= par_trimestre:
            retenue, pas = _trimestre_suivant(retenue), pas + 1
        occupes[trimestre(retenue)] = occupes.get(trimestre(retenue), 0) + 1
        places[nom] = Place(dates[nom], retenue, pas)
    return {nom: places[nom] for nom in dates}


def _trimestre_suivant(jour: datetime.date) -> datetime.date:
    annee, rang = trimestre(jour)
    return datetime.date(annee + rang // 4, rang % 4 * 3 + 1, 1)
