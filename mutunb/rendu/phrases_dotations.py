"""Les phrases des dotations : où se tient l'EPCI, ce que change une imputation, pour qui, quand, et ce qu'on ne sait pas."""

from __future__ import annotations

import numpy as np

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.approximation_cif import AU_DESSUS, INDETERMINE, parametre
from mutunb.calculs.contraintes_dotation import CIF_PLAFONNE
from mutunb.calculs.dotation import MAJORANT, MENTION
from mutunb.calculs.effets_dotations import DECLAREE, SOLDE_OFGL, EffetsDotations
from mutunb.calculs.imputations import Imputations
from mutunb.calculs.options_dotation import OptionExposee, exposer_options
from mutunb.calculs.tableaux_dotations import (
    communes_qui_montent,
    dire_gain,
    dire_hausse,
    dire_variation,
    fpic_deplace,
    libelle_montant,
)
from mutunb.calculs.tableaux_dotations_montants import EVOLUTION
from mutunb.rendu.affichage import Affichage, liste_a_puces, phrases, texte_sur
from mutunb.rendu.phrases_effectifs import nom_courant

NOMS_CITES = 6


def dotations_position(effets: EffetsDotations) -> Affichage:
    """Première diapositive : où l'EPCI se tient, avant tout projet."""
    return phrases(_niveau(effets), _seuil(effets), _bornes(effets), *effets.position.alertes)


def _niveau(effets: EffetsDotations) -> str:
    position, territoire = effets.position, effets.dossier.territoire
    if formats.est_absent(position.cif):
        return (
            f"Donnée non fournie : le CIF {mentions.de_nom(territoire)} n'est pas connu et ne s'approche pas ici "
            f"({effets.criteres.motif_denominateur or 'comptes insuffisants'}). Il figure sur la fiche DGF, à demander."
        )
    if effets.criteres.est_approche:
        marge = formats.nombre(parametre("marge_indetermination"), 2)
        return (
            f"Le CIF {mentions.de_nom(territoire)} n'est pas publié dans les données disponibles. Les comptes le situent vers "
            f"**{formats.nombre(position.cif, 2)}**, à {marge} près."
        )
    return f"Le CIF {mentions.de_nom(territoire)} est de **{formats.nombre(position.cif, 3)}** ({effets.criteres.source_cif})."


def _seuil(effets: EffetsDotations) -> str | None:
    position = effets.position
    seuil = formats.nombre(position.seuil_valeur, 2)
    if position.plafond_cif == AU_DESSUS:
        majore = ", une fois majoré de 10\u00a0%," if position.cif_retenu > position.cif else ""
        return f"Il dépasse{majore} le plafond de 0,6 : s'intégrer davantage ne fait plus monter la dotation."
    if formats.est_absent(position.cif):
        return None
    if position.seuil == INDETERMINE:
        return f"C'est trop près du seuil de {seuil} pour dire si la garantie à 100\u00a0% est acquise : le CIF notifié le dira."
    if position.seuil == AU_DESSUS:
        return (
            f"Il est au-dessus du seuil de {seuil} : la garantie à 100\u00a0% est acquise, il n'y a plus rien à gagner de ce côté."
        )
    return f"Il est au-dessous du seuil de {seuil} : la dotation par habitant n'est garantie qu'à 95\u00a0%."


def _bornes(effets: EffetsDotations) -> str:
    position = effets.position
    if position.dotation is None:
        manques = effets.criteres.manques
        quoi = formats.liste(list(manques)) if manques else "le CIF notifié"
        return f"On ne sait pas si la dotation est tenue par son plancher ou par son plafond : il manque {quoi} (fiche DGF)."
    if position.borne == "aucune":
        return "La dotation n'est tenue ni par son plancher ni par son plafond."
    part = formats.pourcent(getattr(position.dotation, f"{position.borne}_part"))
    return f"La dotation est tenue par son {position.borne} : {part} de celle de l'an dernier, par habitant."


