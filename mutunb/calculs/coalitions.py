"""Coûts de coalitions : ce que coûterait le même service, au même niveau, à chaque groupe d'entités sans les autres.

Convention de tout le déploiement : jeu de COÛTS. ``c(S)`` est le coût minimal du groupe ``S`` ; ``x`` la part de chacun ;
l'excès ``e(S) = x(S) − c(S)`` est ce que le groupe paierait en trop, et il est lésé au-delà d'un centime.

Une coalition est un masque binaire : le bit ``i`` dit si le joueur de rang ``i`` en est. Une table de coûts donnée à la
main (ensembles, tuples ou textes « A+B ») ou une fonction suffisent ; :mod:`mutunb.calculs.fonction_cout` en construit une
à partir de charges, de paliers d'ETP et d'une continuité.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from mutunb.calculs.entrees import dictionnaire, montrer, nombre, suite
from mutunb.erreurs import Constat, ErreurDonnees

Joueur = Hashable
#: joueurs au plus pour qui tous les coûts de coalitions tiennent dans une table (un million)
TABLE_MAX = 20
#: au-delà, un groupe est lésé (€)
TOLERANCE_EUR = 0.01
SEPARATEURS = re.compile(r"\s*[,;+|&/]\s*")


@dataclass(frozen=True, eq=False)
class Jeu:
    """Un jeu de coûts.

    Parameters
    ----------
    joueurs : tuple
        Noms des joueurs, dans l'ordre des bits.
    evaluer : Callable
        Matrice d'appartenance (coalitions × joueurs, booléenne) → coûts (€).
    table : ndarray, optional
        Coût de chaque coalition, rangé par masque (``2**n`` cases), si tous sont connus.

    Examples
    --------
    >>> jeu = lire_jeu({"A": 10, "B": 20, "A+B": 24})
    >>> jeu.cout(["A", "B"]), jeu.total, jeu.seuls.tolist()
    (24.0, 24.0, [10.0, 20.0])
    """

    joueurs: tuple[Joueur, ...]
    evaluer: Callable[[np.ndarray], np.ndarray]
    table: np.ndarray | None = None

    @property
    def nombre(self) -> int:
        """Nombre de joueurs."""
        return len(self.joueurs)

    @property
    def total(self) -> float:
        """Coût de tous ensemble, ``c(N)`` (€)."""
        return float(self.couts(np.ones((1, self.nombre), dtype=bool))[0])

    @property
    def seuls(self) -> np.ndarray:
        """Coût de chacun seul, ``c({i})`` (€), dans l'ordre des joueurs."""
        return self.couts(np.eye(self.nombre, dtype=bool))

    @property
    def sans_lui(self) -> np.ndarray:
        """Coût de tous les autres, ``c(N∖{i})`` (€) ; 0 s'il n'y a qu'un joueur."""
        return self.couts(~np.eye(self.nombre, dtype=bool))

    def couts(self, membres: np.ndarray) -> np.ndarray:
        """Coûts (€) des coalitions données par leur matrice d'appartenance."""
        return np.asarray(self.evaluer(membres), dtype=float)

    def cout(self, coalition: Iterable[Joueur]) -> float:
        """Coût (€) d'une coalition donnée par ses membres."""
        return float(self.couts(self.membres([coalition]))[0])

    def membres(self, coalitions: Iterable[Iterable[Joueur]]) -> np.ndarray:
        """Matrice d'appartenance de coalitions nommées."""
        rangs = {joueur: rang for rang, joueur in enumerate(self.joueurs)}
        coalitions = [list(c) for c in coalitions]
        inconnus = sorted({str(j) for c in coalitions for j in c if j not in rangs})
        if inconnus:
            raise ErreurDonnees(f"Joueurs inconnus : {', '.join(inconnus)}. Joueurs du jeu : {', '.join(map(str, self.joueurs))}.")
        matrice = np.zeros((len(coalitions), self.nombre), dtype=bool)
        for ligne, coalition in enumerate(coalitions):
            matrice[ligne, [rangs[j] for j in coalition]] = True
        return matrice

    def noms(self, appartenance: np.ndarray) -> tuple[Joueur, ...]:
        """Membres d'une coalition, d'après sa ligne d'appartenance."""
        return tuple(self.joueurs[rang] for rang in np.flatnonzero(appartenance))

    def vecteur(self, parts_eur: Mapping[Joueur, Any]) -> np.ndarray:
        """Parts (€) dans l'ordre des joueurs ; refuse une part absente ou en trop."""
        parts_eur = dictionnaire(parts_eur, "les parts", "joueur → €")
        ecart = sorted(map(str, set(self.joueurs) ^ set(parts_eur)))
        if ecart:
            raise ErreurDonnees(f"Parts et joueurs ne se répondent pas : {', '.join(ecart)}. Donnez une part par joueur.")
        return np.array([nombre(parts_eur[j], f"la part de {j}") for j in self.joueurs])

    def restreint(self, joueurs: Sequence[Joueur]) -> Jeu:
        """Le jeu de ces joueurs seulement, dans cet ordre."""
        places = np.flatnonzero(self.membres([joueurs])[0])
        retenus = tuple(self.joueurs[p] for p in places)

        def evaluer(membres: np.ndarray) -> np.ndarray:
            complets = np.zeros((len(membres), self.nombre), dtype=bool)
            complets[:, places] = membres
            return self.couts(complets)

        return materialiser(Jeu(retenus, evaluer)) if self.table is not None else Jeu(retenus, evaluer)

    def avec_total(self, total_eur: float) -> Jeu:
        """Le même jeu, où tous ensemble coûtent ``total_eur``."""
        total = nombre(total_eur, "le coût de tous ensemble")
        if self.table is not None:
            table = self.table.copy()
            table[-1] = total
            return depuis_table(table, self.joueurs)
        return Jeu(self.joueurs, lambda membres: np.where(membres.all(axis=1), total, self.couts(membres)))


