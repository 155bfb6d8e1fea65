"""Clés de répartition : du coût d'un service à la part de chacun, au centime, bornes tenues ou refusées.

Une clé est un poids par entité (habitants, unités d'œuvre, ETP d'origine, euros…) ; elle dit comment se partage un
total, jamais combien coûte le service. Tout se calcule en fractions exactes ; l'arrondi au centime (plus fort reste,
:mod:`mutunb.calculs.repartition`) vient une seule fois, à la fin, et la somme des parts est exactement le total.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import pandas as pd

from mutunb.calculs.bornes_cles import Montants, lire_bornes, redistribuer, verifier_bornes
from mutunb.calculs.entrees import dictionnaire, nombre_ou_absent
from mutunb.calculs.monnaie import Nombre, au_centime, centimes, en_euros, exact, positif
from mutunb.calculs.repartition import cle_mixte, repartir
from mutunb.calculs.tarifs import Bareme
from mutunb.erreurs import ErreurDonnees

#: code d'une clé → libellé ; les codes sont ceux des décisions (:mod:`mutunb.dossier.decisions`)
CLES: Mapping[str, str] = MappingProxyType(
    {
        "population": "Population",
        "unites": "Unités d'œuvre",
        "etp_origine": "ETP d'origine",
        "depense": "Dépense de fonctionnement",
        "potentiel_fiscal": "Potentiel fiscal",
        "mixte": "Mixte",
        "fixe_variable": "Part fixe et usage",
    }
)


def partager(
    total_eur: Nombre,
    poids: Mapping[str, Nombre],
    planchers_eur: Montants = None,
    plafonds_eur: Montants = None,
    minimum_eur: Nombre | None = None,
    maximum_eur: Nombre | None = None,
    minimum_pour_tous: bool = False,
) -> dict[str, Decimal]:
    """Part de chaque entité (€, au centime) dont la somme est exactement le total, bornes tenues.

    Parameters
    ----------
    total_eur : Nombre
        Coût à répartir (€), arrondi au centime ; négatif pour un remboursement (sans bornes).
    poids : Mapping
        Entité → poids positif ou nul : population, unités d'œuvre, ETP d'origine, potentiel fiscal, dépense…
    planchers_eur, plafonds_eur : Mapping, optional
        Entité → part minimale, maximale (€) ; les autres entités sont libres.
    minimum_eur, maximum_eur : Nombre, optional
        Même plancher, même plafond pour toutes. Le minimum ne s'applique qu'aux entités de poids non nul, sauf
        ``minimum_pour_tous``.

    Returns
    -------
    dict
        Entité → ``Decimal``, dans l'ordre reçu. Une entité de poids nul paie zéro, sauf plancher à son nom.

    Raises
    ------
    ErreurDonnees
        Poids absents, négatifs ou tous nuls ; total des planchers au-dessus du coût, ou des plafonds au-dessous.

    Notes
    -----
    Redistribution itérée : une part hors de ses bornes y est ramenée, le solde se répartit sur les entités libres au
    prorata des poids, jusqu'à ce que plus rien ne bouge (point fixe calculé exactement).

    Examples
    --------
    >>> partager(100, {"A": 1, "B": 1, "C": 1})
    {'A': Decimal('33.34'), 'B': Decimal('33.33'), 'C': Decimal('33.33')}
    >>> partager(1000, {"A": 80, "B": 15, "C": 5, "D": 0}, minimum_eur=100, plafonds_eur={"A": 700})
    {'A': Decimal('700.00'), 'B': Decimal('200.00'), 'C': Decimal('100.00'), 'D': Decimal('0.00')}
    """
    total, poids = centimes(total_eur), dictionnaire(poids, "les poids", "entité → poids")
    if planchers_eur is plafonds_eur is minimum_eur is maximum_eur is None:
        return _en_euros(repartir(total, poids))
    if total < 0:
        raise ErreurDonnees(f"Total {total_eur} € : les bornes ne s'appliquent qu'à un coût positif. Retirez-les.")
    concernees = [e for e, p in poids.items() if minimum_pour_tous or exact(p, f"le poids de {e}") > 0]
    planchers = lire_bornes(planchers_eur, minimum_eur, concernees, max)
    plafonds = lire_bornes(plafonds_eur, maximum_eur, list(poids), min)
    exacts = {e: positif(p, f"le poids de {e}") for e, p in poids.items()}
    verifier_bornes(total, exacts, planchers, plafonds)
    quotes = redistribuer(total, exacts, planchers, plafonds)
    return _en_euros(repartir(total, quotes) if total else dict.fromkeys(quotes, 0))


def partager_mixte(
    total_eur: Nombre, cles: Mapping[str, Mapping[str, Nombre]], ponderations: Mapping[str, Nombre], **bornes: Any
) -> dict[str, Decimal]:
    """Parts (€) d'une clé mixte : chaque clé compte pour sa pondération (0,6 et 0,4, ou 60 et 40).

    Parameters
    ----------
    cles : Mapping
        Nom de la clé → poids par entité ; les mêmes entités partout.
    ponderations : Mapping
        Nom de la clé → pondération positive ; une clé de pondération nulle n'est pas lue.
    **bornes
        Celles de :func:`partager`.

    Examples
    --------
    >>> partager_mixte(1000, {"population": {"A": 900, "B": 100}, "actes": {"A": 1, "B": 1}}, {"population": 1, "actes": 1})
    {'A': Decimal('700.00'), 'B': Decimal('300.00')}
    """
    return partager(total_eur, poids_mixtes(cles, ponderations), **bornes)


def poids_mixtes(
    cles: Mapping[str, Mapping[str, Nombre]], ponderations: Mapping[str, Nombre]
) -> dict[str, Fraction]:
    """Poids, de somme 1, d'une clé mixte (:func:`partager_mixte`).

    Examples
    --------
    >>> poids_mixtes({"p": {"A": 3, "B": 1}, "q": {"A": 1, "B": 1}}, {"p": 1, "q": 0})
    {'A': Fraction(3, 4), 'B': Fraction(1, 4)}
    """
    cles, ponderations = dictionnaire(cles, "les clés", "clé → poids"), dictionnaire(ponderations, "les pondérations")
    utiles = {nom for nom, ponderation in ponderations.items() if exact(ponderation, f"la pondération de {nom}") != 0}
    lues = {nom: poids for nom, poids in cles.items() if nom in utiles or nom not in ponderations}
    return cle_mixte(lues, {nom: ponderations[nom] for nom in ponderations if nom in utiles})


def partager_fixe_variable(
    total_eur: Nombre,
    usage: Mapping[str, Nombre],
    part_fixe: Nombre | None = None,
    fixe_eur: Nombre | None = None,
    **bornes: Any,
) -> dict[str, Decimal]:
    """Parts (€) d'un accès forfaitaire égal pour tous, plus une part selon l'usage.

    Parameters
    ----------
    usage : Mapping
        Entité → unités ; zéro unité paie la seule part fixe.
    part_fixe : Nombre, optional
        Part du total (0 à 1) partagée également entre toutes les entités.
    fixe_eur : Nombre, optional
        À la place : forfait par entité (€).

    Raises
    ------
    ErreurDonnees
        Ni l'un ni l'autre, ou les deux ; part hors de 0–1 ; forfaits au-dessus du coût.

    Examples
    --------
    >>> partager_fixe_variable(1000, {"A": 3, "B": 1, "C": 0}, part_fixe="0.3")
    {'A': Decimal('625.00'), 'B': Decimal('275.00'), 'C': Decimal('100.00')}
    >>> partager_fixe_variable(1000, {"A": 3, "B": 1, "C": 0}, fixe_eur=100)
    {'A': Decimal('625.00'), 'B': Decimal('275.00'), 'C': Decimal('100.00')}
    """
    return partager(total_eur, poids_fixe_variable(usage, part_fixe, fixe_eur, total_eur), **bornes)


def poids_fixe_variable(
    usage: Mapping[str, Nombre],
    part_fixe: Nombre | None = None,
    fixe_eur: Nombre | None = None,
    total_eur: Nombre | None = None,
) -> dict[str, Fraction]:
    """Poids, de somme 1, de :func:`partager_fixe_variable`.

    Examples
    --------
    >>> poids_fixe_variable({"A": 3, "B": 1}, part_fixe="0.2")
    {'A': Fraction(7, 10), 'B': Fraction(3, 10)}
    """
    usage = dictionnaire(usage, "l'usage", "entité → unités")
    if not usage or (part_fixe is None) == (fixe_eur is None):
        raise ErreurDonnees("Clé à part fixe : donnez au moins une entité, et soit « part_fixe », soit « fixe_eur ».")
    if part_fixe is not None:
        fixe = exact(part_fixe, "la part fixe")
    else:
        fixe = positif(fixe_eur, "le forfait") * len(usage) / positif(total_eur, "le total", strict=True)
    if not 0 <= fixe <= 1:
        attendu = "une part de 0 à 1" if part_fixe is not None else f"un total de forfaits d'au plus {total_eur} €"
        raise ErreurDonnees(f"Part fixe : trouvé {float(fixe):g} fois le coût ; attendu {attendu}. Corrigez-la.")
    egale: dict[str, Nombre] = dict.fromkeys(usage, 1)
    return poids_mixtes({"fixe": egale, "usage": usage}, {"fixe": fixe, "usage": 1 - fixe})


def partager_bareme(
    total_eur: Nombre, volumes: Mapping[str, Nombre], bareme: Bareme | Mapping[str, Any], **bornes: Any
) -> dict[str, Decimal]:
    """Parts (€) proportionnelles à ce que le barème ferait payer à chacun, ramenées au coût total.

    Parameters
    ----------
    volumes : Mapping
        Entité → quantité ; zéro paie zéro.
    bareme : Bareme or Mapping
        Barème à tranches (:class:`mutunb.calculs.tarifs.Bareme`) ou ses arguments.

    Examples
    --------
    >>> tranches = [{"de": 1, "a": 10, "coefficient": 1}, {"de": 11, "a": None, "coefficient": "0.5"}]
    >>> partager_bareme(300, {"A": 20, "B": 10}, {"prix_unitaire_eur": 10, "tranches": tranches, "mode": "marginal"})
    {'A': Decimal('180.00'), 'B': Decimal('120.00')}
    """
    lu, volumes = _bareme(bareme), dictionnaire(volumes, "les volumes", "entité → quantité")
    return partager(total_eur, {e: lu.montant_exact(v) for e, v in volumes.items()}, **bornes)


@dataclass(frozen=True)
class Facturation:
    """Ce qu'un barème facture (€), et ce qu'il laisse au porteur : ``solde_eur`` = coût − facturé (négatif : trop perçu)."""

    montants_eur: Mapping[str, Decimal]
    facture_eur: Decimal
    solde_eur: Decimal


def facturer_bareme(
    volumes: Mapping[str, Nombre], bareme: Bareme | Mapping[str, Any], cout_eur: Nombre
) -> Facturation:
    """Montant facturé à chacun par un barème, et solde face au coût du service (€).

    Examples
    --------
    >>> facturer_bareme({"A": 4, "B": 2}, {"prix_unitaire_eur": 10, "tranches": [{"de": 1, "a": None, "coefficient": 1}]}, 75)
    Facturation(montants_eur={'A': Decimal('40.00'), 'B': Decimal('20.00')}, facture_eur=Decimal('60.00'), solde_eur=Decimal('15.00'))
    """
    lu, volumes = _bareme(bareme), dictionnaire(volumes, "les volumes", "entité → quantité")
    montants = {e: lu.montant(v) for e, v in volumes.items()}
    facture = sum(montants.values(), Decimal("0.00"))
    return Facturation(montants, facture, au_centime(cout_eur) - facture)


def fermer_au_centime(total_eur: Nombre, parts_eur: Mapping[str, Nombre]) -> dict[str, Decimal]:
    """Parts quelconques (négatives admises) arrondies au centime pour que leur somme soit exactement le total (€).

    Sert aux parts qui ne viennent pas d'un poids : Shapley, nucléole, proposition négociée.

    Raises
    ------
    ErreurDonnees
        Parts dont la somme s'écarte du total de plus d'un centime.

    Examples
    --------
    >>> fermer_au_centime(10, {"A": 3.333333, "B": 3.333333, "C": 3.333334})
    {'A': Decimal('3.33'), 'B': Decimal('3.33'), 'C': Decimal('3.34')}
    """
    parts_eur = dictionnaire(parts_eur, "les parts", "entité → €")
    total, exactes = centimes(total_eur), {e: exact(p, f"la part de {e}") * 100 for e, p in parts_eur.items()}
    ecart = sum(exactes.values()) - total
    if abs(ecart) > 1:
        raise ErreurDonnees(f"Parts ouvertes : écart de {float(ecart) / 100:.2f} € avec le total de {total_eur} €.")
    parts = {e: part.numerator // part.denominator for e, part in exactes.items()}
    ordre = sorted(exactes, key=lambda e: (parts[e] - exactes[e], str(e)))
    manque = total - sum(parts.values())
    for e in ordre[:manque] if manque >= 0 else ordre[manque:]:
        parts[e] += 1 if manque > 0 else -1
    return _en_euros(parts)


def comparer_cles(
    total_eur: Nombre,
    cles: Mapping[str, Mapping[str, Nombre]],
    avant_eur: Montants = None,
    populations: Montants = None,
    **bornes: Any,
) -> pd.DataFrame:
    """Ce que chacun paierait sous chaque clé, et ce que cela change pour lui.

    Parameters
    ----------
    cles : Mapping
        Nom de la clé → poids par entité.
    avant_eur : Mapping, optional
        Coût actuel de chaque entité (€/an) ; absent = inconnu, l'écart l'est aussi.
    populations : Mapping, optional
        Habitants, pour l'écart par habitant.

    Returns
    -------
    DataFrame
        ``cle, entite, part_eur, avant_eur, ecart_eur`` (après − avant), ``ecart_eur_hab`` et ``sens`` (``gagne`` : paie
        moins, ``perd`` : paie plus, ``inchange``, ou ``None`` si l'avant est inconnu).

    Examples
    --------
    >>> table = comparer_cles(100, {"population": {"A": 3, "B": 1}}, {"A": 90, "B": 20}, {"A": 30, "B": 10})
    >>> table[["entite", "part_eur", "ecart_eur", "sens"]].values.tolist()
    [['A', 75.0, -15.0, 'gagne'], ['B', 25.0, 5.0, 'perd']]
    """
    avant_eur, populations = (None if t is None else dictionnaire(t, "l'avant ou les populations") for t in (avant_eur, populations))
    lignes = [
        {"cle": cle, "entite": e, "part_eur": float(part), "avant_eur": _lu(avant_eur, e), "population": _lu(populations, e)}
        for cle, poids in dictionnaire(cles, "les clés", "clé → poids").items()
        for e, part in partager(total_eur, poids, **bornes).items()
    ]
    if negatives := sorted({str(li["entite"]) for li in lignes if li["population"] < 0}):
        raise ErreurDonnees(f"Population négative : {', '.join(negatives)}. Corrigez-la, ou retirez-la si elle est inconnue.")
    colonnes = ["cle", "entite", "part_eur", "avant_eur", "population"]
    table = pd.DataFrame(lignes, columns=colonnes)
    table["ecart_eur"] = table["part_eur"] - table["avant_eur"]
    table["ecart_eur_hab"] = table["ecart_eur"] / table["population"].where(table["population"] > 0)
    table["sens"] = table["ecart_eur"].map(sens)
    return table.drop(columns="population")


def sens(ecart_eur: float) -> str | None:
    """``gagne`` (paie moins), ``perd`` (paie plus), ``inchange`` (au centime), ``None`` si l'écart est inconnu.

    Examples
    --------
    >>> sens(-0.02), sens(0.004), sens(float("nan"))
    ('gagne', 'inchange', None)
    """
    if pd.isna(ecart_eur):
        return None
    return "inchange" if round(abs(ecart_eur), 6) < 0.01 else "perd" if ecart_eur > 0 else "gagne"


def _lu(montants: Montants, entite: str) -> float:
    return nombre_ou_absent((montants or {}).get(entite), f"{entite}, l'avant ou la population")


def _en_euros(parts: Mapping[str, int]) -> dict[str, Decimal]:
    return {e: en_euros(part) for e, part in parts.items()}


def _bareme(bareme: Bareme | Mapping[str, Any]) -> Bareme:
    if isinstance(bareme, Bareme):
        return bareme
    lu = dictionnaire(bareme, "le barème", "{prix_unitaire_eur, tranches}")
    try:
        return Bareme(**lu)
    except (TypeError, ArithmeticError) as cause:
        attendus = "prix_unitaire_eur, tranches (de, a, coefficient), et au besoin les autres arguments de Bareme"
        raise ErreurDonnees(f"Barème : trouvé {', '.join(map(str, lu)) or 'rien'} ; attendu {attendus}.") from cause
