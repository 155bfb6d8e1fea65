"""La carte des contrats en cours : une ligne par contrat, son segment, son montant annuel, sa prochaine fin.

Un contrat se compte une fois, quel que soit le nombre de ses titulaires. Un montant absent reste absent.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from mutunb.calculs.mots import mots, premier
from mutunb.calculs.regroupements import Rapprochement, heriter
from mutunb.calculs.segments import classer
from mutunb.dossier.qualite import statut

COLONNES = (
    "siren", "collectivite", "reference", "objet", "segment", "cpv", "titulaire", "titulaire_siret",
    "titulaire_code_postal", "montant_annuel_eur", "montant_total_eur", "debut", "fin", "fin_max", "reconduction",
    "preavis_mois", "cadre", "source",
)  # fmt: skip
DATES = ("debut", "fin", "fin_max")
MONTANTS = ("montant_annuel_eur", "montant_total_eur", "preavis_mois")
#: cadres où l'achat est déjà fait avec d'autres
DEJA_EN_COMMUN = frozenset({"groupement", "centrale", "prestation_epci"})
JOURS_PAR_AN = 365.25
ECART_MOIS, MONTAGE_MOIS, GAIN_PRUDENT = 18, 6, 0.01


@dataclass(frozen=True)
class Contrats:
    """Les contrats d'un territoire à une date ; vide si rien n'a été recueilli.

    Attributes
    ----------
    table : pandas.DataFrame
        Une ligne par contrat : ``siren``, ``acheteur``, ``reference``, ``objet``, ``titulaires`` (tuple), ``titulaire``,
        ``cpv8``, ``segment``, ``famille``, ``origine_segment``, ``groupe`` (segment, ou objet rapproché), ``montant_eur``
        (€ HT/an), ``montant_origine`` (``constate``, ``declare``, ``estime`` ou None), ``fin_utile``, ``situation``,
        ``denoncer_avant``, ``cadre``, ``reconduction``, ``anomalie``.
    reference : datetime.date
        Jour auquel on se place.
    perimetre, source : str
        Ce que la carte couvre et d'où elle vient, affichés sous chaque tableau.
    ecart_mois, montage_mois : float
        Écart au-dessous duquel deux échéances se groupent, délai de montage d'un groupement (mois).
    gain_prudent : float
        Plus prudent des gains publiés (part de 0 à 1), borne basse d'un repère à valeur unique.
    entites : int
        Entités du territoire (EPCI et communes), pour dire la couverture ; 0 si inconnu.
    departement : str
        Département du siège, pour le garde-fou des fournisseurs locaux.
    communes : frozenset of str
        SIREN des communes, dont un montant isolé ne se montre pas aux autres.
    rapprochements : tuple of Rapprochement
        Paires validées ou écartées par le consultant.
    diffusion : bool
        Vrai si le dossier permet de montrer les montants des communes les unes aux autres.
    """

    table: pd.DataFrame
    reference: datetime.date
    perimetre: str = "contrats recueillis"
    source: str = "questionnaire rempli par les collectivités"
    ecart_mois: float = ECART_MOIS
    montage_mois: float = MONTAGE_MOIS
    gain_prudent: float = GAIN_PRUDENT
    entites: int = 0
    departement: str = ""
    communes: frozenset[str] = field(default_factory=frozenset)
    rapprochements: tuple[Rapprochement, ...] = ()
    diffusion: bool = False

    @property
    def est_vide(self) -> bool:
        """Vrai si aucun contrat n'a été recueilli."""
        return self.table.empty

    @property
    def en_cours(self) -> pd.DataFrame:
        """Les contrats qui ne sont pas échus."""
        return self.table[self.table["situation"] != "echu"]

    @property
    def acheteurs(self) -> int:
        """Nombre d'entités qui ont au moins un contrat en cours."""
        return int(self.en_cours["siren"].nunique())

    @property
    def montant_eur(self) -> float:
        """Montant annuel des contrats en cours (€ HT/an) ; NaN si aucun n'est connu."""
        return float(self.en_cours["montant_eur"].sum(min_count=1))

    @property
    def statut_montant(self) -> str:
        """Statut commun des montants annuels (``estime`` : déduits du montant total et de la durée), ou ``mixte``."""
        statuts = set(self.en_cours["montant_origine"].dropna())
        return "declare" if not statuts else statuts.pop() if len(statuts) == 1 else "mixte"


