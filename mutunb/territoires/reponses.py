"""Ce que l'on répond quand un SIREN n'ouvre aucun territoire : pourquoi, et quoi lancer à la place."""

from __future__ import annotations

import pandas as pd

from mutunb import formats
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.invocation import commande as a_taper
from mutunb.territoires import siren as controle
from mutunb.territoires.defauts import METROPOLE_GRAND_PARIS
from mutunb.territoires.magasin import commande_national
from mutunb.territoires.modeles import Millesime


class SirenRefuse(ErreurUsage):
    """Le SIREN donné n'est pas celui d'un EPCI à fiscalité propre.

    ``cas`` : ``mal_forme``, ``cle_fausse``, ``inconnu``, ``commune``, ``sans_epci`` ou ``ept``.
    """

    def __init__(self, message: str, cas: str = "inconnu") -> None:
        super().__init__(message)
        self.cas = cas


class HorsEchantillon(ErreurDonnees):
    """Le territoire demande les données nationales, qui ne sont pas là."""

    cas = "hors_echantillon"


def mal_forme(saisie: str, trouves: pd.DataFrame) -> SirenRefuse:
    """Pas neuf chiffres ; ``trouves`` : les EPCI que la saisie désigne peut-être."""
    sujet = f"« {saisie} » n'est pas un SIREN" if saisie else "Aucun SIREN n'est donné"
    return SirenRefuse(f"{sujet} : {_raison(saisie)}. {_conseil(trouves)}", "mal_forme")


def _raison(saisie: str) -> str:
    chiffres = controle.nettoyer(saisie)
    attendu = f"un SIREN s'écrit en {controle.LONGUEUR} chiffres"
    if controle.est_siret(chiffres):
        return f"c'est le SIRET d'un établissement, dont le SIREN est le début, {chiffres[: controle.LONGUEUR]}"
    if controle.en_chiffres(chiffres):
        return f"{attendu}, celui-ci en a {formats.nombre(len(chiffres))}"
    intrus = [caractere for caractere in chiffres if not controle.en_chiffres(caractere)]
    return attendu if len(intrus) != 1 else f"{attendu}, « {intrus[0]} » n'en est pas un"


def cle_fausse(siren: str, voisins: pd.DataFrame) -> SirenRefuse:
    """La clé de contrôle trahit une faute de frappe."""
    return SirenRefuse(
        f"SIREN « {siren} » : la clé de contrôle est fausse, un chiffre au moins est mal tapé. {_conseil(voisins)}",
        "cle_fausse",
    )


def inconnu(siren: str, voisins: pd.DataFrame, millesime: Millesime) -> SirenRefuse:
    """Bien formé, mais aucun EPCI, aucune commune, aucun EPT ne le porte."""
    return SirenRefuse(
        f"SIREN « {siren} » : aucun EPCI à fiscalité propre ne le porte au {formats.date(millesime.perimetre)}. "
        f"{_conseil(voisins)}",
        "inconnu",
    )


def commune(saisie: str, ligne: pd.Series, nom_epci: str) -> SirenRefuse:
    """Le code d'une commune membre d'un EPCI."""
    return SirenRefuse(
        f"« {saisie} » désigne la commune « {ligne['nom']} » ({ligne['dep']}), membre de l'EPCI « {nom_epci} ». "
        f"Relancez avec le SIREN de l'EPCI : {a_taper('produire')} {ligne['epci_siren']}",
        "commune",
    )


def commune_sans_epci(saisie: str, ligne: pd.Series, millesime: Millesime) -> SirenRefuse:
    """Une île dispensée d'intercommunalité."""
    return SirenRefuse(
        f"« {saisie} » désigne la commune « {ligne['nom']} » ({ligne['dep']}), membre d'aucun EPCI à fiscalité propre "
        f"au {formats.date(millesime.perimetre)} : il n'y a pas de services à mutualiser avec une intercommunalité.",
        "sans_epci",
    )


def ept(siren: str, nom: str) -> SirenRefuse:
    """Un établissement public territorial du Grand Paris ; ``nom`` est parfois absent."""
    precision = "" if pd.isna(nom) else f" ({nom})"
    return SirenRefuse(
        f"« {siren} » est le SIREN d'un établissement public territorial du Grand Paris{precision}. Un EPT n'est pas "
        "un EPCI à fiscalité propre et n'entre pas dans la table des EPCI : la fiscalité propre est celle de la "
        f"Métropole du Grand Paris. Étudiez celle-ci : {a_taper('produire')} {METROPOLE_GRAND_PARIS}",
        "ept",
    )


def hors_echantillon(siren: str, nom: str | None, complets: int) -> HorsEchantillon:
    """Pas de données nationales, et l'échantillon n'a pas ce territoire ; ``nom`` s'il en est un comparable."""
    sujet = f"{nom} ({siren})" if nom else f"SIREN « {siren} »"
    commune_probable = nom is None and siren.startswith("21")
    indice = "Un SIREN qui commence par 21 est le plus souvent celui d'une commune. " if commune_probable else ""
    return HorsEchantillon(
        f"{sujet} : hors de l'échantillon embarqué, qui ne contient que {formats.pluriel(complets, 'territoire')}. "
        f"{indice}Pour tous les EPCI de France, construisez le référentiel national : {commande_national()} "
        f"(ou {a_taper('donnees --telecharger')}). "
        f"Territoires de l'échantillon : {a_taper('territoires')}"
    )


def _conseil(epci: pd.DataFrame) -> str:
    """« Vouliez-vous dire : 247900798 (CC du Thouarsais) ? », ou comment chercher."""
    if epci.empty:
        return f"Cherchez-le par son nom : {a_taper('territoires NOM')}."
    noms = [f"{ligne.siren} ({ligne.nom})" for ligne in epci.head(3).itertuples()]
    return f"Vouliez-vous dire : {formats.liste(noms, 'ou')} ?"
