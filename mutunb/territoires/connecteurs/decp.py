"""DECP : marchés publics au format réglementaire 2022 (JSON) ou consolidé 2026 (Parquet), une même table.

Une ligne = marché × titulaire × version. Le montant est celui du marché : il ne se somme jamais par titulaire,
voir :func:`marches_distincts`. Ce qui est douteux (valeurs « test », titulaire absent, montant aberrant) reste
tel que lu et se lit dans la colonne ``anomalie``. Éprouvé sur de vrais extraits des deux formats ; le fichier
consolidé entier (plus de 200 Mo) n'a pas été lu ici.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import lecture
from mutunb.territoires.connecteurs.decp_json import lignes_json

QUOI_PARQUET = "le Parquet des DECP consolidées (une ligne par marché et titulaire)"
#: au-delà, le montant d'un seul marché du bloc communal est tenu pour une erreur de saisie
MONTANT_ABERRANT_EUR = 1_000_000_000
#: en deçà ou à ce montant, il est symbolique : on ne peut rien en dire
MONTANT_SYMBOLIQUE_EUR = 1

#: colonne canonique → colonne du Parquet consolidé
PARQUET = {
    "uid": "uid",
    "id": "id",
    "nature": "nature",
    "acheteur_id": "acheteur_id",
    "acheteur_nom": "acheteur_nom",
    "titulaire_id": "titulaire_id",
    "titulaire_type": "titulaire_typeIdentifiant",
    "titulaire_nom": "titulaire_nom",
    "objet": "objet",
    "code_cpv": "codeCPV",
    "procedure": "procedure",
    "techniques": "techniques",
    "montant": "montant",
    "duree_mois": "dureeMois",
    "duree_restante_mois": "dureeRestanteMois",
    "offres_recues": "offresRecues",
    "date_notification": "dateNotification",
    "date_publication": "datePublicationDonnees",
    "version": "modification_id",
    "donnees_actuelles": "donneesActuelles",
    "anomalie_source": "montant_anomalie",
    "anomalie_raisons": "montant_anomalie_raisons",
}
OBLIGATOIRES = (
    "uid", "id", "acheteur_id", "titulaire_id", "objet", "montant", "duree_mois", "date_notification", "code_cpv",
    "version", "donnees_actuelles",
)
COLONNES = (
    "uid", "id", "nature", "acheteur_id", "acheteur_siren", "acheteur_nom", "titulaire_id", "titulaire_type",
    "titulaire_nom", "objet", "code_cpv", "procedure", "techniques", "montant", "duree_mois", "duree_restante_mois",
    "offres_recues", "date_notification", "date_publication", "version", "derniere_version", "montant_douteux",
    "anomalie",
)
#: la même chose en capitales dans une partie des sources
NATURES = {"MARCHE": "Marché", "ACCORD-CADRE": "Accord-cadre"}
_DATES = ("date_notification", "date_publication")
_NOMBRES = ("montant", "duree_mois", "duree_restante_mois", "offres_recues")


def lire_json(chemin: Path) -> pd.DataFrame:
    """DECP réglementaire 2022 : colonnes :data:`COLONNES`, versions 0 (notification) puis une par modification."""
    lignes = lignes_json(chemin)
    brut = pd.DataFrame(lignes, columns=[*PARQUET, "anomalie"])
    brut["donnees_actuelles"] = None
    return _canonique(brut)


def lire_parquet(chemin: Path, acheteurs: list[str] | None = None) -> pd.DataFrame:
    """DECP consolidées : colonnes :data:`COLONNES` ; ``acheteurs`` restreint la lecture à ces SIREN."""
    lecture.refuser_faux_fichier(chemin, QUOI_PARQUET)
    adresse = str(chemin)
    try:
        with duckdb.connect() as connexion:
            decrites = connexion.execute("DESCRIBE SELECT * FROM read_parquet(?)", [adresse]).fetchall()
            presentes = {nom for nom, *_ in decrites}
            _exiger(chemin, presentes)
            choix = ", ".join(f'"{source}" AS {nom}' for nom, source in PARQUET.items() if source in presentes)
            filtre = "" if acheteurs is None else ' WHERE list_contains(?, left("acheteur_id", 9))'
            valeurs = [adresse] if acheteurs is None else [adresse, acheteurs]
            brut = connexion.execute(f"SELECT {choix} FROM read_parquet(?){filtre}", valeurs).df()
    except duckdb.Error as erreur:
        raise ErreurDonnees(
            f"{chemin} : Parquet illisible ou tronqué. Attendu : {QUOI_PARQUET}. Téléchargez-le de nouveau."
        ) from erreur
    brut["anomalie"] = ""
    return _canonique(brut.reindex(columns=[*PARQUET, "anomalie"]))


def marches_distincts(marches: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par marché, dans sa dernière version : le seul endroit où les montants se somment.

    Ajoute ``nb_titulaires`` et ``titulaires`` (identifiants séparés par « ; ») ; ``anomalie`` réunit celles des
    lignes. Un marché dont les lignes donnent des montants différents porte le plus grand et le dit.
    """
    derniers = marches[marches["derniere_version"]].sort_values(["uid", "montant"], na_position="first")
    par_marche = derniers.groupby("uid")
    lignes = par_marche.last()
    lignes["titulaires"] = par_marche["titulaire_id"].agg(lambda ids: " ; ".join(sorted(ids.dropna().unique())))
    lignes["nb_titulaires"] = par_marche["titulaire_id"].nunique()
    lignes["anomalie"] = par_marche["anomalie"].agg(_reunies)
    divergents = par_marche["montant"].nunique() > 1
    motif = "montants différents selon le titulaire, le plus grand est repris"
    lignes["anomalie"] = _ajouter(lignes["anomalie"], divergents, motif)
    return lignes.drop(columns=["titulaire_id", "titulaire_type", "titulaire_nom", "derniere_version"]).reset_index()


