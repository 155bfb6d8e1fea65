"""Indexer un montant d'une année à l'autre, en chaîne : le coefficient d'un trajet est le produit de ceux de ses étapes."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.erreurs import Constat, ErreurDonnees


def coefficient_chaine(indices: Mapping[int, Nombre], depart: int, arrivee: int) -> Fraction:
    """Coefficient de passage d'une année à une autre (sans unité, exact) : produit des évolutions annuelles.

    Parameters
    ----------
    indices : Mapping
        Année → niveau de l'indice (base libre), strictement positif ; toutes les années du trajet sont exigées.
    depart, arrivee : int
        Années ; l'arrivée peut précéder le départ (le coefficient est alors l'inverse).

    Raises
    ------
    ErreurDonnees
        Années du trajet sans indice, indices nuls ou négatifs (tous à la fois). Aucun indice n'est supposé.

    Examples
    --------
    >>> coefficient_chaine({2028: 100, 2029: 102, 2030: "104.04"}, 2028, 2030)
    Fraction(2601, 2500)
    """
    annees = range(min(depart, arrivee), max(depart, arrivee) + 1)
    lus, constats = {}, []
    for annee in annees:
        try:
            lus[annee] = positif(indices.get(annee), f"l'indice de {annee}", strict=True)
        except ErreurDonnees:
            remede = "Donnez l'indice de l'année : un maillon manquant rompt la chaîne."
            constats.append(Constat(f"indice de {annee}", repr(indices.get(annee)), "un nombre strictement positif", remede))
    if constats:
        raise ErreurDonnees.de_constats("Indexation en chaîne", constats)
    coefficient = Fraction(1)
    for avant, apres in zip(annees, annees[1:], strict=False):
        coefficient *= lus[apres] / lus[avant]
    return coefficient if arrivee >= depart else 1 / coefficient


def indexer(montant_eur: Nombre, indices: Mapping[int, Nombre], depart: int, arrivee: int) -> Decimal:
    """Montant de l'année de départ, porté au niveau des prix de l'année d'arrivée (même unité, non arrondi).

    Parameters
    ----------
    montant_eur : Nombre
        Montant ou coût unitaire de l'année de départ.
    indices, depart, arrivee
        Voir :func:`coefficient_chaine`.

    Examples
    --------
    >>> indexer(1_000, {2028: 100, 2029: 102, 2030: 105}, 2028, 2030)
    Decimal('1050')
    """
    return en_decimal(exact(montant_eur, "le montant") * coefficient_chaine(indices, depart, arrivee))


def indexer_natures(
    montants_eur: Mapping[str, Nombre],
    indices: Mapping[str, Mapping[int, Nombre]],
    depart: int,
    arrivee: int,
    indice_defaut: str = "prix",
) -> Decimal:
    """Somme de montants indexés chacun sur l'indice de sa nature (même unité, non arrondi).

    Parameters
    ----------
    montants_eur : Mapping
        Nature (« personnel », « contrats »…) → montant de l'année de départ.
    indices : Mapping
        Nature, ou ``indice_defaut`` → année → niveau de l'indice.

    Examples
    --------
    >>> indices = {"personnel": {2028: 100, 2029: 101}, "prix": {2028: 100, 2029: 103}}
    >>> indexer_natures({"personnel": 800, "contrats": 200}, indices, 2028, 2029)
    Decimal('1014')
    """
    total = Fraction(0)
    for nature, montant in montants_eur.items():
        serie = indices.get(nature, indices.get(indice_defaut, {}))
        total += exact(montant, f"le montant « {nature} »") * coefficient_chaine(serie, depart, arrivee)
    return en_decimal(total)
