"""Choisir les cellules à masquer : les sensibles, puis assez d'autres pour que nul total ne les trahisse.

Une cellule masquée est à l'abri s'il existe un autre tableau, compatible avec tout ce qui est publié, où elle a une
valeur éloignée de la sienne d'au moins l'écart demandé. Ce tableau témoin se cherche par programmation linéaire, en
masquant le moins possible ; il se vérifie ensuite par une simple addition. Un reste calculable (total publié moins
cellules publiées) qui porterait sur moins d'agents que le seuil est sensible au même titre qu'une cellule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from mutunb.calculs.suppression_minimale import AMPLITUDE, Exposee, Probleme, chercher_minimum
from mutunb.erreurs import ErreurDonnees

Cle = tuple[tuple[str, str], ...]
EGALITE = 1e-7
GRATUIT = 1e-6
#: prix de suppression d'une cellule, d'un total de ligne ou de colonne, d'un total général
PRIX = (6.0, 2.5, 1.0)


@dataclass(frozen=True)
class Mesure:
    """Valeurs d'une mesure (NaN hors de la mesure) et ses additions : rang du total, rangs des parties."""

    valeurs: np.ndarray
    additions: tuple[tuple[int, tuple[int, ...]], ...]

    @property
    def connues(self) -> np.ndarray:
        """Cellules chiffrées."""
        return np.isfinite(self.valeurs)

    def matrice(self) -> csr_array:
        """Une ligne par addition : parties à +1, total à −1, cellules non chiffrées à 0."""
        lignes, colonnes, signes = [], [], []
        for rang, (total, parties) in enumerate(self.additions):
            for cellule, signe in [(total, -1.0), *((partie, 1.0) for partie in parties)]:
                if self.connues[cellule]:
                    lignes.append(rang)
                    colonnes.append(cellule)
                    signes.append(signe)
        return csr_array((signes, (lignes, colonnes)), shape=(len(self.additions), len(self.valeurs)))

    def planchers(self) -> np.ndarray:
        """Baisse possible de chaque cellule : jusqu'à zéro si la mesure est positive, sans borne sinon."""
        connues = np.where(self.connues, self.valeurs, 0.0)
        return connues if (connues >= 0).all() else np.full(len(connues), np.inf)


@dataclass(frozen=True)
class Systeme:
    """Toutes les cellules de tableaux liés, une fois chacune, et leurs mesures.

    Attributes
    ----------
    cles : tuple of Cle
        Dimensions et modalités de chaque cellule ; un total en a une de moins.
    effectifs : ndarray
        Postes ou agents de chaque cellule ; NaN si inconnu.
    """

    cles: tuple[Cle, ...]
    effectifs: np.ndarray
    mesures: Mapping[str, Mesure]

    def __post_init__(self) -> None:
        object.__setattr__(self, "_matrices", {nom: mesure.matrice() for nom, mesure in self.mesures.items()})

    def matrice(self, mesure: str) -> csr_array:
        """Matrice des additions d'une mesure."""
        return self._matrices[mesure]

    def vides(self) -> np.ndarray:
        """Cellules sans rien à cacher : aucun chiffre, ou un zéro vrai (ni montant, ni agent)."""
        montants = np.array([np.where(m.connues, m.valeurs, 0.0) for m in self.mesures.values()])
        chiffrees = np.any([m.connues for m in self.mesures.values()], axis=0)
        return ~chiffrees | ((montants == 0).all(axis=0) & ~(self.effectifs != 0))

    def sensibles(self, seuil: float) -> np.ndarray:
        """Cellules d'effectif inconnu, ou compris entre zéro exclu et le seuil exclu."""
        petites = np.isnan(self.effectifs) | ((self.effectifs > 0) & (self.effectifs < seuil))
        return petites & ~self.vides()


