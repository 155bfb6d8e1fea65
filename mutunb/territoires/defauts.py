"""Les défauts connus des données d'un territoire, en phrases que le client lira.

Une ``alerte`` fausse ou retire un chiffre de ce territoire ; une ``information`` est une limite de la source.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from mutunb import formats
from mutunb.territoires.modeles import COUVERTURE_MINIMALE, Defaut, Millesime, Origine

METROPOLE_GRAND_PARIS = "200054781"
_NOMS_CITES = 6


def relever_defauts(
    epci: pd.Series, communes: pd.DataFrame, millesime: Millesime, origine: Origine = Origine.NATIONAL
) -> tuple[Defaut, ...]:
    """Défauts du territoire, les alertes d'abord."""
    releves = [
        *_fictif(origine),
        *_communes_sans_comptes(communes, millesime),
        *_communes_partielles(communes),
        *_communes_a_verifier(communes),
        *_couvertures(epci, millesime),
        *_fiscalite_reversee(epci),
        *_cif(epci, millesime),
        *_statuts_particuliers(epci, communes),
        *_limites_des_sources(millesime),
    ]
    return tuple(sorted(releves, key=lambda defaut: defaut.gravite != "alerte"))


def _fictif(origine: Origine) -> Iterator[Defaut]:
    if origine == Origine.FICTIF:
        yield Defaut(
            "territoire_fictif",
            "alerte",
            "Territoire fictif : ses communes, ses comptes et ses réponses sont inventés pour la démonstration. "
            "Aucun chiffre ne décrit une collectivité réelle.",
        )


def _communes_sans_comptes(communes: pd.DataFrame, millesime: Millesime) -> Iterator[Defaut]:
    absentes = communes[communes["ofgl_qualite"] == "absent"]
    if absentes.empty:
        return
    habitants = formats.valeur(absentes["pop_totale_2025"].sum(), "habitants")
    plusieurs = len(absentes) > 1
    yield Defaut(
        "communes_sans_comptes",
        "alerte",
        f"{formats.pluriel(len(absentes), 'commune')} sur {formats.nombre(len(communes))} sans comptes "
        f"{millesime.comptes} à la source : {_noms(absentes)} ({habitants}). "
        f"{'Leurs' if plusieurs else 'Ses'} montants restent « n.d. » et manquent aux totaux des communes.",
    )


def _de_qualite(communes: pd.DataFrame, qualite: str, *colonnes: str) -> list[dict[str, Any]]:
    return communes.loc[communes["ofgl_qualite"] == qualite, ["insee", "nom", *colonnes]].to_dict("records")


def _communes_partielles(communes: pd.DataFrame) -> Iterator[Defaut]:
    for commune in _de_qualite(communes, "partiel", "ofgl_couverture_pop"):
        part = formats.pourcent(commune["ofgl_couverture_pop"])
        yield Defaut(
            f"commune_partielle_{commune['insee']}",
            "alerte",
            f"{commune['nom']} est une commune nouvelle dont il manque des comptes à la source : "
            f"ses montants ne couvrent que {part} de sa population.",
        )


def _communes_a_verifier(communes: pd.DataFrame) -> Iterator[Defaut]:
    for commune in _de_qualite(communes, "a_verifier", "ofgl_pop_totale", "pop_totale_2025"):
        retenue = formats.valeur(commune["ofgl_pop_totale"], "habitants")
        legale = formats.valeur(commune["pop_totale_2025"], "habitants")
        yield Defaut(
            f"commune_a_verifier_{commune['insee']}",
            "alerte",
            f"Les comptes de {commune['nom']} se rapportent à {retenue}, sa population totale est de {legale} : "
            "ses montants par habitant sont à vérifier.",
        )


def _couvertures(epci: pd.Series, millesime: Millesime) -> Iterator[Defaut]:
    if formats.est_absent(epci["dep_fonctionnement"]):
        yield Defaut(
            "epci_sans_comptes",
            "alerte",
            f"Les comptes {millesime.comptes} de l'EPCI manquent à la source : ses montants restent « n.d. ».",
        )
    sujets = {"communes_couverture_pop": "des communes", "ofgl_couverture_pop": "de l'EPCI"}
    for colonne, sujet in sujets.items():
        if epci[colonne] < COUVERTURE_MINIMALE:
            yield Defaut(
                colonne.replace("_pop", "_insuffisante"),
                "alerte",
                f"Les comptes {sujet} couvrent {formats.pourcent(epci[colonne], 1)} de la population "
                f"(moins de {formats.pourcent(COUVERTURE_MINIMALE)}) : les montants du bloc par habitant et les parts "
                "de l'EPCI ne sont pas calculés.",
            )


