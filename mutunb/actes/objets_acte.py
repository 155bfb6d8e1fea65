"""Ce que dit un acte de sa fonction, de son instrument, de son service et de son groupement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mutunb import formats, referentiel
from mutunb.actes import parties
from mutunb.actes.argent import proposee
from mutunb.actes.manques import a_completer
from mutunb.calculs.cles import CLES
from mutunb.calculs.calendrier import PlanFonction
from mutunb.dossier import Dossier

if TYPE_CHECKING:
    from mutunb.calculs.projet import Choix

SERVICE_COMMUN = frozenset({"SC", "SCC"})
GROUPEMENT = frozenset({"GC", "GCD"})
#: tâche du calendrier → ce qu'un acte en dit
JALONS = {"T10": "dépôt du dossier aux comités", "T11a": "avis du comité de l'EPCI", "T11b": "avis des comités des communes",
          "T11c": "avis du comité du centre de gestion", "T13": "délibérations"}  # fmt: skip
_RH = "ressources_humaines"
_LISTE_CDG = "À laisser hors du service commun (L.452-38)"
PARTIES_NOMMEES = 12


def fonction(nom: str, fpu: bool) -> dict[str, Any]:
    """Variables ``fonction`` ; une mission sur l'attribution de compensation n'a de sens qu'en fiscalité professionnelle unique."""
    lue = referentiel.fonction(nom)
    exclues: list[str] = []
    if nom == _RH:
        points = {p.sujet: p.texte for p in referentiel.droit("centre_de_gestion").points}
        exclues = [morceau.strip().rstrip(".") for morceau in points[_LISTE_CDG].split(" ; ".replace(" ;", "\u00a0;"))]
    return {
        "libelle": lue.libelle,
        "definition": lue.definition,
        "missions": [m.texte for m in lue.missions if fpu or "compensation" not in m.texte],
        "missions_exclues": exclues,
    }


def instrument(code: str) -> dict[str, Any]:
    """Variables ``instrument``."""
    lu = referentiel.instrument(code)
    return {
        "code": code,
        "libelle": lu.libelle,
        "fondement": lu.fondement,
        "service_commun": code in SERVICE_COMMUN,
        "groupement": code in GROUPEMENT,
        "avis_cst": lu.avis_cst == "oui",
        "conditions": (
            f"Cet instrument suppose : décision, {lu.decision[:1].lower()}{lu.decision[1:]} ; agents, "
            f"{lu.agents[:1].lower()}{lu.agents[1:]} ; sortie, {lu.sortie[:1].lower()}{lu.sortie[1:]}."
        ),
    }


def service(dossier: Dossier, choix: Choix, plan: PlanFonction | None = None) -> dict[str, Any]:
    """Variables ``service``."""
    lue = referentiel.fonction(choix.fonction)
    gere = choix.instrument != "SCC"
    return {
        "date_effet": proposee(formats.date(choix.date_effet), choix, "date_effet"),
        "gere_par_epci": gere,
        "gestionnaire": parties.nom_entier(dossier.territoire) if gere else a_completer("commune gestionnaire"),
        "parties": _parties(dossier, choix),
        "raison": (
            f"les parties souhaitent assurer ensemble la fonction « {lue.libelle} ». "
            f"{a_completer('raisons propres au territoire')}."
        ),
        "interet": f"l'organisation commune de cette mission présente un intérêt pour les parties ({a_completer('intérêt constaté')})",
        "calendrier": _calendrier(plan),
    }


def _calendrier(plan: PlanFonction | None) -> str:
    """Dates au plus tard du dépôt, des avis et des délibérations, d'après le calendrier proposé."""
    etapes = {} if plan is None else plan.etapes
    phrases = [f"{quoi} le {formats.date(etapes[tache].fin_tard)}" for tache, quoi in JALONS.items() if tache in etapes]
    if not phrases:
        return a_completer("dates de dépôt du dossier, d'avis des comités et de délibération")
    return f"au plus tard, {', '.join(phrases)} (proposition, à caler sur les séances)"


