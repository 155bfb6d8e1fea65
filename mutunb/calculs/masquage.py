"""Masquer les petits effectifs d'un tableau croisé, totaux compris, de sorte qu'aucune différence ne les rende.

Une cellule portée par moins d'agents que le seuil ne se publie pas (coût, catégorie, ETP) ; d'autres cellules sont
masquées avec elle pour que ni les totaux de ligne, de colonne et général, ni un autre tableau qui partage ces totaux,
ne permettent de la recalculer ou de la serrer de trop près. Un zéro vrai (ni montant, ni agent) reste publié ; une
donnée absente reste « n.d. » et n'entre dans aucun total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.optimize import linprog

from mutunb import formats
from mutunb.calculs.suppression import Cle, Mesure, Systeme, choisir
from mutunb.erreurs import Constat, ErreurDonnees

SEUIL = 5
#: part de la valeur masquée que l'intervalle déductible doit couvrir au moins
ECART = 0.2
TOTAL = "Total"
MOTIF_PETIT = "effectif sous le seuil"
MOTIF_INCONNU = "effectif inconnu"
MOTIF_COMPLEMENT = "complémentaire"

Totaux = bool | Literal["ligne", "colonne"]


@dataclass(frozen=True)
class Croise:
    """Un tableau croisé à publier.

    Parameters
    ----------
    valeurs, effectifs : DataFrame
        Montants, et postes ou agents, mêmes lignes et colonnes. Sans totaux, ils sont calculés ; des lignes et colonnes
        nommées « Total » sont prises comme telles. Le nom de l'index et des colonnes désigne la dimension : deux
        tableaux qui partagent une dimension partagent ses totaux.
    mesure : str
        Ce que comptent les valeurs (``cout_eur``, ``etp``…) : les cellules de même place sont masquées ensemble.
    totaux : bool or str
        Totaux publiés : tous, aucun, seulement la ``"ligne"`` du bas ou la ``"colonne"`` de droite.
    """

    valeurs: pd.DataFrame
    effectifs: pd.DataFrame
    mesure: str = "valeur"
    totaux: Totaux = True


@dataclass(frozen=True)
class TableMasquee:
    """Ce qui peut se publier ; les vraies valeurs masquées n'y sont plus.

    Attributes
    ----------
    table : DataFrame
        Valeurs, totaux compris ; NaN là où la cellule est masquée ou absente.
    masque : DataFrame
        Vrai là où la cellule est masquée (les autres NaN sont des données absentes).
    cellules : DataFrame
        ``ligne, colonne, motif`` des cellules masquées ; le motif ne se montre pas au client.
    seuil : float
    mesure : str
    """

    table: pd.DataFrame
    masque: pd.DataFrame
    cellules: pd.DataFrame
    seuil: float = SEUIL
    mesure: str = "valeur"

    def affichee(self) -> pd.DataFrame:
        """La table à montrer : « masqué » à la place de chaque cellule masquée."""
        return self.table.astype(object).mask(self.masque, formats.MASQUE)


def masquer(
    valeurs: pd.DataFrame, effectifs: pd.DataFrame, seuil: float = SEUIL, totaux: Totaux = True, ecart: float = ECART
) -> TableMasquee:
    """Table publiable d'un tableau croisé : petits effectifs masqués, et le moins possible d'autres cellules avec eux.

    Parameters
    ----------
    valeurs : DataFrame
        Montants (lignes × colonnes), sans totaux ou avec une ligne et une colonne « Total ».
    effectifs : DataFrame
        Postes ou agents de chaque cellule, mêmes lignes et colonnes ; NaN = inconnu (masqué par prudence).
    seuil : float
        Une cellule se publie à partir de cet effectif.
    totaux : bool or str
        Totaux publiés avec la table (voir :class:`Croise`).
    ecart : float
        L'intervalle qu'un lecteur peut déduire pour une cellule sensible couvre au moins cette part de sa valeur.

    Returns
    -------
    TableMasquee

    Raises
    ------
    ErreurDonnees
        Tables qui ne se répondent pas, totaux faux, effectifs négatifs, masquage impossible à garantir.

    Notes
    -----
    Seuil de 5 agents par case : usage (niveau B), à régler dans le dossier. Les montants sont réputés positifs par le
    lecteur dès qu'ils le sont tous.

    Examples
    --------
    >>> couts = pd.DataFrame({"A": [90.0, 300.0, 250.0], "B": [400.0, 500.0, 350.0]}, index=["paie", "achats", "SI"])
    >>> agents = pd.DataFrame({"A": [2, 8, 7], "B": [9, 12, 8]}, index=["paie", "achats", "SI"])
    >>> publiee = masquer(couts, agents)
    >>> print(publiee.affichee().to_string())
                 A       B   Total
    paie    masqué  masqué   490.0
    achats   300.0   500.0   800.0
    SI      masqué  masqué   600.0
    Total    640.0  1250.0  1890.0
    >>> publiee.cellules.motif.tolist()
    ['effectif sous le seuil', 'complémentaire', 'complémentaire', 'complémentaire']
    """
    return masquer_lies([Croise(valeurs, effectifs, totaux=totaux)], seuil, ecart)[0]


def masquer_lies(
    tableaux: Sequence[Croise], seuil: float = SEUIL, ecart: float = ECART
) -> tuple[TableMasquee, ...]:
    """Tables publiables de plusieurs tableaux liés, masquées ensemble.

    Sont liés les tableaux qui partagent une dimension (même nom d'index ou de colonnes) : leurs totaux sont les mêmes
    cellules. Des mesures différentes d'un même croisement sont masquées aux mêmes places.

    Parameters
    ----------
    tableaux : sequence of Croise
    seuil, ecart : float
        Voir :func:`masquer`.

    Raises
    ------
    ErreurDonnees
        En plus des cas de :func:`masquer`, des totaux communs qui diffèrent d'un tableau à l'autre.

    Examples
    --------
    >>> fonctions = pd.Index(["paie", "achats"], name="fonction")
    >>> communes = pd.DataFrame({"X": [50.0, 300.0], "Y": [30.0, 400.0]}, index=fonctions).rename_axis(columns="commune")
    >>> agents = pd.DataFrame({"X": [2, 8], "Y": [1, 9]}, index=fonctions).rename_axis(columns="commune")
    >>> categories = pd.DataFrame({"b": [60.0, 350.0], "c": [20.0, 350.0]}, index=fonctions).rename_axis(columns="categorie")
    >>> grades = pd.DataFrame({"b": [2, 8], "c": [1, 9]}, index=fonctions).rename_axis(columns="categorie")
    >>> par_commune, par_categorie = masquer_lies([Croise(communes, agents), Croise(categories, grades)])
    >>> bool(par_commune.masque.loc["paie", "Total"]), bool(par_categorie.masque.loc["paie", "Total"])
    (True, True)
    """
    complets = [_completer(tableau) for tableau in tableaux]
    systeme, places = _systeme(complets)
    sensibles, masque = choisir(systeme, seuil, ecart)
    return tuple(_table(tableau, rangs, systeme, sensibles, masque, seuil) for tableau, rangs in zip(complets, places, strict=True))


def intervalles(tables: TableMasquee | Sequence[TableMasquee]) -> pd.DataFrame:
    """Ce qu'un lecteur des tables publiées peut déduire : bornes de chaque cellule masquée, par programmation linéaire.

    Les tables ne contiennent que ce qui est publié ; le lecteur sait que les totaux sont des sommes et, si tout ce
    qu'il voit est positif, que le reste l'est aussi.

    Returns
    -------
    DataFrame
        ``table`` (rang), ``ligne, colonne, bas, haut`` (infini si rien ne borne).

    Examples
    --------
    >>> couts = pd.DataFrame({"A": [90.0, 300.0], "B": [400.0, 500.0]}, index=["paie", "achats"])
    >>> agents = pd.DataFrame({"A": [2, 8], "B": [9, 12]}, index=["paie", "achats"])
    >>> print(intervalles(masquer(couts, agents)).head(1).to_string(index=False))
     table ligne colonne  bas  haut
         0  paie       A  0.0 390.0
    """
    publiees = [tables] if isinstance(tables, TableMasquee) else list(tables)
    complets = [Croise(t.table, t.masque.astype(float), t.mesure) for t in publiees]
    systeme, places = _systeme(complets, publies=True)
    bornes = {nom: _bornes(systeme, nom) for nom in systeme.mesures}
    return pd.DataFrame(
        [
            (numero, ligne, colonne, *bornes[publiee.mesure][rangs[ligne, colonne]])
            for numero, (publiee, rangs) in enumerate(zip(publiees, places, strict=True))
            for ligne, colonne in _vraies(publiee.masque)
        ],
        columns=["table", "ligne", "colonne", "bas", "haut"],
    )


def _bornes(systeme: Systeme, nom: str) -> dict[int, tuple[float, float]]:
    """Minimum et maximum de chaque cellule masquée (``effectifs`` = 1), les publiées étant connues."""
    mesure, matrice = systeme.mesures[nom], systeme.matrice(nom)
    masque = systeme.effectifs == 1
    inconnues = np.flatnonzero(masque & mesure.connues)
    vues = np.where(masque | ~mesure.connues, 0.0, mesure.valeurs)
    bas = 0.0 if (vues >= 0).all() else None
    egalites = {"A_eq": matrice[:, inconnues], "b_eq": -(matrice @ vues), "bounds": [(bas, None)] * len(inconnues)}
    trouvees = {}
    for rang, cellule in enumerate(inconnues):
        objectif = np.zeros(len(inconnues))
        objectif[rang] = 1.0
        moindre, plus = (linprog(signe * objectif, method="highs", **egalites) for signe in (1, -1))
        trouvees[int(cellule)] = (
            float(moindre.fun) if moindre.success else -np.inf,
            -float(plus.fun) if plus.success else np.inf,
        )
    return trouvees


def _completer(tableau: Croise) -> Croise:
    """Le même tableau avec ses totaux ; refuse des tables qui ne se répondent pas."""
    valeurs, effectifs = tableau.valeurs, tableau.effectifs
    constats = list(_defauts(valeurs, effectifs))
    if constats:
        raise ErreurDonnees.de_constats("Masquage", constats)
    effectifs = effectifs.loc[valeurs.index, valeurs.columns]
    if tableau.totaux and TOTAL not in valeurs.index and TOTAL not in valeurs.columns:
        valeurs, effectifs = (_totaliser(t, tableau.totaux) for t in (valeurs, effectifs))
    return Croise(valeurs.astype(float), effectifs.astype(float), tableau.mesure, tableau.totaux)


def _defauts(valeurs: pd.DataFrame, effectifs: pd.DataFrame):
    for nom, axe, autre in [("lignes", valeurs.index, effectifs.index), ("colonnes", valeurs.columns, effectifs.columns)]:
        if not axe.is_unique or set(axe) != set(autre):
            ecart = ", ".join(sorted(map(str, set(axe) ^ set(autre)))) or "des noms en double"
            yield Constat(f"{nom} des deux tables", ecart, "les mêmes, une fois chacune", "Alignez valeurs et effectifs.")
    if (effectifs.to_numpy(dtype=float) < 0).any():
        yield Constat("effectifs", "un nombre négatif", "des effectifs positifs ou nuls", "Corrigez l'effectif.")


def _totaliser(table: pd.DataFrame, totaux: Totaux) -> pd.DataFrame:
    table = table.astype(float)
    if totaux in (True, "colonne"):
        somme = table.sum(axis=1, min_count=1).to_frame(TOTAL).rename_axis(columns=table.columns.name)
        table = pd.concat([table, somme], axis=1)
    if totaux in (True, "ligne"):
        somme = table.sum(axis=0, min_count=1).to_frame(TOTAL).T.rename_axis(index=table.index.name)
        table = pd.concat([table, somme])
    return table


def _cle(tableau: Croise, ligne: object, colonne: object) -> Cle:
    dimensions = [(tableau.valeurs.index.name or "lignes", ligne), (tableau.valeurs.columns.name or "colonnes", colonne)]
    return tuple(sorted((str(d), str(modalite)) for d, modalite in dimensions if modalite != TOTAL))


def _systeme(tableaux: Sequence[Croise], publies: bool = False) -> tuple[Systeme, list[dict[tuple, int]]]:
    """Cellules de tous les tableaux, une fois chacune, et la place de chaque cellule dans chaque tableau."""
    rangs: dict[Cle, int] = {}
    places = [
        {(ligne, colonne): rangs.setdefault(_cle(t, ligne, colonne), len(rangs)) for ligne in t.valeurs.index for colonne in t.valeurs.columns}
        for t in tableaux
    ]
    effectifs = np.full(len(rangs), np.nan)
    valeurs = {t.mesure: np.full(len(rangs), np.nan) for t in tableaux}
    additions: dict[str, set] = {t.mesure: set() for t in tableaux}
    constats: list[Constat] = []
    for tableau, place in zip(tableaux, places, strict=True):
        for (ligne, colonne), rang in place.items():
            ou = f"{ligne} × {colonne}"
            cachee = publies and tableau.effectifs.at[ligne, colonne] == 1
            lue = 0.0 if cachee else tableau.valeurs.at[ligne, colonne]
            _poser(valeurs[tableau.mesure], rang, lue, ou, constats)
            if publies:  # ce sont des marques : une cellule masquée quelque part l'est partout où elle est chiffrée
                effectifs[rang] = np.fmax(effectifs[rang], tableau.effectifs.at[ligne, colonne])
            else:
                _poser(effectifs, rang, tableau.effectifs.at[ligne, colonne], f"{ou} (effectif)", constats)
        additions[tableau.mesure] |= _additions(tableau, place)
    mesures = {nom: Mesure(valeurs[nom], _ouvertes(additions[nom], valeurs[nom])) for nom in valeurs}
    if not publies:
        constats += [c for mesure in mesures.values() for c in _totaux_faux(mesure, list(rangs))]
    if constats:
        raise ErreurDonnees.de_constats("Masquage", constats)
    return Systeme(tuple(rangs), effectifs, mesures), places


def _poser(vecteur: np.ndarray, rang: int, valeur: float, ou: str, constats: list[Constat]) -> None:
    if np.isfinite(vecteur[rang]) and np.isfinite(valeur) and not np.isclose(vecteur[rang], valeur, rtol=1e-9, atol=1e-6):
        constats.append(Constat(ou, f"{vecteur[rang]:g} et {valeur:g}", "une même valeur", "Accordez les tableaux liés."))
    if np.isfinite(valeur):
        vecteur[rang] = valeur


def _additions(tableau: Croise, place: dict[tuple, int]) -> set[tuple[int, tuple[int, ...]]]:
    """Additions qu'un lecteur peut faire : chaque ligne et chaque colonne dont le total est publié."""
    lignes, colonnes = list(tableau.valeurs.index), list(tableau.valeurs.columns)
    additions = set()
    if TOTAL in colonnes:
        additions |= {(place[l, TOTAL], tuple(sorted(place[l, c] for c in colonnes if c != TOTAL))) for l in lignes}
    if TOTAL in lignes:
        additions |= {(place[TOTAL, c], tuple(sorted(place[l, c] for l in lignes if l != TOTAL))) for c in colonnes}
    return additions


def _ouvertes(additions: set, valeurs: np.ndarray) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Additions entre cellules chiffrées : un total absent ne trahit rien, une partie absente n'y entre pas."""
    chiffrees = {int(rang) for rang in np.flatnonzero(np.isfinite(valeurs))}
    return tuple(
        sorted((total, tuple(p for p in parties if p in chiffrees)) for total, parties in additions if total in chiffrees)
    )


def _totaux_faux(mesure: Mesure, cles: Sequence[Cle]):
    ecarts = mesure.matrice() @ np.where(mesure.connues, mesure.valeurs, 0.0)
    for (total, _), ecart in zip(mesure.additions, ecarts, strict=True):
        if abs(ecart) > 1e-6 * max(1.0, abs(mesure.valeurs[total])):
            nom = " × ".join(modalite for _, modalite in cles[total]) or "total général"
            yield Constat(f"total de {nom}", f"{mesure.valeurs[total]:g}", f"{mesure.valeurs[total] + ecart:g}", "Corrigez-le.")


def _vraies(masque: pd.DataFrame) -> list[tuple]:
    return [(ligne, colonne) for ligne in masque.index for colonne in masque.columns if masque.at[ligne, colonne]]


def _table(
    tableau: Croise, rangs: dict[tuple, int], systeme: Systeme, sensibles: np.ndarray, masque: np.ndarray, seuil: float
) -> TableMasquee:
    chiffree = systeme.mesures[tableau.mesure].connues
    cachees = [[bool(masque[rangs[l, c]] and chiffree[rangs[l, c]]) for c in tableau.valeurs.columns] for l in tableau.valeurs.index]
    marque = pd.DataFrame(cachees, index=tableau.valeurs.index, columns=tableau.valeurs.columns)
    motifs = [(ligne, colonne, _motif(systeme, sensibles, rangs[ligne, colonne])) for ligne, colonne in _vraies(marque)]
    return TableMasquee(
        tableau.valeurs.mask(marque),
        marque,
        pd.DataFrame(motifs, columns=["ligne", "colonne", "motif"]),
        seuil,
        tableau.mesure,
    )


def _motif(systeme: Systeme, sensibles: np.ndarray, rang: int) -> str:
    if not sensibles[rang]:
        return MOTIF_COMPLEMENT
    return MOTIF_INCONNU if np.isnan(systeme.effectifs[rang]) else MOTIF_PETIT