def dotations_montant(effets: EffetsDotations, imputations: Imputations | None = None) -> Affichage:
    """Ce que l'on impute : quels services, combien, ou une illustration dite comme telle."""
    if effets.refus:
        return phrases(
            "**L'imputation n'est pas ouverte en fiscalité additionnelle : le service se facture** (CGCT, art. L.5211-4-2, "
            "al. 2). Le CIF et la dotation ne changent pas."
        )
    if effets.illustratif:
        return phrases(_pourquoi_illustrer(imputations), "Les chiffres qui suivent valent **pour 100\u00a0000\u00a0€ imputés**, à titre d'illustration.")
    services = formats.liste([nom_courant(f) for f in imputations.imputees]) if imputations else "les services retenus"
    marge = ""
    if effets.total_haut_eur > effets.total_bas_eur:
        marge = f" (de {formats.fourchette_euros(effets.total_bas_eur, effets.total_haut_eur)} selon le coût réel)"
    return phrases(
        f"Le projet imputerait **{formats.environ_euros(effets.total_eur)}** par an sur les attributions des communes{marge} : "
        f"{services}. La part de l'EPCI, usager lui aussi, n'en fait pas partie.",
        _autres_services(imputations),
        _annee(effets),
    )


def _pourquoi_illustrer(imputations: Imputations | None) -> str:
    if imputations is not None and not imputations.imputees and not imputations.non_chiffrees:
        return "Aucun des services retenus ne s'impute : tous se facturent."
    if imputations is not None and imputations.non_chiffrees:
        services = formats.liste([nom_courant(f) for f in imputations.non_chiffrees])
        return f"Le coût des services à imputer n'est pas connu ({services}) : la feuille « effectifs » du questionnaire le donnera."
    return "Le coût du service n'est pas connu."


def _autres_services(imputations: Imputations | None) -> str | None:
    if imputations is None:
        return None
    textes = []
    if imputations.non_chiffrees:
        textes.append(f"Hors du calcul, faute de coût connu : {formats.liste([nom_courant(f) for f in imputations.non_chiffrees])}.")
    if imputations.facturees:
        textes.append(f"Ne s'imputent pas : {formats.liste([nom_courant(f) for f in imputations.facturees])}.")
    return " ".join(textes) or None


def _annee(effets: EffetsDotations) -> str | None:
    if effets.annee <= effets.annee_demandee:
        return None
    return (
        f"Ces services démarrent en {effets.annee} : l'attribution ne peut pas baisser avant, et le calcul part de {effets.annee} "
        f"plutôt que de {effets.annee_demandee}."
    )


def dotations_effet(effets: EffetsDotations) -> Affichage:
    """Effet sur le CIF et la dotation, avec la contrainte qui l'explique ; rien en fiscalité additionnelle (déjà dit)."""
    if effets.refus:
        return phrases("Facturé, le service laisse inchangés le CIF, la dotation et le FPIC.")
    return phrases(_cif(effets), _dotation(effets), f"Facturé, le même service ne changerait rien. {MENTION.capitalize()}.")


def _cif(effets: EffetsDotations) -> str:
    debut = libelle_montant(effets).replace("pour", "Pour", 1)
    if np.isnan(effets.variation_cif.central):
        return f"{debut}, la hausse du CIF ne se chiffre pas : {effets.criteres.motif_denominateur}."
    return f"{debut}, le CIF gagnerait environ **{dire_variation(effets).removeprefix('+')}** (somme imputée ÷ dénominateur approché par les comptes)."


def _dotation(effets: EffetsDotations) -> str:
    if effets.effet is not None:
        return _dotation_chiffree(effets)
    if CIF_PLAFONNE in effets.contraintes:
        return (
            "Effet sur la dotation : **≈ 0**, parce que le CIF retenu est déjà au plafond de 0,6 ; l'intégration supplémentaire "
            "n'est plus comptée."
        )
    hausse = effets.hausse_part
    if np.isnan(hausse.central):
        return f"L'effet sur la dotation ne se chiffre pas : {effets.motif_dotation}."
    seuil = formats.nombre(effets.position.seuil_valeur, 2)
    franchi = (
        f" Si le seuil de {seuil} était franchi, la garantie passerait en outre de 95 à 100\u00a0%." if effets.seuil_en_jeu else ""
    )
    return (
        f"En euros, l'effet sur la dotation ne se chiffre pas : {effets.motif_dotation}. La dotation calculée, avant garanties et "
        f"plafond, monterait de {dire_hausse(effets).removeprefix('+')} ; si elle est tenue par son plancher, ce que seule la "
        f"fiche dira, l'effet peut être **nul**.{franchi} Premier effet en {effets.annee_effet}, rien avant."
    )