def _parties(dossier: Dossier, choix: Choix) -> str:
    """« la Communauté de communes du Thouarsais et 24 communes membres » ; les communes nommées si elles sont peu."""
    communes = parties.communes(dossier, choix.perimetre)["nom"].tolist()
    combien = formats.pluriel(len(communes), "commune membre", "communes membres")
    membres = f"{combien} ({formats.liste(communes)})" if 0 < len(communes) <= PARTIES_NOMMEES else combien
    noms = [parties.le_nom(dossier.territoire)] if dossier.territoire.siren in choix.perimetre else []
    return proposee(formats.liste([*noms, membres]), choix, "perimetre")


def groupement(dossier: Dossier, choix: Choix) -> dict[str, Any]:
    """Variables ``groupement``."""
    lue = referentiel.fonction(choix.fonction)
    confie = choix.instrument == "GCD"
    epci = dossier.territoire.siren in choix.perimetre
    nom = f"{parties.le_nom(dossier.territoire)} (proposition)" if epci or confie else a_completer("coordonnateur du groupement")
    return {
        "confie_a_epci": confie,
        "coordonnateur": nom,
        "autre_fondement": " et de l'article L.5211-4-4 du code général des collectivités territoriales" if confie else "",
        "segments": [segment.segment for segment in lue.matrice_segments] or [lue.libelle],
        "cao_a_designer": not confie,
    }


def membres(dossier: Dossier, choix: Choix) -> list[dict[str, Any]]:
    """Variables ``membres`` d'un groupement."""
    lignes = []
    if dossier.territoire.siren in choix.perimetre:
        epci = parties.epci(dossier)
        lignes.append({"nom": epci["nom"], "siren": epci["siren"], "representant": epci["nom_executif"], "deliberation": epci["deliberation"]})
    for _, commune in parties.communes(dossier, choix.perimetre).iterrows():
        vue = parties.identite(commune)
        lignes.append({"nom": vue["nom"], "siren": vue["siren"], "representant": vue["maire"], "deliberation": vue["deliberation"]})
    return lignes


def decisions(dossier: Dossier, choix: Choix) -> list[dict[str, str]]:
    """Ce qui est décidé, ce qui n'est que proposé."""
    lu = referentiel.instrument(choix.instrument)
    valeurs = {
        "perimetre": ("Parties", _parties(dossier, choix).removesuffix(" (proposition)")),
        "instrument": ("Instrument", lu.libelle),
        "cle": ("Clé", CLES[choix.cle]),
        "scenario": ("Scénario", choix.scenario),
        "date_effet": ("Date d'effet", formats.date(choix.date_effet)),
        "mode_financier": ("Voie financière", VOIES[choix.mode_financier]),
    }
    if choix.instrument not in SERVICE_COMMUN:
        valeurs = {champ: paire for champ, paire in valeurs.items() if champ not in ("cle", "mode_financier", "scenario")}
    return [
        {
            "objet": objet,
            "retenu": retenu,
            "statut": "décidé" if choix.origines.get(champ) == "decide" else "proposition",
            "motif": _motif(choix, champ),
        }
        for champ, (objet, retenu) in valeurs.items()
    ]


def _motif(choix: Choix, champ: str) -> str:
    """Raison d'une décision ; celle d'une proposition peut rapporter ce qu'une mairie a confié, et reste dans l'étude."""
    if non_suivie := getattr(choix, "non_suivies", {}).get(champ):
        return f"La décision écrite n'est pas suivie : {non_suivie}"
    if choix.origines.get(champ) == "decide":
        return choix.motifs.get(champ) or "Décision du territoire."
    return "Recommandation, à décider ; ses raisons sont dans l'étude."


VOIES = {"ac": "attribution de compensation", "facture": "remboursement", "mixte": "les deux"}
