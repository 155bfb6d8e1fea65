"""Le calendrier saisi par le consultant (``decisions.yaml``, clé ``calendrier``) : départ du projet, dates des séances."""

from __future__ import annotations

import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator

from mutunb.referentiel.champs import Entree, Jour, montrer, refus

CLE = "calendrier"


def _liste(valeur: Any) -> Any:
    if valeur is None:
        return ()
    if not isinstance(valeur, list | tuple):
        raise refus(montrer(valeur), "une liste de dates", "Écrivez les dates entre crochets : [2026-10-15, 2026-12-10].")
    return tuple(valeur)


def _sans_doublon(jours: tuple[datetime.date, ...]) -> tuple[datetime.date, ...]:
    if len(set(jours)) < len(jours):
        raise refus("une date deux fois", "chaque date une seule fois", "Retirez la répétition.")
    return tuple(sorted(jours))


Jours = Annotated[tuple[Jour, ...], BeforeValidator(_liste), AfterValidator(_sans_doublon)]


class DecisionCalendrier(Entree):
    """Dates connues du consultant ; vides, le calendrier les suppose et le dit.

    Parameters
    ----------
    date_depart : date, optional
        Jour où le projet commence (mandat politique).
    conseils : tuple of date
        Dates auxquelles l'EPCI et les communes auront délibéré : la dernière séance de chaque vague.
    cst : tuple of date
        Séances du comité social de l'EPCI.
    cst_communes : tuple of date
        Dates auxquelles les comités sociaux des communes de 50 agents et plus se seront tous réunis.
    cst_cdg : tuple of date
        Séances du comité social du centre de gestion.
    """

    date_depart: Jour | None = None
    conseils: Jours = ()
    cst: Jours = ()
    cst_communes: Jours = ()
    cst_cdg: Jours = ()
