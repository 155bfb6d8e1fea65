"""Priorités : quelles fonctions étudier, dans quel ordre, sous quelle forme, et pourquoi.

Note d'une fonction = moyenne pondérée de trois axes (gain, effet structurant, facilité), échelle 0–4. Le référentiel
donne une note de départ (faible 1, moyen 2, fort 3) ; une note non classée prend le milieu de l'échelle, est signalée
et devient incertaine dans le test de stabilité. Les signaux locaux déplacent ensuite les axes. Quand elle est
recueillie, l'appétence (moyenne des intérêts médians des maires et des directions, 0–4) fait un quatrième axe.

La note ne décide pas seule : SI, juridique et comptabilité sont toujours étudiés ; les autres fonctions s'ouvrent avec
le degré d'intégration du territoire, comparé à celui que la fonction requiert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from mutunb import referentiel
from mutunb.calculs.appetence import Appetence, mesurer_appetence
from mutunb.calculs.effectifs import Effectifs, estimer_effectifs
from mutunb.calculs.integration import Integration, mesurer_integration
from mutunb.calculs.signaux import Signal, relever_signaux
from mutunb.dossier import Dossier
from mutunb.erreurs import ErreurUsage
from mutunb.referentiel import Fonction

AXES = ("potentiel_gain", "effet_structurant", "facilite")
NOTES = {"faible": 1.0, "moyen": 2.0, "fort": 3.0}
NOTE_NON_CLASSEE = 2.0
ECHELLE = (0.0, 4.0)
POIDS = {"potentiel_gain": 0.4, "effet_structurant": 0.3, "facilite": 0.3}
#: axe présent seulement si l'enquête a été menée, et son poids par défaut face aux trois autres
APPETENCE = "appetence"
POIDS_APPETENCE = 0.3
#: instruments d'achat sans équipe commune
GROUPEMENTS = frozenset({"INF", "GC", "GCD", "CA"})
#: portée → ordre d'affichage
PORTEES = ("socle", "elargissement", "forme_legere", "volontariat", "plus_tard", "a_decider")
PORTEES_ETUDIEES = frozenset({"socle", "elargissement", "forme_legere"})


@dataclass(frozen=True)
class Priorites:
    """Priorités d'un territoire.

    Attributes
    ----------
    table : DataFrame
        Une ligne par fonction, triée par portée puis note : ``fonction, portee, note, rang``, les trois axes
        (``potentiel_gain``…, 0–4), ``appetence`` si elle est recueillie, ``axes_non_classes`` (nombre) et
        ``integration_requise``.
    signaux : tuple[Signal, ...]
        Signaux locaux retenus.
    poids : Mapping[str, float]
        Poids des axes retenus, de somme 1.
    appetence : Appetence, optional
        Ce que les communes veulent, si elles l'ont dit.
    """

    integration: Integration
    effectifs: Effectifs
    fonctions: Mapping[str, Fonction]
    table: pd.DataFrame
    signaux: tuple[Signal, ...]
    poids: Mapping[str, float]
    appetence: Appetence | None = None

    @property
    def axes(self) -> tuple[str, ...]:
        """Axes de la note, dans l'ordre."""
        return tuple(self.poids)

    def est_classe(self, fonction: str, axe: str) -> bool:
        """Vrai si la note de départ de cet axe est connue (par le référentiel, ou par l'enquête d'appétence)."""
        return _est_classe(self.fonctions[fonction], axe, self.appetence)

    def portee(self, fonction: str) -> str:
        """Portée recommandée d'une fonction (:data:`PORTEES`)."""
        return self.table.set_index("fonction").at[fonction, "portee"]

    def fonctions_de(self, *portees: str) -> list[str]:
        """Fonctions de ces portées, dans l'ordre des priorités."""
        return self.table.loc[self.table["portee"].isin(portees), "fonction"].tolist()

    def signaux_de(self, fonction: str) -> tuple[Signal, ...]:
        """Signaux qui déplacent une fonction."""
        return tuple(s for s in self.signaux if fonction in s.effets)

    @property
    def perimetre(self) -> str:
        """Périmètre d'étude : ``socle``, ``socle_et_formes_legeres`` ou ``socle_elargi``."""
        if self.fonctions_de("elargissement"):
            return "socle_elargi"
        return "socle_et_formes_legeres" if self.fonctions_de("forme_legere") else "socle"


def normaliser_poids(poids: Mapping[str, float], avec_appetence: bool = False) -> dict[str, float]:
    """Poids des axes ramenés à une somme de 1 ; refuse un axe manquant, un poids négatif ou une somme nulle.

    Le poids de l'appétence vaut :data:`POIDS_APPETENCE` s'il manque, et n'est pas lu si elle n'est pas recueillie.
    """
    complets = {APPETENCE: POIDS_APPETENCE, **poids}
    axes = (*AXES, APPETENCE) if avec_appetence else AXES
    retenus = {axe: complets[axe] for axe in axes if axe in complets}
    somme = sum(retenus.values())
    if set(complets) != {*AXES, APPETENCE} or any(not p >= 0 for p in complets.values()) or not somme > 0:
        raise ErreurUsage(
            f"Poids des priorités : {dict(poids)} reçus ; attendus trois nombres positifs ou nuls, "
            f"de somme non nulle, pour {', '.join(AXES)} (et un quatrième, {APPETENCE}, facultatif)."
        )
    return {axe: p / somme for axe, p in retenus.items()}


