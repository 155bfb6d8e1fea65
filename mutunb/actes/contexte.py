"""Ce que les modèles peuvent écrire : un dossier, ses choix, ses calculs, en textes prêts à lire.

Chaque variable est décrite dans :mod:`mutunb.actes.variables`. Une donnée absente vaut « [à compléter : …] ».
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from mutunb.actes import agents, argent, assemblees, marques, objets_acte, parties
from mutunb.actes.agents import Agents
from mutunb.actes.assemblees import Deliberant
from mutunb.actes.conseil import contexte_du_conseil
from mutunb.actes.effectifs_acte import effectifs
from mutunb.actes.manques import a_completer
from mutunb.actes.schema import contexte_du_schema
from mutunb.calculs import mentions
from mutunb.calculs.bilan_annuel import Bilan
from mutunb.calculs.calendrier import Calendrier, PlanFonction, dresser_calendrier
from mutunb.calculs.cout_service import CoutService, cout_service
from mutunb.calculs.declarations import a_repondu, source
from mutunb.calculs.repartition_service import RepartitionService, repartir_service
from mutunb.calculs.situation import situation
from mutunb.dossier import Dossier

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix, Projet

DROITS = {
    "convention_service_commun": ("service_commun", "sortie_service_commun", "comite_social_territorial", "centre_de_gestion",
                                  "emplois_et_agents", "rgpd", "tva", "seances_assemblees"),
    "fiche_impact": ("service_commun", "emplois_et_agents", "indemnite_mobilite"),
    "deliberation": ("service_commun", "comite_social_territorial", "creation_emplois", "seances_assemblees"),
    "convention_groupement_commandes": ("groupement_commandes", "groupement_commandes_epci"),
    "schema_de_mutualisation": ("schema_mutualisation", "service_commun", "calendrier_mandat"),
    "communication_annuelle": ("schema_mutualisation", "rapport_activite"),
}  # fmt: skip
#: entrées de droit que seule une fiscalité professionnelle unique appelle
DROITS_FPU = ("attribution_compensation",)


@dataclass(frozen=True)
class Etude:
    """Ce qui se calcule une fois par fonction, pour tous ses actes."""

    projet: Projet
    choix: Choix
    comptes: Mapping[str, Agents]
    cout: CoutService | None
    situation: pd.DataFrame
    plan: PlanFonction | None
    repartition: RepartitionService | None = None

    @property
    def dossier(self) -> Dossier:
        """Le dossier étudié."""
        return self.projet.dossier

    @property
    def agents(self) -> int | None:
        """Agents déclarés que porte le service, toutes parties réunies ; ``None`` sans réponse."""
        connus = [self.comptes[siren].total for siren in self.choix.perimetre if siren in self.comptes]
        return sum(connus) if connus else None

    @property
    def cout_montrable(self) -> bool:
        """Vrai si le coût peut s'écrire sans rendre une rémunération."""
        if self.cout is None:
            return False
        return self.cout.statut == "estime" or (self.agents or 0) >= self.dossier.reglages.seuil_confidentialite


def etudier(projet: Projet, fonction: str, calendrier: Calendrier | None = None) -> Etude:
    """Calculs d'une fonction retenue ; ``calendrier`` évite de le refaire pour chacune."""
    choix = projet.choix[fonction]
    commun = choix.instrument in objets_acte.SERVICE_COMMUN
    plans = (calendrier or dresser_calendrier(projet)).plans
    return Etude(
        projet,
        choix,
        agents.compter(projet, fonction),
        cout_service(projet, fonction) if commun else None,
        situation(projet.dossier, fonction),
        plans.get(fonction),
        repartir_service(projet, fonction) if commun else None,
    )


def contexte_d_une_fonction(etude: Etude, acte: str, qui: Deliberant | None = None) -> dict[str, Any]:
    """Variables d'un acte qui porte sur une fonction (convention, fiche, délibération)."""
    dossier, choix = etude.dossier, etude.choix
    lignes, pied = argent.repartition(etude.situation, choix, etude.cout, etude.cout_montrable, etude.repartition)
    qui = qui or Deliberant(est_epci=True)
    membres = parties.communes(dossier, choix.perimetre)
    return _commun(dossier, acte, choix) | {
        "fonction": objets_acte.fonction(choix.fonction, dossier.territoire.regime_fiscal == "FPU"),
        "instrument": objets_acte.instrument(choix.instrument),
        "service": objets_acte.service(dossier, choix, etude.plan),
        "communes": [_commune(commune, etude.comptes.get(commune["siren"])) for _, commune in membres.iterrows()],
        "etablissements": parties.etablissements(dossier, choix.perimetre),
        "comites": parties.comites(dossier, choix.perimetre),
        "affiliations": parties.affiliations(dossier, choix.perimetre),
        "effectifs": effectifs(etude),
        "finances": _finances(etude) | pied,
        "parts": lignes,
        "assemblee": assemblees.assemblee(dossier, choix, qui, _contribution(lignes, qui)),
        "groupement": objets_acte.groupement(dossier, choix),
        "membres": objets_acte.membres(dossier, choix),
        "signataires": parties.signataires(dossier, choix.perimetre),
        "decisions": objets_acte.decisions(dossier, choix),
        "sources_chiffres": _sources(dossier, etude.cout),
    }


