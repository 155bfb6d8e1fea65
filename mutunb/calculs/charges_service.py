"""Les charges notées d'un service, prêtes pour le coût unitaire : montant, ajustement du budget, coût annualisé des biens.

Un exercice partiel se prolonge au prorata du temps écoulé, sauf ce qui est déjà annuel : un montant du budget, un
ajustement, le coût moyen annualisé d'un bien.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pandas as pd

from mutunb.calculs.cout_unitaire import NATURES_VOISINES, Charge, ChargesTriees, cout_moyen_annualise, trier_charges
from mutunb.calculs.monnaie import au_centime, centimes, en_euros, exact
from mutunb.calculs.repartition import repartir
from mutunb.erreurs import ErreurDonnees

#: nature → libellé montré
NATURES: Mapping[str, str] = {
    "personnel": "Personnel",
    "fournitures": "Fournitures",
    "contrats_rattaches": "Contrats rattachés",
    "renouvellement_biens": "Renouvellement des biens (coût moyen annualisé)",
    "autre": "Autres charges strictement liées au service",
}
LIENS = {"oui": True, "non": False}


@dataclass(frozen=True)
class ChargesService:
    """Charges d'un service pour un exercice.

    Attributes
    ----------
    triees : ChargesTriees
        Retenues et refusées, avec le motif et l'article.
    natures_eur : dict
        Nature → total retenu (€), de somme égale au total retenu.
    ajustement_eur : Decimal
        Ce que le budget ajoute aux comptes, parmi les charges retenues (€).
    manques : tuple of str
        Ce qui manque pour chiffrer une charge : le coût unitaire attend.
    remarques : tuple of str
        Ce qui est à justifier sans empêcher le calcul.
    tva : bool or None
        Vrai si une charge au moins est soumise à la TVA ; ``None`` si rien n'est dit.
    """

    triees: ChargesTriees
    natures_eur: dict[str, Decimal]
    ajustement_eur: Decimal
    manques: tuple[str, ...]
    remarques: tuple[str, ...]
    tva: bool | None

    @property
    def total_eur(self) -> Decimal:
        """Total retenu (€)."""
        return self.triees.total_eur


def charges_service(table: pd.DataFrame, part_ecoulee: float = 1.0) -> ChargesService:
    """Charges d'un service, triées, d'après la feuille « charges » du suivi.

    Parameters
    ----------
    table : DataFrame
        Lignes d'une fonction : ``nature, libelle, montant_eur, source_montant, ajustement_budget_eur, justification,
        strictement_lie, remplacement_eur, duree_ans, charges_financieres_eur, entretien_eur_an, ressources_eur, tva``.
    part_ecoulee : float
        Part de l'année comptée (0 à 1) d'un exercice partiel ; NaN si elle n'est pas connue.

    Notes
    -----
    CGCT, art. D.5211-16 : dépenses des derniers comptes, actualisées de ce que le budget de l'année permet de prévoir.
    """
    charges, ajustements, manques, remarques = [], [], [], []
    for ligne in table.to_dict("records"):
        nom = _nom(ligne)
        try:
            montant, ajustement = _montant(ligne, part_ecoulee)
        except ErreurDonnees as refus:
            manques.append(f"{nom} : {refus}")
            continue
        if ajustement and not _texte(ligne, "justification"):
            remarques.append(f"{nom} : ajustement du budget sans justification")
        charges.append(Charge(_nature(ligne), montant + ajustement, LIENS.get(_texte(ligne, "strictement_lie")), nom))
        ajustements.append(ajustement)
    noms = [c.nom for c in charges]
    if len(set(noms)) != len(noms):  # deux lignes de même libellé restent deux charges
        charges = [Charge(c.nature, c.montant_eur, c.strictement_liee, f"{c.nom} ({rang})") for rang, c in enumerate(charges, 1)]
    triees = trier_charges(charges)
    retenues = [(c, a) for c, a in zip(charges, ajustements, strict=True) if c.nom in triees.retenues_eur]
    if not charges and not manques:
        manques.append("aucune charge n'est notée")
    return ChargesService(
        triees,
        _par_nature(triees.total_eur, [c for c, _ in retenues]),
        au_centime(sum((a for _, a in retenues), Fraction(0))),
        tuple(manques),
        tuple(remarques),
        _tva(table),
    )


def _nature(ligne: Mapping) -> str:
    nature = _texte(ligne, "nature") or "autre"
    return NATURES_VOISINES.get(nature, nature)


def _nom(ligne: Mapping) -> str:
    return _texte(ligne, "libelle") or NATURES.get(_nature(ligne), _nature(ligne))


def _montant(ligne: Mapping, part_ecoulee: float) -> tuple[Fraction, Fraction]:
    """Montant annuel et ajustement (€)."""
    ajustement = _nombre(ligne, "ajustement_budget_eur") or Fraction(0)
    remplacement = _nombre(ligne, "remplacement_eur")
    if remplacement is not None:
        autres = (_nombre(ligne, nom) or 0 for nom in ("charges_financieres_eur", "entretien_eur_an", "ressources_eur"))
        return exact(cout_moyen_annualise(remplacement, _nombre(ligne, "duree_ans"), *autres)), ajustement
    montant = _nombre(ligne, "montant_eur")
    if montant is None:
        raise ErreurDonnees("montant absent ; un zéro s'écrit.")
    if _texte(ligne, "source_montant") == "budget" or part_ecoulee == 1:
        return montant, ajustement
    return montant / exact(part_ecoulee, "la part de l'année écoulée (date d'arrêt)"), ajustement


def _par_nature(total: Decimal, retenues: list[Charge]) -> dict[str, Decimal]:
    """Total retenu par nature, fermé au centime sur le total."""
    sommes: dict[str, Fraction] = {}
    for charge in retenues:
        nature = charge.nature if charge.nature in NATURES else "autre"
        sommes[nature] = sommes.get(nature, Fraction(0)) + exact(charge.montant_eur)
    ordonnees = {nature: sommes[nature] for nature in NATURES if nature in sommes}
    if not sum(ordonnees.values()):
        return {nature: en_euros(0) for nature in ordonnees}
    return {nature: en_euros(part) for nature, part in repartir(centimes(total), ordonnees).items()}


def _tva(table: pd.DataFrame) -> bool | None:
    dits = [] if "tva" not in table else [t for t in table["tva"].dropna() if t in LIENS]
    return any(LIENS[t] for t in dits) if dits else None


def _nombre(ligne: Mapping, colonne: str) -> Fraction | None:
    valeur = ligne.get(colonne)
    return None if valeur is None or pd.isna(valeur) else exact(valeur)


def _texte(ligne: Mapping, colonne: str) -> str:
    valeur = ligne.get(colonne)
    return "" if valeur is None or pd.isna(valeur) else str(valeur).strip()
