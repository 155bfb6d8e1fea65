"""Écrire un nombre comme on l'écrit en français : espace insécable, virgule, unité, « n.d. » si absent."""

from __future__ import annotations

import datetime
import math
from decimal import ROUND_HALF_UP, Context, Decimal

from babel.dates import format_date

ABSENT = "n.d."
MASQUE = "masqué"
ESPACE = "\u00a0"
PRECISION = Context(prec=400)  # assez pour tout nombre à virgule flottante
#: ceux de Babel pour le français (un test les compare), sans relire un motif à chaque nombre : quinze fois moins cher
SEPARATEURS = str.maketrans({",": ESPACE, ".": ","})
SEUIL_MILLIERS_EUR = 10_000
SEUIL_MILLIONS_EUR = 1_000_000


def est_absent(valeur: object) -> bool:
    """Vrai pour ce qui n'a pas de nombre à montrer : ``None``, NaN, ``pd.NA``, infini, texte non numérique."""
    try:
        return valeur is None or not math.isfinite(float(valeur))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return True


def nombre(valeur: object, decimales: int = 0, signe: bool = False) -> str:
    """``1234.5`` → « 1 234,5 » (demi vers le haut, espace insécable) ; « n.d. » si absent.

    Examples
    --------
    >>> nombre(1234.5, 1) == "1\\u00a0234,5"
    True
    >>> nombre(None)
    'n.d.'
    """
    if est_absent(valeur):
        return ABSENT
    pas = Decimal(1).scaleb(-decimales)
    arrondi = Decimal(str(valeur)).quantize(pas, rounding=ROUND_HALF_UP, context=PRECISION)
    texte = f"{arrondi.copy_abs():,f}".translate(SEPARATEURS)
    if arrondi < 0:
        return f"−{texte}"
    return f"+{texte}" if signe and arrondi > 0 else texte


def avec_unite(texte: str, unite: str) -> str:
    """Colle l'unité par une espace insécable ; une valeur absente reste « n.d. » sans unité."""
    return texte if texte == ABSENT or not unite else f"{texte}{ESPACE}{unite}".replace(" ", ESPACE)


def euros(valeur: object, signe: bool = False) -> str:
    """Montant lisible : « 9 850 € », « 12,3 k€ », « 4,6 M€ », « 1 235 M€ ».

    k€ à partir de 10 000 €, M€ à partir de 1 M€ ; une décimale sous 100, aucune au-delà.
    """
    if est_absent(valeur):
        return ABSENT
    montant = Decimal(str(valeur))
    grandeur = abs(montant)
    if grandeur >= SEUIL_MILLIONS_EUR - 500:
        return _montant(montant / SEUIL_MILLIONS_EUR, "M€", signe)
    if grandeur >= SEUIL_MILLIERS_EUR:
        return _montant(montant / 1000, "k€", signe)
    return avec_unite(nombre(montant, 0, signe), "€")


def _montant(valeur: Decimal, unite: str, signe: bool) -> str:
    return avec_unite(nombre(valeur, 0 if abs(valeur) >= 100 else 1, signe), unite)


def euros_exacts(valeur: object, decimales: int = 0, signe: bool = False) -> str:
    """Montant en euros entiers (ou au centime) : « 1 234 567 € »."""
    return avec_unite(nombre(valeur, decimales, signe), "€")


def environ(valeur: object, chiffres: int = 2) -> object:
    """La valeur arrondie à deux chiffres significatifs : une estimation ne s'affiche pas à l'unité près."""
    if est_absent(valeur) or not float(valeur):  # type: ignore[arg-type]
        return valeur
    reel = Decimal(str(valeur))
    pas = Decimal(1).scaleb(reel.adjusted() - chiffres + 1)
    return (reel / pas).quantize(Decimal(1), rounding=ROUND_HALF_UP) * pas


def environ_euros(valeur: object) -> str:
    """Montant estimé, à deux chiffres significatifs : « 15 k€ », « 450 k€ », « 5,2 M€ »."""
    return euros(environ(valeur)).replace(f",0{ESPACE}", ESPACE)


def environ_nombre(valeur: object) -> str:
    """Quantité estimée, à deux chiffres significatifs : « 0,2 », « 2,7 », « 12 », « 670 », « 34 000 »."""
    if est_absent(valeur):
        return ABSENT
    arrondi = environ(valeur)
    return nombre(arrondi, 1 if abs(float(arrondi)) < 10 else 0).replace(",0", "")


def pourcent(part: object, decimales: int = 0, signe: bool = False) -> str:
    """Part de 0 à 1 → « 38 % »."""
    return ABSENT if est_absent(part) else avec_unite(nombre(Decimal(str(part)) * 100, decimales, signe), "%")


def date(jour: datetime.date | None) -> str:
    """« 5 octobre 2026 » (« 1er octobre 2026 » pour le premier du mois) ; « n.d. » si absente."""
    if jour is None:
        return ABSENT
    texte = format_date(jour, format="d MMMM y", locale="fr_FR")
    if jour.day == 1:
        texte = texte.replace("1 ", "1er ", 1)
    return texte.replace(" ", ESPACE)


