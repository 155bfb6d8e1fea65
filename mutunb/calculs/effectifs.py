"""Effectifs et coûts des fonctions support estimés sur les comptes publics : activité × ratio, bas, central, haut.

Aucune donnée ouverte ne dit qui fait quoi dans une mairie. Cette estimation donne un ordre de grandeur et surtout
montre où une fonction n'occupe pas un poste entier ; le questionnaire la remplace cellule par cellule.

Formules (par entité, bornes croisées bas × bas et haut × haut) ::

    effectif      = frais_personnel / cout_etp_moyen
    etp RH        = effectif × part_rh                      etp finances = effectif × part_finances
    etp SI        = effectif × postes_par_agent / postes_par_etp_si
    etp achats    = (achats et charges externes + équipement) / achats_par_acheteur
    cout          = etp × coût d'un ETP (+ effectif × depense_si_par_agent pour les SI)

Juridique : aucun ratio publié n'est retenu, donc aucune estimation.

Une donnée déclarée remplace l'estimation, cellule par cellule : l'effectif total (feuille « entités »), l'informatique
hors personnel (« coûts »), les ETP et les coûts d'une fonction (« effectifs »). Elle est la même aux trois bornes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mutunb.calculs.effectifs_declares import (
    EffectifsDeclares,
    effectif_declare,
    lire_effectifs,
    si_hors_personnel_declare,
)
from mutunb.dossier import Dossier
from mutunb.dossier.memoire import une_fois
from mutunb.referentiel import Hypothese

BORNES = ("bas", "central", "haut")
#: fonctions dont l'effectif s'estime, et l'hypothèse de coût d'un ETP qui s'y applique
FONCTIONS_ESTIMEES: Mapping[str, str] = {
    "achats": "cout_etp_expertise",
    "systemes_information": "cout_etp_expertise",
    "comptabilite_finances": "cout_etp_gestion",
    "ressources_humaines": "cout_etp_gestion",
}
#: hypothèses où une valeur plus haute donne moins d'ETP : les bornes se croisent
DIVISEURS = frozenset({"cout_etp_moyen", "postes_par_etp_si", "achats_par_acheteur"})
#: hypothèses qui jouent sur les ETP, dans l'ordre d'affichage de la sensibilité
HYPOTHESES_ETP = (
    "cout_etp_moyen",
    "part_rh",
    "part_finances",
    "postes_par_agent",
    "postes_par_etp_si",
    "achats_par_acheteur",
)

Valeurs = Mapping[str, float]


def jeu(hypotheses: Mapping[str, Hypothese], borne: str) -> dict[str, float]:
    """Valeurs d'hypothèses qui donnent l'estimation ``borne`` : les diviseurs prennent la borne opposée."""
    inverse = {"bas": "haut", "central": "central", "haut": "bas"}
    return {
        nom: getattr(hypothese, inverse[borne] if nom in DIVISEURS else borne)
        for nom, hypothese in hypotheses.items()
    }


def entites(dossier: Dossier) -> pd.DataFrame:
    """L'EPCI puis ses communes : ``insee, siren, nom, genre, population, frais_personnel, achats, exploitable``.

    ``achats`` = achats et charges externes + équipement (€/an). Une entité sans comptes, ou dont les frais de
    personnel sont négatifs (écriture de régularisation), n'est pas exploitable : ses montants sont NaN.
    S'y ajoutent ``effectif_declare`` (ETP) et ``si_hors_personnel_declare`` (€/an), NaN sans réponse.
    """
    territoire = dossier.territoire
    communes = territoire.communes.assign(genre="commune")
    epci = territoire.epci.to_frame().T.assign(genre="epci", insee=None, siren=territoire.siren)
    colonnes = ["insee", "siren", "nom", "genre"]
    tout = pd.concat([epci, communes], ignore_index=True)
    table = tout[colonnes].copy()
    table["population"] = pd.to_numeric(tout["pop_municipale_2025"]).astype(float)
    table["frais_personnel"] = pd.to_numeric(tout["frais_personnel"]).astype(float)
    achats = pd.to_numeric(tout["achats_charges_externes"]).astype(float)
    equipement = pd.to_numeric(tout["dep_equipement"]).astype(float)
    table["achats"] = achats.clip(lower=0) + equipement.clip(lower=0)
    table["exploitable"] = table["frais_personnel"].ge(0) & table["achats"].notna()
    table.loc[~table["exploitable"], ["frais_personnel", "achats"]] = np.nan
    table["effectif_declare"] = effectif_declare(dossier, table)
    table["si_hors_personnel_declare"] = si_hors_personnel_declare(dossier, table)
    return table


def effectif(table: pd.DataFrame, valeurs: Valeurs) -> pd.Series:
    """Effectif total de chaque entité (ETP) : déclaré, sinon frais de personnel / coût moyen d'un ETP."""
    return table["effectif_declare"].fillna(table["frais_personnel"] / valeurs["cout_etp_moyen"])