def constats_anomalies(marches: pd.DataFrame, chemin: Path) -> list[Constat]:
    """Une alerte par marché douteux, pour le journal."""
    douteux = marches[marches["anomalie"].ne("")].drop_duplicates(["uid", "anomalie"])
    return [
        Constat(f"{chemin}, marché {uid}", anomalie, "une donnée vérifiable", "À vérifier auprès de l'acheteur.",
                "alerte")
        for uid, anomalie in zip(douteux["uid"], douteux["anomalie"], strict=True)
    ]


def _canonique(brut: pd.DataFrame) -> pd.DataFrame:
    table = brut.copy()
    for colonne in (*_NOMBRES, *_DATES):
        lus = _dates(table[colonne]) if colonne in _DATES else pd.to_numeric(table[colonne], errors="coerce")
        illisibles = table[colonne].notna() & lus.isna()
        motifs = f"{colonne} illisible : " + table[colonne].astype("str")
        table["anomalie"] = _ajouter(table["anomalie"], illisibles, motifs)
        table[colonne] = lus if colonne in _DATES else lus.astype("float64")
    for colonne in (nom for nom in COLONNES if nom in PARQUET and nom not in (*_NOMBRES, *_DATES, "version")):
        table[colonne] = table[colonne].astype("str")
    table["nature"] = table["nature"].replace(NATURES)
    table["version"] = pd.to_numeric(table["version"], errors="coerce").astype("Int64")
    table["code_cpv"] = table["code_cpv"].str.extract(r"^(\d{8})", expand=False)
    table["acheteur_siren"] = table["acheteur_id"].str[:9]
    table = _sans_repetition(table)
    table["derniere_version"] = _dernieres(table)
    motifs = _motifs_montant(table)
    table["montant_douteux"] = motifs.ne("")
    table["anomalie"] = _ajouter(_ajouter(table["anomalie"], motifs.ne(""), motifs), _identifiant_faux(table),
                                 "SIRET de l'acheteur fictif ou mal formé")
    return table[list(COLONNES)].reset_index(drop=True)


def _dates(colonne: pd.Series) -> pd.Series:
    return pd.to_datetime(colonne, errors="coerce", format="ISO8601")


def _sans_repetition(table: pd.DataFrame) -> pd.DataFrame:
    """Les lignes identiques (même marché, titulaire, version et montant) n'en font qu'une, et on le dit."""
    cles = ["uid", "titulaire_id", "version", "montant", "date_notification"]
    repetees = table.duplicated(cles, keep=False)
    table["anomalie"] = _ajouter(table["anomalie"], repetees, "ligne répétée dans la source")
    return table.drop_duplicates(cles).copy()


def _dernieres(table: pd.DataFrame) -> pd.Series:
    """Ce que dit la source ; à défaut, la plus haute version connue du marché."""
    version = table["version"].fillna(0)
    calculee = version.eq(version.groupby(table["uid"]).transform("max"))
    dite = table["donnees_actuelles"]
    return dite.where(dite.notna(), calculee).astype(bool)


def _motifs_montant(table: pd.DataFrame) -> pd.Series:
    montant = table["montant"]
    motifs = pd.Series("", index=table.index)
    motifs[montant.isna()] = "montant absent"
    motifs[montant.le(MONTANT_SYMBOLIQUE_EUR)] = "montant nul, négatif ou symbolique"
    motifs[montant.gt(MONTANT_ABERRANT_EUR)] = "montant aberrant (plus d'un milliard d'euros)"
    source = table["anomalie_source"].notna()
    motifs[source] = "montant " + table["anomalie_source"].astype("str") + " selon la source"
    return motifs


def _identifiant_faux(table: pd.DataFrame) -> pd.Series:
    acheteur = table["acheteur_id"].fillna("")
    return ~acheteur.str.fullmatch(r"\d{14}") | acheteur.str.endswith("000000000000")


def _ajouter(anomalies: pd.Series, ou: pd.Series, motif: pd.Series | str) -> pd.Series:
    motifs = motif if isinstance(motif, pd.Series) else pd.Series(motif, index=anomalies.index)
    completees = np.where(anomalies.eq(""), motifs, anomalies + " ; " + motifs)
    return pd.Series(np.where(ou, completees, anomalies), index=anomalies.index, dtype="str")


def _reunies(anomalies: pd.Series) -> str:
    motifs = [motif for anomalie in anomalies for motif in anomalie.split(" ; ") if motif]
    return " ; ".join(dict.fromkeys(motifs))


def _exiger(chemin: Path, presentes: set[str]) -> None:
    colonnes = [lecture.Colonne(nom, (source,), nom in OBLIGATOIRES) for nom, source in PARQUET.items()]
    trouvees = {nom: source for nom, source in PARQUET.items() if source in presentes}
    lecture.exiger(trouvees, sorted(presentes), colonnes, f"{chemin}, colonnes", QUOI_PARQUET)
