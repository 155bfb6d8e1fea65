"""Le suivi : ce que chaque année a coûté, compté, versé et obtenu, lu des classeurs ``suivi/suivi-AAAA.xlsx``.

Un classeur par exercice. Une valeur absente reste absente ; rien d'un exercice partiel n'est ramené à l'année ici.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from mutunb.dossier.collecte import Collecte, Fichier, lire_collecte
from mutunb.dossier.fichiers_client import DOSSIER_SUIVI, classeurs_de
from mutunb.dossier.fichiers_ignores import fichiers_ignores
from mutunb.dossier.modele_suivi import modele_suivi
from mutunb.erreurs import Constat, ErreurUsage
from mutunb.formats import liste
from mutunb.territoires import Territoire

ANNEES = range(2000, 2100)
_ANNEE = re.compile(r"(?<!\d)(20\d\d)(?!\d)")


@dataclass(frozen=True)
class ExerciceSuivi:
    """Un exercice suivi.

    Attributes
    ----------
    exercice : int
    complet : bool
        Vrai seulement si le classeur dit « oui ».
    date_arret : datetime.date or None
        Dernier jour compté d'un exercice partiel, si le classeur le dit.
    tables : Mapping[str, DataFrame]
        Par feuille de ``suivi.yaml`` : ses champs dans l'ordre, puis ``_fichier``, ``_feuille``, ``_ligne``.
    sha256 : str
        Empreinte des classeurs de l'exercice (celle du fichier s'il n'y en a qu'un).
    """

    exercice: int
    complet: bool
    date_arret: datetime.date | None
    tables: Mapping[str, pd.DataFrame] = field(repr=False)
    sha256: str
    collecte: Collecte = field(repr=False)

    def table(self, feuille: str) -> pd.DataFrame:
        """Lignes d'une feuille, en copie ; vide, avec ses colonnes, si elle n'est pas remplie."""
        return self.collecte.table(feuille)

    @property
    def fichiers(self) -> tuple[Fichier, ...]:
        """Classeurs lus pour cet exercice."""
        return self.collecte.fichiers

    @property
    def debut(self) -> datetime.date:
        """1er janvier de l'exercice."""
        return datetime.date(self.exercice, 1, 1)

    @property
    def arret(self) -> datetime.date:
        """Dernier jour compté : la date d'arrêt d'un exercice partiel, à défaut le 31 décembre."""
        return (None if self.complet else self.date_arret) or datetime.date(self.exercice, 12, 31)

    @property
    def part_ecoulee(self) -> float:
        """Part de l'année comptée (0 à 1) : 1 si l'exercice est complet, NaN s'il est partiel sans date d'arrêt."""
        if self.complet:
            return 1.0
        if self.date_arret is None or self.date_arret.year != self.exercice:
            return float("nan")
        jours = (datetime.date(self.exercice, 12, 31) - self.debut).days + 1
        return ((self.date_arret - self.debut).days + 1) / jours

    @property
    def fonctions(self) -> tuple[str, ...]:
        """Fonctions qui portent une charge ou des unités, dans l'ordre de lecture."""
        noms = [nom for feuille in ("charges", "unites", "versements") for nom in self.tables[feuille]["fonction"].dropna()]
        return tuple(dict.fromkeys(noms))


@dataclass(frozen=True)
class Suivi:
    """Les exercices suivis, du plus ancien au plus récent, et ce que leur lecture a relevé."""

    exercices: Mapping[int, ExerciceSuivi]
    constats: tuple[Constat, ...] = field(default=(), repr=False)

    @property
    def dernier(self) -> ExerciceSuivi | None:
        """Exercice le plus récent, même partiel."""
        return self.exercices[max(self.exercices)] if self.exercices else None

    def exercice(self, annee: int = 0) -> ExerciceSuivi:
        """Exercice ``annee`` ; 0 : le dernier connu.

        Raises
        ------
        ErreurUsage
            Exercice sans suivi, avec ceux qui en ont un.
        """
        voulu = annee or max(self.exercices, default=0)
        if voulu not in self.exercices:
            connus = liste([str(connu) for connu in self.exercices]) or "aucun"
            raise ErreurUsage(f"exercice {annee or 'suivi'} : aucun classeur de suivi. Exercices suivis : {connus}.")
        return self.exercices[voulu]

    def table(self, feuille: str) -> pd.DataFrame:
        """Lignes d'une feuille de tous les exercices, précédées de la colonne ``annee``."""
        tables = [e.table(feuille).assign(annee=e.exercice) for e in self.exercices.values()]
        reunies = pd.concat(tables, ignore_index=True)
        return reunies[["annee", *(nom for nom in reunies if nom != "annee")]]


