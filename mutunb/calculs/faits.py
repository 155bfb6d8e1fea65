"""Ce que le dossier établit d'une fonction dans un périmètre, sans aucune hypothèse : volumes, départs, logiciels, contrats.

Ces faits se lisent une fois ; les hypothèses et les scénarios s'y appliquent ensuite.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from mutunb.calculs.applications import DOMAINES_REQUIS, Inventaire
from mutunb.calculs.assiette import Assiette, somme
from mutunb.calculs.contrats import DEJA_EN_COMMUN, Contrats
from mutunb.calculs.effectifs_declares import EffectifsDeclares
from mutunb.calculs.potentiel_segments import fourchette

#: unités d'œuvre dont une productivité par ETP est connue d'usage
UNITES_DIMENSIONNABLES = frozenset({"FIN_UO_MANDAT", "RH_UO_BULLETIN", "SI_UO_POSTE", "ACH_UO_PROC", "ADS_UO_EQPC"})
#: part d'ETP à partir de laquelle un poste consacré à la fonction peut ne pas être remplacé, et une entité n'est plus petite
PART_POSTE_MIN = 0.5
ACHETEURS_MIN = 2

#: montants annuels (€) par année d'effet, ou le motif pour lequel il n'y en a pas
ParAnnee = Mapping[int, float] | str


@dataclass(frozen=True)
class Faits:
    """Faits d'une fonction dans un périmètre.

    Attributes
    ----------
    volume, etp_compares, entites_comparees
        Volume déclaré (NaN si personne n'en a déclaré), ETP et nombre des entités qui donnent les deux.
    departs : Mapping or str
        Année de départ → (ETP, postes), postes tenus pour moitié au moins par la fonction ; ou un motif.
    convergences : tuple of int
        Entités qui changent de logiciel : petites (moins d'un demi-poste dans la fonction), et les autres.
    logiciels : Mapping or str
        Année d'effet → économie nette des logiciels arrêtés (€/an) ; ou un motif.
    achats : Mapping or str
        Année d'effet → montant annuel (€) des contrats qui peuvent se grouper ; ou un motif.
    prestations_eur : float
        Prestations extérieures déclarées (€/an).
    """

    volume: float
    etp_compares: float
    entites_comparees: int
    departs: Mapping[int, tuple[float, int]] | str
    convergences: tuple[int, int]
    logiciels: ParAnnee
    achats: ParAnnee
    prestations_eur: float


def relever_faits(
    assiette: Assiette,
    declares: EffectifsDeclares | None,
    sirens: pd.Series,
    inventaire: Inventaire,
    contrats: Contrats,
    prestations: pd.Series,
) -> Faits:
    """Faits d'une assiette.

    Parameters
    ----------
    sirens : Series
        SIREN de chaque rang de la table des entités (un poste déclaré désigne son entité par son rang).
    prestations : Series
        Prestations déclarées (€/an), par fonction et SIREN.
    """
    table = assiette.table
    compares = table[table["statut_unites"].eq("declare") & table["etp"].notna() & table["unite"].isin(UNITES_DIMENSIONNABLES)]
    siennes = prestations[prestations.index.get_level_values(0) == assiette.fonction] if len(prestations) else prestations
    siennes = siennes[siennes.index.get_level_values(-1).isin(table["siren"])] if len(siennes) else siennes
    return Faits(
        somme(compares["unites"]),
        somme(compares["etp"]),
        len(compares),
        _departs(assiette, declares, sirens, compares["siren"]),
        convergences(assiette, inventaire),
        _logiciels(assiette, inventaire),
        _achats(assiette, contrats),
        somme(siennes),
    )


def _departs(
    assiette: Assiette, declares: EffectifsDeclares | None, sirens: pd.Series, compares: pd.Series
) -> Mapping[int, tuple[float, int]] | str:
    """Départs annoncés à partir de l'année d'effet, dans les entités dont le volume est déclaré.

    Ailleurs, rien ne dit que la charge permet de ne pas remplacer.
    """
    if declares is None:
        return "sans_effectifs"
    postes = declares.postes
    retenus = postes[
        postes["fonction"].eq(assiette.fonction)
        & postes["entite"].map(sirens).isin(compares)
        & postes["etp"].ge(PART_POSTE_MIN)
        & postes["annee_depart"].ge(assiette.date_effet.year)
    ]
    return {int(annee): (float(parts.sum()), len(parts)) for annee, parts in retenus.groupby("annee_depart")["etp"]}


def licences_du_domaine(assiette: Assiette, inventaire: Inventaire) -> pd.DataFrame:
    """Licences du logiciel dont dépend la fonction, dans le périmètre."""
    domaine, table = DOMAINES_REQUIS.get(assiette.fonction), inventaire.table
    return table[table["domaine"].eq(domaine) & table["siren"].isin(assiette.table["siren"])]


def solution_commune(licences: pd.DataFrame, epci: str) -> str | None:
    """Logiciel de l'EPCI, sinon celui que le plus d'entités emploient ; ``None`` sans inventaire."""
    if licences.empty:
        return None
    propre = licences[licences["siren"].eq(epci)]
    comptes = (propre if len(propre) else licences)["solution"].value_counts()
    return str(min(comptes[comptes.eq(comptes.max())].index))


def convergences(assiette: Assiette, inventaire: Inventaire) -> tuple[int, int]:
    """Entités qui changent de logiciel, petites puis autres : celles de l'inventaire qui en ont un autre que le commun.

    Sans inventaire, toutes les communes ; pour l'informatique aussi, car chacune se raccorde.
    """
    if not assiette.a_une_equipe:
        return 0, 0
    concernees = assiette.table[assiette.entrantes]
    if assiette.fonction != "systemes_information":
        if assiette.fonction not in DOMAINES_REQUIS:
            return 0, 0
        licences = licences_du_domaine(assiette, inventaire)
        commune = solution_commune(licences, inventaire.epci)
        if commune is not None:
            quittent = licences.loc[licences["solution"].ne(commune), "siren"]
            concernees = assiette.table[assiette.table["siren"].isin(quittent)]
    petites = int((concernees["etp"].fillna(0) < PART_POSTE_MIN).sum())
    return petites, len(concernees) - petites


def _logiciels(assiette: Assiette, inventaire: Inventaire) -> ParAnnee:
    """Logiciels en double arrêtés à leur terme, nets de ce que coûtent leurs utilisateurs dans le logiciel commun."""
    if DOMAINES_REQUIS.get(assiette.fonction) is None:
        return "sans_domaine"
    licences = licences_du_domaine(assiette, inventaire)
    chiffrees = licences[licences["utilisateurs"].gt(0) & licences["cout_annuel_eur"].notna()]
    commune = solution_commune(licences, inventaire.epci)
    reference = chiffrees[chiffrees["solution"].eq(commune)]
    quittees = chiffrees[chiffrees["solution"].ne(commune) & chiffrees["fin_utile"].notna()]
    if reference.empty or (quittees.empty and chiffrees["solution"].nunique() > 1):
        return "sans_inventaire"
    unitaire = reference["cout_annuel_eur"].sum() / reference["utilisateurs"].sum()
    nets = quittees["cout_annuel_eur"] - unitaire * quittees["utilisateurs"]
    fins = quittees["fin_utile"].clip(lower=pd.Timestamp(assiette.date_effet))
    par_annee = nets.groupby(fins.dt.year + 1).sum()
    return {int(annee): float(net) for annee, net in par_annee.items() if net > 0} or "meme_logiciel"


def _achats(assiette: Assiette, contrats: Contrats) -> ParAnnee:
    """Montants des contrats qui peuvent se grouper, par année où le marché commun prend effet.

    Un segment compte s'il réunit deux acheteurs hors groupement, et si une baisse de prix y a été publiée.
    """
    if assiette.fonction != "achats":
        return "sans_domaine"
    table = contrats.en_cours
    siens = table[table["siren"].isin(assiette.table["siren"]) & table["montant_eur"].gt(0) & table["fin_utile"].notna()]
    if siens.empty:
        return "sans_contrat"
    siens = siens[~siens["cadre"].isin(DEJA_EN_COMMUN) & siens["segment"].notna()]
    acheteurs = siens.groupby("segment")["siren"].transform("nunique")
    documentes = siens["segment"].map(lambda segment: fourchette(str(segment), contrats.gain_prudent) is not None)
    retenus = siens[acheteurs.ge(ACHETEURS_MIN) & documentes.astype(bool)]
    if retenus.empty:
        return "sans_segment"
    fins = retenus["fin_utile"].clip(lower=pd.Timestamp(assiette.date_effet))
    return {int(annee): float(m) for annee, m in retenus["montant_eur"].groupby(fins.dt.year + 1).sum().items()}
