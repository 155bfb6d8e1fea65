"""Portrait d'un territoire : qui, où, combien ; ville-centre, tailles de communes, comptes de l'EPCI et des communes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb.calculs import mentions
from mutunb.calculs.tableau import Tableau
from mutunb.dossier import Dossier
from mutunb.territoires.modeles import COUVERTURE_MINIMALE

#: agrégat OFGL → libellé, dans l'ordre d'affichage
AGREGATS: Mapping[str, str] = {
    "dep_fonctionnement": "Dépenses de fonctionnement",
    "frais_personnel": "dont frais de personnel",
    "achats_charges_externes": "dont achats et charges externes",
    "rec_fonctionnement": "Recettes de fonctionnement",
    "epargne_brute": "Épargne brute",
    "dep_equipement": "Dépenses d'équipement",
    "encours_dette": "Encours de dette",
}
#: bornes des tranches de population municipale (habitants)
TRANCHES = (0, 500, 1000, 2000, 3500, 10_000, 20_000, 50_000, 100_000, np.inf)
LIBELLES_TRANCHES = (
    "moins de 500 habitants",
    "500 à 999",
    "1\u00a0000 à 1\u00a0999",
    "2\u00a0000 à 3\u00a0499",
    "3\u00a0500 à 9\u00a0999",
    "10\u00a0000 à 19\u00a0999",
    "20\u00a0000 à 49\u00a0999",
    "50\u00a0000 à 99\u00a0999",
    "100\u00a0000 et plus",
)


@dataclass(frozen=True)
class Portrait:
    """Chiffres et tableaux du portrait.

    Attributes
    ----------
    population, part_ville_centre : float
        Population municipale (hab.) ; part de la commune la plus peuplée (0–1).
    ville_centre : str
        Nom de la commune la plus peuplée.
    communes_sans_comptes : tuple[str, ...]
        Communes dont les comptes manquent à la source.
    """

    dossier: Dossier
    population: float
    ville_centre: str
    part_ville_centre: float
    communes_sans_comptes: tuple[str, ...]
    communes: pd.DataFrame
    finances: Tableau
    tranches: Tableau
    detail_communes: Tableau
    reversements: Tableau | None

    @property
    def communes_moins_1000(self) -> int:
        """Nombre de communes de moins de 1 000 habitants."""
        return int((self.communes["pop_municipale_2025"] < 1000).sum())


def dresser_portrait(dossier: Dossier) -> Portrait:
    """Portrait d'un territoire à partir des données publiques. Les sommes des communes ferment sur les totaux montrés."""
    territoire = dossier.territoire
    communes = territoire.communes.sort_values(["pop_municipale_2025", "insee"], ascending=[False, True])
    centre = communes.iloc[0]
    population = float(communes["pop_municipale_2025"].sum())
    return Portrait(
        dossier=dossier,
        population=population,
        ville_centre=str(centre["nom"]),
        part_ville_centre=float(centre["pop_municipale_2025"]) / population,
        communes_sans_comptes=tuple(communes.loc[communes["dep_fonctionnement"].isna(), "nom"]),
        communes=communes.reset_index(drop=True),
        finances=_finances(dossier),
        tranches=_tranches(dossier, communes),
        detail_communes=_detail(dossier, communes),
        reversements=_reversements(dossier, communes) if territoire.regime_fiscal == "FPU" else None,
    )


def _finances(dossier: Dossier) -> Tableau:
    territoire = dossier.territoire
    communes = territoire.communes[list(AGREGATS)].astype(float).sum(min_count=1)
    epci = pd.to_numeric(territoire.epci[list(AGREGATS)]).astype(float)
    couvert = territoire.communes.loc[territoire.communes["dep_fonctionnement"].notna(), "pop_totale_2025"].sum()
    habitants = float(territoire.epci["pop_totale_2025"])
    ensemble = epci + communes
    par_habitant = ensemble / habitants if couvert / habitants >= COUVERTURE_MINIMALE else ensemble * np.nan
    return Tableau(
        id="portrait_finances",
        titre="Comptes de l'EPCI et de ses communes",
        donnees=pd.DataFrame(
            {
                "agregat": list(AGREGATS.values()),
                "epci": epci.to_numpy(),
                "communes": communes.to_numpy(),
                "ensemble": ensemble.to_numpy(),
                "ensemble_hab": par_habitant.to_numpy(),
            }
        ),
        unites={"agregat": "texte", "epci": "eur", "communes": "eur", "ensemble": "eur", "ensemble_hab": "eur_hab"},
        libelles={
            "agregat": "Agrégat",
            "epci": "EPCI (budgets consolidés)",
            "communes": "Communes (budgets principaux)",
            "ensemble": "Ensemble",
            "ensemble_hab": "Ensemble par habitant",
        },
        perimetre=mentions.perimetre_bloc(territoire),
        source=mentions.comptes(territoire),
        statuts="constate",
        note="L'ensemble additionne les deux niveaux sans retirer les flux internes (attributions de compensation, "
        "refacturations) : il majore la dépense réelle du bloc. Population totale au dénominateur.",
    )


