"""Un lecteur malveillant : il n'a que les livrables du client, additionne tout ce qu'il voit et borne ce qu'on lui cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from scipy.optimize import linprog

FONCTIONS = ("achats", "systemes_information", "comptabilite_finances", "ressources_humaines")
#: un montant montré au millier peut valoir 500 € de plus ou de moins ; un ETP du JSON est entier
DEMI_MILLIER, EXACT = 500.0, 1e-6


@dataclass
class Deductions:
    """Inconnues positives et ce qu'on sait de leurs sommes ; :meth:`bornes` les résout par programmation linéaire."""

    rangs: dict[tuple, int] = field(default_factory=dict)
    sommes: list[tuple[list[tuple], float, float]] = field(default_factory=list)

    def sait(self, inconnues: list[tuple], bas: float, haut: float) -> None:
        """La somme de ces inconnues est entre ``bas`` et ``haut``."""
        for inconnue in inconnues:
            self.rangs.setdefault(inconnue, len(self.rangs))
        if inconnues:
            self.sommes.append((inconnues, bas, haut))

    def vaut(self, inconnues: list[tuple], total: float | None, tolerance: float = EXACT) -> None:
        """La somme est montrée, à un arrondi près ; rien si elle est masquée."""
        if total is not None:
            self.sait(inconnues, total - tolerance, total + tolerance)

    def bornes(self, ensembles: Mapping[tuple, list[tuple]] = MappingProxyType({})) -> dict[tuple, tuple[float, float]]:
        """Minimum et maximum de chaque inconnue, et de chaque somme demandée, compatibles avec tout ce qui est montré."""
        matrice, seconds = [], []
        for inconnues, bas, haut in self.sommes:
            ligne = self._somme(inconnues)
            matrice += [ligne] * int(np.isfinite(haut)) + [-ligne] * int(np.isfinite(bas))
            seconds += [haut] * int(np.isfinite(haut)) + [-bas] * int(np.isfinite(bas))
        cherchees = {inconnue: [inconnue] for inconnue in self.rangs} | dict(ensembles)
        trouvees = {}
        for nom, inconnues in cherchees.items():
            extremes = [linprog(s * self._somme(inconnues), np.array(matrice), np.array(seconds), method="highs") for s in (1, -1)]
            assert extremes[0].success, "les livrables se contredisent"
            trouvees[nom] = (extremes[0].fun, -extremes[1].fun if extremes[1].success else np.inf)
        return trouvees

    def _somme(self, inconnues: list[tuple]) -> np.ndarray:
        ligne = np.zeros(len(self.rangs))
        for inconnue in inconnues:
            ligne[self.rangs[inconnue]] += 1
        return ligne


def lignes(tableau: Mapping) -> list[dict]:
    """Lignes d'un tableau de ``resultats.json``, par nom de colonne."""
    return [dict(zip(tableau["colonnes"], ligne, strict=True)) for ligne in tableau["lignes"]]


def bornes_etp(tableaux: Mapping[str, Mapping], total_des_quatre: float | None) -> dict[tuple, tuple[float, float]]:
    """Bornes de l'ETP de chaque ``(entité, fonction)``, l'EPCI en premier, d'après tous les tableaux montrés."""
    entites = lignes(tableaux["effectifs_entites"])
    montrees, ensemble, lu = entites[:-1], entites[-1], Deductions()
    libelles = tableaux["effectifs_entites"]["libelles"]
    fonctions = {ligne["fonction"]: ligne for ligne in lignes(tableaux["effectifs_fonctions"])}
    compares = {ligne["fonction"]: ligne for ligne in lignes(tableaux["effectifs_comparaison"])}
    seuils = {ligne["fonction"]: ligne for ligne in lignes(tableaux["effectifs_seuils"])}
    for fonction in FONCTIONS:
        tous = [(e["nom"], fonction) for e in montrees]
        for entite in montrees:
            lu.vaut([(entite["nom"], fonction)], entite[fonction])
        libelle = libelles[fonction]
        lu.vaut(tous, ensemble[fonction])
        lu.vaut(tous[:1], fonctions[libelle]["epci"])
        lu.vaut(tous[1:], fonctions[libelle]["communes"])
        lu.vaut(tous, fonctions[libelle]["etp_central"])
        lu.vaut([c for c, e in zip(tous, montrees, strict=True) if e["fonctions_support"] == "déclarées"], compares[libelle]["declare"])
        _classes(lu, tous[1:], seuils[libelle])
    lu.vaut([(e["nom"], f) for e in montrees for f in FONCTIONS], total_des_quatre)
    return lu.bornes()


def _classes(lu: Deductions, communes: list[tuple], seuil: Mapping) -> None:
    """L'attaquant suppose que les plus grandes communes (les premières) ont les plus gros services, et les classe ainsi."""
    pleines = communes[: seuil["un_et_plus"]]
    sous = communes[seuil["un_et_plus"] :]
    for commune in pleines:
        lu.sait([commune], 1.0, np.inf)
    for rang, commune in enumerate(sous):
        lu.sait([commune], *((0.5, 1.0) if rang < seuil["demi_a_un"] else (0.0, 0.5)))
    lu.vaut(sous, seuil["etp_sous_un"])


def bornes_couts(tableaux: Mapping[str, Mapping]) -> dict[tuple, tuple[float, float]]:
    """Bornes du coût de chaque ``(colonne d'entité, fonction)`` et de chaque ``("ensemble", fonction)``."""
    couts, lu = tableaux["effectifs_couts_declares"], Deductions()
    colonnes = [c for c in couts["colonnes"] if c.startswith("entite_")]
    *rangees, total = lignes(couts)
    parts = {ligne["fonction"]: [(c, ligne["fonction"]) for c in (*colonnes, "reste")] for ligne in rangees}
    for ligne in rangees:
        nom = ligne["fonction"]
        lu.sait(parts[nom], 0.0, np.inf)
        lu.vaut(parts[nom], ligne["ensemble"], DEMI_MILLIER)
        for colonne in colonnes:
            lu.vaut([(colonne, nom)], ligne[colonne], DEMI_MILLIER)
    for colonne in colonnes:
        lu.vaut([(colonne, nom) for nom in parts], total[colonne], DEMI_MILLIER)
    lu.vaut([p for tous in parts.values() for p in tous], total["ensemble"], DEMI_MILLIER)
    _couts_complets(lu, tableaux, parts)
    return lu.bornes({("ensemble", nom): tous for nom, tous in parts.items()})


def _couts_complets(lu: Deductions, tableaux: Mapping[str, Mapping], parts: Mapping[str, list[tuple]]) -> None:
    """Le coût complet d'une fonction comprend le coût déclaré, les estimations et les postes dont le coût manque."""
    libelles, fonctions = tableaux["effectifs_entites"]["libelles"], {f["fonction"]: f for f in lignes(tableaux["effectifs_fonctions"])}
    for fonction in FONCTIONS:
        complet = fonctions[libelles[fonction]]["cout_central"]
        if complet is not None:
            lu.sait(parts[libelles[fonction]], 0.0, complet + DEMI_MILLIER)


def retrouvee(vraie: float, bornes: tuple[float, float], precision: float = 0.10) -> bool:
    """Vrai si tout ce qui reste possible est à moins de 10 % de la vraie valeur."""
    return bornes[0] >= vraie * (1 - precision) - EXACT and bornes[1] <= vraie * (1 + precision) + EXACT
