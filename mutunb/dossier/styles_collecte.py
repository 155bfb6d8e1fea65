"""Les formats du classeur de collecte : ce qui se lit, ce qui se remplit, ce qui est déjà rempli."""

from __future__ import annotations

from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook

from mutunb.dossier.questionnaire import Champ

BLEU, BLEU_MOYEN, BLEU_PALE, GRIS, GRIS_PALE = "#0B3C5D", "#48708C", "#E8EEF3", "#5B6470", "#9AA3AD"
#: type de champ → format de nombre ; le texte garde les zéros initiaux, une part se lit avec son en-tête « (%) »
MOTIFS = {"montant": "#,##0", "entier": "#,##0", "decimal": "General", "part": "General", "annee": "0",
          "date": "dd/mm/yyyy"}
_ALIGNES = ("montant", "entier", "decimal", "part")


class Styles:
    """Formats de cellule d'un classeur, créés une fois."""

    def __init__(self, document: Workbook):
        self._document = document
        self._formats: dict[tuple[str, str], Format] = {}
        filet = {"border": 1, "border_color": "#FFFFFF"}
        self.titre = document.add_format({"bold": True, "font_size": 13, "font_color": BLEU})
        self.soustitre = document.add_format({"bold": True, "font_color": BLEU})
        self.technique = document.add_format({"font_size": 7, "font_color": GRIS_PALE})
        self.marque = document.add_format({"italic": True, "font_size": 9, "font_color": GRIS})
        self.marge = document.add_format({"locked": False, "num_format": "@"})
        self.texte = document.add_format({"text_wrap": True, "valign": "top"})
        self.a_completer = document.add_format({"valign": "top", "locked": False, "bg_color": BLEU_PALE})
        self.lien = document.add_format({"font_color": BLEU, "underline": 1, "valign": "top"})
        self._entetes = {
            obligatoire: document.add_format(
                {"bold": True, "font_color": "#FFFFFF", "text_wrap": True, "valign": "vcenter"}
                | filet
                | {"bg_color": BLEU if obligatoire else BLEU_MOYEN}
            )
            for obligatoire in (True, False)
        }

    def entete(self, obligatoire: bool = True) -> Format:
        """En-tête verrouillé, plus sombre quand le champ est obligatoire."""
        return self._entetes[obligatoire]

    def saisie(self, champ: Champ) -> Format:
        """Cellule à remplir, déverrouillée."""
        return self._style("saisie", champ, {"locked": False})

    def prerempli(self, champ: Champ) -> Format:
        """Cellule remplie d'avance, que l'on peut corriger."""
        return self._style("prerempli", champ, {"locked": False, "bg_color": BLEU_PALE})

    def exemple(self, champ: Champ) -> Format:
        """Cellule de la ligne d'exemple, verrouillée."""
        return self._style("exemple", champ, {"italic": True, "font_color": GRIS, "bottom": 1, "bottom_color": BLEU})

    def _style(self, genre: str, champ: Champ, reglages: dict[str, Any]) -> Format:
        if (genre, champ.type) not in self._formats:
            droite = {"align": "right"} if champ.type in _ALIGNES else {}
            motif = {"num_format": MOTIFS.get(champ.type, "@")}
            self._formats[genre, champ.type] = self._document.add_format(reglages | droite | motif)
        return self._formats[genre, champ.type]
