"""Ce que coûte une procédure d'achat et ce qu'un groupement évite : une capacité libérée, pas une économie."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from mutunb.calculs.monnaie import Nombre, au_centime, positif
from mutunb.erreurs import ErreurDonnees

QUALIFICATION = (
    "borne haute, capacité libérée et non économie budgétaire tant qu'aucune dépense n'est supprimée"
)


def cout_procedure(cout_acheteur_eur: Nombre, candidats: Nombre, cout_par_candidat_eur: Nombre) -> Decimal:
    """Coût total d'une procédure, acheteur et candidats compris (€).

    Notes
    -----
    Coût acheteur + candidats × coût par candidat (source ``senat_r15_082``).

    Examples
    --------
    >>> cout_procedure(6000, 6, 4000)
    Decimal('30000.00')
    """
    candidatures = positif(candidats, "les candidats") * positif(cout_par_candidat_eur, "le coût par candidat")
    return au_centime(positif(cout_acheteur_eur, "le coût acheteur") + candidatures)


def cout_procedure_adaptee(direct_eur: Nombre, indirect_eur: Nombre) -> Decimal:
    """Coût complet d'une procédure adaptée pour l'acheteur = coût direct + coût indirect (€).

    Examples
    --------
    >>> cout_procedure_adaptee(3162, 3000)
    Decimal('6162.00')
    """
    return au_centime(positif(direct_eur, "le coût direct") + positif(indirect_eur, "le coût indirect"))


def procedures_evitees(avant: int, apres: int = 1) -> int:
    """Nombre de procédures qu'un groupement évite ; :class:`ErreurDonnees` s'il en crée.

    Examples
    --------
    >>> procedures_evitees(10)
    9
    """
    if positif(apres, "les procédures après") > positif(avant, "les procédures avant"):
        raise ErreurDonnees(f"{apres} procédures après pour {avant} avant : rien n'est évité. Vérifiez les nombres.")
    return int(avant) - int(apres)


@dataclass(frozen=True)
class CoutEvite:
    """Ce que les procédures évitées auraient coûté aux acheteurs (€) ; ``qualification`` s'affiche avec les montants."""

    procedures_evitees: int
    direct_eur: Decimal
    complet_eur: Decimal
    qualification: str = QUALIFICATION


def cout_evite(avant: int, apres: int, direct_eur: Nombre, indirect_eur: Nombre) -> CoutEvite:
    """Coût direct et complet des procédures évitées par un groupement (€), coordination non déduite.

    Examples
    --------
    >>> evite = cout_evite(10, 1, 3162, 3000)
    >>> evite.direct_eur, evite.complet_eur
    (Decimal('28458.00'), Decimal('55458.00'))
    """
    evitees = procedures_evitees(avant, apres)
    complet = cout_procedure_adaptee(direct_eur, indirect_eur)
    return CoutEvite(evitees, au_centime(direct_eur) * evitees, complet * evitees)
