"""Lire une part : « 50 % », 50, 0,5, « mi-temps », « 28/35 » ; gardée de 0 à 1.

Règle écrite : une part se saisit de 0 à 100. Au-delà de 1, la valeur est un pourcentage ; de 0 à 1 compris, c'est déjà
une part (0,5 = 50 %, 1 = 100 %), avec une alerte quand rien d'autre (signe %, format de cellule, reste de la colonne) ne
le confirme.
"""

from __future__ import annotations

import re

from mutunb.dossier.ecriture_brute import Lu, Pourcentage, alerte, en_ligne, illisible
from mutunb.dossier.questionnaire import forme_simple
from mutunb.dossier.valeurs_nombres import LONGUEUR_MAX, nombre, preambule

_PARTS_EN_MOTS = {"mi temps": 0.5, "mitemps": 0.5, "temps plein": 1.0, "plein temps": 1.0, "temps complet": 1.0,
                  "tp": 1.0, "tc": 1.0, "moitie": 0.5, "la moitie": 0.5, "un quart": 0.25, "trois quarts": 0.75}  # fmt: skip
_FRACTION = re.compile(r"(\d{1,4}(?:[.,]\d{1,2})?)\s*h?\s*/\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:e|è|ème|eme|h)?", re.IGNORECASE)


def part(brut: object, echelle: str = "") -> Lu:
    """Part de 0 à 1 : « 50 % », 50 et 0,5 donnent 0,5.

    Parameters
    ----------
    echelle : str
        Ce que dit le reste de la colonne : ``"unite"`` (des parts de 0 à 1), ``"cent"`` (des pourcentages), vide si
        rien ne le dit.
    """
    if (deja_dit := preambule(brut)) is not None:
        return deja_dit
    if isinstance(brut, Pourcentage) and 0 <= brut <= 1:
        return Lu(float(brut))
    if isinstance(brut, str) and (mots := _part_en_mots(brut)) is not None:
        return mots
    lu = nombre(brut, "%")
    if not isinstance(lu.valeur, float):
        return lu
    ecrite_en_pourcent = isinstance(brut, str) and "%" in brut
    valeur, doute = _a_l_echelle(lu.valeur, ecrite_en_pourcent, echelle)
    if not 0 <= valeur <= 1:
        return illisible("une part de 0 à 100 %", "Corrigez : une part ne dépasse pas 100 % et n'est pas négative.", "borne")
    if doute:
        ecrit = f"{valeur * 100:g} %".replace(".", ",")
        return alerte(valeur, "un pourcentage de 0 à 100", f"Lu comme {ecrit} : confirmez, ou écrivez le signe %.", "ambigu")
    return Lu(valeur, lu.probleme)


def _a_l_echelle(valeur: float, ecrite_en_pourcent: bool, echelle: str) -> tuple[float, bool]:
    if ecrite_en_pourcent:
        return valeur / 100, 0 < valeur < 1
    if 0 < valeur <= 1:
        return valeur, echelle != "unite"
    return (valeur / 100, 1 < valeur < 2) if valeur > 1 else (valeur, False)


def _part_en_mots(brut: str) -> Lu | None:
    texte = en_ligne(brut[:LONGUEUR_MAX])
    if (connue := _PARTS_EN_MOTS.get(forme_simple(texte))) is not None:
        return Lu(connue)
    fraction = _FRACTION.fullmatch(texte)
    if not fraction:
        return None
    haut, bas = (float(morceau.replace(",", ".")) for morceau in fraction.groups())
    if not bas or haut > bas:
        return illisible("une part de 0 à 100 %", "Corrigez la fraction, ou écrivez un pourcentage.", "borne")
    lue = f"{haut / bas * 100:.4g} %".replace(".", ",")
    return alerte(haut / bas, "un pourcentage de 0 à 100", f"Fraction lue comme {lue} : confirmez.", "approche")