def lire_suivi(dossier_client: Path, territoire: Territoire) -> Suivi | None:
    """Exercices de suivi d'un dossier ; ``None`` s'il n'a aucun classeur dans ``suivi/``.

    Parameters
    ----------
    dossier_client : Path
        Dossier du territoire, qui contient (ou non) ``suivi/suivi-AAAA.xlsx``.
    territoire : Territoire
        Celui du dossier ; un classeur préparé pour un autre est signalé.

    Notes
    -----
    L'exercice d'un classeur est celui de sa feuille « Exercice », à défaut celui de son nom. Jamais d'exception pour un
    fichier défectueux : un constat.
    """
    fichiers = classeurs_de(dossier_client / DOSSIER_SUIVI)
    ignores = fichiers_ignores(dossier_client, DOSSIER_SUIVI, modele_suivi().classeur)
    if not fichiers:
        return Suivi(MappingProxyType({}), ignores) if ignores else None
    constats, par_annee = list(ignores), {}
    for chemin in fichiers:
        annee, defauts = _exercice_de(chemin)
        constats += defauts
        if annee is not None:
            par_annee.setdefault(annee, []).append(chemin)
    exercices = {annee: _lire_exercice(annee, par_annee[annee]) for annee in sorted(par_annee)}
    for annee, exercice in exercices.items():
        constats += exercice.collecte.constats
        constats += [conflit.constat(modele_suivi()) for conflit in exercice.collecte.conflits]
        constats += _en_double(annee, exercice)
        constats += _d_un_autre_territoire(exercice, territoire)
    return Suivi(MappingProxyType(exercices), tuple(constats))


def _exercice_de(chemin: Path) -> tuple[int | None, list[Constat]]:
    """Exercice d'un classeur, et ce qui empêche de le connaître."""
    nomme = int(trouves[-1]) if (trouves := _ANNEE.findall(chemin.stem)) else None
    lu = lire_collecte([chemin], modele_suivi())
    ecrits = [int(annee) for annee in lu.table("exercice")["exercice"].dropna().unique() if annee in ANNEES]
    if len(ecrits) > 1:
        remede = "Gardez un classeur par exercice ; seul le premier est retenu."
        trouve = f"les exercices {liste([str(annee) for annee in ecrits])}"
        return ecrits[0], [Constat(f"{chemin.name}, Exercice", trouve, "un seul exercice", remede)]
    if ecrits and nomme not in (None, ecrits[0]):
        remede = "Corrigez le nom du fichier ou la feuille Exercice ; la feuille est retenue."
        return ecrits[0], [Constat(f"{chemin.name}, Exercice", str(ecrits[0]), f"{nomme}, l'année du nom du fichier", remede)]
    if ecrits or nomme:
        return (ecrits or [nomme])[0], []
    remede = "Remplissez la feuille Exercice ou nommez le fichier suivi-AAAA.xlsx ; en attendant, il n'est pas lu."
    return None, [*lu.constats, Constat(chemin.name, "aucun exercice", "l'année suivie", remede)]


def _lire_exercice(annee: int, fichiers: list[Path]) -> ExerciceSuivi:
    collecte = lire_collecte(fichiers, modele_suivi())
    feuille = collecte.table("exercice")
    feuille = feuille[feuille["exercice"] == annee]
    dit = feuille["complet"].dropna()
    arrets = feuille["date_arret"].dropna()
    empreintes = [fichier.sha256 for fichier in collecte.fichiers]
    return ExerciceSuivi(
        annee,
        bool(len(dit)) and dit.iloc[0] == "oui",
        arrets.iloc[0].date() if len(arrets) else None,
        collecte.tables,
        empreintes[0] if len(empreintes) == 1 else hashlib.sha256("\n".join(empreintes).encode()).hexdigest(),
        collecte,
    )


def _en_double(annee: int, exercice: ExerciceSuivi) -> Iterable[Constat]:
    noms = [fichier.nom for fichier in exercice.fichiers]
    if len(noms) > 1:
        remede = "Réunissez-les ; en attendant leurs lignes sont mises ensemble, et toute contradiction est signalée."
        yield Constat(liste(noms), f"l'exercice {annee} dans {len(noms)} fichiers", "un seul classeur par exercice", remede)


def _d_un_autre_territoire(exercice: ExerciceSuivi, territoire: Territoire) -> Iterable[Constat]:
    for fichier in exercice.fichiers:
        if fichier.territoire and fichier.territoire != territoire.siren:
            trouve = f"un classeur préparé pour le SIREN {fichier.territoire}"
            remede = "Vérifiez qu'il est dans le bon dossier."
            yield Constat(fichier.nom, trouve, f"celui de {territoire.nom} ({territoire.siren})", remede)