@dataclass
class _Recherche:
    """État de la recherche : ce qui est masqué, et le témoin de chaque cellule à l'abri."""

    systeme: Systeme
    seuil: float
    ecart: float
    masque: np.ndarray
    sensibles: np.ndarray
    temoins: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.prix = _prix(self.systeme)
        self.vides = self.systeme.vides()
        self.grandeurs = {nom: _grandeurs(mesure) for nom, mesure in self.systeme.mesures.items()}
        self.plus_petites = {
            nom: min(self.grandeurs[nom][self.sensibles & mesure.connues], default=np.inf)
            for nom, mesure in self.systeme.mesures.items()
        }

    def ecart_voulu(self, nom: str, cellule: int) -> float:
        """Écart que le témoin d'une cellule doit montrer."""
        valeurs = self.systeme.mesures[nom].valeurs
        voulu = self.ecart * self.grandeurs[nom][cellule]
        return float(voulu if self.sensibles[cellule] else min(voulu, self.ecart * self.plus_petites[nom]))

    def exposees(self) -> list[tuple[str, int]]:
        """Cellules masquées encore sans témoin, les sensibles d'abord, les plus petits effectifs en tête."""
        manquent = [
            (nom, int(cellule))
            for nom, mesure in self.systeme.mesures.items()
            for cellule in np.flatnonzero(self.masque & mesure.connues)
            if (nom, int(cellule)) not in self.temoins
        ]
        effectifs = np.nan_to_num(self.systeme.effectifs)
        return sorted(manquent, key=lambda nc: (not self.sensibles[nc[1]], effectifs[nc[1]], self.systeme.cles[nc[1]], nc[0]))

    def garder(self, nom: str, temoin: np.ndarray) -> None:
        """Le témoin d'une cellule vaut pour toutes celles qu'il éloigne assez."""
        for cellule in np.flatnonzero(temoin):
            if (nom, int(cellule)) not in self.temoins and self.eloigne(nom, int(cellule), temoin):
                self.temoins[nom, int(cellule)] = temoin

    def eloigne(self, nom: str, cellule: int, temoin: np.ndarray) -> bool:
        """Vrai si le témoin déplace la cellule de l'écart voulu."""
        return bool(abs(temoin[cellule]) >= self.ecart_voulu(nom, cellule) * (1 - EGALITE * 10))


def choisir(systeme: Systeme, seuil: float, ecart: float) -> tuple[np.ndarray, np.ndarray]:
    """Cellules sensibles et cellules à masquer (deux vecteurs booléens).

    Parameters
    ----------
    systeme : Systeme
    seuil : float
        Effectif à partir duquel une cellule se publie.
    ecart : float
        Part de la valeur masquée que l'intervalle déductible doit couvrir au moins.

    Raises
    ------
    ErreurDonnees
        Masquage impossible à prouver : rien ne doit être publié.
    """
    sensibles = systeme.sensibles(seuil)
    recherche = _Recherche(systeme, seuil, ecart, sensibles.copy(), sensibles)
    while _completer_restes(recherche) or _abriter(recherche):
        continue
    _alleger(recherche)
    _minimiser(recherche)
    _prouver(recherche)
    return sensibles, recherche.masque


def _abriter(recherche: _Recherche) -> bool:
    """Trouve un témoin à la première cellule exposée, en masquant ce qu'il faut ; faux si toutes sont à l'abri."""
    exposees = recherche.exposees()
    if not exposees:
        return False
    nom, cellule = exposees[0]
    temoin = _temoin(recherche, nom, cellule)
    if temoin is None:
        raise ErreurDonnees(f"Masquage impossible à garantir pour {recherche.systeme.cles[cellule]}. Ne publiez pas ce tableau.")
    recherche.masque |= temoin != 0
    recherche.garder(nom, temoin)
    return True


def _completer_restes(recherche: _Recherche) -> bool:
    """Masque une cellule de plus là où un reste calculable porte sur trop peu d'agents ; dit si quelque chose a changé."""
    for total, parties in _additions(recherche.systeme):
        if not _reste_sensible(recherche, recherche.masque, total, parties):
            continue
        libres = [p for p in parties if not recherche.masque[p] and not recherche.vides[p]] or [total]
        prix, manque = recherche.prix, recherche.seuil - _effectif(recherche, [p for p in parties if recherche.masque[p]])
        effectifs = np.nan_to_num(recherche.systeme.effectifs)
        choisie = min(libres, key=lambda p: (effectifs[p] < manque, prix[p], recherche.systeme.cles[p]))
        recherche.masque[choisie] = True
        return True
    return False


