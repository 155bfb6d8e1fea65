"""Nucléole : la répartition qui laisse le groupe le moins satisfait aussi satisfait que possible, puis le suivant, etc.

Elle est unique, et dans le cœur dès qu'il n'est pas vide : c'est la proposition du médiateur quand les clés échouent.
Le vecteur des excès, trié du plus grand au plus petit, y est minimal au sens lexicographique. Calcul par programmes
linéaires successifs : à chaque étape, les coalitions dont le prix dual est positif ont le même excès sur toute la face
optimale ; elles y sont fixées, avec toutes celles qui s'en déduisent. Les équations retenues se résolvent enfin en fractions
exactes. Variantes « par tête » : excès divisé par le nombre de membres, ou par leur population.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.optimize import linprog

from mutunb.calculs.coalitions import Jeu, Joueur, lire_jeu, materialiser, membres_des_masques
from mutunb.calculs.entrees import dictionnaire
from mutunb.calculs.equations import resoudre_exactement
from mutunb.calculs.monnaie import exact
from mutunb.erreurs import ErreurDonnees

JOUEURS_MAX = 14
#: un prix dual est positif au-delà (ils somment à un)
PRIX_POSITIF = 1e-6
#: un vecteur est dans un sous-espace si ce qui en dépasse est plus court que cela
DEPASSE = 1e-6
#: tolérances du solveur, sur des coûts ramenés à l'unité
PRECISION = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


@dataclass(frozen=True)
class Etape:
    """Une étape : l'excès (€, ou € par tête) atteint, et les coalitions qu'il fixe."""

    exces: Fraction
    coalitions: tuple[tuple[Joueur, ...], ...]


@dataclass(frozen=True)
class Nucleole:
    """Nucléole et la façon dont on y arrive.

    Attributes
    ----------
    valeurs_eur : dict
        Joueur → part (€), fraction exacte ; leur somme est exactement le coût de tous.
    etapes : tuple of Etape
        Excès décroissants ; la première dit l'excès de la coalition la moins satisfaite (positif : cœur vide).
    imputations_vides : bool
        Vrai si tous ensemble coûtent plus que chacun seul : nul ne peut payer au plus son coût seul, et le résultat est
        le prénucléole.
    """

    valeurs_eur: dict[Joueur, Fraction]
    etapes: tuple[Etape, ...]
    imputations_vides: bool


def nucleole(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    joueurs: Sequence[Joueur] | None = None,
    par_tete: bool | Mapping[Joueur, Any] = False,
) -> dict[Joueur, float]:
    """Nucléole d'un jeu de coûts : joueur → part (€).

    Parameters
    ----------
    couts : Mapping, sequence, callable or Jeu
        Coût de chaque coalition (:func:`mutunb.calculs.coalitions.lire_jeu`).
    joueurs : sequence, optional
        Obligatoire si ``couts`` est une suite rangée par masque ou une fonction.
    par_tete : bool or Mapping
        Vrai : l'excès d'une coalition est divisé par son nombre de membres ; une population par joueur : par la
        population de ses membres.

    Raises
    ------
    ErreurDonnees
        Plus de 14 joueurs ; population nulle ou absente.

    Examples
    --------
    >>> nucleole({"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135})
    {'A': 38.75, 'B': 38.75, 'C': 57.5}
    >>> nucleole({"A": 10, "B": 20, "AB": 24}, par_tete=True)
    {'A': 7.0, 'B': 17.0}
    """
    return {j: float(v) for j, v in detailler_nucleole(couts, joueurs, par_tete).valeurs_eur.items()}


def prenucleole(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    joueurs: Sequence[Joueur] | None = None,
    par_tete: bool | Mapping[Joueur, Any] = False,
) -> dict[Joueur, float]:
    """Prénucléole : comme :func:`nucleole`, sans exiger que chacun paie au plus son coût seul.

    Examples
    --------
    >>> prenucleole({"A": 10, "B": 20, "AB": 40})
    {'A': 15.0, 'B': 25.0}
    """
    detail = detailler_nucleole(couts, joueurs, par_tete, individuel=False)
    return {j: float(v) for j, v in detail.valeurs_eur.items()}


def detailler_nucleole(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    joueurs: Sequence[Joueur] | None = None,
    par_tete: bool | Mapping[Joueur, Any] = False,
    individuel: bool = True,
) -> Nucleole:
    """Nucléole en fractions exactes, avec ses étapes.

    Parameters
    ----------
    individuel : bool
        Exiger ``x_i ≤ c({i})`` tant que c'est possible (nucléole) ; faux : prénucléole.

    Examples
    --------
    >>> detail = detailler_nucleole({"A": 10, "B": 20, "AB": 24})
    >>> detail.valeurs_eur["A"], detail.etapes[0].exces
    (Fraction(7, 1), Fraction(-3, 1))
    """
    jeu = lire_jeu(couts, joueurs)
    if jeu.nombre > JOUEURS_MAX:
        raise ErreurDonnees(f"{jeu.nombre} joueurs : le nucléole se calcule jusqu'à {JOUEURS_MAX}. Regroupez des communes.")
    jeu = jeu if jeu.table is not None else materialiser(jeu)
    vides = jeu.total > float(jeu.seuls.sum()) + 1e-9
    etages = _Etages(jeu, _diviseurs(jeu, par_tete), individuel and not vides)
    while not etages.est_fini:
        etages.fixer_suivant()
    valeurs, exces = etages.resoudre()
    etapes = tuple(
        Etape(e, tuple(jeu.noms(m) for m in membres_des_masques(masques, jeu.nombre)))
        for e, masques in zip(exces, etages.fixes, strict=True)
    )
    return Nucleole(dict(zip(jeu.joueurs, valeurs, strict=True)), etapes, vides)


def _diviseurs(jeu: Jeu, par_tete: bool | Mapping[Joueur, Any]) -> list[Fraction]:
    """Ce par quoi se divise l'excès de chaque coalition, par masque."""
    if isinstance(par_tete, bool | np.bool_):
        tetes = [Fraction(1)] * jeu.nombre
        if not par_tete:
            return [Fraction(1)] * (1 << jeu.nombre)
    else:
        populations = dictionnaire(par_tete, "« par_tete »", "joueur → population, ou vrai")
        tetes = [exact(populations.get(j), f"la population de {j}") for j in jeu.joueurs]
        if min(tetes) <= 0:
            raise ErreurDonnees("Nucléole par tête : chaque joueur doit avoir une population non nulle.")
        moyenne = sum(tetes) / len(tetes)
        tetes = [t / moyenne for t in tetes]
    diviseurs = [Fraction(0)]
    for tete in tetes:
        diviseurs += [d + tete for d in diviseurs]
    return diviseurs


class _Etages:
    """Les programmes successifs : ce qui est fixé, ce qui reste libre."""

    def __init__(self, jeu: Jeu, diviseurs: Sequence[Fraction], individuel: bool) -> None:
        self.jeu, self.diviseurs = jeu, diviseurs
        nombre = jeu.nombre
        self.masques = np.arange(1, (1 << nombre) - 1)
        self.membres = membres_des_masques(self.masques, nombre).astype(float)
        self.echelle = max(1.0, float(np.abs(jeu.table).max()))
        self.couts = jeu.table[self.masques] / self.echelle
        self.tetes = np.array([float(diviseurs[m]) for m in self.masques])
        self.libres = np.ones(len(self.masques), dtype=bool)
        #: x_i ≤ c({i}) à tenir, s'ils le peuvent
        self.seuls = np.array([1 << i for i in range(nombre)]) if individuel and nombre > 1 else np.zeros(0, dtype=int)
        #: équations du programme : somme des parts, puis coalitions fixées (valeur déjà calculée)
        self.base, self.cible = [np.ones(nombre)], [jeu.total / self.echelle]
        self.fixes: list[list[int]] = []
        self.au_cout_seul: list[int] = []

    @property
    def est_fini(self) -> bool:
        """Vrai quand les équations déterminent toutes les parts."""
        return np.linalg.matrix_rank(np.array(self.base), tol=DEPASSE) == self.jeu.nombre

    def fixer_suivant(self) -> None:
        """Résout l'étape, fixe les coalitions d'excès constant sur la face optimale."""
        nombre, libres = self.jeu.nombre, np.flatnonzero(self.libres)
        individus = membres_des_masques(self.seuls, nombre).astype(float).reshape(len(self.seuls), nombre)
        lignes = np.vstack([self.membres[libres], individus])
        tetes = np.append(self.tetes[libres], np.zeros(len(self.seuls)))
        bornes = np.append(self.couts[libres], self.jeu.table[self.seuls] / self.echelle)
        egalites = np.hstack([np.array(self.base), np.zeros((len(self.base), 1))])
        trouve = linprog(
            np.append(np.zeros(nombre), 1.0), np.hstack([lignes, -tetes[:, None]]), bornes, egalites, self.cible,
            bounds=(None, None), method="highs-ds", options=PRECISION,
        )  # fmt: skip
        if not trouve.success:
            raise ErreurDonnees(f"Nucléole : programme linéaire sans solution ({trouve.message}). Vérifiez les coûts.")
        actives = np.flatnonzero(-trouve.ineqlin.marginals > PRIX_POSITIF)
        fixes = [int(self.masques[libres[a]]) for a in actives if a < len(libres)]
        self.fixes.append(fixes)
        self.au_cout_seul += [int(self.seuls[a - len(libres)]) for a in actives if a >= len(libres)]
        for a in actives:
            self._ajouter(lignes[a], float(bornes[a] + tetes[a] * trouve.x[-1]))
        self._retirer_deduites()

    def _ajouter(self, ligne: np.ndarray, valeur: float) -> None:
        if np.linalg.matrix_rank(np.array([*self.base, ligne]), tol=DEPASSE) > len(self.base):
            self.base.append(ligne)
            self.cible.append(valeur)

    def _retirer_deduites(self) -> None:
        """Une coalition combinaison de coalitions fixées a un excès constant : elle sort du programme."""
        directions = np.linalg.qr(np.array(self.base).T)[0]
        lignes = self.membres
        depasse = np.abs(lignes - lignes @ directions @ directions.T).max(axis=1)
        self.libres &= depasse > DEPASSE
        if len(self.seuls):
            self.seuls = self.seuls[depasse[self.seuls - 1] > DEPASSE]

    def resoudre(self) -> tuple[list[Fraction], list[Fraction]]:
        """Parts et excès de chaque étape, en fractions exactes, par les équations retenues."""
        nombre, etapes = self.jeu.nombre, len(self.fixes)
        tout = (1 << nombre) - 1
        equations = [self._equation(tout, None)] + [self._equation(m, None) for m in self.au_cout_seul]
        equations += [self._equation(m, e) for e, masques in enumerate(self.fixes) for m in masques]
        bruit = Fraction(self.echelle) / 10**9  # des coûts flottants : deux équations redondantes s'accordent à peu près
        solution = resoudre_exactement([g for g, _ in equations], [d for _, d in equations], nombre + etapes, bruit)
        return solution[:nombre], solution[nombre:]

    def _equation(self, masque: int, etape: int | None) -> tuple[list[Fraction], Fraction]:
        gauche = [Fraction(masque >> i & 1) for i in range(self.jeu.nombre)] + [Fraction(0)] * len(self.fixes)
        if etape is not None:
            gauche[self.jeu.nombre + etape] = -self.diviseurs[masque]
        return gauche, exact(float(self.jeu.table[masque]))
