"""Les phrases du modèle économique : ce qui est calculé, ce qui est nul et pourquoi, ce qui manque."""

from __future__ import annotations

import numpy as np

from mutunb import formats
from mutunb.calculs.aleas import BASE
from mutunb.calculs.assistance import ATTENTE_MINUTES, NIVEAU_SERVICE, dimensionner_assistance
from mutunb.calculs.gains import MOTIFS
from mutunb.calculs.ligne import COUT
from mutunb.calculs.modele_economique import BIAIS, ModeleEconomique
from mutunb.calculs.scenarios import SCENARIOS
from mutunb.calculs.tableaux_gains import heures_du_modele, libelle_facteur
from mutunb.calculs.tableaux_modele import LIBELLES_SCENARIOS, statut_base
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases
from mutunb.rendu.phrases_effectifs import nom_courant

VIDE = "Aucune fonction n'est retenue : il n'y a rien à chiffrer. Revenez au choix des fonctions."
SOURCES_GAIN = {"departs": "Départs non remplacés", "logiciels": "Logiciels en double", "prix": "Prix d'achat"}
#: part du résultat central à partir de laquelle l'écart avec la médiane des tirages se dit
DECALAGE_DIT = 0.05
#: motifs qui ne disent rien de plus que « cette source ne concerne pas cette fonction »
MOTIFS_SANS_OBJET = frozenset({"sans_domaine", "sans_equipe"})


def _gras(texte: str) -> str:
    return f"**{texte}**"


def _noms(fonctions: list[str]) -> str:
    return formats.liste([nom_courant(f) for f in fonctions])


def modele_tendance(modele: ModeleEconomique) -> Affichage:
    """Ce que coûtent les fonctions aujourd'hui, et ce qu'elles deviennent sans projet."""
    if modele.est_vide:
        return phrases(VIDE)
    reference, fin = modele.fondation.annee_reference, modele.annees[-1]
    manquants = _sans_cout(modele)
    bases = [modele.service(f, "etendu").assiette for f in modele.projet.choix]
    actuel = np.nansum([b.cout() for b in bases])
    if not actuel:
        return phrases("Aucun coût n'est connu : le statu quo ne se chiffre pas.", manquants)
    bas, haut = (float(np.nansum([b.cout(borne) for b in bases])) for borne in ("bas", "haut"))
    combien = formats.environ_euros(actuel)
    largeur = "" if haut <= 1.05 * bas else f" (de {formats.fourchette_euros(bas, haut)})"
    hausse = float(modele.cout_tendance[-1]) / actuel - 1
    hypotheses = modele.fondation.hypotheses
    return phrases(
        f"Les fonctions chiffrées coûtent environ {_gras(combien)} par an au territoire{largeur}.",
        f"Sans projet, elles coûteraient {formats.pourcent(abs(hausse))} de {'plus' if hausse >= 0 else 'moins'} en {fin}, en euros "
        f"constants de {reference} : "
        f"le coût d'un agent monte de {_taux(hypotheses['evolution_personnel'].central)} par an, les prix de "
        f"{_taux(hypotheses['inflation'].central)}, les volumes de {_taux(hypotheses['hausse_volumes'].central)}.",
        "C'est à cette tendance, et non au coût d'aujourd'hui, que les scénarios se comparent.",
        manquants,
    )


def _taux(pourcentage: float) -> str:
    return formats.pourcent(pourcentage / 100, 0 if float(pourcentage).is_integer() else 1)


def _sans_cout(modele: ModeleEconomique) -> str:
    if not modele.sans_cout:
        return ""
    return (
        f"Coût inconnu pour {_noms(modele.sans_cout)} : aucun ratio publié ne l'estime. Il faut la feuille « effectifs » du "
        "questionnaire ; en attendant, seuls la conduite du projet et le pilotage y sont comptés."
    )


