"""La fiche d'une fonction : opportunités, méthode, freins, gains, facteurs de succès, première étape, garde-fous."""

from __future__ import annotations

from html import escape

import pandas as pd

from mutunb import referentiel
from mutunb.calculs.priorites import PORTEES_ETUDIEES, Priorites
from mutunb.calculs.tableau import Tableau
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.encadres import badge_niveau

SOURCE = "référentiel mutunb, niveau de preuve ligne par ligne"
RUBRIQUES = {
    "opportunites": "Opportunités",
    "pistes_methodologiques": "Méthode",
    "facteurs_cles_succes": "Facteurs clés de succès",
    "garde_fous": "Garde-fous",
}
FREINS = {
    "techniques_organisationnels": "Techniques et organisationnels",
    "reglementaires": "Réglementaires",
    "politiques": "Politiques",
}


def rubrique(fonction: str, nom: str) -> Affichage:
    """Une rubrique de la fiche : ``opportunites``, ``pistes_methodologiques``, ``freins``, ``gains``, ``premiere_etape``…"""
    if nom in (autres := {"freins": freins, "gains": gains, "premiere_etape": premiere_etape}):
        return autres[nom](fonction)
    objet = referentiel.fonction(fonction)
    titre = f'<p class="titre-liste">{RUBRIQUES[nom]}</p>'
    return Affichage(html=titre + _liste(getattr(objet, nom)), texte=RUBRIQUES[nom])


def freins(fonction: str) -> Affichage:
    """Les freins, rangés en trois familles."""
    objet = referentiel.fonction(fonction)
    blocs = "".join(
        f'<div><p class="titre-liste">{libelle}</p>{_liste(getattr(objet.freins, nom))}</div>'
        for nom, libelle in FREINS.items()
    )
    return Affichage(html=f'<div class="colonnes">{blocs}</div>', texte="Freins")


def gains(fonction: str) -> Affichage:
    """Gains qualitatifs, puis gains chiffrés publiés, chacun avec son périmètre et son niveau."""
    objet = referentiel.fonction(fonction)
    chiffres = "".join(
        f"<li>{escape(g.phrase)} <span class='provenance'>{escape(g.perimetre)} ; "
        f"{escape(referentiel.source(g.source).auteur)}.</span> {badge_niveau(g.niveau)}</li>"
        for g in objet.gains.quantitatifs
    )
    quantitatifs = f"<ul>{chiffres}</ul>" if chiffres else "<p>Aucun gain chiffré publié n'est retenu.</p>"
    return Affichage(
        html=f'<p class="titre-liste">Gains qualitatifs</p>{_liste(objet.gains.qualitatifs)}'
        f'<p class="titre-liste">Gains chiffrés publiés</p>{quantitatifs}',
        texte="Gains",
    )


def premiere_etape(fonction: str) -> Affichage:
    """La première étape, en encadré."""
    etape = referentiel.fonction(fonction).premiere_etape
    return Affichage(
        html=f'<aside class="encadre a-retenir"><p class="titre-encadre">Première étape</p>'
        f"<p>{escape(etape.texte)} {badge_niveau(etape.niveau)}</p></aside>",
        texte=etape.texte,
    )


def fiche_courte(fonction: str) -> Affichage:
    """Définition, freins, succès et première étape d'une fonction, repliés sous son nom."""
    objet = referentiel.fonction(fonction)
    html = (
        f'<details class="fiche"><summary>{escape(objet.libelle)}</summary><p>{escape(objet.definition)}</p>'
        f'<p class="titre-liste">Freins</p>{freins(fonction).html}'
        f'<p class="titre-liste">Facteurs clés de succès</p>{_liste(objet.facteurs_cles_succes)}'
        f"{premiere_etape(fonction).html}</details>"
    )
    return Affichage(html=html, texte=objet.libelle)


#: fonctions qui ont leur propre carnet
AVEC_CARNET = ("achats", "systemes_information")


def fiches_a_etudier(priorites: Priorites) -> Affichage:
    """Les fiches courtes des fonctions à étudier, hors celles qui ont leur propre carnet, dans l'ordre des priorités."""
    a_etudier = priorites.fonctions_de(*PORTEES_ETUDIEES)
    return Affichage(
        html="".join(fiche_courte(f).html for f in a_etudier if f not in AVEC_CARNET),
        texte="Fiches des fonctions à étudier",
    )


def _liste(entrees) -> str:
    return "<ul>" + "".join(f"<li>{escape(e.texte)}{_auteur(e.source)} {badge_niveau(e.niveau)}</li>" for e in entrees) + "</ul>"


def _auteur(source) -> str:
    """L'auteur de la source, en petit ; rien pour l'usage professionnel, que le badge dit déjà."""
    citees = [s for s in ((source,) if isinstance(source, str) else source) if s != "usage"]
    noms = " ; ".join(escape(referentiel.source(s).auteur) for s in citees)
    return f' <span class="provenance">{noms}.</span>' if noms else ""


def matrice_segments() -> Tableau:
    """Segments d'achat : complexité × gain attendu, mode, vigilance ; un gain non classé reste « non classé »."""
    segments = referentiel.fonction("achats").matrice_segments
    ordre = {"simple": 0, "complexe": 1}
    gain = {"fort": 0, "moyen": 1, "faible": 2, None: 3}
    tries = sorted(segments, key=lambda s: (ordre[s.complexite], gain[s.gain_attendu]))
    return Tableau(
        id="achats_segments",
        titre="Segments d'achat, du plus accessible au plus exigeant",
        donnees=pd.DataFrame(
            {
                "segment": [s.segment for s in tries],
                "famille": [s.famille for s in tries],
                "complexite": [s.complexite for s in tries],
                "gain": [s.gain_attendu or "non classé" for s in tries],
                "mode": [", ".join(s.mode) for s in tries],
                "vigilance": [s.vigilance for s in tries],
                "niveau": [s.niveau for s in tries],
            }
        ),
        unites=dict.fromkeys(("segment", "famille", "complexite", "gain", "mode", "vigilance", "niveau"), "texte"),
        libelles={
            "segment": "Segment",
            "famille": "Famille",
            "complexite": "Complexité",
            "gain": "Gain attendu",
            "mode": "Modes possibles",
            "vigilance": "Vigilance",
            "niveau": "Niveau de preuve",
        },
        perimetre="achats courants du bloc communal",
        source=SOURCE,
        statuts={},
        note="Modes : GC groupement de commandes, CA centrale d'achat, SC service commun, BP biens partagés, CDG centre de "
        "gestion. La matrice se refait sur les contrats du territoire : une même famille mêle simple et complexe.",
    )


def trajectoire_si() -> Tableau:
    """Les étapes de la mutualisation des systèmes d'information, avec préalable et critère de sortie."""
    etapes = referentiel.fonction("systemes_information").trajectoire
    return Tableau(
        id="si_trajectoire",
        titre="Infrastructure, catalogue, applications : dans cet ordre",
        donnees=pd.DataFrame(
            {
                "etape": [f"{e.etape}. {e.libelle}" for e in etapes],
                "contenu": [e.contenu for e in etapes],
                "prealable": [e.prealable for e in etapes],
                "sortie": [e.sortie for e in etapes],
            }
        ),
        unites=dict.fromkeys(("etape", "contenu", "prealable", "sortie"), "texte"),
        libelles={"etape": "Étape", "contenu": "Contenu", "prealable": "Préalable", "sortie": "On en sort quand"},
        perimetre="systèmes d'information des communes et de l'EPCI",
        source=SOURCE,
        statuts={},
    )
