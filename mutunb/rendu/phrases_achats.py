"""Les phrases chiffrées de la carte des contrats ; sans contrat, une seule dit ce qui manque, les autres se taisent."""

from __future__ import annotations

from mutunb import formats
from mutunb.calculs.contrats import DEJA_EN_COMMUN, Contrats
from mutunb.calculs.echeances import fenetres_achats
from mutunb.calculs.masquage import TOTAL
from mutunb.calculs.montants_segments import montants_par_segment
from mutunb.calculs.tableaux_achats import jour, tableau_potentiel
from mutunb.calculs.tableaux_echeances import cout_evite_par_fenetres, jours_evites
from mutunb.calculs.titulaires import concentration, fournisseurs_locaux, titulaires_communs
from mutunb.rendu.affichage import Affichage, phrases, texte_sur

SANS_CONTRAT = (
    "Donnée non fournie : aucun contrat n'a été recueilli. La feuille « Contrats » du questionnaire (objet, titulaire, "
    "segment, montant annuel, date de fin, préavis) permet de dresser la carte des achats, de repérer les titulaires communs "
    "et de chiffrer segment par segment."
)
SANS_CALENDRIER = (
    "Donnée non fournie : aucune date de fin de contrat n'a été recueillie. Elle permet de dire quels achats peuvent se grouper, "
    "entre qui et à partir de quand."
)


def carte_contrats(contrats: Contrats) -> Affichage:
    """Combien de contrats, chez combien d'acheteurs, pour quel montant, et combien sont classés."""
    table = contrats.en_cours
    if contrats.est_vide:
        return phrases(SANS_CONTRAT)
    if table.empty:
        return phrases(f"Tous les contrats recueillis étaient échus au {jour(contrats.reference)} : la carte est à refaire.")
    combien, classes = len(table), int(table["segment"].notna().sum())
    sur = f" sur {contrats.entites}" if contrats.entites else ""
    sans = int(table["montant_eur"].isna().sum())
    return phrases(
        f"Au {jour(contrats.reference)}, **{formats.pluriel(combien, 'contrat')} en cours** "
        f"{'est recensé' if combien == 1 else 'sont recensés'} chez {formats.pluriel(contrats.acheteurs, 'acheteur')}{sur}"
        f"{_montant(contrats)}.",
        f"Le montant annuel manque pour {formats.pluriel(sans, 'contrat')}." if sans else None,
        _classes(classes, combien),
    )


def _montant(contrats: Contrats) -> str:
    if formats.est_absent(contrats.montant_eur):
        return ", sans aucun montant connu"
    montants = montants_par_segment(contrats).loc[TOTAL]
    if montants.isna().all():
        return " ; leur montant ne peut pas être montré sans laisser deviner celui d'une commune"
    reserve = "" if contrats.diffusion or not contrats.en_cours["cadre"].isin(DEJA_EN_COMMUN).any() else " hors achats en commun"
    return f", pour **{formats.euros(montants.sum())} HT par an**{reserve}"


def _classes(classes: int, combien: int) -> str:
    if classes == combien:
        return "Chacun est rattaché à un segment d'achat."
    if classes == 0:
        return "Aucun n'est rattaché à un segment d'achat : sans segment ni code CPV, rien ne s'additionne."
    return (
        f"{formats.pourcent(classes / combien)} sont rattachés à un segment d'achat ; les autres attendent un segment ou un "
        "code CPV."
    )


def titulaires(contrats: Contrats) -> Affichage | None:
    """Concentration de la dépense, titulaires communs et fournisseurs du département ; rien sans contrat."""
    if contrats.en_cours.empty:
        return None
    poids, communs = concentration(contrats), titulaires_communs(contrats)
    if poids.titulaires == 0:
        return phrases("Donnée non fournie : aucun titulaire n'est nommé, la concentration des achats n'est pas établie.")
    return phrases(
        _concentration(poids) if poids.indice == poids.indice else None,
        "Aucun titulaire n'est commun à plusieurs acheteurs."
        if communs.empty
        else f"{formats.pluriel(len(communs), 'titulaire')} {'sert' if len(communs) == 1 else 'servent'} plusieurs acheteurs : "
        "leurs prix et leurs échéances se comparent dès maintenant.",
        _locaux(contrats),
    )


def _concentration(poids) -> str:
    premiers = "Le seul titulaire reçoit" if poids.titulaires == 1 else "Les cinq premiers titulaires reçoivent"
    if 1 < poids.titulaires <= 5:
        return (
            f"La dépense connue se partage entre {formats.pluriel(poids.titulaires, 'titulaire')} : elle est {poids.lecture} "
            f"(indice de {formats.nombre(poids.indice)} sur {formats.nombre(10_000)}, lecture indicative)."
        )
    return (
        f"{premiers} **{formats.pourcent(poids.part_premiers)}** de la dépense connue : elle est {poids.lecture} (indice de "
        f"{formats.nombre(poids.indice)} sur {formats.nombre(10_000)}, lecture indicative)."
    )


def _locaux(contrats: Contrats) -> str:
    locaux = fournisseurs_locaux(contrats)
    if not locaux.localises:
        return (
            "Part des fournisseurs du département : n.d. ; il y faut le code postal des titulaires, que le SIRET seul ne donne pas."
        )
    debut = f"Parmi {formats.pluriel(locaux.localises, 'titulaire')} dont l'adresse est connue (sur {locaux.titulaires}), "
    if not locaux.locaux:
        return f"{debut}aucun n'est du département."
    return f"{debut}{formats.pourcent(locaux.part)} sont du département : des lots par secteur leur laissent leur place."


