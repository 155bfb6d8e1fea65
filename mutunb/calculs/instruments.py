"""Quel instrument : les formes admises, triées, et les formes refusées, avec l'article qui les refuse.

Le droit vit dans ``data/referentiel/droit`` (règles, catalogue, choix par configuration) ; ce module l'applique à des
faits simples. Les interdictions l'emportent ; les propositions se trient par rang, puis par le nombre de règles que les
faits déclenchent en leur faveur, puis dans l'ordre conseillé pour la configuration.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mutunb import referentiel
from mutunb.calculs.conditions_eligibilite import CONDITIONS, Faits
from mutunb.calculs.entrees import entier, suite
from mutunb.calculs.examen_instruments import Admis, Alerte, Examen, Refus
from mutunb.calculs.monnaie import Nombre
from mutunb.erreurs import ErreurUsage
from mutunb.referentiel import RegleEligibilite
from mutunb.referentiel.identifiants import INSTRUMENTS
from mutunb.referentiel.niveaux import le_plus_fragile

#: rang d'un instrument que la fiche de la fonction cite, quand aucune configuration ne la couvre
RANG_FICHE = 2
#: configuration → dans quelle situation
CONFIGURATIONS = {
    "epci_et_toutes_communes": "quand l'EPCI et toutes ses communes participent",
    "epci_et_quelques_communes": "quand l'EPCI et une partie de ses communes participent",
    "epci_et_ville_centre": "entre l'EPCI et sa ville-centre",
    "communes_seules": "entre communes, sans l'EPCI",
    "hors_perimetre": "avec des collectivités extérieures à l'EPCI",
    "ponctuel": "pour un besoin d'un temps",
}
#: instruments portés par l'EPCI : une commune gestionnaire les remplace
PORTES_PAR_L_EPCI = {"SC": "SCC", "MADD": None, "BP": None}


def examiner(fonction: str, *, communes: int | Sequence[Any] = 1, **faits: Any) -> Examen:
    """Instruments admis et refusés pour une fonction, avec les raisons, les articles et les alertes.

    Parameters
    ----------
    fonction : str
        Identifiant d'une fonction du référentiel (« systemes_information », « achats »…).
    communes : int or sequence
        Communes membres qui participent : leur nombre, ou leur liste.
    regime_fiscal : str
        « FPU » (par défaut) ou « FA ».
    epci_partie : bool
        Faux : les communes sont seules.
    toutes_communes, ville_centre_seule : bool
        Toutes les communes membres, ou la seule ville-centre.
    beneficiaires_exterieurs : bool
        Un bénéficiaire n'est ni l'EPCI, ni une commune membre, ni un établissement rattaché.
    transfert : str
        Compétence liée à la mission : « aucun », « partiel » ou « total » ; ``competence_transferee=True`` vaut « total ».
    ponctuel, un_seul_agent : bool
        Besoin d'un temps ; un seul agent.
    gestionnaire : str
        « epci », « commune » ou « tiers ».
    commune_affiliee_cdg : bool or None
        Une commune ou un établissement est affilié d'office au centre de gestion ; ``None`` = non établi.
    agents_temps_plein : int or None
        Agents entièrement occupés par le service ; ``None`` = inconnu.
    commandement_unique, service_epci_existant, a_l_acte, forme_legere : bool
        Un seul chef voulu ; l'EPCI ouvre un service qu'il a déjà ; quelques dossiers à l'acte ; le diagnostic conseille de
        commencer par une forme légère.
    bien, epci_proprietaire : bool
        Le besoin est un bien ; l'EPCI le possède.
    organisation_peu_mure, epci_a_le_besoin, au_catalogue, equipe_permanente, marche_lance, concession, epci_paye,
    statuts_groupement : bool
        Achats : maturité, besoin propre de l'EPCI, catalogue d'une centrale, équipe d'acheteurs, consultation déjà lancée,
        concession, EPCI payé pour le groupement, statuts qui prévoient L.5211-4-4 (``None`` = inconnu).
    beneficiaire_assujetti_tva : bool

    Returns
    -------
    Examen

    Raises
    ------
    ErreurUsage
        Fonction ou fait inconnu (avec les noms voisins), valeur hors liste.

    Notes
    -----
    Règles : ``data/referentiel/droit/eligibilite.yaml`` ; rangs : niveau B.

    Examples
    --------
    >>> examen = examiner("systemes_information", regime_fiscal="FA", toutes_communes=True, communes=12)
    >>> examen.recommande, examen.modes_financiers("SC")
    ('SC', ('facture',))
    >>> [r.titre for r in examiner("juridique", epci_partie=False).refus_de("SC")]
    ["Service commun impossible sans l'EPCI"]
    """
    inconnus = [nom for nom in faits if nom not in Faits.__dataclass_fields__ or nom in ("retenus", "fonction")]
    if inconnus:
        raise ErreurUsage.nom_inconnu("fait", inconnus[0], [n for n in Faits.__dataclass_fields__ if n != "retenus"])
    nombre = entier(communes, "les communes", 0) if isinstance(communes, Nombre) else len(suite(communes, "les communes"))
    return examiner_faits(Faits(fonction=fonction, communes=nombre, **faits))


def examiner_faits(faits: Faits) -> Examen:
    """:func:`examiner`, quand les faits sont déjà réunis."""
    regles = referentiel.regles_eligibilite().values()
    jouees = [r for r in regles if r.effet != "alerte" and CONDITIONS[r.id](faits)]
    interdictions = [r for r in jouees if r.effet == "interdiction"]
    interdits = {code for r in interdictions if not r.vise for code in r.instruments}
    admis = _admis(faits, [r for r in jouees if r.effet == "proposition"], interdits)
    averti = replace(faits, retenus=frozenset(a.code for a in admis))
    alertes = [r for r in regles if r.effet == "alerte" and _concerne(r, averti) and CONDITIONS[r.id](averti)]
    return Examen(
        faits=faits,
        admis=admis,
        refuses=_refus(interdictions, averti),
        alertes=tuple(_alerte(regle) for regle in alertes),
        regles=tuple(r.id for r in [*jouees, *alertes]),
    )


def _concerne(regle: RegleEligibilite, faits: Faits) -> bool:
    """Vrai si la règle ne vise aucun instrument en particulier, ou l'un de ceux qui sont retenus."""
    return not regle.instruments or bool(faits.retenus & set(regle.instruments))


