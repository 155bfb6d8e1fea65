"""Une commune s'en va : combien les autres paient, combien de temps, et l'accord tient-il encore ?

Au départ de ``X``, le service ne se réduit pas d'un coup : agents, logiciels et locaux restent. Le coût échoué est la part
de l'économie attendue, ``c(N) − c(N∖{X})``, qui ne se réalise pas encore ; elle décroît en ligne droite jusqu'à zéro.

::

    année du départ + t :  coût = c(N∖{X}) + part échouée × (1 − t / durée) × max(0, c(N) − c(N∖{X})),  t < durée
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from mutunb.calculs.cles import partager
from mutunb.calculs.coalitions import Jeu, Joueur, lire_jeu
from mutunb.calculs.coalitions_testees import GRAINE
from mutunb.calculs.coeur import TestCoeur, tester_coeur
from mutunb.calculs.coeur_etendue import EtendueCoeur, etendre_coeur
from mutunb.calculs.entrees import ANNEES_MAX, dictionnaire, entier
from mutunb.calculs.monnaie import Nombre, positif
from mutunb.erreurs import ErreurDonnees, ErreurUsage


@dataclass(frozen=True, eq=False)
class Sortie:
    """Ce que devient le service après un départ.

    Attributes
    ----------
    sortante : joueur
    annee : int
        Année du départ (1 = première année du service).
    trajectoire : DataFrame
        ``annee, cout_eur, cout_echoue_eur, part_sortante_eur, hausse_eur`` : coût du service, dont échoué ; ce que la
        sortante y paie ; ce que les autres paient de plus qu'avant le départ, tous ensemble.
    parts : DataFrame
        L'année du départ, par entité restante : ``joueur, avant_eur, apres_eur, ecart_eur``.
    test : TestCoeur
        Test du cœur entre ceux qui restent, coûts échoués compris, avec la même clé.
    etendue : EtendueCoeur
        Existe-t-il une répartition stable entre ceux qui restent ?
    indemnite_eur : float
        Hausse cumulée des autres jusqu'à l'horizon (€ constants, non actualisés) : ce qu'une clause de sortie devrait
        couvrir pour que nul ne perde au départ ; 0 si les autres y gagnent.
    """

    sortante: Joueur
    annee: int
    trajectoire: pd.DataFrame
    parts: pd.DataFrame
    test: TestCoeur
    etendue: EtendueCoeur
    indemnite_eur: float


def simuler_sortie(
    couts: Jeu | Mapping[Any, Any] | Sequence[float],
    poids: Mapping[Joueur, Nombre],
    sortante: Joueur,
    annee: int = 3,
    horizon_ans: int = 6,
    part_echouee: Nombre = 1,
    duree_extinction_ans: int = 3,
    joueurs: Sequence[Joueur] | None = None,
    graine: int = GRAINE,
) -> Sortie:
    """Rejoue la répartition et le test du cœur sans ``sortante``, avec ses coûts échoués.

    Parameters
    ----------
    couts : Mapping, sequence or Jeu
        Coût annuel de chaque coalition (:func:`mutunb.calculs.coalitions.lire_jeu`).
    poids : Mapping
        Clé de répartition : joueur → poids ; elle reste la même après le départ.
    annee, horizon_ans : int
        Année du départ et dernière année regardée (1 = première année du service).
    part_echouee : Nombre
        Part (0 à 1) de l'économie attendue qui ne se réalise pas l'année du départ.
    duree_extinction_ans : int
        Années pour que le coût échoué s'éteigne.

    Raises
    ------
    ErreurUsage, ErreurDonnees
        Sortante inconnue, année hors de l'horizon, part hors de 0–1, moins de deux entités après le départ.

    Examples
    --------
    >>> couts = {"A": 60, "B": 60, "C": 60, "AB": 80, "AC": 110, "BC": 110, "ABC": 135}
    >>> depart = simuler_sortie(couts, {"A": 1, "B": 1, "C": 1}, "C", annee=3, horizon_ans=5, duree_extinction_ans=2)
    >>> depart.trajectoire[["annee", "cout_eur", "hausse_eur"]].values.tolist()
    [[1.0, 135.0, 0.0], [2.0, 135.0, 0.0], [3.0, 135.0, 45.0], [4.0, 107.5, 17.5], [5.0, 80.0, -10.0]]
    >>> depart.indemnite_eur, depart.test.stable
    (52.5, False)
    """
    jeu = lire_jeu(couts, joueurs)
    part, poids = positif(part_echouee, "la part échouée"), dictionnaire(poids, "les poids", "joueur → poids")
    annee, horizon_ans, duree_extinction_ans = (
        entier(v, nom, maximum=ANNEES_MAX)
        for v, nom in ((annee, "l'année du départ"), (horizon_ans, "l'horizon"), (duree_extinction_ans, "la durée d'extinction"))
    )
    if manquent := [str(j) for j in jeu.joueurs if j not in poids]:
        raise ErreurDonnees(f"Sans poids : {', '.join(manquent)}. Donnez le poids de chaque joueur ; zéro s'écrit.")
    if sortante not in jeu.joueurs:
        raise ErreurUsage.nom_inconnu("entité", str(sortante), map(str, jeu.joueurs))
    if not 1 <= annee <= horizon_ans or part > 1 or duree_extinction_ans < 1 or jeu.nombre < 3:
        raise ErreurDonnees(
            f"Sortie l'année {annee} sur {horizon_ans}, part échouée {part_echouee}, {jeu.nombre} entités : attendu une année de "
            "l'horizon, une part de 0 à 1, une durée d'au moins un an et deux entités restantes."
        )
    restants = tuple(j for j in jeu.joueurs if j != sortante)
    avant = {j: float(p) for j, p in partager(jeu.total, {j: poids[j] for j in jeu.joueurs}).items()}
    reduit = jeu.cout(restants)
    echoue = float(part) * max(0.0, jeu.total - reduit)
    trajectoire = _trajectoire(jeu.total, reduit, echoue, avant[sortante], annee, horizon_ans, duree_extinction_ans)
    sans_elle = jeu.restreint(restants).avec_total(reduit + echoue)
    apres = {j: float(p) for j, p in partager(reduit + echoue, {j: poids[j] for j in restants}).items()}
    parts = pd.DataFrame(
        {"joueur": list(restants), "avant_eur": [avant[j] for j in restants], "apres_eur": [apres[j] for j in restants]}
    )
    parts["ecart_eur"] = parts["apres_eur"] - parts["avant_eur"]
    return Sortie(
        sortante,
        annee,
        trajectoire,
        parts,
        tester_coeur(sans_elle, _exactes(sans_elle.total, apres), graine=graine),
        etendre_coeur(sans_elle, graine=graine, avec_intervalles=False),
        max(0.0, float(trajectoire["hausse_eur"].sum())),
    )


def _exactes(total: float, parts: Mapping[Joueur, float]) -> dict[Joueur, float]:
    """Parts fermées sur le total non arrondi (moins d'un demi-centime de différence, porté par la première)."""
    premiere = next(iter(parts))
    return {**parts, premiere: parts[premiere] + total - sum(parts.values())}


def _trajectoire(
    total: float, reduit: float, echoue: float, part_sortante: float, annee: int, horizon: int, duree: int
) -> pd.DataFrame:
    lignes = []
    for an in range(1, horizon + 1):
        ecoule = an - annee
        reste = 0.0 if ecoule < 0 else echoue * max(0.0, 1 - ecoule / duree)
        cout = total if ecoule < 0 else reduit + reste
        paye = part_sortante if ecoule < 0 else 0.0
        lignes.append((an, cout, reste, paye, (cout - paye) - (total - part_sortante)))
    return pd.DataFrame(lignes, columns=["annee", "cout_eur", "cout_echoue_eur", "part_sortante_eur", "hausse_eur"])
