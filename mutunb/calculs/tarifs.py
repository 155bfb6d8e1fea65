"""Tarifs de prestations entre collectivités : barèmes par tranches, contributions, forfaits, heures et bulletins.

Montants exacts (``Decimal`` en euros), arrondis au centime, demi-centime vers le haut, comme une facture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from mutunb.calculs.monnaie import Nombre, au_centime, en_decimal, exact, positif
from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage

Mode = Literal["toute_quantite", "marginal"]
MODES = ("toute_quantite", "marginal")


@dataclass(frozen=True)
class Tranche:
    """Tranche d'un barème : de la ``de``-ième à la ``a``-ième unité (``None`` : sans fin), au prix × ``coefficient``."""

    de: int
    a: int | None
    coefficient: Nombre


@dataclass(frozen=True)
class Bareme:
    """Prix unitaire et tranches d'un tarif.

    Parameters
    ----------
    prix_unitaire_eur : Nombre
        Prix de base d'une unité (€).
    tranches : sequence of Tranche or Mapping
        Tranches ``de, a, coefficient``, contiguës, la première à partir de 1 ; seule la dernière peut être sans fin.
    mode : str
        ``toute_quantite`` : le coefficient de la tranche atteinte s'applique à toutes les unités ; ``marginal`` :
        chaque unité est payée au coefficient de sa propre tranche.

    Raises
    ------
    ErreurDonnees
        Prix ou coefficient négatifs, tranches qui se chevauchent ou laissent un trou (tous les défauts à la fois).

    Examples
    --------
    >>> tranches = [Tranche(1, 2, 1), Tranche(3, 5, "0.9"), Tranche(6, None, "0.7")]
    >>> Bareme("574.88", tranches).montant(6)
    Decimal('2414.50')
    >>> Bareme("574.88", tranches, mode="marginal").montant(6)
    Decimal('3104.35')
    """

    prix_unitaire_eur: Nombre
    tranches: Sequence[Tranche | Mapping[str, Any]]
    mode: Mode = "toute_quantite"

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ErreurUsage.nom_inconnu("mode de barème", self.mode, MODES)
        positif(self.prix_unitaire_eur, "le prix unitaire")
        tranches = tuple(t if isinstance(t, Tranche) else Tranche(**t) for t in self.tranches)
        object.__setattr__(self, "tranches", tranches)
        constats = list(_defauts(tranches))
        if constats:
            raise ErreurDonnees.de_constats("Barème par tranches", constats)

    def montant(self, quantite: Nombre) -> Decimal:
        """Montant de ``quantite`` unités (€, au centime) ; zéro unité coûte zéro.

        Raises
        ------
        ErreurDonnees
            Quantité négative, ou au-delà d'une dernière tranche fermée.
        """
        return au_centime(self.montant_exact(quantite))

    def montant_exact(self, quantite: Nombre) -> Fraction:
        """Montant avant arrondi (€)."""
        combien, prix = positif(quantite, "la quantité"), exact(self.prix_unitaire_eur)
        atteinte = next((t for t in self.tranches if t.a is None or combien <= t.a), None)
        if atteinte is None:
            raise ErreurDonnees(
                f"Quantité {quantite} : le barème s'arrête à {self.tranches[-1].a}. Ajoutez une tranche ou bornez la quantité."
            )
        if self.mode == "toute_quantite":
            return combien * prix * exact(atteinte.coefficient)
        dans = (
            max(Fraction(0), min(combien, Fraction(t.a) if t.a is not None else combien) - (t.de - 1)) * exact(t.coefficient)
            for t in self.tranches
        )
        return sum(dans, Fraction(0)) * prix

    def table(self, quantites: Sequence[int]) -> dict[int, Decimal]:
        """Montant de chaque quantité (€, au centime)."""
        return {n: self.montant(n) for n in quantites}

    def effets_de_seuil(self) -> list[EffetSeuil]:
        """Quantités moins chères que la quantité juste inférieure (vide si le tarif est croissant).

        Examples
        --------
        >>> tranches = [Tranche(1, 5, "0.9"), Tranche(6, None, "0.7")]
        >>> [(e.n, e.montant_eur, e.moins_cher_que_n) for e in Bareme("574.88", tranches).effets_de_seuil()]
        [(6, Decimal('2414.50'), 5)]
        """
        debuts = [t.de for t in self.tranches if t.de > 1]
        return effets_de_seuil(self.table(sorted({n for d in debuts for n in (d - 1, d)})))

    def est_croissant(self) -> bool:
        """Vrai si une unité de plus ne fait jamais baisser le montant."""
        return not self.effets_de_seuil()


@dataclass(frozen=True)
class EffetSeuil:
    """Une quantité ``n`` payée moins cher (``montant_eur``) que ``moins_cher_que_n`` unités (``montant_n_eur``)."""

    n: int
    montant_eur: Decimal
    moins_cher_que_n: int
    montant_n_eur: Decimal


def effets_de_seuil(montants: Mapping[int, Nombre]) -> list[EffetSeuil]:
    """Effets de seuil d'une table quantité → montant : chaque quantité comparée à la précédente si elle est consécutive.

    Examples
    --------
    >>> effets_de_seuil({15: "6036.24", 16: "5978.75"})[0].n
    16
    """
    exacts = {n: au_centime(montant) for n, montant in sorted(montants.items())}
    return [
        EffetSeuil(n, exacts[n], n - 1, exacts[n - 1])
        for n in exacts
        if n - 1 in exacts and exacts[n] < exacts[n - 1]
    ]


