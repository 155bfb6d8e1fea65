"""Contrôles de saisie, valables pour plusieurs feuilles : doublons, exercices mêlés, zéros suspects."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Examen, Releve, controle, enumerer, libelle_champ
from mutunb.dossier.fusion import montrer
from mutunb.dossier.questionnaire import questionnaire


@controle
def doublons(examen: Examen) -> Iterator[Releve]:
    """Lignes qui portent la même clé dans une feuille."""
    for nom in examen.controle.feuilles:
        feuille, table = questionnaire().feuille(nom), examen.table(nom)
        cle = list(feuille.cle)
        repetees = table[table.duplicated(cle, keep=False) & table[cle].notna().any(axis=1)]
        for valeurs, lignes in repetees.groupby(cle, sort=False, dropna=False):
            textes = {
                "lignes": formats.pluriel(len(lignes), "ligne"),
                "cle": enumerer(
                    montrer(valeur, feuille.champ(champ))
                    for champ, valeur in zip(cle, valeurs, strict=True)
                    if not pd.isna(valeur)
                ),
            }
            yield Releve(nom, tuple(lignes.index), feuille.cle, textes)


@controle
def exercices_melanges(examen: Examen) -> Iterator[Releve]:
    """Lignes d'un autre exercice que celui de la plupart des lignes de leur feuille (le plus récent à égalité)."""
    for feuille in examen.controle.feuilles:
        exercices = examen.table(feuille)["exercice"].dropna()
        if exercices.nunique() < 2:
            continue
        retenu = exercices.mode().max()
        for exercice, lignes in exercices[exercices != retenu].groupby(exercices, sort=True):
            textes = {
                "exercice": f"{exercice:.0f}",
                "lignes": formats.pluriel(len(lignes), "ligne"),
                "retenu": f"{retenu:.0f}",
            }
            yield Releve(feuille, tuple(lignes.index), ("exercice",), textes)


@controle
def zero_suspect(examen: Examen) -> Iterator[Releve]:
    """Zéros d'une colonne où les autres lignes ont des valeurs : une absence a pu être saisie comme un zéro."""
    for vise in examen.controle.champs:
        feuille, champ = vise.split(".")
        table = examen.table(feuille)
        groupes = table["indicateur"].fillna("") if feuille == "activite" else pd.Series(0, index=table.index)
        autres = (table[champ].notna() & (table[champ] != 0)).groupby(groupes).transform("sum")
        suspects = table[(table[champ] == 0) & (autres >= examen.seuil("autres_lignes"))]
        for etiquette in suspects.index:
            siren = table.loc[etiquette].get("siren", table.loc[etiquette].get("porteur_siren"))
            textes = {
                "libelle": libelle_champ(feuille, champ),
                "entite": examen.nom(siren),
                "autres": formats.pluriel(int(autres[etiquette]), "autre ligne", "autres lignes"),
            }
            yield Releve(feuille, (etiquette,), (champ,), textes)
