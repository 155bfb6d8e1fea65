"""La régularisation d'un service pour un exercice : de ses feuilles de suivi au règlement de chaque usager."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

import pandas as pd

from mutunb.calculs.charges_service import ChargesService, charges_service
from mutunb.calculs.diffusion import COMMUNES_MIN
from mutunb.calculs.dominance import est_dominee
from mutunb.calculs.monnaie import au_centime, exact
from mutunb.calculs.presence import MOIS, au_prorata
from mutunb.calculs.reglement import COUT_REEL, COUT_UNITAIRE, Reglement, regler
from mutunb.erreurs import ErreurDonnees

#: colonnes des usagers ; ``unites`` = constatées, présence comprise : ce que le coût unitaire multiplie
COLONNES = (
    "siren", "nom", "genre", "mode", "unites_prevues", "unites_constatees", "mois_presence", "mouvement", "unites",
    "prevu_eur", "appele_eur", "verse_eur", "ac_imputee_eur", "du_eur", "regularisation_eur", "residu_ac_eur",
)  # fmt: skip


@dataclass(frozen=True)
class RegularisationService:
    """Un service, un exercice.

    Attributes
    ----------
    fonction, unite : str
        Fonction et unité de fonctionnement qui fait le coût (identifiant).
    exercice : int
    partiel : bool
        Vrai si l'exercice n'est pas clos : montants et unités sont une prévision à la clôture.
    methode : str
        ``cout_unitaire`` ou ``cout_reel`` (:mod:`mutunb.calculs.reglement`).
    charges : ChargesService
    reglement : Reglement or None
        ``None`` si une donnée manque ; ``manques`` dit laquelle.
    table : DataFrame
        Une ligne par usager (:data:`COLONNES`), l'EPCI d'abord ; absent = NaN.
    manques : tuple of str
    autres_unites : tuple of str
        Unités suivies qui ne font pas le coût.
    stock : bool
        Vrai si l'unité se compte à une date : elle se ramène aux mois de présence.
    """

    fonction: str
    unite: str
    exercice: int
    partiel: bool
    methode: str
    charges: ChargesService
    reglement: Reglement | None
    table: pd.DataFrame
    manques: tuple[str, ...]
    autres_unites: tuple[str, ...] = ()
    stock: bool = False

    @property
    def est_calculee(self) -> bool:
        """Vrai si chaque usager a son dû et sa régularisation."""
        return self.reglement is not None

    @property
    def statut(self) -> str:
        """``constate``, ou ``estime`` si l'exercice n'est pas clos."""
        return "estime" if self.partiel else "constate"

    @property
    def redevables(self) -> pd.DataFrame:
        """Usagers qui paient : tous sauf l'EPCI."""
        return self.table[self.table["genre"].ne("epci")]

    @cached_property
    def totaux_publiables(self) -> bool:
        """Vrai si un redevable ne peut pas tirer d'un total, en retranchant ce qu'il connaît, le chiffre d'un autre.

        Trois redevables actifs au moins ; et, une fois l'un d'eux retranché, aucun autre ne fait presque tout le reste
        (:mod:`mutunb.calculs.dominance`).
        """
        colonnes = ("unites_prevues", "unites", "verse_eur")
        series = [self.redevables[c].astype(float).dropna() for c in colonnes]
        return all(
            (s != 0).sum() >= COMMUNES_MIN and not est_dominee(s) and not any(est_dominee(s.drop(rang)) for rang in s.index)
            for s in series
        )

    def cout_par_nature(self) -> dict[str, Decimal]:
        """Nature → €/unité ; leur somme est le coût unitaire (à l'arrondi de l'affichage près)."""
        if self.reglement is None or not self.charges.total_eur:
            return {}
        prix = self.reglement.cout_unitaire_eur
        return {nature: prix * montant / self.charges.total_eur for nature, montant in self.charges.natures_eur.items()}


