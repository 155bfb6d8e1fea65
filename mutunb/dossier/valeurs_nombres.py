"""Lire un nombre comme une mairie l'écrit : « 1 234,5 », « 1.234,50 », « 12 k€ », « env. 3 ».

Règles écrites :

- la virgule est décimale ; le point l'est aussi, sauf en groupes de trois chiffres. « 1.234 » se lit 1 234 dans un
  montant ou un compte, 1,234 dans une mesure (ETP, coefficient) ; dans les deux cas une alerte le dit ;
- « env. 3 » se lit 3, avec une alerte ; une unité qui n'est pas celle du champ est une erreur, jamais convertie.
"""

from __future__ import annotations

import datetime
import math
import re
from typing import NamedTuple

from mutunb.dossier.ecriture_brute import Lu, Probleme, absence, alerte, en_ligne, erreur_de_tableur, illisible
from mutunb.dossier.questionnaire import forme_simple

NOMBRE_MAX = 1e13
LONGUEUR_MAX = 80
_APPROCHE = re.compile(
    r"(?:env(?:iron|\.)?|approx(?:imativement|\.)?|autour de|à peu près|a peu pres|presque|près de|pres de|vers"
    r"|estim(?:é|e|ation)|~|≈|±|\+/-|ca\.?)\s*:?\s*",
    re.IGNORECASE,
)
_BORNE = re.compile(r"(?:plus de|moins de|au moins|au plus|max\.?|min\.?|>=?|<=?|≥|≤)\s*", re.IGNORECASE)
_FORME = re.compile(
    r"(?P<ouvre>\()?(?P<signe>[+-]?)\s*€?\s*(?P<nombre>\d[\d .,']*(?:[eE][+-]?\d{1,3}(?![\d\w]))?|[.,]\d+)(?P<suffixe>\D*)"
)
_MULTIPLES = {"k": 1e3, "k€": 1e3, "ke": 1e3, "keur": 1e3, "keuros": 1e3, "millier": 1e3, "milliers": 1e3, "mille": 1e3,
              "m€": 1e6, "me": 1e6, "meur": 1e6, "million": 1e6, "millions": 1e6,
              "md€": 1e9, "milliard": 1e9, "milliards": 1e9}  # fmt: skip
_MOTS_EUROS = frozenset({"€", "eur", "euro", "euros", "ht", "ttc", "an", "annee", "annuel", "annuels"})
_MOTS_NEUTRES = frozenset({"d", "de", "l", "par", "environ", "env", "le", "la", "les", "approx", "estimation"})
_SYNONYMES = {"hab": "habitant", "j": "jour", "pers": "personne", "agt": "agent", "ans": "an", "equivalent": "etp",
              "equivalents": "etp", "temps": "etp", "plein": "etp", "pleins": "etp"}  # fmt: skip
_ATTENDU = "un nombre"
_REMEDE = "Écrivez seulement le nombre, sans commentaire (le commentaire va dans la colonne Source)."


class _Decompose(NamedTuple):
    reel: float
    suffixe: str
    approche: bool
    borne: bool
    ambigu: bool


def nombre(brut: object, unite: str = "", point_decimal: bool = True) -> Lu:
    """Nombre réel dans l'unité demandée ; ``None`` si absent ou illisible.

    Parameters
    ----------
    unite : str
        Unité du champ (« €/an », « mois »…) : un mot d'une autre unité dans la case est une erreur.
    point_decimal : bool
        Ce que vaut « 1.234 » : 1,234 (vrai) ou 1 234 (faux).

    Examples
    --------
    >>> nombre("1\\u202f234,5 €", "€/an").valeur
    1234.5
    >>> nombre("env. 3").probleme.nature
    'approche'
    """
    return preambule(brut) or _reel_direct(brut) or _nombre_en_texte(en_ligne(brut), unite, point_decimal)