def _refus(regles: Iterable[RegleEligibilite], faits: Faits) -> tuple[Refus, ...]:
    """Un refus par instrument interdit, dans l'ordre du catalogue, puis les parties retirées."""
    entiers = [(code, r) for r in regles if not r.vise for code in r.instruments]
    entiers.sort(key=lambda paire: INSTRUMENTS.index(paire[0]))
    parties = [("", r) for r in regles if r.vise and _concerne(r, faits)]
    return tuple(
        Refus(
            code=code,
            objet=referentiel.instrument(code).libelle if code else regle.vise,
            titre=regle.titre or regle.consequence,
            raison=regle.consequence,
            article=regle.article,
            niveau=regle.niveau,
            source=regle.source,
            regle=regle.id,
        )
        for code, regle in [*entiers, *parties]
    )


def _alerte(regle: RegleEligibilite) -> Alerte:
    return Alerte(
        regle.titre or regle.condition, regle.consequence, regle.article, regle.instruments, regle.niveau, regle.source, regle.id
    )


@dataclass(frozen=True)
class _Raison:
    """Une raison de proposer un instrument : la règle (ou la configuration), son rang, et sa place parmi les choix."""

    rang: int
    place: int
    motif: str
    reserve: str
    regle: str
    niveau: str
    source: tuple[str, ...]

    @property
    def conseil(self) -> bool:
        """Vrai si ce n'est qu'un conseil d'usage, et non une règle que les faits déclenchent."""
        return self.regle in ("configuration", "fiche")


def _admis(faits: Faits, propositions: Iterable[RegleEligibilite], interdits: set[str]) -> tuple[Admis, ...]:
    raisons: dict[str, list[_Raison]] = {}
    for r in propositions:
        for place, code in enumerate(r.instruments):
            raisons.setdefault(code, []).append(
                _Raison(r.rang or 1, 100 + place, r.consequence, r.reserve, r.id, r.niveau, r.source)
            )
    conseils = _de_configuration(faits)
    for code, raison in conseils if raisons or conseils else _de_fiche(faits):
        raisons.setdefault(code, []).append(raison)
    classes = sorted(
        (code for code in raisons if code not in interdits),
        key=lambda code: (
            min(r.rang for r in raisons[code]),
            -sum(not r.conseil for r in raisons[code]),
            -len(raisons[code]),
            min(r.place for r in raisons[code]),
            INSTRUMENTS.index(code),
        ),
    )
    return tuple(_assembler(code, raisons[code]) for code in classes)


def _assembler(code: str, raisons: list[_Raison]) -> Admis:
    instrument = referentiel.instrument(code)
    regles = [r for r in raisons if not r.conseil]
    return Admis(
        code=code,
        libelle=instrument.libelle,
        rang=min(r.rang for r in raisons),
        motif=" ".join(dict.fromkeys(r.motif for r in regles or raisons)),
        reserve=" ".join(dict.fromkeys(r.reserve for r in raisons if r.reserve)),
        article=instrument.fondement,
        regles=tuple(r.regle for r in raisons),
        niveau=le_plus_fragile(r.niveau for r in raisons),
        source=tuple(dict.fromkeys(s for r in raisons for s in r.source)),
    )


def _de_configuration(faits: Faits) -> list[tuple[str, _Raison]]:
    """Choix conseillés pour cette fonction et cette configuration (niveau B)."""
    conseils = referentiel.configurations().get(faits.fonction)
    if conseils is None:
        return []
    choix = [(un.rang, code, un.precision) for un in getattr(conseils, faits.configuration) for code in un.instruments]
    retenus = [(rang, _porteur(code, faits), precision) for rang, code, precision in choix]
    return [
        (code, _Raison(rang, place, _conseil(faits, rang, precision), "", "configuration", conseils.niveau, conseils.source))
        for place, (rang, code, precision) in enumerate(retenus)
        if code is not None
    ]


def _conseil(faits: Faits, rang: int, precision: str) -> str:
    debut = "Premier choix d'usage" if rang == 1 else "Solution de rechange d'usage"
    return f"{debut} {CONFIGURATIONS[faits.configuration]}{f' : {precision}' if precision else ''}."


def _de_fiche(faits: Faits) -> list[tuple[str, _Raison]]:
    """Instruments que la fiche de la fonction privilégie, quand aucune règle ni configuration n'en propose."""
    cites = referentiel.fonction(faits.fonction).instruments_privilegies
    retenus = [(_porteur(cite.code, faits), cite) for cite in cites]
    return [
        (code, _Raison(RANG_FICHE, place, f"{cite.texte.rstrip('.')}.", "", "fiche", cite.niveau, (cite.source,)))
        for place, (code, cite) in enumerate(retenus)
        if code is not None
    ]


def _porteur(code: str, faits: Faits) -> str | None:
    """L'instrument, transposé au gestionnaire : une commune gère un service commun dérogatoire, pas celui de l'EPCI."""
    if faits.gestionnaire == "commune":
        return PORTES_PAR_L_EPCI.get(code, code)
    return None if faits.gestionnaire == "tiers" and code in {*PORTES_PAR_L_EPCI, "SCC"} else code