def regulariser_service(
    fonction: str,
    charges: pd.DataFrame,
    unites: pd.DataFrame,
    versements: pd.DataFrame,
    epci: str,
    exercice: int = 0,
    methode: str = COUT_UNITAIRE,
    part_ecoulee: float | None = None,
    stocks: Collection[str] = (),
    unite: str = "",
    noms: Mapping[str, str] | None = None,
) -> RegularisationService:
    """Régularisation d'un service d'après ses feuilles de suivi.

    Parameters
    ----------
    charges, unites, versements : DataFrame
        Lignes de la fonction, colonnes de ``suivi.yaml`` (:func:`charges_service` ; ``siren, unite, unites_prevues,
        unites_constatees, mois_presence, mouvement`` ; ``siren, mode, appele_eur, verse_eur, ac_imputee_eur``). Les unités
        constatées d'un exercice partiel sont déjà ramenées à l'année.
    epci : str
        SIREN de l'EPCI : usager, jamais redevable.
    methode : str
        Voir :mod:`mutunb.calculs.reglement`.
    part_ecoulee : float, optional
        Part de l'année comptée d'un exercice partiel ; ``None`` = exercice clos.
    stocks : collection of str
        Unités qui se comptent à une date : ``unites = unites_constatees × mois_presence / 12``.
    unite : str
        Unité qui fait le coût ; la plus renseignée à défaut.
    noms : Mapping, optional
        SIREN → nom montré.

    Notes
    -----
    Versé : ``verse_eur``, sinon l'imputation sur l'attribution. Exercice partiel : l'appel ou l'imputation de l'année, faute
    de versement définitif. Résidu : dû moins imputation figée (l'attribution ne suit pas le coût).
    """
    partiel = part_ecoulee is not None
    lues = charges_service(charges, 1.0 if part_ecoulee is None else part_ecoulee)
    choisie, autres = _unite(unites, unite)
    stock, siennes = choisie in stocks, unites[unites["unite"].eq(choisie)]
    table = _usagers(siennes, _versements(versements, partiel), epci, stock, noms or {})
    manques = [*lues.manques, *_manques(table, choisie, methode)]
    if doubles := int(siennes["siren"].duplicated().sum()):
        manques.append(f"unités : {doubles} ligne{'s' if doubles > 1 else ''} en double pour un même usager")
    reglement = None
    if not manques:
        try:
            reglement = _regler(lues, table, epci, methode)
            table = _avec_montants(table, reglement, methode)
        except ErreurDonnees as refus:
            manques = [str(refus)]
    return RegularisationService(
        fonction, choisie, exercice, partiel, methode, lues, reglement, table, tuple(manques), autres, stock
    )


def _unite(unites: pd.DataFrame, voulue: str) -> tuple[str, tuple[str, ...]]:
    """Unité qui fait le coût, et celles qui se suivent sans compter."""
    if unites.empty:
        return voulue, ()
    remplies = unites[["unites_prevues", "unites_constatees"]].notna().sum(axis=1).groupby(unites["unite"], sort=False).sum()
    choisie = voulue if voulue in remplies.index else str(remplies.idxmax())
    return choisie, tuple(u for u in remplies.index if u != choisie)


def _versements(versements: pd.DataFrame, partiel: bool) -> pd.DataFrame:
    """Par SIREN : mode (« ac », « facture », « mixte »), appelé, versé (retenu pour le règlement) et imputé."""
    table = versements.dropna(subset="siren").copy()
    for colonne in ("appele_eur", "verse_eur", "ac_imputee_eur"):
        table[colonne] = pd.to_numeric(table[colonne]) if colonne in table else float("nan")
    impute = table["ac_imputee_eur"].where(table["mode"].eq("ac"))
    verse = table["verse_eur"].fillna(impute)
    table["verse_eur"] = table["appele_eur"].fillna(impute).fillna(verse) if partiel else verse
    table["ac_imputee_eur"] = impute
    groupes = table.groupby("siren", sort=False)
    sommes = groupes[["appele_eur", "ac_imputee_eur"]].sum(min_count=1)
    sommes["verse_eur"] = groupes["verse_eur"].sum().where(groupes["verse_eur"].count().eq(groupes.size()))
    sommes["mode"] = groupes["mode"].agg(lambda m: m.iloc[0] if m.nunique() == 1 else "mixte")
    if "collectivite" in table:
        sommes["nom_verse"] = groupes["collectivite"].first()
    return sommes


