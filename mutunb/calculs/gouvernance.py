"""Qui prépare, qui donne un avis, qui décide, qui suit : les instances que ce projet demande."""

from __future__ import annotations

from dataclasses import dataclass

from mutunb import referentiel
from mutunb.calculs.calendrier import Calendrier
from mutunb.calculs.taches import SERVICES
from mutunb.referentiel import Instance

ROLES = {"decide": "décide", "avis": "donne un avis", "prepare": "prépare", "suit": "suit"}


@dataclass(frozen=True)
class Gouvernance:
    """Instances d'un projet.

    Attributes
    ----------
    calendrier : Calendrier
    instances : tuple of Instance
        Celles que le projet demande, dans l'ordre où elles interviennent.
    ecartees : tuple of (Instance, str)
        Celles qui sont sans objet, et pourquoi.
    """

    calendrier: Calendrier
    instances: tuple[Instance, ...]
    ecartees: tuple[tuple[Instance, str], ...]

    def role(self, role: str) -> tuple[Instance, ...]:
        """Instances d'un rôle (:data:`ROLES`)."""
        return tuple(i for i in self.instances if i.role == role)


def composer_gouvernance(calendrier: Calendrier) -> Gouvernance:
    """Instances que le projet demande, d'après les instruments et le financement retenus."""
    plans = list(calendrier.plans.values())
    vrais = {
        "toujours": (bool(plans), "aucune fonction retenue"),
        "comite_social": (any(p.avec_comite for p in plans), "aucun instrument retenu ne demande l'avis d'un comité social"),
        "imputation": (any(p.imputation for p in plans), "le coût ne passe pas par l'attribution de compensation"),
        "service": (any(p.choix.instrument in SERVICES for p in plans), "aucun service commun n'est retenu"),
        "facture": (any("T23" in p.chaine.taches for p in plans), "rien n'est facturé au coût unitaire"),
    }
    toutes = referentiel.gouvernance().values()
    return Gouvernance(
        calendrier,
        tuple(i for i in toutes if vrais[i.quand][0]),
        tuple((i, vrais[i.quand][1]) for i in toutes if not vrais[i.quand][0]),
    )
