"""Les tableaux de décision : accords à réunir, groupes qui bloquent, périmètres en détail, effet des décisions du client."""

from __future__ import annotations

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.accords import Accord, accords_a_reunir
from mutunb.calculs.cles import CLES
from mutunb.calculs.ecarts_decisions import ecarts_decisions
from mutunb.calculs.projet import Projet
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_instruments import NOMS_CHAMPS, SCENARIOS, VOIES, libelle_court, preuve
from mutunb.referentiel import Majorite

#: groupes bloquants cités dans une cellule
GROUPES_CITES = 3


def tableau_accords(projet: Projet) -> Tableau | None:
    """Les accords à réunir : qui doit accepter, ce que vaut le silence, qui peut bloquer ; ``None`` s'il n'y en a pas."""
    accords = accords_a_reunir(projet)
    if not accords:
        return None
    lignes = [
        {
            "decision": accord.regle.libelle,
            "fonctions": _fonctions(accord),
            "qui": qui_accepte(accord.regle),
            "silence": silence_en_clair(accord.regle),
            "blocage": blocage_en_clair(accord),
            "texte": accord.regle.texte,
            "preuve": preuve(accord.regle.niveau),
        }
        for accord in accords
    ]
    libelles = {
        "decision": "Décision",
        "fonctions": "Pour quoi",
        "qui": "Qui doit accepter",
        "silence": "Une commune qui ne délibère pas",
        "blocage": "Qui peut bloquer",
        "texte": "Texte",
        "preuve": "Preuve",
    }
    return Tableau(
        id="instruments_accords",
        titre="Les accords à réunir, et qui peut les empêcher",
        donnees=pd.DataFrame(lignes, columns=list(libelles)),
        unites=dict.fromkeys(libelles, "texte"),
        libelles=libelles,
        perimetre=mentions.perimetre_communes(projet.dossier.territoire),
        source=f"référentiel mutunb (majorités) ; {mentions.population(projet.dossier.territoire)}",
        statuts={},
        note="Population municipale. Qui peut bloquer : le plus petit nombre de communes dont le refus empêche la décision. Pour un "
        "service commun, l'imputation résulte de la convention ; la révision libre la sécurise (usage, à vérifier).",
    )


def silence_en_clair(regle: Majorite) -> str:
    """« Accord après 3 mois », « Elle n'en est pas », ou « Refus »."""
    if regle.silence == "favorable":
        return f"Accord après {regle.delai_mois} mois" if regle.delai_mois else "Accord"
    return "Elle n'en est pas" if regle.refus_isole else "Refus"


def qui_accepte(regle: Majorite) -> str:
    """« Les deux tiers des communes et plus de la moitié des habitants, ou l'inverse », ou « Chaque commune intéressée »."""
    conseil = {None: "", "majorite_simple": "Le conseil communautaire ; "}
    debut = conseil.get(regle.conseil_epci, "Le conseil communautaire aux deux tiers ; ")
    if regle.accord_de_chacune:
        texte = "chaque commune qui participe" if regle.refus_isole else "chaque commune intéressée"
    else:
        texte = "les deux tiers des communes et plus de la moitié des habitants, ou la moitié des communes et les deux tiers "
        texte += "des habitants"
    if regle.commune_la_plus_peuplee:
        texte += ", avec la commune la plus peuplée si elle dépasse le quart des habitants"
    if regle.arrete_prefectoral:
        texte += " ; puis arrêté du préfet"
    return f"{debut}{texte}" if debut else f"{texte[0].upper()}{texte[1:]}"


def blocage_en_clair(accord: Accord) -> str:
    """« Thouars seule », « 8 communes au moins : … », « Chacune pour elle-même »."""
    groupes = accord.blocage
    if groupes is None:
        return "Aucune : celle qui refuse reste dehors" if accord.regle.refus_isole else "Chacune, pour ce qui la touche"
    if groupes.taille == 1:
        seules = [f"{groupe[0]} seule" for groupe in groupes.groupes]
        return formats.liste(seules[:GROUPES_CITES], "ou") + ("…" if len(seules) > GROUPES_CITES else "")
    if groupes.quelconque:
        return f"{groupes.taille} communes, quelles qu'elles soient"
    combien = f"{groupes.nombre} réunions possibles" if groupes.nombre else "liste partielle"
    noms = formats.liste(list(groupes.groupes[0]))
    return f"{groupes.taille} communes au moins ({combien}), par exemple {noms}"


