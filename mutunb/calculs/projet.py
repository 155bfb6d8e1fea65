"""Le projet d'un territoire : pour chaque fonction retenue, avec qui, sous quelle forme, selon quelle clé, et quand.

Ce que le client a décidé (``decisions.yaml``) l'emporte ; le reste suit une recommandation dont le motif est écrit. Une
décision que le droit interdit n'est pas suivie, et cela se lit aussi. Rien ne dépend du jour où le calcul est lancé : la
date de départ est celle du T0, à défaut la fin de l'année du dernier millésime public.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from mutunb import formats
from mutunb.calculs.instruments import Examen
from mutunb.calculs.ordonnancement import niveler
from mutunb.calculs.priorites import PORTEES_ETUDIEES, Priorites, hierarchiser
from mutunb.calculs.recommandations import Retenu, recommander
from mutunb.calculs.taches import AVEC_AGENTS
from mutunb.dossier import Dossier
from mutunb.dossier.decisions import DecisionFonction

DECIDE, RECOMMANDE = "decide", "recommande"
#: ce qui se décide pour une fonction, dans l'ordre où cela se décide
CHAMPS = ("perimetre", "instrument", "cle", "scenario", "date_effet", "mode_financier")
#: bascules d'agents admises dans un même trimestre (choix de mutunb) : au-delà, une date recommandée attend le suivant
TRANSFERTS_PAR_TRIMESTRE = 2
#: portée d'une fonction que le diagnostic ne range pas « à étudier » → pourquoi elle attend
ATTENTES: Mapping[str, str] = MappingProxyType(
    {
        "volontariat": "possible avec des communes volontaires, après les fonctions à étudier",
        "plus_tard": "plus tard, quand l'intégration du territoire aura progressé",
        "a_decider": "à décider après la collecte, l'intégration du territoire n'étant pas connue",
    }
)


@dataclass(frozen=True)
class Choix:
    """Ce qui est choisi pour une fonction.

    Attributes
    ----------
    perimetre : tuple of str
        SIREN des parties ; l'EPCI d'abord, s'il est partie.
    instrument : str
        Code du catalogue.
    cle, scenario, mode_financier : str
        Clé de répartition, scénario, voie financière (« ac », « facture », « mixte »).
    date_effet : date
    origines : Mapping[str, str]
        Champ → « decide » ou « recommande ».
    motifs : Mapping[str, str]
        Champ → pourquoi, en une phrase.
    non_suivies : Mapping[str, str]
        Champ → pourquoi la décision écrite n'a pas pu être suivie ; vide d'ordinaire.
    examen : Examen
        Instruments admis et refusés dans ce périmètre.
    """

    fonction: str
    perimetre: tuple[str, ...]
    instrument: str
    cle: str
    scenario: str
    date_effet: datetime.date
    mode_financier: str
    origines: Mapping[str, str]
    motifs: Mapping[str, str]
    non_suivies: Mapping[str, str] = field(default_factory=dict)
    examen: Examen | None = field(default=None, repr=False)

    def est_decide(self, champ: str) -> bool:
        """Vrai si le client a décidé ce champ, et que sa décision est suivie."""
        return self.origines[champ] == DECIDE

    @property
    def decision_suivie(self) -> bool:
        """Vrai si au moins un champ vient du client."""
        return DECIDE in self.origines.values()


@dataclass(frozen=True)
class Projet:
    """Les choix d'un territoire.

    Attributes
    ----------
    choix : Mapping[str, Choix]
        Fonctions retenues, dans l'ordre des priorités du diagnostic.
    ecartees : Mapping[str, str]
        Fonctions écartées → pourquoi.
    reference : date
        Jour d'où partent les délais.
    motif_reference : str
        Pourquoi ce jour.
    """

    dossier: Dossier
    choix: Mapping[str, Choix]
    ecartees: Mapping[str, str]
    reference: datetime.date
    motif_reference: str
    priorites: Priorites | None = field(default=None, repr=False)

    def perimetre(self, fonction: str) -> tuple[str, ...]:
        """SIREN du périmètre d'une fonction retenue."""
        return self.choix[fonction].perimetre


