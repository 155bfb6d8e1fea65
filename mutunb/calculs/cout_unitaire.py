"""Remboursement d'une mise à disposition : coût unitaire × unités constatées (CGCT, art. D.5211-16), et coût annualisé.

Seules les charges strictement liées au fonctionnement du service entrent dans le coût unitaire. Les quatre natures
que l'article cite en particulier sont admises sauf mention contraire ; toute autre doit être déclarée strictement
liée. Aucune marge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutunb.calculs.entrees import dictionnaire, entier, est_absent, montrer, suite
from mutunb.calculs.monnaie import Nombre, au_centime, centimes, en_decimal, en_euros, exact, positif
from mutunb.calculs.repartition import repartir
from mutunb.erreurs import Constat, ErreurDonnees

ARTICLE = "CGCT, art. D.5211-16"
#: natures que l'article cite en particulier
NATURES_CITEES = ("personnel", "fournitures", "renouvellement_biens", "contrats_rattaches")
#: mêmes natures, sous le nom du questionnaire
NATURES_VOISINES = {"renouvellement": "renouvellement_biens", "contrats": "contrats_rattaches"}
NATURE_EXCLUE = "marge"
MOTIF_NON_LIEE = "non strictement liée au fonctionnement du service"
MOTIF_A_JUSTIFIER = "nature que l'article ne cite pas, et dont le lien strict avec le service n'est pas déclaré"
MOTIF_MARGE = "une marge n'est pas une charge : le remboursement se fait au coût"


@dataclass(frozen=True)
class Charge:
    """Une charge présentée au coût unitaire.

    Attributes
    ----------
    nature : str
        ``personnel``, ``fournitures``, ``renouvellement_biens``, ``contrats_rattaches``, ou une autre.
    montant_eur : Nombre
        Montant annuel (€), positif ou nul.
    strictement_liee : bool, optional
        Déclaration de lien strict avec le service ; ``None`` si rien n'est dit.
    libelle : str
        Nom montré ; la nature à défaut.
    """

    nature: str
    montant_eur: Nombre
    strictement_liee: bool | None = None
    libelle: str = ""

    @property
    def nom(self) -> str:
        """Libellé, ou la nature à défaut."""
        return self.libelle or self.nature


@dataclass(frozen=True)
class ChargeRefusee:
    """Une charge écartée du coût unitaire, le motif et le texte."""

    nom: str
    montant_eur: Decimal
    motif: str
    article: str = ARTICLE


@dataclass(frozen=True)
class ChargesTriees:
    """Charges retenues (nom → €), charges refusées et total retenu (€)."""

    retenues_eur: dict[str, Decimal]
    refusees: tuple[ChargeRefusee, ...]
    total_eur: Decimal


def trier_charges(charges: Iterable[Charge] | Mapping[str, Nombre]) -> ChargesTriees:
    """Sépare les charges admises dans le coût unitaire de celles à refuser, avec le motif.

    Parameters
    ----------
    charges : iterable of Charge, or Mapping
        Charges, ou nature → montant (€/an).

    Raises
    ------
    ErreurDonnees
        Montants négatifs ou absents (tous à la fois).

    Notes
    -----
    CGCT, art. D.5211-16 : personnel, fournitures, renouvellement des biens et contrats rattachés, « à l'exclusion de
    toute autre dépense non strictement liée au fonctionnement du service ».

    Examples
    --------
    >>> triees = trier_charges([Charge("personnel", 182_000), Charge("autre", 9_000, libelle="cabinet du président")])
    >>> triees.total_eur, triees.refusees[0].nom, triees.refusees[0].article
    (Decimal('182000.00'), 'cabinet du président', 'CGCT, art. D.5211-16')
    """
    if isinstance(charges, Mapping):
        charges = [Charge(nature, montant) for nature, montant in charges.items()]
    charges = suite(charges, "les charges (ou un dictionnaire nature → montant)")
    if etrangeres := [montrer(c) for c in charges if not isinstance(c, Charge)]:
        raise ErreurDonnees(f"Charges : trouvé {', '.join(etrangeres)} ; attendu des Charge(nature, montant_eur), ou un dictionnaire.")
    _verifier(charges)
    retenues: dict[str, Fraction] = {}
    refusees = []
    for charge in charges:
        motif = _motif_de_refus(charge)
        if motif:
            refusees.append(ChargeRefusee(charge.nom, au_centime(charge.montant_eur), motif))
        else:
            retenues[charge.nom] = retenues.get(charge.nom, Fraction(0)) + exact(charge.montant_eur)
    total = au_centime(sum(retenues.values(), Fraction(0)))
    return ChargesTriees({nom: au_centime(m) for nom, m in retenues.items()}, tuple(refusees), total)


def cout_unitaire(charges_eur: Nombre, unites: Nombre) -> Decimal:
    """Coût d'une unité de fonctionnement = charges strictement liées / unités de référence (€/unité, non arrondi).

    Raises
    ------
    ErreurDonnees
        Charges négatives, unités absentes ou nulles.

    Examples
    --------
    >>> cout_unitaire(220_000, 8_000)
    Decimal('27.5')
    """
    return en_decimal(positif(charges_eur, "les charges") / positif(unites, "les unités de référence", strict=True))


@dataclass(frozen=True)
class Recouvrement:
    """Ce que les unités constatées font facturer (€), ce que le service garde à sa charge (€), et l'alerte."""

    facture_eur: Decimal
    non_recouvre_eur: Decimal
    alerte: bool


