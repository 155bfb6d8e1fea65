"""Signaux locaux tirés des comptes publics : ce qui, sur ce territoire, pousse ou freine une fonction.

Chaque signal déplace d'un demi-point ou d'un point un axe (``potentiel_gain`` ou ``facilite``) de certaines fonctions,
sur une échelle de 0 à 4. Les seuils et les effets sont des choix de mutunb (niveau B), affichés avec le résultat.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from mutunb.calculs.effectifs import FONCTIONS_ESTIMEES, Effectifs
from mutunb.calculs.integration import Integration
from mutunb.referentiel import Fonction
from mutunb.territoires import quartiles

DEMI = 0.5
#: part de communes sous le poste plein au-delà (en deçà) de laquelle la continuité est un enjeu (n'en est pas un)
PART_FRAGILE_HAUTE = 0.9
PART_FRAGILE_BASSE = 0.25
#: en dessous de ce nombre de communes, une part de communes ne dit rien
COMMUNES_MINIMUM = 4
COMMUNES_NOMBREUSES = 50
#: population sous laquelle un secrétariat tient souvent à une seule personne
PETITE_COMMUNE = 2000
TRES_PETITE_COMMUNE = 1000
VILLE_CENTRE_DOMINANTE = 0.5
AGGLOMERATIONS = frozenset({"CA", "CU", "METRO", "MET69"})
#: effectif sous lequel un employeur n'atteint pas la taille critique d'une fonction RH propre (repère RH14)
TAILLE_CRITIQUE_RH = 50


@dataclass(frozen=True)
class Signal:
    """Un fait local, l'axe et les fonctions qu'il déplace, de combien.

    Attributes
    ----------
    id : str
        Identifiant de la règle ; la phrase correspondante est dans ``rendu.phrases_priorites``.
    axe : str
        ``potentiel_gain`` ou ``facilite``.
    effets : Mapping[str, float]
        Fonction → déplacement sur l'échelle 0–4.
    valeurs : Mapping[str, float]
        Chiffres à citer.
    """

    id: str
    axe: str
    effets: Mapping[str, float]
    valeurs: Mapping[str, object] = field(default_factory=dict)


def relever_signaux(
    integration: Integration, effectifs: Effectifs, fonctions: Mapping[str, Fonction]
) -> tuple[Signal, ...]:
    """Signaux du territoire, dans un ordre fixe ; aucun signal n'est tiré d'une donnée absente."""
    exigeantes = [f.id for f in fonctions.values() if f.integration_requise.note == "fort"]
    return (
        *_integration(integration, exigeantes),
        *_communes_nombreuses(integration, exigeantes),
        *_fragilite(effectifs),
        *_employeurs_petits(effectifs),
        *_ville_centre(integration),
        *_masse_achats(integration),
        *_achats_declares(integration),
        *_secretariats(integration),
    )


def _integration(integration: Integration, exigeantes: list[str]) -> Iterator[Signal]:
    effet = {"forte": DEMI, "faible": -1.0}.get(integration.niveau)
    if effet:
        yield Signal(f"integration_{integration.niveau}", "facilite", dict.fromkeys(exigeantes, effet))


def _communes_nombreuses(integration: Integration, exigeantes: list[str]) -> Iterator[Signal]:
    combien = len(integration.dossier.territoire.communes)
    if combien > COMMUNES_NOMBREUSES:
        yield Signal("communes_nombreuses", "facilite", dict.fromkeys(exigeantes, -DEMI), {"communes": combien})


def _fragilite(effectifs: Effectifs) -> Iterator[Signal]:
    combien = effectifs.communes_estimees
    if combien < COMMUNES_MINIMUM:
        return
    for fonction in FONCTIONS_ESTIMEES:
        sous = effectifs.sous_poste_plein(fonction)
        valeurs = {"sous": sous, "communes": combien}
        if sous / combien >= PART_FRAGILE_HAUTE:
            yield Signal("communes_sans_poste", "potentiel_gain", {fonction: DEMI}, valeurs)
        elif sous / combien <= PART_FRAGILE_BASSE:
            yield Signal("communes_equipees", "potentiel_gain", {fonction: -DEMI}, valeurs)


def _employeurs_petits(effectifs: Effectifs) -> Iterator[Signal]:
    """Une commune sans taille critique n'a pas de juriste : l'enjeu est l'accès à l'expertise."""
    combien = effectifs.communes_estimees
    if combien < COMMUNES_MINIMUM:
        return
    petits = int((effectifs.entites.loc[effectifs.communes, "effectif_central"] < TAILLE_CRITIQUE_RH).sum())
    valeurs = {"petits": petits, "communes": combien, "seuil": TAILLE_CRITIQUE_RH}
    if petits / combien >= PART_FRAGILE_HAUTE:
        yield Signal("employeurs_petits", "potentiel_gain", {"juridique": DEMI}, valeurs)
    elif petits / combien <= PART_FRAGILE_BASSE:
        yield Signal("employeurs_grands", "potentiel_gain", {"juridique": -DEMI}, valeurs)


def _ville_centre(integration: Integration) -> Iterator[Signal]:
    territoire = integration.dossier.territoire
    part = float(territoire.epci["part_ville_centre"])
    if territoire.nature in AGGLOMERATIONS and part >= VILLE_CENTRE_DOMINANTE:
        yield Signal(
            "ville_centre_dominante", "potentiel_gain", {"achats": DEMI, "systemes_information": DEMI}, {"part": part}
        )


def _masse_achats(integration: Integration) -> Iterator[Signal]:
    territoire = integration.dossier.territoire
    donnee = float(integration.dossier.indicateurs["achats_hab_bloc"])
    repere = quartiles(territoire, "groupe").loc["achats_hab_bloc"]
    if pd.isna(donnee):
        return
    valeurs = {"achats_hab": donnee, "q1": float(repere["q1"]), "q3": float(repere["q3"])}
    if donnee > repere["q3"]:
        yield Signal("achats_eleves", "potentiel_gain", {"achats": DEMI}, valeurs)
    elif donnee < repere["q1"]:
        yield Signal("achats_modestes", "potentiel_gain", {"achats": -DEMI}, valeurs)


def _achats_declares(integration: Integration) -> Iterator[Signal]:
    """Compétence « acquisition en commun de matériel » déclarée à BANATIC ; un 0 ne prouve rien et ne signale rien."""
    declaration = integration.dossier.territoire.epci.get("comp_acquisition_commune_materiel")
    if declaration == 1:
        yield Signal("achats_declares", "facilite", {"achats": DEMI})


def _secretariats(integration: Integration) -> Iterator[Signal]:
    populations = integration.dossier.territoire.communes["pop_municipale_2025"]
    isoles, combien = int((populations < TRES_PETITE_COMMUNE).sum()), len(populations)
    if not (populations < PETITE_COMMUNE).any():
        yield Signal("sans_petite_commune", "potentiel_gain", {"secretariat_mairie": -1.0}, {"seuil": PETITE_COMMUNE})
    elif combien >= COMMUNES_MINIMUM and isoles / combien >= PART_FRAGILE_HAUTE:
        valeurs = {"isoles": isoles, "communes": combien, "seuil": TRES_PETITE_COMMUNE}
        yield Signal("secretariats_isoles", "potentiel_gain", {"secretariat_mairie": 1.0}, valeurs)
