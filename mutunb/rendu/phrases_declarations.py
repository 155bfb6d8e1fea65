"""Les phrases des effectifs déclarés : qui a répondu, ce que l'estimation disait, où la fonction tient à une personne."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.effectifs_declares import HORIZON_DEPARTS
from mutunb.calculs.tableaux_declares import FONDATRICES, tableau_dispersion
from mutunb.rendu.affichage import Affichage, phrases
from mutunb.rendu.phrases_effectifs import nom_courant

SANS_REPONSE = "Donnée non fournie : aucune entité n'a encore déclaré ses postes"


def reponses(effectifs: Effectifs) -> Affichage:
    """Qui a rempli la feuille des effectifs, et la part déclarée du total."""
    declares = effectifs.declares
    if declares is None:
        return phrases(f"{SANS_REPONSE} ; tous les effectifs de ce chapitre sont estimés.")
    communes = int((declares.repondants & effectifs.communes).sum())
    combien = int(effectifs.communes.sum())
    population = effectifs.entites.loc[effectifs.communes, "population"]
    couverte = population[declares.repondants[effectifs.communes]].sum() / population.sum()
    epci = declares.repondants[~effectifs.communes].any()
    return phrases(
        f"{_repondants(communes, combien, bool(epci))} rempli la feuille des effectifs ({formats.pourcent(couverte)} de "
        f"la population) : ces réponses remplacent l'estimation et font {_part(effectifs.part_declaree())} des "
        "effectifs des quatre fonctions ci-dessous.",
        _restent(combien - communes, bool(epci)),
        _partiels(declares.partiels),
        f"{formats.pluriel(declares.hors_perimetre, 'poste')} d'établissements rattachés (CCAS, syndicats) ne "
        f"{'compte' if declares.hors_perimetre == 1 else 'comptent'} pas ici : les comptes des communes ne les comprennent pas."
        if declares.hors_perimetre
        else None,
    )


def _part(part: float) -> str:
    """« 83 % » ; « plus de 99 % » plutôt qu'un 100 % qui cacherait ce qui reste estimé."""
    return f"plus de {formats.pourcent(0.99)}" if 0.99 < part < 1 else formats.pourcent(part)


def _repondants(communes: int, combien: int, epci: bool) -> str:
    if communes == 0:
        return "L'EPCI seul a"
    sujet = f"{formats.pluriel(communes, 'commune')} sur {formats.nombre(combien)}"
    if epci:
        return f"{sujet} et l'EPCI ont"
    return f"{sujet} {'a' if communes == 1 else 'ont'}"


def _restent(communes: int, epci: bool) -> str | None:
    if communes == 0:
        return None if epci else "L'EPCI reste estimé."
    sujet = formats.pluriel(communes, "commune")
    if not epci:
        return f"{sujet} et l'EPCI restent estimés."
    return f"{sujet} {'reste estimée' if communes == 1 else 'restent estimées'}."


def _partiels(combien: int) -> str | None:
    if not combien:
        return None
    verbe = "semble partielle" if combien == 1 else "semblent partielles"
    return (
        f"{formats.pluriel(combien, 'réponse')} {verbe} : une fonction sans poste n'y vaut pas zéro, son estimation demeure."
    )


def comparaison(effectifs: Effectifs) -> Affichage | None:
    """Ce que valait l'estimation, là où l'on peut la comparer aux réponses ; rien sans réponse."""
    declares = effectifs.declares
    if declares is None:
        return None
    morceaux = []
    for fonction in FONCTIONS_ESTIMEES:
        deux = declares.etp[fonction].notna() & effectifs.estimes["central"][fonction].notna()
        estime, declare = (t[fonction][deux].sum() for t in (effectifs.estimes["central"], declares.etp))
        if deux.any():
            morceaux.append(
                f"{nom_courant(fonction)} : {formats.nombre(declare, 1)} ETP déclarés pour {formats.nombre(estime, 1)} estimés"
            )
    if not morceaux:
        return phrases("Aucune entité n'a à la fois une estimation et une réponse : rien ne se compare.")
    return phrases(
        f"Là où les deux existent, {' ; '.join(morceaux)}.",
        "Un écart ne dit pas qui a raison : une mairie compte parfois dans une fonction le temps d'accueil qui l'entoure.",
    )


def dispersion(effectifs: Effectifs) -> Affichage:
    """Où se situe la moitié des communes, en ETP de comptabilité et de ressources humaines pour 1 000 habitants."""
    tableau = tableau_dispersion(effectifs)
    if tableau is None:
        return phrases(f"{SANS_REPONSE} : les communes ne se situent pas encore les unes par rapport aux autres.")
    table = tableau.donnees.assign(fonction=FONDATRICES).set_index("fonction")
    morceaux = [
        f"{nom_courant(f)}, de {formats.nombre(ligne['etp_q1'], 2)} à {formats.nombre(ligne['etp_q3'], 2)}"
        for f, ligne in table.loc[["comptabilite_finances", "ressources_humaines"]].iterrows()
        if not formats.est_absent(ligne["etp_q1"])
    ]
    if not morceaux:
        return phrases("Aucune commune n'a déclaré ses postes : l'EPCI seul a répondu.")
    return phrases(
        f"La moitié des communes répondantes se tient, en ETP pour 1\u00a0000 habitants, entre ces bornes : {' ; '.join(morceaux)}."
    )


def fragilite(effectifs: Effectifs) -> Affichage:
    """Fonctions tenues par une seule personne, sans remplaçant, et départs des cinq ans à venir."""
    declares = effectifs.declares
    if declares is None:
        return phrases(
            f"{SANS_REPONSE} : ni les remplaçants ni les départs à venir ne sont connus, et aucun compte public ne les dit."
        )
    isoles = declares.isolements
    isoles = isoles[isoles["fonction"].isin(FONDATRICES)]
    sans = int(isoles["sans_remplacant"].sum())
    return phrases(_phrase_isolements(len(isoles), sans), phrase_departs(effectifs))


def _phrase_isolements(isoles: int, sans: int) -> str:
    if isoles == 0:
        return "Aucune fonction fondatrice ne repose, dans une entité répondante, sur un seul poste."
    if sans == 0:
        suite = "sans que l'absence de remplaçant soit signalée"
    else:
        suite = f"**{formats.nombre(sans)} sans remplaçant**" if isoles > 1 else "**sans remplaçant**"
    if isoles == 1:
        return f"Dans les cinq fonctions fondatrices, un seul cas repose sur un poste unique, {suite}."
    return f"Dans les cinq fonctions fondatrices, {formats.nombre(isoles)} cas reposent sur un poste unique, {suite}."


def phrase_departs(effectifs: Effectifs) -> str:
    """Combien d'ETP partent dans les cinq ans, l'année et la fonction les plus touchées."""
    declares = effectifs.declares
    departs = declares.departs
    fin = declares.annee + HORIZON_DEPARTS
    if departs.empty:
        return f"Aucun départ n'est annoncé d'ici {fin} dans les fonctions support."
    par_annee = departs.groupby("annee")["etp"].sum()
    par_fonction = departs.groupby("fonction")["etp"].sum()
    return (
        f"D'ici {fin}, les départs annoncés libèrent {formats.etp(departs['etp'].sum())} ETP des fonctions support, surtout en "
        f"{par_annee.idxmax()} ({formats.etp(par_annee.max())}) et d'abord pour {nom_courant(par_fonction.idxmax())} "
        f"({formats.etp(par_fonction.max())}) : ce sont les fenêtres où réorganiser sans déplacer personne."
    )
