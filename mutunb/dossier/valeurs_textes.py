"""Lire un texte, un SIREN, un oui/non, une valeur de liste."""

from __future__ import annotations

import datetime
import re

from mutunb.dossier.ecriture_brute import Lu, Probleme, absence, alerte, en_ligne, erreur_de_tableur, illisible, nettoyer
from mutunb.dossier.questionnaire import SEPARATEUR, Champ, forme_simple
from mutunb.dossier.synonymes import code_proche
from mutunb.territoires import siren as cle_siren

TEXTE_MAX = 4000
_OUI = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1", "x", "ok"})
_NON = frozenset({"non", "n", "no", "faux", "false", "0", "pas du tout"})
_NE_SAIT_PAS = frozenset({"ne sait pas", "nsp", "ne sais pas", "je ne sais pas", "on ne sait pas", "sait pas"})
_COCHES = {"✓": "oui", "✔": "oui", "☑": "oui", "☒": "oui", "✅": "oui", "√": "oui", "☐": "non", "✗": "non", "✘": "non"}
_FORMULE = re.compile(r"=|[+@-]\s*[A-Za-z_]+\s*[(|!]|[+-]\d+[+*/-]")
_BIDI = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_SEPARATEURS = re.compile(r"[;\n|]")


def texte(brut: object) -> Lu:
    """Texte nettoyé ; une formule, un texte démesuré ou une date de tableur sont signalés."""
    if (vide := erreur_de_tableur(brut) or absence(brut)) is not None:
        return vide
    if not isinstance(brut, str):
        return _texte_de_cellule(brut)
    propre = en_ligne(brut)
    if _FORMULE.match(propre):
        return illisible("un texte, pas une formule", "Effacez la formule et écrivez le texte.", "formule")
    if len(propre) > TEXTE_MAX:
        remede = f"Seuls les {TEXTE_MAX} premiers caractères sont gardés : résumez."
        return alerte(propre[:TEXTE_MAX].rstrip(), f"{TEXTE_MAX} caractères au plus", remede, "long")
    if "\x00" in brut or _BIDI.search(brut):
        remede = "Ils sont retirés : vérifiez le texte qui reste."
        return alerte(propre, "un texte sans caractères invisibles", remede, "invisible")
    return Lu(propre)


def _texte_de_cellule(brut: object) -> Lu:
    if isinstance(brut, bool):
        return Lu("oui" if brut else "non")
    if isinstance(brut, datetime.datetime | datetime.date):
        jour = brut.date() if isinstance(brut, datetime.datetime) else brut
        remede = "Le tableur a lu une date : si c'est un code, mettez la cellule au format Texte et ressaisissez."
        return alerte(jour.isoformat(), "un texte", remede, "type")
    if isinstance(brut, float) and brut.is_integer() and abs(brut) < 1e15:
        return Lu(str(int(brut)))
    return Lu(str(brut).strip())


def siren(brut: object) -> Lu:
    """Neuf chiffres ; un SIRET rend ses neuf premiers. La clé de contrôle fausse est une erreur, la valeur reste."""
    if (vide := erreur_de_tableur(brut) or absence(brut)) is not None:
        return vide
    if isinstance(brut, bool | datetime.date | datetime.time | datetime.timedelta):
        return illisible("un SIREN de 9 chiffres", "Mettez la cellule au format Texte et ressaisissez le SIREN.", "type")
    chiffres = re.sub(r"[\s.'-]|^(?:siren|siret)\s*:?", "", _en_chiffres(brut), flags=re.IGNORECASE)
    if cle_siren.est_siret(chiffres):
        chiffres = chiffres[: cle_siren.LONGUEUR]
    if not cle_siren.est_bien_forme(chiffres):
        return illisible("un SIREN de 9 chiffres", _remede_siren(chiffres), "siren")
    if not cle_siren.cle_valide(chiffres):
        remede = "La clé de contrôle est fausse : cherchez le chiffre erroné."
        return Lu(chiffres, Probleme("un SIREN dont la clé est juste", remede, "erreur", "siren"))
    return Lu(chiffres)


def _en_chiffres(brut: object) -> str:
    if isinstance(brut, float) and brut.is_integer() and 0 <= brut < 1e15:
        return str(int(brut))
    return re.sub(r"[.,]0+$", "", en_ligne(str(brut)[:60]))


