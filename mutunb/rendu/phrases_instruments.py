"""Les phrases des instruments : ce qui est retenu et pourquoi, ce qui est refusé, comment on sort, qui doit accepter."""

from __future__ import annotations

from collections.abc import Sequence

from mutunb import formats, referentiel
from mutunb.calculs.accords import Accord, accords_a_reunir
from mutunb.calculs.consequences import clause_de_sortie
from mutunb.calculs.declarations import feuille
from mutunb.calculs.ecarts_decisions import AJOUTEE, CONFIRME, ECARTEE, MODIFIE, NON_SUIVI, ecarts_decisions
from mutunb.calculs.projet import Choix, Projet
from mutunb.calculs.tableaux_instruments import NOMS_CHAMPS, perimetre_en_clair
from mutunb.referentiel.niveaux import MENTIONS, est_a_verifier
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases, texte_sur
from mutunb.rendu.phrases_effectifs import nom_courant

#: point de la clause de sortie à dire d'abord
RETOUR_DES_AGENTS, CLAUSES = "Retour des agents", "Clauses à prévoir"
#: natures d'un établissement qui peut être partie d'un service commun, rattaché à une commune ou à l'EPCI
RATTACHES = ("ccas", "cias", "caisse_ecoles", "regie")


def projet_retenu(projet: Projet) -> Affichage:
    """Combien de fonctions, ce qui vient du client, ce qui attend ; en trois phrases."""
    retenues = list(projet.choix)
    if not retenues:
        return phrases("Aucune fonction n'est retenue : les décisions du dossier les écartent toutes.")
    decidees = [f for f, choix in projet.choix.items() if choix.decision_suivie]
    nom = "fonction est retenue" if len(retenues) == 1 else "fonctions sont retenues"
    return phrases(
        f"{formats.nombre(len(retenues))} {nom} : {formats.liste([nom_courant(f) for f in retenues])}.",
        _origine(decidees, len(retenues)),
        _attentes(projet),
    )


def _origine(decidees: Sequence[str], retenues: int) -> str:
    if not decidees:
        return "Aucune ne porte encore de décision du client : tout ce qui suit est une recommandation, à arbitrer."
    noms = formats.liste([nom_courant(f) for f in decidees])
    if len(decidees) == retenues:
        return f"Le client s'est prononcé sur chacune ({noms}) ; ce qu'il n'a pas tranché suit la recommandation."
    return f"Le client s'est prononcé sur {noms} ; le reste suit la recommandation de mutunb, et se lit comme telle."


def _attentes(projet: Projet) -> str:
    """Les fonctions laissées de côté, réunies par raison."""
    par_raison: dict[str, list[str]] = {}
    for fonction, raison in projet.ecartees.items():
        par_raison.setdefault(raison, []).append(nom_courant(fonction))
    morceaux = [f"{formats.liste(noms)} ({raison})" for raison, noms in par_raison.items()]
    return f"Laissées de côté : {' ; '.join(morceaux)}." if morceaux else ""


def pourquoi_instruments(projet: Projet) -> Affichage:
    """Une puce par fonction : qui, quelle forme, pourquoi, quel argent, quand ; les recommandations vont aux résultats."""
    textes = {fonction: _pourquoi(projet, choix) for fonction, choix in projet.choix.items()}
    elements = tuple(
        {"genre": "recommandation", "id": f"instrument_{f}", "rang": rang, "texte": texte.replace("**", "")}
        for rang, (f, texte) in enumerate(textes.items(), start=1)
    )
    return Affichage(markdown=liste_a_puces(textes.values()).markdown, elements=elements)


def _pourquoi(projet: Projet, choix: Choix) -> str:
    instrument = referentiel.instrument(choix.instrument)
    nom = referentiel.fonction(choix.fonction).libelle_court
    perimetre = choix.motifs["perimetre"]
    morceaux = [
        f"{choix.motifs['instrument']}{_mention(choix)}",
        "" if perimetre in (choix.motifs["instrument"], _partage(projet, "perimetre")) else perimetre,
        _rattaches(projet, choix),
        *(f"Décision non suivie, {NOMS_CHAMPS[champ]} : {raison}." for champ, raison in choix.non_suivies.items()),
    ]
    debut = f"**{nom} : {_minuscule(instrument.libelle)} ({perimetre_en_clair(projet, choix)}).**"
    return " ".join([debut, *(texte_sur(m) for m in morceaux if m)])