def _fonctions(accord: Accord) -> str:
    noms = ", ".join(libelle_court(fonction) for fonction in accord.fonctions)
    return noms if accord.requis else f"{noms} (forme de rechange)"


def tableau_perimetres(projet: Projet) -> Tableau:
    """Qui participe à quoi, commune par commune : pour le consultant, car une absence peut révéler une ligne rouge."""
    territoire = projet.dossier.territoire
    entites = [(territoire.siren, territoire.nom), *zip(territoire.communes["siren"], territoire.communes["nom"], strict=True)]
    colonnes = {
        libelle_court(f): ["partie" if siren in choix.perimetre else "·" for siren, _ in entites]
        for f, choix in projet.choix.items()
    }
    donnees = pd.DataFrame({"entite": [nom for _, nom in entites], **colonnes})
    return Tableau(
        id="instruments_perimetres",
        titre="Qui participe à quoi",
        donnees=donnees,
        unites=dict.fromkeys(donnees.columns, "texte"),
        libelles={"entite": "Entité", **{nom: nom for nom in colonnes}},
        perimetre=mentions.perimetre_bloc(territoire),
        source="décisions du dossier ; à défaut, enquête d'appétence et recommandation de mutunb (niveau B)",
        statuts={},
        note="Réservé au consultant : l'absence d'une commune peut révéler la réponse de son maire.",
        sensible=True,
    )


def tableau_decisions(projet: Projet) -> Tableau | None:
    """Ce que les décisions du client ont changé à la recommandation ; ``None`` s'il n'a rien décidé."""
    ecarts = ecarts_decisions(projet)
    if ecarts.empty:
        return None
    lignes = [
        {
            "fonction": libelle_court(ligne.fonction),
            "champ": NOMS_CHAMPS.get(ligne.champ, "étude de la fonction").capitalize(),
            "recommande": _en_clair(projet, ligne.champ, ligne.recommande),
            "retenu": _en_clair(projet, ligne.champ, ligne.retenu),
            "etat": ligne.etat.capitalize(),
            "signature": f"{ligne.auteur}, {formats.date(ligne.date)}",
            "motif": ligne.motif,
        }
        for ligne in ecarts.itertuples(index=False)
    ]
    libelles = {
        "fonction": "Fonction",
        "champ": "Décision sur",
        "recommande": "Recommandation",
        "retenu": "Retenu",
        "etat": "Effet",
        "signature": "Auteur et date",
        "motif": "Motif",
    }
    return Tableau(
        id="instruments_decisions",
        titre="Ce que les décisions du client ont changé",
        donnees=pd.DataFrame(lignes, columns=list(libelles)),
        unites=dict.fromkeys(libelles, "texte"),
        libelles=libelles,
        perimetre=mentions.perimetre_bloc(projet.dossier.territoire),
        source="décisions inscrites dans le dossier du territoire",
        statuts={},
    )


def _en_clair(projet: Projet, champ: str, valeur: object) -> str:
    """Une valeur de choix, telle qu'elle se lit ; « n.d. » si la fonction n'était pas retenue."""
    if valeur is None:
        return formats.ABSENT
    if champ == "perimetre":
        communes = len(set(valeur) - {projet.dossier.territoire.siren})
        return f"{'EPCI et ' if communes < len(valeur) else ''}{formats.pluriel(communes, 'commune')}"
    if champ == "date_effet":
        return formats.date(valeur)
    if champ == "instrument":
        return referentiel.instrument(valeur).libelle
    if champ == "retenue":
        return "À étudier" if valeur else "Pas encore"
    return {"cle": CLES, "scenario": SCENARIOS, "mode_financier": VOIES}[champ][valeur]
