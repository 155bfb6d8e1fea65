"""Potentiel fiscal des communes : ce qu'une imputation y déplace, à somme nulle.

En fiscalité professionnelle unique, le potentiel fiscal d'une commune compte l'attribution qu'elle reçoit, et une part,
selon la population, des taxes professionnelles de l'EPCI diminuées du total des attributions. Imputer déplace donc de la
richesse apparente : ΔPF = −I + population ÷ population totale × ΣI. Source : CGCT, art. L.2334-4, II (rédaction de
2015-2016, niveau A15). On en donne le signe et le montant par habitant, jamais des euros de DSR ou de DSU.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mutunb.calculs.entrees import dictionnaire
from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.erreurs import Constat, ErreurDonnees

#: années entre l'imputation et le potentiel fiscal qui la lit : l'attribution de l'année précédente (rédaction 2015)
DELAI_POTENTIEL_ANS = 1


@dataclass(frozen=True)
class EffetPotentiel:
    """Variation du potentiel fiscal d'une commune (€ et €/habitant) ; positive, elle peut réduire DSR et DSU."""

    imputation_eur: Decimal
    variation_eur: Decimal
    variation_hab_eur: Decimal


def effet_potentiel_fiscal(
    imputations_eur: Mapping[str, Nombre], populations: Mapping[str, Nombre]
) -> dict[str, EffetPotentiel]:
    """Variation du potentiel fiscal de chaque commune de l'EPCI (€), dont la somme est nulle.

    Parameters
    ----------
    imputations_eur : Mapping
        Commune → montant imputé sur son attribution (€/an) ; une commune absente est hors du service.
    populations : Mapping
        Toutes les communes de l'EPCI → population DGF.

    Raises
    ------
    ErreurDonnees
        Communes imputées sans population, population absente ou nulle (toutes à la fois).

    Examples
    --------
    >>> effets = effet_potentiel_fiscal({"A": 900, "B": 100}, {"A": 600, "B": 300, "C": 100})
    >>> {nom: (int(e.variation_eur), int(e.variation_hab_eur)) for nom, e in effets.items()}
    {'A': (-300, 0), 'B': (200, 0), 'C': (100, 1)}
    >>> effets["C"].variation_hab_eur  # hors du service : total imputé ÷ population totale
    Decimal('1')
    """
    imputations_eur = dictionnaire(imputations_eur, "les imputations", "commune → €")
    populations = dictionnaire(populations, "les populations", "commune → habitants")
    constats = [
        Constat(f"commune {nom}", "aucune population", "une population DGF", "Donnez-la.")
        for nom in imputations_eur
        if nom not in populations
    ]
    if constats or not populations:
        vide = Constat("populations", "rien", "au moins une commune", "Donnez la population de chacune.")
        raise ErreurDonnees.de_constats("Potentiel fiscal", constats or [vide])
    habitants = {nom: positif(p, f"la population de {nom}", strict=True) for nom, p in populations.items()}
    imputees = {nom: exact(imputations_eur.get(nom, 0), f"l'imputation de {nom}") for nom in habitants}
    par_habitant = sum(imputees.values()) / sum(habitants.values())
    return {
        nom: EffetPotentiel(
            en_decimal(imputees[nom]),
            en_decimal(population * par_habitant - imputees[nom]),
            en_decimal(par_habitant - imputees[nom] / population),
        )
        for nom, population in habitants.items()
    }


def effet_hors_service(imputation_totale_eur: Nombre, population_totale: Nombre) -> Decimal:
    """Hausse du potentiel fiscal par habitant d'une commune hors du service = total imputé ÷ population totale (€/hab.).

    Examples
    --------
    >>> effet_hors_service(1_000, 1_000)
    Decimal('1')
    """
    return en_decimal(exact(imputation_totale_eur, "l'imputation") / positif(population_totale, "la population", strict=True))
