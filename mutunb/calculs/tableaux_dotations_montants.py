"""Les tableaux de montants des dotations : commune par commune, année par année, et ce que l'attribution figée laisse."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.attribution_figee import residu_attribution_figee
from mutunb.calculs.chiffrage_dotation import ANNEES
from mutunb.calculs.declarations import source
from mutunb.calculs.dotation import MAJORANT, MENTION
from mutunb.calculs.effets_dotations import DECLAREE, SOLDE_OFGL, EffetsDotations
from mutunb.calculs.monnaie import exact
from mutunb.calculs.tableau import Tableau
from mutunb.calculs.tableaux_dotations import DROIT, libelle_montant, source_dotations
from mutunb.calculs.tableaux_repartition import NOTE_MASQUE

EVOLUTION = "evolution_personnel"
MONTANTS = ("ac_avant_eur", "imputation_eur", "ac_apres_eur", "imputation_hab_eur", "potentiel_hab_eur")


def tableau_communes(effets: EffetsDotations) -> Tableau | None:
    """Attribution avant et après, facture équivalente, potentiel fiscal : une ligne par commune ; ``None`` en FA."""
    if effets.refus:
        return None
    declaree = effets.origine_ac == DECLAREE
    nom = "Attribution" if declaree else "AC + DSC (OFGL)"
    territoire, donnees = effets.dossier.territoire, _communes(effets)
    parts = "hypothese" if effets.illustratif else "estime"
    return Tableau(
        id="dotations_communes",
        titre=f"Chaque commune avant et après, {libelle_montant(effets)}",
        donnees=donnees,
        # à l'euro près : c'est ce qui se délibère
        unites={**dict.fromkeys(("commune", "situation"), "texte"), **dict.fromkeys(MONTANTS, "valeur")},
        libelles={
            "commune": "Commune",
            "ac_avant_eur": f"{nom}, avant (€)",
            "imputation_eur": "Part imputée ou facturée (€)",
            "ac_apres_eur": f"{nom}, après imputation (€)",
            "imputation_hab_eur": "Part (€/hab.)",
            "potentiel_hab_eur": "Variation du potentiel fiscal, si imputation (€/hab.)",
            "situation": "Ce qui change",
        },
        perimetre=mentions.perimetre_communes(territoire),
        source=f"{source(effets.dossier) if declaree else mentions.comptes(territoire)} ; {DROIT}",
        statuts={
            "ac_avant_eur": "declare" if declaree else "constate",
            **dict.fromkeys(("imputation_eur", "imputation_hab_eur"), parts),
            **dict.fromkeys(("ac_apres_eur", "potentiel_hab_eur"), "estime"),
        },
        note=_note_communes(effets),
        total=True,
        masque=None if effets.publiables else _masque(donnees),
    )


def _communes(effets: EffetsDotations) -> pd.DataFrame:
    """Une ligne par commune, puis l'ensemble."""
    table = effets.communes
    lignes = table.rename(columns={"nom": "commune"})[["commune", *(m for m in MONTANTS if m in table)]].copy()
    lignes["imputation_hab_eur"] = table["imputation_eur"] / table["population"].where(table["population"] > 0)
    lignes["situation"] = [_situation(c) for c in table.itertuples()]
    total = {"commune": "Ensemble", "situation": _ensemble(table), "imputation_eur": table["imputation_eur"].sum()}
    total |= {m: table[m].sum() if table[m].notna().all() else np.nan for m in ("ac_avant_eur", "ac_apres_eur")}
    total["imputation_hab_eur"] = table["imputation_eur"].sum() / table["population"].sum()
    return pd.concat([lignes, pd.DataFrame([total])], ignore_index=True)[["commune", *MONTANTS, "situation"]]


def _masque(donnees: pd.DataFrame) -> pd.DataFrame:
    """Parts de chaque commune et leur total cachés : avec le coût du service, il rendrait la part de l'EPCI."""
    masque = pd.DataFrame(False, index=donnees.index, columns=donnees.columns)
    masque[[*(m for m in MONTANTS if m != "ac_avant_eur"), "situation"]] = True
    return masque


def _situation(commune) -> str:
    if commune.incomplete:
        return "part à compléter : coût non connu"
    if commune.contributrice:
        return "devient contributrice"
    if commune.hors_service:
        return "hors du service"
    if np.isnan(commune.ac_avant_eur):
        return "attribution à demander"
    return "verse davantage" if commune.ac_avant_eur < 0 else "reçoit moins"


