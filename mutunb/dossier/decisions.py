"""Les décisions du client (``decisions.yaml``) : par fonction, ce qui est retenu, avec qui, sous quelle forme, quand.

Une clé laissée vide n'est pas une décision : la recommandation de mutunb y demeure, et se lit comme telle.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, field_validator, model_validator

from mutunb.dossier.decisions_calendrier import CLE as CLE_CALENDRIER
from mutunb.dossier.decisions_calendrier import DecisionCalendrier
from mutunb.dossier.decisions_priorites import CLE as CLE_PRIORITES
from mutunb.dossier.decisions_priorites import DecisionPriorites
from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import CodeInstrument, Connus, Entree, Jour, Prose, Texte, montrer, refus, voisins
from mutunb.referentiel.identifiants import FONCTIONS
from mutunb.referentiel.lecture import lire_yaml, valider
from mutunb.territoires import Territoire

NOM_FICHIER = "decisions.yaml"
Cle = Literal["population", "unites", "etp_origine", "depense", "potentiel_fiscal", "mixte", "fixe_variable"]
Scenario = Literal["prudent", "cible", "etendu"]
ModeFinancier = Literal["ac", "facture", "mixte"]


def _siren(cite: Any) -> str:
    """Un SIREN en texte ; écrit sans guillemets, il retrouve ses zéros de tête."""
    return f"{cite:09d}" if isinstance(cite, int) and not isinstance(cite, bool) else str(cite).strip()


def _sirens(valeur: Any) -> Any:
    if not isinstance(valeur, list | tuple) or not valeur:
        remede = "Écrivez une liste de SIREN, ou retirez la clé pour suivre la recommandation."
        raise refus(montrer(valeur), "une liste de SIREN entre crochets", remede)
    textes = [_siren(cite) for cite in valeur]
    if doubles := sorted({t for t in textes if textes.count(t) > 1}):
        raise refus(f"{', '.join(doubles)} plusieurs fois", "chaque SIREN une seule fois", "Retirez les répétitions.")
    return tuple(textes)


Perimetre = Annotated[tuple[Texte, ...], BeforeValidator(_sirens)]


class DecisionFonction(Entree):
    """Ce que le client a décidé pour une fonction ; un champ vide (``None``) laisse place à la recommandation.

    Parameters
    ----------
    retenue : bool
        Faux : la fonction est écartée, quoi qu'en dise le diagnostic.
    perimetre : tuple of str, optional
        SIREN des parties (l'EPCI s'écrit comme les autres ; sans lui, le projet est entre communes).
    instrument : str, optional
        Code du catalogue (« SC », « GC »…).
    cle, scenario, mode_financier : str, optional
        Clé de répartition, scénario, voie financière (« ac », « facture », « mixte »).
    date_effet : date, optional
    auteur, date, motif
        Qui a décidé, quand, pourquoi : toujours écrits.
    """

    retenue: StrictBool = True
    perimetre: Perimetre | None = None
    instrument: CodeInstrument | None = None
    cle: Cle | None = None
    scenario: Scenario | None = None
    date_effet: Jour | None = None
    mode_financier: ModeFinancier | None = None
    auteur: Texte
    date: Jour
    motif: Prose

    @model_validator(mode="after")
    def _effet_apres_decision(self) -> DecisionFonction:
        if self.date_effet is not None and self.date_effet < self.date:
            remede = "Corrigez l'une des deux dates : une décision ne prend pas effet avant d'être prise."
            raise refus(f"date_effet {self.date_effet}", f"une date à partir du {self.date}", remede)
        return self


class Decisions(Entree):
    """Les décisions d'un dossier, par fonction, les dates saisies et les poids choisis ; vide tant que rien n'est écrit."""

    calendrier: DecisionCalendrier = DecisionCalendrier()
    priorites: DecisionPriorites | None = None
    fonctions: Annotated[Mapping[str, DecisionFonction], Field(default_factory=lambda: MappingProxyType({}))]

    @field_validator("fonctions")
    @classmethod
    def _figees(cls, fonctions: Mapping[str, DecisionFonction]) -> Mapping[str, DecisionFonction]:
        return MappingProxyType(dict(fonctions))

    def de(self, fonction: str) -> DecisionFonction | None:
        """Décision sur cette fonction, ou ``None`` si le client ne s'est pas prononcé."""
        return self.fonctions.get(fonction)


