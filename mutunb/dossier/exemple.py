"""Le territoire fictif livré avec mutunb : ses réponses, mises en classeurs comme une mairie les renverrait.

Les sources sont des CSV lisibles dans ``data/exemples`` : ``questionnaire/`` (les réponses de l'EPCI et de ses communes,
une feuille par fichier, noms de champs en tête), ``classeur_defectueux/`` (ce qu'une commune a tapé, tel quel) et ``suivi/``
(trois exercices des services mutualisés, une feuille par fichier, l'exercice en première colonne).

``python -m mutunb.dossier.exemple`` récrit les classeurs livrés ; avec ``--vers``, il les installe dans un dossier client.
"""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping
from pathlib import Path

import click
import xlsxwriter

from mutunb import chemins, territoires
from mutunb.chemins import ecrire
from mutunb.dossier import decisions
from mutunb.dossier.classeur_collecte import CREATION, OPTIONS, Envoi, classeur
from mutunb.dossier.creation_suivi import mettre_en_classeur
from mutunb.dossier.fichiers_client import DOSSIER_SUIVI, RECUS
from mutunb.dossier.modele_suivi import modele_suivi
from mutunb.dossier.questionnaire import NOMBRES, Champ, Feuille, questionnaire
from mutunb.dossier.reglages import NOM_FICHIER

SIREN = "999999998"
REPONSES, DEFECTUEUX, SUIVI = "questionnaire", "classeur_defectueux", "suivi"
#: exercices suivis : le service ouvre le 1er janvier du premier ; le dernier est arrêté au 30 septembre
EXERCICES = (2028, 2029, 2030)
CLASSEUR_COMMUN, CLASSEUR_DEFECTUEUX = "collecte_commune.xlsx", "retour_la_ferrolle.xlsx"
SEPARATEUR = ";"


def fabriquer(vers: Path) -> list[Path]:
    """Écrit le dossier client du territoire fictif dans ``vers`` et rend les chemins des fichiers écrits."""
    territoire = territoires.ouvrir(SIREN)
    reglages = f'# Territoire fictif, livré avec mutunb.\nsiren: "{SIREN}"\nnom: "{territoire.nom}"\ndate_t0: 2025-12-31\n'
    lignes = {feuille.nom: lire_reponses_exemple(feuille) for feuille in questionnaire().feuilles}
    envoi = Envoi(CLASSEUR_COMMUN, territoire.nom, questionnaire().feuilles, lignes)
    return [
        ecrire(vers / NOM_FICHIER, reglages),
        ecrire(vers / decisions.NOM_FICHIER, (chemins.exemples() / SIREN / decisions.NOM_FICHIER).read_text("utf-8")),
        ecrire(vers / RECUS / CLASSEUR_COMMUN, classeur(territoire, envoi)),
        ecrire(vers / RECUS / CLASSEUR_DEFECTUEUX, classeur_defectueux()),
        *(ecrire(vers / DOSSIER_SUIVI / f"suivi-{annee}.xlsx", classeur_suivi(annee)) for annee in EXERCICES),
    ]


def classeur_suivi(annee: int) -> bytes:
    """Classeur de suivi d'un exercice, rempli."""
    lignes = {feuille.nom: lire_suivi_exemple(feuille, annee) for feuille in modele_suivi().feuilles}
    return mettre_en_classeur(territoires.ouvrir(SIREN), annee, lignes)


def lire_suivi_exemple(feuille: Feuille, annee: int) -> list[Mapping[str, object]]:
    """Lignes d'une feuille de suivi pour un exercice, telles qu'on les saisit ; une case vide n'y figure pas."""
    lignes = _lire(chemins.exemples() / SUIVI / f"{feuille.nom}.csv")
    siennes = [ligne for ligne in lignes if ligne["annee"] == str(annee)]
    return [
        {nom: _saisie(feuille.champ(nom), texte) for nom, texte in ligne.items() if texte and nom != "annee"}
        for ligne in siennes
    ]


def lire_reponses_exemple(feuille: Feuille) -> list[Mapping[str, object]]:
    """Réponses d'une feuille, telles qu'on les saisit (une part de 40 % vaut 40) ; une case vide n'y figure pas."""
    lignes = _lire(chemins.exemples() / REPONSES / f"{feuille.nom}.csv")
    return [{nom: _saisie(feuille.champ(nom), texte) for nom, texte in ligne.items() if texte} for ligne in lignes]


def classeur_defectueux() -> bytes:
    """Classeur renvoyé par une commune : dates en texte, « NC », parts au-delà de 100 %, total en bas…"""
    tampon = io.BytesIO()
    document = xlsxwriter.Workbook(tampon, OPTIONS)
    document.set_properties({"title": "Territoire fictif : retour de La Ferrolle", "created": CREATION})
    for feuille in questionnaire().feuilles:
        chemin = chemins.exemples() / DEFECTUEUX / f"{feuille.nom}.csv"
        if chemin.is_file():
            onglet = document.add_worksheet(feuille.libelle)
            for rang, cellules in enumerate(csv.reader(chemin.open(encoding="utf-8", newline=""), delimiter=SEPARATEUR)):
                onglet.write_row(rang, 0, cellules)
    document.close()
    return tampon.getvalue()


def _lire(chemin: Path) -> list[dict[str, str]]:
    with chemin.open(encoding="utf-8", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=SEPARATEUR))


def _saisie(champ: Champ, texte: str) -> object:
    if champ.type in NOMBRES:
        return float(texte)
    return datetime.date.fromisoformat(texte) if champ.type == "date" else texte


@click.command(help="Écrit les classeurs du territoire fictif.")
@click.option("--vers", type=click.Path(path_type=Path), help=f"Dossier à écrire (data/exemples/{SIREN}).")
def principal(vers: Path | None) -> None:
    """Ligne de commande de la fabrique."""
    for chemin in fabriquer(vers or chemins.exemples() / SIREN):
        click.echo(str(chemin))


if __name__ == "__main__":
    principal()