def _usagers(unites: pd.DataFrame, versements: pd.DataFrame, epci: str, stock: bool, noms: Mapping[str, str]) -> pd.DataFrame:
    table = unites.set_index("siren")
    table = table[~table.index.duplicated()].join(versements, how="outer", sort=False)
    sans_unites = ~table.index.isin(unites["siren"])
    table.loc[sans_unites, ["unites_prevues", "unites_constatees"]] = 0.0  # a versé, n'a plus rien consommé
    table["mois_presence"] = pd.to_numeric(table["mois_presence"]).fillna(MOIS)
    ecrits = table["collectivite"] if "collectivite" in table else pd.Series(index=table.index, dtype=object)
    table["nom"] = [noms.get(s) or (ecrits[s] if pd.notna(ecrits[s]) else s) for s in table.index]
    table["genre"] = ["epci" if s == epci else "redevable" for s in table.index]
    table["unites"] = [_unites(c, m if stock else MOIS) for c, m in zip(table["unites_constatees"], table["mois_presence"], strict=True)]
    table = table.reset_index(names="siren").reindex(columns=COLONNES)
    return table.sort_values(["genre", "siren"], kind="stable", ignore_index=True)


def _unites(constatees: float, mois: float) -> float:
    return float("nan") if pd.isna(constatees) else float(au_prorata(constatees, mois))


def _manques(table: pd.DataFrame, unite: str, methode: str) -> list[str]:
    if not unite or table.empty:
        return ["aucune unité de fonctionnement n'est notée"]
    redevables = table[table["genre"].ne("epci")]
    manques = []
    quoi = {"unites": (table, "unités constatées"), "verse_eur": (redevables, "versement")}
    if methode == COUT_UNITAIRE:
        quoi = {"unites_prevues": (table, "unités prévues"), **quoi}
    for colonne, (lignes, libelle) in quoi.items():
        if absents := lignes.loc[lignes[colonne].isna(), "nom"].tolist():
            manques.append(f"{libelle} : rien pour {len(absents)} usager{'s' if len(absents) > 1 else ''} sur {len(lignes)}")
    if redevables.empty:
        manques.append("aucun usager redevable n'est noté")
    return manques


def _regler(charges: ChargesService, table: pd.DataFrame, epci: str, methode: str) -> Reglement:
    lire = lambda colonne, lignes: dict(zip(lignes["siren"], lignes[colonne], strict=True))  # noqa: E731
    redevables = table[table["genre"].ne("epci")]
    prevues = lire("unites_prevues", table) if methode == COUT_UNITAIRE else None
    return regler(
        charges.total_eur, lire("unites", table), lire("verse_eur", redevables), epci, unites_prevues=prevues, methode=methode
    )


def _avec_montants(table: pd.DataFrame, reglement: Reglement, methode: str) -> pd.DataFrame:
    """La table, avec prévision, dû, régularisation et résidu sur l'attribution (€)."""
    table = table.copy()
    prix = reglement.cout_unitaire_eur
    if methode == COUT_REEL and table["unites_prevues"].notna().all() and table["unites_prevues"].sum() > 0:
        prix = reglement.charges_eur / Decimal(str(table["unites_prevues"].sum()))
    table["prevu_eur"] = [float("nan") if pd.isna(u) else float(au_centime(exact(prix) * exact(u))) for u in table["unites_prevues"]]
    table["du_eur"] = [float(reglement.du_eur[s]) for s in table["siren"]]
    table["regularisation_eur"] = [float(reglement.regularisation_eur.get(s, "nan")) for s in table["siren"]]
    table["verse_eur"] = [float(reglement.verse_eur.get(s, "nan")) for s in table["siren"]]
    table["residu_ac_eur"] = (table["du_eur"] - table["ac_imputee_eur"]).round(2)
    return table
