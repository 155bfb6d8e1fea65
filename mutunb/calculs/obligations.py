"""Ce que le pilotage doit à la loi et à la convention, année après année, et le premier rendez-vous de chacun."""

from __future__ import annotations

import datetime

import pandas as pd

from mutunb import formats, referentiel
from mutunb.calculs.dotation import DELAI_EFFET_ANS
from mutunb.calculs.projet import Projet
from mutunb.calculs.scenarios import CONTRATS_SEULS

COLONNES = ("quoi", "quand", "premier", "qui", "texte", "niveau")
REMBOURSEMENT, SCHEMA, ACTIVITE = "remboursement_mise_a_disposition", "schema_mutualisation", "rapport_activite"


def obligations(projet: Projet) -> pd.DataFrame:
    """Obligations et rendez-vous du pilotage, dans l'ordre de l'année (:data:`COLONNES`) ; vide sans fonction retenue.

    ``premier`` : première échéance, déduite de la date d'effet la plus proche ; ``niveau`` : niveau de preuve de la règle.
    """
    if not projet.choix:
        return pd.DataFrame(columns=list(COLONNES))
    premiere = min(choix.date_effet for choix in projet.choix.values())
    services = [choix.date_effet for choix in projet.choix.values() if choix.instrument not in CONTRATS_SEULS]
    effet = min(services, default=premiere)
    remboursement, schema, activite = (referentiel.droit(nom) for nom in (REMBOURSEMENT, SCHEMA, ACTIVITE))
    mois = int(remboursement.valeur("notification_premiere_annee"))
    an = int(remboursement.valeur("periodicite_max"))
    impute = any(choix.mode_financier in ("ac", "mixte") for choix in projet.choix.values())
    lignes = [
        ("Geler l'état de départ (T0)", "une fois, avant l'ouverture", f"avant le {formats.date(premiere)}", "EPCI et communes",
         "pratique", "B"),
        ("Notifier le coût unitaire, première année", f"dans les {mois} mois de la signature", f"{mois} mois après la signature",
         "celui qui met à disposition", remboursement.texte, "A"),
        ("Notifier le coût unitaire", "chaque année, avant le vote du budget", f"avant le budget {effet.year + 1}",
         "celui qui met à disposition", remboursement.texte, "A"),
        ("Dresser l'état annuel des unités", "chaque année, à la clôture", f"début {effet.year + 1}", "le service, avec les communes",
         remboursement.texte, "A"),
        ("Rembourser, puis régulariser", f"au rythme de la convention, {formats.pluriel(an, 'an')} au plus", f"avant fin {effet.year}",
         "communes et EPCI", remboursement.texte, "A"),
        ("Réunir le comité de suivi", "un, trois, six et douze mois après l'ouverture", formats.date(_dans_un_mois(effet)),
         "élus et responsables de service", "convention", "B"),
        ("Rendre compte de l'avancement au conseil", "chaque année, au débat d'orientation budgétaire ou, à défaut, au vote du "
         "budget, si un schéma existe", f"débat sur le budget {effet.year + 1}", "président de l'EPCI", schema.texte, "A"),
        ("Adresser le rapport d'activité aux communes", "chaque année, avant le 30 septembre", f"30 septembre {effet.year + 1}",
         "président de l'EPCI", activite.texte, activite.niveau),
    ]  # fmt: skip
    if impute:
        lignes.append(
            ("Lire l'effet de l'imputation sur le CIF et la dotation", "deux ans après que l'attribution a baissé",
             str(effet.year + DELAI_EFFET_ANS), "EPCI", "CGCT, art. L.5211-28 et L.5211-29", "A-t")
        )  # fmt: skip
    return pd.DataFrame(lignes, columns=list(COLONNES))


def _dans_un_mois(jour: datetime.date) -> datetime.date:
    suivant = jour.month % 12 + 1
    return jour.replace(year=jour.year + (suivant == 1), month=suivant, day=min(jour.day, 28))