def etp_par_fonction(table: pd.DataFrame, valeurs: Valeurs) -> pd.DataFrame:
    """ETP de chaque entité et de chaque fonction estimée (colonnes = :data:`FONCTIONS_ESTIMEES`)."""
    agents = effectif(table, valeurs)
    return pd.DataFrame(
        {
            "achats": table["achats"] / valeurs["achats_par_acheteur"],
            "systemes_information": agents * valeurs["postes_par_agent"] / 100 / valeurs["postes_par_etp_si"],
            "comptabilite_finances": agents * valeurs["part_finances"] / 100,
            "ressources_humaines": agents * valeurs["part_rh"] / 100,
        },
        index=table.index,
    )


def cout_par_fonction(table: pd.DataFrame, valeurs: Valeurs) -> pd.DataFrame:
    """Coût annuel (€/an) de chaque entité et de chaque fonction : personnel, plus l'informatique hors personnel."""
    etp = etp_par_fonction(table, valeurs)
    cout = pd.DataFrame({f: etp[f] * valeurs[h] for f, h in FONCTIONS_ESTIMEES.items()}, index=table.index)
    cout["systemes_information"] += si_hors_personnel(table, valeurs)
    return cout


def si_hors_personnel(table: pd.DataFrame, valeurs: Valeurs) -> pd.Series:
    """Dépense informatique hors personnel de chaque entité (€/an) : déclarée, sinon effectif × dépense par agent."""
    return table["si_hors_personnel_declare"].fillna(effectif(table, valeurs) * valeurs["depense_si_par_agent"])


def etp_retenus(table: pd.DataFrame, valeurs: Valeurs, declares: EffectifsDeclares | None) -> pd.DataFrame:
    """ETP de chaque entité et fonction : déclarés là où ils le sont, estimés ailleurs."""
    estimes = etp_par_fonction(table, valeurs)
    return estimes if declares is None else _remplacer(estimes, declares.etp)


def couts_retenus(table: pd.DataFrame, valeurs: Valeurs, declares: EffectifsDeclares | None) -> pd.DataFrame:
    """Coûts (€/an) de chaque entité et fonction ; des ETP déclarés sans coût prennent le coût d'un ETP du référentiel."""
    estimes = cout_par_fonction(table, valeurs)
    if declares is None:
        return estimes
    au_cout_moyen = pd.DataFrame({f: declares.etp[f] * valeurs[h] for f, h in FONCTIONS_ESTIMEES.items()})
    personnel = _remplacer(au_cout_moyen, declares.couts)
    personnel["systemes_information"] += si_hors_personnel(table, valeurs)
    return _remplacer(estimes, personnel)


def _remplacer(estimes: pd.DataFrame, declares: pd.DataFrame) -> pd.DataFrame:
    retenus = declares[list(estimes.columns)]
    return retenus.where(retenus.notna(), estimes)