def _reste_sensible(recherche: _Recherche, masque: np.ndarray, total: int, parties: tuple[int, ...]) -> bool:
    cachees = [p for p in parties if masque[p]]
    return bool(cachees) and not masque[total] and _effectif(recherche, cachees) < recherche.seuil


def _effectif(recherche: _Recherche, cellules: list[int]) -> float:
    return float(np.nan_to_num(recherche.systeme.effectifs[cellules]).sum())


def _additions(systeme: Systeme) -> list[tuple[int, tuple[int, ...]]]:
    return sorted({addition for mesure in systeme.mesures.values() for addition in mesure.additions})


def _prix(systeme: Systeme) -> np.ndarray:
    """Prix de suppression de chaque cellule : selon son niveau de total, puis selon son montant."""
    prix = np.array([PRIX[min(len(cle), 2)] for cle in systeme.cles])
    for mesure in systeme.mesures.values():
        grandeurs = np.abs(np.where(mesure.connues, mesure.valeurs, 0.0))
        prix = prix * (1 + 0.25 * grandeurs / (grandeurs.max() or 1.0))
    return prix


def _grandeurs(mesure: Mesure) -> np.ndarray:
    """Valeur absolue de chaque cellule ; celle d'une cellule moyenne pour un zéro."""
    absolues = np.abs(np.where(mesure.connues, mesure.valeurs, 0.0))
    positives = absolues[absolues > 0]
    return np.where(absolues > 0, absolues, positives.mean() if len(positives) else 1.0)


def _temoin(recherche: _Recherche, nom: str, cellule: int, permises: np.ndarray | None = None) -> np.ndarray | None:
    """Écarts au vrai tableau qui déplacent ``cellule`` de l'écart voulu, au moindre prix de nouvelles suppressions."""
    prix = np.where(recherche.masque, GRATUIT, recherche.prix)
    ouvertes = ~recherche.vides if permises is None else permises
    trouves = [
        temoin
        for sens in (-1.0, 1.0)
        if (temoin := _deplacer(recherche, nom, cellule, sens, prix, ouvertes)) is not None
    ]
    return min(trouves, key=lambda t: prix[(t != 0) & ~recherche.masque].sum(), default=None)


def _deplacer(
    recherche: _Recherche, nom: str, cellule: int, sens: float, prix: np.ndarray, ouvertes: np.ndarray
) -> np.ndarray | None:
    mesure = recherche.systeme.mesures[nom]
    pas = recherche.ecart_voulu(nom, cellule)
    baisses = mesure.planchers() / pas
    if sens < 0 and baisses[cellule] < 1:
        return None
    libres = np.flatnonzero(ouvertes & mesure.connues)
    rang = int(np.searchsorted(libres, cellule))
    matrice = recherche.systeme.matrice(nom)[:, libres]
    fixe = csr_array(([1.0], ([0], [rang])), shape=(1, len(libres)))
    blocs = vstack([matrice, fixe], format="csr")
    egalites = np.zeros(blocs.shape[0])
    egalites[-1] = sens
    bornes = [(0, None)] * len(libres) + [(0, None if np.isinf(b) else float(b)) for b in baisses[libres]]
    solution = linprog(
        np.tile(prix[libres], 2), A_eq=hstack([blocs, -blocs]), b_eq=egalites, bounds=bornes, method="highs"
    )
    if solution.x is None or not solution.success:
        return None
    ecarts = solution.x[: len(libres)] - solution.x[len(libres) :]
    temoin = np.zeros(len(mesure.valeurs))
    temoin[libres] = np.where(np.abs(ecarts) > EGALITE, ecarts, 0.0) * pas
    return temoin


def _alleger(recherche: _Recherche) -> None:
    """Republie les cellules complémentaires dont les témoins peuvent se passer, les plus chères d'abord."""
    prix = recherche.prix
    complements = np.flatnonzero(recherche.masque & ~recherche.sensibles)
    for cellule in sorted(complements, key=lambda c: (-prix[c], recherche.systeme.cles[c])):
        reste = recherche.masque.copy()
        reste[cellule] = False
        if any(_reste_sensible(recherche, reste, total, parties) for total, parties in _additions(recherche.systeme)):
            continue
        remplaces = _temoins_sans(recherche, cellule, reste)
        if remplaces is not None:
            recherche.masque = reste
            recherche.temoins = {c: t for c, t in recherche.temoins.items() if c[1] != cellule} | remplaces