def _partage(projet: Projet, champ: str) -> str | None:
    """Motif commun à toutes les fonctions, à dire une seule fois ; ``None`` s'ils diffèrent."""
    motifs = {choix.motifs[champ] for choix in projet.choix.values()}
    return motifs.pop() if len(motifs) == 1 else None


def voies_et_cles(projet: Projet) -> Affichage:
    """Périmètre, voie financière, clé et date : chaque raison dite une fois, avec les fonctions qu'elle concerne."""
    commun = _partage(projet, "perimetre")
    puces = [f"**Périmètre.** {texte_sur(commun)}"] if commun else []
    for champ, titre in (("mode_financier", "Argent"), ("cle", "Clé"), ("date_effet", "Date")):
        par_motif: dict[str, list[str]] = {}
        for fonction, choix in projet.choix.items():
            par_motif.setdefault(choix.motifs[champ], []).append(fonction)
        puces += [f"**{titre}, {_pour(projet, fonctions)}.** {texte_sur(motif)}" for motif, fonctions in par_motif.items()]
    return liste_a_puces(puces)


def _pour(projet: Projet, fonctions: Sequence[str]) -> str:
    """« pour toutes les fonctions », ou « pour le juridique et les achats »."""
    if len(fonctions) == len(projet.choix) > 1:
        return "pour toutes les fonctions"
    return f"pour {formats.liste([nom_courant(fonction) for fonction in fonctions])}"


def _mention(choix: Choix) -> str:
    """« (usage à vérifier) » quand la forme recommandée ne tient pas à un texte lu ; rien si le client a décidé."""
    admis = next((a for a in choix.examen.admis if a.code == choix.instrument), None)
    if choix.est_decide("instrument") or admis is None or not est_a_verifier(admis.niveau):
        return ""
    return f" ({MENTIONS[admis.niveau][0].upper()}{MENTIONS[admis.niveau][1:]}.)"


def _rattaches(projet: Projet, choix: Choix) -> str:
    """Établissements rattachés qui peuvent rejoindre un service commun, s'ils sont déclarés."""
    entites = feuille(projet.dossier, "entites")
    if entites is None or choix.instrument not in ("SC", "SCC"):
        return ""
    siens = entites[entites["nature"].isin(RATTACHES) & entites["rattachement"].isin(choix.perimetre)]
    noms = siens["nom"].dropna().tolist()
    if not noms:
        return ""
    return f"Peu{'vent' if len(noms) > 1 else 't'} s'y joindre, au titre d'établissement rattaché : {formats.liste(noms)}."


def refus_du_projet(projet: Projet) -> Affichage:
    """Combien de formes sont refusées, et le refus qui touche l'argent ou les missions, dit d'abord."""
    refus = [r for choix in projet.choix.values() for r in choix.examen.refuses]
    formes = {r.code for r in refus if r.code}
    parties = list(dict.fromkeys((r.titre, r.raison, r.article) for r in refus if not r.code))
    compte = formats.pluriel(len(formes), "forme est refusée", "formes sont refusées")
    debut = f"{compte} pour ces fonctions, chacune par un article." if formes else "Aucune forme n'est refusée pour ces fonctions."
    suite = [f"**{titre}.** {raison} Texte : {article}." for titre, raison, article in parties]
    return phrases(debut, *suite)


def sorties(projet: Projet) -> Affichage:
    """Comment on sort de chaque forme retenue ; le service commun, où la loi se tait, est détaillé."""
    par_forme: dict[str, list[str]] = {}
    for fonction, choix in projet.choix.items():
        par_forme.setdefault(choix.instrument, []).append(nom_courant(fonction))
    return liste_a_puces([_sortie(code, noms) for code, noms in par_forme.items()])


def _sortie(code: str, noms: list[str]) -> str:
    instrument = referentiel.instrument(code)
    points = {point.sujet: point for point in clause_de_sortie(code)}
    usage = " (usage à vérifier)" if est_a_verifier(instrument.niveau) or "sortie" in instrument.a_preciser else ""
    debut = f"**{instrument.libelle}** ({formats.liste(noms)}). La sortie se règle par : {_minuscule(instrument.sortie)}{usage}."
    details = [
        f"*{sujet}* : {_minuscule(points[sujet].texte)}{' (Usage à vérifier.)' if points[sujet].a_verifier else ''}"
        for sujet in (RETOUR_DES_AGENTS, CLAUSES)
        if sujet in points
    ]
    return " ".join([debut, *details])


