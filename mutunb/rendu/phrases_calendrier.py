"""Les phrases du calendrier : d'où partent les dates, ce qui tient, ce qui commande la date d'effet, qui doit donner un avis."""

from __future__ import annotations

from mutunb import formats, referentiel
from mutunb.calculs.calage import A_REBOURS, IMPOSSIBLE, TENABLE, TENDU, est_supposee
from mutunb.calculs.calendrier import SEMAINE, Calendrier, PlanFonction
from mutunb.calculs.comites import CENTRE, COMMUN, PROPRE
from mutunb.calculs.gouvernance import Gouvernance
from mutunb.calculs.jalons import VIGILANCE, eprouver_contraintes
from mutunb.calculs.risques import CRITICITE_SUIVIE, Registre
from mutunb.calculs.tableaux_calendrier import nom_instrument
from mutunb.calculs.taches import COURTS
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases
from mutunb.rendu.phrases_effectifs import nom_courant

AUCUNE = "Aucune fonction n'est retenue : il n'y a pas de calendrier à dresser."
MOIS_EN_JOURS = 365.25 / 12
#: sous ce rythme, le calendrier se dit peu réaliste (choix de mutunb)
RYTHME_REALISTE = 0.25


def depart(calendrier: Calendrier) -> Affichage:
    """D'où partent les dates : départ saisi ou compte à rebours, séances saisies ou supposées."""
    if not calendrier.plans:
        return phrases(AUCUNE)
    if calendrier.date_depart is None:
        debut = (
            "Aucune date de départ n'est saisie : le calendrier se lit à rebours, de la date d'effet vers le dernier jour où "
            "commencer. Il ne dit donc pas si la date tient, mais à partir de quand elle ne tiendra plus."
        )
    else:
        debut = f"Les travaux commencent le {formats.date(calendrier.date_depart)}."
    return phrases(debut, _seances(calendrier))


def _seances(calendrier: Calendrier) -> str:
    saisies = calendrier.agenda.seances
    if not saisies:
        return (
            "Aucune date de conseil ni de comité social n'est saisie : toutes les séances sont supposées, hors de l'été et des "
            "élections."
        )
    noms = {"T13": "conseils", "T11a": "comité social de l'EPCI", "T11b": "comités des communes", "T11c": "comité du centre de gestion"}
    dites = [f"{noms[t]} ({formats.pluriel(len(d), 'date')})" for t, d in saisies.items()]
    supposees = [nom for tache, nom in noms.items() if tache not in saisies]
    suite = f" ; supposées : {formats.liste(supposees)}" if supposees else ""
    return f"Séances saisies : {formats.liste(dites)}{suite}. Au-delà de la dernière date saisie, la séance est supposée."


def dates_effet(calendrier: Calendrier) -> Affichage:
    """Une puce par date d'effet et par état : ce qui tient, ce qui demande de presser le pas, ce qui ne tient pas."""
    if not calendrier.plans:
        return phrases(AUCUNE)
    groupes: dict[tuple, list[PlanFonction]] = {}
    for fonction, plan in calendrier.plans.items():
        reperes = calendrier.effets_vises[fonction], plan.effet, plan.etat, plan.rythme, plan.depart_usuel
        cle = (plan.choix.instrument, plan.choix.est_decide("date_effet"), *reperes)
        groupes.setdefault(cle, []).append(plan)
    return liste_a_puces(_verdict(plans, calendrier) for plans in groupes.values())


