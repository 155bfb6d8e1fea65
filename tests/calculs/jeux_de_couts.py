"""Jeux de coûts des tests : exemples classiques refaits à la main, jeux tirés au hasard, prénucléole par force brute."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

from mutunb.calculs.coalitions import Jeu, depuis_table, membres_des_masques

#: trois communes et une station : A et B voisines, C éloignée ; le cœur est épais
TROIS = {"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135}
#: jeu de majorité à trois : toute paire s'en tire à 70, le cœur est vide
VIDE = {"A": 60, "B": 60, "C": 60, "AB": 70, "AC": 70, "BC": 70, "ABC": 120}


def aeroport(longueurs: dict[str, float]) -> dict[frozenset, float]:
    """Jeu de l'aéroport (Littlechild et Owen, 1973) : un groupe paie la piste de son plus gros avion."""
    noms = list(longueurs)
    groupes = [frozenset(n for i, n in enumerate(noms) if masque >> i & 1) for masque in range(1, 1 << len(noms))]
    return {groupe: max(longueurs[n] for n in groupe) for groupe in groupes}


def tables(joueurs_max: int = 5, cout_max: int = 100) -> st.SearchStrategy[Jeu]:
    """Jeux quelconques, le plus souvent ni sous-additifs ni stables, aux coûts entiers (donc dégénérés)."""

    def jeu(nombre: int) -> st.SearchStrategy[Jeu]:
        taille = (1 << nombre) - 1
        couts = st.lists(st.integers(0, cout_max), min_size=taille, max_size=taille)
        return couts.map(lambda c: depuis_table([0, *c], [f"J{i}" for i in range(nombre)]))

    return st.integers(2, joueurs_max).flatmap(jeu)


def services(joueurs_max: int = 6) -> st.SearchStrategy[Jeu]:
    """Jeux de service : part fixe, coût par ETP, paliers d'un demi-poste, continuité d'un poste."""

    def jeu(charges: list[int]) -> Jeu:
        membres = membres_des_masques(np.arange(1 << len(charges)), len(charges))
        etp = np.maximum(1.0, np.ceil(membres @ (np.array(charges) / 10) * 2 - 1e-9) / 2)
        return depuis_table(np.where(membres.any(axis=1), 5_000 + 50_000 * etp, 0), [f"J{i}" for i in range(len(charges))])

    return st.lists(st.integers(1, 30), min_size=2, max_size=joueurs_max).map(jeu)


def prenucleole_force_brute(jeu: Jeu) -> np.ndarray:
    """Prénucléole sans astuce : à chaque étape, un programme par coalition dit si son excès peut encore baisser."""
    nombre = jeu.nombre
    membres = membres_des_masques(np.arange(1, (1 << nombre) - 1), nombre).astype(float)
    couts, libres = jeu.table[1:-1], list(range(len(membres)))
    base, cible = [np.ones(nombre)], [jeu.total]
    rang_de = lambda lignes: np.linalg.matrix_rank(np.array(lignes), tol=1e-7)  # noqa: E731
    while rang_de(base) < nombre:
        gauche = np.hstack([membres[libres], -np.ones((len(libres), 1))])
        egalites = np.hstack([np.array(base), np.zeros((len(base), 1))])
        exces = linprog([0] * nombre + [1], gauche, couts[libres], egalites, cible, bounds=(None, None)).x[-1]
        bloquees = []
        for s in libres:
            face = (membres[libres], couts[libres] + exces + 1e-5, np.array(base), cible)
            if linprog(membres[s], *face, bounds=(None, None)).fun > couts[s] + exces - 1e-4:
                bloquees.append(s)
        for s in bloquees:
            if rang_de([*base, membres[s]]) > len(base):
                base.append(membres[s])
                cible.append(couts[s] + exces)
        libres = [s for s in libres if s not in bloquees and rang_de([*base, membres[s]]) > len(base)]
    return np.linalg.solve(np.array(base), np.array(cible))
