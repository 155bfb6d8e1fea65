"""La charge de travail d'une fonction face à son effectif : ce que les volumes demandent, et ce qui dépasse ou manque.

L'effectif nécessaire vient d'une productivité (unités par ETP et par an). Un départ n'est tenu pour remplaçable par
l'équipe qu'à la productivité la plus basse de la fourchette : une économie ne sort pas d'un ratio optimiste.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from mutunb.calculs.assiette import Assiette
from mutunb.calculs.dimensionnement import besoin_par_productivite
from mutunb.calculs.faits import Faits
from mutunb.calculs.volumes import MOIS
from mutunb.referentiel import Hypothese

#: fonction → (hypothèse de productivité, unités annuelles par unité de la productivité)
PRODUCTIVITES: Mapping[str, tuple[str, int]] = MappingProxyType(
    {
        "comptabilite_finances": ("pieces_par_etp", 1),
        "ressources_humaines": ("agents_par_etp_rh", MOIS),
        "systemes_information": ("postes_par_etp_si", 1),
        "achats": ("procedures_par_acheteur", 1),
        "application_droit_sols": ("permis_par_etp", 1),
    }
)


@dataclass(frozen=True)
class Charge:
    """Charge d'une fonction dans un périmètre.

    Attributes
    ----------
    fonction : str
    volume : float
        Unités d'œuvre déclarées des entités comparées ; NaN si personne n'en a déclaré.
    entites, entites_perimetre : int
        Entités dont le volume est déclaré et l'effectif connu, sur le nombre d'entités du périmètre.
    etp : float
        ETP actuels de ces entités.
    besoin_bas, besoin, besoin_haut : float
        ETP nécessaires, au demi-poste, aux productivités haute, centrale et basse.
    minimum_etp : float
        Minimum de continuité (ETP).
    """

    fonction: str
    volume: float
    entites: int
    entites_perimetre: int
    etp: float
    besoin_bas: float
    besoin: float
    besoin_haut: float
    minimum_etp: float

    @property
    def est_connue(self) -> bool:
        """Vrai si un volume déclaré permet de dimensionner."""
        return bool(np.isfinite(self.besoin))

    @property
    def excedent_etp(self) -> float:
        """ETP que la charge n'emploie pas, même à la productivité la plus basse ; NaN si la charge est inconnue."""
        return max(0.0, self.etp - self.besoin_haut) if self.est_connue else np.nan


def mesurer_charge(assiette: Assiette, faits: Faits, hypotheses: Mapping[str, Hypothese]) -> Charge:
    """Charge de travail d'une fonction, d'après les seuls volumes déclarés (une estimation ne dimensionne pas)."""
    minimum, besoins = hypotheses["minimum_continuite"].central, [np.nan] * 3
    if assiette.fonction in PRODUCTIVITES and faits.volume > 0:
        nom, facteur = PRODUCTIVITES[assiette.fonction]
        bornes = (hypotheses[nom].haut, hypotheses[nom].central, hypotheses[nom].bas)
        besoins = [besoin_par_productivite(faits.volume, p * facteur, minimum_etp=minimum) for p in bornes]
    return Charge(
        assiette.fonction, faits.volume, faits.entites_comparees, len(assiette.table), faits.etp_compares, *besoins, minimum
    )


def renfort_etp(charge: Charge, etp: float) -> float:
    """ETP à ajouter pour tenir la charge (productivité centrale) et le minimum de continuité ; 0 s'il n'en manque pas.

    Parameters
    ----------
    charge : Charge
    etp : float
        ETP du périmètre entier ; ``charge.etp`` n'en couvre que les entités au volume déclaré.
    """
    manque = max(0.0, charge.besoin - charge.etp) if charge.est_connue else 0.0
    continuite = max(0.0, charge.minimum_etp - etp) if etp == etp else 0.0
    return max(manque, continuite)