def accords(projet: Projet) -> Affichage:
    """Qui doit accepter, et si quelqu'un peut tout arrêter."""
    requis = [accord for accord in accords_a_reunir(projet) if accord.requis]
    qualifies = [accord for accord in requis if not accord.regle.accord_de_chacune]
    libres = [accord for accord in requis if accord.regle.refus_isole]
    ac = next((accord for accord in requis if accord.regle.id == "revision_libre_ac"), None)
    return phrases(
        "Aucune des formes retenues ne demande de majorité qualifiée des communes." if not qualifies else "",
        "Chaque participant délibère pour son compte, et une commune qui refuse reste dehors sans arrêter les autres." if libres else "",
        _imputation(ac),
        *(_blocage(accord) for accord in accords_a_reunir(projet) if not accord.regle.accord_de_chacune),
    )


def _imputation(accord: Accord | None) -> str:
    if accord is None:
        return ""
    combien = formats.pluriel(len(accord.populations), "commune intéressée", "communes intéressées")
    return (
        "L'imputation sur l'attribution de compensation résulte de la convention ; l'usage, à vérifier, la sécurise par une révision "
        f"libre : les deux tiers du conseil communautaire et l'accord de chacune des {combien}, dont le silence ne vaut pas accord."
    )


def _blocage(accord: Accord) -> str:
    """Une phrase sur une majorité qualifiée : ce qu'elle demande, le plus petit groupe qui l'empêche."""
    groupes = accord.blocage
    cadre = f"{accord.regle.libelle} ({accord.regle.texte}{', à vérifier' if accord.regle.a_verifier else ''})"
    if not accord.requis:
        formes = formats.liste([_minuscule(referentiel.instrument(code).libelle) for code in accord.instruments], "ou")
        noms = formats.liste([nom_courant(fonction) for fonction in accord.fonctions])
        cadre = f"Une autre forme possible, {formes} ({noms}), demanderait une majorité qualifiée. {cadre}"
    if groupes is None or groupes.taille is None:
        return f"{cadre} : aucun groupe de communes ne peut l'empêcher."
    if groupes.taille == 1:
        seules = formats.liste([texte_sur(groupe[0]) for groupe in groupes.groupes[:3]], "ou")
        return f"{cadre} : {seules} suffit à l'empêcher."
    if groupes.quelconque:
        return f"{cadre} : {groupes.taille} communes suffisent à l'empêcher, quelles qu'elles soient."
    combien = f"{formats.nombre(groupes.nombre)} réunions possibles" if groupes.nombre else "relevé partiel des réunions possibles"
    exemple = formats.liste([texte_sur(nom) for nom in groupes.groupes[0]])
    return f"{cadre} : il faut au moins {groupes.taille} communes pour l'empêcher ({combien}), par exemple {exemple}."


def decisions_client(projet: Projet) -> Affichage:
    """Ce que les décisions ont changé, en une phrase par effet ; ou qu'aucune n'est écrite."""
    ecarts = ecarts_decisions(projet)
    if ecarts.empty:
        return phrases(
            "Aucune décision n'est encore écrite dans le dossier : chaque ligne de ce chapitre est une recommandation. "
            "Les décisions s'inscrivent dans le dossier du territoire, avec leur auteur, leur date et leur motif."
        )
    comptes = ecarts["etat"].value_counts()
    morceaux = [
        _compte(comptes.get(MODIFIE, 0), "modifie la recommandation", "modifient la recommandation"),
        _compte(comptes.get(CONFIRME, 0), "la confirme", "la confirment"),
        _compte(comptes.get(AJOUTEE, 0), "ajoute une fonction", "ajoutent une fonction"),
        _compte(comptes.get(ECARTEE, 0), "écarte une fonction", "écartent une fonction"),
        _compte(comptes.get(NON_SUIVI, 0), "n'a pas pu être suivie, car le droit l'interdit", "n'ont pas pu être suivies, car le droit les interdit"),
    ]
    total = formats.pluriel(len(ecarts), "décision est écrite", "décisions sont écrites")
    return phrases(f"{total} dans le dossier : {formats.liste([m for m in morceaux if m])}.")


def _compte(combien: int, singulier: str, pluriel: str) -> str:
    return f"{formats.nombre(combien)} {singulier if combien == 1 else pluriel}" if combien else ""


def _minuscule(texte: str) -> str:
    return f"{texte[:1].lower()}{texte[1:]}"
