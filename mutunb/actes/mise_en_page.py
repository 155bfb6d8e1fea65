"""La page d'un acte : A4, styles Word, français, en-tête « PROJET », pied de page numéroté."""

from __future__ import annotations

import datetime

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from mutunb.actes.blocs import STYLE_TABLEAU

POLICE = "Liberation Sans"  # métriques d'Arial : même mise en page sous Word et LibreOffice
BLEU = RGBColor(0x0B, 0x3C, 0x5D)
GRIS = RGBColor(0x55, 0x55, 0x55)
LANGUE = "fr-FR"
PROJET = "PROJET — à relire par un juriste"
AUTEUR = "Projet d'acte, à relire"
#: date des propriétés : figée, pour que les mêmes entrées donnent les mêmes octets
JOUR_FIGE = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
_PIECES_SUPERFLUES = ("/stylesWithEffects", "/thumbnail", "/customXml")
_STYLES_SUPERFLUS = ("Light ", "Medium ", "Dark ", "Colorful ")
STYLE_MARQUE, STYLE_MANQUE = "Marque", "À compléter"


def document_vierge(titre: str) -> Document:
    """Document sans texte, prêt à recevoir les blocs d'un modèle."""
    document = docx.Document()
    _alleger(document)
    _page(document.sections[0])
    _langue(document)
    _styles_de_texte(document)
    _styles_de_tableau(document)
    _entete_et_pied(document.sections[0], titre)
    nommer(document, titre)
    return document


def nommer(document: Document, titre: str, sujet: str = "") -> None:
    """Propriétés du fichier : titre, sujet, auteur neutre, langue, dates figées."""
    proprietes = document.core_properties
    proprietes.title, proprietes.subject = titre[:250], sujet[:250]
    proprietes.author = proprietes.last_modified_by = AUTEUR
    proprietes.comments = proprietes.keywords = proprietes.category = ""
    proprietes.language, proprietes.revision = LANGUE, 1
    proprietes.created = proprietes.modified = proprietes.last_printed = JOUR_FIGE


def _alleger(document: Document) -> None:
    """Retire du gabarit de python-docx sa vignette, ses doublons et cent styles de tableau qui ne servent pas."""
    for relations in (document.part.rels, document.part.package.rels):
        for nom, relation in list(relations.items()):
            if relation.reltype.endswith(_PIECES_SUPERFLUES):
                del relations[nom]
    styles = document.styles.element
    for style in list(styles):
        nom = style.find(qn("w:name"))
        if nom is not None and nom.get(qn("w:val")).startswith(_STYLES_SUPERFLUS):
            styles.remove(style)


def _page(section: Section) -> None:
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin = section.bottom_margin = Cm(2.5)
    section.header_distance = section.footer_distance = Cm(1.2)


def _langue(document: Document) -> None:
    proprietes = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    langue = proprietes.find(qn("w:lang"))
    if langue is None:
        langue = OxmlElement("w:lang")
        proprietes.append(langue)
    for attribut, code in (("w:val", LANGUE), ("w:eastAsia", LANGUE), ("w:bidi", "ar-SA")):
        langue.set(qn(attribut), code)


def _styles_de_texte(document: Document) -> None:
    styles = document.styles
    _police(styles["Normal"], 10.5, apres=6, interligne=1.12)
    _police(styles["List Bullet"], 10.5, apres=3, interligne=1.08)
    _police(styles["Title"], 18, gras=True, couleur=BLEU, apres=6)
    _sans_bordure(styles["Title"])
    _police(styles["Heading 1"], 13, gras=True, couleur=BLEU, avant=16, apres=4)
    _police(styles["Heading 2"], 11, gras=True, couleur=BLEU, avant=10, apres=3)
    for nom in ("Title", "Heading 1", "Heading 2"):
        styles[nom].paragraph_format.keep_with_next = True
    _police(styles["Header"], 9, gras=True, couleur=RGBColor(0xA3, 0x1D, 0x1D))
    _police(styles["Footer"], 8.5, couleur=GRIS)
    _encadre(_nouveau(document, "Encadré de projet", 9.5, apres=4))
    _police(_nouveau(document, "Sous-titre d'acte", 12, couleur=GRIS, apres=10), 12, couleur=GRIS, apres=10)
    _nouveau(document, "Visa", 10.5, apres=4)
    retrait = _nouveau(document, "Annexe technique", 9, couleur=GRIS, apres=3)
    retrait.paragraph_format.left_indent = Cm(0.5)
    ajouter_styles_de_signe(document)


