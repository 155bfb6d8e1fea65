"""L'assemblée qui délibère : celle de l'EPCI, celle d'une commune nommée, ou d'une commune à compléter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from mutunb import formats, referentiel
from mutunb.actes import parties
from mutunb.actes.manques import a_completer
from mutunb.dossier import Dossier

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix


@dataclass(frozen=True)
class Deliberant:
    """Qui délibère : l'EPCI, ou une commune (``None`` : la délibération-type, à compléter par chaque mairie)."""

    est_epci: bool
    commune: pd.Series | None = None


def assemblee(dossier: Dossier, choix: Choix, qui: Deliberant, contribution: str) -> dict[str, Any]:
    """Variables ``assemblee``."""
    epci = parties.epci(dossier)
    commune = qui.commune
    organe = epci["organe"] if qui.est_epci else "le conseil municipal"
    if qui.est_epci:
        collectivite = epci["nom"]
    else:
        collectivite = a_completer("nom de la commune") if commune is None else parties.commune_de(commune["nom"])
    executif = "le président" if qui.est_epci else "le maire"
    return {
        "est_epci": qui.est_epci,
        "est_gestionnaire": qui.est_epci if choix.instrument == "SC" else False,
        "nom": f"{organe[3:4].upper()}{organe[4:]}",
        "nom_dans_la_phrase": organe,
        "collectivite": collectivite,
        "executif": executif,
        "executif_majuscule": f"L{executif[1:]}",
        "rapporteur": f"L{executif[1:]}",
        "convocation": _convocation(qui),
        "objet": _objet(choix),
        "montant": "les montants de l'annexe 4 de la convention" if qui.est_epci else contribution,
        "majorite_ac": (
            "à la majorité des deux tiers, en tenant compte du rapport de la CLECT."
            if qui.est_epci
            else "à la majorité simple, en tenant compte du rapport de la CLECT."
        ),
        "inscription": "les dépenses du service et les recettes de remboursement" if qui.est_epci else f"sa contribution ({contribution})",
    }


def _objet(choix: Choix) -> str:
    fonction = referentiel.fonction(choix.fonction).libelle
    if choix.instrument in ("SC", "SCC"):
        return f"création du service commun « {fonction} »"
    if choix.instrument in ("GC", "GCD"):
        return f"groupement de commandes « {fonction} »"
    return f"« {fonction} » : {referentiel.instrument(choix.instrument).libelle.lower()}"


def _convocation(qui: Deliberant) -> str:
    """Délai de convocation, selon la population quand on la connaît."""
    regle = referentiel.droit("seances_assemblees")
    long, court = (int(regle.valeur(nom)) for nom in ("convocation_epci_et_grandes_communes", "convocation_petites_communes"))
    seuil = regle.valeur("seuil_population")
    note = "avec une note explicative de synthèse"
    if qui.est_epci:
        return f"La convocation est adressée {long} jours francs au moins avant la séance."
    if qui.commune is None:
        return (
            f"La convocation est adressée {court} jours francs au moins avant la séance, ou {long} jours francs, {note}, dans une "
            f"commune de {formats.nombre(seuil)} habitants et plus."
        )
    grande = float(qui.commune["pop_municipale_2025"]) >= seuil
    return f"La convocation est adressée {long if grande else court} jours francs au moins avant la séance{f', {note}' if grande else ''}."
