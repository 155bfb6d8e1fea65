"""Ce qui borne l'effet d'une imputation sur la dotation, nommé en une phrase, du plus limitant au moins limitant."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from mutunb import formats

REGIME = "regime"
SANS_IMPUTATION = "sans_imputation"
CIF_PLAFONNE = "cif_plafonne"
CIF_PLAFONNE_EN_PARTIE = "cif_plafonne_en_partie"
SEUIL_FRANCHI = "seuil_franchi"
SEUIL_SANS_EFFET = "seuil_sans_effet"
SEUIL_PERDU = "seuil_perdu"
PLANCHER = "plancher"
SORTIE_PLANCHER = "sortie_plancher"
PLAFOND = "plafond"
AUCUNE = "aucune"
#: contraintes qui n'empêchent pas la dotation de suivre le CIF
_SANS_EFFET = frozenset({SEUIL_SANS_EFFET, CIF_PLAFONNE_EN_PARTIE})


class Bornee(Protocol):
    """Ce que ce module lit d'une dotation (:class:`mutunb.calculs.dotation.Dotation`)."""

    borne: str
    cif: Decimal
    cif_retenu: Decimal
    plancher_part: Decimal
    plafond_part: Decimal


@dataclass(frozen=True)
class Situation:
    """Dotation avant et après imputation, et où le CIF se tient par rapport au seuil et au plafond de 0,6."""

    avant: Bornee
    apres: Bornee
    seuil: Decimal
    garanti_avant: bool
    garanti_apres: bool
    depasse_plafond_cif: bool


def nommer_contraintes(situation: Situation | None, regime_fiscal: str = "FPU") -> tuple[str, ...]:
    """Codes de toutes les contraintes qui jouent, dans l'ordre de lecture ; ``("aucune",)`` si rien ne borne.

    En fiscalité additionnelle, ``("regime",)`` seul : l'imputation n'y existe pas, ``situation`` n'est pas lue.
    """
    if regime_fiscal == "FA" or situation is None:
        return (REGIME,)
    if situation.apres.cif == situation.avant.cif:
        return (SANS_IMPUTATION,)
    codes = [*_du_cif(situation), *_du_seuil(situation), *_des_bornes(situation)]
    return tuple(codes) if set(codes) - _SANS_EFFET else (*codes, AUCUNE)


def _du_cif(situation: Situation) -> list[str]:
    avant, apres = situation.avant, situation.apres
    if apres.cif <= avant.cif or not situation.depasse_plafond_cif:
        return []
    return [CIF_PLAFONNE if apres.cif_retenu == avant.cif_retenu else CIF_PLAFONNE_EN_PARTIE]


def _du_seuil(situation: Situation) -> list[str]:
    if situation.garanti_avant and not situation.garanti_apres:
        return [SEUIL_PERDU]
    if situation.garanti_avant or not situation.garanti_apres:
        return []
    return [SEUIL_FRANCHI if situation.apres.borne == "plancher" else SEUIL_SANS_EFFET]


def _des_bornes(situation: Situation) -> list[str]:
    avant, apres = situation.avant, situation.apres
    codes = []
    if avant.borne == "plancher":
        if apres.borne == "plancher" and avant.plancher_part == apres.plancher_part:
            codes.append(PLANCHER)
        elif apres.borne != "plancher":
            codes.append(SORTIE_PLANCHER)
    return [*codes, PLAFOND] if apres.borne == "plafond" else codes


def dire_contraintes(codes: tuple[str, ...], situation: Situation | None = None, annee_effet: int | None = None) -> str:
    """La phrase qui nomme les contraintes, suivie de l'année du premier effet si elle est donnée.

    Examples
    --------
    >>> dire_contraintes(("regime",))
    "L'imputation n'est pas ouverte à ce régime ; le service se facture."
    """
    suite = f" Premier effet en {annee_effet}." if annee_effet and codes != (REGIME,) and codes != (SANS_IMPUTATION,) else ""
    return " ".join(_phrase(code, situation) for code in codes) + suite


def _phrase(code: str, situation: Situation | None) -> str:
    if code == REGIME or situation is None:
        return "L'imputation n'est pas ouverte à ce régime ; le service se facture."
    valeurs = {
        "seuil": formats.nombre(situation.seuil, 2),
        "plancher": formats.nombre(situation.apres.plancher_part * 100),
        "plancher_avant": formats.nombre(situation.avant.plancher_part * 100),
        "hausse": formats.nombre((situation.apres.plafond_part - 1) * 100),
    }
    return PHRASES[code].format(**valeurs).replace(" %", f"{formats.ESPACE}%")


PHRASES = {
    SANS_IMPUTATION: "Rien n'est imputé : le CIF et la dotation ne changent pas.",
    CIF_PLAFONNE: "Le CIF retenu est déjà au plafond de 0,6 : l'intégration supplémentaire n'est plus comptée.",
    CIF_PLAFONNE_EN_PARTIE: "Le CIF retenu atteint en route le plafond de 0,6 : l'intégration supplémentaire n'est comptée "
    "qu'en partie.",
    SEUIL_FRANCHI: "Le gain vient du franchissement du seuil de {seuil} : la garantie passe de 95 à 100 %, et non de la "
    "formule.",
    SEUIL_SANS_EFFET: "Le seuil de {seuil} est franchi, mais la garantie est sans effet cette année.",
    SEUIL_PERDU: "Le CIF repasse sous le seuil de {seuil} : la garantie redescend de 100 à 95 %.",
    PLANCHER: "La dotation est tenue par le plancher de {plancher} % : l'imputation ne change rien tant que le spontané reste "
    "en dessous.",
    SORTIE_PLANCHER: "La dotation était au plancher de {plancher_avant} % : seule la part du spontané qui dépasse ce plancher "
    "compte.",
    PLAFOND: "La hausse calculée est bornée à {hausse} % par habitant ; le reste pourra venir les années suivantes.",
    AUCUNE: "Aucune garantie ne joue : la dotation suit le CIF, à valeurs de point constantes.",
}
