"""Les accords à réunir pour le projet : quelle règle, pour quelles fonctions, avec qui, et qui peut bloquer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mutunb import referentiel
from mutunb.calculs.consequences import MAJORITES
from mutunb.calculs.declarations import noms_des_communes
from mutunb.calculs.majorite import GroupesBloquants, groupes_bloquants
from mutunb.calculs.projet import Projet
from mutunb.referentiel import Majorite

REVISION_LIBRE = "revision_libre_ac"
#: groupes bloquants gardés : au-delà, la liste ne se lit plus
GROUPES_GARDES = 200


@dataclass(frozen=True)
class Accord:
    """Un accord à réunir.

    Attributes
    ----------
    regle : Majorite
    fonctions, instruments : tuple of str
        Fonctions concernées, et instruments qui le demandent.
    requis : bool
        Vrai si une forme retenue le demande ; faux s'il ne vaut que pour une forme de rechange.
    populations : Mapping[str, float]
        Communes appelées à se prononcer (nom → population municipale).
    blocage : GroupesBloquants or None
        Plus petits groupes qui bloquent ; ``None`` quand chacune décide pour elle-même.
    """

    regle: Majorite
    fonctions: tuple[str, ...]
    instruments: tuple[str, ...]
    requis: bool
    populations: Mapping[str, float]
    blocage: GroupesBloquants | None


def accords_a_reunir(projet: Projet) -> tuple[Accord, ...]:
    """Accords que demandent les formes retenues, puis ceux des formes de rechange à majorité qualifiée."""
    accords = []
    for id in referentiel.majorites():
        retenues = tuple(f for f, choix in projet.choix.items() if id in _regles(choix.instrument, choix.mode_financier))
        rechanges = tuple(
            f for f, choix in projet.choix.items() if any(MAJORITES.get(code) == id for code in choix.examen.codes_admis)
        )
        majorite = referentiel.majorite(id)
        if retenues or (rechanges and not majorite.accord_de_chacune):
            accords.append(_accord(projet, majorite, retenues or rechanges, bool(retenues)))
    return tuple(sorted(accords, key=lambda accord: not accord.requis))


def _regles(instrument: str, mode_financier: str) -> set[str]:
    regles = {MAJORITES[instrument]} if instrument in MAJORITES else set()
    return regles | ({REVISION_LIBRE} if mode_financier != "facture" and instrument != "TR" else set())


def _accord(projet: Projet, regle: Majorite, fonctions: tuple[str, ...], requis: bool) -> Accord:
    communes = projet.dossier.territoire.communes
    noms = noms_des_communes(projet.dossier)
    habitants = dict(zip(communes["siren"], communes["pop_municipale_2025"].astype(float), strict=True))
    votants = {siren for f in fonctions for siren in projet.choix[f].perimetre} if regle.accord_de_chacune else set(noms)
    populations = {noms[siren]: habitants[siren] for siren in noms if siren in votants}
    blocage = None if regle.accord_de_chacune else groupes_bloquants(populations, regle=regle.id, limite=GROUPES_GARDES)
    admis = {code for f in fonctions for code in (projet.choix[f].instrument, *projet.choix[f].examen.codes_admis)}
    instruments = tuple(code for code in MAJORITES if MAJORITES[code] == regle.id and code in admis)
    return Accord(regle, fonctions, instruments, requis, populations, blocage)
