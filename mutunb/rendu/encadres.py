"""Encadrés : un texte de droit, un repère, une vigilance, ce qu'il faut retenir ; avec date de vérification et badge."""

from __future__ import annotations

from html import escape

from mutunb import formats, referentiel
from mutunb.referentiel import EntreeDroit, Repere, Source
from mutunb.rendu.affichage import Affichage

#: niveau de preuve → ce que le lecteur doit comprendre
LECTURES = {
    "A": "source lue",
    "A15": "rédaction de 2015, à revérifier",
    "A-t": "source secondaire, à vérifier",
    "A-": "source de presse, secondaire ou ancienne",
    "B": "usage professionnel, à vérifier",
    "C": "cas construit",
    "D": "calculé à partir de chiffres publiés",
}
SANS_BADGE = frozenset({"A", "D"})
#: évaluations lues d'emblée ; les autres se déplient
EVALUATIONS_OUVERTES = 5


def badge_niveau(niveau: str) -> str:
    """Badge « à vérifier » d'un texte ou d'un chiffre qui n'est pas de niveau A (ni calculé sur du niveau A)."""
    if niveau in SANS_BADGE:
        return ""
    return (
        f'<span class="badge a-verifier" title="{escape(LECTURES[niveau])}">à vérifier'
        f'<span class="lecture"> ({escape(LECTURES[niveau])})</span></span>'
    )


def droit(identifiant: str) -> Affichage:
    """Encadré d'un texte de droit : référence, résumé, points, date de dernière vérification, badge « à vérifier ».

    Examples
    --------
    >>> "L.5211-4-2" in droit("service_commun").html
    True
    """
    entree = referentiel.droit(identifiant)
    points = "".join(
        f"<li><strong>{escape(p.sujet)}.</strong> {escape(p.texte)} {badge_niveau(p.niveau)}</li>" for p in entree.points
    )
    corps = f"<p>{escape(entree.resume)}</p>"
    if points:
        corps += f"<details><summary>Le détail des règles</summary><ul>{points}</ul></details>"
    corps += f'<p class="provenance">{_verification(entree)} Source : {_sources(entree.source)}.</p>'
    titre = f"{escape(entree.libelle)} — {escape(entree.texte)} {badge_niveau(entree.niveau)}"
    return _encadre("droit", titre, corps, f"{entree.libelle} ({entree.texte}) : {entree.resume}")


def _verification(entree: EntreeDroit) -> str:
    if entree.verifie_le is None:
        return "Date de dernière vérification non établie."
    return f"Dernière vérification : {formats.date(entree.verifie_le)}."


def _sources(identifiants) -> str:
    return " ; ".join(escape(_citation(referentiel.source(i))) for i in identifiants)


def _citation(source: Source) -> str:
    morceaux = [source.auteur, f"« {source.titre} »", source.date]
    return ", ".join(m for m in morceaux if m)


def repere(identifiant: str) -> Affichage:
    """Encadré d'un repère : valeur ou fourchette, unité, périmètre, année, source, niveau."""
    r = referentiel.repere(identifiant)
    corps = (
        f"<p><strong>{escape(_valeur(r))}</strong> {badge_niveau(r.niveau)}</p><p>{escape(r.perimetre)}"
        f"{f', {r.annee}' if r.annee else ''}.{f' {escape(r.remarque)}.' if r.remarque else ''}</p>"
        f'<p class="provenance">Source : {escape(_citation(referentiel.source(r.source)))}.</p>'
    )
    return _encadre("repere", escape(r.indicateur), corps, f"{r.indicateur} : {_valeur(r)}")


def _valeur(r: Repere) -> str:
    nombre = lambda v: formats.valeur(v, "valeur")  # noqa: E731
    bornes = [v for v in (r.bas, r.haut) if v is not None]
    if r.central is not None and len(bornes) == 2:
        texte = f"{nombre(r.central)} (de {nombre(r.bas)} à {nombre(r.haut)})"
    elif r.central is not None:
        texte = nombre(r.central)
    elif len(bornes) == 2:
        texte = f"de {nombre(r.bas)} à {nombre(r.haut)}"
    else:
        texte = f"au moins {nombre(r.bas)}" if r.bas is not None else f"jusqu'à {nombre(r.haut)}"
    return formats.avec_unite(texte, r.unite) if not texte.startswith(("de", "au", "jusqu")) else f"{texte} {r.unite}"


def evaluations_publiees() -> Affichage:
    """Ce que les évaluations publiées ont constaté : encadré de prudence, avant tout chiffre de gain."""
    entrees = [
        f"<li>{escape(c.texte)} {badge_niveau(c.niveau)} "
        f'<span class="provenance">{escape(_citation(referentiel.source(c.source)))}.</span></li>'
        for c in referentiel.evaluations()
    ]
    corps = f"<ul>{''.join(entrees[:EVALUATIONS_OUVERTES])}</ul>"
    if len(entrees) > EVALUATIONS_OUVERTES:
        autres = f"Les autres constats ({len(entrees) - EVALUATIONS_OUVERTES})"
        corps += f"<details><summary>{autres}</summary><ul>{''.join(entrees[EVALUATIONS_OUVERTES:])}</ul></details>"
    return _encadre("vigilance", "Ce que les évaluations publiées ont constaté", corps, "Constats publiés")


def _encadre(genre: str, titre: str, corps: str, texte: str) -> Affichage:
    return Affichage(
        html=f'<aside class="encadre {genre}"><p class="titre-encadre">{titre}</p>{corps}</aside>', texte=texte
    )
