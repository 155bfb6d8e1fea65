"""Territoires comparables : les EPCI réels les plus proches, par une règle affichée et modifiable.

Même nature et même régime fiscal d'abord (la Métropole de Lyon est rangée avec les métropoles), puis distance
euclidienne moyenne sur des critères centrés-réduits par la moyenne et l'écart-type nationaux du groupe ::

    d(i) = racine( Σ poids_k × (z_k(i) − z_k(territoire))² / Σ poids_k )

Critères : logarithme de la population, logarithme du nombre de communes, poids de la ville-centre, dépense de
fonctionnement du bloc par habitant. Un critère inconnu pour le territoire est écarté pour tous, et dit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.calculs import mentions
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier
from mutunb.erreurs import ErreurUsage
from mutunb.territoires import epci_de_meme_groupe, indicateurs, normes
from mutunb.territoires.indicateurs import CRITERES
from mutunb.territoires.modeles import Origine
from mutunb.territoires.voisinage import distances

#: indicateurs situés parmi les comparables, dans l'ordre d'affichage
POSITIONS = (
    "depense_hab",
    "personnel_hab_bloc",
    "achats_hab_bloc",
    "dette_hab",
    "part_epci_personnel",
    "epargne_brute_taux",
    "part_ville_centre",
)


@dataclass(frozen=True)
class Comparables:
    """Les comparables d'un territoire.

    Attributes
    ----------
    epci : DataFrame
        Les voisins, du plus proche au plus lointain : colonnes d'EPCI, indicateurs et ``distance``.
    positions : DataFrame
        ``indicateur, valeur, q1, mediane, q3, n, rang`` (rang 1 = la plus forte valeur, territoire compris).
    criteres_retenus, criteres_ecartes : tuple[str, ...]
        Critères employés ; critères inconnus ou de poids nul.
    """

    dossier: Dossier
    epci: pd.DataFrame
    positions: pd.DataFrame
    criteres_retenus: tuple[str, ...]
    criteres_ecartes: tuple[str, ...]

    @property
    def embarques_seulement(self) -> bool:
        """Vrai si la recherche s'est limitée aux EPCI embarqués dans l'échantillon (choisis à poids égaux)."""
        return self.dossier.territoire.origine != Origine.NATIONAL

    def _note(self) -> str:
        noms = ", ".join(CRITERES[c].libelle.removesuffix(" (logarithme)") for c in self.criteres_retenus)
        regle = f"Ressemblance mesurée sur : {noms}. Une distance de 1 vaut un écart-type du groupe."
        if self.embarques_seulement:
            regle += " Recherche limitée aux EPCI de l'échantillon fourni avec l'outil, les plus proches à poids égaux."
        return regle

    @property
    def liste(self) -> Tableau:
        """Les comparables, prêts à montrer."""
        territoire = self.dossier.territoire
        table = self.epci
        return Tableau(
            id="comparables_liste",
            titre=f"Les {len(table)} EPCI les plus proches {mentions.de_nom(territoire)}",
            donnees=pd.DataFrame(
                {
                    "epci": table["nom"],
                    "departement": table["dep_siege"],
                    "population": table["pop_municipale_2025"],
                    "communes": table["nb_communes"],
                    "part_ville_centre": table["part_ville_centre"],
                    "depense_hab": table["depense_hab"],
                    "distance": table["distance"],
                }
            ),
            unites={
                "epci": "texte",
                "departement": "texte",
                "population": "habitants",
                "communes": "nombre",
                "part_ville_centre": "part",
                "depense_hab": "eur_hab",
                "distance": "distance",
            },
            libelles={
                "epci": "EPCI",
                "departement": "Département",
                "population": "Population municipale",
                "communes": "Communes",
                "part_ville_centre": "Poids de la ville-centre",
                "depense_hab": "Dépense de fonctionnement du bloc",
                "distance": "Distance",
            },
            perimetre=f"{mentions.NATURES[territoire.nature]} à {mentions.REGIMES[territoire.regime_fiscal]}",
            source=f"{mentions.comptes(territoire)} ; {mentions.population(territoire)}",
            statuts="constate",
            note=self._note(),
        )


def chercher_comparables(
    dossier: Dossier, combien: int = 10, poids: Mapping[str, float] | None = None
) -> Comparables:
    """Les ``combien`` EPCI les plus proches et la place du territoire parmi eux.

    Parameters
    ----------
    combien : int
        Nombre de voisins voulus ; moins si le groupe est plus petit.
    poids : Mapping[str, float], optional
        Poids des critères (1 par défaut) ; un poids nul écarte le critère.

    Raises
    ------
    ErreurUsage
        Critère inconnu, poids négatif, ou plus aucun critère utilisable.
    """
    poids = _poids(poids)
    territoire = dossier.territoire
    reference = normes(territoire)
    soi = dossier.criteres
    retenus = tuple(c for c, p in poids.items() if p > 0 and pd.notna(soi[c]) and reference.at[c, "ecart_type"] > 0)
    if not retenus:
        raise ErreurUsage("Comparables : plus aucun critère utilisable. Donnez un poids positif à l'un d'eux.")
    groupe = epci_de_meme_groupe(territoire)
    ecarts = distances(territoire.epci, groupe, reference["ecart_type"], poids)
    voisins = groupe.set_index("epci_siren", drop=False).loc[ecarts.index[:combien]].reset_index(drop=True)
    voisins["distance"] = ecarts.to_numpy()[:combien]
    mesures = indicateurs(voisins)
    voisins = voisins.drop(columns=[c for c in mesures if c in voisins]).join(mesures)
    return Comparables(
        dossier=dossier,
        epci=voisins,
        positions=_positions(dossier.indicateurs, voisins),
        criteres_retenus=retenus,
        criteres_ecartes=tuple(c for c in CRITERES if c not in retenus),
    )


def _poids(poids: Mapping[str, float] | None) -> dict[str, float]:
    choisis = {**dict.fromkeys(CRITERES, 1.0), **(poids or {})}
    for nom, valeur in choisis.items():
        if nom not in CRITERES:
            raise ErreurUsage.nom_inconnu("critère de comparaison", nom, CRITERES)
        if not valeur >= 0:
            raise ErreurUsage(f"Poids du critère « {nom} » : {valeur} reçu, nombre positif ou nul attendu.")
    return choisis


def _positions(soi: pd.Series, voisins: pd.DataFrame) -> pd.DataFrame:
    lignes = []
    for nom in POSITIONS:
        serie = voisins[nom].astype(float).dropna()
        valeur = float(soi[nom])
        q1, mediane, q3 = serie.quantile([0.25, 0.5, 0.75]) if len(serie) else (np.nan,) * 3
        rang = np.nan if np.isnan(valeur) else 1 + int((serie > valeur).sum())
        lignes.append(
            {"indicateur": nom, "valeur": valeur, "q1": q1, "mediane": mediane, "q3": q3, "n": len(serie), "rang": rang}
        )
    return pd.DataFrame(lignes)
