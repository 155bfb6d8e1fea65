"""Et si l'on faisait autrement ? Ce qui devient impossible, et ce qui le reste ou le devient, quand un fait change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from mutunb.calculs.conditions_eligibilite import ACHATS
from mutunb.calculs.examen_instruments import Refus
from mutunb.calculs.instruments import examiner_faits
from mutunb.calculs.projet import Projet

#: variante → (libellé, faits changés, vrai si elle ne concerne que les achats)
VARIANTES: Mapping[str, tuple[str, Mapping[str, Any], bool]] = MappingProxyType(
    {
        "sans_epci": ("Les communes se passent de l'EPCI", {"epci_partie": False, "toutes_communes": False}, False),
        "commune_gestionnaire": ("Une commune gère le service à la place de l'EPCI", {"gestionnaire": "commune"}, False),
        "voisins": ("Une collectivité voisine rejoint le projet", {"beneficiaires_exterieurs": True}, False),
        "competence_transferee": ("La mission relève d'une compétence déjà transférée", {"transfert": "total"}, False),
        "transfert_partiel": ("Le service accompagne un transfert partiel de compétence", {"transfert": "partiel"}, False),
        "marche_lance": ("Une commune veut rejoindre un marché déjà lancé", {"marche_lance": True}, True),
    }
)


@dataclass(frozen=True)
class Variante:
    """Une variante : les refus qu'elle ajoute, et les instruments qu'elle laisse, fonctions réunies."""

    id: str
    libelle: str
    fonctions: tuple[str, ...]
    refus: tuple[Refus, ...]
    possibles: tuple[str, ...]


def examiner_variantes(projet: Projet) -> tuple[Variante, ...]:
    """Les variantes courantes, examinées sur les fonctions retenues ; seuls les refus nouveaux y figurent."""
    variantes = []
    for id, (libelle, changements, achats_seuls) in VARIANTES.items():
        fonctions = tuple(f for f in projet.choix if not achats_seuls or f == ACHATS)
        refus: dict[tuple[str, str], Refus] = {}
        possibles: dict[str, None] = {}
        for fonction in fonctions:
            base = projet.choix[fonction].examen
            examen = examiner_faits(replace(base.faits, **changements))
            deja = {(r.objet, r.regle) for r in base.refuses}
            refus |= {(r.objet, r.regle): r for r in examen.refuses if (r.objet, r.regle) not in deja}
            possibles |= dict.fromkeys(examen.codes_admis)
        if fonctions:
            variantes.append(Variante(id, libelle, fonctions, tuple(refus.values()), tuple(possibles)))
    return tuple(variantes)
