"""Les phrases des priorités : pourquoi cette fonction, pourquoi maintenant, et ce que vaut le classement."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.integration import Integration
from mutunb.calculs.priorites import AXES, GROUPEMENTS, PORTEES_ETUDIEES, Priorites
from mutunb.calculs.signaux import Signal
from mutunb.calculs.stabilite import Stabilite
from mutunb.calculs.tableaux_appetence import libelle_code
from mutunb.referentiel import Fonction
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases
from mutunb.rendu.phrases_effectifs import nom_courant


def phrase_signal(signal: Signal) -> str:
    """Le fait local, en une proposition sans majuscule ni point."""
    v = signal.valeurs
    textes = {
        "integration_forte": "l'intégration du territoire est forte, ce qui ouvre les fonctions exigeantes",
        "integration_faible": "l'intégration du territoire est faible, ce qui retient les fonctions exigeantes",
        "communes_nombreuses": "{communes} communes à coordonner alourdissent le recensement et l'animation",
        "communes_sans_poste": "{sous} communes sur {communes} n'y occuperaient pas un poste entier",
        "communes_equipees": "presque toutes les communes y occuperaient au moins un poste entier",
        "employeurs_petits": "{petits} communes sur {communes} compteraient moins de {seuil} agents, et l'enjeu y est l'accès "
        "à un juriste",
        "employeurs_grands": "la plupart des communes compteraient {seuil} agents ou plus",
        "ville_centre_dominante": "la ville-centre rassemble {part} des habitants ; une source y relève davantage "
        "d'économies, sur un temps long",
        "achats_eleves": "les achats du bloc ({achats_hab} par habitant) dépassent ceux des trois quarts du groupe",
        "achats_modestes": "les achats du bloc ({achats_hab} par habitant) sont parmi les plus bas du groupe",
        "secretariats_isoles": "{isoles} communes sur {communes} comptent moins de {seuil} habitants",
        "sans_petite_commune": "aucune commune ne compte moins de {seuil} habitants",
        "achats_declares": "l'EPCI déclare à BANATIC l'acquisition en commun de matériel, base à vérifier sur place",
    }
    if signal.id == "communes_sans_poste" and v["sous"] == v["communes"]:
        return "aucune commune n'y occuperait un poste entier"
    if signal.id == "employeurs_petits" and v["petits"] == v["communes"]:
        return f"aucune commune ne compterait {v['seuil']} agents, et l'enjeu y est l'accès à un juriste"
    chiffres = {c: formats.nombre(x) for c, x in v.items()}
    if "part" in v:
        chiffres["part"] = formats.pourcent(v["part"])
    if "achats_hab" in v:
        chiffres["achats_hab"] = formats.avec_unite(formats.nombre(v["achats_hab"]), "€")
    return textes[signal.id].format(**chiffres)


def pourquoi(priorites: Priorites, fonction: str) -> str:
    """La raison de la recommandation, en deux phrases au plus : la règle, puis ce que le territoire y ajoute."""
    nom = priorites.fonctions[fonction].libelle_court
    signaux = [phrase_signal(s) for s in priorites.signaux_de(fonction) if not s.id.startswith("integration_")]
    ajout = f" Sur ce territoire : {' ; '.join(signaux)}." if signaux else ""
    return f"**{nom}.** {_regle(priorites, fonction)}{ajout}{_formes_ecartees(priorites, fonction)}"


def _formes_ecartees(priorites: Priorites, fonction: str) -> str:
    """Les formes que les communes refusent ; vide sans enquête ou sans refus partagé."""
    ecartees = () if priorites.appetence is None else priorites.appetence.formes_ecartees(fonction)
    if not ecartees:
        return ""
    noms = formats.liste([libelle_code("forme_preferee", forme).lower() for forme in ecartees])
    return f" Écarté par les lignes rouges des communes : {noms}."


def _regle(priorites: Priorites, fonction: str) -> str:
    objet = priorites.fonctions[fonction]
    niveau = priorites.integration.niveau
    exigence = {"fort": "forte", "moyen": "moyenne", "faible": "faible"}.get(objet.integration_requise.note or "")
    requis = f"la fonction requiert une intégration {exigence}" if exigence else "l'intégration requise n'est pas classée"
    return {
        "socle": f"Fonction du socle, étudiée sur tout territoire. {_atout(priorites, fonction)}",
        "elargissement": f"À étudier : {requis}, celle du territoire est {niveau}. {_atout(priorites, fonction)}",
        "forme_legere": f"À engager sous une forme légère ({_forme_legere(priorites, objet)}) : {requis}, celle du territoire est "
        f"{niveau}.",
        "volontariat": f"Possible avec les communes volontaires, après le socle : {requis}.",
        "plus_tard": f"Plus tard : {requis}, celle du territoire est {niveau}.",
        "a_decider": "À décider après la collecte : l'intégration du territoire n'est pas connue.",
    }[priorites.portee(fonction)]


def _forme_legere(priorites: Priorites, objet: Fonction) -> str:
    """Un groupement si la fonction s'y prête et que les communes ne l'écartent pas, sinon un premier périmètre limité."""
    groupement = next((i for i in objet.instruments_privilegies if i.code in GROUPEMENTS), None)
    refuse = priorites.appetence is not None and "groupement" in priorites.appetence.formes_ecartees(objet.id)
    if groupement is None or refuse:
        return "un périmètre limité, avec les communes volontaires"
    nom = groupement.texte.split(":")[0].strip()
    return nom[0].lower() + nom[1:]


def _atout(priorites: Priorites, fonction: str) -> str:
    """Le point fort que le référentiel lui reconnaît, dit avec ses mots."""
    objet = priorites.fonctions[fonction]
    forts = [getattr(objet, axe).phrase for axe in AXES if getattr(objet, axe).note == "fort"]
    return f"{forts[0].split(' ;')[0].rstrip('.')}." if forts else ""


def pourquoi_chacune(priorites: Priorites) -> Affichage:
    """Une puce par fonction, dans l'ordre des priorités ; les recommandations partent aussi dans les résultats."""
    textes = {f: pourquoi(priorites, f) for f in priorites.table["fonction"]}
    elements = tuple(
        {
            "genre": "recommandation",
            "id": fonction,
            "rang": rang,
            "portee": priorites.portee(fonction),
            "texte": texte.replace("**", ""),
        }
        for rang, (fonction, texte) in enumerate(textes.items(), start=1)
    )
    detaillees = [t for f, t in textes.items() if priorites.portee(f) in PORTEES_ETUDIEES]
    liste = liste_a_puces([*detaillees, *_autres(priorites)])
    return Affichage(markdown=liste.markdown, elements=elements)


