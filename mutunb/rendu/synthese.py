"""La synthèse d'étape, premier écran de la page : cinq chiffres, trois constats, la décision attendue."""

from __future__ import annotations

from html import escape

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.achats import PotentielAchats, estimer_potentiel_achats
from mutunb.calculs.portrait import Portrait, dresser_portrait
from mutunb.calculs.priorites import Priorites
from mutunb.dossier import Dossier
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.phrases_effectifs import phrase_continuite, phrase_potentiel
from mutunb.rendu.phrases_priorites import phrase_perimetre, qualifier
from mutunb.rendu.tableaux import badge_statut


def synthese_diagnostic(dossier: Dossier, priorites: Priorites) -> Affichage:
    """Synthèse du diagnostic sur données publiques."""
    portrait, potentiel = dresser_portrait(dossier), estimer_potentiel_achats(dossier)
    chiffres = _chiffres(portrait, priorites)
    constats = [
        phrase_continuite(priorites.effectifs),
        _constat_integration(priorites),
        _constat_gain(potentiel),
    ]
    decision = (
        f"{phrase_perimetre(priorites)}. Désigner un élu et un agent référents dans chaque commune, et lancer la collecte "
        "qui remplacera les estimations de ce document."
    )
    element = {
        "genre": "synthese",
        "titre": f"Mutualiser les services fonctionnels {mentions.de_nom(portrait.dossier.territoire)}",
        "chiffres": chiffres,
        "constats": [c.replace("**", "") for c in constats],
        "decision": decision,
    }
    return Affichage(html=_html(element), texte=decision, elements=(element,))


def _chiffres(portrait: Portrait, priorites: Priorites) -> list[dict]:
    territoire = portrait.dossier.territoire
    effectifs = priorites.effectifs
    depense = portrait.finances.donnees["ensemble"].iloc[0]
    bas, haut = (sum(effectifs.total(f, b) for f in effectifs.etp[b]) for b in ("bas", "haut"))
    sous, combien = effectifs.sous_poste_plein("comptabilite_finances"), effectifs.communes_estimees
    cif = priorites.integration.cif
    return [
        _chiffre(
            "Habitants",
            formats.nombre(portrait.population),
            f"{formats.pluriel(len(territoire.communes), 'commune')}, {formats.pourcent(portrait.part_ville_centre)} "
            f"à {portrait.ville_centre}",
            "constate",
            mentions.population(territoire),
        ),
        _chiffre(
            "Dépense de fonctionnement",
            formats.euros(depense),
            "EPCI et communes, flux internes compris",
            "constate",
            mentions.comptes(territoire),
        ),
        _chiffre(
            "Degré d'intégration",
            qualifier(priorites.integration),
            "CIF non connu" if formats.est_absent(cif) else f"CIF {formats.nombre(cif, 3)}",
            "constate",
            mentions.dotations(territoire),
        ),
        _chiffre(
            "ETP de quatre fonctions support",
            formats.ABSENT if formats.est_absent(bas) else f"{formats.nombre(bas)} à {formats.nombre(haut)}",
            "achats, systèmes d'information, comptabilité, RH",
            "estime",
            mentions.estimation(territoire),
        ),
        _chiffre(
            "Communes sous un poste entier",
            f"{formats.nombre(sous)} sur {formats.nombre(combien)}" if combien else formats.ABSENT,
            "en comptabilité et finances",
            "estime",
            mentions.estimation(territoire),
        ),
    ]


def _chiffre(libelle: str, affichage: str, precision: str, statut: str, source: str) -> dict:
    return {"libelle": libelle, "affichage": affichage, "precision": precision, "statut": statut, "source": source}


def _constat_integration(priorites: Priorites) -> str:
    niveau = qualifier(priorites.integration)
    suite = {
        "fort": "le territoire peut étudier d'emblée les fonctions exigeantes, achats et ressources humaines",
        "moyen": "les achats et les ressources humaines commencent par une forme légère, avant tout service commun",
        "faible": "mieux vaut réussir le socle avec des communes volontaires que d'élargir trop tôt",
        "non établi": "l'élargissement au-delà du socle se décidera après la collecte",
    }[niveau]
    return f"Le degré d'intégration est {niveau} : {suite}."


def _constat_gain(potentiel: PotentielAchats) -> str:
    reserve = (
        "Hors achats, aucune économie n'est chiffrée : les évaluations publiées relèvent plus souvent une extension des "
        "services qu'une baisse nette des dépenses."
    )
    return f"{phrase_potentiel(potentiel)} {reserve}"


def _html(element: dict) -> str:
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