def _verdict(plans: list[PlanFonction], calendrier: Calendrier) -> str:
    plan = plans[0]
    vise = calendrier.effets_vises[plan.fonction]
    noms = formats.liste([nom_courant(p.fonction) for p in plans])
    corps = {
        A_REBOURS: f"commencer au plus tard le {formats.date(plan.depart_usuel)} aux durées usuelles ; après le "
        f"{formats.date(plan.depart_plancher)}, même les planchers légaux et techniques ne passent plus",
        TENABLE: "la date tient aux durées usuelles",
        TENDU: f"la date ne tient qu'en pressant le pas ({_pression(plan.rythme)}) ; il faudrait avoir commencé le "
        f"{formats.date(plan.depart_usuel)} pour garder les durées usuelles",
        IMPOSSIBLE: f"cette date ne tient pas, même aux planchers ; la première qui laisse un rythme raisonnable est le "
        f"{formats.date(plan.place.demandee)}",
    }[plan.etat]
    decalage = f", reporté au {formats.date(plan.effet)} par la limite de bascules par trimestre" if plan.place.decalee else ""
    if plan.etat == IMPOSSIBLE and decalage:
        decalage, corps = "", f"{corps}, reportée au {formats.date(plan.effet)} par la limite de bascules par trimestre"
    if plan.place.decalee and plan.choix.est_decide("date_effet"):
        corps += f" ; les actes gardent la date décidée ({formats.date(vise)}) : étalez les bascules ou relevez la limite"
    debut = f"**{noms[0].upper()}{noms[1:]}** ({nom_instrument(plan)}), effet visé le {formats.date(vise)}"
    return f"{debut}{decalage} : {corps}."


def _pression(rythme: float) -> str:
    if rythme == 0:
        return "toutes les durées à leur plancher, ce qui est peu réaliste"
    reserve = ", ce qui est peu réaliste" if rythme < RYTHME_REALISTE else ""
    return f"chaque durée ne garde que {formats.pourcent(rythme)} de l'écart entre son plancher et l'usage{reserve}"


def chemin_critique(calendrier: Calendrier) -> Affichage:
    """Ce qui commande la date d'effet, et la durée du plan face à l'usage."""
    plan = calendrier.principal
    if plan is None:
        return phrases(AUCUNE)
    taches = plan.chaine.taches
    noms = [_court(COURTS.get(t, taches[t].libelle)) for t in plan.decisives]
    marge = plan.marge_jours if plan.marge_jours > SEMAINE else 0
    mois = ((plan.effet - plan.depart).days - marge) / MOIS_EN_JOURS
    souffle = max(plan.etapes[t].marge_jours for t in plan.decisives)
    debut = (
        f"Passé {formats.pluriel(souffle, 'jour')} de retard, chacune de ces étapes retarde la date d'effet"
        if souffle
        else "Un retard de l'une de ces étapes retarde la date d'effet"
    )
    return phrases(
        f"{debut} : {formats.liste(noms)}.",
        f"Le plan dure {formats.pluriel(round(mois), 'mois', 'mois')}{', marge non comprise' if marge else ''}.",
        _face_a_l_usage(plan, mois),
    )


def _face_a_l_usage(plan: PlanFonction, mois: float) -> str:
    comparaison = referentiel.instrument(plan.choix.instrument).comparaison
    if comparaison is None:
        return ""
    bas, haut = comparaison.delai_montage_mois.bas, comparaison.delai_montage_mois.haut
    usage = f"L'usage parle de {formats.nombre(bas)} à {formats.nombre(haut)} mois pour cet instrument (à vérifier)"
    if mois > haut:
        return f"{usage} : des tâches s'y recouvrent, que cette chaîne enchaîne."
    return f"{usage} : ce plan est plus court, ce qui demande une équipe dédiée." if mois < bas else f"{usage} : ce plan est dans l'usage."


def _court(libelle: str) -> str:
    """Sans majuscule d'ouverture, sauf un sigle."""
    return libelle if libelle.split()[0].isupper() else libelle[0].lower() + libelle[1:]


def actes_cles(calendrier: Calendrier) -> Affichage:
    """Les dates limites à retenir du plan principal."""
    plan = calendrier.principal
    if plan is None:
        return phrases(AUCUNE)
    morceaux = []
    if "T07" in plan.etapes:
        morceaux.append(f"la fiche d'impact est prête le {_jour(plan, 'T07')}")
    comites = [t for t in ("T11a", "T11b", "T11c") if t in plan.etapes]
    if comites:
        dernier = max(comites, key=lambda t: plan.etapes[t].fin_tard)
        morceaux.append(f"le dernier comité social se tient le {_jour(plan, dernier)}{_supposee(plan, dernier)}")
    morceaux.append(f"l'EPCI et les communes délibèrent le {_jour(plan, 'T13')}{_supposee(plan, 'T13')}")
    if "T15" in plan.etapes:
        morceaux.append(f"la convention est signée le {_jour(plan, 'T15')}")
    texte = formats.liste(morceaux)
    vigilances = [v for v in eprouver_contraintes(plan, calendrier) if v.respect == VIGILANCE and v.contrainte in ("C3", "C4", "C5", "C15")]
    alertes = " ".join(f"Attention, {v.contrainte} : {v.constat}." for v in vigilances)
    return phrases(f"Au plus tard : {texte}.", alertes)


