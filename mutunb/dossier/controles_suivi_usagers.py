"""Contrôles du suivi : les entités, leurs unités, leurs mouvements et leurs versements."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Releve, lignes_de
from mutunb.dossier.examen_suivi import ExamenSuivi, controle_suivi, decimal, jour, libelle_de_fonction
from mutunb.dossier.modele_suivi import modele_suivi

MOIS = 12
_MOUVEMENTS = {"entree": "entrée", "sortie": "sortie"}
#: régime fiscal sans attribution de compensation
_FISCALITE_ADDITIONNELLE = "FA"


def _qui(examen: ExamenSuivi, ligne: pd.Series) -> dict[str, str]:
    return {"entite": examen.nom(ligne["siren"]), "fonction": libelle_de_fonction(ligne["fonction"])}


@controle_suivi
def siren_inconnu(examen: ExamenSuivi) -> Iterator[Releve]:
    """SIREN qui ne sont ni l'EPCI ni une de ses communes."""
    for feuille in ("etp", "unites", "versements"):
        table = examen.table(feuille)
        for ligne in lignes_de(table[~table["siren"].isin(list(examen.noms))]):
            nom = "" if pd.isna(ligne["collectivite"]) else f" ({ligne['collectivite']})"
            textes = {"siren": str(ligne["siren"]), "nom": nom, "territoire": examen.territoire.nom}
            yield Releve(feuille, (ligne.name,), ("siren",), textes)


@controle_suivi
def entite_hors_perimetre(examen: ExamenSuivi) -> Iterator[Releve]:
    """Entités du territoire que le périmètre décidé ne compte pas, hors entrée de l'année."""
    for feuille in ("unites", "versements"):
        table = examen.table(feuille)
        for ligne in lignes_de(table[table["siren"].isin(list(examen.noms))]):
            decision = examen.decisions.de(ligne["fonction"])
            decide = decision.perimetre if decision is not None else None
            if decide and ligne["siren"] not in decide and ligne.get("mouvement") != "entree":
                yield Releve(feuille, (ligne.name,), ("siren",), _qui(examen, ligne))


@controle_suivi
def unites_constatees_absentes(examen: ExamenSuivi) -> Iterator[Releve]:
    """Relevés absents d'un exercice complet."""
    table = examen.table("unites")
    if examen.suivi.complet:
        for ligne in lignes_de(table[table["unites_constatees"].isna()]):
            yield Releve("unites", (ligne.name,), ("unites_constatees",), _qui(examen, ligne))


@controle_suivi
def unites_constatees_en_attente(examen: ExamenSuivi) -> Iterator[Releve]:
    """Relevés absents d'un exercice partiel, réunis par fonction."""
    table = examen.table("unites")
    if examen.suivi.complet:
        return
    for fonction, groupe in table[table["unites_constatees"].isna()].groupby("fonction", sort=False):
        entites = formats.pluriel(groupe["siren"].nunique(), "entité")
        textes = {"entites": entites, "fonction": libelle_de_fonction(fonction)}
        yield Releve("unites", tuple(groupe.index), ("unites_constatees",), textes)


@controle_suivi
def unites_toutes_nulles(examen: ExamenSuivi) -> Iterator[Releve]:
    """Fonctions dont toutes les unités constatées sont connues et nulles."""
    for (fonction, _), groupe in examen.table("unites").groupby(["fonction", "unite"], sort=False):
        if groupe["unites_constatees"].notna().all() and groupe["unites_constatees"].sum() == 0:
            yield Releve("unites", tuple(groupe.index), ("unites_constatees",), {"fonction": libelle_de_fonction(fonction)})


@controle_suivi
def unites_loin_de_la_prevision(examen: ExamenSuivi) -> Iterator[Releve]:
    """Exercices complets dont la somme des unités constatées s'écarte beaucoup de la prévision."""
    if not examen.suivi.complet:
        return
    for (fonction, _), groupe in examen.table("unites").groupby(["fonction", "unite"], sort=False):
        prevues, constatees = groupe["unites_prevues"], groupe["unites_constatees"]
        if prevues.isna().any() or constatees.isna().any() or not prevues.sum() or not constatees.sum():
            continue
        part = constatees.sum() / prevues.sum() - 1
        if round(abs(part), 9) > examen.seuil("tolerance"):
            textes = {
                "constatees": decimal(constatees.sum()),
                "prevues": decimal(prevues.sum()),
                "ecart": f"{formats.pourcent(abs(part))} {'au-dessus' if part > 0 else 'au-dessous'}",
                "fonction": libelle_de_fonction(fonction),
                "tolerance": formats.pourcent(examen.seuil("tolerance")),
            }
            yield Releve("unites", tuple(groupe.index), ("unites_constatees",), textes)


