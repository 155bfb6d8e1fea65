"""Ce que change un instrument : agents, argent, risque de TVA, CIF, retour en arrière, délai, sortie, majorité à réunir."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mutunb import formats, referentiel
from mutunb.erreurs import ErreurUsage
from mutunb.referentiel import Instrument, Majorite, Point
from mutunb.referentiel.entrees.instruments import DureeMois
from mutunb.referentiel.niveaux import est_a_verifier

#: risque de TVA → ce qu'on en dit
RISQUES_TVA: Mapping[str, str] = MappingProxyType(
    {
        "sans_objet": "sans objet",
        "faible": "faible",
        "faible_a_moyen": "faible à moyen",
        "moyen": "moyen",
        "moyen_a_haut": "moyen à haut",
        "haut": "haut",
        "dans_le_champ": "dans le champ de la taxe",
        "selon_cas": "selon le cas",
    }
)
EFFETS_CIF: Mapping[str, str] = MappingProxyType(
    {
        "non": "aucun",
        "oui": "hausse",
        "a_etudier": "à étudier",
        "si_ac_ac": "hausse, par l'imputation",
        "si_ac_mixte": "hausse, pour la part imputée",
        "si_ac_facture": "aucun, le service étant facturé",
    }
)
#: voie financière d'un service commun → ce que paie une commune
VOIES_SERVICE_COMMUN: Mapping[str, str] = MappingProxyType(
    {
        "ac": "Imputation sur l'attribution de compensation",
        "mixte": "Base imputée sur l'attribution de compensation, usage facturé",
        "facture": "Remboursement prévu par la convention",
    }
)
#: instruments qui demandent une majorité, ou un accord de chacun → règle de « majorites.yaml »
MAJORITES: Mapping[str, str] = MappingProxyType(
    {
        "TR": "transfert_competence",
        "GCD": "modification_statuts",
        "SC": "service_commun",
        "SCC": "service_commun",
        "MADD": "mise_a_disposition",
        "GC": "groupement_commandes",
        "ENT": "entente",
    }
)
#: instruments dont la sortie est détaillée dans une entrée de droit
SORTIES: Mapping[str, str] = MappingProxyType({"SC": "sortie_service_commun", "SCC": "sortie_service_commun"})
FONCTIONS_CONCURRENTIELLES = frozenset({"systemes_information", "ressources_humaines"})


@dataclass(frozen=True)
class Consequences:
    """Ce que change un instrument pour une fonction ; une durée ou une réversibilité non établie est ``None``."""

    instrument: Instrument
    agents: str
    argent: str
    risque_tva: str
    effet_cif: str
    reversibilite: str | None
    delai_mois: DureeMois | None
    sortie: str
    majorite: Majorite | None
    a_verifier: bool


def consequences(code: str, mode_financier: str = "facture", *, assujetti_tva: bool = False, fonction: str = "") -> Consequences:
    """Conséquences d'un instrument, selon la voie financière retenue.

    Parameters
    ----------
    code : str
        Code du catalogue.
    mode_financier : str
        « ac », « mixte » ou « facture ».
    assujetti_tva : bool
        Un bénéficiaire est assujetti à la TVA.
    fonction : str
        Fonction concernée, pour le risque de TVA d'une prestation.

    Examples
    --------
    >>> consequences("SC", "ac").effet_cif, consequences("SC", "facture").effet_cif, consequences("SC").delai_mois.haut
    ("hausse, par l'imputation", 'aucun, le service étant facturé', 14)
    """
    if mode_financier not in tuple(VOIES_SERVICE_COMMUN):
        raise ErreurUsage.nom_inconnu("voie financière", str(mode_financier), VOIES_SERVICE_COMMUN)
    instrument = referentiel.instrument(code)
    comparaison = instrument.comparaison
    effet = f"si_ac_{mode_financier}" if instrument.effet_cif == "si_ac" else instrument.effet_cif
    risque = risque_tva(code, assujetti=assujetti_tva, fonction=fonction)
    regle = MAJORITES.get(code)
    return Consequences(
        instrument=instrument,
        agents=instrument.agents,
        argent=VOIES_SERVICE_COMMUN[mode_financier] if code in SORTIES else instrument.flux_financier,
        risque_tva=RISQUES_TVA[risque],
        effet_cif=EFFETS_CIF[effet],
        reversibilite=comparaison.reversibilite if comparaison else None,
        delai_mois=comparaison.delai_montage_mois if comparaison else None,
        sortie=instrument.sortie,
        majorite=referentiel.majorite(regle) if regle else None,
        a_verifier=instrument.a_verifier,
    )


def risque_tva(
    code: str, *, assujetti: bool = False, marge: bool = False, hors_epci: bool = False, fonction: str = ""
) -> str:
    """Risque de TVA d'un instrument : « haut » dès qu'un fait l'impose, sinon celui du catalogue.

    Parameters
    ----------
    assujetti, marge, hors_epci : bool
        Bénéficiaire assujetti (régie d'eau, société publique locale…) ; prix au-dessus du coût ; bénéficiaire extérieur.
    fonction : str
        Informatique et paie ont un marché privé : une prestation y court un risque au moins moyen.

    Notes
    -----
    Ordre d'évaluation : haut, puis moyen, puis faible ; CGI, art. 256 B et 261 B (A15 S23, A S27), règle de niveau B.

    Examples
    --------
    >>> risque_tva("SC"), risque_tva("SC", assujetti=True), risque_tva("PS", fonction="systemes_information")
    ('faible', 'haut', 'moyen')
    """
    catalogue = referentiel.instrument(code).risque_tva
    if catalogue in ("sans_objet", "dans_le_champ"):
        return catalogue
    if assujetti or marge or hors_epci:
        return "haut"
    return "moyen" if code == "PS" and fonction in FONCTIONS_CONCURRENTIELLES else catalogue


def clause_de_sortie(code: str) -> tuple[Point, ...]:
    """Ce que le droit et l'usage disent de la sortie, point par point ; vide si seul le catalogue en parle.

    Examples
    --------
    >>> bool(clause_de_sortie("SC")), clause_de_sortie("GC")
    (True, ())
    """
    return referentiel.droit(SORTIES[code]).points if code in SORTIES else ()


def delai(duree: DureeMois | None) -> str:
    """« 8 à 14 mois », ou « n.d. »."""
    if duree is None:
        return formats.ABSENT
    return f"{formats.nombre(duree.bas)} à {formats.avec_unite(formats.nombre(duree.haut), 'mois')}"


def mention(niveau: str) -> str:
    """« à vérifier » si le niveau de preuve le demande, sinon rien."""
    return "à vérifier" if est_a_verifier(niveau) else ""