def reconductions(contrats: Contrats) -> Affichage | None:
    """Reconductions tacites et fins inconnues ; rien sans contrat."""
    table = contrats.en_cours
    if table.empty:
        return None
    tacites = int(table["reconduction"].eq("tacite").sum())
    inconnues = int(table["fin_utile"].isna().sum())
    if not tacites and not inconnues:
        return phrases("Chaque contrat a une fin connue et aucun ne se reconduit tacitement.")
    morceaux = []
    if tacites:
        morceaux.append(f"{formats.pluriel(tacites, 'contrat')} se {'reconduit' if tacites == 1 else 'reconduisent'} tacitement")
    if inconnues:
        sans_fin = "n'a" if inconnues == 1 else "n'ont"
        morceaux.append(f"{formats.pluriel(inconnues, 'contrat')} {sans_fin} pas de prochaine fin connue")
    return phrases(f"{' et '.join(morceaux)} : tant que ces dates échappent au calendrier commun, le groupement aussi.")


def potentiel_segments(contrats: Contrats) -> Affichage | None:
    """Ce que les segments qui ont un repère propre pourraient rapporter, en fourchette ; rien sans contrat classé."""
    tableau = tableau_potentiel(contrats)
    if tableau is None:
        return None
    table = tableau.donnees
    chiffres = table.dropna(subset=["gain_bas_eur", "gain_haut_eur"])
    sans = len(table) - len(chiffres)
    if chiffres.empty:
        return phrases(
            "Aucun gain n'est chiffré : il y faut un segment classé, un repère de prix propre à ce segment et un montant que "
            "le dossier permet de montrer."
        )
    bas, haut = chiffres["gain_bas_eur"].sum(), chiffres["gain_haut_eur"].sum()
    return phrases(
        f"Sur {formats.euros(chiffres['a_grouper_eur'].sum())} HT par an d'achats que rien ne groupe encore, dans "
        f"{formats.pluriel(len(chiffres), 'segment')} où des baisses ont été constatées ailleurs, acheter ensemble pourrait "
        f"rapporter de **{formats.environ_euros(bas)} à {formats.environ_euros(haut)} par an**, avant le coût de la coordination.",
        _non_chiffres(sans),
    )


def _non_chiffres(combien: int) -> str | None:
    if combien == 0:
        return None
    if combien == 1:
        return "Un autre segment n'est pas chiffré."
    return f"{formats.nombre(combien)} autres segments ne sont pas chiffrés."


def fenetres(contrats: Contrats) -> Affichage:
    """Combien de fenêtres de regroupement, laquelle s'ouvre d'abord, et ce qu'il faut décider avant."""
    if contrats.en_cours["fin_utile"].isna().all():
        return phrases(SANS_CALENDRIER)
    trouvees = fenetres_achats(contrats)
    ecart = f"{formats.nombre(contrats.ecart_mois)}\u00a0mois"
    if trouvees.empty:
        return phrases(
            f"Aucun segment ne réunit, chez deux acheteurs, des contrats qui finissent à moins de {ecart} d'écart. Aligner les "
            "prochaines échéances est le premier travail commun."
        )
    a_temps, tard = trouvees[~trouvees["en_retard"]], int(trouvees["en_retard"].sum())
    return phrases(
        f"**{formats.pluriel(len(trouvees), 'fenêtre')} de regroupement** {'apparaît' if len(trouvees) == 1 else 'apparaissent'} "
        f"(fins à moins de {ecart} d'écart, chez deux acheteurs au moins).",
        None if a_temps.empty else _premiere(a_temps.iloc[0]),
        _trop_tard(tard, len(trouvees)),
    )


def _premiere(fenetre) -> str:
    return (
        f"La première que l'on peut encore préparer s'ouvre le {jour(fenetre['ouvre'])} pour "
        f"« {texte_sur(str(fenetre['groupe']))} » ({formats.pluriel(len(fenetre['acheteurs']), 'acheteur')}) ; la décision de "
        f"grouper se prend avant le {jour(fenetre['lancer_avant'])}."
    )


def _trop_tard(combien: int, total: int) -> str | None:
    if combien == 0:
        return None
    remede = "le premier contrat devra être prolongé, ou son acheteur rejoindre le marché commun plus tard."
    if combien == total:
        return f"Le délai de montage y est déjà dépassé : {remede}"
    ou = "Dans l'une d'elles" if combien == 1 else f"Dans {formats.nombre(combien)} d'entre elles"
    return f"{ou}, le délai de montage est déjà dépassé : {remede}"


def procedures_evitees(contrats: Contrats) -> Affichage | None:
    """Procédures que ces fenêtres éviteraient au plus, en temps rendu ; rien sans fenêtre."""
    cout = cout_evite_par_fenetres(contrats)
    if cout is None:
        return None
    return phrases(
        f"Si chaque fenêtre donnait un seul marché, **{formats.pluriel(cout.procedures_evitees, 'procédure')}** au plus "
        f"{'serait évitée' if cout.procedures_evitees == 1 else 'seraient évitées'}, soit environ "
        f"{formats.environ_nombre(jours_evites(cout))} jours-personne. C'est une borne haute et une capacité libérée, non une "
        "économie budgétaire tant qu'aucune dépense n'est supprimée ; la coordination n'en est pas déduite.",
    )
