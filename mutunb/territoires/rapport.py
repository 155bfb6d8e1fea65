"""Le compte rendu d'une construction du référentiel national."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pooch

from mutunb import formats
from mutunb.erreurs import Constat
from mutunb.territoires.modeles import Millesime

QUALITES = {"ok": "complets", "partiel": "partiels", "a_verifier": "à vérifier", "absent": "absents"}


@dataclass(frozen=True)
class Entree:
    """Un fichier dont le référentiel est fait."""

    fichier: str
    sha256: str
    taille: int


@dataclass(frozen=True)
class Rapport:
    """Ce qui a été construit ; ``str(rapport)`` est le compte rendu à afficher."""

    dossier: Path
    millesime: Millesime
    nb_epci: int
    nb_communes: int
    population: int
    nb_fpu: int
    nb_fa: int
    nb_ept: int
    nb_contours: int
    comptes: Mapping[str, int]
    nb_cif: int
    alertes: tuple[Constat, ...]
    entrees: tuple[Entree, ...]

    def __str__(self) -> str:
        n = formats.nombre
        regimes = f"{n(self.nb_fpu)} en fiscalité professionnelle unique, {n(self.nb_fa)} en fiscalité additionnelle"
        comptes = ", ".join(f"{n(nombre)} {QUALITES[nom]}" for nom, nombre in self.comptes.items())
        lignes = [
            f"Référentiel national écrit dans {self.dossier} ({self.millesime}).",
            f"  {n(self.nb_epci)} EPCI ({regimes}), {n(self.nb_ept)} EPT.",
            f"  {formats.pluriel(self.nb_communes, 'commune')}, population municipale {n(self.population)}, "
            f"{formats.pluriel(self.nb_contours, 'contour')}.",
            f"  Comptes des communes : {comptes}.",
            f"  CIF connu pour {n(self.nb_cif)} EPCI sur {n(self.nb_epci)} ; vide ailleurs.",
        ]
        if self.alertes:
            lignes.append(f"  {formats.pluriel(len(self.alertes), 'alerte')} :")
            lignes += [f"    - {alerte}" for alerte in self.alertes]
        return "\n".join(lignes)


def rapport_de(
    vers: Path, dates: Millesime, tables: Mapping[str, pd.DataFrame], alertes: list[Constat], entrees: list[Entree]
) -> Rapport:
    """Compte ce que les tables contiennent."""
    epci, communes = tables["epci"], tables["communes"]
    regimes = epci["regime_fiscal"].value_counts()
    return Rapport(
        dossier=vers,
        millesime=dates,
        nb_epci=len(epci),
        nb_communes=len(communes),
        population=int(epci["pop_municipale_2025"].sum()),
        nb_fpu=int(regimes.get("FPU", 0)),
        nb_fa=int(regimes.get("FA", 0)),
        nb_ept=len(tables["ept"]),
        nb_contours=len(tables["communes_contours"]),
        comptes={str(nom): int(nombre) for nom, nombre in communes["ofgl_qualite"].value_counts().items()},
        nb_cif=int(epci["cif_2025"].notna().sum()),
        alertes=tuple(alertes),
        entrees=tuple(entrees),
    )


def entree_de(chemin: Path) -> Entree:
    """Empreinte et taille (octets) d'un fichier lu."""
    return Entree(chemin.name, pooch.file_hash(str(chemin)), chemin.stat().st_size)