def _tranches(dossier: Dossier, communes: pd.DataFrame) -> Tableau:
    tranche = pd.cut(communes["pop_municipale_2025"].astype(float), TRANCHES, right=False, labels=LIBELLES_TRANCHES)
    groupes = communes.groupby(tranche, observed=False)["pop_municipale_2025"].agg(["size", "sum"])
    groupes = groupes[groupes["size"] > 0]
    population = float(groupes["sum"].sum())
    table = pd.DataFrame(
        {
            "tranche": [*groupes.index.astype(str), "Ensemble"],
            "communes": [*groupes["size"], groupes["size"].sum()],
            "population": [*groupes["sum"], population],
        }
    )
    table["part_population"] = table["population"] / population
    return Tableau(
        id="portrait_tranches",
        titre="Communes par taille",
        donnees=table,
        unites={"tranche": "texte", "communes": "nombre", "population": "habitants", "part_population": "part"},
        libelles={
            "tranche": "Population municipale",
            "communes": "Communes",
            "population": "Habitants",
            "part_population": "Part de la population",
        },
        perimetre=mentions.perimetre_communes(dossier.territoire),
        source=mentions.population(dossier.territoire),
        statuts="constate",
        total=True,
    )


def _detail(dossier: Dossier, communes: pd.DataFrame) -> Tableau:
    montants = ["dep_fonctionnement", "frais_personnel", "achats_charges_externes", "epargne_brute", "encours_dette"]
    table = communes[["nom", "pop_municipale_2025", *montants]].copy()
    total = {"nom": "Ensemble des communes", **table.drop(columns="nom").astype(float).sum(min_count=1)}
    table = pd.concat([table, pd.DataFrame([total])], ignore_index=True)
    return Tableau(
        id="portrait_communes",
        titre="Les communes et leurs comptes",
        donnees=table.rename(columns={"nom": "commune", "pop_municipale_2025": "population"}),
        unites={"commune": "texte", "population": "habitants", **dict.fromkeys(montants, "eur")},
        libelles={
            "commune": "Commune",
            "population": "Population municipale",
            "dep_fonctionnement": "Dépenses de fonctionnement",
            "frais_personnel": "Frais de personnel",
            "achats_charges_externes": "Achats et charges externes",
            "epargne_brute": "Épargne brute",
            "encours_dette": "Encours de dette",
        },
        perimetre=mentions.perimetre_communes(dossier.territoire),
        source=f"{mentions.comptes(dossier.territoire)} ; {mentions.population(dossier.territoire)}",
        statuts="constate",
        note="n.d. : comptes absents à la source ; le total n'additionne que les communes dont les comptes sont connus."
        if communes["dep_fonctionnement"].isna().any()
        else "",
        total=True,
    )


def _reversements(dossier: Dossier, communes: pd.DataFrame) -> Tableau:
    table = communes[["nom", "fiscalite_reversee", "pop_totale_2025"]].copy()
    table["montant_hab"] = table["fiscalite_reversee"] / table["pop_totale_2025"]
    table = table.drop(columns="pop_totale_2025").rename(columns={"nom": "commune", "fiscalite_reversee": "montant"})
    connus = communes["fiscalite_reversee"].notna()
    somme = communes["fiscalite_reversee"].sum(min_count=1)
    habitants = communes.loc[connus, "pop_totale_2025"].sum()
    total = {"commune": "Ensemble des communes", "montant": somme, "montant_hab": somme / habitants if habitants else np.nan}
    return Tableau(
        id="portrait_reversements",
        titre="AC + DSC (OFGL) par commune",
        donnees=pd.concat([table, pd.DataFrame([total])], ignore_index=True),
        unites={"commune": "texte", "montant": "eur", "montant_hab": "eur_hab"},
        libelles={
            "commune": "Commune",
            "montant": "AC + DSC (OFGL), reçu net",
            "montant_hab": "Par habitant",
        },
        perimetre=mentions.perimetre_communes(dossier.territoire),
        source=mentions.comptes(dossier.territoire),
        statuts="constate",
        note="Fiscalité reversée entre collectivités, reçue nette des versements : attributions de compensation et "
        "dotation de solidarité pour l'essentiel. Ce n'est pas l'attribution de compensation délibérée. Un montant "
        "négatif est versé par la commune.",
        total=True,
    )
