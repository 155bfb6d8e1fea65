"""Construire le référentiel national : lire un dossier, contrôler, écrire les Parquet, basculer d'un coup.

Éprouvé sur le jeu national au schéma, et de bout en bout sur des exports bruts (extraits réels de l'OFGL et
fichiers au format officiel écrits d'après des données réelles) ; pas sur les exports officiels entiers.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import duckdb
import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees, ErreurUsage
from mutunb.territoires import millesime as lecture_millesime
from mutunb.territoires import schema
from mutunb.territoires.assemblage import Tables, assembler, au_schema, fichiers_bruts
from mutunb.territoires.bascule import dossier_neuf
from mutunb.territoires.controles import controler, part_ville_centre
from mutunb.territoires.ecriture import ecrire_tables
from mutunb.territoires.exports import exports, verifier_millesime
from mutunb.territoires.modeles import Millesime
from mutunb.territoires.rapport import Rapport, entree_de, rapport_de
from mutunb.territoires.telechargement import telecharger as telecharger_exports

TEMOIN = lecture_millesime.NOM
TELECHARGEMENTS = "telechargements"
#: population légale en vigueur l'année M : celle de l'année M − 3
RECUL_POPULATION = 3


def construire(
    depuis: Path | None,
    telecharger: bool,
    millesime: str,
    vers: Path,
    adresses: Mapping[str, str] | None = None,
    progression: bool = True,
) -> Rapport:
    """Construit le référentiel national dans ``vers`` et rend le rapport.

    Parameters
    ----------
    depuis : pathlib.Path, optional
        Dossier de Parquet déjà au schéma, ou d'exports officiels bruts sous leurs noms (``exports_officiels.yaml``).
        Avec ``telecharger``, dossier où ranger les exports (par défaut, ``telechargements/<millesime>`` à côté
        de ``vers``).
    telecharger : bool
        Télécharger d'abord les exports officiels manquants.
    millesime : str
        Année du périmètre et de la DGF ; les comptes sont ceux de l'année d'avant.
    vers : pathlib.Path
        Dossier écrit d'un seul coup : ``epci``, ``communes``, ``communes_contours``, ``ept`` et ``millesime.json``.
    adresses : mapping, optional
        Adresses de téléchargement de remplacement.

    Raises
    ------
    ErreurDonnees
        Données absentes ou fausses : tous les constats ensemble ; ``vers`` n'est pas touché.
    """
    millesime = verifier_millesime(millesime)
    vers = Path(vers)
    if telecharger and depuis is None:
        depuis = vers.parent / TELECHARGEMENTS / millesime
    source = _source(depuis, vers)
    alertes: list[Constat] = []
    if telecharger:
        alertes += telecharger_exports(millesime, source, adresses, progression=progression).alertes
    au_schema_deja = not telecharger and (source / "epci.parquet").is_file()
    lire = _lire_parquet if au_schema_deja else _lire_exports
    dates, tables, entrees = lire(source, millesime, alertes)
    alertes += _controles(source, tables)
    tables["epci"] = tables["epci"].join(part_ville_centre(tables["communes"]), on="epci_siren")
    rapport = rapport_de(vers, dates, tables, alertes, [entree_de(chemin) for chemin in entrees])
    with dossier_neuf(vers, TEMOIN) as neuf:
        ecrire_tables(neuf, tables, rapport)
    return rapport


def _source(depuis: Path | None, vers: Path) -> Path:
    if depuis is None:
        raise ErreurUsage("Indiquez d'où viennent les données : --depuis DOSSIER ou --telecharger.")
    source = Path(depuis)
    if source.resolve() == vers.resolve() or vers.resolve() in source.resolve().parents:
        raise ErreurUsage(
            f"Le dossier lu ({source}) est dans le dossier écrit ({vers}), qui sera remplacé : choisissez-en un autre."
        )
    return source


def _lire_exports(source: Path, millesime: str, alertes: list[Constat]) -> tuple[Millesime, Tables, list[Path]]:
    fichiers = list(fichiers_bruts(source, millesime).values())
    if not fichiers:
        _refuser_dossier_inconnu(source, millesime)
    annee = int(millesime)
    dates = Millesime(datetime.date(annee, 1, 1), annee - 1, annee, annee - RECUL_POPULATION)
    tables, relevees = assembler(source, millesime)
    alertes += relevees
    return dates, tables, fichiers


def _refuser_dossier_inconnu(source: Path, millesime: str) -> None:
    """Un dossier sans aucun export connu mérite une réponse d'ensemble, pas la liste des absents."""
    if not source.is_dir():
        raise ErreurDonnees(f"{source} : dossier introuvable. Indiquez un dossier de Parquet ou d'exports officiels.")
    presents = sorted(chemin.name for chemin in source.iterdir())
    attendus = ", ".join(export.nom_fichier(millesime) for export in exports() if export.obligatoire)
    raise ErreurDonnees(
        f"{source} : ni Parquet au schéma (epci.parquet, communes.parquet), ni export officiel du millésime "
        f"{millesime} ({attendus}). Trouvé : {', '.join(presents[:8]) or 'rien'}{'…' if len(presents) > 8 else ''}."
    )


