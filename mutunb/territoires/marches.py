"""Les marchés publiés (DECP) d'un territoire : dernière version seule, montant compté une fois, fin estimée."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import decp
from mutunb.territoires.modeles import Territoire

#: techniques qui disent un achat déjà fait avec d'autres
CENTRALE = "centrale"


def marches_du_territoire(chemin: Path, territoire: Territoire) -> pd.DataFrame:
    """Marchés publiés par l'EPCI et ses communes, un par ligne, dans leur dernière version.

    Parameters
    ----------
    chemin : Path
        DECP réglementaires (``.json``) ou consolidées (``.parquet``).
    territoire : Territoire
        Acheteurs retenus : l'EPCI et ses communes.

    Returns
    -------
    pandas.DataFrame
        Colonnes de :func:`mutunb.territoires.connecteurs.decp.marches_distincts`, plus ``acheteur`` (nom), ``debut``
        (première notification connue), ``fin`` (début plus durée de la dernière version). Un montant douteux est gardé
        et se lit dans ``montant_douteux`` : à écarter avant toute somme.
    """
    noms = {territoire.siren: territoire.nom, **dict(zip(territoire.communes["siren"], territoire.communes["nom"], strict=True))}
    lus = _lire(Path(chemin), sorted(noms))
    lus = lus[lus["acheteur_siren"].isin(noms)]
    marches = decp.marches_distincts(lus)
    marches["acheteur"] = marches["acheteur_siren"].map(noms)
    debuts = lus.groupby("uid")["date_notification"].min()
    marches["debut"] = pd.to_datetime(marches["uid"].map(debuts.to_dict()))
    marches["fin"] = _fins(marches["debut"], marches["duree_mois"])
    return marches.sort_values(["acheteur", "debut", "uid"]).reset_index(drop=True)


def _lire(chemin: Path, acheteurs: list[str]) -> pd.DataFrame:
    lectures = {".json": decp.lire_json, ".parquet": lambda c: decp.lire_parquet(c, acheteurs)}
    if chemin.suffix.lower() not in lectures:
        raise ErreurDonnees(f"{chemin} : format inconnu. Attendu : un fichier .json ou .parquet des DECP.")
    return lectures[chemin.suffix.lower()](chemin)


def _fins(debuts: pd.Series, durees_mois: pd.Series) -> pd.Series:
    """Début plus durée, moins un jour ; absente si l'un des deux l'est."""
    fins = [
        pd.NaT if pd.isna(d) or pd.isna(m) else d + pd.DateOffset(months=int(m)) - pd.Timedelta(days=1)
        for d, m in zip(debuts, durees_mois, strict=True)
    ]
    return pd.Series(pd.to_datetime(fins), index=debuts.index, dtype="datetime64[ns]")


def en_contrats(marches: pd.DataFrame) -> pd.DataFrame:
    """Marchés publiés aux colonnes de la feuille « contrats » du questionnaire, sans les montants douteux.

    La DECP ne dit ni la reconduction ni le préavis : ces champs restent vides.
    """
    montants = marches["montant"].where(~marches["montant_douteux"].astype(bool))
    techniques = marches["techniques"].fillna("").str.casefold()
    return pd.DataFrame(
        {
            "siren": marches["acheteur_siren"],
            "collectivite": marches["acheteur"],
            "reference": marches["uid"],
            "objet": marches["objet"],
            "cpv": marches["code_cpv"],
            "titulaire": marches["titulaires"].where(marches["titulaires"].ne("")),
            "titulaire_siret": marches["titulaires"].where(marches["nb_titulaires"].eq(1)),
            "montant_total_eur": montants,
            "debut": marches["debut"],
            "fin": marches["fin"],
            "cadre": techniques.str.contains(CENTRALE).map({True: "centrale", False: None}),
            "source": "données essentielles de la commande publique",
        }
    )
