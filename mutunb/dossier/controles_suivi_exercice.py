"""Contrôles du suivi : l'exercice, ses dates, ses charges, ses indicateurs et ses gains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from mutunb import formats
from mutunb.dossier.examen import Releve, lignes_de
from mutunb.dossier.examen_suivi import ExamenSuivi, controle_suivi, decimal, jour
from mutunb.dossier.modele_suivi import groupe_de, modele_suivi

_ANNUALISE = ("remplacement_eur", "duree_ans")


def _exercice(examen: ExamenSuivi) -> pd.Series | None:
    """La ligne de la feuille Exercice, ou ``None`` si elle n'est pas remplie."""
    table = examen.table("exercice")
    table = table[table["exercice"] == examen.suivi.exercice]
    return None if table.empty else table.iloc[0]


def _releve(ligne: pd.Series | None, champs: tuple[str, ...], textes: Mapping[str, str]) -> Releve:
    return Releve("exercice", () if ligne is None else (ligne.name,), champs, textes)


@controle_suivi
def exercice_non_dit(examen: ExamenSuivi) -> Iterator[Releve]:
    """Exercices dont le classeur ne dit pas s'ils sont complets."""
    ligne = _exercice(examen)
    if ligne is None or ligne["complet"] not in ("oui", "non"):
        yield _releve(ligne, ("complet",), {"exercice": str(examen.suivi.exercice)})


@controle_suivi
def exercice_partiel_sans_arret(examen: ExamenSuivi) -> Iterator[Releve]:
    """Exercices dits non complets, sans dernier jour compté."""
    ligne = _exercice(examen)
    if ligne is not None and ligne["complet"] == "non" and pd.isna(ligne["date_arret"]):
        yield _releve(ligne, ("date_arret",), {"exercice": str(examen.suivi.exercice)})


@controle_suivi
def arret_hors_exercice(examen: ExamenSuivi) -> Iterator[Releve]:
    """Dates d'arrêt d'une autre année, ou d'un exercice dit complet mais arrêté avant la fin."""
    ligne = _exercice(examen)
    if ligne is None or pd.isna(ligne["date_arret"]):
        return
    arret, annee = ligne["date_arret"], examen.suivi.exercice
    complet_trop_tot = ligne["complet"] == "oui" and arret < pd.Timestamp(annee, 12, 31)
    if arret.year != annee or complet_trop_tot:
        precision = ", le 31 décembre puisque l'exercice est dit complet" if complet_trop_tot else ""
        textes = {"arret": jour(arret), "exercice": str(annee), "precision": precision}
        yield _releve(ligne, ("date_arret", "complet") if complet_trop_tot else ("date_arret",), textes)


@controle_suivi
def periodicite_trop_longue(examen: ExamenSuivi) -> Iterator[Releve]:
    """Périodicités de remboursement de plus d'un an."""
    ligne, maximum = _exercice(examen), examen.seuil("maximum")
    if ligne is not None and ligne["periodicite_mois"] > maximum:
        textes = {"periodicite": f"{decimal(ligne['periodicite_mois'])} mois", "maximum": f"{decimal(maximum)} mois"}
        yield _releve(ligne, ("periodicite_mois",), textes)


@controle_suivi
def notification_absente(examen: ExamenSuivi) -> Iterator[Releve]:
    """Exercices sans date de notification du coût unitaire."""
    ligne = _exercice(examen)
    if ligne is not None and pd.isna(ligne["date_notification"]):
        yield _releve(ligne, ("date_notification",), {"exercice": str(examen.suivi.exercice)})


@controle_suivi
def notification_apres_budget(examen: ExamenSuivi) -> Iterator[Releve]:
    """Notifications qui ne précèdent pas le vote du budget, hors année de signature."""
    ligne = _exercice(examen)
    if ligne is None or ligne["date_signature"] >= pd.Timestamp(examen.suivi.debut):
        return
    if ligne["date_notification"] >= ligne["date_vote_budget"]:
        textes = {"notification": jour(ligne["date_notification"]), "vote": jour(ligne["date_vote_budget"])}
        yield _releve(ligne, ("date_notification", "date_vote_budget"), textes)


@controle_suivi
def notification_trop_tardive(examen: ExamenSuivi) -> Iterator[Releve]:
    """Premières notifications hors du délai compté de la signature, l'année de la signature."""
    ligne, delai = _exercice(examen), int(examen.seuil("delai"))
    if ligne is None or pd.isna(ligne["date_signature"]):
        return
    limite = ligne["date_signature"] + pd.DateOffset(months=delai)
    if ligne["date_notification"] > limite:
        textes = {
            "notification": jour(ligne["date_notification"]),
            "signature": jour(ligne["date_signature"]),
            "limite": jour(limite),
            "delai": f"{delai} mois",
        }
        yield _releve(ligne, ("date_notification", "date_signature"), textes)