def recouvrer(charges_eur: Nombre, cout_unitaire_eur: Nombre, unites_constatees: Nombre) -> Recouvrement:
    """Charges face aux unités facturées : ce qui manque reste à l'entité qui met à disposition (€).

    ``non_recouvre_eur`` est négatif si l'activité dépasse la prévision ; l'alerte vaut pour tout écart, puisque le
    remboursement se fait au coût.

    Examples
    --------
    >>> recouvrer(220_000, "27.5", 7_600)
    Recouvrement(facture_eur=Decimal('209000.00'), non_recouvre_eur=Decimal('11000.00'), alerte=True)
    """
    facture = au_centime(exact(cout_unitaire_eur) * positif(unites_constatees, "les unités constatées"))
    ecart = au_centime(charges_eur) - facture
    return Recouvrement(facture, ecart, ecart != 0)


@dataclass(frozen=True)
class EtatAnnuel:
    """Prévision, dû et régularisation de chaque usager (€, au centime) ; les parts ferment sur leurs sommes.

    Attributes
    ----------
    cout_unitaire_eur : Decimal
        Coût unitaire employé (€/unité).
    appel_eur, du_eur, regularisation_eur : dict
        Par usager : appel sur la prévision, dû sur le constat, dû moins appel (négatif : à rembourser).
    recouvrement : Recouvrement
        Total des dus face aux charges.
    """

    charges_retenues_eur: Decimal
    unites_prevues_total: Decimal
    unites_constatees_total: Decimal
    cout_unitaire_eur: Decimal
    appel_eur: dict[str, Decimal]
    du_eur: dict[str, Decimal]
    regularisation_eur: dict[str, Decimal]
    recouvrement: Recouvrement

    @property
    def somme_appels_eur(self) -> Decimal:
        """Somme des appels (€)."""
        return sum(self.appel_eur.values(), Decimal(0))

    @property
    def somme_dus_eur(self) -> Decimal:
        """Somme des dus (€)."""
        return sum(self.du_eur.values(), Decimal(0))

    @property
    def somme_regularisations_eur(self) -> Decimal:
        """Somme des régularisations (€)."""
        return sum(self.regularisation_eur.values(), Decimal(0))


