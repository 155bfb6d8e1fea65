"""Les hypothèses du projet que l'année contredit : prix, point d'indice, volumes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs.realise import Realise
from mutunb.dossier.suivi import ExerciceSuivi
from mutunb.referentiel import Hypothese

CONFORME, AU_DESSUS, AU_DESSOUS, NON_RELEVE = "dans la fourchette", "au-dessus", "en dessous", "non relevé"
#: écart de volume à la prévision au-delà duquel le coût unitaire prévu ne tient plus (part ; choix de mutunb)
ECART_VOLUMES = 0.05
COLONNES = ("hypothese", "prevu", "constate", "etat", "consequence")


def hypotheses_derivees(
    suivi: ExerciceSuivi, realises: Mapping[str, Realise], annee_depart: int, hypotheses: Mapping[str, Hypothese]
) -> pd.DataFrame:
    """Prix, point d'indice et volumes : ce qui était prévu, ce qui est constaté, et ce que l'écart change (:data:`COLONNES`).

    Notes
    -----
    Les indices du suivi valent 100 l'année du T0 ; leur hausse se compare en rythme annuel. Le point d'indice n'est qu'une
    partie de la hausse d'un coût d'agent : au-dessus de la borne haute à lui seul, il la contredit ; en dessous, il ne
    prouve rien.
    """
    ans = suivi.exercice - annee_depart
    entete = suivi.table("exercice")
    indices = {nom: float(entete[nom].iloc[0]) if len(entete) else np.nan for nom in ("indice_prix", "point_indice")}
    lignes = [_prix(indices["indice_prix"], ans, hypotheses["inflation"]), _point(indices["point_indice"], ans, hypotheses["evolution_personnel"])]
    return pd.DataFrame([*lignes, *(_volume(r) for r in realises.values())], columns=list(COLONNES))


def rythme_annuel(indice: float, ans: int) -> float:
    """Hausse annuelle (%/an) d'un indice base 100 au bout de ``ans`` années.

    Examples
    --------
    >>> round(rythme_annuel(104.04, 2), 6)
    2.0
    """
    return ((indice / 100) ** (1 / ans) - 1) * 100 if ans > 0 and indice == indice else np.nan


def _prix(indice: float, ans: int, hypothese: Hypothese) -> tuple[str, ...]:
    rythme = rythme_annuel(indice, ans)
    etat = _place(rythme, hypothese)
    suite = {
        AU_DESSUS: "le coût monte plus vite que prévu sans que le service y soit pour rien ; la tendance aussi",
        AU_DESSOUS: "une partie de la baisse de coût vient des prix, pas du service",
        CONFORME: "rien à corriger",
        NON_RELEVE: "à relever : sans lui, l'inflation ne se sépare pas des prix propres au service",
    }
    return "Hausse des prix", _fourchette(hypothese), _taux(rythme), etat, suite[etat]


def _point(indice: float, ans: int, hypothese: Hypothese) -> tuple[str, ...]:
    rythme = rythme_annuel(indice, ans)
    etat = NON_RELEVE if np.isnan(rythme) else AU_DESSUS if rythme > hypothese.haut else CONFORME
    suite = {
        AU_DESSUS: "le coût d'un agent monte plus vite que la borne haute retenue : à revoir dans le modèle économique",
        CONFORME: "le point seul ne contredit pas la hausse retenue, qui compte aussi l'avancement et les cotisations",
        NON_RELEVE: "à relever",
    }
    return "Point d'indice, face à la hausse du coût d'un agent", _fourchette(hypothese), _taux(rythme), etat, suite[etat]


def _volume(realise: Realise) -> tuple[str, ...]:
    prevues, constatees = (float(realise.usagers[c].sum(skipna=False)) if len(realise.usagers) else np.nan for c in ("prevues", "constatees"))
    nom = f"Volumes, {referentiel.fonction(realise.fonction).libelle_court}"
    if not (prevues > 0 and constatees == constatees):
        return nom, formats.nombre(prevues), formats.nombre(constatees), NON_RELEVE, "à relever auprès des usagers"
    ecart = constatees / prevues - 1
    if abs(constatees - prevues) <= ECART_VOLUMES * prevues:
        return nom, formats.nombre(prevues), _constate(constatees, ecart), CONFORME, "rien à corriger"
    suite = (
        "le coût unitaire notifié ne couvre pas toutes les charges : une part reste à l'EPCI, ou se régularise"
        if ecart < 0
        else "le coût unitaire notifié recouvre plus que les charges : à rendre aux usagers"
    )
    return nom, formats.nombre(prevues), _constate(constatees, ecart), AU_DESSUS if ecart > 0 else AU_DESSOUS, suite


def _constate(constatees: float, ecart: float) -> str:
    return f"{formats.nombre(constatees)} ({formats.pourcent(ecart, 1, signe=True)})"


def _place(rythme: float, hypothese: Hypothese) -> str:
    if np.isnan(rythme):
        return NON_RELEVE
    return AU_DESSUS if rythme > hypothese.haut else AU_DESSOUS if rythme < hypothese.bas else CONFORME


def _taux(rythme: float) -> str:
    return formats.ABSENT if np.isnan(rythme) else formats.avec_unite(formats.nombre(rythme, 1), "% par an")


def _fourchette(hypothese: Hypothese) -> str:
    return formats.avec_unite(f"{formats.nombre(hypothese.bas, 1)} à {formats.nombre(hypothese.haut, 1)}", "% par an")