def _charge(ligne: pd.Series) -> str:
    nature = modele_suivi().feuille("charges").champ("nature").libelle_de(ligne["nature"])
    return f"« {nature if pd.isna(ligne['libelle']) else ligne['libelle']} »"


@controle_suivi
def charge_non_liee(examen: ExamenSuivi) -> Iterator[Releve]:
    """Charges non strictement liées, ou d'une nature que l'article ne cite pas et dont le lien n'est pas déclaré."""
    for ligne in lignes_de(examen.table("charges")):
        if ligne["strictement_lie"] == "non":
            motif = "déclarée non strictement liée au service"
        elif ligne["nature"] == "autre" and ligne["strictement_lie"] != "oui":
            motif = "d'une nature que l'article ne cite pas, et dont le lien avec le service n'est pas déclaré"
        else:
            continue
        yield Releve("charges", (ligne.name,), ("nature", "strictement_lie"), {"charge": _charge(ligne), "motif": motif})


@controle_suivi
def charge_sans_montant(examen: ExamenSuivi) -> Iterator[Releve]:
    """Charges sans montant ni de quoi l'annualiser."""
    for ligne in lignes_de(examen.table("charges")):
        if pd.isna(ligne["montant_eur"]) and ligne[list(_ANNUALISE)].isna().all():
            yield Releve("charges", (ligne.name,), ("montant_eur",), {"charge": _charge(ligne)})


@controle_suivi
def renouvellement_incomplet(examen: ExamenSuivi) -> Iterator[Releve]:
    """Renouvellements sans montant dont il manque le remplacement ou la durée (absente ou nulle)."""
    libelles = dict(zip(_ANNUALISE, ("coût de remplacement", "durée normale d'utilisation"), strict=True))
    for ligne in lignes_de(examen.table("charges")):
        dits = {champ: pd.notna(ligne[champ]) and (champ != "duree_ans" or ligne[champ] > 0) for champ in _ANNUALISE}
        if pd.isna(ligne["montant_eur"]) and ligne[list(_ANNUALISE)].notna().any() and not all(dits.values()):
            manquants = [champ for champ, dit in dits.items() if not dit]
            textes = {"charge": _charge(ligne), "manque": formats.liste([libelles[champ] for champ in manquants])}
            yield Releve("charges", (ligne.name,), tuple(manquants), textes)


@controle_suivi
def ajustement_non_justifie(examen: ExamenSuivi) -> Iterator[Releve]:
    """Ajustements non nuls sans justification."""
    for ligne in lignes_de(examen.table("charges")):
        ajustement = ligne["ajustement_budget_eur"]
        if pd.notna(ajustement) and ajustement != 0 and pd.isna(ligne["justification"]):
            textes = {"ajustement": formats.euros_exacts(ajustement), "charge": _charge(ligne)}
            yield Releve("charges", (ligne.name,), ("ajustement_budget_eur", "justification"), textes)


def _indicateur(code: str) -> str:
    return modele_suivi().feuille("indicateurs").champ("indicateur").libelle_de(code)


@controle_suivi
def satisfaction_sans_taux(examen: ExamenSuivi) -> Iterator[Releve]:
    """Notes de satisfaction (d'après la ligne ou le référentiel) sans taux de réponse."""
    for ligne in lignes_de(examen.table("indicateurs")):
        satisfaction = "satisfaction" in (ligne["groupe"], groupe_de(ligne["indicateur"]))
        if satisfaction and pd.notna(ligne["valeur"]) and pd.isna(ligne["taux_reponse"]):
            textes = {"valeur": decimal(ligne["valeur"]), "indicateur": _indicateur(ligne["indicateur"])}
            yield Releve("indicateurs", (ligne.name,), ("valeur", "taux_reponse"), textes)


@controle_suivi
def indicateur_d_un_autre_exercice(examen: ExamenSuivi) -> Iterator[Releve]:
    """Indicateurs datés d'une autre année que le classeur."""
    table = examen.table("indicateurs")
    for ligne in lignes_de(table[table["exercice"].notna() & (table["exercice"] != examen.suivi.exercice)]):
        textes = {
            "indicateur": _indicateur(ligne["indicateur"]),
            "trouve": f"{ligne['exercice']:.0f}",
            "exercice": str(examen.suivi.exercice),
        }
        yield Releve("indicateurs", (ligne.name,), ("exercice",), textes)


@controle_suivi
def gain_sans_preuve(examen: ExamenSuivi) -> Iterator[Releve]:
    """Gains réalisés que rien ne démontre."""
    table = examen.table("gains")
    sans_preuve = (table["preuve"].isna() | (table["preuve"] == "aucune")) & table["realise"].notna() & (table["realise"] != 0)
    for ligne in lignes_de(table[sans_preuve]):
        yield Releve("gains", (ligne.name,), ("realise", "preuve"), {"gain": ligne["libelle"]})
