"""Les phrases du tableau de bord : ce qui alerte, ce qui progresse, qui se sert du service, ce qui a glissé."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.derives import CONFORME, NON_RELEVE
from mutunb.calculs.indicateurs_suivis import MIEUX, MOINS_BIEN, SANS_TAUX
from mutunb.calculs.tableau_de_bord import TableauDeBord
from mutunb.calculs.tableaux_suivi import libelle_fonction, valeur_lisible
from mutunb.calculs.paragraphes import neutre, paragraphe, puces

SANS_SUIVI = (
    "Aucun exercice n'est encore suivi. Ce chapitre dit ce qu'il faut préparer : un état de départ gelé, une unité et quelques "
    "indicateurs par fonction, les rendez-vous de l'année."
)
ALERTES_CITEES = 6


def suivi_alertes(bord: TableauDeBord) -> list[str]:
    """Combien d'indicateurs alertent, lesquels, et ce qui va mieux ou moins bien."""
    if not bord.est_suivi:
        return paragraphe(SANS_SUIVI)
    table, alertes = bord.indicateurs, bord.alertes
    connus = table[table["valeur"].notna()]
    if connus.empty:
        return paragraphe(f"Aucun indicateur n'est relevé pour {bord.annee}.")
    tete = (
        f"{formats.pluriel(len(alertes), 'indicateur')} sur {formats.nombre(len(connus))} relevés "
        f"{'est' if len(alertes) < 2 else 'sont'} en alerte en {bord.annee}."
        if len(alertes)
        else f"Aucun des {formats.nombre(len(connus))} indicateurs relevés en {bord.annee} n'est en alerte."
    )
    mieux, moins = (int(connus["tendance"].eq(t).sum()) for t in (MIEUX, MOINS_BIEN))
    evolution = f"Depuis l'exercice d'avant, {mieux} s'améliorent et {moins} se dégradent." if mieux or moins else ""
    citees = [f"{libelle_fonction(a.fonction)} : {neutre(_bas(a.libelle))}, {valeur_lisible(a)}." for a in alertes.head(ALERTES_CITEES).itertuples()]
    reste = len(alertes) - ALERTES_CITEES
    suite = [f"Et {reste} de plus, dans le tableau."] if reste > 0 else []
    return paragraphe(f"**{tete}**", evolution, _partiel(bord)) + puces([*citees, *suite])


def _bas(libelle: str) -> str:
    return libelle[:1].lower() + libelle[1:] if libelle[1:2].islower() else libelle


def _partiel(bord: TableauDeBord) -> str:
    if not bord.est_prolonge:
        return ""
    arret = bord.exercice.date_arret
    return f"L'exercice n'est pas clos : les valeurs sont celles du {formats.date(arret)}." if arret else "L'exercice n'est pas clos."


def suivi_satisfaction(bord: TableauDeBord) -> list[str]:
    """Ce que disent les usagers, avec le taux de réponse, ou pourquoi on ne le dit pas."""
    if not bord.est_suivi:
        return paragraphe("La première enquête se fait avant l'ouverture : sans point de départ, une note ne dit rien du service.")
    notes = bord.indicateurs[bord.indicateurs["groupe"].eq("satisfaction")]
    if notes.empty:
        return paragraphe(f"Aucune enquête de satisfaction n'est notée pour {bord.annee}.")
    return puces(_note(n) for n in notes.itertuples())


def _note(note) -> str:
    texte = f"{libelle_fonction(note.fonction)} : {valeur_lisible(note)}."
    if note.reserve == SANS_TAUX:
        return f"{texte} Une note sans taux de réponse ne se commente pas : retrouvez combien de personnes ont été interrogées."
    if not formats.est_absent(note.taux_reponse) and note.taux_reponse < 0.5:
        return f"{texte} Moins de la moitié ont répondu : les silencieux pensent peut-être autrement."
    return texte


