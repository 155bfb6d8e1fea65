"""L'argent dans le temps : flux nets, cumul, valeur actuelle nette et délais de retour d'un projet.

L'année 0 n'est pas actualisée (les fonctions des tableurs décalent d'une année). Les flux sont en euros constants et
les taux sont réels, en part (0,032 pour 3,2 %).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutunb.calculs.entrees import entier, suite
from mutunb.calculs.monnaie import Nombre, en_decimal, exact
from mutunb.erreurs import ErreurDonnees

NON_ATTEINT = "non atteint à l'horizon"


@dataclass(frozen=True)
class Retour:
    """Délai de retour.

    Attributes
    ----------
    annee : int, optional
        Première année à partir de laquelle le cumul reste positif ou nul ; ``None`` si l'horizon finit avant.
    interpole_ans : Decimal, optional
        Délai en années depuis la première, interpolé en ligne droite dans l'année du retour.
    """

    annee: int | None
    interpole_ans: Decimal | None

    @property
    def est_atteint(self) -> bool:
        """Vrai si le projet se rembourse avant l'horizon."""
        return self.annee is not None

    def __str__(self) -> str:
        return NON_ATTEINT if self.annee is None else f"année {self.annee}"


@dataclass(frozen=True)
class EtudeFlux:
    """Flux d'un projet (€, année par année) et ce qu'on en lit.

    Attributes
    ----------
    annees : tuple of int
    flux_net_eur, cumul_eur : tuple of Decimal
        Gains moins coûts, et leur somme depuis la première année.
    annee_point_bas : int
        Année où le cumul est le plus bas (la première s'il y en a plusieurs).
    retour_simple : Retour
        Sur le cumul non actualisé.
    van_eur : dict
        Taux → valeur actuelle nette.
    cumul_actualise_eur, retour_actualise : dict
        Taux → cumul actualisé, et délai de retour sur ce cumul.
    """

    annees: tuple[int, ...]
    flux_net_eur: tuple[Decimal, ...]
    cumul_eur: tuple[Decimal, ...]
    annee_point_bas: int
    retour_simple: Retour
    van_eur: dict[Nombre, Decimal]
    cumul_actualise_eur: dict[Nombre, tuple[Decimal, ...]]
    retour_actualise: dict[Nombre, Retour]


def etudier_flux(
    gains_eur: Sequence[Nombre],
    couts_eur: Sequence[Nombre],
    taux: Sequence[Nombre] | Nombre = (0, 0.032, 0.045),
    annees: Sequence[int] | None = None,
) -> EtudeFlux:
    """Flux nets, cumul, point bas, retours et valeur actuelle nette à chaque taux.

    Parameters
    ----------
    gains_eur, couts_eur : sequence
        Gains et coûts de chaque année (€), même longueur ; un zéro s'écrit.
    taux : sequence or Nombre
        Taux d'actualisation réels, en part ; 0, 3,2 et 4,5 % à défaut.
    annees : sequence of int, optional
        Années consécutives ; 0, 1, 2… à défaut.

    Raises
    ------
    ErreurDonnees
        Longueurs inégales, années non consécutives, montant absent, taux de −100 % ou moins.

    Examples
    --------
    >>> etude = etudier_flux([0, 20, 45, 60], [70, 25, 15, 10], taux=[0, 0.032])
    >>> etude.retour_simple.annee, round(etude.retour_simple.interpole_ans, 1), etude.annee_point_bas
    (3, Decimal('2.9'), 1)
    >>> str(etude.retour_actualise[0.032])
    "non atteint à l'horizon"
    """
    gains_eur, couts_eur = suite(gains_eur, "les gains"), suite(couts_eur, "les coûts")
    taux = [taux] if isinstance(taux, Nombre) else suite(taux, "les taux")
    annees = tuple(range(len(gains_eur))) if annees is None else _annees(annees)
    if not gains_eur or not len(gains_eur) == len(couts_eur) == len(annees):
        raise ErreurDonnees(
            f"{len(gains_eur)} gains, {len(couts_eur)} coûts, {len(annees)} années : autant de chaque est attendu, un au moins."
        )
    if any(suivante - annee != 1 for annee, suivante in zip(annees, annees[1:], strict=False)):
        raise ErreurDonnees(f"Années {annees} : des années consécutives sont attendues. Écrivez 0 pour une année sans flux.")
    nets = [
        exact(gain, f"le gain de l'année {a}") - exact(cout, f"le coût de l'année {a}")
        for a, gain, cout in zip(annees, gains_eur, couts_eur, strict=True)
    ]
    cumul = _cumul(nets)
    actualises = {t: actualiser(nets, t) for t in taux}
    return EtudeFlux(
        annees,
        _decimaux(nets),
        _decimaux(cumul),
        annees[cumul.index(min(cumul))],
        delai_de_retour(nets, annees),
        {t: en_decimal(sum(flux, Fraction(0))) for t, flux in actualises.items()},
        {t: _decimaux(_cumul(flux)) for t, flux in actualises.items()},
        {t: delai_de_retour(flux, annees) for t, flux in actualises.items()},
    )


