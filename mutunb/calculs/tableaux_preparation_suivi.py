"""Avant le premier suivi : quelles unités noter, quand annoncer et rembourser, ce que dira le relevé d'une commune."""

from __future__ import annotations

import datetime

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs import mentions
from mutunb.calculs.presence import est_un_stock
from mutunb.calculs.regularisation import Regularisation
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_regularisation import libelle_fonction

VOIES = {"ac": "imputation sur l'attribution", "facture": "facture", "mixte": "imputation et facture"}
#: instrument → comment l'article D.5211-16 s'y applique
APPLICATIONS = {"MADA": "s'applique", "MADD": "appliqué par la doctrine"}
#: ligne du relevé d'une commune → d'où elle vient
MODELE = (
    ("Unités prévues", "prévision de la convention"),
    ("Unités constatées", "état annuel, signé par la commune ; l'absence de recours s'écrit 0"),
    ("Mois de présence", "12, sauf entrée ou sortie en cours d'année"),
    ("Coût unitaire", "charges strictement liées, divisées par les unités de référence"),
    ("Construction du coût unitaire", "personnel, fournitures, contrats, renouvellement des biens, chacun en euros par unité"),
    ("Dû", "coût unitaire × unités constatées, au centime"),
    ("Versé", "factures payées et part imputée sur l'attribution"),
    ("Régularisation", "dû moins versé : positive, la commune complète ; négative, l'EPCI lui rend"),
    ("Tendance", "coût unitaire et dû des exercices précédents"),
)


def _commun(regularisation: Regularisation, source: str) -> dict:
    return {"perimetre": mentions.perimetre_bloc(regularisation.dossier.territoire), "source": source, "statuts": {}}


def tableau_unites(regularisation: Regularisation) -> Tableau | None:
    """Par fonction retenue : unités de fonctionnement constatables, comment elles se comptent, vigilance."""
    lignes = [
        (
            libelle_fonction(f),
            u.libelle,
            "à une date, au prorata des mois de présence" if est_un_stock(f, u.id) else "au fil de l'année",
            u.vigilance,
        )
        for f in regularisation.projet.choix
        for u in referentiel.fonction(f).unites_oeuvre
        if u.constatable
    ]
    if not lignes:
        return None
    return Tableau(
        id="regularisation_unites",
        titre="Unités de fonctionnement à noter, fonction par fonction",
        donnees=pd.DataFrame(lignes, columns=["service", "unite", "compte", "vigilance"]),
        unites=dict.fromkeys(("service", "unite", "compte", "vigilance"), "texte"),
        libelles={"service": "Fonction retenue", "unite": "Unité possible", "compte": "Se compte", "vigilance": "Vigilance"},
        note="La convention en choisit une par service, et fixe le volume par lequel les charges se divisent (usage, à vérifier).",
        **_commun(regularisation, "référentiel des fonctions"),
    )


def tableau_calendrier(regularisation: Regularisation) -> Tableau | None:
    """Par service retenu : date d'effet, annonce du coût unitaire, état annuel, régularisation du premier exercice."""
    droit = referentiel.droit("remboursement_mise_a_disposition")
    mois = int(droit.valeur("notification_premiere_annee"))
    lignes = [
        (
            libelle_fonction(f),
            formats.date(choix.date_effet),
            VOIES[choix.mode_financier],
            f"dans les {mois} mois de la signature, puis avant chaque budget",
            f"au {formats.date(datetime.date(choix.date_effet.year, 12, 31))}",
            f"{choix.date_effet.year + 1}, comptes arrêtés",
            APPLICATIONS.get(choix.instrument, "transposable, si la convention le dit"),
        )
        for f, choix in regularisation.projet.choix.items()
    ]
    if not lignes:
        return None
    colonnes = ["service", "effet", "voie", "annonce", "etat", "regularisation", "article"]
    return Tableau(
        id="regularisation_calendrier",
        titre="Quand annoncer, constater et régulariser",
        donnees=pd.DataFrame(lignes, columns=colonnes),
        unites=dict.fromkeys(colonnes, "texte"),
        libelles={
            "service": "Service", "effet": "Date d'effet", "voie": "Voie", "annonce": "Annonce du coût unitaire",
            "etat": "État annuel des unités", "regularisation": "Régularisation", "article": droit.texte,
        },
        note=f"Remboursement au moins une fois par an ({droit.texte}).",
        **_commun(regularisation, f"{droit.texte} ; décisions et recommandations du dossier"),
    )  # fmt: skip


def tableau_modele_releve(regularisation: Regularisation) -> Tableau | None:
    """Ce que portera le relevé d'une commune ; ``None`` dès qu'un suivi existe."""
    if regularisation.suivi is not None or not regularisation.projet.choix:
        return None
    return Tableau(
        id="regularisation_modele",
        titre="Modèle de relevé d'une commune",
        donnees=pd.DataFrame(MODELE, columns=["ligne", "origine"]),
        unites={"ligne": "texte", "origine": "texte"},
        libelles={"ligne": "Ce que lira la commune", "origine": "D'où cela viendra"},
        note="Une commune ne lit que ses propres chiffres, sauf si le dossier permet la diffusion financière.",
        **_commun(regularisation, "CGCT, art. D.5211-16"),
    )
