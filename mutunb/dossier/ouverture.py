"""Ouvrir un territoire pour l'étudier : données publiques, hypothèses de référence et hypothèses propres au client."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import pandas as pd
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from mutunb import referentiel, territoires
from mutunb.dossier import fichiers_client
from mutunb.dossier.collecte import Collecte, lire_collecte
from mutunb.dossier.controles import ConstatDossier, controler
from mutunb.dossier.controles_suivi import controler_suivi
from mutunb.dossier.corrections import CorrectionAppliquee, appliquer, lire_corrections
from mutunb.dossier.decisions import Decisions, lire_decisions
from mutunb.dossier.decisions import NOM_FICHIER as FICHIER_DECISIONS
from mutunb.dossier.reglages import NOM_FICHIER, Reglages, lire_reglages
from mutunb.dossier.reponses import est_remplie
from mutunb.dossier.suivi import Suivi, lire_suivi
from mutunb.dossier.t0 import T0, lire_t0
from mutunb.erreurs import Constat, ErreurDonnees, phrase_nom_inconnu
from mutunb.referentiel import Hypothese
from mutunb.referentiel.lecture import lire_yaml
from mutunb.territoires import Territoire


@dataclass(frozen=True)
class Dossier:
    """Tout ce que les calculs peuvent lire d'un territoire ; ne se modifie pas.

    Attributes
    ----------
    territoire : Territoire
        Données publiques (EPCI, communes, comptes).
    hypotheses : Mapping[str, Hypothese]
        Hypothèses en vigueur, celles du client remplaçant celles du référentiel.
    hypotheses_propres : frozenset[str]
        Identifiants des hypothèses que le client a remplacées.
    reglages : Reglages
        Confidentialité, diffusion, date du T0, auteur ; ceux par défaut sans dossier client.
    collecte : Collecte or None
        Réponses reçues, corrections appliquées ; ``None`` si personne n'a répondu.
    corrections : tuple of CorrectionAppliquee
        Corrections appliquées, pour la trace des livrables.
    t0 : T0 or None
        Dernier état de départ gelé.
    chemin : Path or None
        Dossier client, qu'il existe ou non.
    sources : tuple of Path
        Fichiers lus, dans l'ordre de ``collecte.fichiers``.
    decisions : Decisions
        Ce que le client a décidé, fonction par fonction ; vide tant que rien n'est écrit.
    suivi : Suivi or None
        Exercices suivis (``suivi/suivi-AAAA.xlsx``) ; ``None`` tant qu'il n'y en a aucun.
    """

    territoire: Territoire
    hypotheses: Mapping[str, Hypothese]
    hypotheses_propres: frozenset[str] = frozenset()
    reglages: Reglages | None = None
    collecte: Collecte | None = field(default=None, repr=False)
    corrections: tuple[CorrectionAppliquee, ...] = field(default=(), repr=False)
    t0: T0 | None = field(default=None, repr=False)
    chemin: Path | None = None
    sources: tuple[Path, ...] = ()
    decisions: Decisions = field(default_factory=Decisions, repr=False)
    suivi: Suivi | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if self.reglages is None:
            defaut = Reglages(siren=self.territoire.siren, nom=self.territoire.nom)
            object.__setattr__(self, "reglages", defaut)

    @property
    def jour(self) -> datetime.date:
        """Jour auquel on juge les dates : celle du T0 (réglages, sinon dernier gel), à défaut aujourd'hui."""
        return self.reglages.date_t0 or (self.t0.date if self.t0 else datetime.date.today())

    @cached_property
    def constats(self) -> tuple[ConstatDossier, ...]:
        """Constats des contrôles sur la collecte corrigée (:func:`mutunb.dossier.controles.controler`)."""
        if self.collecte is None:
            return ()
        return controler(self.collecte, self.territoire, self.hypotheses, self.jour)

    @cached_property
    def constats_suivi(self) -> tuple[Constat, ...]:
        """Ce que la lecture du suivi a relevé, puis les constats de ses contrôles."""
        if self.suivi is None:
            return ()
        return (*self.suivi.constats, *controler_suivi(self.suivi, self.territoire, self.decisions))

    @cached_property
    def indicateurs(self) -> pd.Series:
        """Indicateurs de l'EPCI (:func:`mutunb.territoires.indicateurs`), par identifiant ; NaN si inconnu."""
        return territoires.indicateurs(self.territoire.epci.to_frame().T).iloc[0]

    @cached_property
    def criteres(self) -> pd.Series:
        """Critères de ressemblance de l'EPCI (:func:`mutunb.territoires.criteres`), par identifiant."""
        return territoires.criteres(self.territoire.epci.to_frame().T).iloc[0]


