"""Contrôles des mutualisations existantes : terme, dates, refacturation, barème."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mutunb import formats
from mutunb.dossier.bareme import Decalage, baisses, chercher_decalage, lire_bareme
from mutunb.dossier.examen import Examen, Releve, controle, libelle_fonction, lignes_de


def _textes(examen: Examen, ligne: pd.Series) -> dict[str, str]:
    return {"fonction": libelle_fonction(ligne["fonction"]), "entite": examen.nom(ligne["porteur_siren"])}


@controle
def mutualisation_sans_terme(examen: Examen) -> Iterator[Releve]:
    """Mutualisations par convention dont la date de fin est vide."""
    table = examen.table("mutualisations")
    for ligne in lignes_de(table[table["fin"].isna() & ~table["forme"].isin(examen.controle.exclus)]):
        reference = "sans référence" if pd.isna(ligne["reference"]) else str(ligne["reference"])
        textes = _textes(examen, ligne) | {"reference": reference}
        yield Releve("mutualisations", (ligne.name,), ("fin",), textes)


@controle
def mutualisation_finie_avant_debut(examen: Examen) -> Iterator[Releve]:
    """Mutualisations dont la fin précède la date d'effet."""
    table = examen.table("mutualisations")
    for ligne in lignes_de(table[table["fin"] < table["debut"]]):
        dates = {"debut": formats.date(ligne["debut"].date()), "fin": formats.date(ligne["fin"].date())}
        yield Releve("mutualisations", (ligne.name,), ("debut", "fin"), _textes(examen, ligne) | dates)


@controle
def refacturation_au_dela_du_cout(examen: Examen) -> Iterator[Releve]:
    """Mutualisations refacturées plus qu'elles ne coûtent."""
    table = examen.table("mutualisations")
    limite = (table["cout_annuel_eur"] * (1 + examen.seuil("tolerance"))).round(6)
    for ligne in lignes_de(table[table["prix_eur"] > limite]):
        montants = {
            "prix": formats.euros_exacts(ligne["prix_eur"]),
            "cout": formats.euros_exacts(ligne["cout_annuel_eur"]),
        }
        champs = ("prix_eur", "cout_annuel_eur")
        yield Releve("mutualisations", (ligne.name,), champs, _textes(examen, ligne) | montants)


@controle
def bareme_illisible(examen: Examen) -> Iterator[Releve]:
    """Barèmes qui ne se lisent pas comme une suite de quantités et de montants."""
    for ligne, bareme in _baremes(examen):
        if bareme is None:
            textes = _textes(examen, ligne) | {"bareme": str(ligne["bareme"])}
            yield Releve("mutualisations", (ligne.name,), ("bareme",), textes)


@controle
def tarif_decale_d_un_rang(examen: Examen) -> Iterator[Releve]:
    """Barèmes où une suite de quantités porte le montant de la quantité précédente."""
    for ligne, bareme in _baremes(examen):
        decalage = chercher_decalage(bareme or {}, examen.seuil("tolerance"))
        if decalage is not None:
            textes = _textes(examen, ligne) | {
                "quantites": _quantites(decalage.quantites),
                "prix": _prix(decalage.prix_unitaire_eur),
                "formule": _formule(decalage),
            }
            yield Releve("mutualisations", (ligne.name,), ("bareme",), textes)


@controle
def tarif_non_croissant(examen: Examen) -> Iterator[Releve]:
    """Barèmes dont le montant baisse quand la quantité augmente."""
    for ligne, bareme in _baremes(examen):
        if trouvees := baisses(bareme or {}):
            textes = _textes(examen, ligne) | {"quantites": _quantites(trouvees)}
            yield Releve("mutualisations", (ligne.name,), ("bareme",), textes)


def _baremes(examen: Examen) -> Iterator[tuple[pd.Series, dict[float, float] | None]]:
    for ligne in lignes_de(examen.table("mutualisations").dropna(subset=["bareme"])):
        yield ligne, lire_bareme(str(ligne["bareme"]))


def _prix(prix_eur: float) -> str:
    """Prix unitaire, avec assez de décimales pour refaire le calcul."""
    return formats.euros_exacts(prix_eur, 2 if round(prix_eur * 100, 6).is_integer() else 4)


def _formule(decalage: Decalage) -> str:
    """« 5 = 2 874,40 € ; 6 = 3 449,28 € » : ce que la table devrait porter."""
    attendus = ((quantite, quantite * decalage.prix_unitaire_eur) for quantite in decalage.quantites)
    return " ; ".join(f"{_quantites((quantite,))} = {formats.euros_exacts(montant, 2)}" for quantite, montant in attendus)


def _quantites(quantites: tuple[float, ...]) -> str:
    return formats.liste([f"{quantite:g}".replace(".", ",") for quantite in quantites])