def modele_dimensionnement(modele: ModeleEconomique) -> Affichage:
    """Ce que la charge de travail dit de l'effectif, fonction par fonction."""
    charges = {f: modele.service(f, "cible").charge for f in modele.projet.choix}
    connues = {f: c for f, c in charges.items() if c.est_connue}
    if not connues:
        return phrases(
            "Donnée non fournie : aucun volume d'activité n'est déclaré. Sans lui, rien ne dit si une équipe commune tiendrait "
            "avec moins d'agents, et le modèle ne le suppose pas. À collecter : mandats, titres, bulletins, postes, procédures."
        )
    manquent = [f for f, c in connues.items() if c.etp < c.besoin]
    debordent = [f for f, c in connues.items() if c.excedent_etp > 0]
    milieu = [f for f in connues if f not in manquent and f not in debordent]
    textes = [
        f"Un agent à temps plein travaille utilement environ {formats.environ_nombre(heures_du_modele(modele))} heures par an, "
        "absences, formation et réunions déduites.",
    ]
    if manquent:
        textes.append(f"À la productivité centrale, l'effectif {_de(manquent)} ne couvre pas la charge : aucun poste à y supprimer.")
    if debordent:
        textes.append(
            f"Même à la productivité la plus basse, {_noms(debordent)} {_verbe(debordent, 'dispose', 'disposent')} d'un peu plus "
            "d'agents que la charge n'en demande : un départ peut s'y étudier."
        )
    if milieu:
        textes.append(f"Pour {_noms(milieu)}, la réponse dépend de la productivité retenue : le modèle n'y compte rien.")
    return phrases(*textes)


def modele_assistance(modele: ModeleEconomique) -> Affichage:
    """Combien d'agents présents pour que l'assistance informatique réponde ; ce qui manque sinon."""
    mesure = dimensionner_assistance(modele)
    if mesure is None:
        return phrases(
            "Assistance informatique : sans demandes déclarées, ou sans équipe commune, l'attente ne se calcule pas. À collecter : "
            "les demandes d'assistance de l'année."
        )
    partielle = (
        f" Les demandes ne sont connues que pour {formats.pluriel(mesure.entites, 'entité')} sur {mesure.entites_perimetre} : il en "
        "viendra davantage."
        if mesure.entites < mesure.entites_perimetre
        else ""
    )
    return phrases(
        f"Assistance informatique : pour {formats.nombre(mesure.demandes)} demandes par an, il faut "
        f"{_gras(formats.pluriel(mesure.besoin.agents, 'agent'))} disponible{'s' if mesure.besoin.agents > 1 else ''} à l'heure "
        f"chargée pour que {formats.pourcent(NIVEAU_SERVICE)} des demandes soient prises en moins de {ATTENTE_MINUTES} minutes "
        f"({formats.pourcent(mesure.besoin.taux_service)} avec cet effectif). C'est un nombre de présents : congés et absences "
        f"s'y ajoutent.{partielle}"
    )


def _de(fonctions: list[str]) -> str:
    """« des achats et de la comptabilité »."""
    return formats.liste([_contracte(nom_courant(f)) for f in fonctions])


def _contracte(nom: str) -> str:
    for article, forme in (("les ", "des "), ("le ", "du ")):
        if nom.startswith(article):
            return forme + nom.removeprefix(article)
    return f"de {nom}"


def _verbe(sujets: list[str], singulier: str, pluriel: str) -> str:
    seul = len(sujets) == 1 and not nom_courant(sujets[0]).startswith("les ")
    return singulier if seul else pluriel


def modele_transition(modele: ModeleEconomique) -> Affichage:
    """Ce que la mise en commun coûte, une fois et chaque année."""
    if modele.est_vide:
        return phrases(VIDE)
    tracee = modele.trajectoire
    une_fois, par_an = float(tracee.ponctuels.sum()), float(tracee.recurrents[-1])
    lignes = [li for s in modele.services(modele.scenario_retenu) for li in s.lignes]
    bornes = [sum(getattr(li, b) for li in lignes if li.famille == COUT and li.est_ponctuel) for b in ("bas", "haut")]
    indemnites = sum(li.central for li in lignes if li.poste == "ecart_regime_indemnitaire")
    alignement = (
        f"L'alignement indemnitaire en fait partie : environ {formats.environ_euros(indemnites)} par an, chaque année, car les "
        "régimes s'alignent vers le haut et le restent."
        if indemnites > 0
        else "Aucun agent ne change d'employeur, ou l'effectif est inconnu : aucun alignement indemnitaire n'est compté."
    )
    return phrases(
        f"La bascule coûterait environ {_gras(formats.environ_euros(une_fois))} une seule fois (de "
        f"{formats.fourchette_euros(*bornes)} selon les hypothèses), puis, en {modele.annees[-1]}, "
        f"{_gras(formats.environ_euros(par_an) + ' de plus par an')} que la tendance, avant toute économie.",
        alignement,
        "Ces montants sont d'usage, à vérifier : remplacez-les par vos devis et vos délibérations.",
    )


