"""Les trois scénarios d'un projet, chacun comparé à la tendance : ce que l'on décide, et rien de plus.

Aucun scénario ne suppose une économie : un gain vient d'un départ non remplacé, d'un contrat qui finit ou d'un prix
d'achat sourcé. Sinon il est nul, et le modèle dit pourquoi.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mutunb.erreurs import ErreurUsage

#: instruments qui changent l'employeur des agents, qui partagent une équipe, qui ne portent que sur des contrats
AVEC_TRANSFERT = frozenset({"SC", "SCC"})
EQUIPE_PARTAGEE = frozenset({"MADD", "MADA", "MADI"})
CONTRATS_SEULS = frozenset({"INF", "GC", "GCD", "CA", "BP"})


@dataclass(frozen=True)
class Scenario:
    """Un scénario : les décisions qui produisent un effet.

    Attributes
    ----------
    id, libelle, phrase : str
    departs_non_remplaces : bool
        Les départs annoncés que la charge de travail n'oblige pas à remplacer ne le sont pas.
    contrats_resilies : bool
        Les logiciels en double s'arrêtent à la fin de leur contrat.
    prix : str
        Borne du gain d'achat retenue (``bas`` ou ``central``).
    perimetre_entier : bool
        Toutes les communes entrent, et non celles du choix.
    renfort : bool
        Le service est porté à l'effectif que sa charge et la continuité demandent.
    """

    id: str
    libelle: str
    phrase: str
    departs_non_remplaces: bool
    contrats_resilies: bool
    prix: str
    perimetre_entier: bool = False
    renfort: bool = False


SCENARIOS: Mapping[str, Scenario] = MappingProxyType(
    {
        s.id: s
        for s in (
            Scenario(
                "prudent",
                "Prudent",
                "même périmètre, tous les départs sont remplacés, les contrats courent, les prix d'achat gagnent le minimum publié",
                departs_non_remplaces=False,
                contrats_resilies=False,
                prix="bas",
            ),
            Scenario(
                "cible",
                "Cible",
                "même périmètre, un départ annoncé n'est pas remplacé si la charge le permet, les logiciels en double "
                "s'arrêtent à leur terme",
                departs_non_remplaces=True,
                contrats_resilies=True,
                prix="central",
            ),
            Scenario(
                "etendu",
                "Étendu",
                "toutes les communes entrent, et le service est renforcé là où la charge ou la continuité le demandent",
                departs_non_remplaces=True,
                contrats_resilies=True,
                prix="central",
                perimetre_entier=True,
                renfort=True,
            ),
        )
    }
)
TENDANCE = "tendance"


def scenario(identifiant: str) -> Scenario:
    """Scénario ``prudent``, ``cible`` ou ``etendu`` ; :class:`ErreurUsage` avec les noms voisins sinon."""
    if identifiant not in SCENARIOS:
        raise ErreurUsage.nom_inconnu("scénario", identifiant, SCENARIOS)
    return SCENARIOS[identifiant]
