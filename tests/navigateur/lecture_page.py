"""Lire une page produite comme la lirait un contrôleur : textes, ancres, images, appels au dehors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup, NavigableString, Tag

TAILLE_MAX_OCTETS = 1_000_000
_INVISIBLES = ("style", "script", "title", "template")
#: motif → ce qu'il trahit
INTERDITS = {
    r"\b(?:nan|NaN|None|NaT|inf|Traceback|undefined|null)\b": "valeur ou erreur de Python",
    r"<NA>": "valeur ou erreur de Python",
    r"\b(?:TODO|FIXME|Lorem ipsum|placeholder)\b": "texte d'attente",
    r"\$[^$\n]+\$": "formule LaTeX",
    r"(?<![\d ])\d{1,3} \d{3}(?!\d)": "espace sécable dans un nombre",
    r"\d [%€]|\d [kMG]€": "espace sécable avant l'unité",
    r"\d\.\d+\s?(?:%|[kM]?€)": "point décimal",
}
_DEHORS = re.compile(r"(?:https?:)?//", re.IGNORECASE)


def lire(texte: str) -> BeautifulSoup:
    """Arbre d'une page."""
    return BeautifulSoup(texte, "html.parser")


def textes_visibles(page: BeautifulSoup) -> Iterator[str]:
    """Textes que le lecteur voit ou entend : nœuds de texte, alternatives et étiquettes."""
    for noeud in page.find_all(string=True):
        if type(noeud) is NavigableString and not any(parent.name in _INVISIBLES for parent in noeud.parents):
            yield str(noeud)
    for balise in page.find_all(True):
        yield from (str(balise[nom]) for nom in ("alt", "aria-label", "title") if balise.has_attr(nom))


def textes_interdits(page: BeautifulSoup) -> list[str]:
    """Textes qu'un client ne doit jamais lire, avec leur entourage."""
    return [
        f"{genre} : « {texte[max(0, trouve.start() - 30) : trouve.end() + 30].strip()} »"
        for texte in textes_visibles(page)
        for motif, genre in INTERDITS.items()
        for trouve in re.finditer(motif, texte)
    ]


def ancres_perdues(page: BeautifulSoup, dossier: Path) -> list[str]:
    """Liens internes sans cible, et liens vers un fichier absent de ``dossier``."""
    cibles = {balise["id"] for balise in page.find_all(id=True)}
    perdues = []
    for lien in page.find_all("a", href=True):
        adresse = str(lien["href"])
        fichier, _, ancre = adresse.partition("#")
        if _DEHORS.match(adresse) or adresse.startswith(("mailto:", "data:")):
            continue
        if (not fichier and ancre not in cibles) or (fichier and not (dossier / fichier).exists()):
            perdues.append(adresse)
    return perdues


def sommaire(page: BeautifulSoup) -> list[str]:
    """Ancres du sommaire : les liens internes des ``<nav>``."""
    return [str(lien["href"]) for nav in page.find_all("nav") for lien in nav.select('a[href^="#"]')]


def images_defaillantes(page: BeautifulSoup) -> list[str]:
    """Images sans alternative, ou sans table de données dans leur ``<figure>``."""
    defauts = []
    for image in page.select("img, svg:not([aria-hidden=true]):not(svg svg)"):
        alternative = str(image.get("alt" if image.name == "img" else "aria-label") or "").strip()
        nom = alternative[:40] or str(image)[:60]
        if not alternative:
            defauts.append(f"{nom} : sans texte de remplacement")
        if image.name == "svg" and image.get("role") != "img":
            defauts.append(f"{nom} : svg sans role=img")
        figure = image.find_parent("figure")
        if not isinstance(figure, Tag) or figure.select_one("details table") is None:
            defauts.append(f"{nom} : sans table de données")
    return defauts


def appels_au_dehors(page: BeautifulSoup) -> list[str]:
    """Ce que la page irait chercher ailleurs, et les scripts ; un lien qu'on clique n'en est pas un."""
    appels = [f"<{balise.name}>" for balise in page.find_all(["script", "iframe", "object", "embed"])]
    for balise in page.find_all(True):
        adresses = [str(balise.get(nom, "")) for nom in ("src", "srcset", "data", "poster", "style")]
        if balise.name != "a":
            adresses.append(str(balise.get("href", "")))
        if balise.name == "style":
            adresses += re.findall(r"(?:url\(|@import)[^;)]*", balise.get_text())
        appels += [f"<{balise.name}> {adresse[:60]}" for adresse in adresses if _appelle(adresse)]
    return appels


def _appelle(adresse: str) -> bool:
    sans_donnees = re.sub(r"data:[^\"')\s]*", "", adresse)
    sans_noms = re.sub(r"http://www\.w3\.org/\S*", "", sans_donnees)  # espaces de noms : jamais appelés
    return bool(_DEHORS.search(sans_noms))
