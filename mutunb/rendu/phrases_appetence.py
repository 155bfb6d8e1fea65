"""Les phrases de l'appétence : ce que veulent les communes, ce qu'elles gardent, ce que la collecte change."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.calculs.appetence import Appetence
from mutunb.calculs.changements import Changement, Changements, comparer_aux_donnees_publiques
from mutunb.calculs.priorites import PORTEES_ETUDIEES, Priorites
from mutunb.calculs.tableaux_appetence import libelle_code, tableau_appetence
from mutunb.calculs.tableaux_priorites import LIBELLES_PORTEE
from mutunb.dossier.confidentialite import ENTITES_MIN, est_consultant
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases
from mutunb.rendu.phrases_effectifs import nom_courant
from mutunb.rendu.phrases_priorites import phrase_signal, qualifier
from mutunb.rendu.tableaux import pour_lecteur


def appetence(priorites: Priorites) -> Affichage:
    """Les fonctions les plus et les moins voulues, avec la dispersion et les non-réponses."""
    recueillie = priorites.appetence
    if recueillie is None:
        return phrases(
            "Donnée non fournie : ni les maires ni les directions n'ont encore dit ce qu'ils veulent mettre en commun."
        )
    if recueillie.table["interet"].isna().all():
        return phrases("Donnée non fournie : aucune réponse ne donne d'intérêt de 0 à 4.")
    table = _lisible(priorites).dropna(subset="interet").sort_values(["interet", "interet_maire"], ascending=False)
    if table.empty:
        return phrases(f"Moins de {ENTITES_MIN} communes ont répondu : en dire plus désignerait l'une d'elles.")
    tete, queue = table.iloc[0], table.iloc[-1]
    return phrases(
        f"En tête de ce que les communes veulent partager : {_cite(tete)}.",
        f"En queue : {_cite(queue)}." if len(table) > 1 else None,
        _non_reponses(recueillie),
        _desaccords(recueillie),
    )


def _lisible(priorites: Priorites) -> pd.DataFrame:
    """Les réponses par fonction, telles que le lecteur peut les voir ; sans médiane masquée, pas d'intérêt."""
    brute = priorites.appetence.table
    if est_consultant():
        return brute
    masque = pour_lecteur(tableau_appetence(priorites)).masque
    if masque is None:
        return brute
    return brute.assign(interet=brute["interet"].mask(masque[["interet_maire", "interet_direction", "q1"]].any(axis=1)))


def _cite(ligne) -> str:
    """« les achats (intérêt médian sur 4 : maires 2, directions 3 ; la moitié des réponses de 2 à 3) »."""
    maires, directions, q1, q3 = (_note(ligne[c]) for c in ("interet_maire", "interet_direction", "q1", "q3"))
    etendue = f"la moitié des réponses de {q1} à {q3}" if q1 != q3 else f"la moitié des réponses à {q1}"
    return (
        f"{nom_courant(ligne['fonction'])} (intérêt médian sur 4 : maires {maires}, directions {directions} ; {etendue})"
    )


def _note(valeur: float) -> str:
    return formats.nombre(valeur, 1).removesuffix(",0")


def _non_reponses(recueillie: Appetence) -> str:
    combien = len(recueillie.dossier.territoire.communes)
    absents = int(recueillie.table["non_reponses"].max())
    if absents == 0:
        return f"Les {formats.nombre(combien)} maires ont répondu pour chaque fonction."
    verbe = "n'a" if absents == 1 else "n'ont"
    return (
        f"Selon la fonction, jusqu'à {formats.pluriel(absents, 'maire')} sur {formats.nombre(combien)} {verbe} pas répondu ; "
        "un silence n'est ni un accord ni un refus."
    )


def _desaccords(recueillie: Appetence) -> str | None:
    moindre = 1 if est_consultant() else ENTITES_MIN
    table = recueillie.table[recueillie.table["desaccords"] >= moindre].sort_values("desaccords", ascending=False)
    if table.empty:
        return None
    morceaux = [
        f"{nom_courant(t.fonction)} ({formats.nombre(t.desaccords)} sur {formats.nombre(t.couples)})" for t in table.itertuples()
    ]
    return f"Maire et direction d'une même commune divergent nettement pour {formats.liste(morceaux)} : à reprendre ensemble."


def lignes_rouges(priorites: Priorites) -> Affichage | None:
    """Les formes que les lignes rouges écartent, sans écarter la fonction ; rien sans enquête."""
    recueillie = priorites.appetence
    if recueillie is None:
        return None
    ecartees = recueillie.lignes_rouges[recueillie.lignes_rouges["formes"].map(len) > 0]
    if ecartees.empty:
        return phrases("Aucune ligne rouge n'est partagée par plus d'un tiers des communes : toutes les formes restent ouvertes.")
    return liste_a_puces(phrase_ligne_rouge(ligne) for ligne in ecartees.itertuples())


