"""Coefficient d'intégration fiscale (CIF) : le composer, dire ce qu'une imputation sur l'attribution y change.

CIF = (F + DC − AC − k·DSC) ÷ (F + DC + Fc + Fs). L'attribution de compensation (AC) se retranche en haut et n'apparaît
pas en bas : imputer I € relève donc le CIF de I ÷ dénominateur, quelle que soit la commune qui supporte. Une facture ne
change rien. Source : CGCT, art. L.5211-29 (rédaction lue : 2015-2016, niveau A15) et L.5211-4-2, al. 2 (niveau A).
Estimation, règles 2024 à confirmer.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from mutunb import referentiel
from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.erreurs import ErreurDonnees, ErreurUsage

NATURES = ("CC", "CA", "CU", "METRO", "MET69")
METROPOLES = frozenset({"METRO", "MET69"})
REGIMES = ("FPU", "FA")
MODES = ("ac", "facture")
AC_NEGATIVES = ("nettes", "brutes")
REFUS_FA = (
    "Régime FA : l'imputation sur l'attribution de compensation n'est ouverte qu'en fiscalité professionnelle unique "
    "(CGCT, art. L.5211-4-2, al. 2 ; CGI, art. 1609 nonies C). Facturez le service."
)

Attributions = Nombre | Mapping[str, Nombre]


@dataclass(frozen=True)
class Cif:
    """Un CIF et les montants dont il est fait (€/an).

    Attributes
    ----------
    recettes_epci_eur, dotation_compensation_eur, ac_eur, dsc_eur : Decimal
        F, DC, AC (somme nette des attributions) et DSC de l'EPCI.
    recettes_communes_eur, recettes_syndicats_eur : Decimal
        Fc et Fs : le même panier de recettes, pour les communes et pour les syndicats.
    part_dsc : Decimal
        k : part de la DSC déduite (1 depuis 2019, 0,5 avant).
    regime_fiscal, ac_negatives : str
        ``FPU`` ou ``FA`` ; ``nettes`` ou ``brutes``.
    ac_par_commune : dict, optional
        Attribution de chaque commune, si elle est connue.
    """

    recettes_epci_eur: Decimal
    dotation_compensation_eur: Decimal
    ac_eur: Decimal
    dsc_eur: Decimal
    recettes_communes_eur: Decimal
    recettes_syndicats_eur: Decimal
    part_dsc: Decimal
    regime_fiscal: str
    ac_negatives: str
    ac_par_commune: dict[str, Decimal] | None = None

    @property
    def numerateur_eur(self) -> Decimal:
        """F + DC − AC − k·DSC (€) ; sans déduction des transferts en fiscalité additionnelle."""
        brut = self.recettes_epci_eur + self.dotation_compensation_eur
        return brut if self.regime_fiscal == "FA" else brut - self.ac_eur - self.part_dsc * self.dsc_eur

    @property
    def denominateur_eur(self) -> Decimal:
        """F + DC + Fc + Fs (€) ; plus les attributions négatives si elles se comptent brutes."""
        total = self.recettes_epci_eur + self.dotation_compensation_eur
        total += self.recettes_communes_eur + self.recettes_syndicats_eur
        if self.ac_negatives == "brutes" and self.ac_par_commune and self.regime_fiscal == "FPU":
            total -= sum((ac for ac in self.ac_par_commune.values() if ac < 0), Decimal(0))
        return total

    @property
    def valeur(self) -> Decimal:
        """Numérateur ÷ dénominateur, sans arrondi."""
        return en_decimal(exact(self.numerateur_eur) / exact(self.denominateur_eur))


@dataclass(frozen=True)
class EffetCif:
    """CIF avant et après une imputation ; ``variation`` = après − avant, sans arrondi."""

    avant: Decimal
    apres: Decimal
    variation: Decimal


def composer_cif(
    recettes_epci_eur: Nombre,
    dotation_compensation_eur: Nombre,
    ac_eur: Attributions,
    dsc_eur: Nombre,
    recettes_communes_eur: Nombre,
    recettes_syndicats_eur: Nombre = 0,
    part_dsc: Nombre = 1,
    regime_fiscal: str = "FPU",
    ac_negatives: str = "nettes",
) -> Cif:
    """CIF d'un EPCI d'après ses recettes, ses transferts et les recettes du territoire.

    Parameters
    ----------
    recettes_epci_eur : Nombre
        F : recettes fiscales de l'EPCI qui comptent dans le CIF (€/an). En fiscalité additionnelle, sans la TASCOM.
    dotation_compensation_eur : Nombre
        DC : dotation de compensation (part CPS) (€/an) ; 0 en fiscalité additionnelle.
    ac_eur : Nombre or Mapping
        AC : total net des attributions versées (€/an), ou attribution de chaque commune, négative si elle verse.
    dsc_eur : Nombre
        DSC : dotation de solidarité communautaire (€/an).
    recettes_communes_eur, recettes_syndicats_eur : Nombre
        Fc et Fs : les mêmes recettes, pour les communes et pour les syndicats (€/an).
    part_dsc : Nombre
        k : 1 (défaut, depuis 2019, à confirmer) ou 0,5 (rédaction 2015).
    regime_fiscal : str
        ``FPU`` ou ``FA`` (les transferts n'y sont pas déduits).
    ac_negatives : str
        ``nettes`` (défaut) ou ``brutes`` : les attributions négatives s'ajoutent alors aux deux termes, ce qui demande
        l'attribution de chaque commune. Non tranché (niveau B).

    Raises
    ------
    ErreurDonnees
        Montant absent ou négatif, dénominateur nul, attributions par commune manquantes en « brutes ».

    Examples
    --------
    >>> composer_cif(20_000_000, 2_000_000, 8_000_000, 500_000, 18_000_000).valeur
    Decimal('0.3375')
    >>> composer_cif(20_000_000, 2_000_000, 8_000_000, 500_000, 18_000_000, part_dsc=0.5).valeur
    Decimal('0.34375')
    """
    _parmi("régime fiscal", regime_fiscal, REGIMES)
    _parmi("comptage des attributions négatives", ac_negatives, AC_NEGATIVES)
    detail = {nom: _montant(ac, f"l'attribution de {nom}") for nom, ac in ac_eur.items()} if isinstance(ac_eur, Mapping) else None
    if ac_negatives == "brutes" and detail is None:
        raise ErreurDonnees(
            "Attributions comptées brutes : un total ne suffit pas. Donnez l'attribution de chaque commune (dictionnaire)."
        )
    cif = Cif(
        _positif(recettes_epci_eur, "les recettes de l'EPCI"),
        _positif(dotation_compensation_eur, "la dotation de compensation"),
        _montant(ac_eur, "l'attribution de compensation") if detail is None else sum(detail.values(), Decimal(0)),
        _positif(dsc_eur, "la dotation de solidarité"),
        _positif(recettes_communes_eur, "les recettes des communes"),
        _positif(recettes_syndicats_eur, "les recettes des syndicats"),
        _positif(part_dsc, "la part de la dotation de solidarité"),
        regime_fiscal,
        ac_negatives,
        detail,
    )
    if cif.denominateur_eur <= 0:
        raise ErreurDonnees("Dénominateur nul : aucune recette sur le territoire. Vérifiez les montants.")
    return cif


def imputer_cif(cif: Cif, imputation_eur: Attributions, mode: str = "ac") -> EffetCif:
    """CIF avant et après le paiement d'un service, imputé sur l'attribution ou facturé.

    Parameters
    ----------
    cif : Cif
        Le CIF de départ (:func:`composer_cif`).
    imputation_eur : Nombre or Mapping
        Total imputé (€/an), ou part de chaque commune ; par commune, obligatoire si les attributions négatives se
        comptent brutes. Une restitution est négative.
    mode : str
        ``ac`` (défaut) ou ``facture`` (aucun effet).

    Raises
    ------
    ErreurDonnees
        Fiscalité additionnelle en mode ``ac`` (article cité), commune sans attribution connue.

    Examples
    --------
    >>> depart = composer_cif(20_000_000, 2_000_000, 8_000_000, 500_000, 18_000_000)
    >>> effet = imputer_cif(depart, 1_200_000)
    >>> effet.apres, effet.variation
    (Decimal('0.3675'), Decimal('0.03'))
    >>> imputer_cif(depart, 1_200_000, mode="facture").apres
    Decimal('0.3375')
    """
    _parmi("mode", mode, MODES)
    parts = imputation_eur if isinstance(imputation_eur, Mapping) else None
    imputees = {nom: _montant(part, f"l'imputation de {nom}") for nom, part in (parts or {}).items()}
    total = _montant(imputation_eur, "l'imputation") if parts is None else sum(imputees.values(), Decimal(0))
    if mode == "facture":
        return EffetCif(cif.valeur, cif.valeur, Decimal(0))
    if cif.regime_fiscal == "FA":
        raise ErreurDonnees(REFUS_FA)
    apres = replace(cif, ac_eur=cif.ac_eur - total, ac_par_commune=_detail_apres(cif, parts, imputees))
    avant, nouveau = (exact(c.numerateur_eur) / exact(c.denominateur_eur) for c in (cif, apres))
    return EffetCif(en_decimal(avant), en_decimal(nouveau), en_decimal(nouveau - avant))


def _detail_apres(cif: Cif, parts: Mapping | None, imputees: dict[str, Decimal]) -> dict[str, Decimal] | None:
    if cif.ac_par_commune is None or parts is None:
        if cif.ac_negatives == "brutes":
            raise ErreurDonnees("Attributions comptées brutes : donnez l'imputation de chaque commune (dictionnaire).")
        return None
    inconnues = sorted(nom for nom in imputees if nom not in cif.ac_par_commune)
    if inconnues:
        raise ErreurDonnees(f"Imputation sans attribution connue : {', '.join(inconnues)}. Donnez-la ; zéro s'écrit.")
    return {nom: ac - imputees.get(nom, Decimal(0)) for nom, ac in cif.ac_par_commune.items()}


def variation_cif(imputation_eur: Nombre, denominateur_eur: Nombre, regime_fiscal: str = "FPU") -> Decimal:
    """Hausse du CIF = imputation ÷ dénominateur, quand le dénominateur est connu (attributions comptées nettes).

    Raises
    ------
    ErreurDonnees
        Fiscalité additionnelle (article cité), dénominateur nul ou négatif.

    Examples
    --------
    >>> variation_cif(1_200_000, 40_000_000)
    Decimal('0.03')
    """
    if _parmi("régime fiscal", regime_fiscal, REGIMES) == "FA":
        raise ErreurDonnees(REFUS_FA)
    diviseur = positif(denominateur_eur, "le dénominateur", strict=True)
    return en_decimal(exact(imputation_eur, "l'imputation") / diviseur)


def denominateur_cif(numerateur_eur: Nombre, cif: Nombre) -> Decimal:
    """Dénominateur (€) déduit d'un CIF publié et de son numérateur.

    Examples
    --------
    >>> denominateur_cif(13_500_000, 0.3375)
    Decimal('40000000')
    """
    return en_decimal(positif(numerateur_eur, "le numérateur") / positif(cif, "le CIF", strict=True))


def cif_retenu(cif: Nombre, nature: str = "CC", coefficient: Nombre | None = None, plafond: Nombre | None = None) -> Decimal:
    """CIF qui compte dans la dotation : min(plafond ; coefficient × CIF), le coefficient d'abord.

    Parameters
    ----------
    cif : Nombre
        CIF publié ou calculé.
    nature : str
        ``CC``, ``CA``, ``CU``, ``METRO`` ou ``MET69``.
    coefficient, plafond : Nombre, optional
        Sinon ceux du référentiel : 1,1 pour les métropoles et 1 ailleurs ; 0,6.

    Examples
    --------
    >>> cif_retenu(0.5, "METRO"), cif_retenu(0.58, "METRO"), cif_retenu(0.58, "CA")
    (Decimal('0.55'), Decimal('0.6'), Decimal('0.58'))
    """
    return en_decimal(retenu_exact(cif, nature, coefficient, plafond))


def retenu_exact(cif: Nombre, nature: str, coefficient: Nombre | None = None, plafond: Nombre | None = None) -> Fraction:
    """Le même, en fraction exacte."""
    _parmi("nature", nature, NATURES)
    facteur = coefficient_nature(nature) if coefficient is None else positif(coefficient, "le coefficient", strict=True)
    limite = exact(regle("plafond_cif")) if plafond is None else positif(plafond, "le plafond du CIF", strict=True)
    return min(limite, facteur * positif(cif, "le CIF"))


def coefficient_nature(nature: str) -> Fraction:
    """Coefficient appliqué au CIF avant plafonnement : 1,1 pour une métropole, 1 sinon."""
    return exact(regle("coefficient_metropole")) if nature in METROPOLES else Fraction(1)


def seuil_garantie(nature: str) -> Decimal:
    """CIF à dépasser pour que la garantie passe de 95 à 100 % : 0,50 pour une CC, 0,35 pour une CA, une CU, une métropole.

    Examples
    --------
    >>> seuil_garantie("CC"), seuil_garantie("METRO")
    (Decimal('0.5'), Decimal('0.35'))
    """
    _parmi("nature", nature, NATURES)
    return en_decimal(exact(regle("seuil_cif_cc" if nature == "CC" else "seuil_cif_ca_cu_metropole")))


def regle(id: str, annee: int | None = None) -> float:
    """Valeur datée de la dotation d'intercommunalité dans le référentiel (``plafond``, ``plancher``, ``plafond_cif``…)."""
    jour = None if annee is None else datetime.date(annee, 1, 1)
    return referentiel.droit("dotation_intercommunalite").valeur(id, jour)


def _parmi(genre: str, nom: str, connus: tuple[str, ...]) -> str:
    if nom not in connus:
        raise ErreurUsage.nom_inconnu(genre, str(nom), connus)
    return nom


def _montant(valeur: Nombre, nom: str) -> Decimal:
    return en_decimal(exact(valeur, nom))


def _positif(valeur: Nombre, nom: str) -> Decimal:
    return en_decimal(positif(valeur, nom))
