"""Refacturation entre membres : elle déplace une économie, elle n'en crée pas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from mutunb import formats
from mutunb.calculs.monnaie import Nombre, en_decimal, exact, positif
from mutunb.erreurs import ErreurDonnees


@dataclass(frozen=True)
class Refacturation:
    """Économie de chaque membre avant et après refacturation (même unité que les entrées).

    Attributes
    ----------
    invariant_respecte : bool
        Vrai si le total est le même avant et après.
    ecart : Decimal
        Total après moins total avant ; zéro si l'invariant tient.
    variations : dict
        Membre → après moins avant.
    transfert : Decimal
        Somme de ce que les membres cèdent.
    sens : str
        Qui cède vers qui ; vide si rien ne bouge.
    """

    total_avant: Decimal
    total_apres: Decimal
    ecart: Decimal
    invariant_respecte: bool
    variations: dict[str, Decimal]
    transfert: Decimal
    sens: str


def comparer_refacturation(avant: Mapping[str, Nombre], apres: Mapping[str, Nombre]) -> Refacturation:
    """Vérifie que le total ne change pas et dit ce qui se déplace, de qui vers qui.

    Parameters
    ----------
    avant, apres : Mapping
        Membre → économie (ou coût), dans une même unité ; mêmes membres.

    Raises
    ------
    ErreurDonnees
        Membres différents d'un relevé à l'autre, montant absent.

    Examples
    --------
    >>> bilan = comparer_refacturation({"agglomération": 630, "ville": 340}, {"agglomération": 410, "ville": 560})
    >>> bilan.invariant_respecte, bilan.transfert, bilan.sens
    (True, Decimal('220'), 'agglomération vers ville')
    """
    if set(avant) != set(apres):
        ecart = ", ".join(sorted(set(avant) ^ set(apres)))
        raise ErreurDonnees(f"Membres d'un seul des deux relevés : {ecart}. Écrivez 0 pour qui n'a rien.")
    variations = {nom: exact(apres[nom], f"l'après de {nom}") - exact(avant[nom], f"l'avant de {nom}") for nom in avant}
    total_avant, total_apres = sum(map(exact, avant.values())), sum(map(exact, apres.values()))
    cedants = [nom for nom, v in variations.items() if v < 0]
    gagnants = [nom for nom, v in variations.items() if v > 0]
    return Refacturation(
        en_decimal(exact(total_avant)),
        en_decimal(exact(total_apres)),
        en_decimal(exact(total_apres - total_avant)),
        total_apres == total_avant,
        {nom: en_decimal(v) for nom, v in variations.items()},
        en_decimal(exact(-sum(variations[nom] for nom in cedants))),
        f"{formats.liste(cedants)} vers {formats.liste(gagnants)}" if cedants and gagnants else "",
    )


@dataclass(frozen=True)
class Plausibilite:
    """Économie par ETP supprimé, et alerte si elle dépasse le coût d'un ETP : le gain ne vient pas des seuls postes."""

    economie_par_etp: Decimal
    alerte: bool


def controler_plausibilite(economie: Nombre, etp_economises: Nombre, seuil_par_etp: Nombre) -> Plausibilite:
    """Économie par ETP, face au coût employeur complet d'un ETP (mêmes unités pour l'économie et le seuil).

    Raises
    ------
    ErreurDonnees
        ETP nuls ou absents.

    Examples
    --------
    >>> round(controler_plausibilite(970, 11, 75).economie_par_etp, 1)
    Decimal('88.2')
    >>> controler_plausibilite(825, 11, 75).alerte
    False
    """
    par_etp = exact(economie, "l'économie") / positif(etp_economises, "les ETP économisés", strict=True)
    return Plausibilite(en_decimal(par_etp), par_etp > positif(seuil_par_etp, "le seuil par ETP"))