def entier(brut: object, unite: str = "") -> Lu:
    """Nombre entier (rendu en ``float``) ; « 12,5 » est refusé."""
    lu = nombre(brut, unite, point_decimal=False)
    if isinstance(lu.valeur, float) and not lu.valeur.is_integer():
        return illisible("un nombre entier", "Écrivez un nombre entier, sans décimale.", "type")
    return lu


def montant(brut: object, unite: str = "€") -> Lu:
    """Montant en euros : « 12 k€ » → 12000."""
    return nombre(brut, unite, point_decimal=False)


def preambule(brut: object) -> Lu | None:
    """Ce qui n'est pas un nombre, quel que soit le champ : absence, erreur de tableur, texte démesuré."""
    if isinstance(brut, str) and len(brut) > LONGUEUR_MAX and len(en_ligne(brut[:5000])) > LONGUEUR_MAX:
        return illisible(_ATTENDU, _REMEDE)
    return erreur_de_tableur(brut) or absence(brut)


def _reel_direct(brut: object) -> Lu | None:
    """Une cellule déjà numérique ; une date ou un vrai/faux n'est pas un nombre."""
    if isinstance(brut, str):
        return None
    if isinstance(brut, datetime.date | datetime.time | datetime.timedelta):
        remede = "Le tableur a changé ce nombre en date : remettez la cellule au format Nombre et ressaisissez."
        return illisible(_ATTENDU, remede, "type")
    if isinstance(brut, bool):
        return illisible(_ATTENDU, "Écrivez le nombre, pas vrai ou faux.", "type")
    try:
        reel = float(brut)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return illisible(_ATTENDU, _REMEDE)
    return _fini(reel)


def _fini(reel: float) -> Lu:
    if not math.isfinite(reel) or abs(reel) > NOMBRE_MAX:
        return illisible("un nombre plausible", "Corrigez : ce nombre est démesuré.", "borne")
    return Lu(reel)


def _nombre_en_texte(texte: str, unite: str, point_decimal: bool) -> Lu:
    decompose = _decomposer(texte, point_decimal)
    if decompose is None:
        return illisible(_ATTENDU, _REMEDE)
    facteur, etrangers = _lire_suffixe(decompose.suffixe, unite)
    if etrangers and unite:
        attendu = f"un nombre en {unite}"
        return illisible(attendu, f"« {' '.join(etrangers)} » n'est pas l'unité demandée : convertissez.", "unite")
    lu = _fini(decompose.reel * facteur)
    if lu.probleme:
        return lu
    return _avec_reserve(lu.valeur, decompose, etrangers, unite)


def _avec_reserve(valeur: object, decompose: _Decompose, etrangers: list[str], unite: str) -> Lu:
    if decompose.approche:
        return alerte(valeur, "une valeur exacte", "Valeur approchée gardée : confirmez-la ou précisez-la.", "approche")
    if decompose.borne:
        return alerte(valeur, "une valeur exacte", "La borne est gardée comme valeur : précisez.", "approche")
    if decompose.ambigu:
        ecrit = f"{valeur:,.10g}".replace(",", " ").replace(".", ",")
        return alerte(valeur, "un nombre sans ambiguïté", f"Lu comme {ecrit} : confirmez.", "ambigu")
    if etrangers:
        remede = f"« {' '.join(etrangers)} » est laissé de côté : mettez l'unité dans sa colonne."
        return alerte(valeur, _ATTENDU, remede, "unite")
    if "HT" in unite and "ttc" in forme_simple(decompose.suffixe).split():
        return alerte(valeur, "un montant HT", "Montant écrit TTC : confirmez le montant hors taxes.", "unite")
    return Lu(valeur)


def _decomposer(texte: str, point_decimal: bool) -> _Decompose | None:
    reste = texte
    approche = _APPROCHE.match(reste)
    if approche:
        reste = reste[approche.end() :]
    borne = _BORNE.match(reste)
    if borne:
        reste = reste[borne.end() :]
    forme = _FORME.fullmatch(reste.strip())
    if not forme:
        return None
    lu = _reel(forme["nombre"].rstrip(" .,'"), point_decimal)
    if lu is None:
        return None
    suffixe = forme["suffixe"].strip()
    negatif = forme["signe"] == "-" or (forme["ouvre"] and suffixe.startswith(")"))
    apres = "env" in suffixe.casefold() or "approx" in suffixe.casefold() or suffixe.endswith("?")
    reel, ambigu = lu
    return _Decompose(-reel if negatif else reel, suffixe, approche is not None or apres, bool(borne), ambigu)


