"""Le T0 : l'état de départ gelé, ce qu'il contient, et comment on le relit sans qu'il ait pu changer."""

from __future__ import annotations

import datetime
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from mutunb.dossier.collecte import COLONNES_ORIGINE, table_vide
from mutunb.dossier.questionnaire import questionnaire
from mutunb.erreurs import ErreurDonnees, ErreurUsage

FORMAT = 1
DOSSIER_T0 = "t0"
#: marques de qualité ajoutées à chaque ligne gelée (le statut d'un agent est un autre champ)
MARQUES = ("_statut", "_fiabilite")
_NOM = re.compile(r"t0-(\d+)-(\d{4}-\d{2}-\d{2})\.json")


@dataclass(frozen=True)
class T0:
    """Un T0 relu et vérifié.

    Attributes
    ----------
    numero : int
        1 pour le premier gel ; un gel ultérieur prend le suivant et garde les précédents.
    date : datetime.date
        Date à laquelle l'état de départ se rapporte.
    exercice : int or None
        Exercice des comptes et des volumes.
    couverture, collectivites : Mapping
        Par feuille : entités attendues, répondantes, absentes, part de population. Par SIREN : nom et lignes par feuille.
    entrees : Mapping[str, str]
        SHA-256 de chaque fichier du dossier client entré dans le gel.
    constats : Mapping[str, int]
        Nombre de constats des contrôles au moment du gel, par gravité.
    tables : Mapping[str, DataFrame]
        Tables gelées, marques ``_statut`` et ``_fiabilite`` comprises.
    empreinte : str
        SHA-256 du contenu.
    """

    numero: int
    date: datetime.date
    exercice: int | None
    auteur: str
    motif: str
    siren: str
    nom: str
    version: str
    couverture: Mapping[str, Any]
    collectivites: Mapping[str, Any]
    entrees: Mapping[str, str]
    constats: Mapping[str, int]
    corrections: tuple[Mapping[str, Any], ...]
    empreinte: str
    chemin: Path
    tables: Mapping[str, pd.DataFrame] = field(repr=False)

    def table(self, feuille: str) -> pd.DataFrame:
        """Lignes gelées d'une feuille, en copie."""
        return self.tables[feuille].copy()

    @property
    def reference(self) -> str:
        """Ce que cite toute comparaison : « T0 n° 1 au 2026-01-15, empreinte 3f2a… »."""
        return f"T0 n° {self.numero} au {self.date.isoformat()}, empreinte {self.empreinte[:12]}"


