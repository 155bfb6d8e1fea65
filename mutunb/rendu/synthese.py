"""La synthèse d'étape, premier écran de la page : cinq chiffres, trois constats, la décision attendue."""

from __future__ import annotations

from html import escape

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.achats import PotentielAchats, estimer_potentiel_achats
from mutunb.calculs.declarations import a_repondu, source_cif
from mutunb.calculs.bilan import indicateurs_diagnostic
from mutunb.calculs.effectifs import BORNES
from mutunb.calculs.effectifs_lisibles import quatre_fonctions, statut_quatre
from mutunb.calculs.portrait import Portrait, dresser_portrait
from mutunb.calculs.priorites import Priorites
from mutunb.calculs.tableaux_effectifs import source_effectifs
from mutunb.dossier import Dossier
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.phrases_effectifs import phrase_continuite, phrase_potentiel
from mutunb.rendu.phrases_priorites import phrase_perimetre, qualifier
from mutunb.rendu.tableaux import badge_statut

#: population (habitants) sous laquelle on ne demande pas un agent référent par commune
PETIT_TERRITOIRE = 5000


def synthese_diagnostic(dossier: Dossier, priorites: Priorites) -> Affichage:
    """Synthèse du diagnostic sur données publiques."""
    portrait, potentiel = dresser_portrait(dossier), estimer_potentiel_achats(dossier)
    chiffres = _chiffres(portrait, priorites)
    constats = [phrase_continuite(priorites.effectifs), _constat_integration(priorites), _constat_gain(potentiel)]
    decision = _decision(portrait)
    element = {
        "genre": "synthese",
        "titre": phrase_perimetre(priorites),
        "chiffres": chiffres,
        "constats": [c.replace("**", "") for c in constats],
        "decision": decision,
    }
    indicateurs = indicateurs_diagnostic(portrait, priorites, potentiel)
    return Affichage(html=html_synthese(element), texte=decision, elements=(element, *(i.element() for i in indicateurs)))


def _decision(portrait: Portrait) -> str:
    """Ce qu'on attend de la réunion ; un petit territoire ne désigne pas un agent par commune."""
    referents = (
        "un élu référent par commune et un agent référent pour l'ensemble"
        if portrait.population < PETIT_TERRITOIRE
        else "un élu et un agent référents dans chaque commune"
    )
    collecte = (
        "lancer la collecte qui remplacera ces estimations"
        if not a_repondu(portrait.dossier)
        else "compléter la collecte là où une estimation demeure"
    )
    return (
        f"Valider ce périmètre d'étude ; recenser les services déjà communs ; désigner {referents} ; {collecte}. "
        "Un schéma de mutualisation, facultatif, se présente dans l'année qui suit le "
        "renouvellement général de mars 2026, et les communes ont trois mois pour donner leur avis."
    )


def _chiffres(portrait: Portrait, priorites: Priorites) -> list[dict]:
    territoire, effectifs = portrait.dossier.territoire, priorites.effectifs
    population, comptes = mentions.population(territoire), mentions.comptes(territoire)
    estimation = source_effectifs(effectifs)
    etp = {borne: quatre_fonctions(effectifs, borne) for borne in BORNES}
    sous, combien = effectifs.sous_poste_plein("comptabilite_finances"), effectifs.communes_estimees
    bas, haut = formats.environ_nombre(etp["bas"]), formats.environ_nombre(etp["haut"])
    etendue = "" if bas == haut else f", entre {bas} et {haut}"
    return [
        chiffre(
            "Habitants",
            formats.nombre(portrait.population),
            f"{formats.pluriel(len(territoire.communes), 'commune')}, {formats.pourcent(portrait.part_ville_centre)} "
            f"à {portrait.ville_centre}",
            "constate",
            population,
        ),
        chiffre(
            "Dépense de fonctionnement",
            formats.euros(portrait.finances.donnees["ensemble"].iloc[0]),
            "EPCI et communes, flux internes compris",
            "constate",
            comptes,
        ),
        _chiffre_integration(priorites),
        chiffre(
            "Agents de quatre fonctions support",
            formats.environ_nombre(etp["central"]),
            f"équivalents temps plein{etendue} : achats, systèmes d'information, comptabilité, RH",
            statut_quatre(effectifs),
            estimation,
        ),
        chiffre(
            "Communes sous un poste entier",
            f"{formats.nombre(sous)} sur {formats.nombre(combien)}" if combien else formats.ABSENT,
            "en comptabilité et finances",
            effectifs.statut("comptabilite_finances"),
            estimation,
        ),
    ]


def _chiffre_integration(priorites: Priorites) -> dict:
    """Le niveau d'intégration, la mesure qui le fonde et sa source ; c'est un classement, donc une estimation."""
    mesure, territoire = priorites.integration, priorites.integration.dossier.territoire
    niveau = qualifier(mesure)
    if not formats.est_absent(mesure.cif):
        precision = f"coefficient d'intégration fiscale (CIF) {formats.nombre(mesure.cif, 3)}"
        return chiffre("Degré d'intégration", niveau, precision, "estime", source_cif(mesure.dossier))
    part = formats.pourcent(mesure.part_personnel)
    precision = f"à confirmer : CIF non connu ; {part} du personnel à l'EPCI"
    return chiffre("Degré d'intégration", niveau, precision, "estime", mentions.comptes(territoire))


def chiffre(libelle: str, affichage: str, precision: str, statut: str, source: str) -> dict:
    """Un des cinq chiffres d'une synthèse."""
    return {"libelle": libelle, "affichage": affichage, "precision": precision, "statut": statut, "source": source}


def _constat_integration(priorites: Priorites) -> str:
    niveau = qualifier(priorites.integration)
    suite = {
        "fort": "des services sont sans doute déjà partagés ; les recenser, puis étudier leur extension, achats et ressources "
        "humaines compris",
        "moyen": "les achats et les ressources humaines commencent par une forme légère, avant tout service commun",
        "faible": "mieux vaut réussir le socle avec des communes volontaires que d'élargir trop tôt",
        "non établi": "l'élargissement au-delà du socle se décidera après la collecte",
    }[niveau]
    reserve = " Le CIF, à demander, peut changer cette lecture." if formats.est_absent(priorites.integration.cif) else ""
    return f"Le degré d'intégration est {niveau} : {suite}.{reserve}"


def _constat_gain(potentiel: PotentielAchats) -> str:
    reserve = (
        "Hors achats, aucune économie n'est chiffrée : les évaluations publiées relèvent plus souvent une extension des "
        "services qu'une baisse nette des dépenses."
    )
    return f"{phrase_potentiel(potentiel)} {reserve}"


def html_synthese(element: dict) -> str:
    """Ce que le carnet montre d'une synthèse."""
    cartes = "".join(
        f"<div><dt>{escape(c['libelle'])}</dt><dd><strong>{escape(c['affichage'])}</strong> {badge_statut(c['statut'])}"
        f'<span class="precision">{escape(c["precision"])}</span></dd></div>'
        for c in element["chiffres"]
    )
    constats = "".join(f"<li>{escape(c)}</li>" for c in element["constats"])
    return (
        f'<section class="synthese"><p class="titre-synthese">{escape(element["titre"])}</p>'
        f'<dl class="chiffres">{cartes}</dl><ul>{constats}</ul>'
        f'<p class="decision"><strong>Décision attendue.</strong> {escape(element["decision"])}</p></section>'
    )
