"""La prose des carnets : Markdown → HTML, titres décalés sous celui de la page, ancres uniques, rien d'exécutable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import PurePosixPath

import mistune
from mistune.renderers.html import HTMLRenderer

#: niveau du titre d'un carnet dans la page ; le seul h1 est celui de la page
NIVEAU_CARNET = 2
NIVEAU_MAXIMAL = 6
BALISES = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Titre:
    """Un titre de la page : son ancre et son texte brut, pour le sommaire."""

    niveau: int
    ancre: str
    texte: str


@dataclass
class Ancres:
    """Ancres déjà prises dans la page."""

    prises: set[str] = field(default_factory=set)

    def nouvelle(self, texte: str, prefixe: str = "") -> str:
        """Ancre lisible et unique pour ce texte."""
        base = "-".join(filter(None, [prefixe, simplifier(texte)])) or "section"
        ancre, rang = base, 1
        while ancre in self.prises:
            rang += 1
            ancre = f"{base}-{rang}"
        self.prises.add(ancre)
        return ancre


def simplifier(texte: str) -> str:
    """« Où vit-on ? » → « ou-vit-on »."""
    sans_accent = unicodedata.normalize("NFKD", texte).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", sans_accent.lower()).strip("-")


class Prose:
    """Convertit les textes d'un carnet, dans l'ordre, et retient ses titres.

    Parameters
    ----------
    ancres : Ancres
        Celles de la page.
    prefixe : str
        Identifiant du carnet, devant chacune de ses ancres.
    carnets : collection of str
        Carnets de la même page : un lien vers leur fichier devient un lien vers leur section.
    """

    def __init__(self, ancres: Ancres, prefixe: str, carnets: Collection[str] = ()):
        self.titres: list[Titre] = []
        self._ancres, self._prefixe = ancres, prefixe
        self._rendu = _Rendu(self, frozenset(carnets))
        self._convertir = mistune.create_markdown(renderer=self._rendu, plugins=["table", "strikethrough"])

    def html(self, texte: str) -> str:
        """HTML d'un texte Markdown ; le HTML brut qu'il contient est échappé, donc montré et inerte."""
        return str(self._convertir(texte)).strip()

    def ancre(self, texte: str) -> str:
        """Ancre unique, propre à ce carnet."""
        return self._ancres.nouvelle(texte, self._prefixe)

    def nouveau_titre(self, html: str, niveau: int) -> Titre:
        """Titre à sa place : jamais au-dessus du carnet, jamais deux crans d'un coup."""
        precedent = self.titres[-1].niveau if self.titres else NIVEAU_CARNET
        niveau = min(max(niveau, NIVEAU_CARNET + 1), precedent + 1, NIVEAU_MAXIMAL)
        texte = unescape(BALISES.sub("", html)).strip()
        titre = Titre(niveau, self.ancre(texte), texte)
        self.titres.append(titre)
        return titre


class _Rendu(HTMLRenderer):
    """HTML sûr : images distantes refusées, liens entre carnets ramenés dans la page."""

    def __init__(self, prose: Prose, carnets: frozenset[str]):
        super().__init__(escape=True)
        self._prose, self._carnets = prose, carnets

    def heading(self, html: str, level: int, **_: object) -> str:
        titre = self._prose.nouveau_titre(html, level + 1)
        return f'<h{titre.niveau} id="{titre.ancre}">{html}</h{titre.niveau}>\n'

    def link(self, html: str, url: str, **attributs: str) -> str:
        chemin = PurePosixPath(url.partition("#")[0])
        if chemin.suffix == ".ipynb":
            return f'<a href="#{chemin.stem}">{html}</a>' if chemin.stem in self._carnets else html
        if not re.match(r"https?://|mailto:|#", url):
            return html  # un chemin du dépôt n'existe pas chez le lecteur de la page
        return super().link(html, url, **attributs)

    def image(self, html: str, url: str, **attributs: str) -> str:
        if url.startswith(("data:image/png;base64,", "data:image/jpeg;base64,")):
            return super().image(html, url, **attributs)
        return f'<em class="image-absente">{escape(BALISES.sub("", html) or "image")}</em>'


def separer_titre(texte: str) -> tuple[str | None, str]:
    """Titre de premier niveau qui ouvre un texte (ou ``None``), et le reste."""
    lignes = texte.lstrip("\n").split("\n")
    trouve = re.match(r"#\s+(.+?)\s*#*\s*$", lignes[0])
    return (trouve.group(1), "\n".join(lignes[1:]).lstrip("\n")) if trouve else (None, texte)


