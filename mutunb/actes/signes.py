"""Mettre en évidence, dans un document rendu, les points à compléter (surlignés) et les marques (en petit)."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from docx.document import Document
from docx.enum.text import WD_COLOR_INDEX
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from mutunb.actes import manques, marques
from mutunb.actes.mise_en_page import STYLE_MANQUE, STYLE_MARQUE, ajouter_styles_de_signe

_MOTIFS = ((manques.MOTIF, STYLE_MANQUE), (marques.MOTIF, STYLE_MARQUE))


def paragraphes(document: Document) -> Iterator[Paragraph]:
    """Paragraphes du corps, tableaux compris, dans l'ordre de lecture."""
    for element in document.element.body.iter(qn("w:p")):
        yield Paragraph(element, document._body)


def parties(document: Document) -> Iterator[tuple[str, str]]:
    """Couples (titre de la partie, texte du paragraphe)."""
    titre = "En-tête"
    for paragraphe in paragraphes(document):
        if paragraphe.style.name.startswith("Heading"):
            titre = paragraphe.text
        yield titre, paragraphe.text


def mettre_en_evidence(document: Document) -> None:
    """Applique les styles de signe, en coupant les morceaux de texte là où il faut ; le texte ne change pas."""
    _assurer_styles(document)
    for paragraphe in paragraphes(document):
        zones = [
            (trouve.start(), trouve.end(), style)
            for motif, style in _MOTIFS
            for trouve in motif.finditer(_texte(paragraphe))
        ]
        if zones:
            _appliquer(paragraphe, zones, document)


def _assurer_styles(document: Document) -> None:
    """Un modèle de cabinet peut ne pas porter nos styles de signe : on les y ajoute."""
    if STYLE_MANQUE not in [style.name for style in document.styles]:
        ajouter_styles_de_signe(document)


def _texte(paragraphe: Paragraph) -> str:
    return "".join(morceau.text for morceau in paragraphe.runs)


def _appliquer(paragraphe: Paragraph, zones: list[tuple[int, int, str]], document: Document) -> None:
    bornes = sorted({borne for debut, fin, _ in zones for borne in (debut, fin)})
    position = 0
    for morceau in list(paragraphe.runs):
        fin = position + len(morceau.text)
        coupes = [borne - position for borne in bornes if position < borne < fin]
        depart = position
        for partie in _couper(morceau, coupes):
            arrivee = depart + len(partie.text)
            style = next((s for debut, terme, s in zones if debut <= depart and arrivee <= terme and partie.text), None)
            if style:
                partie.style = document.styles[style]
                if style == STYLE_MANQUE:  # Word n'applique pas le surlignage d'un style : il faut le dire au texte
                    partie.font.highlight_color = WD_COLOR_INDEX.YELLOW
            depart = arrivee
        position = fin


def _couper(morceau: Run, coupes: list[int]) -> list[Run]:
    """Le morceau, coupé aux positions dites, chaque partie gardant sa mise en forme."""
    if not coupes:
        return [morceau]
    texte = morceau.text
    limites = [0, *coupes, len(texte)]
    parties_du_texte = [texte[debut:fin] for debut, fin in zip(limites, limites[1:], strict=False)]
    morceaux = [morceau]
    for contenu in parties_du_texte[1:]:
        suivant = copy.deepcopy(morceau._r)
        morceaux[-1]._r.addnext(suivant)
        morceaux.append(Run(suivant, morceau._parent))
        morceaux[-1].text = contenu
    morceau.text = parties_du_texte[0]
    return morceaux
