"""L'objet affiché par une cellule : ce qu'on voit (HTML ou Markdown) et ce que les autres programmes relisent (JSON)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

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
        """L'un sous l'autre, dans la même sortie."""
        return Affichage(
            self.html + autre.html,
            "\n\n".join(m for m in (self.markdown, autre.markdown) if m),
            "\n".join(t for t in (self.texte, autre.texte) if t),
            self.elements + autre.elements,
        )


def phrases(*textes: str | None) -> Affichage:
    """Un paragraphe Markdown fait des phrases non vides."""
    return Affichage(markdown=" ".join(t for t in textes if t))


def liste_a_puces(textes: Iterable[str]) -> Affichage:
    """Une liste Markdown."""
    return Affichage(markdown="\n".join(f"- {t}" for t in textes))


def texte_sur(texte: str) -> str:
    """Un nom venu des données, rendu inerte dans du Markdown (balises, liens, emphase, formules)."""
    return re.sub(r"([\\`*_{}\[\]<>()#|$~])", r"\\\1", texte)
