"""Ce qu'on obtient en ouvrant un territoire : des objets figés, avec leur millésime et leurs défauts connus."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd

from mutunb import formats


class Origine(StrEnum):
    """D'où viennent les chiffres : l'échantillon embarqué, le référentiel national, ou l'exemple inventé."""

    ECHANTILLON = "echantillon"
    NATIONAL = "national"
    FICTIF = "fictif"


@dataclass(frozen=True)
class Millesime:
    """Les dates d'un jeu de données publiques.

    Parameters
    ----------
    perimetre : datetime.date
        Date de la composition communale.
    comptes, dgf : int
        Exercice des comptes, année de la dotation.
    population : int
        Année de référence de la population légale, en vigueur l'année du périmètre.
    """

    perimetre: datetime.date
    comptes: int
    dgf: int
    population: int

    def __str__(self) -> str:
        return (
            f"périmètre au {formats.date(self.perimetre)}, comptes {self.comptes}, DGF {self.dgf}, "
            f"population légale {self.population} (en vigueur en {self.perimetre.year})"
        )


#: millésime d'un dossier qui ne le dit pas : celui du jeu de référence
MILLESIME_REFERENCE = Millesime(perimetre=datetime.date(2025, 1, 1), comptes=2024, dgf=2025, population=2022)


@dataclass(frozen=True)
class Defaut:
    """Un défaut connu des données, à porter jusqu'au livrable.

    ``gravite`` : ``"alerte"`` (fausse un chiffre de ce territoire) ou ``"information"`` (limite de la source).
    """

    id: str
    gravite: str
    phrase: str


class TableFigee:
    """Champ d'un objet figé qui tient une table : copiée à l'entrée et à la sortie, donc jamais modifiable.

    La copie est paresseuse (copie à l'écriture de pandas 3) : lire ne coûte rien.
    """

    def __set_name__(self, proprietaire: type, nom: str) -> None:
        self._cle = f"_{nom}"

    def __get__(self, objet: object, proprietaire: type | None = None) -> Any:
        if objet is None:
            raise AttributeError(self._cle)
        return _copie(objet.__dict__[self._cle])

    def __set__(self, objet: object, table: pd.DataFrame | pd.Series | None) -> None:
        objet.__dict__[self._cle] = _copie(table)


def _copie(table: pd.DataFrame | pd.Series | None) -> pd.DataFrame | pd.Series | None:
    return None if table is None else table.copy(deep=False)


#: part de la population que les comptes doivent couvrir pour qu'un montant par habitant ait un sens
COUVERTURE_MINIMALE = 0.95


@dataclass(frozen=True, eq=False, repr=False)
class Territoire:
    """Un EPCI et ses communes membres, d'après les données publiques ; ne se modifie pas.

    Parameters
    ----------
    siren, nom, departement : str
        ``departement`` est celui du siège.
    nature : str
        CC, CA, CU, METRO, ou MET69 (Métropole de Lyon).
    regime_fiscal : str
        FPU ou FA.
    epci : pandas.Series
        Ligne de l'EPCI : colonnes ``schema.EPCI`` puis ``schema.EPCI_CALCULEES``.
    communes : pandas.DataFrame
        Une ligne par commune membre, triée par code INSEE : colonnes ``schema.COMMUNES``.
    contours : pandas.DataFrame, optional
        ``insee`` et ``geometry_geojson`` ; ``None`` dans l'échantillon.
    millesime : Millesime
    origine : Origine
    defauts : tuple of Defaut
    dossier : pathlib.Path, optional
        Dossier d'où viennent les chiffres, pour les comparables et les normes.
    """

    siren: str
    nom: str
    nature: str
    regime_fiscal: str
    departement: str
    epci: TableFigee = TableFigee()
    communes: TableFigee = TableFigee()
    contours: TableFigee = TableFigee()
    millesime: Millesime = MILLESIME_REFERENCE
    origine: Origine = Origine.NATIONAL
    defauts: tuple[Defaut, ...] = ()
    dossier: Path | None = None

    @property
    def est_complet(self) -> bool:
        """Vrai si les comptes de l'EPCI et de toutes ses communes sont là, entiers et vérifiés."""
        return bool(
            (self.communes["ofgl_qualite"] == "ok").all()
            and self.epci[["communes_couverture_pop", "ofgl_couverture_pop"]].ge(COUVERTURE_MINIMALE).all()
        )

    @property
    def nb_communes(self) -> int:
        """Nombre de communes membres."""
        return len(self.communes)

    @property
    def population(self) -> int:
        """Population municipale, en habitants."""
        return int(self.epci["pop_municipale_2025"])

    def __repr__(self) -> str:
        return f"Territoire({self.siren!r}, {self.nom!r}, {self.nb_communes} communes, {self.origine})"