def _fiscalite_reversee(epci: pd.Series) -> Iterator[Defaut]:
    if epci["regime_fiscal"] == "FA":
        yield Defaut(
            "fiscalite_additionnelle",
            "information",
            "L'EPCI est en fiscalité additionnelle : le solde « AC + DSC (OFGL) » n'y a pas de sens et n'est pas montré.",
        )
    elif formats.est_absent(epci["fiscalite_reversee"]):
        yield Defaut(
            "fiscalite_reversee_absente",
            "alerte",
            "Le solde « AC + DSC (OFGL) » de l'EPCI manque à la source : il reste « n.d. ».",
        )
    else:
        yield Defaut(
            "fiscalite_reversee_approchee",
            "information",
            "« AC + DSC (OFGL) » est le solde des reversements de fiscalité entre l'EPCI et ses communes : il approche "
            "l'attribution de compensation, il ne remplace pas celle que le conseil a délibérée.",
        )


def _cif(epci: pd.Series, millesime: Millesime) -> Iterator[Defaut]:
    if formats.est_absent(epci["cif_2025"]):
        yield Defaut(
            "cif_inconnu",
            "information",
            f"Le coefficient d'intégration fiscale {millesime.dgf} de cet EPCI n'est pas dans les données ouvertes "
            "réunies ici. La fiche individuelle DGF de l'EPCI le donne ; sans elle au dossier, il reste « n.d. » et n'est pas estimé.",
        )


def _statuts_particuliers(epci: pd.Series, communes: pd.DataFrame) -> Iterator[Defaut]:
    if epci["epci_siren"] == METROPOLE_GRAND_PARIS:
        membres = int(communes["ept_siren"].notna().sum())
        territoires = communes["ept_siren"].nunique()
        yield Defaut(
            "etablissements_territoriaux",
            "alerte",
            f"{formats.pluriel(membres, 'commune')} sur {formats.nombre(len(communes))} relèvent aussi de "
            f"{formats.nombre(territoires)} établissements publics territoriaux, dont les comptes ne sont ni dans ceux "
            "de la métropole ni dans ceux des communes ; Paris exerce en outre les compétences d'un département.",
        )
    if epci["nature"] == "MET69":
        yield Defaut(
            "metropole_de_lyon",
            "alerte",
            "La Métropole de Lyon exerce aussi les compétences d'un département : ses montants par habitant ne se "
            "comparent pas directement à ceux des autres métropoles.",
        )


def _limites_des_sources(millesime: Millesime) -> Iterator[Defaut]:
    yield Defaut(
        "epci_consolide",
        "information",
        "Comptes de l'EPCI consolidés (budget principal et budgets annexes), comptes des communes limités au budget "
        "principal : toute part de l'EPCI dans le bloc est surestimée.",
    )
    yield Defaut(
        "perimetre",
        "information",
        f"Périmètre au {formats.date(millesime.perimetre)} : les communes nouvelles, fusions et retraits postérieurs "
        "n'y sont pas.",
    )
    yield Defaut(
        "competences_declarees",
        "information",
        "Compétences d'après BANATIC (nomenclature 2021) : une compétence non déclarée ne prouve pas l'absence de "
        "service commun.",
    )
    yield Defaut(
        "marches_travaux",
        "information",
        "Les marchés publics connus ici sont les seuls travaux notifiés au second semestre 2024 : ils ne décrivent pas "
        "les achats du territoire.",
    )


def _noms(communes: pd.DataFrame) -> str:
    noms = communes["nom"].tolist()
    if len(noms) <= _NOMS_CITES:
        return formats.liste(noms)
    return f"{', '.join(noms[:_NOMS_CITES])} et {formats.pluriel(len(noms) - _NOMS_CITES, 'autre')}"
