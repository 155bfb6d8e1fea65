"""Les titulaires : lesquels servent plusieurs acheteurs, quel poids ont les premiers, combien sont du département."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from mutunb.calculs.contrats import Contrats
from mutunb.calculs.mots import premier, raison_sociale

PREMIERS = 5
#: lecture de l'indice de Herfindahl-Hirschman, empruntée au contrôle des concentrations (usage, à titre indicatif)
HHI_MODERE, HHI_FORT = 1_000, 2_000
SIRET = re.compile(r"\d{14}")


@dataclass(frozen=True)
class Concentration:
    """Poids des titulaires dans le montant annuel connu ; un groupement de titulaires compte pour un.

    Attributes
    ----------
    montant_eur : float
        Montant annuel dont le titulaire est connu (€ HT/an).
    titulaires : int
    part_premiers : float
        Part (0 à 1) des cinq premiers ; NaN sans montant.
    indice : float
        Herfindahl-Hirschman, de près de 0 à 10 000 (un seul titulaire) ; NaN sans montant.
    """

    montant_eur: float
    titulaires: int
    part_premiers: float
    indice: float

    @property
    def lecture(self) -> str:
        """« peu concentrée », « modérément concentrée », « concentrée » ; « non établie » sans montant."""
        if self.indice != self.indice:
            return "non établie"
        if self.indice < HHI_MODERE:
            return "peu concentrée"
        return "modérément concentrée" if self.indice <= HHI_FORT else "concentrée"


def identifies(contrats: Contrats) -> pd.DataFrame:
    """Un titulaire par ligne et par contrat en cours : ``siren``, ``titulaire_id`` (SIREN ou nom comparable), ``titulaire``."""
    table = contrats.en_cours
    lignes = [
        (i, siren, nom, _cle(nom, siret if len(noms) == 1 else None))
        for i, siren, noms, siret in zip(table.index, table["siren"], table["titulaires"], table["titulaire_siret"], strict=True)
        for nom in noms
    ]
    lus = pd.DataFrame(lignes, columns=["contrat", "siren", "titulaire", "titulaire_id"])
    numeros = {
        raison_sociale(t): identifiant
        for t, identifiant in zip(lus["titulaire"], lus["titulaire_id"], strict=True)
        if identifiant.isdigit()
    }
    lus["titulaire_id"] = [numeros.get(i, i) for i in lus["titulaire_id"]]
    return lus[lus["titulaire_id"] != ""]


def _cle(nom: str, siret: object) -> str:
    chiffres = re.sub(r"\D", "", str(siret)) if premier([siret]) else nom.replace(" ", "")
    return chiffres[:9] if SIRET.fullmatch(chiffres) else raison_sociale(nom)


def titulaires_communs(contrats: Contrats) -> pd.DataFrame:
    """Titulaires d'au moins deux acheteurs : ``titulaire``, ``acheteurs``, ``contrats``, ``segments``, du plus au moins partagé."""
    lus = identifies(contrats).merge(contrats.table[["segment"]], left_on="contrat", right_index=True)
    par_titulaire = lus.groupby("titulaire_id").agg(
        titulaire=("titulaire", lambda noms: noms.value_counts().index[0]),
        acheteurs=("siren", "nunique"),
        contrats=("contrat", "nunique"),
        segments=("segment", lambda s: " ; ".join(sorted(s.dropna().unique()))),
    )
    communs = par_titulaire[par_titulaire["acheteurs"] >= 2]
    return communs.sort_values(["acheteurs", "contrats", "titulaire"], ascending=[False, False, True]).reset_index(drop=True)


def concentration(contrats: Contrats) -> Concentration:
    """Part des cinq premiers titulaires et indice de concentration du montant annuel des contrats en cours."""
    lus = identifies(contrats)
    ensembles = lus.groupby("contrat")["titulaire_id"].agg(lambda ids: tuple(sorted(set(ids))))
    montants = contrats.table["montant_eur"].reindex(ensembles.index)
    par_ensemble = montants.groupby(ensembles).sum(min_count=1).dropna()
    total = float(par_ensemble.sum())
    if total <= 0:
        return Concentration(float("nan"), len(set(ensembles)), float("nan"), float("nan"))
    indice = float((par_ensemble**2).sum()) / total**2 * 10_000
    return Concentration(total, len(set(ensembles)), float(par_ensemble.nlargest(PREMIERS).sum()) / total, indice)


@dataclass(frozen=True)
class FournisseursLocaux:
    """Titulaires du département parmi ceux dont l'adresse est connue ; ``part`` NaN si aucune ne l'est."""

    locaux: int
    localises: int
    titulaires: int

    @property
    def part(self) -> float:
        """Part (0 à 1) des titulaires localisés qui sont du département."""
        return self.locaux / self.localises if self.localises else float("nan")


def fournisseurs_locaux(contrats: Contrats) -> FournisseursLocaux:
    """Combien de titulaires sont du département du territoire, d'après leur code postal.

    Un SIRET ne dit pas le département : sans code postal, un titulaire n'est pas localisé.
    """
    lus = identifies(contrats)
    seuls = contrats.table["titulaires"].map(len) == 1  # un code postal ne dit pas de quel titulaire du groupement
    places = lus["contrat"].map(contrats.table["titulaire_code_postal"].where(seuls)).map(departement_postal)
    par_titulaire = places.groupby(lus["titulaire_id"]).agg(premier)
    localises = par_titulaire.dropna()
    return FournisseursLocaux(int(localises.eq(contrats.departement).sum()), len(localises), len(par_titulaire))


def departement_postal(code: object) -> str | None:
    """Département d'un code postal (« 79100 » → « 79 », « 97411 » → « 974 », « 20167 » → « 2A ») ; ``None`` si illisible.

    Examples
    --------
    >>> departement_postal("1000"), departement_postal("20200"), departement_postal("NC")
    ('01', '2B', None)
    """
    chiffres = re.sub(r"\D", "", re.sub(r"\.0$", "", str(code))) if premier([code]) else ""
    if not 4 <= len(chiffres) <= 5:
        return None
    postal = chiffres.zfill(5)
    if postal.startswith("20"):
        return "2A" if postal < "20200" else "2B"
    return postal[:3] if postal.startswith(("97", "98")) else postal[:2]
