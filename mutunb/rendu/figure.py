"""Une figure complète : le constat en titre, l'unité et le périmètre, la source, le texte de remplacement, les données."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import dataclass
from html import escape

import matplotlib
from matplotlib.figure import Figure as FigureMatplotlib

from mutunb.calculs.tableau import Tableau
from mutunb.erreurs import ErreurDonnees
from mutunb.rendu.affichage import Affichage
from mutunb.rendu.style import REGLAGES
from mutunb.rendu.tableaux import montrer_tableau

#: en deçà, le SVG coûte 4 à 8 fois moins de calcul que le PNG réduit, et reste net ; au-delà, il pèse plus de 100 ko
MARQUES_SVG = 4000
ESPACES_XML = re.compile(r"\n\s*")


@dataclass(frozen=True)
class Figure:
    """Figure prête à montrer ; refuse d'exister sans titre, sous-titre, texte de remplacement et table de données.

    Parameters
    ----------
    titre : str
        Le constat, en une phrase.
    sous_titre : str
        Unité et périmètre.
    alt : str
        Ce que dit l'image à qui ne la voit pas.
    donnees : Tableau
        Les données dessinées (elles portent la source et le statut).
    dessin : matplotlib Figure
    marques : int
        Nombre approximatif d'objets ou de sommets dessinés : au-delà de :data:`MARQUES_SVG`, l'image est un PNG.
    """

    titre: str
    sous_titre: str
    alt: str
    donnees: Tableau
    dessin: FigureMatplotlib
    marques: int = 0

    def __post_init__(self) -> None:
        manques = [nom for nom in ("titre", "sous_titre", "alt") if not getattr(self, nom).strip()]
        if manques:
            raise ErreurDonnees(f"Figure incomplète : il manque {', '.join(manques)}.")

    def affichage(self) -> Affichage:
        """Image, légende, et données repliées dessous."""
        type_image, octets = self._image()
        uri = f"data:{type_image};base64,{base64.b64encode(octets).decode('ascii')}"
        table = montrer_tableau(self.donnees, source_dite=True)
        html = (
            f'<figure class="mutunb"><p class="titre-figure">{escape(self.titre)}</p>'
            f'<p class="sous-titre">{escape(self.sous_titre)}</p>'
            f'<img src="{uri}" alt="{escape(self.alt, quote=True)}">'
            f"<figcaption>Source : {escape(self.donnees.source)}.</figcaption>"
            f'<details class="donnees"><summary>Données de la figure</summary>{table.html}</details></figure>'
        )
        element = {
            "genre": "figure",
            "id": self.donnees.id,
            "titre": self.titre,
            "alt": self.alt,
            "source": self.donnees.source,
        }
        return Affichage(html=html, texte=self.titre, elements=(element, *table.elements))

    def _image(self) -> tuple[str, bytes]:
        sortie = io.BytesIO()
        with matplotlib.rc_context(REGLAGES):
            if self.marques <= MARQUES_SVG:
                self.dessin.savefig(sortie, format="svg", metadata={"Date": None, "Creator": None})
                return "image/svg+xml", _svg_serre(sortie.getvalue().decode("utf-8")).encode("utf-8")
            self.dessin.savefig(sortie, format="png", dpi=130, metadata={"Software": None})
            return "image/png", _png_reduit(sortie.getvalue())

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        return self.affichage()._repr_mimebundle_()


def _svg_serre(svg: str) -> str:
    """Le SVG sans retours à la ligne ni indentation (20 % de moins dans la page)."""
    return ESPACES_XML.sub(" ", svg[svg.index("<svg") :])


def _png_reduit(png: bytes) -> bytes:
    """Le PNG en 256 couleurs."""
    from PIL import Image

    sortie = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").quantize(256).save(sortie, format="PNG", optimize=True)
    return sortie.getvalue()