@dataclass(frozen=True, eq=False)  # identité : ce qu'on en publie se calcule une fois
class Effectifs:
    """Effectifs support d'un territoire, estimés ou déclarés.

    Attributes
    ----------
    entites : DataFrame
        Voir :func:`entites`, plus ``effectif_bas``, ``effectif_central``, ``effectif_haut`` (ETP).
    etp, couts : dict[str, DataFrame]
        Par borne : une ligne par entité, une colonne par fonction (ETP ; €/an).
    seuil_partage, seuil_plein : float
        Demi-poste et poste plein (ETP), hypothèse ``seuil_poste_plein``.
    declares : EffectifsDeclares, optional
        Ce que les entités ont répondu, qui remplace l'estimation cellule par cellule.
    estimes : dict[str, DataFrame]
        Par borne : les ETP estimés partout, réponses ignorées, pour comparer.
    """

    dossier: Dossier
    entites: pd.DataFrame
    etp: Mapping[str, pd.DataFrame]
    couts: Mapping[str, pd.DataFrame]
    seuil_partage: float
    seuil_plein: float
    declares: EffectifsDeclares | None = None
    estimes: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def communes(self) -> pd.Series:
        """Masque des lignes qui sont des communes."""
        return self.entites["genre"].eq("commune")

    def total(self, fonction: str, borne: str = "central", genre: str | None = None) -> float:
        """Somme des ETP d'une fonction, sur tout le bloc ou un seul genre d'entités (ETP)."""
        return _somme(self.etp[borne][fonction], self._masque(genre))

    def cout(self, fonction: str, borne: str = "central", genre: str | None = None) -> float:
        """Somme des coûts d'une fonction (€/an)."""
        return _somme(self.couts[borne][fonction], self._masque(genre))

    def sous_poste_plein(self, fonction: str, borne: str = "central") -> int:
        """Nombre de communes dont la fonction occupe moins d'un poste plein (les communes sans comptes ne comptent pas)."""
        return int((self.etp[borne].loc[self.communes, fonction] < self.seuil_plein).sum())

    @property
    def communes_estimees(self) -> int:
        """Nombre de communes dont les effectifs sont connus : comptes exploitables ou réponse."""
        return int((self.communes & self.etp["central"].notna().any(axis=1)).sum())

    def part_declaree(self, *fonctions: str) -> float:
        """Part déclarée (0–1) du total central des ETP de ces fonctions (toutes par défaut) ; NaN si rien n'est connu."""
        retenus = self.etp["central"][list(fonctions or FONCTIONS_ESTIMEES)]
        total = retenus.sum().sum()
        if self.declares is None:
            return 0.0 if total > 0 else np.nan
        connus = self.declares.etp[list(retenus.columns)]
        if total == 0:
            return 1.0 if connus.notna().any(axis=None) else np.nan
        return float(connus.sum().sum() / total)

    def statut(self, *fonctions: str) -> str:
        """Statut du total des ETP de ces fonctions : ``estime``, ``declare``, ou ``mixte`` s'il réunit les deux."""
        part = self.part_declaree(*fonctions)
        repondu = self.declares is not None and self.declares.etp[list(fonctions or FONCTIONS_ESTIMEES)].notna().any(axis=None)
        return "declare" if part == 1 else "mixte" if repondu else "estime"

    def _masque(self, genre: str | None) -> pd.Series:
        return self.entites["genre"].eq(genre) if genre else pd.Series(True, index=self.entites.index)


def _somme(serie: pd.Series, masque: pd.Series) -> float:
    """Somme des valeurs connues ; NaN (et non 0) quand aucune ne l'est."""
    return float(serie[masque].sum(min_count=1))


@une_fois
def estimer_effectifs(dossier: Dossier) -> Effectifs:
    """Effectifs (ETP) et coûts (€/an) des fonctions support, par entité et par borne.

    Source : questionnaire là où il est rempli ; ailleurs, comptes OFGL × hypothèses du référentiel ou du dossier.
    """
    table = entites(dossier)
    declares = lire_effectifs(dossier, table)
    jeux = {borne: jeu(dossier.hypotheses, borne) for borne in BORNES}
    for borne in BORNES:
        table[f"effectif_{borne}"] = effectif(table, jeux[borne])
    seuil = dossier.hypotheses["seuil_poste_plein"]
    return Effectifs(
        dossier=dossier,
        entites=table,
        etp={borne: etp_retenus(table, jeux[borne], declares) for borne in BORNES},
        couts={borne: couts_retenus(table, jeux[borne], declares) for borne in BORNES},
        seuil_partage=seuil.bas,
        seuil_plein=seuil.central,
        declares=declares,
        estimes={borne: etp_par_fonction(table, jeux[borne]) for borne in BORNES},
    )


def sensibilite_etp(dossier: Dossier) -> pd.DataFrame:
    """Effet de chaque hypothèse, seule, sur le total des ETP support estimés du bloc.

    Colonnes : ``hypothese, bas, central, haut`` (ETP) et ``amplitude`` (haut − bas), triées par amplitude.
    """
    table = entites(dossier)
    declares = lire_effectifs(dossier, table)
    centre = jeu(dossier.hypotheses, "central")
    total = lambda valeurs: float(etp_retenus(table, valeurs, declares).sum(min_count=1).sum(min_count=1))  # noqa: E731
    lignes = []
    for nom in HYPOTHESES_ETP:
        bornes = {borne: total({**centre, nom: jeu(dossier.hypotheses, borne)[nom]}) for borne in BORNES}
        lignes.append({"hypothese": nom, **bornes, "amplitude": bornes["haut"] - bornes["bas"]})
    return pd.DataFrame(lignes).sort_values("amplitude", ascending=False, ignore_index=True)