def phrase_ligne_rouge(ligne) -> str:
    """« La comptabilité : 4 communes sur 10 gardent la confidentialité des données ; écarte le service commun, pas la fonction. »"""
    nom = nom_courant(ligne.fonction)
    rouge = libelle_code("lignes_rouges", ligne.ligne_rouge).lower()
    formes = formats.liste([libelle_code("forme_preferee", f).lower() for f in ligne.formes])
    verbe = "pose" if ligne.communes == 1 else "posent"
    if ligne.communes < ENTITES_MIN and not est_consultant():
        return (
            f"**{nom[0].upper()}{nom[1:]}** : plus d'un tiers des communes répondantes posent une ligne rouge. "
            f"Forme à écarter : {formes}. La fonction reste à étudier sous une autre forme."
        )
    return (
        f"**{nom[0].upper()}{nom[1:]}** : {formats.pluriel(ligne.communes, 'commune')} sur {formats.nombre(ligne.repondantes)} "
        f"{verbe} une ligne rouge ({rouge}). Forme à écarter : {formes}. La fonction reste à étudier sous une autre forme."
    )


def changements(priorites: Priorites) -> Affichage:
    """Ce que la collecte change à la recommandation, fonction par fonction, et pourquoi."""
    ecarts = comparer_aux_donnees_publiques(priorites)
    if ecarts is None:
        return phrases("Donnée non fournie : sans réponse au questionnaire, la recommandation tient aux seules données publiques.")
    if not ecarts.deplacees:
        return phrases("La collecte ne change ni le rang ni la recommandation d'aucune fonction : elle les confirme.")
    debut = f"Avec la collecte, {formats.pluriel(len(ecarts.deplacees), 'fonction')} sur {len(ecarts.fonctions)} "
    debut += "change de rang ou de recommandation" if len(ecarts.deplacees) == 1 else "changent de rang ou de recommandation"
    tete = phrases(f"{debut}.", _integration(priorites, ecarts))
    detaillees = [c for c in ecarts.deplacees if _est_detaille(c)]
    autres = [c for c in ecarts.deplacees if not _est_detaille(c)]
    return tete + liste_a_puces([*(phrase_changement(c) for c in detaillees), *_autres(autres)])


def _est_detaille(changement: Changement) -> bool:
    portees = {changement.portee_avant, changement.portee_apres}
    return len(portees) > 1 or bool(portees & PORTEES_ETUDIEES)


def _autres(changements: list[Changement]) -> list[str]:
    """Les fonctions qu'on n'étudie pas d'abord, en une ligne : leur rang bouge, pas leur recommandation."""
    if not changements:
        return []
    morceaux = [f"{nom_courant(c.fonction)} ({_rang(c.rang_avant)} puis {_rang(c.rang_apres)})" for c in changements]
    return [f"**À recommandation inchangée** : {formats.liste(morceaux)}."]


def _integration(priorites: Priorites, ecarts: Changements) -> str:
    avant, apres = qualifier(ecarts.publique.integration), qualifier(priorites.integration)
    if avant == apres:
        return ""
    return f"La fiche DGF fournie fait passer le degré d'intégration de {avant} à {apres}."


def phrase_changement(changement: Changement) -> str:
    """Le déplacement d'une fonction et ses raisons."""
    nom = nom_courant(changement.fonction)
    gestes = []
    if changement.rang_avant != changement.rang_apres:
        gestes.append(f"du {_rang(changement.rang_avant)} au {_rang(changement.rang_apres)} rang")
    if changement.portee_avant != changement.portee_apres:
        avant, apres = (LIBELLES_PORTEE[p].lower() for p in (changement.portee_avant, changement.portee_apres))
        gestes.append(f"de « {avant} » à « {apres} »")
    return f"**{nom[0].upper()}{nom[1:]}** : {', et '.join(gestes)}. {_raisons(changement)}"


def _raisons(changement: Changement) -> str:
    raisons = []
    if changement.appetence is not None:
        raisons.append(f"appétence {_note(changement.appetence)} sur 4")
    elif changement.enquete:
        raisons.append("trop peu de réponses sur l'appétence, comptée au milieu de l'échelle")
    raisons += [phrase_signal(s) for s in changement.apparus]
    raisons += [f"ne tient plus : {phrase_signal(s)}" for s in changement.disparus]
    recul = changement.rang_apres - changement.rang_avant
    montee = changement.note_apres - changement.note_avant
    if recul > 0 and montee >= 0:
        raisons.append("d'autres fonctions montent davantage")
    elif recul < 0 and montee <= 0:
        raisons.append("d'autres fonctions baissent davantage")
    note = f"note {formats.nombre(changement.note_avant, 2)} puis {formats.nombre(changement.note_apres, 2)}"
    return f"Pourquoi : {' ; '.join([*raisons, note])}."


def _rang(rang: int) -> str:
    return "1er" if rang == 1 else f"{rang}e"
