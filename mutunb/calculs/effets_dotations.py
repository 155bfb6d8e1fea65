"""Imputer un service sur l'attribution de compensation, ou le facturer : ce que cela change pour le CIF et les dotations.

Assemble les calculs purs (:mod:`~mutunb.calculs.cif`, :mod:`~mutunb.calculs.dotation`, :mod:`~mutunb.calculs.fpic`,
:mod:`~mutunb.calculs.potentiel_fiscal`) sur un territoire. Estimation, règles 2024 à confirmer. Ce qui ne peut pas se
chiffrer reste absent, avec sa raison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Protocol

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs.approximation_cif import AU_DESSUS
from mutunb.calculs.chaine_dotation import AnneeDotation
from mutunb.calculs.chiffrage_dotation import (
    INCONNUES,
    Fourchette,
    chiffrer_dotation,
    hausse_dotation,
    peut_franchir,
    varier_cif,
)
from mutunb.calculs.cif import REFUS_FA
from mutunb.calculs.compensation import REGIME_OUVERT
from mutunb.calculs.contraintes_dotation import CIF_PLAFONNE, REGIME
from mutunb.calculs.criteres_dotation import CriteresDotation, lire_criteres
from mutunb.calculs.declarations import feuille
from mutunb.calculs.dotation import DELAI_EFFET_ANS, EffetDotation
from mutunb.calculs.monnaie import Nombre, exact, positif
from mutunb.calculs.position_dotation import PositionDotation, ou_se_tient
from mutunb.calculs.potentiel_fiscal import effet_potentiel_fiscal
from mutunb.calculs.repartition import repartir
from mutunb.dossier import Dossier
from mutunb.erreurs import Constat, ErreurDonnees

#: montant illustré quand le coût du service n'est pas connu (€/an)
ILLUSTRATION_EUR = 100_000
DECLAREE, SOLDE_OFGL, INCONNUE = "declaree", "solde_ofgl", "absente"


class AvecImputations(Protocol):
    """Ce que ce module lit des imputations d'un projet (:class:`mutunb.calculs.imputations.Imputations`)."""

    dossier: Dossier
    parts_eur: Mapping[str, float]
    fourchette_eur: tuple[float, float]
    annee_service: int | None
    incompletes: frozenset[str]
    publiables: bool


#: année de l'imputation quand ni projet ni demande ne la donnent
ANNEE_D_ILLUSTRATION = 2027


@dataclass(frozen=True)
class EffetsDotations:
    """Effets d'une imputation sur un territoire.

    Attributes
    ----------
    annee : int
        N, année de l'imputation ; le premier effet sur le CIF et la dotation vient en N+2.
    illustratif : bool
        Vrai si le montant est une illustration (le coût du service n'est pas connu).
    total_eur, total_bas_eur, total_haut_eur : float
        Somme imputée sur les attributions (€/an), et sa marge ; la part de l'EPCI n'y est pas.
    annee_demandee : int
        Année demandée, si le service démarre plus tard ; sinon la même.
    refus : str
        Pourquoi l'imputation est fermée (fiscalité additionnelle) ; vide si elle est ouverte.
    position : PositionDotation
        Où se tient l'EPCI avant tout projet.
    variation_cif : Fourchette
        Hausse du CIF, selon le dénominateur approché et la marge du montant.
    effet : EffetDotation, optional
        Dotation de N+2 sans et avec imputation ; ``None`` si ``motif_dotation`` dit pourquoi.
    gain : Fourchette
        Gain de dotation de N+2 (€/an) sur la marge du CIF et du montant ; NaN si la dotation n'est pas chiffrée.
    chaine : tuple of AnneeDotation
        De N à N+6 ; vide sans fiche DGF.
    hausse_part : Fourchette
        Hausse de la dotation calculée, avant garanties et plafond (en part) ; NaN si inconnue.
    communes : DataFrame
        ``siren, insee, nom, population, incomplete`` (une part manque), ``hors_service, ac_avant_eur, imputation_eur,
        ac_apres_eur, contributrice`` (le devient), ``potentiel_eur, potentiel_hab_eur`` (variation du potentiel fiscal).
    origine_ac : str
        ``declaree``, ``solde_ofgl`` (AC + DSC des comptes, jamais « AC ») ou ``absente``.
    publiables : bool
        Faux si les parts laissent deviner un effectif ou un coût déclaré : le total est alors arrondi.
    """

    criteres: CriteresDotation
    position: PositionDotation
    annee: int
    illustratif: bool
    total_eur: float
    total_bas_eur: float
    total_haut_eur: float
    annee_demandee: int
    refus: str
    variation_cif: Fourchette
    effet: EffetDotation | None
    gain: Fourchette
    chaine: tuple[AnneeDotation, ...]
    motif_dotation: str
    hausse_part: Fourchette
    communes: pd.DataFrame
    origine_ac: str
    publiables: bool

    @property
    def dossier(self) -> Dossier:
        """Le dossier étudié."""
        return self.criteres.dossier

    @property
    def annee_effet(self) -> int:
        """Premier effet sur le CIF, la dotation et le FPIC : N+2."""
        return self.annee + DELAI_EFFET_ANS

    @property
    def cif_apres(self) -> float:
        """CIF après imputation, au dénominateur central ; NaN si inconnu."""
        return self.position.cif + self.variation_cif.central

    @property
    def seuil_en_jeu(self) -> bool:
        """Vrai si l'imputation peut faire franchir le seuil de garantie, ou si rien ne permet de l'écarter."""
        return not self.refus and peut_franchir(self.criteres, self.variation_cif)

    @property
    def contraintes(self) -> tuple[str, ...]:
        """Contraintes connues, même sans fiche DGF : régime, CIF déjà au plafond ; vide si rien ne peut être nommé."""
        if self.refus:
            return (REGIME,)
        if self.effet is not None:
            return self.effet.contraintes
        return (CIF_PLAFONNE,) if self.position.plafond_cif == AU_DESSUS else ()


