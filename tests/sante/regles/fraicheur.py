"""La fraîcheur du droit : un texte de niveau A se relit au moins une fois l'an."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

MOIS_ALERTE, MOIS_ECHEC = 12, 24


class Verifiable(Protocol):
    """Une entrée de droit, vue par cette règle."""

    id: str
    niveau: str
    verifie_le: datetime.date | None


@dataclass
class Bilan:
    """Entrées à relire, de la plus grave à la moins grave."""

    perimees: list[str] = field(default_factory=list)
    anciennes: list[str] = field(default_factory=list)
    sans_date: list[str] = field(default_factory=list)


def examiner(entrees: Iterable[Verifiable], aujourd_hui: datetime.date) -> Bilan:
    """Range les entrées selon l'âge de leur dernière vérification.

    Seul le niveau A peut périmer : le reste porte déjà « à vérifier » sous les yeux du lecteur.
    """
    bilan = Bilan()
    for entree in entrees:
        endroit = f"{entree.id} (niveau {entree.niveau})"
        if entree.verifie_le is None:
            bilan.sans_date.append(endroit)
            continue
        endroit += f", vérifié le {entree.verifie_le:%d/%m/%Y}"
        if aujourd_hui > plus_mois(entree.verifie_le, MOIS_ECHEC) and entree.niveau == "A":
            bilan.perimees.append(endroit)
        elif aujourd_hui > plus_mois(entree.verifie_le, MOIS_ALERTE):
            bilan.anciennes.append(endroit)
    return bilan


def plus_mois(jour: datetime.date, mois: int) -> datetime.date:
    """Même quantième ``mois`` plus tard, ramené à la fin du mois s'il n'existe pas."""
    annee, indice = divmod(jour.year * 12 + jour.month - 1 + mois, 12)
    dernier = calendar.monthrange(annee, indice + 1)[1]
    return datetime.date(annee, indice + 1, min(jour.day, dernier))