def modele_scenarios(modele: ModeleEconomique) -> Affichage:
    """Ce que décide chaque scénario, et ce qui les distingue sur ce territoire."""
    if modele.est_vide:
        return phrases(VIDE)
    puces = liste_a_puces(f"**{s.libelle}** : {s.phrase}." for s in SCENARIOS.values())
    vans = {s: round(t.van(modele.taux)) for s, t in modele.trajectoires.items()}
    return puces + phrases(_ecart_entre_scenarios(modele, vans))


def _ecart_entre_scenarios(modele: ModeleEconomique, vans: dict[str, int]) -> str:
    if len(set(vans.values())) == 1:
        return (
            "Ici, les trois scénarios se confondent : sans effectifs, volumes ni contrats déclarés, aucune décision de réduction "
            "ou de renfort ne peut se chiffrer."
        )
    meilleur, pire = max(vans, key=vans.__getitem__), min(vans, key=vans.__getitem__)
    return (
        f"Entre le scénario {LIBELLES_SCENARIOS[pire].lower()} et le scénario {LIBELLES_SCENARIOS[meilleur].lower()}, l'écart est "
        f"d'environ {formats.environ_euros(vans[meilleur] - vans[pire])} sur {formats.nombre(modele.horizon_ans)} ans, en valeur "
        "actuelle nette (VAN)."
    )


def modele_resultat(modele: ModeleEconomique) -> Affichage:
    """Le résultat du scénario retenu : valeur actuelle nette, retours, point bas, et ce qu'il faudrait pour l'équilibre."""
    if modele.est_vide:
        return phrases(VIDE)
    van = modele.trajectoire.van(modele.taux)
    nom = LIBELLES_SCENARIOS[modele.scenario_retenu].lower()
    signe = "rapporterait" if van > 0 else "coûterait" if van < 0 else "ne coûterait ni ne rapporterait rien"
    montant = "" if van == 0 else f" environ {formats.environ_euros(abs(van))} de plus que la tendance" if van < 0 else (
        f" environ {formats.environ_euros(van)} par rapport à la tendance"
    )  # fmt: skip
    return phrases(
        f"De {modele.annees[0]} à {modele.annees[-1]}, le scénario {nom} {_gras(f'{signe}{montant}')} (VAN à "
        f"{formats.pourcent(modele.taux, 1)}).",
        _retours(modele),
        _point_bas(modele),
        _nuance_fourchette(modele),
        equilibre(modele),
    )


def constat_modele(modele: ModeleEconomique) -> str:
    """Le résultat en deux phrases, pour le premier écran : ce qu'il coûte, les économies comptées, ce qui manque."""
    van = modele.trajectoire.van(modele.taux) if not modele.est_vide else float("nan")
    if np.isnan(van):
        return VIDE if modele.est_vide else "Le coût du projet ne se chiffre pas encore : aucun coût actuel n'est connu."
    taux = formats.pourcent(modele.taux, 1)
    if van >= 0:
        return f"De {modele.annees[0]} à {modele.annees[-1]}, le projet rapporterait environ {formats.environ_euros(van)} (valeur actuelle nette, VAN, à {taux}). {_retours(modele)}"
    mediane = modele.incertitude.p50 if modele.incertitude else van
    tirages = f" ; {formats.environ_euros(-mediane)} quand toutes les hypothèses varient ensemble" if _est_decale(modele, mediane) else ""
    comptees = _economies_comptees(modele)
    economies = f"Économies comptées : {comptees}" if comptees else "Aucune économie n'est supposée"
    return (
        f"De {modele.annees[0]} à {modele.annees[-1]}, le projet coûterait environ {formats.environ_euros(-van)} de plus que sans "
        f"projet, au calcul central (valeur actuelle nette, VAN, à {taux}){tirages}. "
        f"{economies} ; pour l'équilibrer, "
        f"il en faudrait environ {formats.environ_euros(modele.economie_equilibre())} {'de plus ' if comptees else ''}par an."
    )


