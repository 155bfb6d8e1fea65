"""Ce que mutunb recommande pour une fonction, champ par champ, avec son motif ; la décision du client, quand elle existe.

Règles (niveau B, affichées) ::

    forme     premier instrument admis que les lignes rouges des communes n'écartent pas, à défaut une forme légère ; une
              fonction que le diagnostic conseille de commencer légèrement se fait avec les seules communes volontaires
    périmètre EPCI et communes, sauf celles dont une ligne rouge écarte cette forme ; toutes si aucune ne resterait
    clé       unités d'œuvre si chaque entité du périmètre a déclaré ses volumes, sinon population
    voie      facture en fiscalité additionnelle et hors service commun ; sinon imputation si la clé est stable, formule
              mixte (base imputée, usage facturé) si elle suit l'usage
    date      premier 1er janvier après le délai d'usage de l'instrument, hors élections des comités sociaux
    scénario  cible
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from mutunb import formats
from mutunb.calculs.appetence import FORMES_ECARTEES
from mutunb.calculs.conditions_eligibilite import RH, Faits
from mutunb.calculs.declarations import feuille, noms_des_communes
from mutunb.calculs.instruments import Examen, examiner_faits
from mutunb.calculs.premier_janvier import delai_mois, plus_tard, premier_janvier
from mutunb.calculs.priorites import Priorites
from mutunb.calculs.volumes import volumes_declares
from mutunb.dossier import Dossier
from mutunb.dossier.decisions import DecisionFonction

#: forme nommée par l'enquête d'appétence → instruments qui la réalisent
FORMES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "service_commun": frozenset({"SC", "SCC"}),
        "groupement": frozenset({"GC", "GCD", "CA"}),
        "prestation": frozenset({"PS", "CG"}),
        "mise_a_disposition": frozenset({"MADD", "MADI"}),
    }
)
#: clés dont le montant suit l'usage de l'année
CLES_D_USAGE = frozenset({"unites", "fixe_variable"})
#: instruments que leur texte fait rembourser à l'unité
A_L_UNITE = frozenset({"MADD", "MADA"})
SANS_INSTRUMENT = "INF"


@dataclass(frozen=True)
class Retenu:
    """Un champ retenu : sa valeur, pourquoi, s'il vient du client, et pourquoi sa décision n'a pas pu être suivie."""

    valeur: Any
    motif: str
    decide: bool = False
    non_suivie: str = ""


@dataclass(frozen=True)
class Recommandation:
    """Les six champs retenus d'une fonction, et l'examen des instruments dans son périmètre."""

    perimetre: Retenu
    instrument: Retenu
    cle: Retenu
    scenario: Retenu
    date_effet: Retenu
    mode_financier: Retenu
    examen: Examen


def recommander(
    priorites: Priorites, fonction: str, decision: DecisionFonction | None, reference: datetime.date
) -> Recommandation:
    """Champs retenus pour une fonction : décision du client quand elle est écrite et possible, sinon recommandation."""
    dossier = priorites.effectifs.dossier
    voulu = decision.instrument if decision else None
    ecartees, legere = _instruments_ecartes(priorites, fonction), priorites.portee(fonction) == "forme_legere"
    if legere:
        ecartees = frozenset()
    tous = (dossier.territoire.siren, *noms_des_communes(dossier))
    premier = _instrument(examiner_faits(_faits(dossier, fonction, tous, legere, voulu)), voulu, ecartees, decision)
    if premier.valeur == SANS_INSTRUMENT and ecartees:
        legere = True
        premier = _instrument(examiner_faits(_faits(dossier, fonction, tous, legere, voulu)), voulu, ecartees, decision)
    perimetre = _perimetre(dossier, fonction, premier.valeur, decision)
    examen = examiner_faits(_faits(dossier, fonction, perimetre.valeur, legere, voulu))
    instrument = _instrument(examen, voulu, ecartees, decision)
    if instrument.valeur != premier.valeur and not perimetre.decide:
        perimetre = _perimetre(dossier, fonction, instrument.valeur, decision)
    cle = _cle(dossier, fonction, perimetre.valeur, instrument.valeur, decision)
    return Recommandation(
        perimetre=perimetre,
        instrument=instrument,
        cle=cle,
        scenario=_scenario(decision),
        date_effet=_date_effet(instrument.valeur, reference, decision),
        mode_financier=_mode(examen, instrument.valeur, cle.valeur, decision),
        examen=examen,
    )


def _instruments_ecartes(priorites: Priorites, fonction: str) -> frozenset[str]:
    """Instruments dont plus d'un tiers des communes écartent la forme."""
    formes = () if priorites.appetence is None else priorites.appetence.formes_ecartees(fonction)
    return frozenset(code for forme in formes for code in FORMES.get(forme, ()))