def etp(valeur: object) -> str:
    """Quantité d'ETP, sans l'unité : deux décimales sous 1, une sous 100, aucune au-delà."""
    if est_absent(valeur):
        return ABSENT
    grandeur = abs(float(valeur))  # type: ignore[arg-type]
    return nombre(valeur, 2 if 0 < grandeur < 0.995 else 1 if grandeur < 99.95 else 0)


def fourchette_euros(bas: object, haut: object) -> str:
    """Fourchette estimée, dans l'unité de sa borne haute : « 1,8 à 53 k€ », « 0,17 à 5,2 M€ »."""
    if est_absent(bas) or est_absent(haut):
        return ABSENT
    grandeur = abs(float(haut))  # type: ignore[arg-type]
    diviseur, unite = (
        (SEUIL_MILLIONS_EUR, "M€") if grandeur >= SEUIL_MILLIONS_EUR else (1000, "k€") if grandeur >= SEUIL_MILLIERS_EUR else (1, "€")
    )
    textes = [_significatif(Decimal(str(environ(borne))) / diviseur) for borne in (bas, haut)]
    return avec_unite(f"{textes[0]} à {textes[1]}", unite)


def _significatif(valeur: Decimal) -> str:
    grandeur = abs(valeur)
    decimales = 0 if grandeur >= 10 or grandeur == grandeur.to_integral_value() else 1 if grandeur >= 1 else 2
    return nombre(valeur, decimales)


#: unité d'un fichier → (décimales, suffixe affiché, fonction éventuelle)
_PAR_UNITE = {
    "eur": lambda v: euros(v),
    "eur_an": lambda v: avec_unite(euros(v), "par an") if not est_absent(v) else ABSENT,
    "eur_centime": lambda v: euros_exacts(v, 2),
    "eur_unite": lambda v: euros_exacts(v, 4),
    "eur_hab": lambda v: avec_unite(nombre(v), "€/hab."),
    "eur_agent": lambda v: avec_unite(nombre(v), "€/agent"),
    "eur_etp": lambda v: avec_unite(nombre(v), "€/ETP"),
    "part": lambda v: pourcent(v),
    "part_fine": lambda v: pourcent(v, 1),
    "etp": lambda v: avec_unite(etp(v), "ETP"),
    "etp_1000hab": lambda v: avec_unite(nombre(v, 1), "ETP pour 1 000 hab."),
    "habitants": lambda v: avec_unite(nombre(v), "hab."),
    "communes": lambda v: avec_unite(nombre(v), "communes" if not est_absent(v) and abs(float(v)) >= 2 else "commune"),
    "nombre": lambda v: nombre(v),
    "valeur": lambda v: nombre(v, 0 if float(v).is_integer() or abs(float(v)) >= 100 else 2) if not est_absent(v) else ABSENT,
    "quantite": lambda v: nombre(v, 0 if est_absent(v) or float(v).is_integer() else 2),
    "note": lambda v: nombre(v, 1),
    "coefficient": lambda v: nombre(v, 3),
    "distance": lambda v: nombre(v, 2),
    "rang": lambda v: nombre(v),
}


def valeur(donnee: object, unite: str) -> str:
    """Valeur avec son unité, par le code d'unité des tableaux (``eur``, ``eur_hab``, ``part``, ``etp``…).

    ``texte`` rend la chaîne telle quelle ; un code inconnu est refusé par :class:`KeyError`.
    """
    if unite == "texte":
        return ABSENT if donnee is None or donnee != donnee or donnee == "" else str(donnee)
    return _PAR_UNITE[unite](donnee)


#: unité → ce qui se dit une fois dans l'en-tête, et comment s'écrit alors la cellule
_EN_ENTETE = {
    "eur_an": ("par an", euros),
    "eur_hab": ("€/hab.", nombre),
    "etp": ("ETP", etp),
    "habitants": ("habitants", nombre),
}


def unite_entete(unite: str) -> str:
    """Unité à dire dans l'en-tête d'une colonne ; vide si elle reste dans les cellules."""
    return _EN_ENTETE[unite][0] if unite in _EN_ENTETE else ""


def cellule(donnee: object, unite: str) -> str:
    """Valeur d'une cellule, sans l'unité déjà dite dans l'en-tête (:func:`unite_entete`)."""
    return _EN_ENTETE[unite][1](donnee) if unite in _EN_ENTETE else valeur(donnee, unite)


def unites_connues() -> frozenset[str]:
    """Codes d'unité acceptés dans un tableau."""
    return frozenset(_PAR_UNITE) | {"texte"}


def liste(elements: list[str], conjonction: str = "et") -> str:
    """« a, b et c »."""
    if len(elements) < 2:
        return "".join(elements)
    return f"{', '.join(elements[:-1])} {conjonction} {elements[-1]}"


def pluriel(combien: int, singulier: str, plur: str | None = None) -> str:
    """« 1 commune », « 0 commune », « 2 communes » (le pluriel français commence à 2)."""
    forme = singulier if abs(combien) < 2 else (plur or f"{singulier}s")
    return f"{nombre(combien)}{ESPACE}{forme}"
