"""Le SIREN : neuf chiffres, dont le dernier est une clé de contrôle."""

from __future__ import annotations

from collections.abc import Iterable

LONGUEUR = 9
_LONGUEUR_SIRET = 14


def nettoyer(saisie: object) -> str:
    """La saisie sans espace d'aucune sorte ni point : « 247 900 798 » → « 247900798 »."""
    return "".join(str(saisie).split()).replace(".", "")


def en_chiffres(saisie: str) -> bool:
    """Vrai si la saisie n'est faite que de chiffres de 0 à 9, et d'au moins un."""
    return saisie.isascii() and saisie.isdigit()


def est_bien_forme(siren: str) -> bool:
    """Vrai pour neuf chiffres."""
    return len(siren) == LONGUEUR and en_chiffres(siren)


def est_siret(saisie: str) -> bool:
    """Vrai pour les quatorze chiffres d'un établissement."""
    return len(saisie) == _LONGUEUR_SIRET and en_chiffres(saisie)


def cle_valide(siren: str) -> bool:
    """Vrai si la clé de Luhn d'un SIREN bien formé est juste."""
    somme = 0
    for rang, chiffre in enumerate(reversed(siren)):
        valeur = int(chiffre) * (1 + rang % 2)
        somme += valeur - 9 * (valeur > 9)
    return somme % 10 == 0


def voisins(siren: str, connus: Iterable[str], combien: int = 3) -> list[str]:
    """SIREN connus à une faute de frappe près ; à défaut, à deux chiffres près ; aucun si ``siren`` est connu."""
    fautes = {connu: _fautes(siren, connu) for connu in connus}
    moindre = min(fautes.values(), default=0)
    proches = sorted(connu for connu, nombre in fautes.items() if nombre == moindre)
    return proches[:combien] if moindre in (1, 2) else []


def _fautes(siren: str, connu: str) -> int:
    """Chiffres différents ; deux chiffres voisins intervertis ne sont qu'une faute."""
    rangs = [rang for rang in range(LONGUEUR) if siren[rang] != connu[rang]]
    if len(rangs) == 2 and rangs[1] == rangs[0] + 1 and siren[rangs[0]] == connu[rangs[1]]:
        return 1 if siren[rangs[1]] == connu[rangs[0]] else 2
    return len(rangs)
