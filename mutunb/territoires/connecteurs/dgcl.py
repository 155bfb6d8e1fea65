"""DGCL : composition communale des EPCI à fiscalité propre et populations légales (classeur « epcicom »).

Format d'après la description publique du fichier (dept, siren, raison_sociale, nature_juridique, mode_financ,
nb_membres, total_pop_tot, total_pop_mun, dep_com, insee, siren_membre, nom_membre, ptot_AAAA, pmun_AAAA).
Éprouvé sur des classeurs écrits par les essais avec des lignes réelles ; le fichier officiel n'a pas été lu ici.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import valeurs
from mutunb.territoires.connecteurs.classeur import table_classeur
from mutunb.territoires.connecteurs.lecture import Colonne, cle

QUOI = "le classeur DGCL de composition communale des EPCI (« epcicom »)"
NATURES = frozenset({"CC", "CA", "CU", "METRO", "MET69"})
REGIMES = frozenset({"FPU", "FA"})

COLONNES = (
    Colonne("dep_siege", ("dept", "dep_epci")),
    Colonne("epci_siren", ("siren", "siren_epci")),
    Colonne("nom_epci", ("raison_sociale", "nom_complet")),
    Colonne("nature", ("nature_juridique", "nj_epciAAAA")),
    Colonne("regime_fiscal", ("mode_financ", "fisc_epciAAAA")),
    Colonne("nb_membres", ("nb_membres", "nb_com_AAAA"), obligatoire=False),
    Colonne("epci_pop_totale", ("total_pop_tot", "ptot_epci_AAAA"), obligatoire=False),
    Colonne("epci_pop_municipale", ("total_pop_mun", "pmun_epci_AAAA"), obligatoire=False),
    Colonne("insee", ("insee", "insee_membre")),
    Colonne("siren", ("siren_membre",)),
    Colonne("nom", ("nom_membre",)),
    Colonne("pop_totale", ("ptot_AAAA",)),
    Colonne("pop_municipale", ("pmun_AAAA",)),
)
_TEXTES = ("dep_siege", "nom_epci", "nature", "regime_fiscal", "nom")
_ENTIERS = ("nb_membres", "epci_pop_totale", "epci_pop_municipale", "pop_totale", "pop_municipale")


def lire_composition(chemin: Path) -> pd.DataFrame:
    """Une ligne par commune membre, avec son EPCI ; populations en habitants, en vigueur l'année ``annee``.

    Refuse une commune dans deux EPCI, une nature ou un régime fiscal inconnus, un EPCI dont les communes ne
    font ni le nombre ni la population annoncés.
    """
    brut, entetes = table_classeur(chemin, COLONNES, QUOI)
    constats: list[Constat] = []
    table = pd.DataFrame(index=brut.index)
    for colonne, lecteur, attendu in (
        ("epci_siren", valeurs.siren, "neuf chiffres"),
        ("siren", valeurs.siren, "neuf chiffres"),
        ("insee", valeurs.insee, "un code INSEE"),
    ):
        table[colonne] = valeurs.lire(brut[colonne], lecteur, f"{chemin}, colonne {colonne}", attendu, constats, True)
    for colonne in _TEXTES:
        table[colonne] = brut[colonne]
    table["dep_siege"] = brut["dep_siege"].map(lambda code: code if len(code) > 1 else code.zfill(2))
    for colonne in _ENTIERS:
        obligatoire = colonne in ("pop_totale", "pop_municipale")
        table[colonne] = valeurs.lire_nombres(brut[colonne], f"{chemin}, colonne {colonne}", constats, obligatoire)
    constats += _codes_inconnus(table, chemin) + _communes_en_double(table, chemin)
    if not constats:
        constats = _totaux_faux(table, chemin)
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, composition DGCL", constats)
    table["annee"] = _annee(entetes)
    return table.reset_index(drop=True)


def epci_de(composition: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par EPCI : ``epci_siren``, ``nom``, ``nature``, ``regime_fiscal``, ``dep_siege``, ``nb_communes``,
    ``pop_municipale`` et ``pop_totale`` (sommes des communes membres)."""
    par_epci = composition.groupby("epci_siren")
    entetes = par_epci[["nom_epci", "nature", "regime_fiscal", "dep_siege"]].first()
    sommes = par_epci[["pop_municipale", "pop_totale"]].sum()
    entetes["nb_communes"] = par_epci.size()
    return entetes.join(sommes).rename(columns={"nom_epci": "nom"}).reset_index()


def _annee(entetes: list[str]) -> int | None:
    """Année des populations, lue dans l'en-tête ``ptot_2025``."""
    annees = [re.search(r"(?:19|20)\d{2}", entete) for entete in entetes if cle(entete) == "ptot_aaaa"]
    return int(annees[0].group()) if annees and annees[0] else None


def _codes_inconnus(table: pd.DataFrame, chemin: Path) -> list[Constat]:
    constats = []
    for colonne, connus in (("nature", NATURES), ("regime_fiscal", REGIMES)):
        inconnus = table[~table[colonne].isin(connus)].drop_duplicates("epci_siren")
        constats += [
            Constat(f"{chemin}, ligne {ligne}, {nom}", f"{colonne} « {valeur} »", ", ".join(sorted(connus)),
                    "Vérifiez que le fichier est la composition des EPCI à fiscalité propre.")
            for ligne, nom, valeur in zip(inconnus.index, inconnus["nom_epci"], inconnus[colonne], strict=True)
        ]
    return constats


def _communes_en_double(table: pd.DataFrame, chemin: Path) -> list[Constat]:
    doubles = table[table["insee"].notna() & table["insee"].duplicated()]
    return [
        Constat(f"{chemin}, ligne {ligne}", f"la commune {code} ({nom}) pour la seconde fois",
                "une commune dans un seul EPCI", "Téléchargez de nouveau le fichier de la DGCL.")
        for ligne, code, nom in zip(doubles.index, doubles["insee"], doubles["nom"], strict=True)
    ]


def _totaux_faux(table: pd.DataFrame, chemin: Path) -> list[Constat]:
    """Un fichier coupé ou filtré se trahit ici : le total annoncé de l'EPCI n'est plus celui de ses communes."""
    par_epci = table.groupby("epci_siren")
    trouves = pd.DataFrame({
        "nb_membres": par_epci.size(),
        "epci_pop_totale": par_epci["pop_totale"].sum(),
        "epci_pop_municipale": par_epci["pop_municipale"].sum(),
    })
    annonces = par_epci[list(trouves.columns)].first()
    noms = par_epci["nom_epci"].first()
    ecarts = annonces.notna() & annonces.ne(trouves)
    return [
        Constat(f"{chemin}, EPCI {epci} ({noms[epci]})",
                f"{colonne} = {trouves.at[epci, colonne]:.0f} en comptant les communes",
                f"{annonces.at[epci, colonne]:.0f} (annoncé)", "Le fichier est incomplet : téléchargez-le de nouveau.")
        for epci in ecarts.index[ecarts.any(axis=1)]
        for colonne in ecarts.columns[ecarts.loc[epci]]
    ]
