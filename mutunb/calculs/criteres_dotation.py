"""Ce que l'on sait du CIF et de la dotation d'un EPCI : sa fiche DGF, sinon le CIF publié, sinon une approximation.

Rien n'est inventé : ce qui manque reste absent, avec la raison et ce qu'il faut demander.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.approximation_cif import DenominateurApproche, approcher_denominateur
from mutunb.calculs.declarations import cif_declare, feuille
from mutunb.dossier import Dossier
from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.defauts import METROPOLE_GRAND_PARIS
from mutunb.territoires.modeles import COUVERTURE_MINIMALE

FICHE, PUBLIE, APPROCHE, ABSENT = "fiche", "publie", "approche", "absent"
COMPTES_EPCI = ("impots_locaux", "impots_taxes", "dgf", "concours_etat")
#: champ de la fiche DGF → ce qu'il faut demander
CHAMPS_FICHE = {
    "dotation_base_eur": "dotation de base",
    "dotation_perequation_eur": "dotation de péréquation",
    "dotation_interco_hab_precedente_eur": "dotation par habitant de l'année précédente",
    "population_dgf": "population DGF",
}


@dataclass(frozen=True)
class CriteresDotation:
    """Critères connus d'un EPCI ; un montant absent est NaN.

    Attributes
    ----------
    cif : float
        Coefficient d'intégration fiscale (0 à 1).
    origine_cif : str
        ``fiche`` (fournie par l'EPCI), ``publie``, ``approche`` (à 0,06 près) ou ``absent``.
    denominateur : DenominateurApproche, optional
        Approché par les comptes ; ``None`` hors de son champ, ``motif_denominateur`` dit alors pourquoi.
    exercice : int, optional
        Année de la fiche DGF ; ``None`` sans fiche.
    spontanee_eur, di_eur, di_hab_precedente_eur, population_dgf : float
        Base + péréquation (€), dotation notifiée (€), dotation de l'an dernier (€/hab.), population DGF.
    dgf_eur : float
        DGF inscrite aux comptes publics (€) : elle contient la dotation d'intercommunalité.
    manques : tuple of str
        Ce qu'il faut demander pour chiffrer la dotation.
    """

    dossier: Dossier
    cif: float
    origine_cif: str
    denominateur: DenominateurApproche | None
    motif_denominateur: str
    exercice: int | None
    spontanee_eur: float
    di_eur: float
    di_hab_precedente_eur: float
    population_dgf: float
    dgf_eur: float
    manques: tuple[str, ...]

    @property
    def est_approche(self) -> bool:
        """Vrai si le CIF est approché : il ne tranche alors aucun seuil."""
        return self.origine_cif == APPROCHE

    @property
    def source_cif(self) -> str:
        """D'où vient le CIF, en toutes lettres."""
        territoire = self.dossier.territoire
        return {
            FICHE: f"fiche DGF {self.exercice or ''} fournie par l'EPCI".replace("  ", " "),
            PUBLIE: mentions.dotations(territoire),
            APPROCHE: f"approché par les comptes ({mentions.comptes(territoire)})",
            ABSENT: "non publié et non approché",
        }[self.origine_cif]


def lire_criteres(dossier: Dossier) -> CriteresDotation:
    """Critères de dotation d'un territoire, du plus sûr au moins sûr : fiche DGF, CIF publié, approximation."""
    territoire = dossier.territoire
    fiche = _fiche(dossier)
    declare, publie = cif_declare(dossier), float(territoire.epci["cif_2025"])
    connu = declare if pd.notna(declare) else publie
    denominateur, motif = _denominateur(dossier, connu)
    approche = np.nan if denominateur is None else float(denominateur.cif_approche)
    origine = FICHE if pd.notna(declare) else PUBLIE if pd.notna(publie) else APPROCHE if pd.notna(approche) else ABSENT
    champs = {nom: _champ(fiche, nom) for nom in (*CHAMPS_FICHE, "dotation_interco_eur")}
    if pd.isna(champs["population_dgf"]):
        champs["population_dgf"] = float(territoire.epci["pop_dgf_2025"])
    return CriteresDotation(
        dossier=dossier,
        cif=connu if pd.notna(connu) else approche,
        origine_cif=origine,
        denominateur=denominateur,
        motif_denominateur=motif,
        exercice=None if fiche is None else int(fiche["exercice"]),
        spontanee_eur=champs["dotation_base_eur"] + champs["dotation_perequation_eur"],
        di_eur=champs["dotation_interco_eur"],
        di_hab_precedente_eur=champs["dotation_interco_hab_precedente_eur"],
        population_dgf=champs["population_dgf"],
        dgf_eur=float(territoire.epci["dgf"]),
        manques=tuple(libelle for nom, libelle in CHAMPS_FICHE.items() if pd.isna(champs[nom])),
    )


def _fiche(dossier: Dossier) -> pd.Series | None:
    """Fiche DGF la plus récente de l'EPCI."""
    fiches = feuille(dossier, "dgf")
    if fiches is None:
        return None
    siennes = fiches[fiches["siren"].eq(dossier.territoire.siren)].dropna(subset="exercice").sort_values("exercice")
    return None if siennes.empty else siennes.iloc[-1]


def _champ(fiche: pd.Series | None, nom: str) -> float:
    return np.nan if fiche is None else float(fiche[nom])


def _denominateur(dossier: Dossier, cif: float) -> tuple[DenominateurApproche | None, str]:
    territoire = dossier.territoire
    epci, communes = territoire.epci, territoire.communes["impots_locaux"].astype(float)
    motif = _hors_champ(dossier)
    if motif:
        return None, motif
    try:
        publie = cif if 0 < cif < 1 else None
        montants = [float(epci[nom]) for nom in COMPTES_EPCI]
        return approcher_denominateur(*montants, float(communes.sum(min_count=1)), publie), ""
    except ErreurDonnees:
        return None, f"les comptes {territoire.millesime.comptes} ne permettent pas d'approcher le dénominateur du CIF"


def _hors_champ(dossier: Dossier) -> str:
    """Pourquoi l'approximation ne s'applique pas ici ; vide si elle s'applique."""
    territoire = dossier.territoire
    if territoire.regime_fiscal == "FA":
        return "l'approximation ne couvre pas la fiscalité additionnelle"
    if territoire.siren == METROPOLE_GRAND_PARIS or territoire.nature == "MET69":
        return "l'approximation ne couvre ni la Métropole du Grand Paris ni celle de Lyon"
    couvertures = [float(territoire.epci[nom]) for nom in ("communes_couverture_pop", "ofgl_couverture_pop")]
    if not all(couverture >= COUVERTURE_MINIMALE for couverture in couvertures):
        minimum = formats.pourcent(COUVERTURE_MINIMALE)
        return f"les comptes {territoire.millesime.comptes} couvrent moins de {minimum} de la population"
    return ""
