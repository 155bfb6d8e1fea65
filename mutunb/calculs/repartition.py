"""Répartir un total entre des entités au centime près : le plus fort reste, en fractions exactes.

La quote-part exacte de chacun est arrondie au centime inférieur ; les centimes qui manquent vont aux plus grands
restes, et à égalité à l'identifiant le plus petit. Les bornes, s'il y en a, s'appliquent aux quotes-parts exactes :
l'arrondi vient une seule fois, à la fin. La méthode n'est pas monotone : un total modifié se re-répartit en entier,
et cela se dit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import pandas as pd

from mutunb.calculs.entrees import dictionnaire, montrer, suite
from mutunb.calculs.monnaie import Nombre, exact
from mutunb.erreurs import Constat, ErreurDonnees

Bornes = Mapping[str, int] | None


def repartir(
    total_centimes: int,
    poids: Mapping[str, Nombre] | Sequence[Nombre],
    ids: Sequence[str] | None = None,
    planchers: Bornes = None,
    plafonds: Bornes = None,
) -> dict[str, int]:
    """Part de chaque entité, en centimes entiers, dont la somme est exactement le total.

    Parameters
    ----------
    total_centimes : int
        Total à répartir, en centimes ; négatif pour un remboursement.
    poids : Mapping or sequence
        Poids positifs ou nuls, par identifiant, ou dans l'ordre de ``ids``.
    ids : sequence of str, optional
        Identifiants (code INSEE, SIREN), obligatoires si ``poids`` est une suite.
    planchers, plafonds : Mapping, optional
        Bornes en centimes de certaines entités ; le solde se répartit sur les autres. Sans plancher dit, le plancher
        est zéro.

    Returns
    -------
    dict
        Identifiant → centimes, dans l'ordre reçu. Sans bornes, un poids nul donne zéro et chaque part est à moins
        d'un centime de sa quote-part exacte.

    Raises
    ------
    ErreurDonnees
        Total non entier, poids négatifs ou absents, somme des poids nulle, identifiants en double ou inconnus,
        bornes impossibles à tenir.

    Notes
    -----
    Méthode du plus fort reste (Hamilton), départage par identifiant croissant ; un total négatif se répartit comme
    son opposé.

    Examples
    --------
    >>> repartir(10_000, [1, 1, 1], ["01003", "01001", "01002"])
    {'01003': 3333, '01001': 3334, '01002': 3333}
    >>> repartir(10_000, {"A": 6, "B": 3, "C": 1}, plafonds={"A": 5_000})
    {'A': 5000, 'B': 3750, 'C': 1250}
    """
    total = _total(total_centimes)
    exacts = _poids(poids, ids)
    bas, haut = _bornes(planchers, exacts, "plancher"), _bornes(plafonds, exacts, "plafond")
    if total < 0:
        bas, haut = _opposees(haut), _opposees(bas)
    quotes = _quotes_parts(abs(total), exacts, bas, haut)
    parts = _plus_fort_reste(abs(total), quotes)
    return {nom: -part for nom, part in parts.items()} if total < 0 else parts


def quotes_parts(total_centimes: int, poids: Mapping[str, Nombre]) -> dict[str, Fraction]:
    """Quotes-parts exactes, en centimes, avant arrondi (pour montrer ce que l'arrondi déplace).

    Examples
    --------
    >>> quotes_parts(100, {"A": 1, "B": 2})["A"]
    Fraction(100, 3)
    """
    exacts = _poids(poids, None)
    somme = sum(exacts.values())
    return {nom: total_centimes * part / somme for nom, part in exacts.items()}


def cle_mixte(
    cles: Mapping[str, Mapping[str, Nombre]], ponderations: Mapping[str, Nombre]
) -> dict[str, Fraction]:
    """Poids de somme 1 qui combinent plusieurs clés : chacune est ramenée à des parts, puis pondérée.

    Parameters
    ----------
    cles : Mapping
        Nom de la clé (population, bulletins, potentiel fiscal…) → poids par entité ; mêmes entités partout.
    ponderations : Mapping
        Nom de la clé → pondération positive (0,6 et 0,4, ou 60 et 40).

    Raises
    ------
    ErreurDonnees
        Clés et pondérations qui ne se répondent pas, entités différentes d'une clé à l'autre.

    Examples
    --------
    >>> cle = cle_mixte({"population": {"A": 900, "B": 100}, "actes": {"A": 1, "B": 1}}, {"population": 1, "actes": 1})
    >>> repartir(1_000, cle)
    {'A': 700, 'B': 300}
    """
    cles, ponderations = dictionnaire(cles, "les clés", "clé → poids"), dictionnaire(ponderations, "les pondérations")
    if set(cles) != set(ponderations):
        raise ErreurDonnees(f"Clés {sorted(cles)} et pondérations {sorted(ponderations)} : les mêmes noms sont attendus.")
    forces = _poids(ponderations, None, "pondération de")
    parts = {nom: quotes_parts(1, poids) for nom, poids in cles.items()}
    entites = list(next(iter(parts.values())))
    for nom, cle in parts.items():
        if set(cle) != set(entites):
            ecart = ", ".join(sorted(set(cle) ^ set(entites)))
            raise ErreurDonnees(f"Clé « {nom} » : entités différentes des autres clés ({ecart}). Complétez les clés.")
    somme = sum(forces.values())
    return {e: sum((forces[nom] / somme * parts[nom][e] for nom in cles), Fraction(0)) for e in entites}


def cle_fixe_variable(part_fixe: Nombre, usage: Mapping[str, Nombre]) -> dict[str, Fraction]:
    """Poids d'une adhésion forfaitaire égale pour tous (``part_fixe``, de 0 à 1) et d'une part selon l'usage.

    Examples
    --------
    >>> repartir(10_000, cle_fixe_variable("0.2", {"A": 3, "B": 1}))
    {'A': 7000, 'B': 3000}
    """
    fixe = exact(part_fixe, "la part fixe")
    if not 0 <= fixe <= 1:
        raise ErreurDonnees(f"Part fixe : trouvé {part_fixe} ; attendu un nombre de 0 à 1. Donnez une part, pas un pourcentage.")
    usage = dictionnaire(usage, "l'usage", "entité → unités")
    egale: dict[str, Nombre] = {nom: 1 for nom in usage}
    return cle_mixte({"fixe": egale, "usage": usage}, {"fixe": fixe, "usage": 1 - fixe})


def cle_ponderee(volumes: Mapping[str, Mapping[str, Nombre]], coefficients: Mapping[str, Nombre]) -> dict[str, Fraction]:
    """Poids = somme des volumes de chaque entité, chaque type multiplié par son coefficient.

    Parameters
    ----------
    volumes : Mapping
        Entité → type (permis, mandat…) → volume.
    coefficients : Mapping
        Type → coefficient fixé par la convention (permis de construire 1, déclaration préalable 0,7…).

    Raises
    ------
    ErreurDonnees
        Type sans coefficient (aucun n'est supposé).

    Examples
    --------
    >>> cle_ponderee({"A": {"permis": 10, "declaration": 20}}, {"permis": 1, "declaration": 0.7})
    {'A': Fraction(24, 1)}
    """
    sans = sorted({genre for types in volumes.values() for genre in types} - set(coefficients))
    if sans:
        raise ErreurDonnees(f"Sans coefficient : {', '.join(sans)}. Donnez le coefficient de chaque type de volume.")
    return {
        nom: sum((exact(v, f"{genre} de {nom}") * exact(coefficients[genre]) for genre, v in types.items()), Fraction(0))
        for nom, types in volumes.items()
    }


def verifier_fermeture(total_centimes: int, parts: Mapping[str, int]) -> None:
    """Ne fait rien si les parts ferment sur le total ; :class:`ErreurDonnees` qui dit l'écart en centimes sinon.

    Examples
    --------
    >>> verifier_fermeture(100, {"A": 60, "B": 40})
    """
    ecart = sum(parts.values()) - total_centimes
    if ecart:
        raise ErreurDonnees(f"Répartition ouverte : écart de {ecart} centime(s) entre les parts et le total. Rien n'est exporté.")


def _total(total_centimes: int) -> int:
    if isinstance(total_centimes, bool) or exact(total_centimes, "le total").denominator != 1:
        raise ErreurDonnees(f"Total : trouvé {total_centimes!r} ; attendu un nombre entier de centimes. Arrondissez avant.")
    return int(exact(total_centimes))


def _poids(poids: Mapping | Sequence, ids: Sequence[str] | None, genre: str = "poids de") -> dict[str, Fraction]:
    if isinstance(poids, Mapping | pd.Series):
        poids = dictionnaire(poids, "les poids")
    else:
        poids = suite(poids, "les poids (un dictionnaire entité → poids convient aussi)")
        noms = [] if ids is None else [str(nom) for nom in suite(ids, "les identifiants")]
        if len(set(noms)) != len(noms) or len(noms) != len(poids):
            raise ErreurDonnees(f"{len(poids)} poids pour {len(set(noms))} identifiants distincts : un pour un est attendu.")
        return _poids(dict(zip(noms, poids, strict=True)), None, genre)
    if ids is not None:
        ids = suite(ids, "les identifiants")
        if set(ids) != set(poids) or len(set(ids)) != len(ids):
            raise ErreurDonnees("Les identifiants ne sont pas ceux des poids. Donnez les mêmes, une fois chacun.")
        poids = {nom: poids[nom] for nom in ids}
    constats, exacts = [], {}
    for nom, valeur in poids.items():
        try:
            exacts[nom] = exact(valeur)
        except ErreurDonnees:
            exacts[nom] = Fraction(-1)
        if exacts[nom] < 0:
            constats.append(Constat(f"{genre} {nom}", montrer(valeur), "un nombre positif ou nul", "Corrigez la valeur."))
    if constats:
        raise ErreurDonnees.de_constats("Répartition impossible", constats)
    if not sum(exacts.values()):
        raise ErreurDonnees("Répartition impossible : la somme des poids est nulle. Choisissez une autre clé.")
    return exacts


def _bornes(bornes: Bornes, poids: Mapping[str, Fraction], genre: str) -> dict[str, int]:
    lues = {} if bornes is None else dictionnaire(bornes, f"les {genre}s", "entité → centimes")
    inconnus = sorted(set(lues) - set(poids))
    if inconnus:
        raise ErreurDonnees(f"{genre.capitalize()} d'une entité sans poids : {', '.join(inconnus)}. Retirez-le.")
    return {nom: _total(borne) for nom, borne in lues.items()}


def _opposees(bornes: Mapping[str, int]) -> dict[str, int]:
    return {nom: -borne for nom, borne in bornes.items()}


def _quotes_parts(
    total: int, poids: Mapping[str, Fraction], bas: Mapping[str, int], haut: Mapping[str, int]
) -> dict[str, Fraction]:
    """Quotes-parts ``borner(pente × poids)`` de somme ``total`` ; sans plancher dit, le plancher est zéro."""
    bas = {nom: bas.get(nom, 0) for nom in poids}
    croisees = sorted(nom for nom in haut if bas[nom] > haut[nom])
    if croisees:
        raise ErreurDonnees(f"Plancher au-dessus du plafond : {', '.join(croisees)}. Corrigez les bornes.")

    def parts(pente: Fraction) -> dict[str, Fraction]:
        libres = {nom: max(pente * part, Fraction(bas[nom])) for nom, part in poids.items()}
        return {nom: min(part, Fraction(haut[nom])) if nom in haut else part for nom, part in libres.items()}

    pente = _pente(total, parts, sorted({Fraction(b[nom]) / poids[nom] for b in (bas, haut) for nom in b if poids[nom]}))
    if pente is None:
        raise ErreurDonnees(
            f"Bornes impossibles : aucun partage de {total} centimes ne tient tous les planchers et plafonds. "
            "Relevez un plafond ou abaissez un plancher."
        )
    return parts(pente)


def _pente(
    total: int, parts: Callable[[Fraction], dict[str, Fraction]], ruptures: Sequence[Fraction]
) -> Fraction | None:
    """Pente pour laquelle les parts bornées somment au total (leur somme est croissante, affine entre deux ruptures)."""
    sommes = [sum(parts(rupture).values()) for rupture in (*ruptures, ruptures[-1] + 1)]
    if total < sommes[0]:
        return None  # tous au plancher, et déjà trop
    pas = zip(ruptures, (*ruptures[1:], None), sommes, sommes[1:], strict=False)
    for gauche, droite, somme, suivante in pas:
        if somme == total:
            return gauche
        if suivante > somme and (total <= suivante or droite is None):
            largeur = 1 if droite is None else droite - gauche
            return gauche + (total - somme) * largeur / (suivante - somme)
    return None


def _plus_fort_reste(total: int, quotes: Mapping[str, Fraction]) -> dict[str, int]:
    parts = {nom: quote.numerator // quote.denominator for nom, quote in quotes.items()}
    manquants = total - sum(parts.values())
    for nom in sorted(quotes, key=lambda nom: (parts[nom] - quotes[nom], nom))[:manquants]:
        parts[nom] += 1
    return parts
