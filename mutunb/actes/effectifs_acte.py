"""Ce qu'un acte dit des agents : combien, où, et ce qu'on ne sait pas d'eux."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from mutunb import formats, referentiel
from mutunb.actes import agents, parties
from mutunb.actes.agents import Agents
from mutunb.actes.manques import a_completer
from mutunb.dossier import Dossier

if TYPE_CHECKING:
    from mutunb.actes.contexte import Etude
    from mutunb.calculs.projet import Choix


def effectifs(etude: Etude) -> dict[str, Any]:
    """Variables ``effectifs``."""
    dossier, choix, comptes = etude.dossier, etude.choix, etude.comptes
    communes = parties.communes(dossier, choix.perimetre)
    connus = [comptes[siren] for siren in communes["siren"] if siren in comptes]
    manquants = [nom for siren, nom in zip(communes["siren"], communes["nom"], strict=True) if siren not in comptes]
    sommes = {
        "fonctionnaires": sum(a.fonctionnaires for a in connus),
        "contractuels": sum(a.contractuels for a in connus),
        "mis_a_disposition": sum(a.partiels for a in connus),
    }
    reserve = "" if not manquants else f" ({len(connus)} sur {len(communes)} communes)"
    textes = {nom: f"{combien}{reserve}" if connus else "—" for nom, combien in sommes.items()}
    return textes | {
        "remarque": _remarque(connus, manquants),
        "negociation": _negociation(etude.agents),
        "gestionnaire": _gestionnaire(etude),
        "categories": _categories(dossier, choix),
        "manquants": ", ".join(manquants),
        "resume": (
            f"{formats.pluriel(sommes['fonctionnaires'] + sommes['contractuels'], 'agent transféré', 'agents transférés')} et "
            f"{formats.pluriel(sommes['mis_a_disposition'], 'agent mis à disposition', 'agents mis à disposition')}{reserve}."
            if connus
            else f"{a_completer('nombre d’agents transférés et mis à disposition')}."
        ),
    }


def _remarque(connus: list[Agents], manquants: list[str]) -> str:
    """Ce que le tableau des effectifs ne dit pas."""
    if not connus:
        return f"Aucun effectif n'a été déclaré : {a_completer('réponse des communes sur leurs effectifs')}."
    phrases = ["Agents comptés d'après les réponses au questionnaire, au jour de ces réponses."]
    autres = sum(a.autres for a in connus)
    if autres:
        phrases.append(
            f"{formats.pluriel(autres, 'agent')} au statut autre (apprentissage, vacation) ou non renseigné : "
            f"{a_completer('situation des agents au statut autre ou inconnu')}."
        )
    if a_examiner := sum(a.a_examiner for a in connus):
        phrases.append(
            f"{formats.pluriel(a_examiner, 'agent')} partageant leur temps entre plusieurs services communs, ou dont la part n'est pas "
            f"connue : {a_completer('situation des agents à examiner')}."
        )
    etp = sum(a.etp_partiels for a in connus)
    if sum(a.partiels for a in connus) and pd.notna(etp):
        phrases.append(f"Les agents mis à disposition représentent ensemble {formats.etp(etp)} ETP.")
    if manquants:
        phrases.append(f"Sans réponse : {', '.join(manquants)}.")
    return " ".join(phrases)


def _negociation(combien: int | None) -> str:
    seuil = int(referentiel.droit("action_sociale_service_commun").valeur("seuil_agents"))
    if (combien or 0) < seuil:
        return ""
    return (
        f"Le service compte au moins {seuil} agents : le gestionnaire engage une négociation sur l'action sociale lors de sa "
        "première constitution entre ces partenaires."
    )


def _gestionnaire(etude: Etude) -> str:
    siren, comptes = etude.dossier.territoire.siren, etude.comptes
    if etude.choix.instrument == "SCC" or siren not in comptes:
        return a_completer("agents du gestionnaire déjà affectés à cette fonction")
    return formats.pluriel(comptes[siren].total, "agent")


def _categories(dossier: Dossier, choix: Choix) -> str:
    """Par catégorie, toutes parties réunies ; rien si une catégorie compte trop peu d'agents."""
    seuil = dossier.reglages.seuil_confidentialite
    lues = agents.categories(dossier, choix.fonction, choix.perimetre)
    genre = a_completer("répartition par genre")
    if lues is None:
        return f"{a_completer('répartition par catégorie')} ; {genre}"
    if min(lues.values()) < seuil:
        return f"catégories non montrées (moins de {seuil} agents dans l'une d'elles) ; {genre}"
    return f"{', '.join(f'catégorie {nom} : {combien}' for nom, combien in lues.items())} ; {genre}"
