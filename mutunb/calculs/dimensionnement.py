"""Combien de monde faut-il ? Volumes × temps unitaires ÷ heures productives, au demi-poste, avec un minimum de continuité.

Formules ::

    heures productives = 1 607 h − absences − formation et réunions
    temps unitaire     = heures productives ÷ productivité (unités par ETP et par an)
    besoin             = somme(volume × temps unitaire) ÷ heures productives
    retenu             = besoin arrondi au demi-poste supérieur, et au moins le minimum de continuité

Les 1 607 heures sont la durée annuelle du travail d'un agent à temps complet, congés déjà déduits (décret n° 2000-815).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from mutunb.calculs.entrees import dictionnaire
from mutunb.calculs.monnaie import Nombre, exact, positif
from mutunb.erreurs import ErreurDonnees

HEURES_ANNUELLES = 1607
PAS_ETP = "0.5"
MINUTES = 60


@dataclass(frozen=True)
class Besoin:
    """Effectif nécessaire.

    Attributes
    ----------
    charge_h : float
        Heures de travail à faire dans l'année.
    heures_productives : float
        Heures de travail utiles d'un ETP dans l'année.
    exact_etp : float
        Charge ÷ heures productives, sans arrondi (ETP).
    retenu_etp : float
        Au demi-poste supérieur, et au moins le minimum de continuité (ETP).
    minimum_atteint : bool
        Vrai si c'est le minimum de continuité qui décide, et non la charge.
    """

    charge_h: float
    heures_productives: float
    exact_etp: float
    retenu_etp: float
    minimum_atteint: bool

    @property
    def taux_occupation(self) -> float:
        """Part (0 à 1) des heures disponibles que la charge occupe."""
        return self.exact_etp / self.retenu_etp if self.retenu_etp else 0.0


def heures_productives(
    absences_h: Nombre = 130, formation_h: Nombre = 120, annuelles_h: Nombre = HEURES_ANNUELLES
) -> float:
    """Heures de travail utiles d'un ETP dans l'année = durée annuelle − absences − formation et réunions.

    Parameters
    ----------
    absences_h, formation_h : Nombre
        Heures par an et par ETP ; valeurs d'usage (niveau B, hypothèses ``heures_absence`` et
        ``heures_formation_reunions``), à remplacer par le bilan social.
    annuelles_h : Nombre
        Durée annuelle, 1 607 h à défaut.

    Raises
    ------
    ErreurDonnees
        Heures négatives, ou plus d'absences que d'heures.

    Examples
    --------
    >>> heures_productives(107, 100)
    1400.0
    """
    reste = (
        positif(annuelles_h, "la durée annuelle", strict=True)
        - positif(absences_h, "les heures d'absence")
        - positif(formation_h, "les heures de formation")
    )
    if reste <= 0:
        raise ErreurDonnees(
            f"Heures productives : {annuelles_h} − {absences_h} − {formation_h} ne laisse rien. Vérifiez les heures par ETP."
        )
    return float(reste)


def temps_unitaire_h(unites_par_etp: Nombre, heures: Nombre) -> float:
    """Temps d'une unité (heures), d'après une productivité (unités par ETP et par an) et les heures productives.

    Examples
    --------
    >>> temps_unitaire_h(5_000, 1_400)
    0.28
    """
    return float(positif(heures, "les heures productives", strict=True) / positif(unites_par_etp, "la productivité", strict=True))


def dimensionner(
    volumes: Mapping[str, Nombre],
    temps_unitaires_h: Mapping[str, Nombre],
    heures: Nombre | None = None,
    pas_etp: Nombre = PAS_ETP,
    minimum_etp: Nombre = 0,
) -> Besoin:
    """Effectif nécessaire pour traiter des volumes annuels, au demi-poste supérieur.

    Parameters
    ----------
    volumes : Mapping
        Genre d'acte → volume annuel ; un zéro s'écrit, une donnée absente est refusée.
    temps_unitaires_h : Mapping
        Genre d'acte → heures par unité.
    heures : Nombre, optional
        Heures productives d'un ETP ; à défaut :func:`heures_productives`.
    pas_etp : Nombre
        Pas d'arrondi (0,5 ETP ; 0 pour ne pas arrondir).
    minimum_etp : Nombre
        Minimum de continuité (ETP) : un service qui a du travail n'a jamais moins.

    Raises
    ------
    ErreurDonnees
        Volume sans temps unitaire, volume ou temps absents ou négatifs, heures nulles.

    Notes
    -----
    Arithmétique exacte : un besoin d'exactement 2,5 ETP reste 2,5. Sans aucun travail, le besoin est nul.

    Examples
    --------
    >>> besoin = dimensionner({"mandats": 20_000, "titres": 5_000}, {"mandats": "0.25", "titres": "0.5"}, heures=1_400)
    >>> besoin.charge_h, round(besoin.exact_etp, 2), besoin.retenu_etp
    (7500.0, 5.36, 5.5)
    >>> dimensionner({"dossiers": 40}, {"dossiers": 6}, heures=1_400, minimum_etp=2).retenu_etp
    2.0
    """
    volumes = dictionnaire(volumes, "les volumes", "genre d'acte → volume annuel")
    temps_unitaires_h = dictionnaire(temps_unitaires_h, "les temps unitaires", "genre d'acte → heures")
    sans = sorted(set(volumes) - set(temps_unitaires_h))
    if sans:
        raise ErreurDonnees(f"Sans temps unitaire : {', '.join(sans)}. Donnez les heures par unité de chaque volume.")
    utiles = positif(heures_productives() if heures is None else heures, "les heures productives", strict=True)
    charge = sum(
        (positif(v, f"le volume « {nom} »") * positif(temps_unitaires_h[nom], f"le temps de « {nom} »") for nom, v in volumes.items()),
        Fraction(0),
    )
    besoin = charge / utiles
    arrondi = arrondir_au_pas(besoin, pas_etp)
    plancher = positif(minimum_etp, "le minimum de continuité") if charge else Fraction(0)
    return Besoin(float(charge), float(utiles), float(besoin), float(max(arrondi, plancher)), plancher > arrondi)


def besoin_par_productivite(
    volume: Nombre, unites_par_etp: Nombre, pas_etp: Nombre = PAS_ETP, minimum_etp: Nombre = 0
) -> float:
    """Effectif (ETP) d'un seul volume et d'une productivité : volume ÷ unités par ETP, au demi-poste supérieur.

    Les heures productives s'éliminent : une productivité par ETP les contient déjà.

    Examples
    --------
    >>> besoin_par_productivite(30_925, 5_000), besoin_par_productivite(40, 60, minimum_etp=2)
    (6.5, 2.0)
    """
    besoin = positif(volume, "le volume") / positif(unites_par_etp, "la productivité", strict=True)
    plancher = positif(minimum_etp, "le minimum de continuité") if besoin else Fraction(0)
    return float(max(arrondir_au_pas(besoin, pas_etp), plancher))


def arrondir_au_pas(etp: Nombre, pas_etp: Nombre = PAS_ETP) -> Fraction:
    """ETP arrondis au pas supérieur, en fraction exacte ; un pas nul n'arrondit pas.

    Examples
    --------
    >>> arrondir_au_pas("2.5"), arrondir_au_pas("2.51")
    (Fraction(5, 2), Fraction(3, 1))
    """
    valeur, pas = exact(etp, "l'effectif"), positif(pas_etp, "le pas")
    return valeur if pas == 0 else -(-valeur // pas) * pas
