"""L'objet affiché par une cellule : ce qu'on voit (HTML ou Markdown) et ce que les autres programmes relisent (JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

TYPE_RESULTATS = "application/vnd.mutunb.v1+json"


@dataclass(frozen=True)
class Affichage:
    """Sortie de cellule.

    Parameters
    ----------
    html, markdown : str
        Ce qui est vu ; l'un des deux suffit.
    texte : str
        Repli en texte brut.
    elements : tuple[dict, ...]
        Éléments du contrat de résultats, relus par l'exécution pour ``resultats.json`` et ``tableaux.xlsx``.
    """

    html: str = ""
    markdown: str = ""
    texte: str = ""
    elements: tuple[dict, ...] = ()

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        paquet: dict = {"text/plain": self.texte or self.markdown}
        if self.html:
            paquet["text/html"] = self.html
        if self.markdown:
            paquet["text/markdown"] = self.markdown
        if self.elements:
            paquet[TYPE_RESULTATS] = list(self.elements)
        return paquet

    def __add__(self, autre: Affichage) -> Affichage:
        """L'un sous l'autre, dans la même sortie ; si l'un est en HTML, l'autre le devient, car la page n'en montre qu'un."""
        return Affichage(
            self._en_html() + autre._en_html() if self.html or autre.html else "",
            "\n\n".join(m for m in (self.markdown, autre.markdown) if m),
            "\n".join(t for t in (self.texte, autre.texte) if t),
            self.elements + autre.elements,
        )

    def _en_html(self) -> str:
        return self.html or _html_simple(self.markdown)


def _html_simple(markdown: str) -> str:
    """HTML du Markdown que produisent nos phrases : paragraphes, puces, gras, italique, caractères neutralisés."""
    blocs = []
    for bloc in filter(None, markdown.split("\n\n")):
        lignes = bloc.split("\n")
        if all(ligne.startswith("- ") for ligne in lignes):
            blocs.append(f"<ul>{''.join(f'<li>{_ligne(ligne[2:])}</li>' for ligne in lignes)}</ul>")
        else:
            blocs.append(f"<p>{_ligne(' '.join(lignes))}</p>")
    return "".join(blocs)


def _ligne(texte: str) -> str:
    gras = re.sub(r"(?<!\\)\*\*(.+?)(?<!\\)\*\*", r"<strong>\1</strong>", escape(texte, quote=False))
    italique = re.sub(r"(?<!\\)\*(.+?)(?<!\\)\*", r"<em>\1</em>", gras)
    return re.sub(r"\\(&lt;|&gt;|[\\`*_{}\[\]()#|$~])", r"\1", italique)


def phrases(*textes: str | None) -> Affichage:
    """Un paragraphe Markdown fait des phrases non vides."""
    return Affichage(markdown=" ".join(t for t in textes if t))


def liste_a_puces(textes: Iterable[str]) -> Affichage:
    """Une liste Markdown."""
    return Affichage(markdown="\n".join(f"- {t}" for t in textes))


def texte_sur(texte: str) -> str:
    """Un nom venu des données, rendu inerte dans du Markdown (balises, liens, emphase, formules)."""
    return re.sub(r"([\\`*_{}\[\]<>()#|$~])", r"\\\1", texte)
