"""Réunir les lignes de plusieurs fichiers : une clé, une ligne ; deux valeurs différentes, un conflit dit.

Règle : une valeur absente est complétée par l'autre fichier. Entre deux valeurs différentes, la valeur gardée est celle
du fichier qui ne parle que d'une entité (c'est elle qui se décrit), sinon la première lue ; jamais en silence.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Iterator

from mutunb.dossier.ligne_lue import LigneLue
from mutunb.dossier.questionnaire import SEPARATEUR, Champ, Feuille, Questionnaire, forme_simple, questionnaire
from mutunb.erreurs import Constat

PLUS_SPECIFIQUE = "fichier propre à l'entité"
PREMIERE_LUE = "première lue"
_ECART_NUL = 1e-9
#: le nom de l'entité s'écrit de dix façons ; son SIREN, dans la clé, fait foi
_NOM_LIBRE = "collectivite"

Ecart = dict[str, object]


def fusionner(
    lignes: Iterable[LigneLue], modele: Questionnaire | None = None
) -> tuple[dict[str, list[LigneLue]], list[Ecart], list[Constat]]:
    """Lignes réunies par feuille (dans l'ordre de première lecture), écarts entre elles, doublons signalés.

    Un écart porte les attributs d'un :class:`mutunb.dossier.collecte.Conflit`. ``modele`` : le questionnaire par défaut.
    """
    modele = modele or questionnaire()
    par_feuille: dict[str, dict[tuple[object, ...], list[LigneLue]]] = {}
    for ligne in lignes:
        feuille = modele.feuille(ligne.feuille)
        par_feuille.setdefault(feuille.nom, {}).setdefault(cle_de(ligne, feuille), []).append(ligne)
    reunies: dict[str, list[LigneLue]] = {}
    ecarts: list[Ecart] = []
    doublons: list[Constat] = []
    for nom, groupes in par_feuille.items():
        feuille = modele.feuille(nom)
        for groupe in groupes.values():
            reunies.setdefault(nom, []).append(_reunir(groupe, feuille, ecarts))
            doublons += _doublons(groupe, feuille)
    return reunies, ecarts, doublons


def cle_de(ligne: LigneLue, feuille: Feuille) -> tuple[object, ...]:
    """Ce qui identifie une ligne, casse et accents indifférents ; une part de clé absente vaut absence."""
    return tuple(_forme(ligne.valeurs.get(nom)) for nom in feuille.cle)


def _forme(valeur: object) -> object:
    return forme_simple(valeur) or valeur if isinstance(valeur, str) else valeur


def _reunir(groupe: list[LigneLue], feuille: Feuille, ecarts: list[Ecart]) -> LigneLue:
    if len(groupe) == 1:
        return groupe[0]
    ordre = sorted(groupe, key=lambda ligne: not ligne.specifique)  # tri stable : la première lue reste devant
    tete = ordre[0]
    valeurs = {}
    for champ in feuille.colonnes:
        porteuses = [ligne for ligne in ordre if champ in ligne.valeurs]
        if not porteuses:
            continue
        retenue = porteuses[0]
        valeurs[champ] = retenue.valeurs[champ]
        ecarts += [
            _ecart(champ, retenue, autre, feuille)
            for autre in porteuses[1:]
            if champ != _NOM_LIBRE and not memes(retenue.valeurs[champ], autre.valeurs[champ])
        ]
    return LigneLue(tete.feuille, tete.fichier, tete.onglet, tete.numero, valeurs, tete.places, tete.specifique)


def _ecart(champ: str, retenue: LigneLue, autre: LigneLue, feuille: Feuille) -> Ecart:
    return {
        "feuille": feuille.nom,
        "cle": {nom: retenue.valeurs[nom] for nom in feuille.cle if nom in retenue.valeurs},
        "champ": champ,
        "retenue": retenue.valeurs[champ],
        "ecartee": autre.valeurs[champ],
        "ou_retenue": retenue.endroit(champ),
        "ou_ecartee": autre.endroit(champ),
        "motif": PLUS_SPECIFIQUE if retenue.specifique and not autre.specifique else PREMIERE_LUE,
    }


def memes(une: object, autre: object) -> bool:
    """Vrai si deux valeurs disent la même chose : nombres à un milliardième près, textes sans casse ni accent."""
    if isinstance(une, float) and isinstance(autre, float):
        return math.isclose(une, autre, rel_tol=_ECART_NUL, abs_tol=_ECART_NUL)
    return une == autre or _forme(une) == _forme(autre)


def _doublons(groupe: list[LigneLue], feuille: Feuille) -> Iterator[Constat]:
    """Lignes de même clé dans un même onglet : souvent deux réalités sous un seul repère, ou une ligne collée deux fois."""
    premieres: dict[tuple[str, str], LigneLue] = {}
    for ligne in groupe:
        premiere = premieres.setdefault((ligne.fichier, ligne.onglet), ligne)
        if premiere is ligne:
            continue
        yield Constat(
            f"{ligne.fichier}, {ligne.onglet}, ligne {ligne.numero}",
            f"la même clé ({', '.join(feuille.champ(nom).libelle for nom in feuille.cle)}) qu'à la ligne {premiere.numero}",
            feuille.grain,
            "Les deux lignes sont réunies : supprimez-en une, ou distinguez-les par leur repère.",
            "alerte",
        )


def montrer(valeur: object, champ: Champ | None = None) -> str:
    """Valeur telle qu'on la dit à une mairie : libellés des listes, parts en %, dates JJ/MM/AAAA, sans « .0 ».

    Examples
    --------
    >>> montrer("madd", questionnaire().feuille("mutualisations").champ("forme"))
    "Mise à disposition de service, de l'EPCI vers ses communes"
    """
    if champ is not None and champ.valeurs and isinstance(valeur, str):
        return f" {SEPARATEUR} ".join(champ.libelle_de(code.strip()) for code in valeur.split(SEPARATEUR))
    if champ is not None and champ.type == "part" and isinstance(valeur, float):
        return f"{montrer(round(valeur * 100, 9))}\u00a0%"
    if isinstance(valeur, float):
        return f"{valeur:.12g}".replace(".", ",")
    return f"{valeur:%d/%m/%Y}" if isinstance(valeur, datetime.date) else str(valeur)
