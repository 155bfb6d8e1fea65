"""Ce qu'une cellule contient avant lecture : espaces, caractères invisibles, marques d'absence, erreurs de tableur."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from mutunb.dossier.questionnaire import forme_simple

#: ce qu'on écrit quand on ne sait pas
ABSENCES = frozenset(
    {"", "nc", "n c", "nd", "n d", "na", "n a", "null", "none", "nan", "non communique", "non renseigne", "non connu",
     "non disponible", "inconnu", "a completer", "a renseigner", "sans reponse"}
)  # fmt: skip
#: ce qui peut vouloir dire zéro, ou « je ne sais pas » : une absence à confirmer
ABSENCES_DOUTEUSES = frozenset(
    {"neant", "sans objet", "so", "s o", "aucun", "aucune", "rien", "pas concerne", "non concerne", "pas de"}
)
#: une cellule de classeur dont la formule n'a jamais été calculée
FORMULE_NON_CALCULEE = "#FORMULE?"
ERREUR_TABLEUR = re.compile(
    r"#(?:REF!|N/A|VALUE!|VALEUR!|NAME\?|NOM\?|DIV/0!|NULL!|NUL!|NUM!|NOMBRE!|SPILL!|EPARS!|CALC!|FORMULE\?"
    r"|GETTING_DATA|FIELD!|BLOCKED!|CONNECT!)|Err\s?:\s?\d{3}|#{3,}",
    re.IGNORECASE,
)
_ESPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_TIRETS = str.maketrans({"−": "-", "–": "-", "—": "-", "‑": "-", "‐": "-", "’": "'", "‘": "'", "＝": "="})
_FORMULE_TEXTE = re.compile(r'="(.*)"', re.DOTALL)


class Probleme(NamedTuple):
    """Ce qui ne va pas dans une cellule ; l'endroit et la valeur trouvée sont ajoutés par la lecture.

    ``nature`` : absence_douteuse, ambigu, approche, borne, erreur_tableur, formule, illisible, invisible, liste,
    long, nominatif, siren, type, unite.
    """

    attendu: str
    remede: str
    gravite: str = "erreur"
    nature: str = "illisible"


class Lu(NamedTuple):
    """Valeur lue (``None`` si absente ou illisible) et le problème éventuel."""

    valeur: object
    probleme: Probleme | None = None


class Pourcentage(float):
    """Nombre d'une cellule au format « 0 % » : sa valeur est déjà de 0 à 1."""


def nettoyer(brut: object) -> str:
    """Le texte sans caractère de commande ni invisible, espaces réduits, tirets et apostrophes ordinaires.

    Examples
    --------
    >>> nettoyer("\\u202e 1\\u202f234\\u00a0€\\x00 ")
    '1 234 €'
    """
    texte = str(brut)
    if texte.isascii() and texte.isprintable():
        return " ".join(texte.split(" ")).strip() if "  " not in texte else _ESPACES.sub(" ", texte).strip()
    texte = unicodedata.normalize("NFC", texte).translate(_TIRETS)
    texte = texte.replace("\r\n", "\n").replace("\r", "\n")
    return _ESPACES.sub(" ", "".join(filter(_se_voit, texte))).strip()


def _se_voit(lettre: str) -> bool:
    return lettre in "\n\t" or unicodedata.category(lettre) not in ("Cc", "Cf", "Cs", "Co")


def en_ligne(brut: object) -> str:
    """Le texte nettoyé, sur une seule ligne ; l'écriture « ="0123" » des exports rend son contenu."""
    texte = " ".join(nettoyer(brut).split())
    trouve = _FORMULE_TEXTE.fullmatch(texte)
    return trouve.group(1).strip() if trouve else texte


def est_vide(brut: object) -> bool:
    """Vrai pour une cellule sans rien : ``None``, NaN, NaT, texte blanc."""
    if brut is None or brut == "" or brut != brut:
        return True
    return isinstance(brut, str) and not nettoyer(brut)


def absence(brut: object) -> Lu | None:
    """La lecture d'une absence (avec une alerte si elle est douteuse), ou ``None`` si la cellule dit quelque chose."""
    if est_vide(brut):
        return Lu(None)
    if not isinstance(brut, str):
        return None
    forme = forme_simple(brut[:80])
    if forme in ABSENCES and (forme or not any(map(str.isalnum, brut))):
        return Lu(None)
    if forme in ABSENCES_DOUTEUSES:
        remede = "Écrivez 0 si c'est zéro ; laissez vide si l'information manque."
        return Lu(None, Probleme("une valeur, 0 ou une case vide", remede, "alerte", "absence_douteuse"))
    return None


def erreur_de_tableur(brut: object) -> Lu | None:
    """La lecture d'une erreur de tableur (#REF!, #N/A, formule jamais calculée), ou ``None``."""
    if not isinstance(brut, str):
        return None
    texte = en_ligne(brut[:40])
    if texte == FORMULE_NON_CALCULEE:
        remede = "Ouvrez le fichier dans un tableur, enregistrez-le, puis renvoyez-le."
        return Lu(None, Probleme("le résultat de la formule", remede, "erreur", "formule"))
    if ERREUR_TABLEUR.fullmatch(texte):
        remede = "Réparez la formule ou remplacez-la par la valeur."
        return Lu(None, Probleme("une valeur, pas une erreur de tableur", remede, "erreur", "erreur_tableur"))
    return None


def illisible(attendu: str, remede: str, nature: str = "illisible") -> Lu:
    """Lecture sans valeur : une erreur."""
    return Lu(None, Probleme(attendu, remede, "erreur", nature))


def alerte(valeur: object, attendu: str, remede: str, nature: str) -> Lu:
    """Valeur lue, avec une alerte."""
    return Lu(valeur, Probleme(attendu, remede, "alerte", nature))