def ajouter_styles_de_signe(document: Document) -> None:
    """Styles de caractère : la marque d'une clause et le point à compléter, que Word sait sélectionner d'un coup."""
    marque = document.styles.add_style(STYLE_MARQUE, WD_STYLE_TYPE.CHARACTER)
    marque.font.size, marque.font.italic, marque.font.color.rgb = Pt(8), True, GRIS
    manque = document.styles.add_style(STYLE_MANQUE, WD_STYLE_TYPE.CHARACTER)
    manque.font.bold = True


def _styles_de_tableau(document: Document) -> None:
    _nouveau(document, "Texte de tableau", 9, apres=0)
    _police(_nouveau(document, "En-tête de tableau", 9), 9, gras=True, apres=0)
    _police(_nouveau(document, "Total de tableau", 9), 9, gras=True, apres=0)
    _nouveau(document, "Après tableau", 6, apres=4)
    for nom, base in (("Nombre de tableau", "Texte de tableau"), ("Nombre total de tableau", "Total de tableau")):
        _police(_nouveau(document, nom, 9), 9, gras=base.startswith("Total") or None)
        document.styles[nom].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for nom in ("En-tête de tableau", "Texte de tableau", "Total de tableau", "Nombre de tableau", "Nombre total de tableau"):
        document.styles[nom].paragraph_format.space_before = Pt(2)
        document.styles[nom].paragraph_format.space_after = Pt(2)
    document.styles["En-tête de tableau"].paragraph_format.keep_with_next = True
    style = document.styles.add_style(STYLE_TABLEAU, WD_STYLE_TYPE.TABLE)
    style.base_style = document.styles["Table Grid"]
    cotes = "".join(
        f'<w:{cote} w:val="single" w:sz="4" w:space="0" w:color="9AA5B1"/>'
        for cote in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    style.element.append(parse_xml(f"<w:tblPr {nsdecls('w')}><w:tblBorders>{cotes}</w:tblBorders></w:tblPr>"))
    style.element.append(
        parse_xml(
            f'<w:tblStylePr {nsdecls("w")} w:type="firstRow"><w:tcPr><w:shd w:val="clear" w:color="auto" '
            f'w:fill="E6ECF1"/></w:tcPr></w:tblStylePr>'
        )
    )


def _nouveau(document: Document, nom: str, taille: float, **reglages) -> ParagraphStyle:
    style = document.styles.add_style(nom, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Normal"]
    style.quick_style = True
    _police(style, taille, **reglages)
    return style


def _police(
    style: ParagraphStyle,
    taille: float,
    gras: bool | None = None,
    couleur: RGBColor | None = None,
    avant: float | None = None,
    apres: float | None = None,
    interligne: float | None = None,
) -> None:
    style.font.name, style.font.size, style.font.bold = POLICE, Pt(taille), gras
    polices = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribut in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        polices.attrib.pop(qn(attribut), None)
    for attribut in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        polices.set(qn(attribut), POLICE)
    if couleur is not None:
        style.font.color.rgb = couleur
    forme = style.paragraph_format
    forme.space_before = forme.space_before if avant is None else Pt(avant)
    forme.space_after = forme.space_after if apres is None else Pt(apres)
    forme.line_spacing = forme.line_spacing if interligne is None else interligne


def _sans_bordure(style: ParagraphStyle) -> None:
    proprietes = style.element.get_or_add_pPr()
    bordures = proprietes.find(qn("w:pBdr"))
    if bordures is not None:
        proprietes.remove(bordures)


def _encadre(style: ParagraphStyle) -> None:
    """Filet rouge à gauche : ce qui disparaît avant la signature."""
    style.paragraph_format.left_indent = Cm(0.3)
    bordure = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:left w:val="single" w:sz="24" w:space="6" w:color="A31D1D"/></w:pBdr>'
    )
    proprietes = style.element.get_or_add_pPr()
    proprietes.insert_element_before(
        bordure, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:outlineLvl"
    )


def _entete_et_pied(section: Section, titre: str) -> None:
    entete = section.header.paragraphs[0]
    entete.text, entete.alignment = PROJET, WD_ALIGN_PARAGRAPH.RIGHT
    pied = section.footer.paragraphs[0]
    pied.alignment = WD_ALIGN_PARAGRAPH.CENTER
    pied.add_run(f"{titre} — page\u00a0")
    _champ(pied, "PAGE")
    pied.add_run(" sur\u00a0")
    _champ(pied, "NUMPAGES")


def _champ(paragraphe: Paragraph, instruction: str) -> None:
    """Champ calculé par Word (numéro de page)."""
    champ = parse_xml(
        f'<w:fldSimple {nsdecls("w")} w:instr=" {instruction} "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    )
    paragraphe._p.append(champ)
