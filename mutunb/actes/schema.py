"""Les variables du rapport et projet de schéma : l'existant, les actions, et les deux effets que la loi exige."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mutunb import formats, referentiel
from mutunb.actes import argent, impacts, objets_acte, parties
from mutunb.actes.manques import a_completer
from mutunb.calculs import mentions
from mutunb.calculs.constat_dotations import constat_dotations
from mutunb.calculs.cout_service import CoutService, cout_service
from mutunb.calculs.declarations import feuille, noms_des_entites
from mutunb.calculs.dotation import MENTION
from mutunb.calculs.effets_dotations import etudier_dotations
from mutunb.calculs.imputations import rassembler_imputations
from mutunb.calculs.repartitions import repartir_services
from mutunb.calculs.risques import Registre, amorcer_registre
from mutunb.calculs.situation import situation
from mutunb.dossier import Dossier

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix, Projet

RISQUES_CITES = 3


def contexte_du_schema(projet: Projet) -> dict[str, Any]:
    """Variables propres au schéma."""
    dossier = projet.dossier
    couts = {nom: _cout(projet, nom) for nom in projet.choix}
    situations = {nom: situation(dossier, nom) for nom in projet.choix}
    registre = amorcer_registre(projet)
    agents = {nom: impacts.porteurs(projet, choix) for nom, choix in projet.choix.items()}
    return {
        "territoire": {"presentation": _presentation(dossier)},
        "mutualisations": _existantes(dossier),
        "actions": [_action(dossier, choix, couts[nom], registre, agents[nom].ensemble) for nom, choix in projet.choix.items()],
        "ecartees": [f"{referentiel.fonction(nom).libelle} : {motif}" for nom, motif in projet.ecartees.items()],
        "impacts": [impacts.impact(choix, couts[nom], situations[nom], agents[nom]) for nom, choix in projet.choix.items()],
        "ensemble": impacts.ensemble(projet, situations, agents),
        "remarques": _remarques(projet),
        "feuille_de_route": _feuille_de_route(dossier, projet),
    }


def _cout(projet: Projet, fonction: str) -> CoutService | None:
    return cout_service(projet, fonction) if projet.choix[fonction].instrument in objets_acte.SERVICE_COMMUN else None


def _presentation(dossier: Dossier) -> str:
    territoire = dossier.territoire
    return (
        f"{parties.nom_entier(territoire)} compte {formats.pluriel(len(territoire.communes), 'commune')} et "
        f"{formats.nombre(territoire.population)} habitants ({territoire.millesime}). Son régime fiscal est la "
        f"{mentions.REGIMES[territoire.regime_fiscal]}."
    )


def _existantes(dossier: Dossier) -> list[dict[str, str]]:
    lues = feuille(dossier, "mutualisations")
    if lues is None:
        return []
    noms = noms_des_entites(dossier)
    lignes = []
    for ligne in lues.itertuples():
        beneficiaires = ligne.beneficiaires if isinstance(ligne.beneficiaires, str) else ""
        combien = len([b for b in beneficiaires.split(";") if b.strip()])
        lignes.append(
            {
                "fonction": referentiel.fonction(ligne.fonction).libelle_court,
                "instrument": referentiel.instrument(str(ligne.forme).upper()).libelle,
                "porteur": noms.get(ligne.porteur_siren, str(ligne.porteur_siren)),
                "beneficiaires": str(combien) if combien else a_completer("bénéficiaires de chaque mutualisation"),
                "depuis": str(pd.Timestamp(ligne.debut).year) if pd.notna(ligne.debut) else a_completer("date d'effet de chaque mutualisation"),
            }
        )
    return lignes


def _action(dossier: Dossier, choix: Choix, cout: CoutService | None, registre: Registre, agents: int) -> dict[str, str]:
    instrument = referentiel.instrument(choix.instrument)
    service = objets_acte.service(dossier, choix)
    commun = choix.instrument in objets_acte.SERVICE_COMMUN
    sans_objet = "non chiffré (pas de service commun)"
    return {
        "fonction": referentiel.fonction(choix.fonction).libelle,
        "instrument": instrument.libelle,
        "fondement": instrument.fondement,
        "communes": str(len(parties.communes(dossier, choix.perimetre))),
        "parties": service["parties"],
        "date_effet": formats.date(choix.date_effet),
        "statut": "décidé" if "decide" in choix.origines.values() else "proposition",
        "cout": argent.cout_ecrit(cout, agents, dossier.reglages.seuil_confidentialite) if commun else sans_objet,
        "cle": argent.cle_ecrite(choix) if commun else sans_objet,
        "risques": _risques(registre, choix.fonction),
    }


def _risques(registre: Registre, fonction: str) -> str:
    """Premiers risques de la fonction, cotés au départ par mutunb."""
    risques = registre.freins(fonction)["risque"].head(RISQUES_CITES).str.rstrip(".").tolist()
    return f"{'. '.join(risques)} (à revoir en comité)." if risques else a_completer("risques propres à l'action")


def _remarques(projet: Projet) -> dict[str, str]:
    fpu = projet.dossier.territoire.regime_fiscal == "FPU"
    return {
        "effectifs": (
            "Le tableau compte les fonctions mises en commun, pas l'effectif total des employeurs. Les agents occupés à temps "
            "plein changent d'employeur ; les autres restent employés par leur commune et sont mis à disposition."
        ),
        "depenses": (
            "En euros d'aujourd'hui, une fois le service installé, hors coûts de transition. Un écart positif est une dépense "
            "de plus : mettre en commun étend souvent le service avant d'économiser. Effet commune par commune : "
            f"{a_completer('effet prévisionnel sur chaque budget communal, selon la clé retenue')}."
        ),
        "dotations": (
            "L'imputation sur l'attribution de compensation entre dans le calcul du coefficient d'intégration fiscale ; un gain "
            f"de dotation se simule et ne se promet pas. Effet simulé : {_effet_simule(projet)}"
            if fpu
            else "Le territoire est en fiscalité additionnelle : le coût se règle par remboursement, sans effet sur le "
            "coefficient d'intégration fiscale."
        ),
    }


def _effet_simule(projet: Projet) -> str:
    """Effet sur le CIF et la dotation, comme le carnet « qui paie » ; rien d'illustratif n'entre dans un acte."""
    effets = etudier_dotations(rassembler_imputations(repartir_services(projet)))
    if effets.illustratif:
        return f"{a_completer('effet sur l’AC, le CIF et la DGF, quand le coût du service sera connu')}."
    phrase = constat_dotations(effets)
    return f"{phrase[:1].lower()}{phrase[1:]} {MENTION[:1].upper()}{MENTION[1:]}."


def _feuille_de_route(dossier: Dossier, projet: Projet) -> list[dict[str, str]]:
    """Jalons du mandat (référentiel, usage à vérifier) et dates d'effet des actions."""
    points = {p.sujet: p for p in referentiel.droit("calendrier_mandat").points}
    jalons = ("Projet de schéma envoyé aux communes", "Approbation du schéma par l'EPCI", "Premier compte rendu annuel")
    lignes = [
        {"quoi": nom, "quand": f"{points[nom].texte.rstrip('.')}{' (usage, à vérifier)' if points[nom].niveau != 'A' else ''}"} for nom in jalons
    ]
    ordre = sorted(projet.choix.values(), key=lambda choix: choix.date_effet)
    return lignes + [
        {
            "quoi": f"{referentiel.fonction(choix.fonction).libelle_court} : {referentiel.instrument(choix.instrument).libelle}",
            "quand": argent.proposee(formats.date(choix.date_effet), choix, "date_effet"),
        }
        for choix in ordre
    ]