def _faits(dossier: Dossier, fonction: str, perimetre: Iterable[str], legere: bool, voulu: str | None) -> Faits:
    parties, territoire = set(perimetre), dossier.territoire
    communes = [siren for siren in territoire.communes["siren"] if siren in parties]
    centre = territoire.communes.set_index("siren")["pop_municipale_2025"].astype(float).idxmax()
    return Faits(
        fonction=fonction,
        regime_fiscal=territoire.regime_fiscal,
        epci_partie=territoire.siren in parties,
        communes=len(communes),
        toutes_communes=len(communes) == len(territoire.communes),
        ville_centre_seule=communes == [centre],
        gestionnaire="commune" if voulu == "SCC" else "epci",
        commune_affiliee_cdg=_affiliation(dossier, parties) if fonction == RH else None,
        forme_legere=legere,
    )


def _affiliation(dossier: Dossier, parties: set[str]) -> bool | None:
    """Vrai si une partie (ou un de ses établissements) est affiliée d'office ; ``None`` si une affiliation manque."""
    entites = feuille(dossier, "entites")
    if entites is None:
        return None
    siennes = entites[entites["siren"].isin(parties) | entites["rattachement"].isin(parties)]
    if siennes["affiliation_cdg"].eq("obligatoire").any():
        return True
    etablies = siennes.dropna(subset="affiliation_cdg")["siren"]
    return False if parties <= set(etablies) else None


def _instrument(
    examen: Examen, voulu: str | None, ecartees: frozenset[str], decision: DecisionFonction | None
) -> Retenu:
    refus = examen.refus_de(voulu) if voulu else ()
    if voulu and not refus:
        conseille = "" if voulu in examen.codes_admis else " Cette forme n'est pas de celles que la méthode conseille ici."
        return Retenu(voulu, f"{_decision(decision)}{conseille}", decide=True)
    admis = next((a for a in examen.admis if a.code not in ecartees), None)
    non_suivie = f"« {voulu} » n'est pas possible : {minuscule(refus[0].raison)} ({refus[0].article})" if refus else ""
    if admis is None:
        motif = "Aucune forme de droit n'est proposée pour cette fonction dans ce périmètre : rester à l'échange informel."
        return Retenu(SANS_INSTRUMENT, motif, non_suivie=non_suivie)
    passes = [minuscule(a.libelle) for a in examen.admis if a.code in ecartees]
    ecart = f" Écarté par les lignes rouges des communes : {formats.liste(passes)}." if passes else ""
    return Retenu(admis.code, f"{admis.motif}{ecart}", non_suivie=non_suivie)


def _perimetre(dossier: Dossier, fonction: str, instrument: str, decision: DecisionFonction | None) -> Retenu:
    territoire = dossier.territoire
    noms = noms_des_communes(dossier)
    if decision is not None and decision.perimetre is not None:
        demandes = set(decision.perimetre)
        ordre = [siren for siren in (territoire.siren, *noms) if siren in demandes]
        return Retenu(tuple(ordre), _decision(decision), decide=True)
    tous = (territoire.siren, *noms)
    opposees = _communes_opposees(dossier, fonction, instrument)
    if opposees is None:
        return Retenu(tous, "L'EPCI et toutes ses communes : leurs lignes rouges ne sont pas connues, à recueillir.")
    gardees = tuple(siren for siren in tous if siren not in opposees)
    if not opposees:
        return Retenu(tous, "L'EPCI et toutes ses communes : aucune n'oppose de ligne rouge à cette forme.")
    if len(gardees) < 2:
        return Retenu(tous, "L'EPCI et toutes ses communes, bien que chacune oppose une ligne rouge à cette forme : à reprendre.")
    combien = "une commune oppose" if len(opposees) == 1 else f"{len(opposees)} communes opposent"
    return Retenu(gardees, f"L'EPCI et {len(gardees) - 1} de ses {len(noms)} communes : {combien} une ligne rouge à cette forme. "
                           "À confirmer avec chaque maire avant toute diffusion.")  # fmt: skip


def _communes_opposees(dossier: Dossier, fonction: str, instrument: str) -> set[str] | None:
    """Communes dont une ligne rouge écarte la forme de cet instrument ; ``None`` si l'enquête manque."""
    lues = feuille(dossier, "appetence")
    if lues is None:
        return None
    formes = {forme for forme, codes in FORMES.items() if instrument in codes}
    siennes = lues[lues["fonction"].eq(fonction) & lues["lignes_rouges"].notna()]
    opposees = [
        ligne.siren
        for ligne in siennes.itertuples(index=False)
        if any(formes & set(FORMES_ECARTEES.get(rouge.strip(), ())) for rouge in ligne.lignes_rouges.split(";"))
    ]
    return set(opposees) & set(dossier.territoire.communes["siren"])


