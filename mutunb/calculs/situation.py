"""La situation d'une fonction avant tout projet : qui la tient, combien elle coûte, combien elle traite, entité par entité.

Ce que les mairies ont déclaré remplace l'estimation cellule par cellule ; ce que personne ne sait reste absent.

Coût d'une entité = personnel (déclaré, sinon ETP × coût d'un ETP) + autres charges déclarées de la fonction (feuille
« coûts », hors celles qui ne sont pas strictement liées au service). L'informatique hors personnel s'estime seule.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from mutunb import referentiel
from mutunb.calculs.declarations import feuille
from mutunb.calculs.effectifs import BORNES, FONCTIONS_ESTIMEES, Effectifs, estimer_effectifs
from mutunb.calculs.volumes import volumes
from mutunb.dossier import Dossier

COLONNES = (
    "siren", "insee", "nom", "genre", "population", "population_dgf", "depense_fonctionnement_eur", "potentiel_fiscal_eur",
    "unites", "unite", "etp_bas", "etp", "etp_haut", "cout_bas_eur", "cout_eur", "cout_haut_eur", "statut_etp", "statut_cout",
    "statut_unites",
)  # fmt: skip
#: suffixe des colonnes d'une borne (« etp_bas », « etp », « etp_haut »)
SUFFIXES = {"bas": "_bas", "central": "", "haut": "_haut"}
#: coût d'un ETP d'une fonction que les comptes n'estiment pas
COUT_ETP_AUTRES = {"juridique": "cout_etp_expertise"}
COUT_ETP_DEFAUT = "cout_etp_gestion"


def situation(dossier: Dossier, fonction: str) -> pd.DataFrame:
    """Situation actuelle d'une fonction : une ligne par entité, l'EPCI d'abord, puis les communes par code INSEE.

    Parameters
    ----------
    dossier : Dossier
    fonction : str
        Identifiant d'une fonction du référentiel.

    Returns
    -------
    pandas.DataFrame
        ``siren, insee, nom, genre`` (« epci » ou « commune »), ``population`` (municipale ; celle de l'EPCI est celle de
        ses communes), ``population_dgf``, ``depense_fonctionnement_eur, potentiel_fiscal_eur`` (NaN si absents),
        ``unites, unite`` (volume annuel et identifiant de l'unité d'œuvre), ``etp_bas, etp, etp_haut``,
        ``cout_bas_eur, cout_eur, cout_haut_eur`` (€/an), ``statut_etp, statut_cout, statut_unites`` (``declare``,
        ``estime`` ou ``mixte`` ; vide si absent). Absent = NaN, jamais 0.

    Raises
    ------
    ErreurUsage
        Fonction inconnue, avec les noms voisins.

    Notes
    -----
    Source : questionnaire là où il est rempli ; ailleurs, comptes OFGL × hypothèses. Le juridique et les autres
    fonctions sans ratio publié ne s'estiment pas : sans réponse, leurs ETP et leurs coûts sont NaN.

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> table = situation(ouvrir("247900798"), "juridique")
    >>> table["genre"].iloc[0], bool(table["etp"].isna().all())
    ('epci', True)
    """
    return situation_de(estimer_effectifs(dossier), fonction)


def situation_de(effectifs: Effectifs, fonction: str) -> pd.DataFrame:
    """:func:`situation`, quand les effectifs du territoire sont déjà estimés (pour plusieurs fonctions)."""
    referentiel.fonction(fonction)
    table = _identite(effectifs)
    volume = volumes(effectifs, fonction)
    table["unites"], table["unite"], table["statut_unites"] = volume.valeurs, volume.unite, volume.statuts
    etp, personnel = _etp(effectifs, fonction), _personnel(effectifs, fonction)
    autres = autres_charges(effectifs, fonction)
    for borne in BORNES:
        table[f"etp{SUFFIXES[borne]}"] = etp[borne]
        table[f"cout{SUFFIXES[borne]}_eur"] = personnel[borne].add(autres, fill_value=0).where(personnel[borne].notna())
    table["statut_etp"] = _statut(etp["central"], _declares(effectifs, "etp", fonction))
    table["statut_cout"] = _statut_cout(effectifs, fonction, table["cout_eur"])
    return table[list(COLONNES)]


def _identite(effectifs: Effectifs) -> pd.DataFrame:
    territoire, table = effectifs.dossier.territoire, effectifs.entites[["siren", "insee", "nom", "genre", "population"]].copy()
    communes = territoire.communes.set_index("siren")
    table["depense_fonctionnement_eur"] = table["siren"].map(communes["dep_fonctionnement"]).astype(float)
    table["population_dgf"] = table["potentiel_fiscal_eur"] = np.nan
    epci = table.index[table["genre"].eq("epci")]
    table.loc[epci, "depense_fonctionnement_eur"] = float(territoire.epci["dep_fonctionnement"])
    table.loc[epci, "population_dgf"] = _fiche_dgf(effectifs.dossier, "population_dgf", "pop_dgf_2025")
    table.loc[epci, "potentiel_fiscal_eur"] = _fiche_dgf(effectifs.dossier, "potentiel_fiscal_eur", "potentiel_fiscal_2025")
    return table


def _fiche_dgf(dossier: Dossier, declaree: str, publique: str) -> float:
    """Valeur de la fiche DGF la plus récente que l'EPCI a fournie, sinon des données ouvertes."""
    fiches = feuille(dossier, "dgf")
    if fiches is not None:
        connues = fiches[fiches["siren"].eq(dossier.territoire.siren)].dropna(subset=declaree).sort_values("exercice")
        if len(connues):
            return float(connues[declaree].iloc[-1])
    return float(dossier.territoire.epci[publique])


