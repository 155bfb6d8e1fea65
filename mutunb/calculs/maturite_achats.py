"""Où en est la fonction achats, en sept questions que les contrats recueillis suffisent à trancher (usage, niveau B)."""

from __future__ import annotations

import pandas as pd

from mutunb.calculs.contrats import DEJA_EN_COMMUN, Contrats

#: part à partir de laquelle un point est acquis, ou en bonne voie
ACQUIS, EN_VOIE = 0.8, 0.5


def lire_part(part: float) -> str:
    """``acquis`` (80 % et plus), ``en_voie`` (50 % et plus), ``a_construire``, ou ``inconnu`` si la part est absente."""
    if part != part:
        return "inconnu"
    return "acquis" if part >= ACQUIS else "en_voie" if part >= EN_VOIE else "a_construire"


def grille(contrats: Contrats) -> pd.DataFrame:
    """Sept points : ``point``, ``part`` (0 à 1, NaN si inconnue), ``lecture`` (:func:`lire_part`), ``ensuite``.

    Une part se lit toujours dans le même sens : plus elle est grande, plus la fonction est mûre.
    """
    table = contrats.en_cours
    combien = len(table)
    montants = table["montant_eur"]
    en_commun = montants[table["cadre"].isin(DEJA_EN_COMMUN)].sum()
    couverts = montants[table["cadre"].notna()].sum()
    dits = table["reconduction"].notna()
    points = (
        ("Entités qui ont recensé leurs contrats", contrats.acheteurs, contrats.entites,
         "Désigner un référent achats dans chaque entité."),
        ("Contrats dont la fin est connue", table["fin_utile"].notna().sum(), combien,
         "Rechercher les dates dans les actes d'engagement et les courriers."),
        ("Contrats dont le montant annuel est connu", montants.notna().sum(), combien,
         "Relever la dépense mandatée de l'exercice."),
        ("Contrats classés dans un segment", table["segment"].notna().sum(), combien,
         "Adopter une nomenclature commune avant d'additionner."),
        ("Contrats dont le titulaire est connu", table["titulaires"].map(len).gt(0).sum(), combien,
         "Compléter avec le fichier des tiers."),
        ("Contrats sans reconduction tacite", (dits & table["reconduction"].ne("tacite")).sum(), dits.sum(),
         "Inscrire les dates de dénonciation au calendrier commun."),
        ("Dépense passée par un cadre commun", en_commun, couverts,
         "Commencer par un groupement sur deux segments simples."),
    )  # fmt: skip
    # au centième : une part exacte laisserait retrouver les montants qu'elle rapporte
    lignes = [(p, round(float(n) / float(t), 2) if t else float("nan"), s) for p, n, t, s in points]
    lus = pd.DataFrame(lignes, columns=["point", "part", "ensuite"])
    lus.insert(2, "lecture", lus["part"].map(lire_part))
    return lus
