"""Les bases de la sécurité et les rôles : sauvegarde essayée, authentification, administrateur seul, RGPD, RGS.

Ce sont des réponses au questionnaire, non un audit. Rien n'y dit qu'une collectivité relève de NIS2.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mutunb.calculs.applications import Inventaire

REPONSES = ("oui", "en_partie", "non", "inconnu")
POINTS = {
    "sauvegarde": "Sauvegarde restaurée en test",
    "mfa": "Authentification renforcée",
    "administrateurs": "Plus d'un administrateur",
}
AUTORITES = ("epci", "commune", "ccas", "cias", "caisse_ecoles", "syndicat", "regie")
#: qui traite les données à la place de la collectivité, selon l'hébergement
SOUS_TRAITANTS = {"epci": "l'EPCI", "prestataire": "le prestataire d'hébergement", "en_ligne": "l'éditeur du logiciel en ligne"}


def bases_par_entite(inventaire: Inventaire) -> pd.DataFrame:
    """Réponse de chaque entité aux trois points (:data:`POINTS`) : ``siren``, ``entite``, puis une colonne par point.

    Un point est ``oui`` s'il l'est pour toutes les lignes renseignées, ``en_partie`` pour certaines, ``non`` pour aucune,
    ``inconnu`` si personne n'a répondu (« ne sait pas » compris). Une sauvegarde est bonne si son dernier essai date de
    moins de ``fraicheur_mois`` : le jour anniversaire, elle ne l'est plus. Un essai daté d'après la référence ne compte pas.
    """
    limite = pd.Timestamp(inventaire.reference) - pd.DateOffset(months=int(inventaire.fraicheur_mois))
    table = inventaire.table
    essais = table["sauvegarde_testee_le"].where(table["sauvegarde_testee_le"] <= pd.Timestamp(inventaire.reference))
    points = pd.DataFrame(
        {
            "siren": table["siren"],
            "entite": table["entite"],
            "sauvegarde": (essais > limite).where(essais.notna(), None).astype("object"),
            "mfa": table["mfa"].map({"oui": True, "non": False}).astype("object"),
            "administrateurs": table["administrateur_unique"].map({"oui": False, "non": True}).astype("object"),
        }
    )
    if points.empty:
        return points
    par_entite = points.groupby("siren", sort=False).agg({"entite": "first", **dict.fromkeys(POINTS, _reponse)})
    return par_entite.sort_values("entite").reset_index()


def _reponse(reponses: pd.Series) -> str:
    connues = reponses.dropna().astype(bool)
    if connues.empty:
        return "inconnu"
    return "oui" if connues.all() else "en_partie" if connues.any() else "non"


def bases_resumees(inventaire: Inventaire) -> pd.DataFrame:
    """Nombre d'entités par réponse et par point : ``point``, puis :data:`REPONSES` ; aucune entité n'est nommée."""
    entites = bases_par_entite(inventaire)
    lignes = [
        (libelle, *(int(entites[nom].eq(reponse).sum()) for reponse in REPONSES)) for nom, libelle in POINTS.items()
    ]
    return pd.DataFrame(lignes, columns=["point", *REPONSES])


def roles_rgpd(inventaire: Inventaire) -> pd.DataFrame:
    """Situations où un tiers traite les données d'une collectivité (RGPD, art. 28).

    Returns
    -------
    DataFrame
        ``situation``, ``sous_traitant``, ``entites`` (nombre de responsables de traitement), ``clause`` : ``oui``,
        ``non``, ``inconnu`` (à établir). Rôles présumés : si les parties décident ensemble des finalités et des moyens,
        elles sont responsables conjoints (art. 26).
    """
    lignes = [*_roles_mutualisations(inventaire), *_roles_hebergement(inventaire)]
    return pd.DataFrame(lignes, columns=["situation", "sous_traitant", "entites", "clause"])


def _roles_mutualisations(inventaire: Inventaire) -> Iterator[tuple[str, str, int, str]]:
    relations = inventaire.mutualisations
    if relations.empty:
        return
    for r in relations[relations["fonction"] == "systemes_information"].itertuples():
        beneficiaires = {s.strip() for s in str(r.beneficiaires).split(";") if s.strip().isdigit()} - {r.porteur_siren}
        porteur = inventaire.noms.get(r.porteur_siren, str(r.porteur_siren))
        yield f"service informatique mutualisé ({str(r.forme).upper()})", porteur, len(beneficiaires), _clause(r)


def _clause(relation: tuple) -> str:
    cites = {
        nom: {point.strip() for point in str(getattr(relation, nom, "")).split(";")} for nom in ("conformite", "non_conformite")
    }
    if "donnees_personnelles" in cites["non_conformite"]:
        return "non"
    return "oui" if "donnees_personnelles" in cites["conformite"] else "inconnu"


def _roles_hebergement(inventaire: Inventaire) -> Iterator[tuple[str, str, int, str]]:
    table = inventaire.table
    for mode, sous_traitant in SOUS_TRAITANTS.items():
        lignes = table[(table["hebergement"] == mode) & ~((mode == "epci") & (table["siren"] == inventaire.epci))]
        if not lignes.empty:
            yield "applications hébergées hors de la collectivité", sous_traitant, lignes["siren"].nunique(), "inconnu"


def attestations(inventaire: Inventaire) -> pd.DataFrame:
    """Chaque autorité et la date de son attestation de sécurité : ``siren``, ``autorite``, ``signee_le`` (NaT si non donnée).

    Autorités : l'EPCI, ses communes et les établissements déclarés dans la feuille « entités ».
    """
    entites = inventaire.entites.reindex(columns=["siren", "nom", "nature", "attestation_rgs_le"])
    entites = entites[entites["nature"].isin(AUTORITES)].drop_duplicates("siren", keep="last").set_index("siren")
    noms = {**inventaire.noms, **entites["nom"].dropna().to_dict()}
    dates = pd.to_datetime(entites["attestation_rgs_le"], errors="coerce")
    lignes = [(siren, nom, dates.get(siren, pd.NaT)) for siren, nom in noms.items()]
    return pd.DataFrame(lignes, columns=["siren", "autorite", "signee_le"]).astype({"signee_le": "datetime64[ns]"})