def membres_des_masques(masques: np.ndarray | Sequence[int], nombre: int) -> np.ndarray:
    """Matrice d'appartenance (coalitions × joueurs) de masques binaires.

    Examples
    --------
    >>> membres_des_masques([5], 3).tolist()
    [[True, False, True]]
    """
    return (np.asarray(masques, dtype=np.int64)[:, None] >> np.arange(nombre) & 1).astype(bool)


def depuis_table(table: Sequence[float] | np.ndarray, joueurs: Sequence[Joueur]) -> Jeu:
    """Jeu dont le coût de chaque coalition est rangé par masque binaire (``2**n`` valeurs, la première nulle).

    Examples
    --------
    >>> depuis_table([0, 10, 20, 24], ["A", "B"]).cout("B")
    20.0
    """
    noms = _nommer(joueurs)
    chiffres = isinstance(table, np.ndarray) and table.dtype.kind in "fiu"
    couts = np.asarray(table if chiffres else [nombre(c, "un coût de la table") for c in suite(table, "la table de coûts")], dtype=float)
    if len(noms) > TABLE_MAX:
        raise ErreurDonnees(f"Table de coûts : {len(noms)} joueurs ; attendu {TABLE_MAX} au plus.")
    if couts.shape != (1 << len(noms),):
        raise ErreurDonnees(f"{len(noms)} joueurs distincts demandent {1 << len(noms)} coûts ; trouvé {couts.size}.")
    if not np.isfinite(couts).all() or couts[0] != 0:
        raise ErreurDonnees("Table de coûts : des nombres finis sont attendus, et zéro pour la coalition vide.")
    puissances = 1 << np.arange(len(noms))
    return Jeu(noms, lambda membres: couts[membres @ puissances], couts)


def _nommer(joueurs: Any) -> tuple[Joueur, ...]:
    """Noms de joueurs distincts."""
    noms = tuple(suite(joueurs, "les joueurs"))
    if not all(isinstance(nom, Hashable) for nom in noms) or len(set(noms)) != len(noms):
        raise ErreurDonnees(f"Joueurs : trouvé {montrer(list(noms))} ; attendu des noms distincts.")
    return noms