def _ensemble(table: pd.DataFrame) -> str:
    """Combien de communes deviennent contributrices, ou rien si les attributions manquent."""
    if table["ac_avant_eur"].isna().all():
        return ""
    combien = int(table["contributrice"].sum())
    if combien == 0:
        return "aucune commune ne bascule"
    return f"{formats.pluriel(combien, 'devient contributrice', 'deviennent contributrices')}"


def _note_communes(effets: EffetsDotations) -> str:
    notes = ["Facturée, la part est la même et l'attribution ne change pas. Une attribution négative est versée par la commune."]
    if effets.origine_ac == SOLDE_OFGL:
        notes.append(
            "Le solde « AC + DSC » des comptes n'est pas l'attribution délibérée, à demander avant toute conclusion."
        )
    if not effets.illustratif:
        notes.append("Les parts viennent d'un coût estimé : c'est l'ordre de grandeur qui compte, non l'euro.")
    else:
        notes.append("Parts d'illustration, selon la population : le coût du service n'est pas connu.")
    if not effets.publiables:
        notes.append(NOTE_MASQUE)
    notes.append(
        "Potentiel fiscal calculé sur la population totale ; la population DGF de chaque commune est à demander. Ses variations par "
        "habitant n'ont pas de total (« n.d. ») : en euros, leur somme est nulle."
    )
    return " ".join(notes)


def tableau_pluriannuel(effets: EffetsDotations) -> Tableau | None:
    """Dotation sans et avec imputation, de N à N+6 ; ``None`` sans fiche DGF."""
    if not effets.chaine:
        return None
    return Tableau(
        id="dotations_pluriannuel",
        titre=f"Dotation d'intercommunalité, {libelle_montant(effets)} en {effets.annee}",
        donnees=pd.DataFrame(
            {
                "annee": [f"{a.annee} (N{f'+{a.rang}' if a.rang else ''})" for a in effets.chaine],
                "sans": [float(a.sans_eur) for a in effets.chaine],
                "avec": [float(a.avec_eur) for a in effets.chaine],
                "gain": [float(a.gain_eur) for a in effets.chaine],
                "cumul": [float(a.cumul_eur) for a in effets.chaine],
                "borne": [a.borne_avec for a in effets.chaine],
            }
        ),
        unites={"annee": "texte", **dict.fromkeys(("sans", "avec", "gain", "cumul"), "eur"), "borne": "texte"},
        libelles={
            "annee": "Année",
            "sans": "Sans imputation, ou facturé",
            "avec": "Avec imputation",
            "gain": "Écart",
            "cumul": "Écart cumulé",
            "borne": "Borne qui joue",
        },
        perimetre=mentions.le_nom(effets.dossier.territoire),
        source=source_dotations(effets),
        statuts="estime",
        note=f"{MENTION.capitalize()}. Valeurs de point, population et critères constants. {MAJORANT}",
    )


def tableau_residu(effets: EffetsDotations) -> Tableau | None:
    """Ce qui reste à régler à côté d'une attribution figée, selon l'évolution du coût ; ``None`` en FA."""
    if effets.refus:
        return None
    hypothese = effets.dossier.hypotheses[EVOLUTION]
    bornes = {"bas": hypothese.bas, "central": hypothese.central, "haut": hypothese.haut}
    chaines = {b: residu_attribution_figee(effets.total_eur, exact(taux) / 100, ANNEES) for b, taux in bornes.items()}
    return Tableau(
        id="dotations_residu",
        titre=f"L'attribution est figée, le coût non : résidu annuel, {libelle_montant(effets)}",
        donnees=pd.DataFrame(
            {
                "annee": [f"{effets.annee + rang}" for rang in range(ANNEES)],
                **{b: [float(r.residu_eur) for r in chaine] for b, chaine in chaines.items()},
            }
        ),
        unites={"annee": "texte", **dict.fromkeys(bornes, "eur")},
        libelles={
            "annee": "Année",
            **{b: f"Coût +{formats.nombre(taux, 1)}\u00a0% par an" for b, taux in bornes.items()},
        },
        perimetre=mentions.perimetre_bloc(effets.dossier.territoire),
        source=f"calcul ; hypothèse : {hypothese.libelle.lower()}",
        statuts="hypothese",
        note="Sans révision de l'attribution ni facture du solde, c'est l'EPCI qui supporte le résidu.",
    )