def _finances(etude: Etude) -> dict[str, Any]:
    voies, commun = argent.voies(etude.dossier, etude.choix.mode_financier), etude.cout is not None
    return {
        "par_ac": commun and voies.par_ac,
        "par_facture": commun and voies.par_facture,
        "debiteur": "partie" if etude.choix.instrument == "SCC" else "commune",
        "cout": argent.cout_ecrit(etude.cout, etude.agents, etude.dossier.reglages.seuil_confidentialite),
        "cle": argent.cle_ecrite(etude.choix),
    }


def _contribution(lignes: list[dict[str, str]], qui: Deliberant) -> str:
    siennes = [] if qui.commune is None else [ligne["montant"] for ligne in lignes if ligne["siren"] == qui.commune["siren"]]
    return siennes[0] if siennes else a_completer("contribution annuelle de la commune")


def contexte_du_territoire(projet: Projet) -> dict[str, Any]:
    """Variables du rapport et projet de schéma."""
    tous = list(projet.choix.values())
    propositions = any("decide" not in choix.origines.values() for choix in tous)
    return (
        _commun(projet.dossier, "schema_de_mutualisation", None, propositions)
        | contexte_du_schema(projet)
        | {"decisions": [], "sources_chiffres": _sources(projet.dossier, None)}
    )


def contexte_du_bilan(projet: Projet, bilan: Bilan) -> dict[str, Any]:
    """Variables de la communication annuelle au conseil."""
    return _commun(projet.dossier, "communication_annuelle", None) | contexte_du_conseil(bilan)


def _commun(dossier: Dossier, acte: str, choix: Choix | None, propositions: bool = False) -> dict[str, Any]:
    """Ce que tout acte a : l'EPCI, les marques, l'avertissement, les textes cités."""
    droits = DROITS[acte]
    if choix is not None and argent.voies(dossier, choix.mode_financier).par_ac and acte in ("convention_service_commun", "deliberation"):
        droits += DROITS_FPU
    fpu = dossier.territoire.regime_fiscal == "FPU"
    propose = propositions if choix is None else "recommande" in choix.origines.values()
    return {
        "epci": parties.epci(dossier),
        "marque": marques.marques_de_l_acte(acte),
        "loi": marques.marques_du_droit(),
        "reference": marques.references_du_droit(),
        "avertissement": {
            "fictif": "Territoire fictif : noms et chiffres inventés." if mentions.est_fictif(dossier.territoire) else "",
            "proposition": (
                "Tout ou partie des choix n'est pas décidé : « proposition » signale ceux que mutunb recommande." if propose else ""
            ),
        },
        "textes_cites": list(marques.versions(droits)),
        "reserves": [r for r in marques.reserves(droits) if fpu or "attribution de compensation" not in r],
    }


def _commune(commune: pd.Series, comptes: Agents | None) -> dict[str, Any]:
    vue = parties.identite(commune)
    if comptes is None:
        manque = a_completer("effectif non reçu")
        return vue | dict.fromkeys(("fonctionnaires", "contractuels", "mis_a_disposition"), manque)
    return vue | {
        "fonctionnaires": str(comptes.fonctionnaires),
        "contractuels": str(comptes.contractuels),
        "mis_a_disposition": str(comptes.partiels),
    }


def _sources(dossier: Dossier, cout: CoutService | None) -> list[str]:
    phrases = [f"Données publiques : {mentions.population(dossier.territoire)} ; {mentions.comptes(dossier.territoire)}."]
    phrases.append(f"Effectifs et charges déclarés : {source(dossier)}." if a_repondu(dossier) else "Aucune réponse au questionnaire.")
    if cout is not None and cout.est_connu and cout.statut != "declare":
        phrases.append("Le coût du service est, en tout ou partie, une estimation : elle ne remplace pas un coût constaté.")
    return phrases
