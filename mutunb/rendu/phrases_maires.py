"""Ce qu'un maire demande : combien, pourquoi plus, puis-je refuser, sortir, et mes agents ; et la réponse à « et seuls ? »."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs.accords import Accord, accords_a_reunir
from mutunb.calculs.projet import Projet
from mutunb.calculs.repartition_service import RepartitionService
from mutunb.calculs.repartitions import Repartitions
from mutunb.calculs.tableaux_repartition import libelle_fonction
from mutunb.calculs.tableaux_stabilite import nommer
from mutunb.dossier import confidentialite
from mutunb.rendu.affichage import Affichage, liste_a_puces, texte_sur
from mutunb.rendu.phrases_effectifs import nom_courant

#: communes nommées par service
MAIRES_CITES = 3
PLURIELS = {
    "en gardant son service actuel": "en gardant leur service actuel",
    "car elle n'emploie pas ce service": "car elles n'emploient pas ce service",
    "avec sa propre équipe": "avec leur propre équipe",
}
CHAPITRES = {
    "modele": "[chapitre 2](21_modele_economique.ipynb)",
    "parts": "[chapitre 3](22_repartition.ipynb)",
    "agents": "[chapitre 4](23_personnel_et_calendrier.ipynb)",
}
TRANSFERT = (
    "un agent qui y passe tout son temps change d'employeur de plein droit, celui qui n'y passe qu'une part garde le sien et se "
    "trouve mis à disposition pour cette part"
)
#: instrument → ce qu'il fait aux agents, dit à un maire ; à défaut, le mot du catalogue
EFFETS_AGENTS = {
    "SC": TRANSFERT, "SCC": TRANSFERT, "MADD": "personne ne change d'employeur", "GC": "aucun emploi n'est touché",
    "GCD": "aucun emploi n'est touché",
}  # fmt: skip


def questions_de_maire(projet: Projet) -> Affichage | None:
    """Cinq questions, une réponse courte et où lire la suite ; ``None`` si aucune fonction n'est retenue."""
    if not projet.choix:
        return None
    return liste_a_puces(
        [
            "**Combien paierait ma commune ?** Le tableau « Avant et après, commune par commune » le dit pour tous les services "
            f"réunis, et sous d'autres clés service par service ({CHAPITRES['parts']}).",
            "**Pourquoi plus qu'aujourd'hui ?** Une commune qui a peu de service en reçoit un, et le paie. Une économie n'est comptée "
            f"que si un départ, une fin de contrat ou un prix publié la fonde ({CHAPITRES['modele']}).",
            f"**Puis-je refuser ?** {_refus(accords_a_reunir(projet))}",
            f"**Puis-je sortir ensuite ?** {_sortie(projet)}",
            f"**Et mes agents ?** {_agents(projet)} ({CHAPITRES['agents']}).",
        ]
    )


def _refus(accords: Sequence[Accord]) -> str:
    requis = [a for a in accords if a.requis]
    subis = [a for a in requis if not a.regle.accord_de_chacune]
    libres = [a for a in requis if a.regle.refus_isole]
    suite = "Le détail est à « Qui doit dire oui ? », plus bas."
    if subis:
        noms = formats.liste(list(dict.fromkeys(nom_courant(f) for a in subis for f in a.fonctions)))
        return f"Pas toujours : pour {noms}, une majorité qualifiée peut l'emporter sur un refus. {suite}"
    if not libres:
        return f"Cela dépend de la forme retenue. {suite}"
    usage = " (usage à vérifier)" if any(a.regle.a_verifier for a in libres) else ""
    return f"Oui : chaque participant délibère pour son compte, et une commune qui refuse reste dehors{usage}. {suite}"


def _sortie(projet: Projet) -> str:
    commun = any(choix.instrument in ("SC", "SCC") for choix in projet.choix.values())
    loi = " ; pour un service commun, la loi n'en dit rien" if commun else ""
    return (
        f"Aux conditions de la convention{loi}. Préavis, sort des agents et solde s'y écrivent avant de signer : « Comment en "
        f"sort-on ? », plus bas, et « Si une commune s'en va ? » ({CHAPITRES['parts']})."
    )


def _agents(projet: Projet) -> str:
    """Ce que chaque forme fait aux agents : « Pour le juridique, un agent qui y passe tout son temps… »."""
    par_effet: dict[str, list[str]] = {}
    for fonction, choix in projet.choix.items():
        catalogue = referentiel.instrument(choix.instrument).agents
        effet = EFFETS_AGENTS.get(choix.instrument, f"{catalogue[0].lower()}{catalogue[1:]}")
        par_effet.setdefault(effet, []).append(nom_courant(fonction))
    dits = [f"pour {formats.liste(noms)}, {effet}" for effet, noms in par_effet.items()]
    texte = " ; ".join(dits)
    return f"{texte[0].upper()}{texte[1:]}"


