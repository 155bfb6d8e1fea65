"""Expliquer un écart de coût : périmètre, volume, inflation et prix ; la somme des effets est l'écart, exactement.

Le coût se lit comme un volume × un coût unitaire. Les effets se calculent l'un après l'autre, dans cet ordre, et l'ordre
compte : ce que deux effets ont en commun va au second.

===========  ==============================================================  =====================================
Effet        Ce qui change                                                   Formule
===========  ==============================================================  =====================================
périmètre    qui est dans le service, et combien de mois                     ``u0 × ΔV dû aux présences``
volume       ce que demandent les entités, à présence égale                  ``u0 × (ΔV − ΔV dû aux présences)``
inflation    la hausse générale des prix, sur les volumes de l'année         ``u0 × V1 × (i − 1)``
prix         le reste : le coût unitaire propre au service                   ``C1 − u0 × V1 × i``
===========  ==============================================================  =====================================

``C0, C1`` : coûts de référence et constaté ; ``V0, V1`` : unités ; ``u0 = C0 / V0`` ; ``i`` : indice des prix, 1 = aucune
hausse. Tout est en fractions : aucun arrondi ne se glisse dans la somme.

Un volume qui baisse quand les charges sont fixes donne un effet volume négatif et un effet prix positif : c'est le même
fait, vu des deux côtés.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from mutunb.calculs.monnaie import Nombre, au_centime, exact, positif
from mutunb.erreurs import ErreurDonnees

#: effets, dans l'ordre où ils se calculent
EFFETS = ("perimetre", "volume", "inflation", "prix")


@dataclass(frozen=True)
class Recours:
    """Ce qu'une entité a demandé au service, avant et après.

    Attributes
    ----------
    unites_reference, unites : Nombre
        Unités de fonctionnement, positives ou nulles ; 0 pour qui n'est pas (encore, ou plus) dans le service.
    presence_reference, presence : Nombre
        Part de l'année passée dans le service, de 0 à 1 (6 mois : 0,5).
    """

    unites_reference: Nombre = 0
    unites: Nombre = 0
    presence_reference: Nombre = 1
    presence: Nombre = 1


@dataclass(frozen=True)
class Decomposition:
    """Un écart de coût et ses effets (fractions exactes, €).

    Attributes
    ----------
    reference_eur, constate_eur : Fraction
    perimetre_eur, volume_eur, inflation_eur, prix_eur : Fraction
        Leur somme est ``ecart_eur``, exactement.
    inflation_connue : bool
        Faux sans indice : l'inflation vaut 0 et se trouve dans l'effet prix.
    """

    reference_eur: Fraction
    constate_eur: Fraction
    perimetre_eur: Fraction
    volume_eur: Fraction
    inflation_eur: Fraction
    prix_eur: Fraction
    inflation_connue: bool = True

    @property
    def ecart_eur(self) -> Fraction:
        """Coût constaté moins coût de référence."""
        return self.constate_eur - self.reference_eur

    @property
    def effets_eur(self) -> dict[str, Fraction]:
        """Effet → montant exact, dans l'ordre de calcul."""
        return {effet: getattr(self, f"{effet}_eur") for effet in EFFETS}

    def au_centime(self) -> dict[str, Decimal]:
        """Effet → montant au centime ; la somme est l'écart au centime (plus fort reste sur les parts des effets).

        Examples
        --------
        >>> effets = decomposer(100, 103, {"A": Recours(3, 3)}, 1).au_centime()
        >>> sum(effets.values())
        Decimal('3.00')
        """
        arrondis = {effet: au_centime(montant) for effet, montant in self.effets_eur.items()}
        reste = int((au_centime(self.ecart_eur) - sum(arrondis.values(), Decimal(0))) * 100)
        sens = 1 if reste > 0 else -1
        restes = {effet: sens * (self.effets_eur[effet] - exact(arrondis[effet])) for effet in EFFETS}
        for effet in sorted(EFFETS, key=lambda e: (-restes[e], EFFETS.index(e)))[: abs(reste)]:
            arrondis[effet] += sens * Decimal("0.01")
        return arrondis