def _jour(plan: PlanFonction, tache: str) -> str:
    return formats.date(plan.etapes[tache].fin_tard)


def _supposee(plan: PlanFonction, tache: str) -> str:
    return " (séance supposée)" if est_supposee(plan.etapes[tache]) else ""


def comites(calendrier: Calendrier) -> Affichage:
    """Combien de comités sociaux à saisir, et ce qui le dit."""
    plan = calendrier.principal
    if plan is None:
        return phrases(AUCUNE)
    if not plan.avec_comite:
        return phrases("Aucun instrument retenu ne demande l'avis d'un comité social.")
    table = plan.comites
    propres, morceaux = table.combien(PROPRE), []
    if propres:
        suite = "a son propre comité social" if propres == 1 else "ont leur propre comité social"
        morceaux.append(f"{formats.pluriel(propres, 'employeur')} {suite}")
    if table.combien(COMMUN):
        morceaux.append(f"{formats.pluriel(table.combien(COMMUN), 'employeur')} partagent un comité commun")
    if table.combien(CENTRE):
        verbe = "relève" if table.combien(CENTRE) == 1 else "relèvent"
        duquel = "de celui" if morceaux else "du comité social"
        morceaux.append(f"{formats.pluriel(table.combien(CENTRE), 'employeur')} {verbe} {duquel} du centre de gestion")
    if table.combien(None):
        morceaux.append(f"{formats.pluriel(table.combien(None), 'employeur')} à vérifier, trop près du seuil de 50 agents")
    estimes = int(table.table["statut"].eq("estime").sum())
    reserve = (
        f"Pour {formats.pluriel(estimes, 'employeur')}, l'effectif est estimé d'après les comptes : le relever au 1er janvier."
        if estimes
        else ""
    )
    ensuite = "Tous les comités rendent leur avis avant la première délibération."
    return phrases(f"{formats.liste(morceaux)}.", ensuite, reserve)


def risques(registre: Registre) -> Affichage:
    """Taille du registre, ce qui se suit d'abord, et ce qui reste à faire."""
    if registre.table.empty:
        return phrases("Aucune fonction n'est retenue : le registre des risques reste à ouvrir.")
    suivis = registre.communs[registre.communs["criticite"].ge(CRITICITE_SUIVIE)]["risque"]
    premiers = [r[0].lower() + r[1:] for r in suivis]
    tete = f" À suivre d'abord, selon ces cotes de départ : {formats.liste(premiers)}." if premiers else ""
    freins = len(registre.table) - len(registre.communs)
    return phrases(
        f"Le registre s'ouvre sur {formats.pluriel(len(registre.communs), 'risque commun', 'risques communs')} et "
        f"{formats.pluriel(freins, 'frein')} propres aux fonctions retenues.{tete}",
        "Gravité et probabilité sont des hypothèses à coter en comité, et chaque risque attend un responsable.",
    )


def gouvernance(resultat: Gouvernance) -> Affichage:
    """Qui décide, et ce qui est sans objet."""
    decident = [i.libelle[0].lower() + i.libelle[1:] for i in resultat.role("decide")]
    if not decident:
        return phrases(AUCUNE)
    ecartees = [f"{i.libelle.lower() if not i.libelle.isupper() else i.libelle} ({motif})" for i, motif in resultat.ecartees]
    suite = f"Sans objet ici : {formats.liste(ecartees)}." if ecartees else ""
    return phrases(f"Deux niveaux décident : {formats.liste(decident)}. Les autres préparent, donnent un avis ou suivent.", suite)