def _cle(
    dossier: Dossier, fonction: str, perimetre: tuple[str, ...], instrument: str, decision: DecisionFonction | None
) -> Retenu:
    if decision is not None and decision.cle is not None:
        return Retenu(decision.cle, _decision(decision), decide=True)
    connus = volumes_declares(dossier, fonction)
    manquent = [siren for siren in perimetre if siren not in connus]
    if not manquent:
        return Retenu("unites", "Chaque entité du périmètre a déclaré ses volumes : chacune paie selon son usage.")
    if len(manquent) == len(perimetre):
        manque = "Aucune entité n'a déclaré ses volumes"
    elif len(manquent) == 1:
        manque = f"Une entité sur {len(perimetre)} n'a pas déclaré ses volumes"
    else:
        manque = f"{len(manquent)} entités sur {len(perimetre)} n'ont pas déclaré leurs volumes"
    unite = " ; le texte demandera un coût unitaire et des unités (D.5211-16)" if instrument in A_L_UNITE else ""
    return Retenu("population", f"{manque} : la population, connue de toutes, sert de clé en attendant{unite}.")


def _scenario(decision: DecisionFonction | None) -> Retenu:
    if decision is not None and decision.scenario is not None:
        return Retenu(decision.scenario, _decision(decision), decide=True)
    return Retenu("cible", "Scénario médian, entre le prudent et l'étendu, tant que rien n'est décidé.")


def _date_effet(instrument: str, reference: datetime.date, decision: DecisionFonction | None) -> Retenu:
    date, motif = premier_janvier(instrument, reference)
    if decision is None or decision.date_effet is None:
        return Retenu(date, motif)
    tot = decision.date_effet < plus_tard(reference, delai_mois(instrument))
    court = f" Date plus proche que le délai d'usage ({delai_mois(instrument)} mois) ne le permet." if tot else ""
    return Retenu(decision.date_effet, f"{_decision(decision)}{court}", decide=True)


def _mode(examen: Examen, instrument: str, cle: str, decision: DecisionFonction | None) -> Retenu:
    admis, regime = examen.modes_financiers(instrument), examen.faits.regime_fiscal
    voulu = decision.mode_financier if decision is not None else None
    if voulu in admis:
        return Retenu(voulu, _decision(decision), decide=True)
    valeur, motif = _mode_recommande(admis, regime, instrument, cle)
    if voulu is None:
        return Retenu(valeur, motif)
    refus = "en fiscalité additionnelle, l'imputation est impossible (CGCT, art. L.5211-4-2, al. 2)"
    autre = "l'imputation n'est ouverte qu'au service commun et au transfert ; ici, le service se rembourse"
    if admis == ("ac",):
        autre = "un transfert passe par l'attribution de compensation (CGI, art. 1609 nonies C)"
    return Retenu(valeur, motif, non_suivie=f"« {voulu} » n'est pas possible : {refus if regime == 'FA' else autre}")


def _mode_recommande(admis: tuple[str, ...], regime: str, instrument: str, cle: str) -> tuple[str, str]:
    if regime == "FA":
        return "facture", "Fiscalité additionnelle : le remboursement est obligatoire, il n'y a pas d'attribution de compensation."
    if len(admis) == 1 and admis[0] == "facture":
        gratuit = "À titre gratuit : rien ne se facture." if instrument == "GCD" else ""
        return "facture", gratuit or "Cet instrument se rembourse ; l'imputation ne lui est pas ouverte."
    if instrument == "SCC":
        return "facture", "Service géré par une commune : l'effet d'une imputation est à étudier, la facture est sûre."
    if admis == ("ac",):
        return "ac", "Le transfert passe par l'attribution de compensation."
    if cle in CLES_D_USAGE:
        return "mixte", "La clé suit l'usage : une base stable s'impute, la part variable se facture."
    return "ac", "La clé est stable : le montant s'impute, et le CIF en tient compte ; le gain de dotation se simule."


def minuscule(texte: str) -> str:
    """La phrase sans sa majuscule ni son point, pour la placer dans une autre."""
    return f"{texte[:1].lower()}{texte[1:]}".rstrip(".")


def _decision(decision: DecisionFonction | None) -> str:
    """« Décidé par le bureau, 12 février 2026 : … »."""
    if decision is None:
        return ""
    return f"Décidé ({decision.auteur}, {formats.date(decision.date)}) : {decision.motif.rstrip('.')}."