def dresser_carte(
    contrats: pd.DataFrame,
    reference: datetime.date,
    rapprochements: Sequence[Rapprochement] = (),
    noms: dict[str, str] | None = None,
    **options,
) -> Contrats:
    """Carte des contrats recueillis.

    Parameters
    ----------
    contrats : pandas.DataFrame
        Feuille « contrats » du questionnaire ; les colonnes absentes sont tenues pour vides.
    reference : datetime.date
        Jour auquel on se place.
    rapprochements : sequence of Rapprochement
        Paires validées par le consultant : un contrat non classé reprend le segment de son semblable.
    noms : dict, optional
        Nom de chaque SIREN, pour les lignes qui ne le donnent pas.
    options
        Autres attributs de :class:`Contrats`.
    """
    table = contrats_distincts(contrats)
    table["acheteur"] = [
        premier((nom, (noms or {}).get(siren), siren)) for nom, siren in zip(table["collectivite"], table["siren"], strict=True)
    ]
    table = pd.concat([table.drop(columns=["segment"]), classer(table)], axis=1)
    table = heriter(table, rapprochements)
    table["montant_eur"], table["montant_origine"] = _montants(table)
    table = pd.concat([table, prochaine_fin(table, reference)], axis=1)
    return Contrats(table, reference, rapprochements=tuple(rapprochements), **options)


def contrats_distincts(contrats: pd.DataFrame) -> pd.DataFrame:
    """Une ligne par contrat (acheteur, référence, objet), tous titulaires réunis, montant compté une fois.

    Des lignes qui donnent des montants différents pour un même contrat gardent le plus grand, et ``anomalie`` le dit.
    """
    table = _complete(contrats)
    if table.empty:
        return table.assign(titulaires=[], anomalie=[])
    reperes = table["reference"].where(table["reference"].notna(), [f"ligne {i}" for i in range(len(table))])
    cle = pd.Series(
        [(s, str(r).strip(), mots(o)) for s, r, o in zip(table["siren"], reperes, table["objet"], strict=True)],
        index=table.index,
    )
    seuls = ~cle.duplicated(keep=False)
    uniques = table[seuls].copy()
    uniques["titulaires"] = [_titulaires([brut]) for brut in uniques["titulaire"]]
    uniques["anomalie"] = ""
    repetes = table[~seuls].groupby(cle[~seuls], sort=False)
    reunis = pd.DataFrame([_reuni(groupe) for _, groupe in repetes], index=[g.index[0] for _, g in repetes])
    blocs = [uniques, reunis.reindex(columns=uniques.columns)] if len(reunis) else [uniques]
    return pd.concat(blocs).sort_index().pipe(_propre)


def _propre(table: pd.DataFrame) -> pd.DataFrame:
    return table.reset_index(drop=True).astype(dict.fromkeys(MONTANTS, "float64") | dict.fromkeys(DATES, "datetime64[ns]"))


def _complete(contrats: pd.DataFrame) -> pd.DataFrame:
    table = contrats.reindex(columns=list(COLONNES)).reset_index(drop=True)
    for colonne in DATES:
        table[colonne] = pd.to_datetime(table[colonne], errors="coerce").astype("datetime64[ns]")
    for colonne in MONTANTS:
        table[colonne] = pd.to_numeric(table[colonne], errors="coerce").astype("float64")
    for colonne in set(COLONNES) - {*DATES, *MONTANTS}:
        table[colonne] = table[colonne].astype("object").where(table[colonne].notna(), None)
    return table