def _lire_suffixe(suffixe: str, unite: str) -> tuple[float, list[str]]:
    """Facteur (k€ → 1000) et mots qui ne sont pas de l'unité demandée."""
    facteur, etrangers = 1.0, []
    permis = {_singulier(mot) for mot in _mots(unite)} | _MOTS_NEUTRES
    if "€" in unite:
        permis |= _MOTS_EUROS
    for mot in _mots(suffixe):
        if mot in _MULTIPLES:
            facteur *= _MULTIPLES[mot]
        elif mot not in permis and _singulier(mot) not in permis:
            etrangers.append(mot)
    return facteur, etrangers


def _mots(texte: str) -> list[str]:
    return [mot for mot in forme_simple(texte.replace("k €", "k€").replace("K €", "k€").replace("M €", "m€")).split() if mot]


def _singulier(mot: str) -> str:
    return _SYNONYMES.get(mot, _SYNONYMES.get(mot.rstrip("s"), mot.rstrip("s")))


def _reel(ecrit: str, point_decimal: bool) -> tuple[float, bool] | None:
    """Valeur d'une suite de chiffres, points, virgules et espaces, et si son écriture est ambiguë."""
    if "e" in ecrit.casefold():
        return _converti(ecrit.replace(" ", "").replace(",", "."), False)
    ecrit = re.sub(r"\s*([.,])\s*", r"\1", ecrit.replace("'", " "))
    virgules, points = ecrit.count(","), ecrit.count(".")
    if virgules and points:
        decimale, millier = (",", ".") if ecrit.rfind(",") > ecrit.rfind(".") else (".", ",")
        return _assemble(ecrit, decimale, millier, False)
    seul, combien = (",", virgules) if virgules else (".", points)
    if combien > 1:
        return _assemble(ecrit, "", seul, False)
    groupe_de_trois = re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", ecrit) is not None
    if seul == "." and groupe_de_trois:
        return _assemble(ecrit, ".", "", True) if point_decimal else _assemble(ecrit, "", ".", True)
    return _assemble(ecrit, seul, "", groupe_de_trois and not point_decimal)


def _assemble(ecrit: str, decimale: str, millier: str, ambigu: bool) -> tuple[float, bool] | None:
    entiere, _, fraction = ecrit.partition(decimale) if decimale else (ecrit, "", "")
    if millier:
        entiere = entiere.replace(millier, " ")
    groupes = entiere.split(" ")
    en_groupes = len(groupes) == 1 or (1 <= len(groupes[0]) <= 3 and all(len(groupe) == 3 for groupe in groupes[1:]))
    if not en_groupes or (fraction and not fraction.isdigit()):
        return None
    return _converti(f"{''.join(groupes) or '0'}.{fraction or '0'}", ambigu)


def _converti(ecrit: str, ambigu: bool) -> tuple[float, bool] | None:
    try:
        return float(ecrit), ambigu
    except ValueError:
        return None


def hors_bornes(valeur: float, mini: float | None, maxi: float | None) -> Probleme | None:
    """Le problème d'un nombre hors de ses bornes, ou ``None``."""
    if (mini is None or valeur >= mini) and (maxi is None or valeur <= maxi):
        return None
    if mini is not None and maxi is not None:
        attendu = f"un nombre de {mini:g} à {maxi:g}"
    else:
        attendu = f"au moins {mini:g}" if mini is not None else f"au plus {maxi:g}"
    return Probleme(attendu.replace(".", ","), "Corrigez la valeur, ou laissez vide si elle est inconnue.", "erreur", "borne")