def _declares(effectifs: Effectifs, mesure: str, fonction: str) -> pd.Series:
    if effectifs.declares is None:
        return pd.Series(np.nan, index=effectifs.entites.index)
    return getattr(effectifs.declares, mesure)[fonction]


def _etp(effectifs: Effectifs, fonction: str) -> dict[str, pd.Series]:
    if fonction in FONCTIONS_ESTIMEES:
        return {borne: effectifs.etp[borne][fonction] for borne in BORNES}
    return dict.fromkeys(BORNES, _declares(effectifs, "etp", fonction))


def _personnel(effectifs: Effectifs, fonction: str) -> dict[str, pd.Series]:
    """Coût du personnel (€/an) ; pour l'informatique, l'équipement et les contrats y sont déjà."""
    if fonction in FONCTIONS_ESTIMEES:
        return {borne: effectifs.couts[borne][fonction] for borne in BORNES}
    couts, etp = _declares(effectifs, "couts", fonction), _declares(effectifs, "etp", fonction)
    hypothese = effectifs.dossier.hypotheses[COUT_ETP_AUTRES.get(fonction, COUT_ETP_DEFAUT)]
    return {borne: couts.fillna(etp * getattr(hypothese, borne)) for borne in BORNES}


def autres_charges(effectifs: Effectifs, fonction: str) -> pd.Series:
    """Charges déclarées d'une fonction hors personnel (€/an), par entité ; NaN sans réponse, ou si elles sont déjà comptées."""
    lues = feuille(effectifs.dossier, "couts")
    if lues is None or fonction == "systemes_information":
        return pd.Series(np.nan, index=effectifs.entites.index)
    siennes = lues[lues["fonction"].eq(fonction) & lues["nature"].ne("personnel") & ~lues["strictement_lie"].eq("non")]
    siennes = siennes[siennes["exercice"].isna() | siennes["exercice"].eq(siennes["exercice"].max())]
    sommes = siennes.groupby("siren")["montant_eur"].sum(min_count=1)
    return effectifs.entites["siren"].map(sommes).astype(float)


def _statut(valeurs: pd.Series, declares: pd.Series) -> pd.Series:
    statuts = pd.Series(None, index=valeurs.index, dtype="object")
    statuts[valeurs.notna()] = "estime"
    statuts[declares.notna()] = "declare"
    return statuts


def _statut_cout(effectifs: Effectifs, fonction: str, couts: pd.Series) -> pd.Series:
    """Déclaré si le personnel l'est (et, pour l'informatique, le reste aussi) ; mixte si l'un des deux est estimé."""
    personnel, etp = _declares(effectifs, "couts", fonction), _declares(effectifs, "etp", fonction)
    statuts = _statut(couts, personnel)
    statuts[personnel.isna() & etp.notna() & couts.notna()] = "mixte"
    if fonction == "systemes_information":
        reste = effectifs.entites["si_hors_personnel_declare"]
        statuts[couts.notna() & (personnel.notna() ^ reste.notna())] = "mixte"
        statuts[couts.notna() & personnel.isna() & reste.isna() & etp.isna()] = "estime"
    return statuts
