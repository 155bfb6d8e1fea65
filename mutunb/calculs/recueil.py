"""Du dossier d'un client à la carte de ses contrats et à l'inventaire de ses applications."""

from __future__ import annotations

import datetime

import pandas as pd

from mutunb import formats
from mutunb.calculs import mentions
from mutunb.calculs.applications import Inventaire, dresser_inventaire
from mutunb.calculs.contrats import Contrats, dresser_carte
from mutunb.calculs.declarations import feuille, noms_des_entites, source
from mutunb.dossier import Dossier
from mutunb.dossier.collecte import table_vide
from mutunb.dossier.rapprochements import FICHIER, Rapprochement, lire_rapprochements
from mutunb.erreurs import ErreurUsage


def contrats_du_dossier(dossier: Dossier, date_reference: str = "") -> Contrats:
    """Carte des contrats déclarés d'un territoire ; vide sans dossier client.

    Parameters
    ----------
    dossier : Dossier
    date_reference : str
        Jour auquel on juge les échéances (AAAA-MM-JJ) ; vide : celui du dossier (T0, à défaut aujourd'hui).

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> contrats_du_dossier(ouvrir("247900798"), "2026-01-01").reference
    datetime.date(2026, 1, 1)
    """
    territoire = dossier.territoire
    table = _feuille(dossier, "contrats")
    return dresser_carte(
        table,
        _jour(dossier, date_reference),
        rapprochements_du_dossier(dossier),
        noms_des_entites(dossier),
        perimetre=_perimetre(dossier, table["siren"].nunique(), "contrats en cours"),
        ecart_mois=dossier.hypotheses["ecart_echeances"].central,
        montage_mois=dossier.hypotheses["delai_montage_groupement"].central,
        gain_prudent=dossier.hypotheses["gain_achats"].bas / 100,
        entites=len(territoire.communes) + 1,
        departement=territoire.departement,
        communes=frozenset(territoire.communes["siren"]),
        source=source(dossier),
        diffusion=dossier.reglages.diffusion_financiere,
    )


def applications_du_dossier(dossier: Dossier, date_reference: str = "") -> Inventaire:
    """Inventaire des applications déclarées d'un territoire ; vide sans dossier client.

    Parameters
    ----------
    dossier, date_reference
        Voir :func:`contrats_du_dossier`.
    """
    territoire = dossier.territoire
    table = _feuille(dossier, "applications")
    populations = dict(zip(territoire.communes["siren"], territoire.communes["pop_municipale_2025"].astype(float), strict=True))
    return dresser_inventaire(
        table,
        _jour(dossier, date_reference),
        populations,
        noms_des_entites(dossier),
        epci=territoire.siren,
        mutualisations=_feuille(dossier, "mutualisations"),
        entites=_feuille(dossier, "entites"),
        perimetre=_perimetre(dossier, table["siren"].nunique(), "applications déclarées"),
        ecart_mois=dossier.hypotheses["ecart_echeances"].central,
        fraicheur_mois=dossier.hypotheses["fraicheur_sauvegarde"].central,
        source=source(dossier),
        diffusion=dossier.reglages.diffusion_financiere,
    )


def rapprochements_du_dossier(dossier: Dossier) -> tuple[Rapprochement, ...]:
    """Paires de contrats validées ou écartées dans le dossier client."""
    return () if dossier.chemin is None else lire_rapprochements(dossier.chemin / FICHIER)


def _feuille(dossier: Dossier, nom: str) -> pd.DataFrame:
    lue = feuille(dossier, nom)
    return table_vide(nom) if lue is None else lue


def _jour(dossier: Dossier, date_reference: str) -> datetime.date:
    if not date_reference:
        return dossier.jour
    try:
        return datetime.date.fromisoformat(date_reference)
    except ValueError:
        raise ErreurUsage(f"date de référence « {date_reference} » : écrivez AAAA-MM-JJ, par exemple 2026-01-01.") from None


def _perimetre(dossier: Dossier, repondants: int, quoi: str) -> str:
    attendus = len(dossier.territoire.communes) + 1
    return f"{quoi}, {formats.pluriel(repondants, 'entité')} sur {attendus} {mentions.de_nom(dossier.territoire)}"
