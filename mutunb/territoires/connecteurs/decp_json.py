"""Lignes d'un fichier DECP au format réglementaire 2022 : marchés, titulaires, modifications à plat."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.territoires.connecteurs import lecture, valeurs

QUOI = "un fichier DECP réglementaire 2022 (« marches » → « marche » → liste)"
#: valeurs laissées par un essai de la plateforme : elles ne disent rien du marché
FICTIVES = frozenset({"test"})
#: colonne canonique → clé du marché
CHAMPS = {
    "id": "id",
    "nature": "nature",
    "objet": "objet",
    "code_cpv": "codeCPV",
    "procedure": "procedure",
    "montant": "montant",
    "duree_mois": "dureeMois",
    "offres_recues": "offresRecues",
    "date_notification": "dateNotification",
    "date_publication": "datePublicationDonnees",
}
INDISPENSABLES = ("id", "acheteur", "objet", "montant", "dateNotification", "titulaires")


def lignes_json(chemin: Path) -> list[dict[str, object]]:
    """Une ligne par marché, version et titulaire (une ligne sans titulaire s'il n'y en a pas), ``anomalie`` dite."""
    marches = _marches(chemin)
    constats: list[Constat] = []
    lignes: list[dict[str, object]] = []
    for rang, marche in enumerate(marches, start=1):
        absentes = [cle for cle in INDISPENSABLES if cle not in marche]
        if absentes:
            constats.append(Constat(
                f"{chemin}, marché n° {rang}", f"les clés {', '.join(sorted(marche))}", ", ".join(absentes),
                "Vérifiez que le fichier suit le format réglementaire 2022."))
            continue
        lignes += _lignes_du_marche(marche, f"{chemin}, marché {marche['id']}", constats)
    if constats:
        raise ErreurDonnees.de_constats(f"{chemin}, marchés publics", constats)
    return lignes


def _marches(chemin: Path) -> list[dict[str, Any]]:
    contenu = lecture.texte(chemin, QUOI)
    try:
        racine = json.loads(contenu)
    except json.JSONDecodeError as erreur:
        raise ErreurDonnees(
            f"{chemin}, ligne {erreur.lineno} : JSON illisible ou tronqué. Attendu : {QUOI}. Téléchargez-le de nouveau."
        ) from None
    marches = racine.get("marches") if isinstance(racine, dict) else None
    marches = marches.get("marche") if isinstance(marches, dict) else marches
    if not isinstance(marches, list) or not marches or not all(isinstance(marche, dict) for marche in marches):
        cles = ", ".join(racine) if isinstance(racine, dict) else type(racine).__name__
        raise ErreurDonnees(f"{chemin} : aucun marché trouvé (clés : {cles}). Attendu : {QUOI}.")
    return marches


def _lignes_du_marche(marche: dict[str, Any], ou: str, constats: list[Constat]) -> Iterator[dict[str, object]]:
    acheteur = _propre((marche["acheteur"] or {}).get("id"))
    base = {colonne: _propre(marche.get(cle)) for colonne, cle in CHAMPS.items()}
    base |= {"acheteur_id": acheteur, "uid": f"{acheteur or ''}{base['id'] or ''}"}
    base["techniques"] = ", ".join(str(t) for t in (marche.get("techniques") or {}).get("technique") or [])
    base["montant"] = _montant(marche["montant"], f"{ou}, montant", constats)
    anomalie = _anomalie(marche)
    titulaires = _titulaires(marche["titulaires"])
    for version, modification in enumerate([{}, *_modifications(marche)]):
        base |= _modifie(modification, ou, constats)
        titulaires = _titulaires(modification["titulaires"]) if modification.get("titulaires") else titulaires
        for titulaire in titulaires or [{}]:
            manque = "" if titulaire else "titulaire absent"
            yield {
                **base, "version": version, "anomalie": " ; ".join(filter(None, [anomalie, manque])),
                "titulaire_id": _propre(titulaire.get("id")),
                "titulaire_type": _propre(titulaire.get("typeIdentifiant")),
                "titulaire_nom": _propre(titulaire.get("denominationSociale")),
            }


def _titulaires(bruts: list[Any] | None) -> list[dict[str, Any]]:
    """Titulaires, qu'ils soient ou non enveloppés dans une clé « titulaire » ; les nuls sont écartés."""
    fiches = [brut.get("titulaire", brut) for brut in bruts or [] if isinstance(brut, dict)]
    return [fiche for fiche in fiches if fiche and _propre(fiche.get("id"))]


def _modifications(marche: dict[str, Any]) -> list[dict[str, Any]]:
    bruts = [brut.get("modification", brut) for brut in marche.get("modifications") or [] if isinstance(brut, dict)]
    return sorted(bruts, key=lambda modification: int(modification.get("id") or 0))


def _modifie(modification: dict[str, Any], ou: str, constats: list[Constat]) -> dict[str, object]:
    """Ce que la modification change : montant, durée, date de notification ; le reste du marché ne bouge pas."""
    change: dict[str, object] = {}
    if _propre(modification.get("montant")) is not None:
        change["montant"] = _montant(modification["montant"], f"{ou}, modification, montant", constats)
    for colonne, cle in (
        ("duree_mois", "dureeMois"),
        ("date_notification", "dateNotificationModification"),
        ("date_publication", "datePublicationDonneesModification"),
    ):
        if _propre(modification.get(cle)) is not None:
            change[colonne] = modification[cle]
    return change


def _anomalie(marche: dict[str, Any]) -> str:
    fictifs = [cle for cle, valeur in marche.items() if isinstance(valeur, str) and _fictif(valeur)]
    fictifs += [
        f"titulaire.{cle}"
        for titulaire in marche["titulaires"] or [] if isinstance(titulaire, dict)
        for cle, valeur in (titulaire.get("titulaire") or titulaire).items()
        if isinstance(valeur, str) and _fictif(valeur)
    ]
    return f"valeurs d'essai (« test ») : {', '.join(fictifs)}" if fictifs else ""


def _montant(valeur: object, ou: str, constats: list[Constat]) -> float | None:
    try:
        return None if _propre(valeur) is None else valeurs.nombre(valeur)
    except ValueError:
        constats.append(Constat(ou, f"« {valeur} »", "un nombre", "Corrigez à la source."))
        return None


def _propre(valeur: object) -> object:
    return None if valeurs.est_absent(valeur) or _fictif(valeur) else valeur


def _fictif(valeur: object) -> bool:
    return str(valeur).strip().casefold() in FICTIVES
