"""Le classeur ``tableaux.xlsx`` : un sommaire, puis une feuille par tableau montré."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from mutunb import formats

NOM_FICHIER = "tableaux.xlsx"
SOMMAIRE = "Sommaire"
LONGUEUR_NOM = 31
LARGEUR_MINIMALE, LARGEUR_MAXIMALE = 9, 48
#: date fixe : le classeur ne dépend que de son contenu
CREATION = datetime.datetime(2025, 1, 1)
#: une chaîne reste une chaîne : ni formule, ni lien, ni nombre deviné
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
FRANCAIS = "[$-40C]"
BRUT = "General"
#: code d'unité → (format de cellule, mention dans l'en-tête)
UNITES: Mapping[str, tuple[str, str]] = {
    "eur": ("#,##0", "€"),
    "eur_an": ("#,##0", "€ par an"),
    "eur_centime": ("#,##0.00", "€"),
    "eur_unite": ("#,##0.0000", "€ par unité"),
    "eur_hab": ("#,##0", "€/hab."),
    "eur_agent": ("#,##0", "€/agent"),
    "eur_etp": ("#,##0", "€/ETP"),
    "part": ("0 %", ""),
    "part_fine": ("0.0 %", ""),
    "etp": ("#,##0.0", "ETP"),
    "etp_1000hab": ("#,##0.0", "ETP pour 1 000 hab."),
    "habitants": ("#,##0", "habitants"),
    "communes": ("#,##0", "communes"),
    "nombre": ("#,##0", ""),
    "valeur": (BRUT, ""),
    "quantite": ("#,##0.##", ""),
    "note": ("0.0", ""),
    "coefficient": ("0.000", ""),
    "distance": ("0.00", ""),
    "rang": ("0", ""),
    "texte": ("@", ""),
}
LIBELLES_STATUTS = {"constate": "constaté", "declare": "déclaré", "estime": "estimé", "hypothese": "hypothèse",
                    "mixte": "mixte"}
BLEU, BLEU_PALE, GRIS = "#0B3C5D", "#E8EEF3", "#5B6470"


def classeur(titre: str, tableaux: Sequence[Mapping[str, Any]]) -> bytes:
    """Octets du classeur.

    Parameters
    ----------
    titre : str
        Première ligne du sommaire (territoire et étapes).
    tableaux : sequence of Mapping
        Tableaux de ``resultats.json``, chacun avec son ``id``.
    """
    tampon = io.BytesIO()
    document = xlsxwriter.Workbook(tampon, OPTIONS)
    document.set_properties({"title": titre, "author": "mutunb", "created": CREATION})
    styles = Styles(document)
    sommaire = document.add_worksheet(SOMMAIRE)
    noms = noms_de_feuille(tableau["titre"] for tableau in tableaux)
    _sommaire(sommaire, titre, tableaux, noms, styles)
    for nom, tableau in zip(noms, tableaux, strict=True):
        _feuille(document.add_worksheet(nom), tableau, styles)
    document.close()
    return tampon.getvalue()


def noms_de_feuille(titres: Iterable[str]) -> list[str]:
    """Nom de feuille de chaque tableau : son titre, en 31 caractères au plus, unique sans égard à la casse.

    Examples
    --------
    >>> noms_de_feuille(["Communes par taille", "Communes par taille"])
    ['Communes par taille', 'Communes par taille 2']
    """
    noms: list[str] = []
    pris = {SOMMAIRE.casefold(), "history", "historique"}  # noms réservés par le tableur
    for titre in titres:
        base = " ".join(re.sub(r"[\[\]:*?/\\]", " ", titre.replace("'", "’")).split()) or "Tableau"
        nom, rang = _abreger(base, LONGUEUR_NOM), 1
        while nom.casefold() in pris:
            rang += 1
            suffixe = f" {rang}"
            nom = _abreger(base, LONGUEUR_NOM - len(suffixe)) + suffixe
        pris.add(nom.casefold())
        noms.append(nom)
    return noms


def _abreger(titre: str, longueur: int) -> str:
    """Titre coupé entre deux mots, points de suspension compris."""
    if len(titre) <= longueur:
        return titre
    coupe = titre[: longueur - 1]
    entre_deux_mots = coupe.rpartition(" ")[0]
    return (entre_deux_mots or coupe).rstrip(" ,;") + "…"


class Styles:
    """Formats de cellule, créés une fois par classeur."""

    def __init__(self, document: Workbook):
        self._document = document
        self._formats: dict[tuple[str, bool], Format] = {}
        self.titre = document.add_format({"bold": True, "font_size": 14, "font_color": BLEU})
        self.mention = document.add_format({"font_color": GRIS, "italic": True})
        self.entete = document.add_format(
            {"bold": True, "font_color": "#FFFFFF", "bg_color": BLEU, "text_wrap": True, "valign": "vcenter", "border": 1,
             "border_color": "#FFFFFF"}
        )
        self.lien = document.add_format({"font_color": BLEU, "underline": 1})
        self.texte = document.add_format({"text_wrap": True, "valign": "top"})

    def cellule(self, unite: str, total: bool, absent: bool = False) -> Format:
        """Format d'une valeur de cette unité ; gras et filet haut pour un total."""
        cle = ("absent" if absent else unite, total)
        if cle not in self._formats:
            motif = UNITES.get(unite, (BRUT, ""))[0]
            reglages: dict[str, Any] = {"num_format": motif if motif in ("@", BRUT) else FRANCAIS + motif}
            if absent:
                reglages = {"num_format": "@", "font_color": GRIS, "italic": True}
            if absent or unite != "texte":
                reglages["align"] = "right"
            if total:
                reglages |= {"bold": True, "top": 1, "bg_color": BLEU_PALE}
            self._formats[cle] = self._document.add_format(reglages)
        return self._formats[cle]