def etudier_dotations(
    etude: AvecImputations | Dossier,
    imputations_eur: Mapping[str, Nombre] | None = None,
    annee_imputation: int | None = None,
    fourchette_eur: tuple[float, float] | None = None,
) -> EffetsDotations:
    """Effets d'une imputation sur le CIF, la dotation d'intercommunalité, le FPIC et le potentiel fiscal.

    Parameters
    ----------
    etude : Dossier, or Imputations
        Le territoire, ou les imputations d'un projet (:func:`mutunb.calculs.imputations.rassembler_imputations`), qui
        donnent aussi les montants.
    imputations_eur : Mapping, optional
        SIREN de commune → part de service imputée (€/an). La part de l'EPCI, usager lui aussi, est laissée de côté.
        Sans montants, ou s'ils sont nuls : illustration pour 100 000 €, répartis selon la population, dite comme telle.
    annee_imputation : int, optional
        N : année où l'attribution est modifiée ; jamais avant le démarrage du service, qui en décide à défaut.
    fourchette_eur : tuple, optional
        Total imputé au plus bas et au plus haut (€/an), si le coût n'est qu'estimé.

    Raises
    ------
    ErreurDonnees
        SIREN étrangers au territoire, montants absents ou négatifs (tous à la fois).

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> effets = etudier_dotations(ouvrir("247900798"))
    >>> effets.illustratif, effets.total_eur, effets.annee_effet
    (True, 100000.0, 2029)
    """
    dossier, parts, fourchette, demarrage, publiables = _entrees(etude, imputations_eur, fourchette_eur)
    annee = max(annee_imputation or 0, demarrage) or ANNEE_D_ILLUSTRATION
    criteres = lire_criteres(dossier)
    parts, illustratif = _parts(dossier, parts)
    publiables = publiables or illustratif
    central = float(sum(exact(p) for p in parts.values()))
    bas, haut = (central, central) if fourchette is None or illustratif else fourchette
    if not publiables:  # seule la somme compte pour le CIF ; arrondie, elle ne rend pas ce qu'une entité a déclaré
        bas, central, haut = (float(formats.environ(montant)) for montant in (bas, central, haut))
    ouvert = dossier.territoire.regime_fiscal == REGIME_OUVERT
    variation = varier_cif(criteres, Fourchette(bas, central, haut)) if ouvert else INCONNUES
    effet, gain, chaine, motif = chiffrer_dotation(criteres, variation, annee) if ouvert else (None, INCONNUES, (), REFUS_FA)
    incompletes = frozenset() if illustratif or isinstance(etude, Dossier) else etude.incompletes
    communes, origine = _communes(dossier, parts, ouvert, incompletes)
    return EffetsDotations(
        criteres=criteres,
        position=ou_se_tient(criteres),
        annee=annee,
        illustratif=illustratif,
        total_eur=central,
        total_bas_eur=bas,
        total_haut_eur=haut,
        annee_demandee=annee_imputation or annee,
        refus="" if ouvert else REFUS_FA,
        variation_cif=variation,
        effet=effet,
        gain=gain,
        chaine=chaine,
        motif_dotation=motif,
        hausse_part=hausse_dotation(criteres, variation) if ouvert else INCONNUES,
        communes=communes,
        origine_ac=origine,
        publiables=publiables,
    )