class HypothesePropre(BaseModel):
    """Une hypothèse remplacée pour un client : ses bornes, qui l'a choisie, quand et pourquoi."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bas: float
    central: float
    haut: float
    auteur: str
    date: datetime.date
    motif: str

    @model_validator(mode="after")
    def _bornes_ordonnees(self) -> HypothesePropre:
        if not self.bas <= self.central <= self.haut:
            raise ValueError(f"bornes dans le désordre : {self.bas}, {self.central}, {self.haut}")
        return self


def ouvrir(siren: str, donnees: Path | None = None) -> Dossier:
    """Dossier d'étude d'un EPCI : données publiques, hypothèses et, si le dossier client existe, réponses et T0.

    Parameters
    ----------
    siren : str
        SIREN de l'EPCI à fiscalité propre.
    donnees : Path, optional
        Dossier de données nationales ; sinon ``MUTUNB_DONNEES``, le référentiel construit, ou l'échantillon.

    Raises
    ------
    ErreurUsage, ErreurDonnees
        SIREN inconnu (avec les voisins) ; réglages, hypothèses ou corrections défectueux (tous les défauts d'un
        fichier à la fois), correction dont la source a changé, T0 modifié depuis son gel.

    Examples
    --------
    >>> ouvrir("247900798").territoire.nom
    'CC du Thouarsais'
    """
    territoire = territoires.ouvrir(siren, donnees)
    client = fichiers_client.dossier_a_lire(territoire.siren)
    propres = lire_hypotheses_propres(client / "hypotheses.yaml")
    en_vigueur = dict(referentiel.hypotheses())
    for nom, propre in propres.items():
        en_vigueur[nom] = en_vigueur[nom].remplacee(
            propre.bas, propre.central, propre.haut, auteur=propre.auteur, motif=propre.motif
        )
    sources, collecte = lire_reponses(client, territoire)
    corrections = lire_corrections(client / fichiers_client.CORRECTIONS)
    if corrections:
        collecte, faites = appliquer(collecte or Collecte({}), corrections)
    return Dossier(
        territoire,
        MappingProxyType(en_vigueur),
        frozenset(propres),
        reglages=lire_reglages(client / NOM_FICHIER, territoire.siren, territoire.nom),
        collecte=collecte,
        corrections=faites if corrections else (),
        t0=lire_t0(fichiers_client.dossier_client(territoire.siren)),
        chemin=fichiers_client.dossier_client(territoire.siren),
        sources=sources,
        decisions=lire_decisions(client / FICHIER_DECISIONS, territoire),
        suivi=lire_suivi(fichiers_client.dossier_du_suivi(territoire.siren).parent, territoire),
    )


def lire_reponses(client: Path, territoire: Territoire) -> tuple[tuple[Path, ...], Collecte | None]:
    """Fichiers lus et réponses : les classeurs reçus, et ``collecte.xlsx`` s'il porte au moins une réponse."""
    sources = fichiers_client.classeurs_recus(client)
    propre = client / fichiers_client.COLLECTE
    if propre.is_file() and est_remplie(lire_collecte([propre]), territoire):
        sources = [propre, *sources]
    return tuple(sources), lire_collecte(sources) if sources else None


def lire_hypotheses_propres(chemin: Path) -> dict[str, HypothesePropre]:
    """Hypothèses du client (``hypotheses.yaml``) ; vide si le fichier n'existe pas."""
    if not chemin.is_file():
        return {}
    lu, defauts_d_ecriture = lire_yaml(chemin)
    if defauts_d_ecriture:
        raise ErreurDonnees.de_constats(f"Hypothèses du client ({chemin})", defauts_d_ecriture)
    brut = lu or {}
    if not isinstance(brut, dict):
        raise ErreurDonnees(f"{chemin.name} : un texte « identifiant: {{bas, central, haut…}} » est attendu.")
    lues, constats = {}, []
    for nom, contenu in brut.items():
        if nom not in referentiel.hypotheses():
            phrase = phrase_nom_inconnu("hypothèse", nom, referentiel.hypotheses())
            constats.append(Constat(f"{chemin.name}, {nom}", "nom inconnu", "une hypothèse du référentiel", phrase))
            continue
        try:
            lues[nom] = HypothesePropre.model_validate(contenu)
        except ValidationError as erreur:
            constats += [_constat(chemin, nom, defaut) for defaut in erreur.errors()]
    if constats:
        raise ErreurDonnees.de_constats(f"Hypothèses du client ({chemin})", constats)
    return lues


def _constat(chemin: Path, nom: str, defaut: dict) -> Constat:
    cle = ".".join(str(morceau) for morceau in defaut["loc"])
    manque = defaut["type"] == "missing"
    return Constat(
        f"{chemin.name}, {nom}{f'.{cle}' if cle else ''}",
        "rien" if manque else repr(defaut.get("input")),
        "bas, central, haut, auteur, date (AAAA-MM-JJ) et motif",
        "Ajoutez la clé manquante." if manque else "Corrigez ou retirez la clé.",
    )
