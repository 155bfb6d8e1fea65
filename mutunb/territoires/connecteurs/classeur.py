"""Trouver un tableau dans un classeur : feuille renommée, lignes de titre au-dessus, colonnes déplacées."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import pandas as pd
from python_calamine import CalamineError, CalamineWorkbook

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import lecture
from mutunb.territoires.connecteurs.lecture import Colonne

#: au-delà, ce n'est plus un en-tête
LIGNES_DE_TITRE = 40


def table_classeur(chemin: Path, colonnes: Sequence[Colonne], quoi: str) -> tuple[pd.DataFrame, list[str]]:
    """Table canonique (cellules en texte) de la feuille qui ressemble le plus, et les en-têtes d'origine.

    L'index est le numéro de ligne dans la feuille. Les lignes vides et les notes sous le tableau sont écartées.
    """
    lignes, rang, feuilles = _meilleure_feuille(chemin, colonnes, quoi)
    entetes = [str(cellule) for cellule in lignes[rang]] if lignes else []
    ou = f"{chemin}, feuilles {', '.join(feuilles)}"
    lecture.exiger(lecture.correspondance(entetes, colonnes), [e for e in entetes if e], colonnes, ou, quoi)
    corps = pd.DataFrame(lignes[rang + 1 :], columns=range(len(entetes)), dtype=object).map(_en_texte)
    corps.columns = entetes
    corps.index = pd.RangeIndex(rang + 2, rang + 2 + len(corps), name="ligne")
    table = lecture.renommer(corps.loc[:, ~corps.columns.duplicated()], colonnes, ou, quoi)
    obligatoires = [colonne.nom for colonne in colonnes if colonne.obligatoire]
    return table[table[obligatoires].ne("").sum(axis=1) > len(obligatoires) // 2], entetes


def _meilleure_feuille(
    chemin: Path, colonnes: Sequence[Colonne], quoi: str
) -> tuple[list[list[object]], int, list[str]]:
    try:
        classeur = CalamineWorkbook.from_filelike(BytesIO(_octets_classeur(chemin, quoi)))
    except (CalamineError, zipfile.BadZipFile) as erreur:
        raise ErreurDonnees(
            f"{chemin} : classeur illisible, tronqué ou d'un autre format. Attendu : {quoi}. "
            "Téléchargez-le de nouveau."
        ) from erreur
    meilleure: tuple[int, list[list[object]], int] = (-1, [], 0)
    for feuille in classeur.sheet_names:
        lignes = classeur.get_sheet_by_name(feuille).to_python(skip_empty_area=False)
        for rang, ligne in enumerate(lignes[:LIGNES_DE_TITRE]):
            reconnues = len(lecture.correspondance(ligne, colonnes))
            if reconnues > meilleure[0]:
                meilleure = (reconnues, lignes, rang)
    return meilleure[1], meilleure[2], classeur.sheet_names


def _octets_classeur(chemin: Path, quoi: str) -> bytes:
    """Le classeur lui-même, tiré de l'archive où l'INSEE le range."""
    contenu = lecture.octets(chemin, quoi)
    if Path(chemin).suffix.casefold() != ".zip":
        return contenu
    with zipfile.ZipFile(BytesIO(contenu)) as archive:
        classeurs = [nom for nom in archive.namelist() if nom.casefold().endswith((".xlsx", ".xls", ".ods"))]
        if len(classeurs) != 1:
            raise ErreurDonnees(f"{chemin} : {len(classeurs)} classeurs dans l'archive, attendu un seul ({quoi}).")
        return archive.read(classeurs[0])


def _en_texte(cellule: object) -> str:
    if isinstance(cellule, float) and cellule.is_integer():
        return str(int(cellule))
    return "" if cellule is None else str(cellule).strip()