def _entrees(
    etude: AvecImputations | Dossier, imputations: Mapping[str, Nombre] | None, fourchette: tuple[float, float] | None
) -> tuple[Dossier, Mapping[str, Nombre] | None, tuple[float, float] | None, int, bool]:
    """Dossier, parts, marge du total, année de démarrage (0 si inconnue) et droit de montrer les parts."""
    if isinstance(etude, Dossier):
        return etude, imputations, fourchette, 0, True
    if imputations is not None:
        return etude.dossier, imputations, fourchette, etude.annee_service or 0, etude.publiables
    return etude.dossier, etude.parts_eur, etude.fourchette_eur, etude.annee_service or 0, etude.publiables


def _parts(dossier: Dossier, imputations: Mapping[str, Nombre] | None) -> tuple[Mapping[str, Nombre], bool]:
    """Part imputée de chaque commune, et si c'est une illustration."""
    communes = dossier.territoire.communes
    connues = set(communes["siren"])
    lues = {siren: part for siren, part in (imputations or {}).items() if siren != dossier.territoire.siren}
    constats = [
        Constat(f"imputation de {siren}", "un SIREN étranger", "une commune du territoire", "Imputez-la sur sa commune, ou facturez.")
        for siren in lues
        if siren not in connues
    ]
    if constats:
        raise ErreurDonnees.de_constats("Imputations", constats)
    exactes = {siren: positif(part, f"l'imputation de {siren}") for siren, part in lues.items()}
    if any(exactes.values()):
        return MappingProxyType(exactes), False
    habitants = communes.set_index("siren")["pop_totale_2025"].fillna(0).astype(int)
    centimes = repartir(ILLUSTRATION_EUR * 100, habitants.to_dict())
    return MappingProxyType({siren: Decimal(c).scaleb(-2) for siren, c in centimes.items()}), True


def _communes(
    dossier: Dossier, parts: Mapping[str, Nombre], ouvert: bool, incompletes: frozenset[str]
) -> tuple[pd.DataFrame, str]:
    """Attribution avant et après, et variation du potentiel fiscal, commune par commune."""
    communes = dossier.territoire.communes
    table = communes[["siren", "insee", "nom"]].copy()
    table["population"] = communes["pop_totale_2025"].astype(float)
    table["incomplete"] = table["siren"].isin(incompletes)
    table["imputation_eur"] = [float(exact(parts.get(siren, 0))) for siren in table["siren"]]
    table["hors_service"] = table["imputation_eur"].eq(0) & ~table["incomplete"]
    table["ac_avant_eur"], origine = _attributions(dossier) if ouvert else (np.nan, INCONNUE)
    table["potentiel_eur"] = table["potentiel_hab_eur"] = np.nan
    if ouvert and table["population"].gt(0).all():
        effets = effet_potentiel_fiscal(parts, dict(zip(table["siren"], table["population"], strict=True)))
        table["potentiel_eur"] = [float(effets[s].variation_eur) for s in table["siren"]]
        table["potentiel_hab_eur"] = [float(effets[s].variation_hab_eur) for s in table["siren"]]
    table.loc[table["incomplete"], ["potentiel_eur", "potentiel_hab_eur"]] = np.nan
    table.loc[table["incomplete"] & table["imputation_eur"].eq(0), "imputation_eur"] = np.nan
    table["ac_apres_eur"] = (table["ac_avant_eur"] - table["imputation_eur"]).mask(table["incomplete"])
    table["contributrice"] = table["ac_avant_eur"].ge(0) & table["ac_apres_eur"].lt(0)
    return table.reset_index(drop=True), origine


def _attributions(dossier: Dossier) -> tuple[pd.Series, str]:
    """Attribution de fonctionnement déclarée ; à défaut, solde « AC + DSC » des comptes ; jamais l'un pour l'autre."""
    communes, lues = dossier.territoire.communes, feuille(dossier, "compensations")
    if lues is not None and lues["ac_fonctionnement_eur"].notna().any():
        dernier = lues.dropna(subset="ac_fonctionnement_eur").sort_values("exercice").drop_duplicates("siren", keep="last")
        montants = communes["siren"].map(dernier.set_index("siren")["ac_fonctionnement_eur"])
        if montants.notna().any():
            return montants.astype(float), DECLAREE
    soldes = communes["fiscalite_reversee"].astype(float)
    return soldes, SOLDE_OFGL if soldes.notna().any() else INCONNUE