def _dotation_chiffree(effets: EffetsDotations) -> str:
    gain = float(effets.effet.gain_eur)
    marge = ""
    if effets.gain.haut - effets.gain.bas >= 1:
        marge = f" (de {formats.fourchette_euros(effets.gain.bas, effets.gain.haut)} selon le coût et le dénominateur)"
    if abs(gain) < 1:
        return f"Effet sur la dotation : **≈ 0**. {effets.effet.phrase}"
    rapport = formats.pourcent(gain / effets.total_eur) if effets.total_eur else formats.ABSENT
    return (
        f"Effet sur la dotation : **{dire_gain(gain)} par an**{marge}, soit {rapport} de la somme imputée. "
        f"{effets.effet.phrase} {MAJORANT}"
    )


def dotations_pluriannuel(effets: EffetsDotations) -> Affichage:
    """Ce que devient l'écart sur sept ans, ou pourquoi on ne le dit pas."""
    if effets.refus:
        return phrases("Sans imputation, il n'y a pas de trajectoire de dotation à comparer.")
    if not effets.chaine:
        return phrases(f"Pas de trajectoire sur plusieurs années : {effets.motif_dotation}.")
    derniere = effets.chaine[-1]
    premier, dernier = float(effets.chaine[2].gain_eur), float(derniere.gain_eur)
    if abs(float(derniere.cumul_eur)) < 1:
        return phrases(f"De {effets.annee} à {derniere.annee}, les deux trajectoires se confondent : l'imputation ne rapporte rien.")
    sens = "se creuse" if dernier > premier * 1.05 else "se réduit" if dernier < premier * 0.95 else "reste stable"
    return phrases(
        f"Rien ne bouge en {effets.annee} et {effets.annee + 1}. Ensuite l'écart {sens} : {dire_gain(premier)} en "
        f"{effets.annee_effet}, {dire_gain(dernier)} en {derniere.annee}, à critères et valeurs de point constants."
    )


def dotations_communes(effets: EffetsDotations) -> Affichage:
    """Qui reçoit moins, qui devient contributrice, qui est hors du service."""
    if effets.refus:
        return phrases("Chaque commune paie sa facture ; il n'y a pas d'attribution de compensation à modifier.")
    return phrases(_bascules(effets), _incompletes(effets), _potentiel(effets))


def _bascules(effets: EffetsDotations) -> str:
    table = effets.communes
    if table["ac_avant_eur"].isna().all():
        return "Donnée non fournie : les attributions de compensation des communes. Elles sont à demander avant toute imputation."
    noms = table.loc[table["contributrice"], "nom"].tolist()
    if noms and not effets.publiables:
        return f"L'attribution passerait sous zéro pour {formats.pluriel(len(noms), 'commune')} : cela s'annonce avant le vote."
    base = {DECLAREE: "D'après les attributions déclarées", SOLDE_OFGL: "D'après le solde « AC + DSC » des comptes, qui n'est pas l'attribution délibérée"}
    debut = base[effets.origine_ac]
    if not noms:
        return f"{debut}, aucune commune ne passerait d'une attribution reçue à une attribution versée."
    cites = formats.liste([texte_sur(nom) for nom in noms[:NOMS_CITES]])
    suite = f" et {formats.pluriel(len(noms) - NOMS_CITES, 'autre')}" if len(noms) > NOMS_CITES else ""
    if suite:
        cites = ", ".join(texte_sur(nom) for nom in noms[:NOMS_CITES])
    verbe = "la commune devient contributrice" if len(noms) == 1 else "ces communes deviennent contributrices"
    return (
        f"{debut}, l'attribution passerait sous zéro pour {cites}{suite} : {verbe}. C'est permis, et cela s'annonce avant le vote."
    )


def _incompletes(effets: EffetsDotations) -> str | None:
    noms = effets.communes.loc[effets.communes["incomplete"], "nom"].tolist()
    if not noms:
        return None
    cites = formats.liste([texte_sur(nom) for nom in noms]) if len(noms) <= NOMS_CITES else f"{len(noms)} communes"
    return f"Faute de coût connu, une part manque encore pour {cites}."