def _lire_parquet(source: Path, voulu: str, alertes: list[Constat]) -> tuple[Millesime, Tables, list[Path]]:
    dates = lecture_millesime.lire_millesime(source)
    if str(dates.perimetre.year) != voulu:
        raise ErreurUsage(
            f"{source} est au millésime {dates.perimetre.year}, pas {voulu} : indiquez "
            f"--millesime {dates.perimetre.year} ou un autre dossier."
        )
    chemins_lus = {nom: source / f"{nom}.parquet" for nom in schema.TABLES}
    constats: list[Constat] = []
    tables: Tables = {}
    with duckdb.connect() as connexion:
        for nom, chemin in chemins_lus.items():
            constats += _charger(connexion, nom, chemin, tables)
    if constats:
        raise ErreurDonnees.de_constats(f"Dossier {source}", constats)
    alertes += [
        Constat(f"dossier {source}", f"pas de {nom}.parquet", "une table facultative", "Rien n'est écrit.", "alerte")
        for nom in schema.TABLES if tables[nom].empty
    ]
    return dates, tables, [chemin for chemin in chemins_lus.values() if chemin.is_file()]


def _charger(connexion: duckdb.DuckDBPyConnection, nom: str, chemin: Path, tables: Tables) -> list[Constat]:
    colonnes = schema.TABLES[nom]
    if not chemin.is_file() and nom not in schema.TABLES_INDISPENSABLES:
        tables[nom] = au_schema(pd.DataFrame(), colonnes)
        return []
    if not chemin.is_file():
        return [Constat(chemin.name, "aucun fichier de ce nom", "une table Parquet", "Complétez le dossier.")]
    try:
        decrites = connexion.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(chemin)]).fetchall()
        types = {colonne: type_ for colonne, type_, *_ in decrites}
        manques = schema.constats_de_colonnes(chemin.name, colonnes, types)
        if not manques:
            choix = ", ".join(schema.noms(colonnes))
            lue = connexion.execute(f"SELECT {choix} FROM read_parquet(?)", [str(chemin)]).df()
            tables[nom] = au_schema(lue, colonnes)
    except duckdb.Error:
        return [Constat(chemin.name, "un fichier illisible ou tronqué", "une table Parquet", "Copiez-le de nouveau.")]
    return manques


def _controles(source: Path, tables: Tables) -> list[Constat]:
    """Alertes des contrôles ; les erreurs arrêtent tout, ensemble."""
    constats = controler(tables)
    erreurs = [constat for constat in constats if constat.gravite == "erreur"]
    if erreurs:
        raise ErreurDonnees.de_constats(f"Contrôle des données de {source}", erreurs)
    return constats
