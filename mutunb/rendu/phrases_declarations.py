"""Les phrases des effectifs déclarés : qui a répondu, ce que l'estimation disait, où la fonction tient à une personne."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.effectifs_declares import HORIZON_DEPARTS
from mutunb.calculs.effectifs_publies import effectifs_publies, seuil_agents
from mutunb.calculs.tableaux_declares import FONDATRICES, tableau_dispersion, tableau_fragilite
from mutunb.calculs.tableaux_departs import periodes_diffusables
from mutunb.dossier.confidentialite import est_consultant
from mutunb.rendu.affichage import Affichage, phrases
from mutunb.rendu.phrases_effectifs import nom_courant
from mutunb.rendu.tableaux import pour_lecteur

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
    morceaux, masquees = [], effectifs_publies(effectifs).comparables
    for fonction in FONCTIONS_ESTIMEES:
        if masquees[fonction] and not est_consultant():
            continue
        deux = declares.etp[fonction].notna() & effectifs.estimes["central"][fonction].notna()
        estime, declare = (t[fonction][deux].sum() for t in (effectifs.estimes["central"], declares.etp))
        if deux.any():
            morceaux.append(
                f"{nom_courant(fonction)} : {formats.nombre(declare, 1)} ETP déclarés pour {formats.nombre(estime, 1)} estimés"
            )
    if not morceaux and not est_consultant() and masquees.any():
        return phrases("Trop peu d'agents sont déclarés pour comparer sans désigner quelqu'un.")
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
    table = pour_lecteur(tableau).donnees.assign(fonction=FONDATRICES).set_index("fonction")
    morceaux = [
        f"{nom_courant(f)}, de {formats.nombre(ligne['etp_q1'], 2)} à {formats.nombre(ligne['etp_q3'], 2)}"
        for f, ligne in table.loc[["comptabilite_finances", "ressources_humaines"]].iterrows()
        if not formats.est_absent(ligne["etp_q1"])
    ]
    if not morceaux and tableau.donnees["communes"].any():
        return phrases("Trop peu de communes ont répondu pour les situer sans en désigner une.")
    if not morceaux:
        return phrases("Aucune commune n'a déclaré ses postes : l'EPCI seul a répondu.")
    a_peu_pres = "" if est_consultant() else " à peu près"
    return phrases(
        f"La moitié des communes répondantes se tient{a_peu_pres}, en ETP pour 1\u00a0000 habitants, entre ces bornes : "
        f"{' ; '.join(morceaux)}."
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
    dits = pour_lecteur(tableau_fragilite(effectifs))
    masques = not est_consultant() and any(dits.masque is not None and dits.masque[c].any() for c in ("seules", "sans_remplacant"))
    isolements = _isolements_a_peu_pres(len(isoles), sans) if masques else _phrase_isolements(len(isoles), sans)
    return phrases(isolements, phrase_departs(effectifs))


def _isolements_a_peu_pres(isoles: int, sans: int) -> str:
    """Aux cinq près : le total exact rendrait le compte masqué d'une fonction."""
    environ = lambda n: 5 * round(n / 5)  # noqa: E731
    if environ(isoles) == 0:
        return "Dans les cinq fonctions fondatrices, quelques cas reposent sur un poste unique."
    suite = f", dont **environ {formats.nombre(environ(sans))} sans remplaçant**" if environ(sans) else ""
    return f"Dans les cinq fonctions fondatrices, environ {formats.nombre(environ(isoles))} cas reposent sur un poste unique{suite}."


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
    """Combien d'ETP partent dans les cinq ans et quand ; au consultant, la fonction la plus touchée."""
    departs, fin = effectifs.declares.departs, effectifs.declares.annee + HORIZON_DEPARTS
    if departs.empty:
        return f"Aucun départ n'est annoncé d'ici {fin} dans les fonctions support."
    total = f"D'ici {fin}, les départs annoncés libèrent {formats.etp(departs['etp'].sum())} ETP des fonctions support"
    fenetres = "ce sont les fenêtres où réorganiser sans déplacer personne"
    if not est_consultant():
        return _departs_diffusables(effectifs, total, fenetres)
    par_annee, par_fonction = departs.groupby("annee")["etp"].sum(), departs.groupby("fonction")["etp"].sum()
    return (
        f"{total}, surtout en {par_annee.idxmax()} ({formats.etp(par_annee.max())}) et d'abord pour "
        f"{nom_courant(par_fonction.idxmax())} ({formats.etp(par_fonction.max())}) : {fenetres}."
    )


def _departs_diffusables(effectifs: Effectifs, total: str, fenetres: str) -> str:
    periodes = periodes_diffusables(effectifs)
    if not periodes["diffusable"].all():
        fin, seuil = effectifs.declares.annee + HORIZON_DEPARTS, formats.nombre(seuil_agents(effectifs.dossier))
        return f"D'ici {fin}, trop peu de départs sont annoncés (moins de {seuil}) pour en donner le détail sans désigner quelqu'un."
    plus = periodes.loc[periodes["etp"].idxmax()]
    quand = "" if len(periodes) == 1 else f", surtout en {plus['periode']} ({formats.etp(plus['etp'])})"
    return f"{total}{quand} : {fenetres}."
