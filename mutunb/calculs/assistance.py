"""L'assistance informatique : la seule vraie file d'attente des fonctions support, donc la seule où Erlang s'emploie."""

from __future__ import annotations

from dataclasses import dataclass

from mutunb.calculs.declarations import feuille
from mutunb.calculs.erlang import Effectif, effectif_minimal, trafic_erlangs
from mutunb.calculs.modele_economique import ModeleEconomique

FONCTION, INDICATEUR = "systemes_information", "tickets"
#: niveau de service visé : part des demandes prises avant ce délai
NIVEAU_SERVICE, ATTENTE_MINUTES = 0.8, 15


@dataclass(frozen=True)
class Assistance:
    """Ce que demande l'assistance d'un périmètre.

    Attributes
    ----------
    demandes : float
        Demandes déclarées par an.
    entites, entites_perimetre : int
        Entités qui les déclarent, sur celles du périmètre : les autres appelleront aussi.
    trafic : float
        Erlangs à l'heure chargée.
    besoin : Effectif
        Agents présents en même temps ; les congés et les absences s'ajoutent.
    """

    demandes: float
    entites: int
    entites_perimetre: int
    trafic: float
    besoin: Effectif


def dimensionner_assistance(modele: ModeleEconomique) -> Assistance | None:
    """Agents à présenter à l'assistance informatique ; ``None`` sans équipe commune ou sans demandes déclarées."""
    if FONCTION not in modele.projet.choix:
        return None
    base = modele.service(FONCTION, modele.scenario_retenu).assiette
    lues = feuille(modele.projet.dossier, "activite")
    if lues is None or not base.a_une_equipe:
        return None
    siennes = lues[lues["fonction"].eq(FONCTION) & lues["indicateur"].eq(INDICATEUR) & lues["siren"].isin(base.table["siren"])]
    siennes = siennes[siennes["exercice"].isna() | siennes["exercice"].eq(siennes["exercice"].max())].dropna(subset="valeur")
    demandes, hypotheses = float(siennes["valeur"].sum()), modele.fondation.hypotheses
    if not demandes > 0:
        return None
    duree = hypotheses["duree_demande_assistance"].central
    par_heure = demandes / hypotheses["heures_ouverture_assistance"].central * hypotheses["pointe_assistance"].central
    trafic = trafic_erlangs(par_heure, duree)
    besoin = effectif_minimal(trafic, duree, ATTENTE_MINUTES, NIVEAU_SERVICE)
    return Assistance(demandes, siennes["siren"].nunique(), len(base.table), trafic, besoin)