def lire_decisions(chemin: Path, territoire: Territoire) -> Decisions:
    """Décisions écrites dans ``chemin`` ; aucune si le fichier n'existe pas ou ne porte que des commentaires.

    Raises
    ------
    ErreurDonnees
        Fichier illisible, fonction, instrument, clé ou SIREN inconnus (avec les noms voisins), auteur, date ou motif
        manquants… tous les défauts à la fois.
    """
    if not chemin.is_file():
        return Decisions()
    contenu, constats = lire_yaml(chemin)
    if contenu is not None and not isinstance(contenu, dict):
        remede = "Écrivez une décision par fonction : « comptabilite_finances: … »."
        constats.append(Constat(chemin.name, montrer(contenu), "un bloc de fonctions", remede))
    lues: dict[str, DecisionFonction] = {}
    blocs = dict(contenu) if isinstance(contenu, dict) else {}
    calendrier, defauts = _calendrier(chemin.name, blocs.pop(CLE_CALENDRIER, None))
    constats += defauts
    priorites, defauts = _priorites(chemin.name, blocs.pop(CLE_PRIORITES, None))
    constats += defauts
    for fonction, corps in blocs.items():
        decision, defauts = _decision(chemin.name, str(fonction), corps, territoire)
        constats += defauts
        if decision is not None:
            lues[str(fonction)] = decision
    if constats:
        raise ErreurDonnees.de_constats(f"Décisions du client ({chemin})", constats)
    return Decisions(calendrier=calendrier, priorites=priorites, fonctions=MappingProxyType(lues))


def _priorites(fichier: str, corps: Any) -> tuple[DecisionPriorites | None, list[Constat]]:
    if corps is None:
        return None, []
    if not isinstance(corps, dict):
        remede = "Écrivez les quatre poids, auteur, date et motif, l'un sous l'autre."
        return None, [Constat(f"{fichier}, {CLE_PRIORITES}", montrer(corps), "un bloc de clés", remede)]
    return valider(corps, DecisionPriorites, Connus(), f"{fichier}, {CLE_PRIORITES}")


def _calendrier(fichier: str, corps: Any) -> tuple[DecisionCalendrier, list[Constat]]:
    if corps is not None and not isinstance(corps, dict):
        remede = "Écrivez date_depart, conseils, cst, cst_communes ou cst_cdg, l'un sous l'autre."
        return DecisionCalendrier(), [Constat(f"{fichier}, calendrier", montrer(corps), "un bloc de clés", remede)]
    lu, defauts = valider(corps or {}, DecisionCalendrier, Connus(), f"{fichier}, calendrier")
    return lu or DecisionCalendrier(), defauts


def _decision(
    fichier: str, fonction: str, corps: Any, territoire: Territoire
) -> tuple[DecisionFonction | None, list[Constat]]:
    endroit, constats = f"{fichier}, {fonction}", []
    if fonction not in FONCTIONS:
        remede = voisins(fonction, FONCTIONS, f"Choisissez parmi : {', '.join(FONCTIONS)}.")
        constats.append(Constat(endroit, f"« {fonction} »", "une fonction connue", remede))
    if not isinstance(corps, dict):
        remede = "Écrivez au moins auteur, date et motif."
        return None, [*constats, Constat(endroit, montrer(corps), "un bloc de clés", remede)]
    decision, defauts = valider(corps, DecisionFonction, Connus(), endroit)
    constats += defauts
    if isinstance(corps.get("perimetre"), list):
        constats += _hors_territoire(endroit, [_siren(cite) for cite in corps["perimetre"]], territoire)
    return decision, constats


def _hors_territoire(endroit: str, perimetre: list[str], territoire: Territoire) -> list[Constat]:
    """SIREN étrangers au territoire ; un nom de commune écrit à la place reçoit le SIREN qu'il désigne."""
    communes = territoire.communes
    noms = {territoire.siren: territoire.nom, **dict(zip(communes["siren"], communes["nom"], strict=True))}
    lisibles = [f"{nom} ({siren})" for siren, nom in sorted(noms.items(), key=lambda paire: len(paire[1]))]
    constats = []
    for cite in perimetre:
        if cite not in noms:
            ressemblants = [libelle for libelle in lisibles if cite.casefold() in libelle.casefold()]
            sinon = f"Gardez l'EPCI et ses {len(communes)} communes ; les SIREN sont dans le classeur de collecte."
            remede = f"Vouliez-vous dire : {ressemblants[0]} ?" if ressemblants else voisins(cite, noms, sinon)
            attendu = f"un SIREN {'de ' + territoire.nom} ou d'une de ses communes"
            constats.append(Constat(f"{endroit}, perimetre", f"« {cite} »", attendu, remede))
    if not constats and len(perimetre) < 2:
        remede = "Ajoutez une seconde entité, ou retirez la clé."
        constats.append(Constat(f"{endroit}, perimetre", "une seule entité", "deux entités au moins", remede))
    return constats