def suivi_usage(bord: TableauDeBord) -> list[str]:
    """Communes adhérentes qui n'ont pas recouru au service."""
    if not bord.est_suivi:
        return paragraphe("Notez dès la première année qui a recouru au service : une commune qui adhère sans s'en servir finit par partir.")
    lignes = []
    for u in bord.usage.itertuples():
        nom = libelle_fonction(u.fonction)
        if u.non_relevees:
            lignes.append(f"{nom} : unités non relevées pour {formats.pluriel(u.non_relevees, 'commune')} ; l'usage reste à établir.")
        elif u.adherentes and u.utilisatrices == u.adherentes:
            lignes.append(f"{nom} : {_toutes(u.adherentes)}.")
        elif u.adherentes:
            lignes.append(f"{nom} : **{u.utilisatrices} des {u.adherentes} communes adhérentes** ont recouru au service. Allez voir les autres.")
    return puces(lignes) if lignes else paragraphe("Aucune commune adhérente n'est notée.")


def _toutes(combien: int) -> str:
    return "la seule commune adhérente a recouru au service" if combien == 1 else f"les {combien} communes adhérentes ont toutes recouru au service"


def suivi_jalons(bord: TableauDeBord) -> list[str]:
    """Jalons en retard."""
    if not bord.est_suivi:
        return paragraphe("Les jalons viennent du calendrier du projet ; chacun se note avec sa date prévue et sa date faite.")
    if bord.jalons.empty:
        return paragraphe("Aucun jalon n'est noté.")
    retards = bord.retards
    if retards.empty:
        return paragraphe("Tous les jalons échus de l'exercice ont été tenus à leur date.")
    faits = int(retards["fait_le"].notna().sum())
    restent = len(retards) - faits
    morceaux = [
        f"{formats.pluriel(faits, 'jalon tenu en retard', 'jalons tenus en retard')}" if faits else "",
        f"{formats.pluriel(restent, 'jalon dépassé et non fait', 'jalons dépassés et non faits')}" if restent else "",
    ]
    pire = retards.sort_values("retard_jours").iloc[-1]
    plus_long = (
        f"Le plus long : {_bas(pire['libelle'])} ({libelle_fonction(pire['fonction'])}), {formats.pluriel(int(pire['retard_jours']), 'jour')}."
    )
    return paragraphe(f"{formats.liste([m for m in morceaux if m])}.", plus_long)


def suivi_derives(bord: TableauDeBord) -> list[str]:
    """Hypothèses que l'année contredit, et celles qui ne sont pas relevées."""
    if not bord.est_suivi:
        return paragraphe("Indice des prix, point d'indice et volumes se notent chaque année, à côté de ce que le projet supposait.")
    contredites = bord.derives_a_revoir
    sans = bord.derives[bord.derives["etat"].eq(NON_RELEVE)]
    if contredites.empty:
        tete = "Aucune hypothèse relevée ne s'écarte du projet." if bord.derives["etat"].eq(CONFORME).any() else "Aucune hypothèse n'est relevée."
    else:
        tete = " ".join(f"**{h.hypothese}** : {h.etat} ({h.constate} ; retenu {h.prevu}). Effet : {h.consequence}." for h in contredites.itertuples())
    reste = f"À relever : {formats.liste([_bas(h) for h in sans['hypothese']])}." if len(sans) else ""
    return paragraphe(tete, reste)


def suivi_depart(bord: TableauDeBord) -> list[str]:
    """Le T0 : gelé ou non, et ce que cela interdit de dire."""
    if bord.depart.gele:
        return paragraphe(f"Toute comparaison se fait au {bord.depart.reference}.")
    if not bord.projet.choix:
        return paragraphe("Aucune fonction n'est retenue : l'état de départ se gèlera quand le projet sera choisi.")
    return paragraphe(
        "**Aucun état de départ n'est gelé.** Tant qu'il ne l'est pas, aucune économie ne pourra être démontrée, même réelle : on ne "
        "saura plus ce que coûtait chaque fonction. Gelez-le avant l'ouverture du premier service, avec l'accord écrit des directions."
    )


def suivi_a_noter(bord: TableauDeBord) -> list[str]:
    """Combien de fonctions, combien d'indicateurs proposés."""
    if bord.a_noter.empty:
        return paragraphe("Aucune fonction n'est retenue : rien n'est à noter.")
    fonctions = bord.a_noter["fonction"].nunique()
    indicateurs = int(bord.a_noter["groupe"].ne("unite").sum())
    return paragraphe(
        f"{formats.pluriel(fonctions, 'fonction retenue', 'fonctions retenues')}, une unité à compter pour chacune et "
        f"{formats.pluriel(indicateurs, 'indicateur proposé', 'indicateurs proposés')}. N'en gardez que cinq à huit par fonction."
    )
