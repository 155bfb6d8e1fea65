"""Le magasin de données publiques : une même façon de lire le référentiel national et l'échantillon embarqué."""

from __future__ import annotations

import functools
import os
from pathlib import Path
from typing import Protocol

import pandas as pd

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees
from mutunb.invocation import commande
from mutunb.territoires.magasin_echantillon import MagasinEchantillon
from mutunb.territoires.magasin_exemple import PREFIXE_FICTIF, MagasinExemple
from mutunb.territoires.magasin_memoire import MagasinMemoire
from mutunb.territoires.magasin_parquet import MagasinParquet
from mutunb.territoires.modeles import Millesime, Origine


def commande_national() -> str:
    """La commande qui construit le référentiel national d'un dossier déjà obtenu."""
    return commande("donnees --depuis DOSSIER")


class Magasin(Protocol):
    """Ce que sait faire un dossier de données publiques ; les tables rendues sont à l'appelant."""

    origine: Origine
    dossier: Path
    millesime: Millesime

    def ligne_epci(self, siren: str) -> pd.Series | None:
        """Ligne de l'EPCI (``schema.EPCI`` puis ``schema.EPCI_CALCULEES``) si ses communes sont là aussi."""

    def communes(self, siren: str | None = None) -> pd.DataFrame:
        """Communes membres de l'EPCI (ou d'un EPCI quelconque), triées par code INSEE."""

    def contours(self, siren: str | None = None) -> pd.DataFrame | None:
        """Contours des mêmes communes ; ``None`` si le dossier n'en a pas."""

    def epci(self) -> pd.DataFrame:
        """Tous les EPCI du dossier, triés par SIREN, avec ``detail`` : ``complet`` ou ``comparable``."""

    def commune(self, code: str) -> pd.Series | None:
        """``insee, siren, nom, dep, epci_siren`` de la commune de ce SIREN ou de ce code INSEE."""

    def communes_de_nom(self) -> pd.DataFrame:
        """``nom, epci_siren`` de toutes les communes du dossier membres d'un EPCI."""

    def ept(self) -> pd.DataFrame:
        """``siren, nom`` des établissements publics territoriaux du Grand Paris."""

    def normes(self) -> pd.DataFrame:
        """Normes nationales (:func:`mutunb.territoires.distributions.normes_nationales`)."""


def magasin(dossier: Path | str | None = None) -> Magasin:
    """Le magasin à lire, gardé ouvert tant que ses fichiers ne changent pas.

    ``dossier`` s'il est donné, sinon ``MUTUNB_DONNEES``, sinon ``data/public/national`` s'il a été construit,
    sinon l'échantillon. Un dossier demandé expressément n'est jamais remplacé par l'échantillon.
    """
    choisi = dossier_choisi(dossier).resolve()
    empreinte = _empreinte(choisi)
    return _gardes.get((choisi, empreinte)) or _ouvert(choisi, empreinte, os.getpid())


def garder_en_memoire(dossier: Path | str | None = None) -> None:
    """Lit le dossier une fois pour toutes, pour ce processus et ceux qui s'en dédoubleront ; utile à un lot.

    Un dossier qui change ensuite se relit comme si de rien n'était.
    """
    choisi = dossier_choisi(dossier).resolve()
    cle = choisi, _empreinte(choisi)
    if cle not in _gardes:
        ouvert = _ouvrir(choisi, cle[1])
        _gardes[cle] = MagasinMemoire(ouvert) if isinstance(ouvert, MagasinParquet) else ouvert


def magasin_de(siren: str, dossier: Path | str | None = None) -> Magasin:
    """Le magasin où chercher ce SIREN : celui de l'exemple pour un SIREN inventé, sinon :func:`magasin`."""
    return magasin(chemins.exemples() / "public" if siren.startswith(PREFIXE_FICTIF) else dossier)


def dossier_choisi(dossier: Path | str | None = None) -> Path:
    """Le dossier de données qui sera lu : celui qu'on donne, le national s'il existe, sinon l'échantillon."""
    if dossier is not None:
        return Path(dossier)
    national = chemins.national()
    if os.environ.get("MUTUNB_DONNEES") or any(national.glob("*.parquet")):
        return national
    return chemins.echantillon()


_gardes: dict[tuple[Path, tuple], Magasin] = {}


def _empreinte(dossier: Path) -> tuple[tuple[str, int, int], ...]:
    """Nom, taille et date de chaque fichier : un dossier reconstruit est relu."""
    if not dossier.is_dir():
        raise ErreurDonnees(
            f"Dossier de données introuvable : {dossier}. Construisez-le avec « {commande_national()} » "
            "ou indiquez un autre dossier (option --donnees, variable MUTUNB_DONNEES)."
        )
    fichiers = sorted(chemin for chemin in dossier.iterdir() if chemin.suffix in {".parquet", ".csv", ".json"})
    etats = [(chemin.name, chemin.stat()) for chemin in fichiers]
    return tuple((nom, etat.st_size, etat.st_mtime_ns) for nom, etat in etats)


@functools.lru_cache(maxsize=4)
def _ouvert(dossier: Path, empreinte: tuple, processus: int) -> Magasin:
    """Un magasin par dossier, état de ses fichiers et processus (une connexion DuckDB ne se partage pas)."""
    return _ouvrir(dossier, empreinte)


def _ouvrir(dossier: Path, empreinte: tuple) -> Magasin:
    noms = {nom for nom, *_ in empreinte}
    if "normes.csv" in noms:
        return MagasinEchantillon(dossier)
    if "epci.csv" in noms:
        return MagasinExemple(dossier)
    return MagasinParquet(dossier)
