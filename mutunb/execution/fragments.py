"""D'une sortie de cellule à un fragment de page : le premier format montrable, dans un ordre fixe."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import Any

from nbformat import NotebookNode

from mutunb.erreurs import ErreurDonnees
from mutunb.execution.elements import TYPE_RESULTATS, sortie_elements
from mutunb.execution.innocuite import suspects
from mutunb.execution.prose import Prose

COMPOSANT = "application/vnd.jupyter.widget-view+json"
#: genres d'éléments que la page montre ailleurs (en tête, ou à la place du carnet)
MONTRES_AILLEURS = frozenset({"synthese", "sans_objet"})
#: genres qui accompagnent une sortie sans s'y voir
SILENCIEUX = frozenset({"indicateur"})
TABLEAU = re.compile(r"<table\b.*?</table\s*>", re.IGNORECASE | re.DOTALL)
FIGURE = re.compile(r"<figure\b.*?</figure\s*>", re.IGNORECASE | re.DOTALL)
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
LEGENDE = re.compile(r"<caption\b([^>]*)>", re.IGNORECASE)
IDENTIFIANT = re.compile(r"""\bid\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
#: un tableau que notre rendu a déjà placé dans son conteneur défilant
DEJA_DEFILANT = re.compile(r"<[^<>]*\brole=\"region\"[^<>]*>\s*$", re.IGNORECASE)
COULEURS_TERMINAL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass
class Releve:
    """Ce que la page ne montre pas tel quel, à porter au manifeste."""

    alertes: list[str]


def fragment(sortie: NotebookNode, prose: Prose, releve: Releve) -> str:
    """HTML d'une sortie ; vide pour ce qui ne se montre jamais (erreurs, flux d'erreur, synthèse).

    Raises
    ------
    ErreurDonnees
        Image sans texte de remplacement, HTML qui porte un script ou une requête.
    """
    if sortie.output_type == "error":
        return ""
    if sortie.output_type == "stream":
        return _flux(sortie, releve)
    genres = {e.get("genre") for e in sortie_elements(sortie) if isinstance(e, dict)}
    if genres & MONTRES_AILLEURS and genres <= MONTRES_AILLEURS | SILENCIEUX:
        return ""
    donnees = sortie.get("data", {})
    if COMPOSANT in donnees and not _texte(donnees, "text/html").strip():
        return _non_montrable("un composant interactif, à utiliser dans le carnet", releve)
    for genre, convertir in FORMATS.items():
        if _texte(donnees, genre).strip():
            return convertir(sortie, prose)
    autres = sorted(set(donnees) - set(FORMATS) - {TYPE_RESULTATS})
    if autres:
        return _non_montrable(f"un contenu de type {', '.join(autres)}", releve)
    return ""


def _flux(sortie: NotebookNode, releve: Releve) -> str:
    texte = COULEURS_TERMINAL.sub("", "".join(sortie.text)).strip()
    if sortie.name == "stderr":
        if texte:
            releve.alertes.append(f"flux d'erreur : {texte}")
        return ""
    return _plat(texte) if texte else ""


def _texte(donnees: Any, genre: str) -> str:
    contenu = donnees.get(genre, "")
    return "".join(contenu) if isinstance(contenu, list | tuple) else str(contenu)


def _non_montrable(quoi: str, releve: Releve) -> str:
    releve.alertes.append(f"sortie non reprise dans la page : {quoi}")
    return f'<p class="non-montrable">Le carnet contient ici {escape(quoi)}, que cette page ne peut pas montrer.</p>'


def _html(sortie: NotebookNode, prose: Prose) -> str:
    html = _texte(sortie.data, "text/html")
    trouves = suspects(html)
    if trouves:
        raise ErreurDonnees(f"une sortie porte {', '.join(trouves[:3])} ; la page n'accepte ni script ni requête.")
    return images_defilantes(tableaux_defilants(html, prose))


def _svg(sortie: NotebookNode, prose: Prose) -> str:
    octets = _texte(sortie.data, "image/svg+xml").encode("utf-8")
    return _image(sortie, "image/svg+xml", base64.b64encode(octets).decode("ascii"))


def _png(sortie: NotebookNode, prose: Prose) -> str:
    return _image(sortie, "image/png", "".join(_texte(sortie.data, "image/png").split()))


def _image(sortie: NotebookNode, genre: str, contenu: str) -> str:
    """Image incluse ; le SVG passe aussi par ``img``, qui l'isole de la page (identifiants, styles, scripts)."""
    figure = next((e for e in sortie_elements(sortie) if isinstance(e, dict) and e.get("genre") == "figure"), {})
    alt = figure.get("alt") or sortie.get("metadata", {}).get(genre, {}).get("alt")
    if not alt:
        raise ErreurDonnees("une image n'a pas de texte de remplacement (alt) ; affichez-la par mutunb.rendu.")
    titre = f'<p class="titre-figure">{escape(figure["titre"])}</p>' if figure.get("titre") else ""
    source = f"<figcaption>Source : {escape(figure['source'])}.</figcaption>" if figure.get("source") else ""
    uri = f"data:{genre};base64,{contenu}"
    image = f'<img src="{escape(uri)}" alt="{escape(alt)}">'
    return images_defilantes(f'<figure class="mutunb">{titre}{image}{source}</figure>')


def _markdown(sortie: NotebookNode, prose: Prose) -> str:
    return tableaux_defilants(prose.html(_texte(sortie.data, "text/markdown")), prose)


def _plain(sortie: NotebookNode, prose: Prose) -> str:
    return _plat(COULEURS_TERMINAL.sub("", _texte(sortie.data, "text/plain")))


def _plat(texte: str) -> str:
    return f'<pre class="texte" tabindex="0">{escape(texte)}</pre>'


#: formats acceptés, du préféré au repli
FORMATS: dict[str, Callable[[NotebookNode, Prose], str]] = {
    "text/html": _html,
    "image/svg+xml": _svg,
    "image/png": _png,
    "text/markdown": _markdown,
    "text/plain": _plain,
}


def images_defilantes(html: str) -> str:
    """Place chaque image de figure dans un conteneur défilant : sur un petit écran, elle garde une taille lisible."""
    conteneur = r'<div class="image" role="group" tabindex="0" aria-label="Image de la figure">\g<0></div>'
    return FIGURE.sub(lambda figure: IMAGE.sub(conteneur, figure.group()), html)


def tableaux_defilants(html: str, prose: Prose) -> str:
    """Place chaque tableau qui ne l'est pas déjà dans un conteneur défilant, focalisable et nommé par sa légende."""
    morceaux, position = [], 0
    for trouve in TABLEAU.finditer(html):
        avant = html[position : trouve.start()]
        morceaux.append(avant)
        tableau = trouve.group()
        morceaux.append(tableau if DEJA_DEFILANT.search(avant) else _conteneur(tableau, prose))
        position = trouve.end()
    return "".join([*morceaux, html[position:]])


def _conteneur(tableau: str, prose: Prose) -> str:
    legende = LEGENDE.search(tableau)
    if legende is None:
        return f'<div class="tableau" role="region" tabindex="0" aria-label="Tableau">{tableau}</div>'
    nom = IDENTIFIANT.search(legende.group(1))
    if nom:
        ancre = nom.group(1)
    else:
        ancre = prose.ancre("legende")
        debut = legende.start(1)
        tableau = f'{tableau[:debut]} id="{ancre}"{tableau[debut:]}'
    return f'<div class="tableau" role="region" tabindex="0" aria-labelledby="{ancre}">{tableau}</div>'
