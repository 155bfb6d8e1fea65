"""OFGL : de l'export au format long (une ligne par collectivité, exercice et agrégat) aux colonnes du schéma.

Éprouvé sur de vrais extraits : export de l'API en noms techniques (virgules et points-virgules, ``insee`` ou
``com_code``), export avec libellés de la base consolidée. La base complète des communes n'a pas été lue ici.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import valeurs
from mutunb.territoires.connecteurs.lecture import Colonne, table_csv

QUOI = "un export OFGL au format long (data.ofgl.fr, « exports/csv »)"
BUDGET_PRINCIPAL = "Budget principal"

#: colonne du schéma → agrégat de l'OFGL, dans son écriture exacte
AGREGATS = {
    "dep_fonctionnement": "Dépenses de fonctionnement",
    "frais_personnel": "Frais de personnel",
    "achats_charges_externes": "Achats et charges externes",
    "dep_intervention": "Dépenses d'intervention",
    "charges_financieres": "Charges financières",
    "autres_dep_fonctionnement": "Autres dépenses de fonctionnement",
    "rec_fonctionnement": "Recettes de fonctionnement",
    "impots_taxes": "Impôts et taxes",
    "impots_locaux": "Impôts locaux",
    "fiscalite_reversee": "Fiscalité reversée",
    "concours_etat": "Concours de l'Etat",
    "dgf": "Dotation globale de fonctionnement",
    "subventions_recues": "Subventions reçues et participations",
    "ventes_biens_services": "Ventes de biens et services",
    "epargne_brute": "Epargne brute",
    "epargne_nette": "Epargne nette",
    "dep_equipement": "Dépenses d'équipement",
    "encours_dette": "Encours de dette",
    "depots_tresor": "Dépôts au Trésor",
}

#: ``com_code`` avant ``insee`` : pour une commune nouvelle, ``insee`` est celui de la commune fondatrice
COLONNES = (
    Colonne("exercice", ("exer", "Exercice", "exercice")),
    Colonne("siren", ("siren", "Code Siren Collectivité", "epci_code"), obligatoire=False),
    Colonne("insee", ("com_code", "Code Insee AAAA Commune", "insee", "Code Insee Collectivité"), obligatoire=False),
    Colonne("nom", ("com_name", "Nom AAAA Commune", "epci_name", "Nom AAAA EPCI", "lbudg"), obligatoire=False),
    Colonne("reg", ("reg_code", "Code Insee AAAA Région"), obligatoire=False),
    Colonne("nature", ("nat_juridique", "Nature juridique AAAA abrégée"), obligatoire=False),
    Colonne("agregat", ("agregat", "Agrégat")),
    Colonne("montant", ("montant", "Montant")),
    Colonne("population", ("ptot", "Population totale")),
    Colonne("nomenclature", ("nomen", "Nomenclature"), obligatoire=False),
    Colonne("type_budget", ("type_de_budget", "Type de budget"), obligatoire=False),
    Colonne("libelle_budget", ("lbudg", "Libellé Budget"), obligatoire=False),
    Colonne("montant_annexes", ("montant_ba", "Montant BA"), obligatoire=False),
)


def lire_ofgl(chemin: Path) -> pd.DataFrame:
    """Table longue canonique : une ligne par collectivité, exercice, budget et agrégat.

    Colonnes : ``siren``, ``insee``, ``nom``, ``reg``, ``nature``, ``exercice`` (entier), ``agregat``,
    ``montant`` (euros), ``population`` (habitants, « ptot »), ``nomenclature``, ``type_budget``,
    ``libelle_budget``, ``base`` (``consolidee`` si l'export distingue budgets principaux et annexes, vide sinon).
    """
    brut = table_csv(chemin, COLONNES, QUOI)
    constats: list[Constat] = []
    table = pd.DataFrame(index=brut.index)
    _identifier(brut, table, chemin, constats)
    for texte in ("nom", "reg", "nature", "agregat", "nomenclature", "type_budget", "libelle_budget"):
        table[texte] = brut[texte].str.strip().replace("", None)
    table["exercice"] = valeurs.lire(
        brut["exercice"], valeurs.exercice, f"{chemin}, colonne exercice", "une année ou une date", constats, True
    )
    table["montant"] = valeurs.lire_nombres(brut["montant"], f"{chemin}, colonne montant", constats)
    table["population"] = valeurs.lire_nombres(brut["population"], f"{chemin}, colonne ptot", constats)
    table["base"] = "consolidee" if brut["montant_annexes"].ne("").any() else None
    constats += _agregats_vides(brut, chemin) + _lignes_en_double(table, chemin)
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, export OFGL", constats)
    return table.astype({"exercice": "int64"}).reset_index(drop=True)


def pivoter(longue: pd.DataFrame, exercice: int, identifiant: str) -> pd.DataFrame:
    """Table large : une ligne par ``identifiant`` (``insee`` ou ``siren``), une colonne par agrégat du schéma.

    Les budgets annexes d'une base non consolidée sont écartés ; plusieurs budgets principaux d'une même
    commune (commune nouvelle) se somment et se comptent. Montants en euros, vides si l'agrégat n'existe pas.

    Returns
    -------
    pandas.DataFrame
        ``identifiant``, ``nom``, ``reg``, ``nature``, ``ofgl_nomenclature``, les dix-neuf montants,
        ``ofgl_pop_totale`` et ``ofgl_nb_budgets_principaux``.
    """
    lignes = longue[longue["exercice"].eq(exercice)]
    if lignes["type_budget"].notna().any():
        lignes = lignes[lignes["type_budget"].eq(BUDGET_PRINCIPAL)]
    if lignes.empty:
        annees = ", ".join(str(annee) for annee in sorted(longue["exercice"].unique()))
        raise ErreurDonnees(
            f"Export OFGL : aucune ligne de budget principal pour l'exercice {exercice} (présents : {annees}). "
            "Choisissez un autre millésime ou téléchargez l'export de cet exercice."
        )
    if lignes[identifiant].isna().any():
        raise ErreurDonnees(f"Export OFGL : la colonne {identifiant} est vide sur des lignes de l'exercice {exercice}.")
    connues = lignes[lignes["agregat"].isin(list(AGREGATS.values()))]
    montants = connues.groupby([identifiant, "agregat"])["montant"].sum(min_count=1).unstack()
    montants = montants.reindex(columns=list(AGREGATS.values())).set_axis(list(AGREGATS), axis=1)
    return _entetes(lignes, identifiant).join(montants).join(_budgets(connues, identifiant)).reset_index()


def _identifier(brut: pd.DataFrame, table: pd.DataFrame, chemin: Path, constats: list[Constat]) -> None:
    lecteurs = {"siren": (valeurs.siren, "neuf chiffres"), "insee": (valeurs.insee, "un code INSEE")}
    for colonne, (lecteur, attendu) in lecteurs.items():
        table[colonne] = valeurs.lire(brut[colonne], lecteur, f"{chemin}, colonne {colonne}", attendu, constats)
        table[colonne] = table[colonne].astype("str")
    anonymes = table.index[table["siren"].isna() & table["insee"].isna()]
    constats.extend(
        Constat(f"{chemin}, ligne {ligne}", "ni SIREN ni code INSEE", "l'un des deux",
                "Demandez l'export avec « siren » ou « com_code ».")
        for ligne in anonymes
        if brut.loc[ligne, ["siren", "insee"]].eq("").all()
    )


def _agregats_vides(brut: pd.DataFrame, chemin: Path) -> list[Constat]:
    vides = brut.index[brut["agregat"].str.strip().eq("")]
    return [
        Constat(f"{chemin}, ligne {ligne}", "une cellule vide", "le nom d'un agrégat",
                "Téléchargez de nouveau l'export.")
        for ligne in vides
    ]


def _lignes_en_double(table: pd.DataFrame, chemin: Path) -> list[Constat]:
    """Sans SIREN, deux budgets de même montant ne se distinguent pas d'un doublon : rien à dire."""
    cles = ["siren", "insee", "exercice", "libelle_budget", "type_budget", "agregat", "montant"]
    suspectes = table[table["siren"].notna()]
    doubles = suspectes.index[suspectes.duplicated(cles)]
    return [
        Constat(f"{chemin}, ligne {ligne}", "une ligne déjà lue plus haut", "une ligne par budget et agrégat",
                "L'export a été collé deux fois : téléchargez-le de nouveau.")
        for ligne in doubles
    ]


def _entetes(lignes: pd.DataFrame, identifiant: str) -> pd.DataFrame:
    entetes = lignes.groupby(identifiant)[["nom", "reg", "nature", "nomenclature"]].first()
    return entetes.rename(columns={"nomenclature": "ofgl_nomenclature"})


def _budgets(connues: pd.DataFrame, identifiant: str) -> pd.DataFrame:
    """Population et nombre des budgets additionnés : le plus complet des agrégats fait foi."""
    par_agregat = connues.groupby([identifiant, "agregat"])["population"].agg(["sum", "size"])
    budgets = par_agregat.groupby(level=identifiant).max()
    return budgets.set_axis(["ofgl_pop_totale", "ofgl_nb_budgets_principaux"], axis=1)