def projeter(dossier: Dossier) -> Projet:
    """Choix du territoire : les décisions du dossier, sinon les recommandations, chacun avec son origine et son motif.

    Notes
    -----
    Recommandations (niveau B) : :mod:`mutunb.calculs.recommandations`. Fonctions retenues : celles que le diagnostic range
    à étudier (socle, élargissement, forme légère), plus ou moins celles que le client décide.

    Examples
    --------
    >>> from mutunb.dossier import ouvrir
    >>> projet = projeter(ouvrir("247900798"))
    >>> "systemes_information" in projet.choix, projet.choix["systemes_information"].origines["instrument"]
    (True, 'recommande')
    """
    priorites = hierarchiser(dossier)
    reference, motif_reference = date_reference(dossier)
    choix, ecartees = {}, {}
    for fonction in priorites.table["fonction"]:
        decision, portee = dossier.decisions.de(fonction), priorites.portee(fonction)
        if decision is not None and not decision.retenue:
            ecartees[fonction] = f"écartée par décision ({_signature(decision)})"
        elif decision is None and portee not in PORTEES_ETUDIEES:
            ecartees[fonction] = ATTENTES[portee]
        else:
            choix[fonction] = _choisir(priorites, fonction, decision, reference)
    return Projet(dossier, MappingProxyType(_etaler(choix)), MappingProxyType(ecartees), reference, motif_reference, priorites)


def essayer(projet: Projet, fonction: str, decision: DecisionFonction | None) -> Choix | None:
    """Choix que donnerait cette décision, le reste du projet inchangé ; ``None`` si la fonction n'est pas retenue."""
    priorites = projet.priorites or hierarchiser(projet.dossier)
    if decision is None and priorites.portee(fonction) not in PORTEES_ETUDIEES:
        return None
    if decision is not None and not decision.retenue:
        return None
    return _etaler({**projet.choix, fonction: _choisir(priorites, fonction, decision, projet.reference)})[fonction]


def date_reference(dossier: Dossier) -> tuple[datetime.date, str]:
    """Jour d'où partent les délais, sans lire l'horloge : le T0, à défaut le 31 décembre du dernier millésime public."""
    if dossier.reglages.date_t0 is not None:
        return dossier.reglages.date_t0, "date de l'état de départ (T0)"
    if dossier.t0 is not None:
        return dossier.t0.date, "date du dernier état de départ gelé (T0)"
    millesime = dossier.territoire.millesime
    annee = max(millesime.perimetre.year, millesime.comptes, millesime.dgf)
    return datetime.date(annee, 12, 31), "fin de l'année des dernières données publiques, faute d'état de départ (T0)"


def _choisir(priorites: Priorites, fonction: str, decision: DecisionFonction | None, reference: datetime.date) -> Choix:
    recommandation = recommander(priorites, fonction, decision, reference)
    valeurs, origines, motifs, non_suivies = {}, {}, {}, {}
    for champ in CHAMPS:
        retenu: Retenu = getattr(recommandation, champ)
        valeurs[champ], motifs[champ] = retenu.valeur, retenu.motif
        origines[champ] = DECIDE if retenu.decide else RECOMMANDE
        if retenu.non_suivie:
            non_suivies[champ] = retenu.non_suivie
    return Choix(
        fonction=fonction,
        **valeurs,
        origines=MappingProxyType(origines),
        motifs=MappingProxyType(motifs),
        non_suivies=MappingProxyType(non_suivies),
        examen=recommandation.examen,
    )


def _etaler(choix: Mapping[str, Choix]) -> dict[str, Choix]:
    """Les mêmes choix, dates recommandées étalées : ce que disent le modèle, les actes et le calendrier ; une date décidée reste."""
    lourdes = {f: c for f, c in choix.items() if c.instrument in AVEC_AGENTS}
    decidees = [c.date_effet for c in lourdes.values() if c.est_decide("date_effet")]
    libres = {f: c.date_effet for f, c in lourdes.items() if not c.est_decide("date_effet")}
    reports = {f: p.retenue for f, p in niveler(libres, TRANSFERTS_PAR_TRIMESTRE, decidees).items() if p.decalee}
    return {f: _reporter(c, reports[f]) if f in reports else c for f, c in choix.items()}


def _reporter(choix: Choix, date: datetime.date) -> Choix:
    limite = f"Reporté au {formats.date(date)} : pas plus de {TRANSFERTS_PAR_TRIMESTRE} bascules d'agents par trimestre."
    motifs = {**choix.motifs, "date_effet": f"{choix.motifs['date_effet']} {limite}"}
    return replace(choix, date_effet=date, motifs=MappingProxyType(motifs))


def _signature(decision: DecisionFonction) -> str:
    return f"{decision.auteur}, {formats.date(decision.date)} : {decision.motif}"

