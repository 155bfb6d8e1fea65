"""Ce que la collecte change aux priorités : le même calcul sans les réponses, fonction par fonction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mutunb.calculs.declarations import a_repondu
from mutunb.calculs.priorites import APPETENCE, Priorites, hierarchiser
from mutunb.calculs.signaux import Signal


@dataclass(frozen=True)
class Changement:
    """Une fonction dont le rang, la portée ou la note changent avec la collecte.

    Attributes
    ----------
    rang_avant, rang_apres : int
        Rang sur la note : données publiques seules, puis avec les réponses.
    note_avant, note_apres : float
        Note de 0 à 4.
    portee_avant, portee_apres : str
        Recommandation (:data:`mutunb.calculs.priorites.PORTEES`).
    enquete : bool
        Vrai si l'appétence est recueillie, pour cette fonction ou une autre.
    appetence : float or None
        Note d'appétence qui entre dans le calcul ; ``None`` si elle n'est pas recueillie ou trop peu renseignée.
    apparus, disparus : tuple of Signal
        Signaux locaux que les réponses ajoutent ou retirent à cette fonction.
    """

    fonction: str
    rang_avant: int
    rang_apres: int
    note_avant: float
    note_apres: float
    portee_avant: str
    portee_apres: str
    enquete: bool
    appetence: float | None
    apparus: tuple[Signal, ...]
    disparus: tuple[Signal, ...]


@dataclass(frozen=True)
class Changements:
    """Les deux versions, et l'écart de chaque fonction dans l'ordre des priorités d'après la collecte.

    Attributes
    ----------
    publique : Priorites
        Version tirée des seules données publiques, aux mêmes poids relatifs.
    fonctions : tuple of Changement
        Toutes les fonctions, changées ou non.
    """

    publique: Priorites
    fonctions: tuple[Changement, ...]

    @property
    def deplacees(self) -> tuple[Changement, ...]:
        """Fonctions dont le rang ou la recommandation change."""
        return tuple(c for c in self.fonctions if (c.rang_avant, c.portee_avant) != (c.rang_apres, c.portee_apres))


def comparer_aux_donnees_publiques(priorites: Priorites) -> Changements | None:
    """Écart entre les priorités et leur version sur données publiques ; ``None`` sans collecte."""
    dossier = priorites.integration.dossier
    if not a_repondu(dossier):
        return None
    poids = {axe: p for axe, p in priorites.poids.items() if axe != APPETENCE}
    if not sum(poids.values()) > 0:
        return None
    publique = hierarchiser(replace(dossier, collecte=None), poids)
    avant, apres = (p.table.set_index("fonction") for p in (publique, priorites))
    lignes = []
    for fonction in apres.index:
        anciens, nouveaux = publique.signaux_de(fonction), priorites.signaux_de(fonction)
        lignes.append(
            Changement(
                fonction=fonction,
                rang_avant=int(avant.at[fonction, "rang"]),
                rang_apres=int(apres.at[fonction, "rang"]),
                note_avant=float(avant.at[fonction, "note"]),
                note_apres=float(apres.at[fonction, "note"]),
                portee_avant=avant.at[fonction, "portee"],
                portee_apres=apres.at[fonction, "portee"],
                enquete=priorites.appetence is not None,
                appetence=_appetence(priorites, fonction),
                apparus=_absents(nouveaux, anciens),
                disparus=_absents(anciens, nouveaux),
            )
        )
    return Changements(publique, tuple(lignes))


def _appetence(priorites: Priorites, fonction: str) -> float | None:
    classee = priorites.appetence is not None and priorites.est_classe(fonction, APPETENCE)
    return priorites.appetence.note(fonction) if classee else None


def _absents(signaux: Sequence[Signal], autres: Sequence[Signal]) -> tuple[Signal, ...]:
    connus = {s.id for s in autres}
    return tuple(s for s in signaux if s.id not in connus)