def phrase_maire(service: RepartitionService, siren: str, cle: str | None = None, avec_montant: bool = True) -> str:
    """La réponse à un maire : seul, avec ses voisins, ou personne ne ferait mieux.

    Parameters
    ----------
    service : RepartitionService
    siren : str
        SIREN de la commune.
    cle : str, optional
        Clé éprouvée ; celle du choix par défaut.
    avec_montant : bool
        Faux : les montants, confidentiels, ne s'écrivent pas.
    """
    test, nom = service.tests[cle or service.retenue], texte_sur(service.noms[siren])
    minimales = test.minimales
    siennes = minimales[[siren in c for c in minimales["coalition"]]]
    quoi = f"pour {nom_courant(service.fonction)}"
    if siennes.empty and len(test.lesees_avec(siren)):
        return (
            f"{quoi[0].upper()}{quoi[1:]}, {nom} n'a rien à gagner à une autre alliance : les groupes qui paieraient moins "
            "paieraient moins aussi sans elle."
        )
    if siennes.empty:
        combien = formats.pluriel(test.testees, "coalition éprouvée", "coalitions éprouvées")
        reserve = ", mais toutes ne l'ont pas été" if test.partiel else ""
        return f"{quoi[0].upper()}{quoi[1:]}, aucune des {combien} ne ferait mieux pour {nom}{reserve}."
    seule = siennes[siennes["taille"] == 1]
    ligne = seule.iloc[0] if len(seule) else siennes[siennes["taille"] == siennes["taille"].min()].iloc[0]
    montant = f"environ {formats.environ_euros(ligne['exces_eur'])} de moins par an" if avec_montant else "moins"
    if len(seule):
        seul = f"environ {formats.environ_euros(ligne['cout_eur'])}" if ligne["cout_eur"] else "rien"
        detail = f" : {seul} au lieu de {formats.environ_euros(ligne['part_eur'])}" if avec_montant else ""
        return f"Seule, {quoi}, {nom} paierait {montant}, {_comment(service, siren)}{detail}."
    autres = [s for s in ligne["coalition"] if s != siren]
    avec = texte_sur(nommer(service, autres))
    return f"Avec {avec}, {quoi}, {nom} paierait {montant} : ensemble, le groupe coûte moins sans les autres."


def _comment(service: RepartitionService, siren: str) -> str:
    """Ce que « seule » veut dire pour cette entité."""
    if siren in service.modele.gardent_le_leur:
        return "en gardant son service actuel"
    membres = service.modele.jeu.membres([[siren]])
    equipe, retenu = service.modele.fonction_cout.couts_equipe(membres)[0], service.modele.jeu.couts(membres)[0]
    if retenu == 0:
        return "car elle n'emploie pas ce service"
    return "avec sa propre équipe" if equipe <= retenu + 0.01 else "en achetant le même service à l'extérieur"


def repartition_maires(repartitions: Repartitions) -> Affichage | None:
    """Ce que répondre aux maires, service par service : les communes les plus lésées, ou une qui ne l'est pas."""
    puces = []
    for s in repartitions.calculees:
        if not s.tests:
            continue
        montant = confidentialite.est_consultant() or not repartitions.exces_confidentiels(s)
        test, communes = s.tests[s.retenue], s.communes["siren"].tolist()
        lesees = test.lesees[test.lesees["taille"].eq(1) & test.lesees["coalition"].map(lambda c: c[0] in communes)]
        if len(lesees):
            puces.append(_moins_cheres_seules(s, lesees, montant))
        elif communes:
            puces.append(phrase_maire(s, communes[0], avec_montant=montant))
    return liste_a_puces(puces) if puces else None


def _moins_cheres_seules(service: RepartitionService, lesees: pd.DataFrame, avec_montant: bool) -> str:
    """« Systèmes d'information. 20 communes paieraient moins, seules. Surtout A, en achetant … : environ 18 k€ de moins… »"""
    combien = len(lesees)
    citees: dict[str, list[str]] = {}
    for ligne in lesees.head(MAIRES_CITES).itertuples():
        detail = f" (environ {_economie(ligne)})" if avec_montant else ""
        nom = f"{texte_sur(service.noms[ligne.coalition[0]])}{detail}"
        citees.setdefault(_comment(service, ligne.coalition[0]), []).append(nom)
    groupes = [f"{formats.liste(noms)}, {comment if len(noms) == 1 else PLURIELS.get(comment, comment)}" for comment, noms in citees.items()]
    verbe, accord = ("paierait", "") if combien == 1 else ("paieraient", "s")
    return (
        f"**{libelle_fonction(service.fonction)}.** {formats.pluriel(combien, 'commune')} {verbe} moins, seule{accord} : "
        f"{'surtout ' if combien > MAIRES_CITES else ''}{' ; '.join(groupes)}."
    )


def _economie(ligne) -> str:
    """« 18 k€ de moins par an, 36 k€ au lieu de 54 k€ » ; sans la comparaison si l'arrondi l'efface."""
    seule = formats.environ_euros(ligne.cout_eur) if ligne.cout_eur else "rien"
    part = formats.environ_euros(ligne.part_eur)
    comparaison = "" if seule == part else f", {seule} au lieu de {part}"
    return f"{formats.environ_euros(ligne.exces_eur)} de moins par an{comparaison}"
