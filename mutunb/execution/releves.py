"""Les relevés : une page et un classeur par destinataire, dans des fichiers à part, que rien d'autre ne cite.

Ils ne portent ni date d'édition ni profil : mêmes entrées, mêmes octets, quel que soit le jour.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from mutunb import formats
from mutunb.execution.classeur import CREATION, OPTIONS, Styles, ecrire_valeur, entete_de
from mutunb.execution.elements import Releve, Tableau
from mutunb.execution.gabarits import page

if TYPE_CHECKING:
    from mutunb.territoires import Territoire

DOSSIER = "releves"
NOTICE = "LISEZMOI.txt"
CONSIGNE = (
    "Un relevé par destinataire : une page (.html) et un classeur (.xlsx), nommés par son SIREN.\n"
    "N'envoyez chaque fichier qu'à son destinataire, jamais le dossier entier : un relevé porte les chiffres d'une seule\n"
    "entité. Les autres livrables du territoire ne les contiennent pas.\n"
)
FEUILLE = "Relevé"
LARGEURS = (30, 30)
LARGEUR = 16


def contenus(territoire: Territoire, releves: Iterable[Releve]) -> dict[str, str | bytes]:
    """Chemin relatif → contenu des relevés, avec la consigne d'envoi ; vide s'il n'y en a pas."""
    fichiers: dict[str, str | bytes] = {}
    for releve in releves:
        fichiers[f"{DOSSIER}/{releve.id}.html"] = page_releve(territoire, releve)
        fichiers[f"{DOSSIER}/{releve.id}.xlsx"] = classeur_releve(releve)
    return {**fichiers, f"{DOSSIER}/{NOTICE}": CONSIGNE} if fichiers else {}


def page_releve(territoire: Territoire, releve: Releve) -> str:
    """Page HTML autonome d'un relevé, sans script."""
    return page(
        "releve.html.j2",
        territoire,
        "client",
        datetime.date(releve.exercice, 12, 31),  # le gabarit ne la montre pas
        releve=releve,
        tableaux=[_vue(tableau) for tableau in releve.tableaux],
    )


def classeur_releve(releve: Releve) -> bytes:
    """Classeur d'une feuille : les phrases, puis les tableaux l'un sous l'autre."""
    tampon = io.BytesIO()
    document = xlsxwriter.Workbook(tampon, OPTIONS)
    document.set_properties({"title": f"{releve.titre}, {releve.destinataire}", "author": "mutunb", "created": CREATION})
    styles, feuille = Styles(document), document.add_worksheet(FEUILLE)
    for colonne in range(max((len(t.colonnes) for t in releve.tableaux), default=1)):
        feuille.set_column(colonne, colonne, LARGEURS[colonne] if colonne < len(LARGEURS) else LARGEUR)
    feuille.write_string(0, 0, releve.destinataire, styles.titre)
    feuille.write_string(1, 0, releve.titre, styles.titre)
    rang = 3
    for phrase in releve.phrases:
        feuille.write_string(rang, 0, phrase)
        rang += 1
    for tableau in releve.tableaux:
        rang = _ecrire(feuille, rang + 1, tableau, styles)
    feuille.set_landscape()
    feuille.set_paper(9)  # A4
    feuille.fit_to_pages(1, 1)
    feuille.hide_gridlines(2)
    document.close()
    return tampon.getvalue()


def _ecrire(feuille: Worksheet, rang: int, tableau: Tableau, styles: Styles) -> int:
    """Écrit un tableau à partir de ce rang ; rend le premier rang libre."""
    feuille.write_string(rang, 0, tableau.titre, styles.titre)
    rang += 1
    description = tableau.model_dump()
    for colonne, nom in enumerate(tableau.colonnes):
        feuille.write_string(rang, colonne, entete_de(description, nom), styles.entete)
    for ligne in _cellules(tableau):
        rang += 1
        for colonne, (valeur, unite, cache, total) in enumerate(ligne):
            if cache:
                feuille.write_string(rang, colonne, formats.MASQUE, styles.cellule(unite, total, absent=True))
            elif total and valeur is None:
                feuille.write_blank(rang, colonne, None, styles.cellule("texte", total))
            else:
                ecrire_valeur(feuille, rang, colonne, valeur, unite, total, styles)
    mentions = [tableau.note, f"Source : {tableau.source}"]
    for mention in filter(None, mentions):
        rang += 1
        feuille.write_string(rang, 0, mention, styles.mention)
    return rang + 1


def _cellules(tableau: Tableau) -> Iterator[list[tuple[Any, str, bool, bool]]]:
    """Par ligne : valeur, unité, masquée ?, ligne de total ?"""
    masques = set(tableau.masques)
    for rang, ligne in enumerate(tableau.lignes):
        total = tableau.total and rang == len(tableau.lignes) - 1
        yield [
            (valeur, tableau.unites[nom], (rang, colonne) in masques, total)
            for colonne, (nom, valeur) in enumerate(zip(tableau.colonnes, ligne, strict=True))
        ]


def _vue(tableau: Tableau) -> dict[str, Any]:
    """Ce que le gabarit montre d'un tableau, déjà en français."""
    return {
        "id": tableau.id,
        "titre": tableau.titre,
        "entetes": [{"libelle": tableau.libelles[c], "num": tableau.unites[c] != "texte"} for c in tableau.colonnes],
        "lignes": [
            [{"texte": _texte(*cellule), "num": cellule[1] != "texte"} for cellule in ligne] for ligne in _cellules(tableau)
        ],
        "total": tableau.total,
        "note": tableau.note,
        "source": tableau.source,
        "statuts": sorted(set(tableau.statuts.values())),
    }


def _texte(valeur: Any, unite: str, cache: bool, total: bool) -> str:
    if cache:
        return formats.MASQUE
    return "" if total and valeur is None else formats.cellule(valeur, unite)
