"""Télécharger les exports officiels d'un millésime : empreintes consignées, reprise, rien de moitié écrit.

Éprouvé contre un serveur HTTP local qui sert de vrais extraits ; les serveurs officiels n'ont pas été appelés ici.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import pooch

from mutunb.chemins import ecrire
from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage
from mutunb.territoires.exports import CONTROLES, Export, exports, verifier_millesime
from mutunb.territoires.reprise import TelechargeurReprise

JOURNAL = "telechargements.json"
RECEPTION = ".reception"


@dataclass(frozen=True)
class Telecharge:
    """Un export sur le disque : ``sha256`` et ``taille`` (octets) du fichier, ``le`` = date de téléchargement."""

    export: str
    fichier: str
    adresse: str
    sha256: str
    taille: int
    le: str
    deja_la: bool = False


@dataclass(frozen=True)
class Telechargements:
    """Résultat : les fichiers obtenus et, en alertes, les exports facultatifs qui n'ont pas pu l'être."""

    dossier: Path
    fichiers: tuple[Telecharge, ...]
    alertes: tuple[Constat, ...] = ()


def telecharger(
    millesime: str,
    vers: Path,
    adresses: Mapping[str, str] | None = None,
    choix: Iterable[str] | None = None,
    tentatives: int = 3,
    delai_s: float = 60,
    progression: bool = True,
) -> Telechargements:
    """Télécharge dans ``vers`` les exports du millésime, sauf ceux qui y sont déjà avec la même empreinte.

    Parameters
    ----------
    millesime : str
        Année du périmètre, par exemple « 2025 » (les comptes sont ceux de l'année d'avant).
    vers : pathlib.Path
        Dossier d'arrivée ; ``telechargements.json`` y consigne adresse, SHA-256, taille et date.
    adresses : mapping, optional
        Adresse de remplacement par identifiant d'export.
    choix : iterable of str, optional
        Identifiants à télécharger ; tous par défaut.
    tentatives, delai_s
        Essais par fichier, et attente maximale d'une réponse en secondes.

    Raises
    ------
    ErreurDonnees
        Un export obligatoire n'a pas pu être obtenu ; tous les échecs sont dits ensemble.
    """
    millesime = verifier_millesime(millesime)
    vers = Path(vers)
    adresses = dict(adresses or {})
    obtenus: list[Telecharge] = []
    echecs: list[Constat] = []
    for export in _choisis(choix, adresses):
        adresse = adresses.get(export.id, export.url(millesime))
        try:
            obtenus.append(_obtenir(export, adresse, millesime, vers, tentatives, delai_s, progression))
        except ErreurDonnees as erreur:
            echecs.append(_echec(export, millesime, vers, erreur))
    if any(echec.gravite == "erreur" for echec in echecs):
        raise ErreurDonnees.de_constats(f"Téléchargement du millésime {millesime}", echecs)
    return Telechargements(vers, tuple(obtenus), tuple(echecs))


def _choisis(choix: Iterable[str] | None, adresses: Mapping[str, str]) -> list[Export]:
    connus = {export.id: export for export in exports()}
    voulus = list(connus) if choix is None else list(choix)
    for nom in [*voulus, *adresses]:
        if nom not in connus:
            raise ErreurUsage.nom_inconnu("Export", nom, connus)
    return [connus[nom] for nom in voulus]


def _obtenir(
    export: Export, adresse: str, millesime: str, vers: Path, tentatives: int, delai_s: float, progression: bool
) -> Telecharge:
    fichier = vers / export.nom_fichier(millesime)
    connu = _journal(vers).get(fichier.name)
    if connu and fichier.is_file() and connu["adresse"] == adresse and pooch.file_hash(fichier) == connu["sha256"]:
        return Telecharge(**{**connu, "deja_la": True})
    reception = vers / RECEPTION
    reception.mkdir(parents=True, exist_ok=True)
    recu = reception / fichier.name
    recu.unlink(missing_ok=True)
    pooch.get_logger().setLevel("WARNING")
    telechargeur = TelechargeurReprise(recu, export.libelle, tentatives, delai_s, progression)
    pooch.retrieve(adresse, known_hash=None, fname=recu.name, path=reception, downloader=telechargeur)
    _controler(export, recu, adresse)
    obtenu = Telecharge(
        export.id, fichier.name, adresse, pooch.file_hash(recu), recu.stat().st_size,
        datetime.datetime.now(datetime.UTC).date().isoformat(),
    )
    recu.replace(fichier)
    _consigner(vers, obtenu)
    _ranger(reception)
    return obtenu


def _controler(export: Export, recu: Path, adresse: str) -> None:
    """Le fichier reçu doit se lire comme l'export attendu ; sinon il disparaît et l'ancien reste."""
    try:
        CONTROLES[export.controle](recu)
    except ErreurDonnees as erreur:
        recu.unlink(missing_ok=True)
        _ranger(recu.parent)
        raise ErreurDonnees(f"{adresse} : fichier reçu, mais ce n'est pas l'export attendu. {erreur}",
                            erreur.constats) from erreur


def _echec(export: Export, millesime: str, vers: Path, erreur: ErreurDonnees) -> Constat:
    return Constat(
        f"{export.libelle} ({export.id})",
        str(erreur),
        f"le fichier {export.nom_fichier(millesime)}",
        f"Corrigez l'adresse dans exports_officiels.yaml, ou déposez vous-même le fichier dans {vers} sous ce nom, "
        "puis relancez avec --depuis ce dossier.",
        "erreur" if export.obligatoire else "alerte",
    )


def _journal(vers: Path) -> dict[str, dict[str, object]]:
    chemin = vers / JOURNAL
    if not chemin.is_file():
        return {}
    try:
        return json.loads(chemin.read_text(encoding="utf-8"))["fichiers"]
    except (ValueError, KeyError, TypeError):
        return {}


def _consigner(vers: Path, obtenu: Telecharge) -> None:
    fiche = asdict(obtenu)
    del fiche["deja_la"]
    fichiers = dict(sorted({**_journal(vers), obtenu.fichier: fiche}.items()))
    ecrire(vers / JOURNAL, json.dumps({"version": 1, "fichiers": fichiers}, ensure_ascii=False, indent=2) + "\n")


def _ranger(reception: Path) -> None:
    if not any(reception.iterdir()):
        reception.rmdir()
