"""Ce que coûte le passage à un service commun, poste par poste : daté, ponctuel ou récurrent.

L'alignement indemnitaire est récurrent : les régimes s'alignent vers le haut, et le restent. Aucun de ces montants
n'est établi par une source publique (niveau B) ; ceux du dossier les remplacent.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mutunb.calculs.assiette import Assiette
from mutunb.calculs.ligne import COUT, Ligne, selon
from mutunb.referentiel import Hypothese

Hypotheses = Mapping[str, Hypothese]
LIBELLES = {
    "conduite_projet": "Conduite du projet",
    "convergence_logicielle": "Logiciels, raccordements et reprise des données",
    "double_exploitation": "Double exploitation et perte de productivité",
    "installation_agent": "Installation et accompagnement des agents",
    "ecart_regime_indemnitaire": "Alignement du régime indemnitaire",
    "action_sociale": "Action sociale et protection complémentaire",
    "encadrement_service": "Encadrement ajouté",
    "pilotage_service": "Pilotage, état annuel, conformité",
    "couts_echoues": "Coûts qui restent un temps aux communes",
    "renfort": "Renfort de l'équipe",
}


def lignes_transition(assiette: Assiette, hypotheses: Hypotheses, convergences: tuple[int, int]) -> tuple[Ligne, ...]:
    """Coûts de transition et de fonctionnement d'une fonction, selon l'instrument.

    Parameters
    ----------
    assiette : Assiette
    hypotheses : Mapping
    convergences : tuple of int
        Entités qui changent de logiciel : petites, puis autres.

    Returns
    -------
    tuple of Ligne
        Une équipe commune porte tous les postes ; une mise à disposition n'aligne ni les régimes ni l'action sociale ;
        des contrats seuls ne demandent que la conduite du projet. Un poste dont la base est inconnue n'a pas de ligne.

    Notes
    -----
    Des contrats seuls, un service plus petit que le minimum de continuité et une petite entité se tiennent au bas de la
    fourchette : leur central est sa borne basse, leur haut son central.
    """
    leger = assiette.sans_agents or not assiette.etp() >= hypotheses["minimum_continuite"].central
    projet = _ligne(assiette, "conduite_projet", "preparation", **_selon_taille(hypotheses["conduite_projet"], leger, not leger))
    candidates = [projet, *_equipe(assiette, hypotheses, convergences, leger)]
    return tuple(ligne for ligne in candidates if pd.notna(ligne.central) and ligne.haut > 0)


def _selon_taille(hypothese: Hypothese, petites: float, autres: float) -> dict[str, float | str]:
    """Bornes d'un montant par unité, les petites unités au bas de la fourchette."""
    return {
        "bas": hypothese.bas * (petites + autres),
        "central": hypothese.bas * petites + hypothese.central * autres,
        "haut": hypothese.central * petites + hypothese.haut * autres,
        "hypothese": hypothese.id,
    }


def _equipe(assiette: Assiette, hypotheses: Hypotheses, convergences: tuple[int, int], leger: bool) -> list[Ligne]:
    if assiette.sans_agents:
        return []
    pilotage = _selon_taille(hypotheses["pilotage_service"], leger, not leger)
    lignes = [_ligne(assiette, "pilotage_service", "recurrent", **pilotage)]
    if not assiette.a_une_equipe:
        return lignes
    logiciels = _selon_taille(hypotheses["convergence_logicielle"], *convergences)
    lignes.append(_ligne(assiette, "convergence_logicielle", "preparation", **logiciels))
    bases = {
        "double_exploitation": ("bascule", assiette.cout_entrants, True, False),
        "encadrement_service": ("recurrent", assiette.personnel_entrants, True, True),
        "couts_echoues": ("degressif", assiette.cout_entrants, True, False),
    }
    if assiette.a_un_transfert:
        entrants = assiette.etp_entrants
        bases |= {
            "installation_agent": ("bascule", entrants, False, False),
            "ecart_regime_indemnitaire": ("recurrent", entrants, False, True),
            "action_sociale": ("recurrent", entrants, False, True),
        }
    return lignes + [
        _ligne(assiette, poste, nature, indexe=indexe, **selon(hypotheses[poste], base, pourcentage))
        for poste, (nature, base, pourcentage, indexe) in bases.items()
    ]


def ligne_renfort(assiette: Assiette, renfort_etp: float) -> Ligne | None:
    """Coût des ETP ajoutés pour que le service tienne sa charge et sa continuité (€/an) ; ``None`` sans renfort."""
    montant = renfort_etp * assiette.cout_etp
    if not montant > 0:
        return None
    return _ligne(assiette, "renfort", "recurrent", bas=montant, central=montant, haut=montant, indexe=True)


def _ligne(assiette: Assiette, poste: str, nature: str, **suite) -> Ligne:
    return Ligne(assiette.fonction, poste, LIBELLES[poste], COUT, nature, debut=assiette.date_effet, **suite)
