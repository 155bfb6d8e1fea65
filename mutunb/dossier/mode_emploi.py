"""La première feuille du classeur de collecte : à qui il s'adresse, comment le remplir, ce qu'on attend de chaque feuille."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from mutunb.dossier.questionnaire import Feuille
from mutunb.dossier.styles_collecte import Styles
from mutunb.formats import date, pluriel
from mutunb.territoires import Territoire

FEUILLE_MODE_EMPLOI = "Mode d'emploi"
TITRE = "Questionnaire de mutualisation"
CONSIGNES = (
    ("Qui répond", "La direction ou le secrétariat de chaque entité. Dans « Appétence », l'élu (maire, ou président de "
     "l'EPCI) et la direction répondent chacun sur leurs lignes, séparément."),
    ("Comment", "Une ligne par élément décrit, sous la ligne d'exemple. Les colonnes marquées * sont indispensables ; "
     "les autres aident. Les cellules bleutées sont déjà remplies : corrigez-les si besoin. N'ajoutez pas de colonne "
     "et ne renommez pas les feuilles."),
    ("Vide n'est pas zéro", "Laissez vide ce que vous ne savez pas. Écrivez 0 seulement quand la quantité est nulle. "
     "Une valeur approchée est utile : dites-le dans la colonne Source."),
    ("Aucun nom d'agent", "Un poste se désigne par un repère (P01, P02…), toujours le même. N'écrivez le nom d'aucun "
     "agent, nulle part."),
    ("Ce qui en est fait", "Les lignes par poste ne sortent jamais de l'étude. Les livrables diffusés masquent les cases "
     "qui révéleraient une personne."),
    ("L'exemple", "La ligne en italique marquée « exemple » montre une réponse fictive ; elle n'est pas lue."),
    ("Renvoi", "Enregistrez le fichier au format .xlsx sous un nom qui contient celui de votre entité, puis renvoyez-le."),
)
#: seulement dans un classeur envoyé à toutes les entités
CLASSEUR_COMMUN = (
    "Un classeur commun", "Chaque entité remplit sa propre copie et la renvoie au seul contact ci-dessous. Ne faites pas suivre "
    "une copie remplie à une autre entité : elle y lirait vos réponses."
)
A_COMPLETER = "à compléter"
_ENTETES = (("Feuille", 30), ("Une ligne décrit", 60), ("Qui la remplit", 22), ("État à l'envoi", 26))
_DESTINATAIRES = {("epci",): "l'EPCI", ("commune",): "les communes"}


@dataclass(frozen=True)
class Retour:
    """Jusqu'à quand et à qui renvoyer le classeur ; « à compléter » si le dossier ne le dit pas encore."""

    date_limite: datetime.date | None = None
    contact: str = ""

    @property
    def consignes(self) -> tuple[tuple[str, str], ...]:
        """Les deux lignes du mode d'emploi."""
        limite = date(self.date_limite) if self.date_limite else A_COMPLETER
        return (("À renvoyer avant le", limite), ("Contact", self.contact.strip() or A_COMPLETER))


def ecrire_mode_emploi(
    document: Workbook,
    styles: Styles,
    territoire: Territoire,
    titre: str,
    feuilles: Sequence[Feuille],
    etats: Mapping[str, int],
    consignes: Sequence[tuple[str, str]] = CONSIGNES,
    reprend_le_public: bool = True,
) -> None:
    """Écrit la feuille « Mode d'emploi ».

    ``reprend_le_public`` : faux si aucune donnée publique n'est écrite d'avance dans le classeur.

    ``etats`` : nombre de lignes pré-remplies de chaque feuille. Une consigne « à compléter » reste ouverte à la saisie.
    """
    onglet = document.add_worksheet(FEUILLE_MODE_EMPLOI)
    for colonne, (_, largeur) in enumerate(_ENTETES):
        onglet.set_column(colonne, colonne, largeur)
    onglet.write_string(0, 0, titre, styles.titre)
    reprises = f" Données publiques reprises : {territoire.millesime}." if reprend_le_public else ""
    onglet.write_string(1, 0, f"Territoire : {territoire.nom} ({territoire.siren}).{reprises}", styles.marque)
    for rang, (sujet, consigne) in enumerate(consignes, start=3):
        style = styles.a_completer if consigne == A_COMPLETER else styles.texte
        onglet.write_string(rang, 0, sujet, styles.soustitre)
        onglet.merge_range(rang, 1, rang, len(_ENTETES) - 1, consigne, style)
        onglet.set_row(rang, 32)
    _ecrire_sommaire(onglet, 4 + len(consignes), feuilles, etats, styles)
    onglet.protect()
    onglet.hide_gridlines(2)
    onglet.set_landscape()
    onglet.set_paper(9)  # A4
    onglet.fit_to_pages(1, 0)


def _ecrire_sommaire(
    onglet: Worksheet, rang_entete: int, feuilles: Sequence[Feuille], etats: Mapping[str, int], styles: Styles
) -> None:
    """Une ligne par feuille : ce qu'elle décrit, qui la remplit, ce qui y est déjà."""
    for colonne, (libelle, _) in enumerate(_ENTETES):
        onglet.write_string(rang_entete, colonne, libelle, styles.entete())
    for rang, feuille in enumerate(feuilles, start=rang_entete + 1):
        nom = feuille.libelle.replace("'", "''")
        onglet.write_url(rang, 0, f"internal:'{nom}'!A1", styles.lien, string=feuille.libelle)
        onglet.write_string(rang, 1, feuille.grain, styles.texte)
        onglet.write_string(rang, 2, _DESTINATAIRES.get(feuille.destinataires, "toutes les entités"), styles.texte)
        onglet.write_string(rang, 3, _etat(etats[feuille.nom]), styles.texte)


def _etat(lignes: int) -> str:
    if not lignes:
        return "à remplir"
    return f"{pluriel(lignes, 'ligne préparée', 'lignes préparées')} à compléter"