def etat_annuel(
    charges_eur: Nombre,
    unites_prevues: Mapping[str, Nombre],
    unites_constatees: Mapping[str, Nombre],
    unites_reference: Nombre | None = None,
    decimales_cout_unitaire: int | None = None,
) -> EtatAnnuel:
    """État annuel d'un service mis à disposition : appels, dus, régularisations, recouvrement.

    Parameters
    ----------
    charges_eur : Nombre
        Charges retenues de l'année (€), voir :func:`trier_charges`.
    unites_prevues, unites_constatees : Mapping
        Usager → unités de fonctionnement ; l'EPCI est un usager ; mêmes usagers (zéro s'écrit).
    unites_reference : Nombre, optional
        Dénominateur fixé par la convention ; la somme des unités prévues à défaut.
    decimales_cout_unitaire : int, optional
        Arrondi du coût unitaire fixé par la convention ; aucun à défaut.

    Raises
    ------
    ErreurDonnees
        Usagers différents, unités négatives ou absentes.

    Notes
    -----
    Les centimes d'arrondi suivent le plus fort reste : Σ appels = coût unitaire × Σ unités prévues, au centime.

    Examples
    --------
    >>> etat = etat_annuel(1_000, {"EPCI": 60, "A": 40}, {"EPCI": 50, "A": 50})
    >>> etat.cout_unitaire_eur, etat.regularisation_eur
    (Decimal('10'), {'EPCI': Decimal('-100.00'), 'A': Decimal('100.00')})
    """
    prevues, constatees = _unites(unites_prevues, "prévues"), _unites(unites_constatees, "constatées")
    if set(prevues) != set(constatees):
        ecart = ", ".join(sorted(set(prevues) ^ set(constatees)))
        raise ErreurDonnees(f"Usagers d'un seul des deux relevés d'unités : {ecart}. Écrivez 0 pour qui n'a rien prévu ou rien consommé.")
    reference = sum(prevues.values()) if unites_reference is None else exact(unites_reference)
    prix = positif(charges_eur, "les charges") / positif(reference, "les unités de référence", strict=True)
    if decimales_cout_unitaire is not None:
        echelle = 10 ** entier(decimales_cout_unitaire, "les décimales du coût unitaire", 0, 12)
        prix = Fraction(centimes(prix * echelle / 100), echelle)
    appels, dus = _montants(prix, prevues), _montants(prix, constatees)
    return EtatAnnuel(
        au_centime(charges_eur),
        en_decimal(sum(prevues.values(), Fraction(0))),
        en_decimal(sum(constatees.values(), Fraction(0))),
        en_decimal(prix),
        appels,
        dus,
        {nom: dus[nom] - appels[nom] for nom in appels},
        recouvrer(charges_eur, prix, sum(constatees.values(), Fraction(0))),
    )


def cout_moyen_annualise(
    remplacement_eur: Nombre,
    duree_ans: Nombre | None,
    charges_financieres_eur: Nombre = 0,
    entretien_eur_an: Nombre = 0,
    ressources_eur: Nombre = 0,
) -> Decimal:
    """Coût moyen annualisé d'un équipement transféré (€/an, au centime).

    (remplacement + charges financières + entretien sur la durée − ressources) / durée normale d'utilisation.

    Raises
    ------
    ErreurDonnees
        Durée absente ou nulle : aucune durée n'est supposée.

    Notes
    -----
    CGI, art. 1609 nonies C, IV (règle connue par commentaire).

    Examples
    --------
    >>> cout_moyen_annualise(90_000, 15, 12_000, 2_000, 20_000)
    Decimal('7466.67')
    """
    if est_absent(duree_ans):
        raise ErreurDonnees(
            "Coût moyen annualisé : la durée normale d'utilisation manque et aucune n'est supposée. Donnez-la, en années."
        )
    duree = positif(duree_ans, "la durée normale d'utilisation", strict=True)
    total = (
        positif(remplacement_eur, "le coût de remplacement")
        + positif(charges_financieres_eur, "les charges financières")
        + positif(entretien_eur_an, "l'entretien") * duree
        - positif(ressources_eur, "les ressources")
    )
    return au_centime(total / duree)


def _motif_de_refus(charge: Charge) -> str:
    nature = NATURES_VOISINES.get(charge.nature, charge.nature)
    if nature == NATURE_EXCLUE:
        return MOTIF_MARGE
    if charge.strictement_liee is False:
        return MOTIF_NON_LIEE
    if nature not in NATURES_CITEES and not charge.strictement_liee:
        return f"{MOTIF_NON_LIEE} ({MOTIF_A_JUSTIFIER})"
    return ""


def _verifier(charges: Iterable[Charge]) -> None:
    constats = []
    for charge in charges:
        try:
            positif(charge.montant_eur)
        except ErreurDonnees:
            remede = "Donnez le montant ; une recette se déduit à part."
            constats.append(Constat(f"charge « {charge.nom} »", montrer(charge.montant_eur), "un montant positif ou nul", remede))
    if constats:
        raise ErreurDonnees.de_constats("Charges du coût unitaire", constats)


def _unites(unites: Mapping[str, Nombre], genre: str) -> dict[str, Fraction]:
    lues = dictionnaire(unites, f"les unités {genre}", "usager → unités")
    return {nom: positif(valeur, f"les unités {genre} de {nom}") for nom, valeur in lues.items()}


def _montants(prix: Fraction, unites: Mapping[str, Fraction]) -> dict[str, Decimal]:
    """Prix × unités de chacun, au centime, fermé sur le total."""
    if not sum(unites.values()):
        return {nom: en_euros(0) for nom in unites}
    return {nom: en_euros(part) for nom, part in repartir(centimes(prix * sum(unites.values())), unites).items()}
