"""Contrôler une table de tarifs publiée : ce qui est conforme, décalé d'un rang, resté à un ancien prix, inexpliqué."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Literal

from mutunb import formats
from mutunb.calculs.monnaie import Nombre, en_decimal, exact
from mutunb.calculs.tarifs import Bareme

#: décalages cherchés, en rangs
DECALAGES = (1, -1, 2, -2)


@dataclass(frozen=True)
class Anomalie:
    """Lignes d'une table publiée qui ne suivent pas le barème, et l'explication calculée (jamais une certitude).

    Attributes
    ----------
    genre : str
        ``decalage``, ``ancien_prix`` ou ``inexpliquee``.
    lignes : tuple of int
        Quantités concernées.
    constat : str
        La phrase à montrer.
    """

    genre: Literal["decalage", "ancien_prix", "inexpliquee"]
    lignes: tuple[int, ...]
    constat: str


@dataclass(frozen=True)
class ComparaisonTable:
    """Table publiée face au barème.

    Attributes
    ----------
    conformes : tuple of int
        Quantités dont le montant publié est celui du barème, à la tolérance près.
    ecarts_eur : dict
        Quantité non conforme → montant publié moins montant calculé (€).
    anomalies : tuple of Anomalie
        Les quantités non conformes, regroupées par explication.
    """

    conformes: tuple[int, ...]
    ecarts_eur: dict[int, Decimal]
    anomalies: tuple[Anomalie, ...]


def comparer_table(
    publiee: Mapping[int, Nombre],
    bareme: Bareme,
    anciens_prix_eur: Sequence[Nombre] = (),
    tolerance_eur: Nombre = "0.015",
    tolerance_ancien_prix_eur: Nombre = "0.05",
) -> ComparaisonTable:
    """Compare une table publiée au barème et cherche l'explication de chaque écart.

    Parameters
    ----------
    publiee : Mapping
        Quantité → montant publié (€).
    bareme : Bareme
        Le tarif annoncé.
    anciens_prix_eur : sequence
        Prix unitaires antérieurs connus (€).
    tolerance_eur, tolerance_ancien_prix_eur : Nombre
        Écart admis pour un montant conforme ou décalé, et pour un montant à l'ancien prix (€).

    Examples
    --------
    >>> bareme = Bareme(10, [{"de": 1, "a": None, "coefficient": 1}])
    >>> bilan = comparer_table({1: 10, 2: 20, 3: 20, 4: 30, 5: 45}, bareme, anciens_prix_eur=[9])
    >>> bilan.conformes
    (1, 2)
    >>> [(anomalie.genre, anomalie.lignes) for anomalie in bilan.anomalies]
    [('decalage', (3, 4)), ('ancien_prix', (5,))]
    """
    tolerance = exact(tolerance_eur)
    ecarts = {n: en_decimal(exact(publie) - exact(bareme.montant(n))) for n, publie in sorted(publiee.items())}
    fautifs = {n: ecart for n, ecart in ecarts.items() if abs(exact(ecart)) > tolerance}
    causes = {n: _cause(n, publiee, bareme, anciens_prix_eur, tolerance, exact(tolerance_ancien_prix_eur)) for n in fautifs}
    anomalies = []
    for (genre, precision), groupe in groupby(causes, key=causes.__getitem__):
        lignes = tuple(groupe)
        anomalies.append(Anomalie(genre, lignes, _phrase(genre, precision, lignes, publiee)))
    return ComparaisonTable(tuple(n for n in ecarts if n not in fautifs), fautifs, tuple(anomalies))


def _cause(n, publiee, bareme, anciens, tolerance, tolerance_ancien) -> tuple[str, Nombre | None]:
    publie = exact(publiee[n])
    for rangs in DECALAGES:
        if n - rangs >= 1 and abs(publie - exact(bareme.montant(n - rangs))) <= tolerance:
            return "decalage", rangs
    for prix in anciens:
        ancien = replace(bareme, prix_unitaire_eur=prix)
        if abs(publie - exact(ancien.montant(n))) <= tolerance_ancien:
            return "ancien_prix", prix
    return "inexpliquee", None


def _phrase(genre: str, precision: Nombre | None, lignes: Iterable[int], publiee: Mapping[int, Nombre]) -> str:
    quelles = formats.liste([str(n) for n in lignes])
    if genre == "decalage":
        rangs = int(precision or 0)
        mot = formats.pluriel(abs(rangs), "rang")
        sens = "moins" if rangs > 0 else "plus"
        return f"Quantité {quelles} : montant décalé de {mot}, celui d'une quantité de {abs(rangs)} de {sens}."
    montants = formats.liste([formats.euros_exacts(publiee[n], 2) for n in lignes])
    if genre == "ancien_prix":
        prix = formats.euros_exacts(precision, 2)
        return f"Quantité {quelles} : {montants}, à quelques centimes près le montant à l'ancien prix de {prix} (explication plausible)."
    return f"Quantité {quelles} : {montants}, aucune explication trouvée."
