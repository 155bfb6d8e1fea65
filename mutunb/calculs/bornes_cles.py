"""Planchers et plafonds d'une répartition : les lire, refuser ceux qui ne tiennent pas, redistribuer le solde."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from mutunb.calculs.entrees import dictionnaire
from mutunb.calculs.monnaie import Nombre, centimes, en_euros, positif
from mutunb.erreurs import Constat, ErreurDonnees

Montants = Mapping[str, Nombre] | None


def lire_bornes(propres: Montants, commune: Nombre | None, entites: Sequence[str], retenir: Any) -> dict[str, int]:
    """Bornes en centimes ; celle qui vaut pour toutes et celle d'une entité se combinent par ``retenir``."""
    propres = {} if propres is None else dictionnaire(propres, "les planchers et plafonds", "entité → €")
    lues = {e: centimes(positif(borne, f"la borne de {e}")) for e, borne in propres.items()}
    if commune is not None:
        partagee = centimes(positif(commune, "la borne commune"))
        lues |= {e: retenir(lues.get(e, partagee), partagee) for e in entites}
    return lues


def redistribuer(
    total: int, poids: Mapping[str, Fraction], planchers: Mapping[str, int], plafonds: Mapping[str, int]
) -> dict[str, Fraction]:
    """Quotes-parts exactes (centimes) entre leurs bornes : ``borner(pente × poids)``, de somme ``total``.

    À chaque tour, si les planchers réclament plus que les plafonds ne rendent, la pente ne peut que baisser : les parts
    au plancher y restent. Sinon, ce sont les parts au plafond qui y restent.
    """
    figees = {e: Fraction(planchers.get(e, 0)) for e, p in poids.items() if not p}
    while libres := {e: p for e, p in poids.items() if e not in figees}:
        pente = (total - sum(figees.values())) / sum(libres.values())
        sous = {e: planchers.get(e, 0) - pente * p for e, p in libres.items() if pente * p < planchers.get(e, 0)}
        sur = {e: pente * p - plafonds[e] for e, p in libres.items() if e in plafonds and pente * p > plafonds[e]}
        if not sous and not sur:
            return {e: figees[e] if e in figees else pente * poids[e] for e in poids}
        manque, trop = sum(sous.values()), sum(sur.values())
        figees |= {e: Fraction(planchers[e] if e in planchers else 0) for e in sous if manque >= trop}
        figees |= {e: Fraction(plafonds[e]) for e in sur if trop >= manque}
    if sum(figees.values()) != total:
        raise ErreurDonnees(
            f"Bornes impossibles à tenir : {en_euros(total)} € à répartir, {en_euros(int(sum(figees.values())))} € placés. "
            "Relevez un plafond ou abaissez un plancher."
        )
    return {e: figees[e] for e in poids}


def verifier_bornes(
    total: int, poids: Mapping[str, Nombre], planchers: Mapping[str, int], plafonds: Mapping[str, int]
) -> None:
    """Refuse, tous défauts à la fois, des bornes étrangères, croisées ou intenables face au total (centimes)."""
    constats = [
        Constat(f"borne de {e}", "une entité sans poids", "une entité du partage", "Retirez-la, ou donnez son poids.")
        for e in dict.fromkeys([*planchers, *plafonds])
        if e not in poids
    ]
    constats += [
        Constat(f"bornes de {e}", f"{en_euros(planchers[e])} à {en_euros(plafonds[e])} €", "un plancher sous le plafond", "Corrigez.")
        for e in planchers
        if e in plafonds and planchers[e] > plafonds[e]
    ]
    if not any(poids.values()) and sum(planchers.values()) != total:
        raise ErreurDonnees("Répartition impossible : la somme des poids est nulle. Choisissez une autre clé.")
    if (somme := sum(planchers.values())) > total:
        constats.append(
            Constat("planchers", f"{en_euros(somme)} €", f"au plus {en_euros(total)} €", "Abaissez un plancher ou le minimum.")
        )
    if set(poids) <= set(plafonds) and (somme := sum(plafonds[e] for e in poids)) < total:
        constats.append(
            Constat("plafonds", f"{en_euros(somme)} €", f"au moins {en_euros(total)} €", "Relevez un plafond.")
        )
    if constats:
        raise ErreurDonnees.de_constats("Bornes impossibles à tenir", constats)
