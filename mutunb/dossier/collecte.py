"""La collecte : ce que les mairies ont renvoyé, fichiers réunis, avec l'origine de chaque ligne."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from mutunb.dossier import fusion
from mutunb.dossier.grille import lettres
from mutunb.dossier.lecture_classeur import Lecture, lire_fichier
from mutunb.dossier.ligne_lue import LigneLue
from mutunb.dossier.modeles_questionnaire import NOMBRES
from mutunb.dossier.questionnaire import Champ, Feuille, Questionnaire, questionnaire
from mutunb.erreurs import Constat, ErreurUsage, phrase_nom_inconnu

#: d'où vient une ligne : nom du fichier, nom de l'onglet, numéro de ligne tel que le tableur le montre
COLONNES_ORIGINE = ("_fichier", "_feuille", "_ligne")


@dataclass(frozen=True)
class Provenance:
    """D'où vient une ligne ; ``ligne`` est le numéro que montre le tableur."""

    fichier: str
    feuille: str
    ligne: int


@dataclass(frozen=True)
class Fichier:
    """Un fichier reçu : nom, empreinte, version du modèle, date et SIREN du territoire, si le fichier les dit."""

    nom: str
    sha256: str
    version: str | None = None
    date: str | None = None
    territoire: str | None = None


@dataclass(frozen=True)
class Conflit:
    """Une même ligne que deux fichiers (ou deux lignes) renseignent autrement.

    Attributes
    ----------
    feuille, champ : str
        Feuille et champ du questionnaire.
    cle : Mapping[str, object]
        Ce qui identifie la ligne (champs de la clé et leurs valeurs).
    retenue, ecartee : object
        Les deux valeurs ; ``retenue`` est celle de la table.
    ou_retenue, ou_ecartee : str
        « fichier, feuille, cellule B12 » de chacune.
    motif : str
        Pourquoi la première l'emporte.
    """

    feuille: str
    cle: Mapping[str, object]
    champ: str
    retenue: object
    ecartee: object
    ou_retenue: str
    ou_ecartee: str
    motif: str

    def constat(self, modele: Questionnaire | None = None) -> Constat:
        """Le conflit en constat (erreur) : les deux endroits, les deux valeurs, celle qui est gardée et pourquoi."""
        feuille = (modele or questionnaire()).feuille(self.feuille)
        champ = feuille.champ(self.champ)
        retenue, ecartee = fusion.montrer(self.retenue, champ), fusion.montrer(self.ecartee, champ)
        quoi = ", ".join(fusion.montrer(valeur, feuille.champ(nom)) for nom, valeur in self.cle.items())
        return Constat(
            f"{self.ou_ecartee} et {self.ou_retenue}",
            f"« {ecartee} » et « {retenue} » pour {champ.libelle} ({quoi})",
            "une seule valeur",
            f"« {retenue} » est gardée ({self.motif}) : corrigez l'autre ou confirmez.",
        )


@dataclass(frozen=True)
class Collecte:
    """Ce qu'un territoire a répondu.

    Attributes
    ----------
    tables : Mapping[str, DataFrame]
        Par feuille du questionnaire : ses champs dans l'ordre, puis ``_fichier``, ``_feuille``, ``_ligne``.
    fichiers : tuple of Fichier
        Fichiers lus ou refusés, dans l'ordre de lecture.
    constats : tuple of Constat
        Problèmes de lecture (les conflits sont à part).
    conflits : tuple of Conflit
        Mêmes clés, valeurs différentes.
    emplacements : Mapping
        (fichier, onglet, feuille) → champ → lettre de colonne, pour retrouver une cellule.
    modele : Questionnaire
        Feuilles lues ; celles du questionnaire par défaut.
    """

    tables: Mapping[str, pd.DataFrame]
    fichiers: tuple[Fichier, ...] = ()
    constats: tuple[Constat, ...] = ()
    conflits: tuple[Conflit, ...] = ()
    emplacements: Mapping[tuple[str, str, str], Mapping[str, str]] = field(default_factory=dict)
    modele: Questionnaire = field(default_factory=questionnaire, repr=False, compare=False)

    def table(self, feuille: str) -> pd.DataFrame:
        """Lignes d'une feuille, en copie ; vide, avec ses colonnes, si personne ne l'a renseignée."""
        if feuille not in self.modele.noms:
            raise ErreurUsage(phrase_nom_inconnu("feuille", feuille, self.modele.noms))
        lue = self.tables.get(feuille)
        return table_vide(feuille, self.modele) if lue is None else lue.copy()

    def provenance(self, feuille: str, etiquette: object) -> Provenance:
        """D'où vient la ligne ``etiquette`` de l'index d'une feuille."""
        fichier, onglet, ligne = self.table(feuille).loc[etiquette, list(COLONNES_ORIGINE)]
        return Provenance(str(fichier), str(onglet), int(ligne))

    def cellule(self, feuille: str, etiquette: object, champ: str) -> str | None:
        """Adresse (« B12 ») d'un champ d'une ligne dans son fichier ; ``None`` si le fichier n'a pas cette colonne."""
        origine = self.provenance(feuille, etiquette)
        lettre = self.emplacements.get((origine.fichier, origine.feuille, feuille), {}).get(champ)
        return f"{lettre}{origine.ligne}" if lettre else None


