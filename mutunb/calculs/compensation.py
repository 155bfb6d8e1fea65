"""Attribution de compensation : l'imputer d'une part de service, la lire négative, la figer puis régulariser à côté."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mutunb.calculs.entrees import dictionnaire
from mutunb.calculs.monnaie import Nombre, au_centime, exact, positif
from mutunb.erreurs import Constat, ErreurDonnees

EPCI_VERS_COMMUNE = "EPCI vers commune"
COMMUNE_VERS_EPCI = "commune vers EPCI"
AUCUN_VERSEMENT = "aucun versement"
REGIME_OUVERT = "FPU"


@dataclass(frozen=True)
class Imputation:
    """Attribution de compensation d'une commune avant et après imputation (€/an).

    Attributes
    ----------
    ac_apres_eur : Decimal
        Négative si la commune devient contributrice ; jamais ramenée à zéro.
    sens : str
        Qui verse à qui après l'imputation.
    devient_contributrice : bool
        Vrai si l'imputation fait passer l'attribution sous zéro : à annoncer.
    """

    ac_avant_eur: Decimal
    imputation_eur: Decimal
    ac_apres_eur: Decimal
    sens: str
    devient_contributrice: bool


def imputer(ac_avant_eur: Nombre, charges_imputees_eur: Nombre, regime_fiscal: str = REGIME_OUVERT) -> Imputation:
    """Attribution après imputation d'une part de service = attribution avant − charges imputées (€/an).

    Parameters
    ----------
    ac_avant_eur : Nombre
        Attribution actuelle (€/an), négative si la commune verse déjà.
    charges_imputees_eur : Nombre
        Part de service ou charges transférées (€/an) ; négative pour une restitution.
    regime_fiscal : str
        ``FPU`` ou ``FA``.

    Raises
    ------
    ErreurDonnees
        Régime autre que la FPU : l'imputation ne lui est pas ouverte, le service se facture.

    Notes
    -----
    CGCT, art. L.5211-4-2, al. 2 ; CGI, art. 1609 nonies C. Une attribution négative est admise.

    Examples
    --------
    >>> imputer(618_000, 98_264).ac_apres_eur
    Decimal('519736.00')
    >>> imputer(4_000, 14_000).sens
    'commune vers EPCI'
    """
    if regime_fiscal != REGIME_OUVERT:
        raise ErreurDonnees(
            f"Régime {regime_fiscal} : l'imputation sur l'attribution de compensation n'est ouverte qu'en fiscalité "
            "professionnelle unique (CGCT, art. L.5211-4-2). Facturez le service."
        )
    avant = exact(ac_avant_eur, "l'attribution de compensation")
    apres = au_centime(avant - exact(charges_imputees_eur, "les charges imputées"))
    return Imputation(
        au_centime(avant), au_centime(charges_imputees_eur), apres, sens_du_versement(apres), apres < 0 <= avant
    )


def imputer_communes(
    ac_avant_eur: Mapping[str, Nombre], imputations_eur: Mapping[str, Nombre], regime_fiscal: str = REGIME_OUVERT
) -> dict[str, Imputation]:
    """Imputation de chaque commune ; une commune hors du service garde son attribution.

    Raises
    ------
    ErreurDonnees
        Communes imputées sans attribution connue (toutes à la fois), régime non ouvert.

    Examples
    --------
    >>> {nom: i.ac_apres_eur for nom, i in imputer_communes({"A": 100, "B": 50}, {"A": 120}).items()}
    {'A': Decimal('-20.00'), 'B': Decimal('50.00')}
    """
    ac_avant_eur = dictionnaire(ac_avant_eur, "les attributions", "commune → €")
    imputations_eur = dictionnaire(imputations_eur, "les imputations", "commune → €")
    constats = [
        Constat(f"commune {nom}", "aucune attribution", "un montant", "Donnez-la ; zéro s'écrit.")
        for nom in imputations_eur
        if nom not in ac_avant_eur
    ]
    if constats:
        raise ErreurDonnees.de_constats("Imputation sur l'attribution de compensation", constats)
    return {nom: imputer(ac, imputations_eur.get(nom, 0), regime_fiscal) for nom, ac in ac_avant_eur.items()}


def sens_du_versement(montant_eur: Nombre) -> str:
    """Qui verse une attribution de ce montant : l'EPCI si elle est positive, la commune si elle est négative.

    Examples
    --------
    >>> sens_du_versement(-10_000)
    'commune vers EPCI'
    """
    montant = exact(montant_eur)
    if montant == 0:
        return AUCUN_VERSEMENT
    return EPCI_VERS_COMMUNE if montant > 0 else COMMUNE_VERS_EPCI


@dataclass(frozen=True)
class Regularisation:
    """Écart entre la part réelle et la part imputée (€), réglé par convention ; l'attribution reste figée."""

    ac_eur: Decimal
    montant_eur: Decimal
    sens: str


def regulariser(ac_figee_eur: Nombre, part_imputee_eur: Nombre, part_reelle_eur: Nombre) -> Regularisation:
    """Régularisation d'une année = part réelle − part imputée (€), sans toucher à l'attribution de compensation.

    Notes
    -----
    L'attribution ne change que par délibérations concordantes ; positif : la commune complète, négatif : l'EPCI rend.

    Examples
    --------
    >>> regulariser(519_736, 98_264, 101_300)
    Regularisation(ac_eur=Decimal('519736.00'), montant_eur=Decimal('3036.00'), sens='commune vers EPCI')
    """
    montant = au_centime(exact(part_reelle_eur, "la part réelle") - exact(part_imputee_eur, "la part imputée"))
    return Regularisation(au_centime(ac_figee_eur), montant, sens_du_versement(-montant))


def communes_ac_negative(ac_eur: Mapping[str, Nombre]) -> list[str]:
    """Communes dont l'attribution est négative (celles qui versent à l'EPCI), dans l'ordre reçu.

    Examples
    --------
    >>> communes_ac_negative({"A": 100, "B": -1, "C": 0})
    ['B']
    """
    return [nom for nom, montant in dictionnaire(ac_eur, "les attributions").items() if exact(montant, f"l'attribution de {nom}") < 0]


def part_communes_ac_negative(negatives: int, communes: int) -> float:
    """Part des communes à attribution négative (0 à 1) parmi celles dont l'attribution est connue.

    Examples
    --------
    >>> round(part_communes_ac_negative(6, 78), 3)
    0.077
    """
    nombre, total = positif(negatives, "les communes à attribution négative"), positif(communes, "les communes", strict=True)
    if nombre > total:
        raise ErreurDonnees(f"{negatives} communes à attribution négative sur {communes} : vérifiez les nombres.")
    return float(nombre / total)
