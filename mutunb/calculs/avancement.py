"""Les jalons suivis, face à leur date prévue ou à celle du calendrier du projet."""

from __future__ import annotations

import datetime
from collections.abc import Mapping

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.calendrier import PlanFonction
from mutunb.dossier.suivi import Suivi

FAIT, EN_RETARD, A_VENIR, SANS_DATE = "fait", "en retard", "à venir", "sans date prévue"
COLONNES = ("fonction", "tache", "libelle", "prevu_le", "origine", "fait_le", "retard_jours", "etat", "commentaire")


def jalons_suivis(suivi: Suivi, annee: int, plans: Mapping[str, PlanFonction]) -> pd.DataFrame:
    """Jalons notés jusqu'à l'exercice ``annee`` (:data:`COLONNES`) ; le plus récent l'emporte quand une tâche revient.

    Une date prévue que le suivi ne donne pas vient du calendrier du projet. ``retard_jours`` : jours entre la date prévue et
    la date faite, ou le dernier jour compté si rien n'est fait ; négatif en avance.
    """
    table = suivi.table("jalons").dropna(subset="tache")
    table = table[table["annee"].le(annee)].drop_duplicates(["tache", "fonction", "prevu_le"], keep="last")
    jour = suivi.exercice(annee).arret
    libelles = referentiel.taches()
    lignes = []
    for j in table.itertuples():
        plan = plans.get(j.fonction)
        calendrier = plan.etapes[j.tache].fin_tard if plan and j.tache in plan.etapes else None
        prevu, fait = (None if pd.isna(d) else pd.Timestamp(d).date() for d in (j.prevu_le, j.fait_le))
        origine = "suivi" if prevu else "calendrier du projet" if calendrier else ""
        prevu = prevu or calendrier
        lignes.append(
            {
                "fonction": j.fonction,
                "tache": j.tache,
                "libelle": libelles[j.tache].libelle if j.tache in libelles else j.tache,
                "prevu_le": prevu,
                "origine": origine,
                "fait_le": fait,
                "retard_jours": _retard(prevu, fait, jour),
                "etat": _etat(prevu, fait, jour),
                "commentaire": j.commentaire if isinstance(j.commentaire, str) else "",
            }
        )
    return pd.DataFrame(lignes, columns=list(COLONNES))


def _retard(prevu: datetime.date | None, fait: datetime.date | None, jour: datetime.date) -> float:
    if prevu is None or (fait is None and jour <= prevu):
        return np.nan
    return float(((fait or jour) - prevu).days)


def _etat(prevu: datetime.date | None, fait: datetime.date | None, jour: datetime.date) -> str:
    if fait is not None:
        return FAIT
    if prevu is None:
        return SANS_DATE
    return EN_RETARD if jour > prevu else A_VENIR