def lire_collecte(chemins: Iterable[Path], modele: Questionnaire | None = None) -> Collecte:
    """Réunit les fichiers renvoyés ; un fichier illisible donne des constats, jamais d'exception.

    Parameters
    ----------
    modele : Questionnaire, optional
        Feuilles que l'on cherche ; celles du questionnaire par défaut.

    Examples
    --------
    >>> len(lire_collecte([]).table("effectifs"))
    0
    """
    modele = modele or questionnaire()
    chemins = [Path(chemin) for chemin in chemins]
    noms = _noms_distincts(chemins)
    lectures = [lire_fichier(chemin, nom, modele) for chemin, nom in zip(chemins, noms, strict=True)]
    lignes = [ligne for lecture in lectures for ligne in lecture.lignes]
    fusionnees, ecarts, constats = fusion.fusionner(lignes, modele)
    tables = {feuille.nom: en_table(feuille, fusionnees.get(feuille.nom, [])) for feuille in modele.feuilles}
    return Collecte(
        MappingProxyType(tables),
        tuple(_fichier(chemin, lecture) for chemin, lecture in zip(chemins, lectures, strict=True)),
        tuple(constat for lecture in lectures for constat in lecture.constats) + tuple(constats),
        tuple(Conflit(**ecart) for ecart in ecarts),
        MappingProxyType({cle: places for lecture in lectures for cle, places in _emplacements(lecture)}),
        modele,
    )


def table_vide(feuille: str, modele: Questionnaire | None = None) -> pd.DataFrame:
    """Table sans ligne d'une feuille, aux colonnes et aux types d'une table lue."""
    return en_table((modele or questionnaire()).feuille(feuille), [])


def en_table(feuille: Feuille, lignes: list[LigneLue]) -> pd.DataFrame:
    """Lignes lues en table typée : textes, ``float64``, ``datetime64[ns]`` ; absent = NaN ou NaT."""
    colonnes = {
        champ.nom: _colonne(champ, [ligne.valeurs.get(champ.nom) for ligne in lignes]) for champ in feuille.champs
    }
    table = pd.DataFrame(colonnes, columns=feuille.colonnes)
    table["_fichier"] = pd.Series([ligne.fichier for ligne in lignes], dtype="str")
    table["_feuille"] = pd.Series([ligne.onglet for ligne in lignes], dtype="str")
    table["_ligne"] = pd.Series([ligne.numero for ligne in lignes], dtype="int64")
    return table


def _colonne(champ: Champ, valeurs: list[object]) -> pd.Series:
    if champ.type in NOMBRES:
        return pd.Series(valeurs, dtype="float64")
    if champ.type == "date":
        return pd.Series(pd.to_datetime(pd.Series(valeurs, dtype="object"))).astype("datetime64[ns]")
    return pd.Series(valeurs, dtype="str")


def _noms_distincts(chemins: list[Path]) -> list[str]:
    """Nom de chaque fichier ; des homonymes prennent autant de dossiers qu'il en faut pour se distinguer."""
    noms = [chemin.name for chemin in chemins]
    for profondeur in range(2, 6):
        if len(set(noms)) == len(noms):
            break
        noms = [
            "/".join(chemin.parts[-profondeur:]) if noms.count(nom) > 1 else nom
            for chemin, nom in zip(chemins, noms, strict=True)
        ]
    return noms


def _fichier(chemin: Path, lecture: Lecture) -> Fichier:
    return Fichier(lecture.nom, lecture.sha256, lecture.version, lecture.date, lecture.territoire)


def _emplacements(lecture: Lecture) -> Iterable[tuple[tuple[str, str, str], Mapping[str, str]]]:
    for (onglet, feuille), places in lecture.emplacements.items():
        yield (lecture.nom, onglet, feuille), {champ: lettres(rang) for champ, rang in places.items()}