def _retours(modele: ModeleEconomique) -> str:
    simple = modele.trajectoire.etude.retour_simple
    actualise = modele.trajectoire.etude.retour_actualise[modele.taux]
    if not simple.est_atteint:
        return "La dépense de départ n'est pas remboursée à l'horizon, avec ou sans actualisation."
    delai = formats.nombre(simple.interpole_ans, 1)
    suite = (
        f"{formats.nombre(actualise.interpole_ans, 1)} ans une fois actualisée"
        if actualise.est_atteint
        else "elle ne l'est pas une fois actualisée"
    )
    return f"Elle se rembourse en {delai} ans (interpolé dans l'année), {suite}."


def _point_bas(modele: ModeleEconomique) -> str:
    etude = modele.trajectoire.etude
    bas = formats.environ_euros(min(etude.cumul_eur))
    if etude.annee_point_bas == modele.annees[-1]:
        return f"Le cumul baisse encore en {modele.annees[-1]}, à {bas}."
    return f"Le cumul est au plus bas en {etude.annee_point_bas}, à {bas}."


def _nuance_fourchette(modele: ModeleEconomique) -> str:
    if statut_base(modele) != "estime":
        return ""
    return (
        "Effectifs et coûts actuels sont estimés sur les comptes publics, qui ne disent pas ce que le territoire partage déjà : "
        "retenez l'ordre de grandeur, non le chiffre."
    )


def equilibre(modele: ModeleEconomique) -> str:
    """Ce qu'il faudrait économiser chaque année pour que le projet s'équilibre ; vide s'il l'est déjà."""
    manque = modele.economie_equilibre()
    if not manque > 0:
        return ""
    services = [s.assiette for s in modele.services(modele.scenario_retenu) if s.assiette.etp() > 0]
    etp, personnel = sum(a.etp() for a in services), sum(a.personnel for a in services)
    en_etp = f", soit {formats.nombre(manque / (personnel / etp), 1)} ETP au coût moyen" if etp > 0 and personnel > 0 else ""
    return (
        f"Pour l'équilibrer, il faudrait économiser chaque année environ {_gras(formats.environ_euros(manque))} de plus{en_etp} : "
        "c'est la somme à comparer à ce que valent, pour les maires, la continuité et la qualité du service."
    )


def modele_gains(modele: ModeleEconomique) -> Affichage:
    """Les économies comptées, et pour chaque source celles qui sont nulles, avec leur motif."""
    if modele.est_vide:
        return phrases(VIDE)
    services = modele.services(modele.scenario_retenu)
    comptees = _economies_comptees(modele)
    tete = (
        f"Économies comptées : {comptees}."
        if comptees
        else "**Aucune économie budgétaire n'est comptée** : le modèle n'en suppose pas."
    )
    nuls: dict[tuple[str, str], list[str]] = {}
    for service in services:
        for origine, motif in service.gains.motifs.items():
            if motif not in MOTIFS_SANS_OBJET:
                nuls.setdefault((origine, motif), []).append(service.fonction)
    puces = [
        f"{SOURCES_GAIN[origine]} ({_noms(fonctions)}) : effet nul, {_parce_que(MOTIFS[motif])}."
        for (origine, motif), fonctions in nuls.items()
    ]
    return phrases(tete) + liste_a_puces(puces)


def _parce_que(motif: str) -> str:
    return f"parce qu'{motif}" if motif[0] in "aeiouéè" else f"parce que {motif}"


def _economies_comptees(modele: ModeleEconomique) -> str:
    """Sources d'économie qui comptent, sans le nombre de postes : il peut être très petit."""
    lignes = [li for s in modele.services(modele.scenario_retenu) for li in s.lignes if li.famille == "GA"]
    presentes = [nom.lower() for origine, nom in SOURCES_GAIN.items() if any(li.poste == origine for li in lignes)]
    if not presentes:
        return ""
    annuel = float(modele.trajectoire.gains[-1])
    montant = f"environ {formats.environ_euros(annuel)} par an" if annuel > 0 else "sans effet encore"
    return f"{formats.liste(presentes)}, {montant} en {modele.annees[-1]}"


