"""Ce qui doit être vrai du référentiel national avant de l'écrire : chaque manquement est un constat."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from mutunb.erreurs import Constat
from mutunb.formats import pluriel
from mutunb.territoires import schema
from mutunb.territoires.connecteurs.dgcl import NATURES, REGIMES

_REMEDE = "Vérifiez que les tables viennent du même millésime, ou reconstruisez-les depuis les exports officiels."
#: arrondi des couvertures à trois décimales
TOLERANCE_COUVERTURE = 0.0011
EXEMPLES = 5


def controler(tables: Mapping[str, pd.DataFrame]) -> list[Constat]:
    """Constats (``erreur`` ou ``alerte``) sur les tables du schéma ; les colonnes sont supposées vérifiées."""
    return [
        *_unicite(tables),
        *_rattachements(tables),
        *_codes(tables["epci"]),
        *_populations(tables),
        *_nombres(tables),
        *_sommes(tables["epci"], tables["communes"]),
        *_couvertures(tables),
    ]


def part_ville_centre(communes: pd.DataFrame) -> pd.Series:
    """Part (0 à 1) de la commune la plus peuplée dans la population municipale 2025, par ``epci_siren``."""
    populations = communes.groupby("epci_siren")["pop_municipale_2025"]
    return (populations.max() / populations.sum()).astype("float64").rename("part_ville_centre")


def _unicite(tables: Mapping[str, pd.DataFrame]) -> Iterator[Constat]:
    cles = {"epci": "epci_siren", "communes": "insee", "communes_contours": "insee", "ept": "ept_siren"}
    for table, cle in cles.items():
        colonne = tables[table][cle]
        if colonne.isna().any():
            vides = pluriel(int(colonne.isna().sum()), "cellule vide", "cellules vides")
            yield _constat(f"{table}, {cle}", vides, "un code par ligne")
        doubles = colonne[colonne.duplicated() & colonne.notna()]
        if len(doubles):
            yield _constat(f"{table}, {cle}", _trouves(doubles, "doublon"), "un code par ligne")
    formats = {("epci", "epci_siren"): r"\d{9}", ("communes", "siren"): r"\d{9}",
               ("communes", "insee"): r"\d{5}|2[AB]\d{3}", ("ept", "ept_siren"): r"\d{9}"}
    for (table, cle), motif in formats.items():
        fautifs = tables[table][cle].dropna()
        fautifs = fautifs[~fautifs.str.fullmatch(motif)]
        if len(fautifs):
            yield _constat(f"{table}, {cle}", _trouves(fautifs, "code mal formé", "codes mal formés"),
                           "neuf chiffres (SIREN), cinq caractères (INSEE)")


def _rattachements(tables: Mapping[str, pd.DataFrame]) -> Iterator[Constat]:
    epci, communes = tables["epci"], tables["communes"]
    ept = tables["ept"]["ept_siren"]
    gravite_ept = "erreur" if len(ept) else "alerte"
    liens = (
        ("communes, epci_siren", communes["epci_siren"], epci["epci_siren"], "un EPCI de la table epci", "erreur"),
        ("communes, ept_siren", communes["ept_siren"], ept, "un EPT de la table ept", gravite_ept),
        ("communes_contours, insee", tables["communes_contours"]["insee"], communes["insee"],
         "une commune de la table communes", "erreur"),
        ("epci, epci_siren", epci["epci_siren"], communes["epci_siren"], "au moins une commune membre", "erreur"),
    )
    for ou, codes, connus, attendu, gravite in liens:
        orphelins = codes[codes.notna() & ~codes.isin(connus)].drop_duplicates()
        if len(orphelins):
            trouve = _trouves(orphelins, "code sans correspondance", "codes sans correspondance")
            yield _constat(ou, trouve, attendu, gravite)
    sans_contour = communes.loc[~communes["insee"].isin(tables["communes_contours"]["insee"]), "insee"]
    if len(sans_contour):
        yield _constat("communes_contours", _trouves(sans_contour, "commune sans contour", "communes sans contour"),
                       "un contour par commune", "alerte")
    nombres = communes.groupby("epci_siren").size().reindex(epci["epci_siren"]).fillna(0).to_numpy()
    fautifs = epci.loc[epci["nb_communes"].to_numpy(dtype=float, na_value=-1) != nombres, "nom"]
    if len(fautifs):
        yield _constat("epci, nb_communes", f"{len(fautifs)} EPCI dont le compte est faux ({_liste(fautifs)})",
                       "le nombre de leurs communes")


def _codes(epci: pd.DataFrame) -> Iterator[Constat]:
    for colonne, connus in (("nature", NATURES), ("regime_fiscal", REGIMES)):
        fautifs = epci.loc[~epci[colonne].isin(connus), colonne]
        if len(fautifs):
            yield _constat(f"epci, {colonne}", _trouves(fautifs, "valeur inconnue", "valeurs inconnues"),
                           ", ".join(sorted(connus)))


def _populations(tables: Mapping[str, pd.DataFrame]) -> Iterator[Constat]:
    epci, communes = tables["epci"], tables["communes"]
    membres = communes[communes["epci_siren"].notna()]
    for colonne in ("pop_municipale_2025", "pop_totale_2025"):
        vides = epci.loc[~epci[colonne].gt(0).fillna(False), "nom"]
        if len(vides):
            yield _constat(f"epci, {colonne}", f"{len(vides)} EPCI sans habitant ({_liste(vides)})", "plus de zéro")
        fausses = membres.loc[membres[colonne].isna() | membres[colonne].lt(0).fillna(False), "nom"]
        if len(fausses):
            trouve = f"population absente ou négative : {_liste(fausses)}"
            yield _constat(f"communes, {colonne}", trouve, "un nombre d'habitants")
    desertes = membres.loc[membres["pop_municipale_2025"].eq(0).fillna(False), "nom"]
    if len(desertes):
        trouve = _trouves(desertes, "commune de zéro habitant", "communes de zéro habitant")
        attendu = "plus de zéro, sauf villages détruits en 1916"
        yield _constat("communes, pop_municipale_2025", trouve, attendu, "alerte")


def _nombres(tables: Mapping[str, pd.DataFrame]) -> Iterator[Constat]:
    for nom, table in tables.items():
        for colonne in (c.nom for c in schema.TABLES[nom] if c.genre != "texte"):
            infinies = int(np.isinf(_reels(table[colonne])).sum())
            if infinies:
                trouve = pluriel(infinies, "valeur infinie", "valeurs infinies")
                yield _constat(f"{nom}, {colonne}", trouve, "un nombre")
    epci = tables["epci"]
    hors = epci.loc[epci["cif_2025"].notna() & ~epci["cif_2025"].between(0, 1), "nom"]
    if len(hors):
        trouve = _trouves(hors, "coefficient hors bornes", "coefficients hors bornes")
        yield _constat("epci, cif_2025", trouve, "un coefficient de 0 à 1")


def _sommes(epci: pd.DataFrame, communes: pd.DataFrame) -> Iterator[Constat]:
    """Ce que la ligne de l'EPCI dit de ses communes doit être leur somme, à l'unité."""
    membres = communes.dropna(subset="epci_siren").groupby("epci_siren")
    paires = {nom: nom for nom in ("pop_municipale_2025", "pop_totale_2025", "pop_municipale_2026")}
    paires |= {f"communes_{montant}": montant for montant in schema.MONTANTS_SOMMES}
    for annonce, colonne in paires.items():
        sommes = membres[colonne].sum(min_count=1).reindex(epci["epci_siren"])
        yield from _ecarts(epci, annonce, sommes, 0.5)
    avec_comptes = membres["dep_fonctionnement"].count().reindex(epci["epci_siren"])
    yield from _ecarts(epci, "communes_avec_comptes", avec_comptes, 0.5)


def _couvertures(tables: Mapping[str, pd.DataFrame]) -> Iterator[Constat]:
    epci = tables["epci"]
    populations = tables["communes"].dropna(subset="epci_siren").groupby("epci_siren")["ofgl_pop_totale"].sum()
    attendues = {
        "communes_couverture_pop": _reels(populations.reindex(epci["epci_siren"])),
        "ofgl_couverture_pop": _reels(epci["ofgl_pop_totale"]),
    }
    totales = _reels(epci["pop_totale_2025"])
    for colonne, population in attendues.items():
        with np.errstate(divide="ignore", invalid="ignore"):
            rapport = pd.Series(population / totales, index=epci["epci_siren"])
        yield from _ecarts(epci, colonne, rapport, TOLERANCE_COUVERTURE)


def _ecarts(epci: pd.DataFrame, annonce: str, attendu: pd.Series, tolerance: float) -> Iterator[Constat]:
    lus, calcules = _reels(epci[annonce]), _reels(attendu)
    fautifs = ~np.isclose(lus, calcules, rtol=0, atol=tolerance, equal_nan=True)
    if fautifs.any():
        premier = int(np.flatnonzero(fautifs)[0])
        exemple = f"{epci['nom'].iloc[premier]} : {lus[premier]:g} annoncé, {calcules[premier]:g} sur ses communes"
        yield _constat(f"epci, {annonce}", f"{int(fautifs.sum())} EPCI dont le total est faux ({exemple})",
                       "la somme des communes membres")


def _reels(colonne: pd.Series) -> np.ndarray:
    return colonne.astype("Float64").to_numpy(float, na_value=np.nan)


def _constat(ou: str, trouve: str, attendu: str, gravite: str = "erreur") -> Constat:
    return Constat(ou, trouve, attendu, _REMEDE if gravite == "erreur" else "À porter dans les livrables.", gravite)


def _trouves(valeurs: pd.Series, singulier: str, plur: str | None = None) -> str:
    return f"{pluriel(len(valeurs), singulier, plur)} ({_liste(valeurs)})"


def _liste(valeurs: pd.Series) -> str:
    suite = f"… ({len(valeurs)} en tout)" if len(valeurs) > EXEMPLES else ""
    return ", ".join(map(str, valeurs.head(EXEMPLES))) + suite