def _sommaire(
    feuille: Worksheet,
    titre: str,
    tableaux: Sequence[Mapping[str, Any]],
    noms: Sequence[str],
    styles: Styles,
) -> None:
    feuille.write_string(0, 0, titre, styles.titre)
    feuille.write_string(1, 0, "« n.d. » : donnée non disponible ; une case n'est jamais mise à zéro faute de donnée. « masqué » : donnée "
                         "connue, cachée parce qu'elle révélerait une personne.",
                         styles.mention)
    for colonne, (libelle, largeur) in enumerate([("Feuille", 34), ("Tableau", 70), ("Périmètre", 44), ("Source", 60)]):
        feuille.set_column(colonne, colonne, largeur)
        feuille.write_string(3, colonne, libelle, styles.entete)
    for rang, (nom, tableau) in enumerate(zip(noms, tableaux, strict=True), start=4):
        feuille.write_url(rang, 0, f"internal:'{nom}'!A1", styles.lien, string=nom)
        for colonne, cle in enumerate(("titre", "perimetre", "source"), start=1):
            feuille.write_string(rang, colonne, tableau[cle], styles.texte)
    feuille.freeze_panes(4, 1)
    _mise_en_page(feuille)


def _feuille(feuille: Worksheet, tableau: Mapping[str, Any], styles: Styles) -> None:
    feuille.write_string(0, 0, tableau["titre"], styles.titre)
    mentions = [f"Périmètre : {tableau['perimetre']}", f"Source : {tableau['source']}", _phrase_statuts(tableau)]
    mentions += [tableau["note"]] if tableau.get("note") else []
    for rang, mention in enumerate(filter(None, mentions), start=1):
        feuille.write_string(rang, 0, mention, styles.mention)
    entete = len(list(filter(None, mentions))) + 2
    for colonne, nom in enumerate(tableau["colonnes"]):
        feuille.write_string(entete, colonne, entete_de(tableau, nom), styles.entete)
        feuille.set_column(colonne, colonne, _largeur(tableau, colonne))
    derniere = len(tableau["lignes"]) - 1
    masques = {tuple(place) for place in tableau.get("masques", ())}
    for rang, ligne in enumerate(tableau["lignes"]):
        total = bool(tableau.get("total")) and rang == derniere
        for colonne, valeur in enumerate(ligne):
            unite = tableau["unites"][tableau["colonnes"][colonne]]
            if (rang, colonne) in masques:
                feuille.write_string(entete + 1 + rang, colonne, formats.MASQUE, styles.cellule(unite, total, absent=True))
            else:
                ecrire_valeur(feuille, entete + 1 + rang, colonne, valeur, unite, total, styles)
    feuille.freeze_panes(entete + 1, 1)
    bas, droite = entete + 1 + max(derniere, 0), max(len(tableau["colonnes"]) - 1, 0)
    feuille.ignore_errors({"number_stored_as_text": f"A1:{xlsxwriter.utility.xl_rowcol_to_cell(bas, droite)}"})
    feuille.repeat_rows(entete)
    _mise_en_page(feuille)


def ecrire_valeur(
    feuille: Worksheet, rang: int, colonne: int, valeur: Any, unite: str, total: bool, styles: Styles
) -> None:
    """Écrit une valeur brute dans une cellule, au format de son unité ; « n.d. » si elle est absente."""
    if valeur is None or valeur == "":
        feuille.write_string(rang, colonne, formats.ABSENT, styles.cellule(unite, total, absent=True))
    elif isinstance(valeur, bool):
        feuille.write_string(rang, colonne, "oui" if valeur else "non", styles.cellule("texte", total))
    elif isinstance(valeur, int | float) and unite != "texte":
        feuille.write_number(rang, colonne, valeur, styles.cellule(unite, total))
    else:
        feuille.write_string(rang, colonne, str(valeur), styles.cellule("texte", total))


def entete_de(tableau: Mapping[str, Any], colonne: str) -> str:
    """En-tête d'une colonne : son libellé, l'unité quand le format ne la dit pas déjà."""
    libelle = tableau["libelles"][colonne]
    mention = UNITES.get(tableau["unites"][colonne], (BRUT, ""))[1]
    return f"{libelle} ({mention})" if mention and mention.casefold() not in libelle.casefold() else libelle


def _phrase_statuts(tableau: Mapping[str, Any]) -> str:
    statuts = tableau.get("statuts") or {}
    if not statuts:
        return ""
    if len(set(statuts.values())) == 1:
        return f"Statut des chiffres : {LIBELLES_STATUTS[next(iter(statuts.values()))]}"
    detail = (f"{tableau['libelles'][colonne]} : {LIBELLES_STATUTS[statut]}" for colonne, statut in statuts.items())
    return f"Statut des chiffres : {' ; '.join(detail)}"


def _largeur(tableau: Mapping[str, Any], colonne: int) -> int:
    """Largeur de colonne : celle de la plus longue valeur, l'en-tête pouvant passer à la ligne."""
    nom = tableau["colonnes"][colonne]
    unite = tableau["unites"][nom]
    textes = (str(l[colonne]) if unite == "texte" else formats.nombre(l[colonne], 1) for l in tableau["lignes"])
    plus_long = max([len(texte) for texte in textes] + [max(map(len, entete_de(tableau, nom).split()), default=0)])
    return min(max(plus_long + 2, LARGEUR_MINIMALE), LARGEUR_MAXIMALE)


def _mise_en_page(feuille: Worksheet) -> None:
    feuille.set_landscape()
    feuille.set_paper(9)  # A4
    feuille.fit_to_pages(1, 0)
    feuille.hide_gridlines(2)