def poids_en_vigueur(dossier: Dossier, poids: Mapping[str, float] = POIDS) -> Mapping[str, float]:
    """Poids demandés ; s'ils sont ceux de référence, ceux que le client a décidés, quand il l'a fait."""
    decides, reference = dossier.decisions.priorites, {APPETENCE: POIDS_APPETENCE, **POIDS}
    return decides.poids if decides is not None and {APPETENCE: POIDS_APPETENCE, **poids} == reference else poids


def hierarchiser(dossier: Dossier, poids: Mapping[str, float] = POIDS) -> Priorites:
    """Priorités d'un territoire ; fonctions du référentiel, signaux locaux, règle fondatrice.

    Parameters
    ----------
    poids : Mapping[str, float]
        Poids des trois axes (:data:`AXES`) et, s'il est donné, de l'appétence, ramenés à une somme de 1. Laissés à leur
        valeur de référence, ils cèdent la place à ceux que le client a décidés (``decisions.yaml``, ``priorites``).

    Notes
    -----
    Règle et notes de départ : CNFPT (niveau A) ; modulations locales : mutunb (niveau B).
    """
    appetence = mesurer_appetence(dossier)
    poids = normaliser_poids(poids_en_vigueur(dossier, poids), appetence is not None)
    fonctions = referentiel.fonctions()
    integration, effectifs = mesurer_integration(dossier), estimer_effectifs(dossier)
    signaux = relever_signaux(integration, effectifs, fonctions)
    lignes = [_ligne(fonction, signaux, integration.rang, tuple(poids), appetence) for fonction in fonctions.values()]
    table = pd.DataFrame(lignes)
    table["note"] = sum(table[axe] * p for axe, p in poids.items())
    table["rang"] = table["note"].round(9).rank(method="min", ascending=False).astype(int)
    table["_portee"] = table["portee"].map(PORTEES.index)
    table["_ordre"] = [fonctions[f].ordre for f in table["fonction"]]
    table["_note"] = -table["note"].round(9)
    table = table.sort_values(["_portee", "_note", "_ordre"], ignore_index=True)
    return Priorites(
        integration=integration,
        effectifs=effectifs,
        fonctions=fonctions,
        table=table.drop(columns=["_portee", "_ordre", "_note"]),
        signaux=signaux,
        poids=poids,
        appetence=appetence,
    )


def _ligne(
    fonction: Fonction,
    signaux: Sequence[Signal],
    integration_locale: int | None,
    axes: tuple[str, ...],
    appetence: Appetence | None,
) -> dict:
    notes = {axe: note_axe(fonction, axe, signaux) for axe in AXES}
    if appetence is not None:
        voulue = appetence.note(fonction.id)
        notes[APPETENCE] = NOTE_NON_CLASSEE if pd.isna(voulue) else voulue
    return {
        "fonction": fonction.id,
        "portee": portee(fonction, integration_locale),
        **notes,
        "axes_non_classes": sum(not _est_classe(fonction, axe, appetence) for axe in axes),
        "integration_requise": fonction.integration_requise.note,
    }


def _est_classe(fonction: Fonction, axe: str, appetence: Appetence | None) -> bool:
    if axe == APPETENCE:
        return appetence is not None and pd.notna(appetence.note(fonction.id))
    return getattr(fonction, axe).note is not None


def note_axe(fonction: Fonction, axe: str, signaux: Sequence[Signal], depart: float | None = None) -> float:
    """Note d'un axe (0–4) : départ du référentiel (ou ``depart``), déplacé par les signaux, borné à l'échelle."""
    note = getattr(fonction, axe).note
    base = depart if depart is not None else NOTES.get(note, NOTE_NON_CLASSEE)
    deplacement = sum(s.effets.get(fonction.id, 0.0) for s in signaux if s.axe == axe)
    return min(max(base + deplacement, ECHELLE[0]), ECHELLE[1])


def portee(fonction: Fonction, integration_locale: int | None) -> str:
    """Portée recommandée : socle toujours, sinon selon l'intégration locale (1–3) et celle que la fonction requiert.

    - au moins égale et forte, ou fonction fondatrice : ``elargissement`` ; sinon ``volontariat`` ;
    - un cran en dessous : ``forme_legere`` pour une fonction fondatrice, ``plus_tard`` pour une autre ;
    - deux crans : ``forme_legere`` si le premier instrument de la fonction est léger (groupement), sinon ``plus_tard`` ;
    - intégration locale inconnue : ``a_decider``.
    """
    if fonction.socle:
        return "socle"
    if integration_locale is None:
        return "a_decider"
    requise = {"faible": 1, "moyen": 2, "fort": 3}.get(fonction.integration_requise.note or "moyen", 2)
    ecart = requise - integration_locale
    if ecart <= 0:
        return "elargissement" if fonction.famille == "pilier" else "volontariat"
    if ecart == 1 and fonction.famille == "pilier":
        return "forme_legere"
    premier = fonction.instruments_privilegies[0].code if fonction.instruments_privilegies else ""
    return "forme_legere" if fonction.famille == "pilier" and premier in GROUPEMENTS else "plus_tard"