def empreinte_de(contenu: Mapping[str, Any]) -> str:
    """SHA-256 du contenu d'un T0, hors son empreinte, quelle que soit la mise en page du fichier."""
    sans = {nom: valeur for nom, valeur in contenu.items() if nom != "empreinte"}
    texte = json.dumps(sans, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(texte.encode("utf-8")).hexdigest()


def fichiers_t0(dossier_client: Path) -> dict[int, Path]:
    """Fichiers de T0 d'un dossier client, par numéro."""
    trouves: dict[int, Path] = {}
    for chemin in sorted((dossier_client / DOSSIER_T0).glob("t0-*.json")):
        nom = _NOM.fullmatch(chemin.name)
        if nom is None:
            raise ErreurDonnees(f"{chemin} : nom de T0 inattendu. Attendu : t0-<numéro>-<AAAA-MM-JJ>.json.")
        numero = int(nom[1])
        if numero in trouves:
            raise ErreurDonnees(
                f"{chemin.parent} : deux T0 portent le numéro {numero} ({trouves[numero].name}, {chemin.name}). "
                "Un T0 ne se renomme pas : retirez la copie."
            )
        trouves[numero] = chemin
    return dict(sorted(trouves.items()))


def lire_t0(dossier_client: Path, numero: int | None = None) -> T0 | None:
    """T0 en vigueur d'un dossier client (le dernier gelé), ou celui de ce ``numero`` ; ``None`` si rien n'est gelé.

    Raises
    ------
    ErreurDonnees
        Fichier illisible, ou dont l'empreinte dit qu'il a été modifié depuis le gel.
    ErreurUsage
        Aucun T0 de ce numéro.
    """
    trouves = fichiers_t0(dossier_client)
    if numero is None:
        return lire_fichier_t0(trouves[max(trouves)]) if trouves else None
    if numero not in trouves:
        connus = ", ".join(map(str, trouves)) or "aucun"
        raise ErreurUsage(f"Aucun T0 n° {numero} dans {dossier_client}. Numéros gelés : {connus}.")
    return lire_fichier_t0(trouves[numero])


def lire_fichier_t0(chemin: Path) -> T0:
    """T0 écrit dans ``chemin``, son intégrité vérifiée."""
    try:
        contenu = json.loads(chemin.read_text(encoding="utf-8"))
        annoncee, constatee = contenu["empreinte"], empreinte_de(contenu)
    except (ValueError, KeyError, TypeError) as cause:
        raise ErreurDonnees(f"{chemin} : T0 illisible ou tronqué. Rétablissez-le depuis une sauvegarde.") from cause
    if annoncee != constatee:
        raise ErreurDonnees(
            f"{chemin} : ce T0 a été modifié depuis son gel (empreinte {constatee[:12]}, attendue {annoncee[:12]}). "
            "Rétablissez le fichier d'origine ; une correction se fait par un nouveau gel."
        )
    if contenu["format"] != FORMAT:
        raise ErreurDonnees(f"{chemin} : format de T0 {contenu['format']}, {FORMAT} attendu. Mettez mutunb à jour.")
    return _t0(contenu, chemin)


def _t0(contenu: Mapping[str, Any], chemin: Path) -> T0:
    directs = ("numero", "exercice", "auteur", "motif", "siren", "nom", "version", "empreinte")
    figes = ("couverture", "collectivites", "entrees", "constats")
    return T0(
        **{nom: contenu[nom] for nom in directs},
        **{nom: MappingProxyType(contenu[nom]) for nom in figes},
        date=datetime.date.fromisoformat(contenu["date"]),
        corrections=tuple(map(MappingProxyType, contenu["corrections"])),
        chemin=chemin,
        tables=MappingProxyType({nom: depuis_json(nom, table) for nom, table in contenu["tables"].items()}),
    )


def vers_json(table: pd.DataFrame) -> dict[str, Any]:
    """Table en JSON : colonnes et lignes, absences en ``null``, dates en AAAA-MM-JJ."""
    textes = table.copy()
    for nom in textes.columns:
        if pd.api.types.is_datetime64_any_dtype(textes[nom]):
            textes[nom] = textes[nom].dt.strftime("%Y-%m-%d")
    lignes = textes.astype(object).where(textes.notna(), None)
    return {"colonnes": list(table.columns), "lignes": [list(ligne) for ligne in lignes.itertuples(index=False)]}


def depuis_json(feuille: str, contenu: Mapping[str, Any]) -> pd.DataFrame:
    """L'inverse de :func:`vers_json` ; une colonne que le questionnaire ne connaît plus reste telle quelle."""
    table = pd.DataFrame(contenu["lignes"], columns=contenu["colonnes"], dtype="object")
    modele = table_vide(feuille) if feuille in questionnaire().noms else pd.DataFrame()
    for nom in table.columns:
        if nom in modele.columns:
            table[nom] = pd.Series(table[nom].tolist(), index=table.index, dtype="object").astype(modele[nom].dtype)
    if "_fiabilite" in table:
        table["_fiabilite"] = table["_fiabilite"].astype("int64")
    return table


def sans_marques(table: pd.DataFrame) -> pd.DataFrame:
    """Table gelée sans origine ni marques de qualité."""
    return table.drop(columns=[nom for nom in (*COLONNES_ORIGINE, *MARQUES) if nom in table.columns])