def modele_incertitude(modele: ModeleEconomique) -> Affichage:
    """Ce que disent les tirages, et ce qu'ils ne disent pas."""
    tirages = modele.incertitude
    if tirages is None:
        return phrases("Rien n'est incertain dans ce scénario : il n'y a rien à tirer au hasard.")
    certain = (
        "Aucune économie n'étant comptée, la VAN ne peut pas être positive : la probabilité ne dit rien de plus."
        if not modele.trajectoire.gains.any()
        else f"La VAN est négative dans {_part(tirages.probabilite_negative)} des tirages{_erreur(tirages.erreur_type)}."
    )
    return phrases(
        f"Sur {formats.nombre(tirages.tirages)} tirages, la VAN est huit fois sur dix entre "
        f"{_gras(formats.environ_euros(tirages.p10))} et {_gras(formats.environ_euros(tirages.p90))}.",
        certain,
        _decalage(modele, tirages.p50),
    )


def _erreur(erreur_type: float) -> str:
    return f" (erreur de tirage : {formats.pourcent(erreur_type, 1)})" if erreur_type > 0 else ""


def _part(probabilite: float) -> str:
    return "la totalité" if probabilite == 1 else formats.pourcent(probabilite, 1)


def _est_decale(modele: ModeleEconomique, mediane: float) -> bool:
    """Vrai si la médiane des tirages est nettement plus basse que le calcul central."""
    central = modele.trajectoire.van(modele.taux)
    return bool(mediane < central - DECALAGE_DIT * abs(central))


def _decalage(modele: ModeleEconomique, mediane: float) -> str:
    if not _est_decale(modele, mediane):
        return ""
    return (
        f"La médiane des tirages ({formats.environ_euros(mediane)}) est plus basse que le calcul central : les fourchettes "
        "laissent plus de place aux dépassements qu'aux bonnes surprises."
    )


def modele_sensibilite(modele: ModeleEconomique) -> Affichage:
    """Les hypothèses qui pèsent le plus, donc les premières à remplacer par une donnée."""
    table = modele.facteurs
    if table.empty:
        return phrases("Aucun facteur ne fait varier le résultat.")
    premiers = [libelle_facteur(modele, f) for f in table["facteur"].head(3)]
    noms = formats.liste([f"« {nom[0].lower() + nom[1:]} »" for nom in premiers])
    questionnaire = (
        "Le questionnaire, en remplaçant l'estimation, réduirait l'une des premières incertitudes."
        if BASE in set(table["facteur"].head(3))
        else ""
    )
    change = bool(((table["resultat_bas"] > 0) != (table["resultat_haut"] > 0)).any())
    conclusion = "L'une d'elles, seule, peut changer le signe du résultat : vérifiez-la d'abord." if change else (
        "Aucune, seule, ne change le signe du résultat."
    )  # fmt: skip
    return phrases(f"Les hypothèses qui pèsent le plus sont {noms}.", conclusion, questionnaire)


def modele_biais(modele: ModeleEconomique) -> Affichage:
    """Ce que devient le résultat si les coûts sont sous-estimés et les gains surestimés."""
    if modele.est_vide:
        return phrases(VIDE)
    table = modele.biais
    majoration, minoration = BIAIS[-1]
    fort = float(table.loc[table["majoration"].eq(majoration) & table["minoration"].eq(minoration), "van_eur"].iloc[0])
    choisi = (modele.cadence.majoration_couts, modele.cadence.minoration_gains)
    regle = (
        "Aucun biais d'optimisme n'est appliqué, car aucun taux n'est établi."
        if choisi == (0, 0)
        else f"Les coûts sont majorés de {formats.pourcent(choisi[0])} et les gains réduits de {formats.pourcent(choisi[1])}."
    )
    return phrases(
        regle,
        f"Avec des coûts majorés de {formats.pourcent(majoration)} et des gains réduits de {formats.pourcent(minoration)} (usage, à "
        f"vérifier), la VAN passerait à {formats.environ_euros(fort)}.",
    )
