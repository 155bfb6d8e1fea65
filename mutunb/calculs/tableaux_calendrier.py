"""Les tableaux du calendrier : fonctions et dates d'effet, actes à dates limites, contraintes, tâches."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.calage import A_REBOURS, IMPOSSIBLE, TENABLE, TENDU
from mutunb.calculs.calendrier import Calendrier, PlanFonction
from mutunb.calculs.jalons import SANS_OBJET, TENUE, VIGILANCE, eprouver_contraintes, jalons
from mutunb.calculs.tableau import Tableau

SOURCE = "référentiel mutunb (tâches T01 à T24, contraintes C1 à C15), niveau de preuve ligne par ligne"
SANS_DATE = "la durée usuelle d'une tâche est d'usage (niveau B) ; le plancher est légal ou technique"
NOTE_PASSEE = " Une date déjà passée n'arrête pas le projet : les durées se pressent, ou la date d'effet glisse d'autant."
NOTE_RYTHME = " Rythme : 100 % aux durées usuelles, 0 % aux planchers."
#: niveaux de preuve de ces tableaux, dits là où ils se lisent
NOTE_PREUVE = "Preuve : A, texte lu ; A15, lu dans sa rédaction de 2015 ; B, usage à vérifier."
ETATS: Mapping[str, str] = {
    TENABLE: "tient aux durées usuelles",
    TENDU: "tient en pressant le pas",
    IMPOSSIBLE: "ne tient pas",
    A_REBOURS: "dépend du départ",
}
RESPECTS: Mapping[str, str] = {TENUE: "Tenue", VIGILANCE: "À surveiller", SANS_OBJET: "Sans objet"}


def _texte(colonnes) -> dict[str, str]:
    return dict.fromkeys(colonnes, "texte")


def _libelle(fonction: str) -> str:
    return referentiel.fonction(fonction).libelle_court


def nom_instrument(plan: PlanFonction) -> str:
    """Libellé de l'instrument, sans majuscule initiale (« service commun géré par l'EPCI »)."""
    libelle = referentiel.instrument(plan.choix.instrument).libelle
    return libelle[0].lower() + libelle[1:]


def tableau_plan(calendrier: Calendrier) -> Tableau | None:
    """Une ligne par fonction : instrument, date visée et retenue, départ au plus tard, verdict ; ``None`` sans fonction."""
    if not calendrier.plans:
        return None
    lignes = [_ligne_plan(calendrier, plan) for plan in calendrier.plans.values()]
    textes = ("fonction", "vise", "retenu", "verdict", "depart_usuel", "depart_plancher")
    donnees = pd.DataFrame(lignes)
    if calendrier.date_depart is None:  # sans départ, ni rythme ni verdict
        donnees = donnees.drop(columns=["rythme", "verdict"])
    return Tableau(
        id="calendrier_fonctions",
        titre="Quand chaque fonction peut prendre effet, et quand il faut commencer",
        donnees=donnees,
        unites={**_texte(textes), "rythme": "part"},
        libelles={
            "fonction": "Fonction",
            "vise": "Effet visé",
            "retenu": "Effet retenu",
            "verdict": "La date visée",
            "depart_usuel": "Commencer au plus tard, durées usuelles",
            "depart_plancher": "Au plus tard, en pressant tout",
            "rythme": "Rythme",
        },
        perimetre=mentions.perimetre_bloc(calendrier.projet.dossier.territoire),
        source=SOURCE,
        statuts="hypothese",
        note=f"{_note_capacite(calendrier)}{NOTE_PASSEE if calendrier.date_depart is None else NOTE_RYTHME} « En pressant tout » : "
        "chaque durée à son plancher, légal ou technique.",
    )


def _ligne_plan(calendrier: Calendrier, plan: PlanFonction) -> dict:
    return {
        "fonction": _libelle(plan.fonction),
        "vise": formats.date(calendrier.effets_vises[plan.fonction]),
        "retenu": formats.date(plan.effet),
        "verdict": ETATS[plan.etat],
        "depart_usuel": formats.date(plan.depart_usuel),
        "depart_plancher": formats.date(plan.depart_plancher),
        "rythme": plan.rythme,
    }


def _note_capacite(calendrier: Calendrier) -> str:
    decalees = [_libelle(f) for f, plan in calendrier.plans.items() if plan.place.decalee]
    limite = f"Au plus {formats.pluriel(calendrier.par_trimestre, 'bascule')} par trimestre, servies dans l'ordre des priorités"
    if not decalees:
        return f"{limite} : aucune fonction n'est décalée."
    return f"{limite} ; décalées au trimestre suivant : {formats.liste(decalees)}."


def tableau_actes(calendrier: Calendrier) -> Tableau | None:
    """Actes du plan principal et leur date au plus tard ; ``None`` sans fonction."""
    plan = calendrier.principal
    if plan is None:
        return None
    tous = jalons(plan, calendrier.agenda.departement)
    contraintes = referentiel.contraintes()
    lignes = [
        {
            "acte": jalon.acte,
            "au_plus_tard": formats.date(jalon.au_plus_tard),
            "regle": jalon.regle,
            "reference": f"{jalon.contrainte}, {contraintes[jalon.contrainte].reference}" if jalon.contrainte else "usage",
            "niveau": jalon.niveau,
        }
        for jalon in tous
    ]
    return Tableau(
        id="calendrier_actes",
        titre=f"Date au plus tard de chaque acte, pour un effet le {formats.date(plan.effet)}",
        donnees=pd.DataFrame(lignes),
        unites=_texte(lignes[0]),
        libelles={
            "acte": "Acte",
            "au_plus_tard": "Au plus tard le",
            "regle": "D'où vient la date",
            "reference": "Règle",
            "niveau": "Preuve",
        },
        perimetre=f"{_libelle(plan.fonction)} : {nom_instrument(plan)}",
        source=SOURCE,
        statuts={},
        note="Dates tirées à rebours de la date d'effet, au dernier jour ouvré possible. "
        + ("Les séances saisies font foi ; les autres sont supposées." if calendrier.seances_saisies
           else "Toutes les séances sont supposées : saisissez celles des conseils et des comités.")
        + f" {NOTE_PREUVE}",
    )  # fmt: skip


def tableau_contraintes(calendrier: Calendrier) -> Tableau | None:
    """Ce que chaque contrainte légale donne sur le plan principal ; ``None`` sans fonction."""
    plan = calendrier.principal
    if plan is None:
        return None
    contraintes = referentiel.contraintes()
    lignes = [
        {
            "contrainte": f"{v.contrainte}. {contraintes[v.contrainte].texte}",
            "reference": contraintes[v.contrainte].reference,
            "respect": RESPECTS[v.respect],
            "constat": v.constat,
            "niveau": contraintes[v.contrainte].niveau,
        }
        for v in eprouver_contraintes(plan, calendrier)
    ]
    return Tableau(
        id="calendrier_contraintes",
        titre="Les quinze contraintes, éprouvées sur ce calendrier",
        donnees=pd.DataFrame(lignes),
        unites=_texte(lignes[0]),
        libelles={
            "contrainte": "Contrainte",
            "reference": "Texte",
            "respect": "Sur ce calendrier",
            "constat": "Constat",
            "niveau": "Preuve",
        },
        perimetre=f"{_libelle(plan.fonction)} : {nom_instrument(plan)}",
        source=SOURCE,
        statuts={},
        note=f"Ce relevé ne remplace pas un avis juridique. {NOTE_PREUVE}",
    )


def tableau_taches(calendrier: Calendrier) -> Tableau | None:
    """Toutes les tâches du plan principal : durées, dates au plus tôt et au plus tard, marge ; ``None`` sans fonction."""
    plan = calendrier.principal
    if plan is None:
        return None
    durees = plan.chaine.durees(plan.rythme)
    lignes = []
    for etape in plan.etapes.values():
        tache = plan.chaine.taches[etape.tache]
        lignes.append({
            "tache": f"{etape.tache}. {tache.libelle}",
            "plancher": tache.duree_min_jours,
            "usuelle": tache.duree_usuelle_jours,
            "retenue": durees[etape.tache],
            "debut": formats.date(etape.debut),
            "fin": formats.date(etape.fin),
            "fin_tard": formats.date(etape.fin_tard),
            "marge": etape.marge_jours,
            "critique": "oui" if etape.tache in plan.decisives else "non",
        })  # fmt: skip
    nombres = ("plancher", "usuelle", "retenue", "marge")
    return Tableau(
        id="calendrier_taches",
        titre="Les tâches, leurs durées et leurs marges",
        donnees=pd.DataFrame(lignes),
        unites={**_texte(("tache", "debut", "fin", "fin_tard", "critique")), **dict.fromkeys(nombres, "nombre")},
        libelles={
            "tache": "Tâche",
            "plancher": "Plancher (jours)",
            "usuelle": "Usuelle (jours)",
            "retenue": "Retenue (jours)",
            "debut": "Début au plus tôt",
            "fin": "Fin au plus tôt",
            "fin_tard": "Fin au plus tard",
            "marge": "Marge (jours)",
            "critique": "Commande la date",
        },
        perimetre=f"{_libelle(plan.fonction)} : {nom_instrument(plan)}",
        source=SOURCE,
        statuts="hypothese",
        note=f"Jours calendaires ; {SANS_DATE}. « Commande la date » : à une semaine près, aucune tâche n'a moins de marge.",
    )


def tableau_retirees(calendrier: Calendrier) -> Tableau | None:
    """Tâches sans objet et la raison, par fonction ; ``None`` si toutes les tâches sont à mener."""
    fonctions: dict[tuple[str, str], list[str]] = {}
    for fonction, plan in calendrier.plans.items():
        for tache, raison in plan.chaine.retirees.items():
            fonctions.setdefault((tache, raison), []).append(_libelle(fonction))
    groupes: dict[tuple[str, str], list[str]] = {}
    for (tache, raison), noms in sorted(fonctions.items()):
        groupes.setdefault((raison, ", ".join(noms)), []).append(tache)
    if not groupes:
        return None
    taches = referentiel.taches()
    lignes = [
        {
            "taches": " ; ".join(f"{nom}. {taches[nom].libelle}" for nom in noms),
            "fonctions": concernees,
            "raison": f"{raison[0].upper()}{raison[1:]}.",
        }
        for (raison, concernees), noms in groupes.items()
    ]
    return Tableau(
        id="calendrier_retirees",
        titre="Les tâches retirées, et pourquoi",
        donnees=pd.DataFrame(lignes),
        unites=_texte(lignes[0]),
        libelles={"taches": "Tâches", "fonctions": "Fonctions", "raison": "Raison"},
        perimetre=mentions.perimetre_bloc(calendrier.projet.dossier.territoire),
        source=SOURCE,
        statuts={},
    )