def decomposer(
    reference_eur: Nombre, constate_eur: Nombre, recours: Mapping[str, Recours], indice_prix: Nombre | None = None
) -> Decomposition:
    """Écart entre deux coûts, en effets périmètre, volume, inflation et prix, dont la somme ferme exactement.

    Parameters
    ----------
    reference_eur, constate_eur : Nombre
        Coût de référence (T0, prévision ou année d'avant) et coût de l'année (€), positifs ou nuls.
    recours : Mapping[str, Recours]
        Entité → unités et présence, avant et après.
    indice_prix : Nombre, optional
        Prix de l'année rapportés à ceux de la référence (1,02 pour 2 % de hausse) ; ``None`` : inflation non séparée.

    Raises
    ------
    ErreurDonnees
        Montant, unités ou indice négatifs ou absents ; présence hors de 0 à 1 (tous à la fois).

    Notes
    -----
    Une présence qui passe de six à douze mois est un effet de périmètre : à rythme égal, les unités doublent. Sans unité de
    référence (service neuf), le coût unitaire de référence est celui de l'année, ramené aux prix de la référence ; sans
    unité ni avant ni après, seuls l'inflation et le prix expliquent l'écart.

    Examples
    --------
    >>> deux = {"A": Recours(60, 66), "B": Recours(40, 20, presence=0.5)}
    >>> {effet: float(montant) for effet, montant in decomposer(1000, 950, deux, 1.02).effets_eur.items()}
    {'perimetre': -200.0, 'volume': 60.0, 'inflation': 17.2, 'prix': 72.8}
    """
    defauts = list(_defauts(recours, indice_prix))
    if defauts:
        raise ErreurDonnees(f"Décomposition d'un écart : {' ; '.join(defauts)}.")
    reference, constate = positif(reference_eur, "le coût de référence"), positif(constate_eur, "le coût de l'année")
    indice = Fraction(1) if indice_prix is None else exact(indice_prix)
    lus = [_lu(nom, r) for nom, r in recours.items()]
    avant, apres = sum((r[0] for r in lus), Fraction(0)), sum((r[1] for r in lus), Fraction(0))
    unitaire = _unitaire(reference, avant, constate, apres, indice)
    presences = sum((_du_a_la_presence(*r) for r in lus), Fraction(0))
    perimetre, volume = unitaire * presences, unitaire * (apres - avant - presences)
    inflation = (unitaire * apres if avant or apres else reference) * (indice - 1)
    return Decomposition(
        reference,
        constate,
        perimetre,
        volume,
        inflation,
        constate - reference - perimetre - volume - inflation,
        indice_prix is not None,
    )


def _defauts(recours: Mapping[str, Recours], indice: Nombre | None):
    if indice is not None and not exact(indice) > 0:
        yield f"l'indice des prix ({indice}) doit être positif"
    for nom, r in recours.items():
        for quand, part in (("de référence", r.presence_reference), ("de l'année", r.presence)):
            if not 0 <= exact(part) <= 1:
                yield f"la présence {quand} de {nom} ({part}) doit être une part de 0 à 1"


def _lu(nom: str, r: Recours) -> tuple[Fraction, Fraction, Fraction, Fraction]:
    return (
        positif(r.unites_reference, f"les unités de référence de {nom}"),
        positif(r.unites, f"les unités de {nom}"),
        exact(r.presence_reference),
        exact(r.presence),
    )


def _unitaire(reference: Fraction, avant: Fraction, constate: Fraction, apres: Fraction, indice: Fraction) -> Fraction:
    if avant:
        return reference / avant
    return constate / (apres * indice) if apres else Fraction(0)


def _du_a_la_presence(avant: Fraction, apres: Fraction, presence_avant: Fraction, presence: Fraction) -> Fraction:
    """Unités gagnées ou perdues parce que l'entité a été présente plus ou moins longtemps."""
    if presence_avant == 0:
        return apres - avant
    return avant / presence_avant * (presence - presence_avant)
