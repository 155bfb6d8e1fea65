"""Chercher un EPCI par son nom, celui d'une de ses communes, son SIREN, son département ou sa nature."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pandas as pd

from mutunb.erreurs import ErreurUsage
from mutunb.territoires.magasin import Magasin, magasin
from mutunb.territoires.siren import en_chiffres, nettoyer

NATURES = ("CC", "CA", "CU", "METRO", "MET69")
#: nature demandée → natures retenues : la Métropole de Lyon se trouve parmi les métropoles
_NATURES_RETENUES = {nature: [nature] for nature in NATURES} | {"METRO": ["METRO", "MET69"]}
_DEPARTEMENT = re.compile(r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-6]")
_ABREVIATIONS = {"st": "saint", "ste": "sainte"}
_COLONNES = {
    "epci_siren": "siren",
    "nom": "nom",
    "nature": "nature",
    "regime_fiscal": "regime_fiscal",
    "dep_siege": "departement",
    "nb_communes": "nb_communes",
    "pop_municipale_2025": "population",
    "detail": "detail",
}


def chercher(
    texte: str = "", departement: str | None = None, nature: str | None = None, dossier: Path | str | None = None
) -> pd.DataFrame:
    """EPCI qui répondent à tous les critères, triés par département puis par nom.

    Parameters
    ----------
    texte : str
        Mots du nom (sans égard aux accents ni à la casse), nom entier d'une commune membre, ou début du SIREN.
    departement : str, optional
        Département du siège : « 79 », « 2A », « 974 ».
    nature : str, optional
        CC, CA, CU, METRO (Lyon comprise) ou MET69.
    dossier : path, optional
        Dossier de données (par défaut, comme :func:`mutunb.territoires.ouvrir`).

    Returns
    -------
    pandas.DataFrame
        ``siren, nom, nature, regime_fiscal, departement, nb_communes, population`` (municipale) et ``detail`` :
        ``complet``, ou ``comparable`` pour un EPCI que l'échantillon ne connaît pas commune par commune.

    Raises
    ------
    ErreurUsage
        Nature ou département mal écrits.

    Examples
    --------
    >>> import mutunb.territoires
    >>> mutunb.territoires.chercher("thouarsais")["siren"].tolist()
    ['247900798']
    """
    magasin_lu = magasin(dossier)
    table = magasin_lu.epci()
    if departement is not None:
        table = table[table["dep_siege"] == _departement(departement)]
    if nature is not None:
        table = table[table["nature"].isin(_natures(nature))]
    if texte.strip():
        table = table[_repond(table, texte, magasin_lu).astype(bool)]
    table = table[list(_COLONNES)].rename(columns=_COLONNES)
    table = table.astype({"nb_communes": "int64", "population": "int64"})
    return table.sort_values(["departement", "nom", "siren"]).reset_index(drop=True)


def _repond(table: pd.DataFrame, texte: str, magasin_lu: Magasin) -> pd.Series:
    chiffres = nettoyer(texte)
    if en_chiffres(chiffres):
        return table["epci_siren"].str.startswith(chiffres)
    cherche = mots(texte)
    if not cherche:
        return pd.Series(False, index=table.index)
    noms = (table["nom"] + " " + table["nom_long"].fillna("")).map(mots)
    par_le_nom = noms.map(lambda nom: all(any(mot.startswith(debut) for mot in nom) for debut in cherche))
    communes = magasin_lu.communes_de_nom()
    membres = communes.loc[communes["nom"].map(mots).map(lambda nom: nom == cherche), "epci_siren"]
    return par_le_nom | table["epci_siren"].isin(membres)


def mots(texte: str) -> tuple[str, ...]:
    """Mots comparables d'un nom : sans accent, en minuscules, « St » écrit « saint »."""
    decompose = unicodedata.normalize("NFKD", texte.casefold().replace("œ", "oe"))
    bruts = re.findall(r"[a-z0-9]+", "".join(c for c in decompose if not unicodedata.combining(c)))
    return tuple(_ABREVIATIONS.get(brut, brut) for brut in bruts)


def _natures(nature: str) -> list[str]:
    if nature.upper() not in _NATURES_RETENUES:
        raise ErreurUsage.nom_inconnu("nature", nature, NATURES)
    return _NATURES_RETENUES[nature.upper()]


def _departement(departement: str) -> str:
    code = str(departement).strip().upper()
    if not _DEPARTEMENT.fullmatch(code):
        raise ErreurUsage(
            f"Département « {departement} » : code inconnu. Écrivez-le sur deux ou trois caractères, "
            "par exemple 01, 2A, 79 ou 974."
        )
    return code