def _potentiel(effets: EffetsDotations) -> str:
    monte = communes_qui_montent(effets)
    if monte is None:
        return "L'effet sur le potentiel fiscal ne se calcule pas, faute de population."
    dehors = effets.communes.loc[effets.communes["hors_service"], ["nom", "potentiel_hab_eur"]]
    if len(dehors) and not effets.illustratif:
        noms = formats.liste([texte_sur(nom) for nom in dehors["nom"].head(NOMS_CITES)])
        montant = formats.avec_unite(formats.nombre(dehors["potentiel_hab_eur"].iloc[0], 2), "€ par habitant")
        qui = f"{noms}, hors du service," if len(dehors) <= NOMS_CITES else f"Les {len(dehors)} communes hors du service"
        verbe = "verrait son" if len(dehors) == 1 else "verraient leur"
        return (
            f"{qui} {verbe} potentiel fiscal monter de {montant} : de quoi perdre un peu de DSR ou de DSU sans avoir rien décidé. "
            "Les euros ne se calculent pas ici."
        )
    if monte == 0:
        return "Le potentiel fiscal des communes ne bouge presque pas, parce que chaque part suit la population."
    return (
        f"Le potentiel fiscal se déplace à somme nulle : il monte dans {formats.pluriel(monte, 'commune')} sur "
        f"{formats.nombre(len(effets.communes))}, là où la part par habitant est la plus faible."
    )


def dotations_fpic(effets: EffetsDotations) -> Affichage:
    """Ce que le CIF déplace dans le partage du FPIC : un transfert, pas un gain."""
    if effets.refus:
        return phrases("Le partage du FPIC ne change pas.")
    if np.isnan(effets.variation_cif.central):
        return phrases("Le partage du FPIC suit le CIF, dont la hausse ne se chiffre pas ici.")
    montant = formats.environ_euros(fpic_deplace(effets))
    return phrases(
        f"En {effets.annee_effet}, pour 100\u00a0000\u00a0€ de FPIC reçus par l'ensemble, {montant} passeraient des communes à l'EPCI ; "
        "pour 100\u00a0000\u00a0€ payés, l'EPCI paierait d'autant plus. Ce n'est pas un gain : l'argent change de main. Le montant du "
        "FPIC est à demander."
    )


def dotations_residu(effets: EffetsDotations) -> Affichage:
    """Ce qu'une attribution figée laisse à régler."""
    if effets.refus:
        return phrases("La facture suit le coût réel : il n'y a pas de résidu.")
    taux = formats.nombre(effets.dossier.hypotheses[EVOLUTION].central, 1)
    return phrases(
        f"L'attribution est figée ; le coût, non. S'il augmente de {taux}\u00a0% par an (hypothèse), l'écart se règle par une facture "
        "ou par une révision de l'attribution, que la convention doit prévoir ; sinon l'EPCI le supporte."
    )


def dotations_options(effets: EffetsDotations) -> Affichage:
    """Ce que changeraient les lectures non tranchées."""
    if effets.refus:
        return phrases("Ces questions ne concernent pas la fiscalité additionnelle.")
    options = exposer_options(effets)
    if effets.effet is None:
        return phrases(f"{formats.pluriel(len(options), 'question')} de droit restent ouvertes. Sans fiche DGF, leur effet ne se chiffre pas.")
    sensibles = [o for o in options if _ecart(o) >= 1]
    if not sensibles:
        return phrases("Aucune des lectures encore ouvertes ne changerait le résultat de la première année.")
    return liste_a_puces(
        f"{o.sujet} : {o.variante}, l'effet passerait de {dire_gain(o.gain_retenu_eur)} à {dire_gain(o.gain_variante_eur)}."
        for o in sensibles
    )


def _ecart(option: OptionExposee) -> float:
    ecart = abs(option.gain_variante_eur - option.gain_retenu_eur)
    return 0.0 if np.isnan(ecart) else ecart


def dotations_a_demander(effets: EffetsDotations) -> Affichage:
    """Les pièces qui lèveraient les doutes, dans l'ordre de ce qu'elles apportent."""
    if effets.refus:
        return phrases("Rien à demander pour les dotations : l'imputation n'est pas ouverte.")
    pieces = []
    if effets.criteres.exercice is None or effets.criteres.manques:
        pieces.append("La fiche DGF de l'EPCI : dotation de base, péréquation, dotation par habitant de l'an dernier, CIF, population DGF.")
    if effets.origine_ac != DECLAREE or effets.communes["ac_avant_eur"].isna().any():
        pieces.append("Les attributions de compensation délibérées, commune par commune.")
    pieces += [
        "Le FPIC de l'ensemble intercommunal, et sa répartition si elle est dérogatoire.",
        "Les critères DGCL de l'EPCI (numérateur et dénominateur du CIF), pour remplacer l'approximation.",
    ]
    return phrases("Pièces à demander, les plus utiles d'abord :") + liste_a_puces(pieces)