def _autres(priorites: Priorites) -> list[str]:
    """Les fonctions qui ne sont pas à étudier d'abord, réunies par portée."""
    debuts = {
        "volontariat": "Avec les communes volontaires, après le socle",
        "plus_tard": "Plus tard, quand l'intégration aura progressé",
        "a_decider": "À décider après la collecte",
    }
    return [
        f"**{debut}** : {formats.liste([nom_courant(f) for f in priorites.fonctions_de(portee)])}."
        for portee, debut in debuts.items()
        if priorites.fonctions_de(portee)
    ]


def phrase_perimetre(priorites: Priorites) -> str:
    """Le périmètre d'étude recommandé, en une phrase."""
    socle = formats.liste([nom_courant(f) for f in priorites.fonctions_de("socle")])
    elargies = [nom_courant(f) for f in priorites.fonctions_de("elargissement")]
    legeres = [nom_courant(f) for f in priorites.fonctions_de("forme_legere")]
    suites = []
    if elargies:
        suites.append(f"élargir {formats.liste([_a(nom) for nom in elargies])}")
    if legeres:
        suites.append(f"engager {formats.liste(legeres)} sous une forme légère")
    suite = f" ; {' ; '.join(suites)}" if suites else " ; ne pas élargir pour l'instant"
    return f"Étudier {socle}{suite}"


def _a(nom: str) -> str:
    """« aux achats », « au juridique », « à la comptabilité »."""
    for article, contracte in (("les ", "aux "), ("le ", "au ")):
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    return f"à {nom}"


def perimetre(priorites: Priorites) -> Affichage:
    """La règle fondatrice appliquée au territoire."""
    return phrases(
        f"**{phrase_perimetre(priorites)}.**",
        "Le socle (systèmes d'information, juridique, comptabilité) ne dépend pas de la note ; l'élargissement dépend du "
        f"degré d'intégration, ici {qualifier(priorites.integration)}.",
    )


def qualifier(integration: Integration) -> str:
    """Le niveau d'intégration comme adjectif d'un nom masculin : « fort », « moyen », « faible », « non établi »."""
    return {"forte": "fort", "moyenne": "moyen", "faible": "faible"}.get(integration.niveau, "non établi")


def stabilite(resultat: Stabilite, priorites: Priorites) -> Affichage:
    """Ce que vaut le classement quand les poids changent."""
    table = resultat.table
    tete = table.sort_values(["part_podium", "rang"], ascending=[False, True]).head(3)
    noms = [f"{nom_courant(t.fonction)} ({formats.pourcent(t.part_podium)} des tirages)" for t in tete.itertuples()]
    tete_dite = (
        f"Quand les poids varient, les fonctions le plus souvent aux trois premiers rangs sont {formats.liste(noms)}."
    )
    mobiles = int((table["rang_max_10"] != table["rang_min_10"]).sum())
    if mobiles == 0:
        return phrases(f"{tete_dite} Déplacer un poids de dix points ne change aucun rang : le classement est solide.")
    conclusion = (
        "Ce classement ne départage donc pas les fonctions les mieux notées : le socle s'étudie par règle, non parce que "
        "la note l'a désigné."
        if mobiles >= len(table) / 2
        else "L'ordre général tient, le détail des rangs non."
    )
    return phrases(
        tete_dite,
        f"Déplacer un poids de dix points change le rang de {formats.pluriel(mobiles, 'fonction')} sur {len(table)}.",
        conclusion,
    )
