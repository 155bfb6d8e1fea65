"""Approcher le dénominateur du CIF, rarement publié, par les comptes de l'OFGL ; dire la marge, ne jamais trancher un seuil.

Numérateur approché = impôts locaux de l'EPCI, nets des reversements, + autres impôts et taxes, DGF et compensations,
chacun avec son coefficient. Reste du dénominateur = impôts locaux des communes, qui contiennent déjà l'attribution reçue. Les
trois coefficients sont calés sur les CIF publiés (``python -m benchs.calage_cif``) ; valeurs et erreurs mesurées sont dans le
référentiel, entrée ``approximation_cif`` (niveau B). Hors champ : fiscalité additionnelle, Grand Paris, Lyon.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutunb import referentiel
from mutunb.calculs.entrees import suite
from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.erreurs import ErreurDonnees

AU_DESSUS, AU_DESSOUS, INDETERMINE = "au-dessus", "au-dessous", "indéterminé"
COEFFICIENTS = ("coefficient_dgf", "coefficient_compensations", "coefficient_autres_impots")


@dataclass(frozen=True)
class DenominateurApproche:
    """Dénominateur du CIF approché par les comptes (€/an), avec sa marge.

    Attributes
    ----------
    bas_eur, central_eur, haut_eur : Decimal
        Avec un CIF publié : les deux façons de le retrouver (par le numérateur, par les communes) encadrent la valeur
        centrale. Sans lui : marge mesurée sur les EPCI dont le CIF est connu.
    cif_approche : Decimal
        Numérateur approché ÷ dénominateur approché ; sert d'estimation si le CIF n'est pas publié.
    cif_publie : Decimal, optional
    """

    bas_eur: Decimal
    central_eur: Decimal
    haut_eur: Decimal
    cif_approche: Decimal
    cif_publie: Decimal | None = None


def parametre(id: str) -> float:
    """Coefficient ou erreur de l'approximation, dans le référentiel (``coefficient_dgf``, ``marge_indetermination``…)."""
    return referentiel.droit("approximation_cif").valeur(id)


def numerateur_approche(
    impots_locaux_eur: Nombre,
    impots_taxes_eur: Nombre,
    dgf_eur: Nombre,
    concours_etat_eur: Nombre,
    coefficients: tuple[Nombre, Nombre, Nombre] | None = None,
) -> Decimal:
    """Numérateur approché du CIF (€/an), d'après les comptes de l'EPCI.

    Parameters
    ----------
    impots_locaux_eur, impots_taxes_eur : Nombre
        Agrégats OFGL, nets des reversements aux communes.
    dgf_eur, concours_etat_eur : Nombre
        DGF et concours de l'État (DGF comprise).
    coefficients : tuple, optional
        Coefficients de la DGF, des compensations et des autres impôts ; ceux du référentiel à défaut.

    Examples
    --------
    >>> numerateur_approche(8_000_000, 10_000_000, 2_000_000, 3_000_000, coefficients=(1, 1, 1))
    Decimal('13000000')
    """
    locaux, taxes, dgf, concours = (
        exact(v, nom)
        for v, nom in [
            (impots_locaux_eur, "les impôts locaux de l'EPCI"),
            (impots_taxes_eur, "les impôts et taxes de l'EPCI"),
            (dgf_eur, "la DGF de l'EPCI"),
            (concours_etat_eur, "les concours de l'État à l'EPCI"),
        ]
    )
    choisis = [parametre(id) for id in COEFFICIENTS] if coefficients is None else suite(coefficients, "les coefficients", 3)
    coefficient_dgf, coefficient_compensations, coefficient_autres = (exact(c, "un coefficient") for c in choisis)
    return en_decimal(locaux + coefficient_autres * (taxes - locaux) + coefficient_dgf * dgf + coefficient_compensations * (concours - dgf))


def approcher_denominateur(
    impots_locaux_epci_eur: Nombre,
    impots_taxes_epci_eur: Nombre,
    dgf_epci_eur: Nombre,
    concours_etat_epci_eur: Nombre,
    impots_locaux_communes_eur: Nombre,
    cif_publie: Nombre | None = None,
) -> DenominateurApproche:
    """Dénominateur du CIF approché (€/an) et sa marge, d'après les comptes de l'EPCI et de ses communes.

    Parameters
    ----------
    impots_locaux_epci_eur, impots_taxes_epci_eur, dgf_epci_eur, concours_etat_epci_eur : Nombre
        Agrégats OFGL de l'EPCI (€/an).
    impots_locaux_communes_eur : Nombre
        Impôts locaux, somme de toutes les communes membres (€/an).
    cif_publie : Nombre, optional
        CIF publié ou notifié, toujours préféré à l'approximation.

    Raises
    ------
    ErreurDonnees
        Montant absent, numérateur approché ou recettes des communes négatifs ou nuls, CIF publié hors de ]0 ; 1[.

    Examples
    --------
    >>> approche = approcher_denominateur(8e6, 10e6, 2e6, 3e6, 15e6, cif_publie=0.45)
    >>> approche.bas_eur <= approche.central_eur <= approche.haut_eur
    True
    """
    numerateur = exact(
        numerateur_approche(impots_locaux_epci_eur, impots_taxes_epci_eur, dgf_epci_eur, concours_etat_epci_eur)
    )
    communes = positif(impots_locaux_communes_eur, "les impôts locaux des communes", strict=True)
    if numerateur <= 0:
        raise ErreurDonnees("Numérateur approché négatif ou nul : les comptes de l'EPCI ne permettent pas d'approcher son CIF.")
    central = numerateur + communes
    approche = en_decimal(numerateur / central)
    if cif_publie is None:
        marge = exact(parametre("erreur_denominateur"))
        return DenominateurApproche(*_bornes(central * (1 - marge), central, central * (1 + marge)), approche)
    cif = positif(cif_publie, "le CIF publié", strict=True)
    if cif >= 1:
        raise ErreurDonnees(f"CIF {cif_publie} : une part entre 0 et 1 est attendue.")
    par_numerateur, par_communes = numerateur / cif, communes / (1 - cif)
    bas, haut = sorted((par_numerateur, par_communes))
    return DenominateurApproche(*_bornes(bas, central, haut), approche, en_decimal(cif))


def _bornes(bas: Fraction, central: Fraction, haut: Fraction) -> tuple[Decimal, Decimal, Decimal]:
    return en_decimal(bas), en_decimal(central), en_decimal(haut)


def situer(cif: Nombre, seuil: Nombre, approche: bool = False, marge: Nombre | None = None) -> str:
    """« au-dessus », « au-dessous » ou « indéterminé » : où un CIF se tient par rapport à un seuil.

    Parameters
    ----------
    cif, seuil : Nombre
        Être au seuil exact, c'est être au-dessous (les seuils sont stricts).
    approche : bool
        Vrai si le CIF est approché par les comptes : à moins de la marge du seuil, rien n'est tranché.
    marge : Nombre, optional
        0,06 à défaut (référentiel).

    Examples
    --------
    >>> situer(0.35, 0.35), situer(0.351, 0.35), situer(0.41, 0.35, approche=True), situer(0.42, 0.35, approche=True)
    ('au-dessous', 'au-dessus', 'indéterminé', 'au-dessus')
    """
    lu, limite = positif(cif, "le CIF"), positif(seuil, "le seuil")
    ecart = exact(parametre("marge_indetermination") if marge is None else marge)
    if approche and abs(lu - limite) <= ecart:
        return INDETERMINE
    return AU_DESSUS if lu > limite else AU_DESSOUS
