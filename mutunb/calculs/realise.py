"""Ce qu'une fonction a vraiment coûté, employé et servi dans un exercice suivi ; un exercice partiel se prolonge, et le dit.

Prolongement d'un exercice partiel (prorata temporis) : ce qui est constaté à la date d'arrêt est rapporté à la part de
l'année écoulée. Un montant déjà annuel (budget, coût annualisé d'un bien) ne se prolonge pas, un stock (postes, comptes,
habitants) non plus : c'est un inventaire, pas un flux.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.cout_unitaire import cout_moyen_annualise
from mutunb.dossier.suivi import ExerciceSuivi
from mutunb.erreurs import ErreurDonnees

MOIS = 12
#: unités du référentiel qui se comptent à un jour donné
STOCKS = frozenset(
    {"poste", "compte", "serveur", "application", "site", "habitant", "budget", "régie", "agent", "traitement", "m²", "bien",
     "commune/an", "€/an"}
)  # fmt: skip


@dataclass(frozen=True)
class Realise:
    """Une fonction dans un exercice.

    Attributes
    ----------
    fonction : str
    exercice : int
    cout_eur, personnel_eur : float
        Coût de l'année (€), tout compris, et sa part de personnel ; NaN si une charge manque.
    etp, etp_prevus : float
        ETP des agents du service, tous employeurs ; NaN si aucun n'est noté.
    usagers : DataFrame
        Une ligne par entité, indexée par SIREN : ``unite, prevues, constatees`` (ramenées à l'année), ``presence`` (0 à 1).
    prolonge : bool
        Vrai si l'exercice est partiel : coût et unités sont une prévision à la clôture.
    manques : tuple of str
        Ce qui empêche de connaître le coût ou les unités.
    """

    fonction: str
    exercice: int
    cout_eur: float
    personnel_eur: float
    etp: float
    etp_prevus: float
    usagers: pd.DataFrame
    prolonge: bool
    manques: tuple[str, ...] = ()

    @property
    def statut(self) -> str:
        """``constate``, ou ``estime`` si l'exercice est prolongé."""
        return "estime" if self.prolonge else "constate"

    @property
    def unite(self) -> str:
        """Unité de fonctionnement, si elle est unique ; vide sinon."""
        unites = set(self.usagers["unite"].dropna())
        return unites.pop() if len(unites) == 1 else ""

    @property
    def presences(self) -> pd.Series:
        """Présence dans l'année (0 à 1) de chaque usager."""
        return self.usagers["presence"].groupby(level=0).max()


def realiser(suivi: ExerciceSuivi, fonction: str) -> Realise:
    """Coût, effectif et usagers d'une fonction dans un exercice suivi.

    Notes
    -----
    Une charge dite sans lien strict avec le service n'entre pas dans son coût, comme au T0. Les flux entre l'EPCI et les
    communes (factures, attributions) n'en sont pas non plus.
    """
    charges = suivi.table("charges")
    charges = charges[charges["fonction"].eq(fonction) & ~charges["strictement_lie"].eq("non")]
    part = suivi.part_ecoulee
    montants = pd.Series([_montant(ligne, part) for ligne in charges.itertuples()], index=charges.index, dtype=float)
    personnel = montants[charges["nature"].eq("personnel")]
    etp = suivi.table("etp")
    etp = etp[etp["fonction"].eq(fonction)]
    usagers = _usagers(suivi, fonction)
    manques = list(_manques(charges, montants, usagers, part))
    return Realise(
        fonction,
        suivi.exercice,
        float(montants.sum(skipna=False)) if len(montants) else np.nan,
        float(personnel.sum(skipna=False)) if len(montants) else np.nan,
        float(etp["etp_reel"].sum(min_count=1)),
        float(etp["etp_prevu"].sum(min_count=1)),
        usagers,
        not suivi.complet,
        tuple(manques),
    )


def _montant(charge, part: float) -> float:
    """Montant annuel d'une charge (€)."""
    if pd.notna(charge.remplacement_eur):
        autres = (charge.charges_financieres_eur, charge.entretien_eur_an, charge.ressources_eur)
        try:
            return float(cout_moyen_annualise(charge.remplacement_eur, charge.duree_ans, *(0 if pd.isna(a) else a for a in autres)))
        except ErreurDonnees:  # sans durée, aucune annuité : dit dans les manques
            return np.nan
    if charge.source_montant == "budget" or pd.isna(charge.montant_eur):
        return float(charge.montant_eur) if pd.notna(charge.montant_eur) else np.nan
    return float(charge.montant_eur) / part


def _usagers(suivi: ExerciceSuivi, fonction: str) -> pd.DataFrame:
    table = suivi.table("unites")
    table = table[table["fonction"].eq(fonction)].dropna(subset="siren")
    lignes = [
        {
            "siren": u.siren,
            "unite": u.unite,
            "prevues": u.unites_prevues,
            "constatees": u.unites_constatees * _prolongement(suivi, u),
            "presence": (MOIS if pd.isna(u.mois_presence) else u.mois_presence) / MOIS,
            "mouvement": u.mouvement,
        }
        for u in table.itertuples()
    ]
    return pd.DataFrame(lignes, columns=["siren", "unite", "prevues", "constatees", "presence", "mouvement"]).set_index("siren")


def _prolongement(suivi: ExerciceSuivi, usager) -> float:
    """Jours de présence de l'année, sur ceux déjà écoulés à la date d'arrêt."""
    if suivi.complet or est_inventaire(usager.fonction, usager.unite):
        return 1.0
    if not np.isfinite(suivi.part_ecoulee):
        return np.nan
    debut, fin = suivi.debut, datetime.date(suivi.exercice, 12, 31)
    if pd.notna(usager.date_mouvement):
        jour = pd.Timestamp(usager.date_mouvement).date()
        debut, fin = (max(debut, jour), fin) if usager.mouvement == "entree" else (debut, min(fin, jour))
    ecoules = (min(fin, suivi.arret) - debut).days + 1
    return ((fin - debut).days + 1) / ecoules if ecoules > 0 else np.nan


def est_inventaire(fonction: str, unite: str) -> bool:
    """Vrai si l'unité se compte à un jour donné (:data:`STOCKS`)."""
    return any(u.id == unite and u.unite in STOCKS for u in referentiel.fonction(fonction).unites_oeuvre)


def _manques(charges: pd.DataFrame, montants: pd.Series, usagers: pd.DataFrame, part: float):
    if not np.isfinite(part):
        yield "la date d'arrêt de l'exercice n'est pas dite"
    if charges.empty:
        yield "aucune charge n'est notée"
    elif sans := int(montants.isna().sum()):
        yield f"{sans} charge{'s' if sans > 1 else ''} sans montant ou sans durée d'utilisation"
    if usagers.empty:
        yield "aucune unité n'est notée"
    elif sans := int(usagers["constatees"].isna().sum()):
        yield f"unités non relevées pour {sans} usager{'s' if sans > 1 else ''}"
