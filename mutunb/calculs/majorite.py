"""La majorité qualifiée : est-elle réunie, que lui manque-t-il, et quels sont les plus petits groupes qui la bloquent.

Les règles (transfert, statuts, rapport de la CLECT, révision libre, service commun, entente) sont dans
``data/referentiel/droit/majorites.yaml``. Deux voies : les deux tiers au moins des communes et plus de la moitié de la
population, ou la moitié au moins des communes et les deux tiers au moins de la population ; s'y ajoute, quand la règle
le demande, l'accord de la commune la plus peuplée si elle dépasse le quart de la population. Tout se compare en
fractions exactes : l'égalité aux deux tiers suffit, l'égalité à la moitié de la population ne suffit pas.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, islice

from mutunb import referentiel
from mutunb.calculs.electeurs import Electeurs
from mutunb.calculs.entrees import entier, suite
from mutunb.calculs.monnaie import Nombre, positif
from mutunb.erreurs import ErreurDonnees
from mutunb.referentiel import Majorite

#: groupes bloquants énumérés au plus ; au-delà, la liste est dite partielle
GROUPES_MONTRES = 5_000


@dataclass(frozen=True)
class ResultatMajorite:
    """État d'un vote.

    Attributes
    ----------
    regle : Majorite
    atteinte : bool
        Vrai si la majorité est réunie avec les seuls votes connus.
    possible : bool
        Vrai si elle l'est encore quand toutes les communes en attente acceptent.
    voie : str or None
        Par où elle est réunie : « communes » (part forte des communes), « population » (part forte de la population) ou
        « toutes ».
    communes_favorables, communes : int
    population_favorable, population : Fraction
        Habitants.
    accord_plus_peuplee : bool or None
        Accord de la commune la plus peuplée ; ``None`` si la règle ne le requiert pas ici.
    plus_peuplee : str or None
        La commune dont l'accord est requis.
    conseil : bool or None
        Vote du conseil communautaire ; ``None`` s'il n'est pas donné ou pas requis.
    manque : tuple of str
        Ce qui manque, voie par voie, en phrases ; vide si la majorité est réunie.
    ralliements : tuple of str
        Plus petite réunion de communes en attente qui suffirait (les plus peuplées d'abord) ; vide si atteinte ou impossible.
    """

    regle: Majorite
    atteinte: bool
    possible: bool
    voie: str | None
    communes_favorables: int
    communes: int
    population_favorable: Fraction
    population: Fraction
    accord_plus_peuplee: bool | None
    plus_peuplee: str | None
    conseil: bool | None
    manque: tuple[str, ...]
    ralliements: tuple[str, ...]

    @property
    def part_communes(self) -> float:
        """Part des communes favorables, de 0 à 1."""
        return self.communes_favorables / self.communes

    @property
    def part_population(self) -> float:
        """Part de la population des communes favorables, de 0 à 1."""
        return float(self.population_favorable / self.population)


@dataclass(frozen=True)
class GroupesBloquants:
    """Les plus petites réunions de communes qui, ensemble, empêchent la majorité.

    Attributes
    ----------
    taille : int or None
        Nombre de communes du plus petit groupe ; ``None`` si aucun groupe ne peut bloquer ; 0 si le vote est déjà bloqué.
    groupes : tuple of tuple of str
        Groupes de cette taille, les plus peuplés d'abord.
    quelconque : bool
        Vrai si n'importe quelle réunion de cette taille bloque.
    nombre : int or None
        Nombre exact de groupes de cette taille ; ``None`` si l'énumération s'arrête avant la fin.
    partiel : bool
        Vrai si ``groupes`` ne les montre pas tous.
    """

    taille: int | None
    groupes: tuple[tuple[str, ...], ...]
    quelconque: bool
    nombre: int | None
    partiel: bool


def verifier_majorite(
    populations: Mapping[str, Nombre],
    votes: Mapping[str, object] | None = None,
    regle: str = "transfert_competence",
    conseil: tuple[int, int] | None = None,
) -> ResultatMajorite:
    """Dit si la majorité est réunie, ce qui manque, et quelles communes en attente suffiraient.

    Parameters
    ----------
    populations : Mapping[str, Nombre]
        Commune → population (habitants) ; toutes les communes appelées à se prononcer.
    votes : Mapping[str, object], optional
        Commune → « favorable », « defavorable », « sans_avis » (le conseil s'est réuni sans trancher), « silence » (délai
        écoulé sans délibération), ou vrai/faux ; absente ou ``None`` : pas encore prononcée.
    regle : str
        Identifiant de ``majorites.yaml`` : « transfert_competence », « modification_statuts », « rapport_clect »,
        « revision_libre_ac », « service_commun », « entente ».
    conseil : tuple of int, optional
        Voix favorables et voix exprimées du conseil communautaire, si la règle le fait voter.

    Returns
    -------
    ResultatMajorite

    Raises
    ------
    ErreurUsage, ErreurDonnees
        Règle inconnue (avec les voisines) ; population absente ou négative, vote illisible, commune inconnue… tous les
        défauts à la fois.

    Notes
    -----
    CGCT, art. L.5211-5 (II), L.5211-17 et L.5211-20 ; CGI, art. 1609 nonies C : niveau propre à chaque règle.

    Examples
    --------
    >>> vote = verifier_majorite({"A": 500, "B": 300, "C": 200}, {"A": "favorable", "B": "favorable"})
    >>> vote.atteinte, vote.voie, vote.plus_peuplee
    (True, 'communes', 'A')
    """
    majorite = referentiel.majorite(regle)
    electeurs = Electeurs.lire(majorite, populations, {} if votes is None else votes)
    avis = _conseil(majorite, conseil)
    favorables = electeurs.favorables
    reunie = electeurs.voie(favorables)
    atteinte = reunie is not None and avis is not False
    possible = electeurs.voie([*favorables, *electeurs.attente]) is not None and avis is not False
    plus_peuplee = electeurs.plus_peuplee
    return ResultatMajorite(
        regle=majorite,
        atteinte=atteinte,
        possible=possible,
        voie=reunie,
        communes_favorables=len(favorables),
        communes=len(electeurs.populations),
        population_favorable=electeurs.population(favorables),
        population=electeurs.total,
        accord_plus_peuplee=None if plus_peuplee is None else plus_peuplee in favorables,
        plus_peuplee=plus_peuplee,
        conseil=avis,
        manque=() if atteinte else tuple(_manque(electeurs, favorables, avis)),
        ralliements=() if reunie or not possible else electeurs.ralliements(),
    )


def groupes_bloquants(
    populations: Mapping[str, Nombre],
    votes: Mapping[str, object] | None = None,
    regle: str = "transfert_competence",
    limite: int = GROUPES_MONTRES,
) -> GroupesBloquants:
    """Plus petits groupes de communes (en nombre) dont le refus suffit à empêcher la majorité.

    Parameters
    ----------
    populations, votes, regle
        Comme :func:`verifier_majorite` ; les communes déjà favorables ne bloquent plus, les refus connus comptent déjà.
    limite : int
        Groupes énumérés au plus ; la taille, elle, est toujours exacte.

    Notes
    -----
    La taille se lit en réunissant les communes les plus peuplées : si elles ne bloquent pas à k, aucune réunion de k
    communes ne bloque. L'énumération n'explore que des branches qui mènent à un groupe.

    Examples
    --------
    >>> bloquants = groupes_bloquants({"A": 400, "B": 250, "C": 200, "D": 150}, regle="rapport_clect")
    >>> bloquants.taille, bloquants.groupes
    (2, (('A', 'B'), ('A', 'C'), ('A', 'D'), ('B', 'C'), ('B', 'D'), ('C', 'D')))
    """
    limite = entier(limite, "la limite", 1, 1_000_000)
    recherche = _Blocage(Electeurs.lire(referentiel.majorite(regle), populations, {} if votes is None else votes))
    libres = recherche.libres
    taille = next((k for k in range(len(libres) + 1) if recherche.bloque(libres[:k])), None)
    if not taille:
        return GroupesBloquants(taille, (), False, None if taille is None else 1, False)
    quelconque = recherche.bloque(libres[-taille:])
    groupes = tuple(islice(recherche.groupes(taille), limite))
    nombre = math.comb(len(libres), taille) if quelconque else len(groupes) if len(groupes) < limite else None
    return GroupesBloquants(taille, groupes, quelconque, nombre, nombre != len(groupes))


class _Blocage:
    """Recherche des réunions de communes libres dont le refus laisse les autres sous la majorité."""

    def __init__(self, electeurs: Electeurs) -> None:
        self.electeurs, self.libres = electeurs, tuple(electeurs.attente)
        self._acquises = len(electeurs.favorables) + len(self.libres)
        self._habitants = electeurs.population([*electeurs.favorables, *self.libres])
        self._poids = [electeurs.populations[commune] for commune in self.libres]
        self._cumuls = [Fraction(0), *accumulate(self._poids)]
        #: la plus peuplée, si son accord est requis, est la première des libres, ou déjà favorable, ou déjà opposée
        self._veto_libre = electeurs.plus_peuplee in self.libres
        self._veto_acquis = electeurs.plus_peuplee in electeurs.favorables

    def bloque(self, groupe: Sequence[str]) -> bool:
        """Vrai si le refus de ce groupe suffit."""
        return self._bloque(len(groupe), self.electeurs.population(groupe), self.electeurs.plus_peuplee in groupe)

    def _bloque(self, nombre: int, habitants: Fraction, avec_plus_peuplee: bool) -> bool:
        accepte = self._veto_acquis or (self._veto_libre and not avec_plus_peuplee)
        return self.electeurs.voie_de(self._acquises - nombre, self._habitants - habitants, accepte) is None

    def groupes(
        self, taille: int, choisies: tuple[int, ...] = (), habitants: Fraction = Fraction(0)
    ) -> Iterator[tuple[str, ...]]:
        """Groupes bloquants de cette taille ; une branche que ses plus peuplées ne sauvent pas est abandonnée."""
        reste = taille - len(choisies)
        if not reste:
            yield tuple(self.libres[rang] for rang in choisies)
            return
        for rang in range(choisies[-1] + 1 if choisies else 0, len(self.libres) - reste + 1):
            au_mieux = habitants + self._cumuls[rang + reste] - self._cumuls[rang]
            if not self._bloque(taille, au_mieux, self._veto_libre and 0 in (*choisies, rang)):
                return
            yield from self.groupes(taille, (*choisies, rang), habitants + self._poids[rang])


def _conseil(regle: Majorite, voix: tuple[int, int] | None) -> bool | None:
    """Vote du conseil communautaire ; ``None`` s'il n'est ni requis ni connu."""
    if regle.conseil_epci is None or voix is None:
        return None
    pour, exprimes = (positif(nombre, "les voix du conseil communautaire") for nombre in suite(voix, "le vote du conseil", 2))
    if pour > exprimes:
        raise ErreurDonnees(f"Conseil communautaire : {pour} voix favorables sur {exprimes} exprimées. Corrigez le compte.")
    return 2 * pour > exprimes if regle.conseil_epci == "majorite_simple" else pour >= regle.conseil_epci * exprimes


def _manque(electeurs: Electeurs, favorables: list[str], avis: bool | None) -> Iterator[str]:
    regle, nombre = electeurs.regle, len(electeurs.populations)
    if avis is False:
        yield "le conseil communautaire n'a pas réuni sa majorité"
    if regle.accord_de_chacune:
        absentes = nombre - len(favorables)
        if absentes:
            yield f"l'accord de {absentes} commune{'s' if absentes > 1 else ''}"
        return
    if electeurs.plus_peuplee is not None and electeurs.plus_peuplee not in favorables:
        yield f"l'accord de {electeurs.plus_peuplee}, la plus peuplée, qui dépasse le seuil de population"
    if electeurs.voie(favorables) is None:
        yield f"par les communes : {_deficit(electeurs, favorables, regle.part_forte, regle.part_faible, strict=True)}"
        yield f"par la population : {_deficit(electeurs, favorables, regle.part_faible, regle.part_forte, strict=False)}"


def _deficit(electeurs: Electeurs, favorables: list[str], part: Fraction, part_population: Fraction, strict: bool) -> str:
    """« 2 communes et 1 234 habitants », ou « rien d'autre » si cette voie ne manque que d'un accord obligatoire."""
    communes = max(0, math.ceil(part * len(electeurs.populations)) - len(favorables))
    requis = part_population * electeurs.total
    plancher = math.floor(requis) + 1 if strict else math.ceil(requis)
    habitants = max(0, math.ceil(plancher - electeurs.population(favorables)))
    morceaux = [f"{communes} commune{'s' if communes > 1 else ''}"] if communes else []
    morceaux += [f"{habitants} habitant{'s' if habitants > 1 else ''}"] if habitants else []
    return " et ".join(morceaux) or "rien d'autre"
