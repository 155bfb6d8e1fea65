"""Ce que chaque usager doit d'un service, ce qu'il a versé, ce qui reste à régler : au centime, et sans reste.

Deux méthodes, à choisir par la convention :

- ``cout_unitaire`` : coût unitaire annoncé × unités constatées (CGCT, art. D.5211-16). Si les unités constatées
  s'écartent de la référence, le service récupère plus ou moins que ses charges : l'écart est dit, jamais réparti.
- ``cout_reel`` : les charges de l'année se partagent entre les unités constatées. Rien ne reste.

L'EPCI est un usager : sa part se calcule, mais ne se facture ni ne s'impute.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutunb.calculs.cout_unitaire import Recouvrement, etat_annuel
from mutunb.calculs.monnaie import Nombre, au_centime, centimes, en_decimal, en_euros, exact, positif
from mutunb.calculs.repartition import repartir, verifier_fermeture
from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage

COUT_UNITAIRE, COUT_REEL = "cout_unitaire", "cout_reel"
METHODES = (COUT_UNITAIRE, COUT_REEL)


@dataclass(frozen=True)
class Reglement:
    """Comptes d'un service pour un exercice (€, au centime).

    Attributes
    ----------
    methode : str
    charges_eur : Decimal
        Charges retenues.
    unites_reference, unites_constatees : Decimal
        Dénominateur du coût unitaire ; unités de tous les usagers, EPCI compris.
    cout_unitaire_eur : Decimal
        €/unité, non arrondi.
    du_eur : dict
        Usager → dû, EPCI compris.
    verse_eur, regularisation_eur : dict
        Redevable (tout usager sauf l'EPCI) → versé ; dû moins versé (négatif : à rembourser).
    part_epci_eur, a_repartir_eur : Decimal
        Part de l'EPCI ; somme des dus des redevables.
    recouvrement : Recouvrement
        Charges face à tous les dus : positif, ce que personne ne paie ; négatif, ce qui est payé en trop.
    """

    methode: str
    charges_eur: Decimal
    unites_reference: Decimal
    unites_constatees: Decimal
    cout_unitaire_eur: Decimal
    du_eur: dict[str, Decimal]
    verse_eur: dict[str, Decimal]
    regularisation_eur: dict[str, Decimal]
    part_epci_eur: Decimal
    a_repartir_eur: Decimal
    recouvrement: Recouvrement

    @property
    def somme_verse_eur(self) -> Decimal:
        """Somme des versements (€)."""
        return sum(self.verse_eur.values(), Decimal(0))

    @property
    def somme_regularisations_eur(self) -> Decimal:
        """Somme des régularisations (€) : exactement le coût à répartir moins les versements."""
        return sum(self.regularisation_eur.values(), Decimal(0))


def regler(
    charges_eur: Nombre,
    unites_constatees: Mapping[str, Nombre],
    versements_eur: Mapping[str, Nombre],
    epci: str = "",
    unites_prevues: Mapping[str, Nombre] | None = None,
    unites_reference: Nombre | None = None,
    methode: str = COUT_UNITAIRE,
) -> Reglement:
    """Dû, versé et régularisation de chaque usager d'un service.

    Parameters
    ----------
    charges_eur : Nombre
        Charges retenues (€), voir :func:`mutunb.calculs.cout_unitaire.trier_charges`.
    unites_constatees : Mapping
        Usager → unités de l'état annuel (zéro s'écrit).
    versements_eur : Mapping
        Redevable → versé dans l'année, factures et imputations (zéro s'écrit) ; l'EPCI n'y figure pas. Qui a versé sans
        rien consommer est remboursé.
    epci : str
        Nom de l'usager EPCI, s'il en est un.
    unites_prevues : Mapping, optional
        Prévision de la convention ; sa somme est le dénominateur du coût unitaire.
    unites_reference : Nombre, optional
        Dénominateur fixé autrement par la convention. À défaut des deux, les unités constatées.
    methode : str
        ``cout_unitaire`` ou ``cout_reel`` (les unités prévues n'y comptent pas).

    Raises
    ------
    ErreurUsage
        Méthode inconnue.
    ErreurDonnees
        Versements absents (tous nommés), unités négatives ou absentes, référence nulle.

    Notes
    -----
    Fermeture, au centime : Σ régularisations = coût à répartir − Σ versé, et charges = part de l'EPCI + coût à répartir
    + non recouvré. CGCT, art. D.5211-16 ; centimes au plus fort reste.

    Examples
    --------
    >>> comptes = regler(1_000, {"EPCI": 50, "A": 30, "B": 20}, {"A": 280, "B": 210}, epci="EPCI")
    >>> comptes.part_epci_eur, comptes.regularisation_eur, comptes.somme_regularisations_eur
    (Decimal('500.00'), {'A': Decimal('20.00'), 'B': Decimal('-10.00')}, Decimal('10.00'))
    """
    if methode not in METHODES:
        raise ErreurUsage.nom_inconnu("méthode de règlement", methode, METHODES)
    verse = _versements(versements_eur, unites_constatees, epci)
    constatees = dict(unites_constatees) | {nom: 0 for nom in verse if nom not in unites_constatees}
    reference = _reference(constatees, unites_prevues, unites_reference, methode)
    if methode == COUT_REEL:
        prix, du, recouvrement = _au_cout_reel(charges_eur, constatees)
    else:
        etat = etat_annuel(charges_eur, dict.fromkeys(constatees, 0), constatees, unites_reference=reference)
        prix, du, recouvrement = etat.cout_unitaire_eur, etat.du_eur, etat.recouvrement
    redevables = {nom: montant for nom, montant in du.items() if nom != epci}
    regularisation = {nom: montant - verse[nom] for nom, montant in redevables.items()}
    comptes = Reglement(
        methode=methode,
        charges_eur=au_centime(charges_eur),
        unites_reference=en_decimal(reference),
        unites_constatees=en_decimal(_somme(constatees)),
        cout_unitaire_eur=prix,
        du_eur=du,
        verse_eur=verse,
        regularisation_eur=regularisation,
        part_epci_eur=du.get(epci, Decimal("0.00")),
        a_repartir_eur=sum(redevables.values(), Decimal("0.00")),
        recouvrement=recouvrement,
    )
    verifier_fermeture(
        centimes(comptes.a_repartir_eur - comptes.somme_verse_eur), {n: centimes(r) for n, r in regularisation.items()}
    )
    return comptes


def _reference(
    constatees: Mapping[str, Nombre], prevues: Mapping[str, Nombre] | None, fixee: Nombre | None, methode: str
) -> Fraction:
    if methode == COUT_REEL:
        return positif(_somme(constatees), "les unités constatées", strict=True)
    if fixee is not None:
        return positif(fixee, "les unités de référence", strict=True)
    return positif(_somme(constatees if prevues is None else prevues), "les unités de référence", strict=True)


def _somme(unites: Mapping[str, Nombre]) -> Fraction:
    return sum((positif(valeur, f"les unités de {nom}") for nom, valeur in unites.items()), Fraction(0))


def _au_cout_reel(charges_eur: Nombre, constatees: Mapping[str, Nombre]) -> tuple[Decimal, dict[str, Decimal], Recouvrement]:
    total = centimes(positif(charges_eur, "les charges"))
    parts = repartir(total, constatees)
    du = {nom: en_euros(part) for nom, part in parts.items()}
    return en_decimal(exact(charges_eur) / _somme(constatees)), du, Recouvrement(en_euros(total), Decimal("0.00"), False)


def _versements(versements: Mapping[str, Nombre], usagers: Mapping[str, Nombre], epci: str) -> dict[str, Decimal]:
    constats = [
        Constat(f"versement de {nom}", "rien", "un montant", "Donnez-le ; zéro s'écrit.")
        for nom in usagers
        if nom != epci and nom not in versements
    ]
    if epci and epci in versements:
        constats.append(Constat(f"versement de {epci}", "un montant", "aucun", "L'EPCI ne se verse rien : retirez-le."))
    if constats:
        raise ErreurDonnees.de_constats("Règlement du service", constats)
    lus = {nom: au_centime(exact(montant, f"le versement de {nom}")) for nom, montant in versements.items()}
    return {nom: lus[nom] for nom in [*(u for u in usagers if u != epci), *(n for n in lus if n not in usagers)]}