def contribution_plafonnee(population: Nombre, tarif_eur_hab: Nombre, plafond_eur: Nombre | None = None) -> Decimal:
    """Contribution par habitant, ramenée au plafond s'il est dépassé (€/an, au centime).

    Notes
    -----
    Forme de barème publiée par l'ATIP (source ``atip67``).

    Examples
    --------
    >>> contribution_plafonnee(3333, "1.5", 5000), contribution_plafonnee(3334, "1.5", 5000)
    (Decimal('4999.50'), Decimal('5000.00'))
    """
    montant = positif(population, "la population") * positif(tarif_eur_hab, "le tarif")
    return au_centime(montant if plafond_eur is None else min(montant, positif(plafond_eur, "le plafond")))


def plafond_atteint(population: Nombre, tarif_eur_hab: Nombre, plafond_eur: Nombre) -> bool:
    """Vrai si la contribution par habitant atteint ou dépasse le plafond.

    Examples
    --------
    >>> plafond_atteint(5000, 1, 5000), plafond_atteint(4999, 1, 5000)
    (True, False)
    """
    return positif(population) * positif(tarif_eur_hab) >= positif(plafond_eur)


def forfait_et_au_dela(
    quantite: Nombre, forfait_eur: Nombre, seuil: Nombre, tarif_au_dela_eur: Nombre
) -> Decimal:
    """Forfait jusqu'au seuil, puis un tarif par unité supplémentaire (€/an, au centime).

    Examples
    --------
    >>> forfait_et_au_dela(20_000, 5_000, 15_000, "0.25")
    Decimal('6250.00')
    """
    supplement = max(Fraction(0), positif(quantite, "la quantité") - positif(seuil, "le seuil"))
    return au_centime(positif(forfait_eur, "le forfait") + supplement * positif(tarif_au_dela_eur, "le tarif au-delà"))


def refacturer_heures(heures_hebdo: Nombre, tarif_eur_h: Nombre, semaines: Nombre = 52) -> Decimal:
    """Coût annuel d'heures hebdomadaires refacturées = heures × semaines × tarif horaire (€/an, au centime).

    Examples
    --------
    >>> refacturer_heures(6, "20.91")
    Decimal('6523.92')
    """
    return au_centime(_heures_an(heures_hebdo, semaines) * positif(tarif_eur_h, "le tarif horaire"))


@dataclass(frozen=True)
class Capacite:
    """Heures demandées à un service face à ce qu'il peut fournir (heures par an) ; ``alerte`` si elles le dépassent."""

    potentiel_h_an: Decimal
    demandees_h_an: Decimal
    reste_h_an: Decimal
    alerte: bool


def controler_capacite(
    heures_hebdo: Mapping[str, Nombre],
    etp: Nombre,
    heures_an_par_etp: Nombre,
    semaines: Nombre = 52,
) -> Capacite:
    """Compare la somme des heures hebdomadaires demandées par les communes à la capacité annuelle du service.

    Parameters
    ----------
    heures_hebdo : Mapping
        Commune → heures par semaine.
    etp : Nombre
        Effectif du service (ETP).
    heures_an_par_etp : Nombre
        Heures annuelles d'un temps complet, telles que le droit ou la convention les fixe (1 607 le plus souvent).
    semaines : Nombre
        Semaines facturées par an.

    Examples
    --------
    >>> controler_capacite({f"commune {i}": 30 for i in range(20)}, etp=6, heures_an_par_etp=1607).alerte
    True
    """
    potentiel = positif(etp, "les ETP") * positif(heures_an_par_etp, "les heures par ETP")
    demandees = sum((_heures_an(h, semaines) for h in heures_hebdo.values()), Fraction(0))
    reste = potentiel - demandees
    return Capacite(en_decimal(potentiel), en_decimal(demandees), en_decimal(reste), reste < 0)


def cout_bulletins(agents: Nombre, prix_eur_bulletin: Nombre, bulletins_par_agent_an: Nombre = 12) -> Decimal:
    """Coût annuel des bulletins de paie = prix × bulletins par agent et par an × agents (€/an, au centime).

    Examples
    --------
    >>> cout_bulletins(1, "12.80"), cout_bulletins(50, "12.80")
    (Decimal('153.60'), Decimal('7680.00'))
    """
    par_agent = positif(prix_eur_bulletin, "le prix du bulletin") * positif(bulletins_par_agent_an, "les bulletins")
    return au_centime(par_agent * positif(agents, "les agents"))


def _heures_an(heures_hebdo: Nombre, semaines: Nombre) -> Fraction:
    return positif(heures_hebdo, "les heures hebdomadaires") * positif(semaines, "les semaines")


def _defauts(tranches: Sequence[Tranche]):
    if not tranches:
        yield Constat("tranches", "rien", "une tranche au moins", "Donnez le barème.")
    attendu: int | None = 1
    for numero, tranche in enumerate(tranches, start=1):
        ou = f"tranche n° {numero}"
        if attendu is None:
            yield Constat(ou, "une tranche", "rien", "Une tranche sans fin est la dernière.")
        elif tranche.de != attendu:
            yield Constat(ou, f"un début à {tranche.de}", f"un début à {attendu}", "Rendez les tranches contiguës.")
        if tranche.a is not None and tranche.a < tranche.de:
            yield Constat(ou, f"une fin à {tranche.a}", f"une fin à partir de {tranche.de}", "Corrigez la fin.")
        try:
            positif(tranche.coefficient)
        except ErreurDonnees:
            yield Constat(ou, repr(tranche.coefficient), "un coefficient positif ou nul", "Corrigez le coefficient.")
        attendu = None if tranche.a is None else tranche.a + 1