@controle_suivi
def unites_melangees(examen: ExamenSuivi) -> Iterator[Releve]:
    """Fonctions dont les entités n'emploient pas toutes les mêmes unités."""
    champ = modele_suivi().feuille("unites").champ("unite")
    for fonction, groupe in examen.table("unites").groupby("fonction", sort=False):
        usagers = groupe.groupby("unite")["siren"].nunique()
        if len(usagers) > 1 and usagers.min() < groupe["siren"].nunique():
            rares = groupe[groupe["unite"] != usagers.idxmax()]
            unites = formats.liste([f"« {champ.libelle_de(unite)} »" for unite in usagers.index])
            yield Releve("unites", tuple(rares.index), ("unite",), {"unites": unites, "fonction": libelle_de_fonction(fonction)})


@controle_suivi
def mouvement_sans_date(examen: ExamenSuivi) -> Iterator[Releve]:
    """Entrées et sorties sans date."""
    table = examen.table("unites")
    for ligne in lignes_de(table[table["mouvement"].isin(list(_MOUVEMENTS)) & table["date_mouvement"].isna()]):
        textes = _qui(examen, ligne) | {"mouvement": _MOUVEMENTS[ligne["mouvement"]]}
        yield Releve("unites", (ligne.name,), ("date_mouvement",), textes)


@controle_suivi
def mouvement_hors_exercice(examen: ExamenSuivi) -> Iterator[Releve]:
    """Entrées et sorties datées d'une autre année."""
    table, annee = examen.table("unites"), examen.suivi.exercice
    dates = table["date_mouvement"]
    for ligne in lignes_de(table[table["mouvement"].isin(list(_MOUVEMENTS)) & dates.notna() & (dates.dt.year != annee)]):
        mouvement = {"mouvement": _MOUVEMENTS[ligne["mouvement"]], "date": jour(ligne["date_mouvement"]), "exercice": str(annee)}
        yield Releve("unites", (ligne.name,), ("date_mouvement",), _qui(examen, ligne) | mouvement)


@controle_suivi
def presence_incoherente(examen: ExamenSuivi) -> Iterator[Releve]:
    """Mois de présence que ne donnent ni l'année entière, ni la date du mouvement."""
    table = examen.table("unites")
    for ligne in lignes_de(table[table["mois_presence"].notna()]):
        attendus, tolerance = _mois_attendus(ligne, examen.suivi.exercice), examen.seuil("tolerance")
        if attendus is None:
            continue
        bouge = ligne["mouvement"] in _MOUVEMENTS
        if abs(ligne["mois_presence"] - attendus) > (tolerance if bouge else 0):
            textes = _qui(examen, ligne) | {
                "presence": f"{decimal(ligne['mois_presence'])} mois",
                "mouvement": f"{_MOUVEMENTS[ligne['mouvement']]} le {jour(ligne['date_mouvement'])}" if bouge else "sans mouvement",
                "attendu": f"{decimal(attendus)} mois" if bouge else f"{MOIS} mois, ou une entrée ou une sortie datée",
            }
            champs = ("mois_presence", "date_mouvement") if bouge else ("mois_presence", "mouvement")
            yield Releve("unites", (ligne.name,), champs, textes)


def _mois_attendus(ligne: pd.Series, annee: int) -> float | None:
    """Mois de présence d'après le mouvement, jours comptés ; ``None`` si la date manque ou sort de l'exercice."""
    if ligne["mouvement"] not in _MOUVEMENTS:
        return float(MOIS)
    moment = ligne["date_mouvement"]
    if pd.isna(moment) or moment.year != annee:
        return None
    if ligne["mouvement"] == "entree":
        return MOIS - (moment.month - 1) - (moment.day - 1) / moment.days_in_month
    return moment.month - 1 + moment.day / moment.days_in_month


@controle_suivi
def ac_en_fiscalite_additionnelle(examen: ExamenSuivi) -> Iterator[Releve]:
    """Imputations sur une attribution de compensation qui n'existe pas."""
    if examen.territoire.regime_fiscal != _FISCALITE_ADDITIONNELLE:
        return
    table = examen.table("versements")
    for ligne in lignes_de(table[(table["mode"] == "ac") | (table["ac_imputee_eur"] > 0)]):
        yield Releve("versements", (ligne.name,), ("mode", "ac_imputee_eur"), _qui(examen, ligne))


@controle_suivi
def voie_contradictoire(examen: ExamenSuivi) -> Iterator[Releve]:
    """Montants imputés sur l'attribution de compensation, dans une ligne de facture."""
    table = examen.table("versements")
    for ligne in lignes_de(table[(table["mode"] == "facture") & (table["ac_imputee_eur"] > 0)]):
        textes = _qui(examen, ligne) | {"imputation": formats.euros_exacts(ligne["ac_imputee_eur"])}
        yield Releve("versements", (ligne.name,), ("mode", "ac_imputee_eur"), textes)