def _temoins_sans(recherche: _Recherche, cellule: int, reste: np.ndarray) -> dict[tuple[str, int], np.ndarray] | None:
    """Témoins de rechange pour les cellules dont le témoin déplaçait ``cellule`` ; ``None`` si l'une n'en a pas."""
    remplaces: dict[tuple[str, int], np.ndarray] = {}
    for (nom, autre), temoin in recherche.temoins.items():
        if autre == cellule or not temoin[cellule]:
            continue
        nouveau = next((t for (n, _), t in remplaces.items() if n == nom and recherche.eloigne(nom, autre, t)), None)
        nouveau = _temoin(recherche, nom, autre, reste) if nouveau is None else nouveau
        if nouveau is None:
            return None
        remplaces[nom, autre] = nouveau
    return remplaces


def _minimiser(recherche: _Recherche) -> None:
    """Remplace le masque glouton par un masque moins cher, s'il s'en trouve un et si chaque cellule y a son témoin."""
    systeme = recherche.systeme
    if (recherche.masque == recherche.sensibles).all():
        return
    probleme = Probleme(
        recherche.prix,
        recherche.sensibles,
        recherche.vides,
        np.nan_to_num(systeme.effectifs),
        _additions(systeme),
        recherche.seuil,
    )

    def exposees(masque: np.ndarray) -> list[Exposee]:
        essai = _avec_temoins(recherche, masque)
        return [_exposee(recherche, nom, cellule) for nom, cellule in essai.exposees()]

    trouve = chercher_minimum(probleme, recherche.masque, exposees)
    essai = _avec_temoins(recherche, trouve) if (trouve != recherche.masque).any() else recherche
    if not essai.exposees():
        recherche.masque, recherche.temoins = essai.masque, essai.temoins


def _avec_temoins(recherche: _Recherche, masque: np.ndarray) -> _Recherche:
    """Une recherche sur ce masque, avec les témoins qu'il permet."""
    essai = _Recherche(recherche.systeme, recherche.seuil, recherche.ecart, masque.copy(), recherche.sensibles)
    for nom, cellule in essai.exposees():
        if (nom, cellule) not in essai.temoins:
            temoin = _temoin(essai, nom, cellule, masque)
            if temoin is not None:
                essai.garder(nom, temoin)
    return essai


def _exposee(recherche: _Recherche, nom: str, cellule: int) -> Exposee:
    mesure, pas = recherche.systeme.mesures[nom], recherche.ecart_voulu(nom, cellule)
    baisses = np.where(mesure.connues, np.minimum(mesure.planchers() / pas, AMPLITUDE), 0.0)
    hausses = np.where(mesure.connues, AMPLITUDE, 0.0)
    return Exposee(cellule, recherche.systeme.matrice(nom), baisses, hausses)


def _prouver(recherche: _Recherche) -> None:
    """Vérifie les restes, et chaque témoin par l'addition : mêmes totaux, rien de négatif, rien de déplacé hors du masque."""
    for total, parties in _additions(recherche.systeme):
        if _reste_sensible(recherche, recherche.masque, total, parties):
            raise ErreurDonnees(f"Reste calculable sous {recherche.systeme.cles[total]}. Ne publiez pas ce tableau.")
    for nom, mesure in recherche.systeme.mesures.items():
        matrice, baisses = recherche.systeme.matrice(nom), mesure.planchers()
        for cellule in np.flatnonzero(recherche.masque & mesure.connues):
            temoin = recherche.temoins.get((nom, int(cellule)))
            echelle = 1.0 if temoin is None else float(np.abs(temoin).max())
            if (
                temoin is None
                or not recherche.eloigne(nom, int(cellule), temoin)
                or (temoin[~recherche.masque] != 0).any()
                or (np.abs(matrice @ temoin) > EGALITE * 100 * echelle).any()
                or (temoin < -baisses - EGALITE * 100 * echelle).any()
            ):
                raise ErreurDonnees(f"Masquage non prouvé pour {recherche.systeme.cles[cellule]}. Ne publiez pas ce tableau.")