def _titulaires(bruts: Iterable[object]) -> tuple[str, ...]:
    """Titulaires cités, séparés par des points-virgules, chacun une fois."""
    cites = (t.strip() for brut in bruts if isinstance(brut, str) for t in brut.split(";"))
    return tuple(dict.fromkeys(t for t in cites if t))


def _reuni(groupe: pd.DataFrame) -> dict[str, object]:
    """Un contrat écrit sur plusieurs lignes : tous ses titulaires, son plus grand montant, ses dernières dates connues."""
    uni = {colonne: premier(groupe[colonne].iloc[::-1]) for colonne in groupe.columns}
    uni |= {colonne: groupe[colonne].max() for colonne in MONTANTS[:2]}
    divergent = any(groupe[colonne].nunique() > 1 for colonne in MONTANTS[:2])
    motif = "montants différents d'une ligne à l'autre, le plus grand est repris" if divergent else ""
    return {**uni, "titulaires": _titulaires(groupe["titulaire"]), "anomalie": motif}


def _montants(table: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Montant annuel déclaré ; à défaut, montant total rapporté à la durée, reconductions comprises."""
    annees = (table["fin_max"].fillna(table["fin"]) - table["debut"]).dt.days.add(1) / JOURS_PAR_AN
    deduit = table["montant_total_eur"] / annees.where(annees >= 1, np.where(annees > 0, 1, np.nan))
    origine = pd.Series(None, index=table.index, dtype="object")
    origine[deduit.notna()] = "estime"
    annuel = table["montant_annuel_eur"].notna()
    origine[annuel] = table.loc[annuel, "source"].map(statut)
    return table["montant_annuel_eur"].fillna(deduit), origine


def prochaine_fin(contrats: pd.DataFrame, reference: datetime.date) -> pd.DataFrame:
    """Quand chaque contrat peut finir, vu de ``reference``.

    Un contrat reconduit tacitement dont le préavis est passé court jusqu'à sa fin, reconductions comprises.

    Returns
    -------
    pandas.DataFrame
        ``fin_utile`` (prochaine fin possible), ``denoncer_avant`` (fin moins préavis), ``situation`` : ``en_cours``,
        ``echu``, ``fin_inconnue``, ``a_preciser`` (reconduit sans terme connu).
    """
    jour = pd.Timestamp(reference)
    tacite = contrats["reconduction"].eq("tacite")
    limite = _moins(contrats["fin"], contrats["preavis_mois"])
    echappee = tacite & (limite < jour)
    ferme = contrats["fin"].where((contrats["fin"] >= jour) & ~echappee)
    longue = contrats["fin_max"].where(contrats["fin_max"] >= jour)
    utile = ferme.fillna(longue)
    situation = pd.Series("en_cours", index=contrats.index, dtype="object")
    sans_date = contrats["fin"].isna() & contrats["fin_max"].isna()
    situation[utile.isna() & sans_date] = "fin_inconnue"
    situation[utile.isna() & ~sans_date] = "echu"
    situation[utile.isna() & ~sans_date & tacite & contrats["fin_max"].isna()] = "a_preciser"
    denoncer = _moins(utile, contrats["preavis_mois"])
    return pd.DataFrame({"fin_utile": utile, "denoncer_avant": denoncer, "situation": situation})


def _moins(dates: pd.Series, mois: pd.Series) -> pd.Series:
    """Chaque date moins un nombre de mois ; absente si l'un des deux l'est."""
    reculees = [
        pd.NaT if pd.isna(d) or pd.isna(m) else d - pd.DateOffset(months=int(m)) for d, m in zip(dates, mois, strict=True)
    ]
    return pd.Series(pd.to_datetime(reculees), index=dates.index, dtype="datetime64[ns]")
