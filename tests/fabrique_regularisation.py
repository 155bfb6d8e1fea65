"""De petites feuilles de suivi, et une régularisation faite d'elles, pour éprouver calculs et relevés."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pandas as pd

from mutunb.calculs.regularisation import Regularisation, regulariser_exercice
from mutunb.calculs.regularisation_service import RegularisationService, regulariser_service
from mutunb.dossier import ouvrir

FICTIF = "999999998"
EPCI = FICTIF
#: SIREN de communes du territoire fictif
AUBRELLE, MIRELLE, VALMORELLE, CYRLIN = "999999899", "999999907", "999999915", "999999923"


def charges(*lignes: Mapping[str, Any]) -> pd.DataFrame:
    """Feuille « charges » ; par défaut, du personnel."""
    colonnes = ("nature", "libelle", "montant_eur", "source_montant", "ajustement_budget_eur", "justification", "strictement_lie",
                "remplacement_eur", "duree_ans", "charges_financieres_eur", "entretien_eur_an", "ressources_eur", "tva")  # fmt: skip
    return pd.DataFrame([{"nature": "personnel", **ligne} for ligne in lignes], columns=list(colonnes))


def unites(*lignes: Sequence[Any], unite: str = "FIN_UO_MANDAT") -> pd.DataFrame:
    """Feuille « unités » : ``(siren, prévues, constatées[, mois, mouvement])``."""
    completes = [(*ligne, 12, "rien")[:5] if len(ligne) == 3 else ligne for ligne in lignes]
    table = pd.DataFrame(completes, columns=["siren", "unites_prevues", "unites_constatees", "mois_presence", "mouvement"])
    return table.assign(unite=unite)


def versements(*lignes: Sequence[Any]) -> pd.DataFrame:
    """Feuille « versements » : ``(siren, versé[, imputé])`` ; imputé : mode « ac »."""
    return pd.DataFrame(
        [
            {"siren": siren, "mode": "ac" if reste else "facture", "verse_eur": verse, "ac_imputee_eur": reste[0] if reste else None}
            for siren, verse, *reste in lignes
        ],
        columns=["siren", "mode", "appele_eur", "verse_eur", "ac_imputee_eur"],
    )


def service(fonction: str = "comptabilite_finances", **feuilles: Any) -> RegularisationService:
    """Service de trois usagers et de leur EPCI, sauf les feuilles données."""
    noms = {EPCI: "EPCI", AUBRELLE: "Aubrelle", MIRELLE: "Sainte-Mirelle", VALMORELLE: "Valmorelle", CYRLIN: "Saint-Cyrlin"}
    defaut = {
        "charges": charges({"montant_eur": 100_000}),
        "unites": unites((EPCI, 100, 100), (AUBRELLE, 400, 380), (MIRELLE, 300, 310), (VALMORELLE, 200, 210)),
        "versements": versements((AUBRELLE, 40_000), (MIRELLE, 30_000), (VALMORELLE, 20_000)),
        "exercice": 2029,
        "noms": noms,
    }
    return regulariser_service(fonction, epci=EPCI, **{**defaut, **feuilles})


def regularisation(*services: RegularisationService, diffusion: bool = False) -> Regularisation:
    """Régularisation du territoire fictif dont les services de 2029 sont ceux-là."""
    base = regulariser_exercice(ouvrir(FICTIF), 2029)
    reglages = base.dossier.reglages.model_copy(update={"diffusion_financiere": diffusion})
    historique = {2029: MappingProxyType({s.fonction: s for s in services})} if services else base.historique
    return replace(base, dossier=replace(base.dossier, reglages=reglages), historique=MappingProxyType(historique))