def valeur_actuelle_nette(flux_eur: Sequence[Nombre], taux: Nombre) -> Decimal:
    """Somme des flux actualisés (€), le premier flux (année 0) n'étant pas actualisé.

    Examples
    --------
    >>> valeur_actuelle_nette([-100, 110], "0.1")
    Decimal('0')
    """
    return en_decimal(sum(actualiser(flux_eur, taux), Fraction(0)))


def actualiser(flux_eur: Sequence[Nombre], taux: Nombre) -> list[Fraction]:
    """Flux / (1 + taux)^rang, en fractions exactes (€).

    Examples
    --------
    >>> actualiser([100, 110], "0.1")
    [Fraction(100, 1), Fraction(100, 1)]
    """
    flux_eur, facteur = suite(flux_eur, "les flux"), 1 + exact(taux, "le taux")
    if facteur <= 0:
        raise ErreurDonnees(f"Taux {taux} : un taux supérieur à −1 est attendu. Donnez une part (0,032 pour 3,2 %).")
    return [exact(montant, f"le flux n° {rang}") / facteur**rang for rang, montant in enumerate(flux_eur)]


def delai_de_retour(flux_eur: Sequence[Nombre], annees: Sequence[int] | None = None, taux: Nombre = 0) -> Retour:
    """Année à partir de laquelle le cumul des flux reste positif ou nul, et délai interpolé dans cette année.

    Parameters
    ----------
    flux_eur : sequence
        Flux nets (€), un par année ; le premier est celui de l'année 0.
    annees : sequence of int, optional
        Nom de chaque année (2027, 2028…) ; 0, 1, 2… à défaut.
    taux : Nombre
        Taux d'actualisation, en part : 0 pour le délai simple, 0,032 pour le délai actualisé à 3,2 %.

    Raises
    ------
    ErreurDonnees
        Aucun flux, flux absent, autant d'années que de flux attendu, taux de −100 % ou moins.

    Examples
    --------
    >>> delai_de_retour([-75, 25, 100])
    Retour(annee=2, interpole_ans=Decimal('1.5'))
    >>> delai_de_retour([-75, 25, 60], taux="0.1").est_atteint, delai_de_retour([-75, 25]).est_atteint
    (False, False)
    """
    flux = actualiser(flux_eur, taux)
    noms = None if annees is None else _annees(annees)
    if not flux or (noms is not None and len(noms) != len(flux)):
        raise ErreurDonnees(f"Délai de retour : {len(flux)} flux, {len(noms or flux)} années ; attendu autant de chaque, un au moins.")
    cumul = _cumul(flux)
    negatifs = [rang for rang, total in enumerate(cumul) if total < 0]
    rang = negatifs[-1] + 1 if negatifs else 0
    if rang == len(cumul):
        return Retour(None, None)
    delai = Fraction(rang) - (cumul[rang] / flux[rang] if rang else 0)
    return Retour(rang if noms is None else noms[rang], en_decimal(delai))


def _annees(annees: Sequence[int]) -> tuple[int, ...]:
    return tuple(entier(a, "une année") for a in suite(annees, "les années"))


def _cumul(flux: Sequence[Fraction]) -> list[Fraction]:
    total, cumul = Fraction(0), []
    for montant in flux:
        total += montant
        cumul.append(total)
    return cumul


def _decimaux(fractions: Sequence[Fraction]) -> tuple[Decimal, ...]:
    return tuple(en_decimal(fraction) for fraction in fractions)