def _remede_siren(chiffres: str) -> str:
    if re.fullmatch(r"\d{4,5}|2[AB]\d{3}", chiffres):
        return "C'est sans doute un code INSEE ou postal : écrivez le SIREN (9 chiffres, début de votre SIRET)."
    if re.fullmatch(r"\d[.,]?\d*[eE][+]?\d+", chiffres):
        return "Le tableur l'a abrégé : mettez la colonne au format Texte et ressaisissez."
    return "Écrivez les 9 chiffres, début de votre SIRET."


def booleen(brut: object) -> Lu:
    """``oui``, ``non`` ou ``ne_sait_pas`` ; « O/N » laissé tel quel est une erreur."""
    if isinstance(brut, bool):
        return Lu("oui" if brut else "non")
    if (vide := erreur_de_tableur(brut)) is not None:
        return vide
    if isinstance(brut, int | float) and brut in (0, 1):
        return Lu("oui" if brut else "non")
    ecrit = en_ligne(str(brut)[:200]) if brut is not None else ""
    if ecrit in _COCHES:
        return Lu(_COCHES[ecrit])
    forme = forme_simple(ecrit)
    for valeur, formes in (("oui", _OUI), ("non", _NON), ("ne_sait_pas", _NE_SAIT_PAS)):
        if forme in formes:
            return Lu(valeur)
    if forme in ("o n", "oui non", "oui ou non", "non oui"):
        return illisible("oui ou non", "Gardez une seule des deux réponses.")
    if (vide := absence(brut)) is not None:
        return vide
    premier = forme.split(" ")[0]
    if premier in ("oui", "non"):
        return alerte(premier, "oui, non ou ne sait pas", f"Lu « {premier} », le reste est laissé de côté.", "approche")
    return illisible("oui, non ou ne sait pas", "Choisissez l'une de ces trois réponses.")


def liste(brut: object, champ: Champ) -> Lu:
    """Code de la liste du champ : code, libellé, synonyme, ou écriture très voisine (avec une alerte)."""
    if (vide := erreur_de_tableur(brut)) is not None:
        return vide
    ecrit = en_ligne(str(_texte_de_cellule(brut).valeur if not isinstance(brut, str) else brut)[:300])
    if brut is not None and (code := champ.code_de(ecrit)) is not None:
        return Lu(code)
    if (vide := absence(brut)) is not None:
        return vide
    code, sur = code_proche(ecrit, champ)
    if code is not None and sur:
        return Lu(code)
    attendu = f"une valeur de la liste ({', '.join(champ.libelles[:8])}{'…' if len(champ.libelles) > 8 else ''})"
    if code is not None:
        return alerte(code, attendu, f"Lu comme « {champ.libelle_de(code)} » : confirmez.", "approche")
    return illisible(attendu, "Choisissez dans la liste déroulante.", "liste")


def liste_multiple(brut: object, champ: Champ) -> Lu:
    """Codes séparés par « ; » ; sans liste, les textes (un SIREN ou un SIRET est réduit à ses 9 chiffres)."""
    if (vide := erreur_de_tableur(brut)) is not None:
        return vide
    if not champ.valeurs and (vide := absence(brut)) is not None:
        return vide
    ecrit = nettoyer(brut)[:TEXTE_MAX] if isinstance(brut, str) else str(_texte_de_cellule(brut).valeur or "")
    lus = [_element(morceau, champ) for morceau in _morceaux(ecrit, champ)]
    if not lus:
        return Lu(None)
    valeurs = list(dict.fromkeys(str(lu.valeur) for lu in lus if lu.valeur is not None))
    problemes = sorted((lu.probleme for lu in lus if lu.probleme), key=lambda probleme: probleme.gravite != "erreur")
    return Lu(SEPARATEUR.join(valeurs) or None, next(iter(problemes), None))


def _morceaux(ecrit: str, champ: Champ) -> list[str]:
    """Éléments d'une liste : points-virgules et retours d'abord, puis virgules si l'élément n'est pas un libellé."""
    morceaux: list[str] = []
    for grand in _SEPARATEURS.split(ecrit):
        entier = champ.valeurs and champ.code_de(grand) is not None
        morceaux += [grand] if entier else re.split(r",|\s/\s", grand)
    propres = (morceau.strip(" -•·*\t\n") for morceau in morceaux)
    return [morceau for morceau in propres if morceau]


def _element(ecrit: str, champ: Champ) -> Lu:
    return liste(ecrit, champ) if champ.valeurs else _element_libre(ecrit, champ)


def _element_libre(ecrit: str, champ: Champ) -> Lu:
    if "siren" not in forme_simple(champ.libelle):
        return texte(ecrit)
    return siren(ecrit)
