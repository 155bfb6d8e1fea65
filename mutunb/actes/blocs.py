"""De quoi est fait un modèle : titres, paragraphes, listes, tableaux, conditions et boucles, écrits en Word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Union

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm
from docx.table import Table, _Row

from mutunb.typographie import composer

STYLE_TABLEAU = "Tableau d'acte"
_MARGE_CELLULE = 108  # vingtièmes de point


@dataclass(frozen=True)
class Titre:
    """Titre de partie : niveau 0 (titre de l'acte), 1 ou 2."""

    texte: str
    niveau: int = 1


@dataclass(frozen=True)
class SautDePage:
    """La suite commence sur une nouvelle page."""


@dataclass(frozen=True)
class Texte:
    """Un paragraphe ; ``style`` est un style du modèle."""

    texte: str
    style: str = "Normal"


@dataclass(frozen=True)
class Puce:
    """Une ligne de liste à puces."""

    texte: str


@dataclass(frozen=True)
class Tableau:
    """Un tableau à en-tête répété.

    Parameters
    ----------
    titre, description : str
        Texte alternatif, lu par les lecteurs d'écran.
    lignes : sequence of sequence of str
        Cellules ; avec ``boucle``, une seule ligne, répétée pour chaque élément.
    boucle : str
        « commune in communes », ou rien.
    largeurs : tuple of float
        En centimètres.
    pied : sequence of str
        Dernière ligne (un total), après la boucle.
    nombres : tuple of int
        Rangs des colonnes de nombres, alignées à droite.
    hauteur : float
        Hauteur minimale d'une ligne (cm), pour laisser signer ; 0 : celle du texte.
    """

    titre: str
    description: str
    entetes: tuple[str, ...]
    lignes: tuple[tuple[str, ...], ...]
    largeurs: tuple[float, ...]
    boucle: str = ""
    pied: tuple[str, ...] = ()
    nombres: tuple[int, ...] = ()
    hauteur: float = 0


@dataclass(frozen=True)
class Pour:
    """Blocs répétés pour chaque élément : « mission in fonction.missions »."""

    boucle: str
    blocs: tuple["Bloc", ...]


@dataclass(frozen=True)
class Si:
    """Blocs écrits seulement si la condition est vraie ; sinon, d'autres."""

    condition: str
    blocs: tuple["Bloc", ...]
    sinon: tuple["Bloc", ...] = ()


Bloc = Union[Titre, SautDePage, Texte, Puce, Tableau, Pour, Si]


def ecrire_blocs(document: Document, blocs: Sequence[Bloc]) -> None:
    """Ajoute les blocs à la fin du document."""
    for bloc, suivant in zip(blocs, [*blocs[1:], None], strict=True):
        if isinstance(bloc, Titre):
            document.add_heading(_compose(bloc.texte), bloc.niveau)
        elif isinstance(bloc, SautDePage):
            document.add_page_break()
        elif isinstance(bloc, Texte):
            paragraphe = document.add_paragraph(_compose(bloc.texte), bloc.style)
            if isinstance(suivant, Tableau):  # la phrase qui annonce un tableau ne s'en sépare pas
                paragraphe.paragraph_format.keep_with_next = True
        elif isinstance(bloc, Puce):
            document.add_paragraph(_compose(bloc.texte), "List Bullet")
        elif isinstance(bloc, Tableau):
            _ecrire_tableau(document, bloc)
        elif isinstance(bloc, Pour):
            _balise(document, f"for {bloc.boucle}")
            ecrire_blocs(document, bloc.blocs)
            _balise(document, "endfor")
        else:
            _ecrire_condition(document, bloc)


def _ecrire_condition(document: Document, si: Si) -> None:
    _balise(document, f"if {si.condition}")
    ecrire_blocs(document, si.blocs)
    if si.sinon:
        _balise(document, "else")
        ecrire_blocs(document, si.sinon)
    _balise(document, "endif")


def _balise(document: Document, commande: str) -> None:
    """Paragraphe qui ne porte qu'une balise : il disparaît du document rendu."""
    document.add_paragraph(f"{{%p {commande} %}}", "Normal")


def _compose(texte: str) -> str:
    """Espaces insécables du français, sauf dans « [à compléter : » que l'on doit pouvoir chercher dans Word."""
    return composer(texte).replace("[à compléter\u00a0:", "[à compléter :")


def _ecrire_tableau(document: Document, tableau: Tableau) -> None:
    table = document.add_table(rows=1, cols=len(tableau.entetes), style=STYLE_TABLEAU)
    table.autofit = False
    _texte_alternatif(table, tableau)
    _aligner_au_texte(table)
    _remplir(table.rows[0], tableau.entetes, "En-tête de tableau")
    _repeter(table.rows[0])
    if tableau.boucle:
        _remplir(table.add_row(), (f"{{%tr for {tableau.boucle} %}}",))
    for ligne in tableau.lignes:
        rangee = table.add_row()
        _remplir(rangee, ligne, nombres=tableau.nombres)
        if tableau.hauteur:
            rangee.height = Cm(tableau.hauteur)
    if tableau.boucle:
        _remplir(table.add_row(), ("{%tr endfor %}",))
    if tableau.pied:
        _remplir(table.add_row(), tableau.pied, "Total de tableau", tableau.nombres)
    for colonne, largeur in enumerate(tableau.largeurs):
        table.columns[colonne].width = Cm(largeur)
        for ligne in table.rows:
            ligne.cells[colonne].width = Cm(largeur)
    document.add_paragraph("", "Après tableau")


def _remplir(
    ligne: _Row, textes: Sequence[str], style: str = "Texte de tableau", nombres: Sequence[int] = ()
) -> None:
    chiffre = "Nombre total de tableau" if style.startswith("Total") else "Nombre de tableau"
    for cellule, texte in zip(ligne.cells, textes, strict=False):
        cellule.paragraphs[0].text = _compose(texte)
    for rang, cellule in enumerate(ligne.cells):
        cellule.paragraphs[0].style = chiffre if rang in nombres else style
    _propriete(ligne, "w:cantSplit")


def _repeter(ligne: _Row) -> None:
    """L'en-tête revient en haut de chaque page."""
    _propriete(ligne, "w:tblHeader")


def _propriete(ligne: _Row, nom: str) -> None:
    proprietes = ligne._tr.get_or_add_trPr()
    if proprietes.find(qn(nom)) is None:
        proprietes.append(OxmlElement(nom))


def _aligner_au_texte(table: Table) -> None:
    """Le bord du tableau tombe sur la marge, et non la marge de sa première cellule."""
    retrait = OxmlElement("w:tblInd")
    retrait.set(qn("w:w"), str(_MARGE_CELLULE))
    retrait.set(qn("w:type"), "dxa")
    proprietes = table._tbl.tblPr
    proprietes.insert_element_before(retrait, "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook", "w:tblCaption")


def _texte_alternatif(table: Table, tableau: Tableau) -> None:
    proprietes = table._tbl.tblPr
    for nom, texte in (("w:tblCaption", tableau.titre), ("w:tblDescription", tableau.description)):
        element = OxmlElement(nom)
        element.set(qn("w:val"), texte)
        proprietes.append(element)