def lire_jeu(
    couts: Jeu | Mapping[Any, Any] | Sequence[float] | Callable[[frozenset], float],
    joueurs: Sequence[Joueur] | None = None,
    completer: bool = False,
) -> Jeu:
    """Jeu de coûts, d'où qu'il vienne : table nommée, suite rangée par masque, fonction, ou jeu déjà lu.

    Parameters
    ----------
    couts : Mapping, sequence, callable or Jeu
        Coalition → coût (€). Une coalition est un ``frozenset``, un tuple, ou un texte : le nom d'un joueur, des noms
        séparés par ``, ; + | & /``, ou des initiales collées (« AB ») si chaque lettre est un joueur. Une fonction
        reçoit un ``frozenset`` de joueurs.
    joueurs : sequence, optional
        Joueurs, dans l'ordre voulu ; déduits d'une table nommée (triés), obligatoires sinon.
    completer : bool
        Une coalition sans coût prend le minimum sur ses partitions connues ; sinon elle est refusée.

    Raises
    ------
    ErreurDonnees
        Coalitions sans coût, en double avec deux coûts, joueurs inconnus, coûts illisibles (tout à la fois).

    Notes
    -----
    Une table qui n'est pas sous-additive est acceptée : :func:`manques_sous_additivite` la signale.

    Examples
    --------
    >>> lire_jeu({("A",): 10, frozenset("B"): 20, "AB": 24}).joueurs
    ('A', 'B')
    >>> lire_jeu(lambda s: 10 + 5 * len(s) if s else 0, ["A", "B"]).total
    20.0
    """
    if isinstance(couts, Jeu):
        return couts
    if isinstance(couts, Mapping | pd.Series):
        return _lire_table(dictionnaire(couts, "les coûts"), joueurs, completer)
    if joueurs is None:
        raise ErreurDonnees("Donnez les joueurs : une suite de coûts ou une fonction ne les nomme pas.")
    if not callable(couts):
        return depuis_table(couts, joueurs)
    noms = _nommer(joueurs)

    def evaluer(membres: np.ndarray) -> np.ndarray:
        groupes = (frozenset(noms[r] for r in np.flatnonzero(ligne)) for ligne in membres)
        return np.array([nombre(couts(g), f"le coût de {' + '.join(map(str, g))}") if g else 0.0 for g in groupes])

    jeu = Jeu(noms, evaluer)
    return materialiser(jeu) if len(noms) <= 16 else jeu


def materialiser(jeu: Jeu) -> Jeu:
    """Le même jeu, tous ses coûts calculés une fois."""
    table = jeu.couts(membres_des_masques(np.arange(1 << jeu.nombre), jeu.nombre))
    table[0] = 0.0
    return depuis_table(table, jeu.joueurs)


def _lire_table(couts: Mapping[Any, Any], joueurs: Sequence[Joueur] | None, completer: bool) -> Jeu:
    noms = _nommer(joueurs) if joueurs is not None else _joueurs_nommes(couts)
    if not noms or len(noms) > TABLE_MAX:
        raise ErreurDonnees(f"Table de coûts : {len(noms)} joueurs ; attendu de 1 à {TABLE_MAX}.")
    rangs = {nom: rang for rang, nom in enumerate(noms)}
    table, constats = np.full(1 << len(noms), np.nan), []
    table[0] = 0.0
    for coalition, cout in couts.items():
        membres = _membres(coalition, rangs)
        etrangers = [str(m) for m in membres if m not in rangs]
        try:
            montant = nombre(cout)
        except ErreurDonnees:
            montant = np.nan
        masque = sum(1 << rangs[m] for m in set(membres) if m in rangs)
        if etrangers:
            constats.append(Constat(f"coalition {coalition!r}", ", ".join(etrangers), "des joueurs connus", "Corrigez le nom."))
        elif not np.isfinite(montant):
            constats.append(Constat(f"coalition {coalition!r}", montrer(cout), "un coût en euros", "Donnez-le."))
        elif np.isfinite(table[masque]) and table[masque] != montant:
            ou, deux = f"coalition {coalition!r}", f"{montant:g} et {table[masque]:g}"
            constats.append(Constat(ou, deux, "un seul coût (zéro pour la coalition vide)", "Gardez-en un."))
        else:
            table[masque] = montant
    if constats:
        raise ErreurDonnees.de_constats("Table de coûts", constats)
    return _combler(table, noms, completer)


def _combler(table: np.ndarray, noms: tuple[Joueur, ...], completer: bool) -> Jeu:
    if completer:
        table = np.where(np.isfinite(table), table, minimum_sur_partitions(np.where(np.isnan(table), np.inf, table)))
    manquent = np.flatnonzero(~np.isfinite(table))
    if manquent.size:
        groupes = (" + ".join(str(noms[r]) for r in np.flatnonzero(m)) for m in membres_des_masques(manquent, len(noms)))
        remede = "Donnez-le, ou lisez la table avec completer=True."
        raise ErreurDonnees.de_constats(
            "Table de coûts incomplète", [Constat(f"coalition {g}", "rien", "un coût", remede) for g in groupes]
        )
    return depuis_table(table, noms)


def _joueurs_nommes(couts: Mapping[Any, Any]) -> tuple[Joueur, ...]:
    ecrits = [c for c in couts if isinstance(c, str)]
    nommes = {m for c in couts if not isinstance(c, str) for m in (c if isinstance(c, tuple | frozenset | set) else (c,))}
    textes = {m for c in ecrits for m in SEPARATEURS.split(c) if m}
    lettres = {m for m in textes if len(m) == 1} | {m for m in nommes if isinstance(m, str) and len(m) == 1}
    collees = {m for m in textes if len(m) > 1 and set(m) <= lettres}
    return tuple(sorted(nommes | (textes - collees), key=str))


def _membres(coalition: Any, rangs: Mapping[Joueur, int]) -> tuple[Joueur, ...]:
    if isinstance(coalition, tuple | frozenset | set):
        return tuple(coalition)
    if not isinstance(coalition, str) or coalition in rangs:
        return (coalition,)
    morceaux = tuple(m for m in SEPARATEURS.split(coalition) if m)
    if len(morceaux) == 1 and coalition not in rangs and set(coalition) <= set(rangs):
        return tuple(coalition)
    return morceaux


def minimum_sur_partitions(table: np.ndarray) -> np.ndarray:
    """Coût de chaque coalition quand elle peut se scinder au mieux : minimum sur toutes ses partitions (même rangement).

    Examples
    --------
    >>> minimum_sur_partitions(np.array([0.0, 10.0, 20.0, 50.0])).tolist()
    [0.0, 10.0, 20.0, 30.0]
    """
    meilleur = np.array(table, dtype=float)
    for masque in range(3, len(meilleur)):
        parties = _parties(masque)
        if parties.size:
            meilleur[masque] = min(meilleur[masque], (meilleur[parties] + meilleur[masque ^ parties]).min())
    return meilleur


def _parties(masque: int) -> np.ndarray:
    """Parties strictes qui contiennent le premier membre : une par façon de couper la coalition en deux."""
    premier = masque & -masque
    parties, reste = np.array([premier]), masque ^ premier
    while reste:
        bit = reste & -reste
        parties, reste = np.concatenate([parties, parties | bit]), reste ^ bit
    return parties[:-1]


def manques_sous_additivite(
    couts: Jeu | Mapping[Any, Any] | Sequence[float], joueurs: Sequence[Joueur] | None = None
) -> pd.DataFrame:
    """Coalitions qui coûtent plus, ensemble, que coupées en deux : ``c(S∪T) > c(S) + c(T)`` de plus d'un centime.

    Returns
    -------
    DataFrame
        ``coalition, coupe`` (la meilleure façon de la couper, deux tuples), ``cout_eur, cout_coupe_eur, ecart_eur``, par
        écart décroissant ; vide si la table est sous-additive.

    Examples
    --------
    >>> manques = manques_sous_additivite({"A": 10, "B": 20, "AB": 35})
    >>> manques[["coalition", "ecart_eur"]].values.tolist()
    [[('A', 'B'), 5.0]]
    """
    jeu = _avec_table(lire_jeu(couts, joueurs))
    lignes = []
    for masque in range(3, len(jeu.table)):
        parties = _parties(masque)
        if not parties.size:
            continue
        sommes = jeu.table[parties] + jeu.table[masque ^ parties]
        rang = int(sommes.argmin())
        if jeu.table[masque] > sommes[rang] + TOLERANCE_EUR:
            groupes = membres_des_masques([masque, parties[rang], masque ^ parties[rang]], jeu.nombre)
            tout, une, autre = (jeu.noms(g) for g in groupes)
            lignes.append((tout, (une, autre), jeu.table[masque], sommes[rang], jeu.table[masque] - sommes[rang]))
    colonnes = ["coalition", "coupe", "cout_eur", "cout_coupe_eur", "ecart_eur"]
    table = pd.DataFrame(lignes, columns=colonnes)
    return table.sort_values("ecart_eur", ascending=False, kind="stable", ignore_index=True)


def rendre_sous_additif(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    joueurs: Sequence[Joueur] | None = None,
    total_compris: bool = False,
) -> Jeu:
    """Le même jeu, où chaque coalition paie le minimum sur ses partitions.

    Parameters
    ----------
    total_compris : bool
        Remplacer aussi le coût de tous ensemble ; par défaut il reste celui qu'il faut répartir.

    Examples
    --------
    >>> rendre_sous_additif({"A": 10, "B": 20, "AB": 35}, total_compris=True).total
    30.0
    """
    jeu = _avec_table(lire_jeu(couts, joueurs))
    table = minimum_sur_partitions(jeu.table)
    if not total_compris:
        table[-1] = jeu.table[-1]
    return depuis_table(table, jeu.joueurs)


def _avec_table(jeu: Jeu) -> Jeu:
    if jeu.table is not None:
        return jeu
    if jeu.nombre > TABLE_MAX:
        raise ErreurDonnees(f"{jeu.nombre} joueurs : au-delà de {TABLE_MAX}, toutes les coalitions ne s'énumèrent pas.")
    return materialiser(jeu)
