"""Tout le référentiel d'un dossier, lu à la demande et une seule fois."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import Connus, voisins
from mutunb.referentiel.entrees import (
    actes,
    calendrier,
    choix,
    conformite,
    droit,
    evaluations,
    fiche_impact,
    fonctions,
    glossaire,
    gouvernance,
    hypotheses,
    instruments,
    majorites,
    points_a_verifier,
    reperes,
    risques,
    sources,
    unites,
)


class Contenu:
    """Référentiel lu dans ``dossier`` ; chaque attribut lève :class:`ErreurDonnees` si son fichier est défectueux."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = Path(dossier)

    @cached_property
    def sources(self) -> Mapping[str, sources.Source]:
        """Sources citées, par identifiant."""
        return sources.lire(self.dossier)

    @cached_property
    def unites(self) -> Mapping[str, str]:
        """Libellés d'unité et leur phrase."""
        return unites.lire(self.dossier)

    @cached_property
    def points_a_verifier(self) -> Mapping[str, points_a_verifier.PointAVerifier]:
        """Points de droit ouverts."""
        return points_a_verifier.lire(self.dossier)

    @cached_property
    def glossaire(self) -> Mapping[str, str]:
        """Termes du métier."""
        return glossaire.lire(self.dossier)

    @cached_property
    def reperes(self) -> Mapping[str, reperes.Repere]:
        """Ordres de grandeur publiés."""
        return reperes.lire(self.dossier, self._connus)

    @cached_property
    def hypotheses(self) -> Mapping[str, hypotheses.Hypothese]:
        """Hypothèses par défaut."""
        return hypotheses.lire(self.dossier, self._connus)

    @cached_property
    def fonctions(self) -> Mapping[str, fonctions.Fonction]:
        """Fonctions mutualisables, dans l'ordre de présentation."""
        return fonctions.lire(self.dossier, self._connus)

    @cached_property
    def droits(self) -> Mapping[str, droit.EntreeDroit]:
        """Entrées de droit, par identifiant."""
        connus = Connus(self._connus.sources, self._connus.unites, frozenset(self.points_a_verifier))
        return droit.lire(self.dossier, connus)

    @cached_property
    def instruments(self) -> Mapping[str, instruments.Instrument]:
        """Instruments, du plus léger au plus engageant."""
        lus = instruments.lire(self.dossier, self._connus)
        self._renvois_au_droit("instruments", {id: objet.droit for id, objet in lus.items()})
        return lus

    @cached_property
    def majorites(self) -> Mapping[str, majorites.Majorite]:
        """Majorités à réunir."""
        lues = majorites.lire(self.dossier, self._connus)
        self._renvois_au_droit("majorites", {id: (objet.droit,) for id, objet in lues.items()})
        return lues

    @cached_property
    def regles(self) -> Mapping[str, choix.RegleEligibilite]:
        """Règles d'éligibilité des instruments."""
        return choix.lire_regles(self.dossier, self._connus)

    @cached_property
    def configurations(self) -> Mapping[str, choix.ChoixParConfiguration]:
        """Choix d'instruments par fonction."""
        return choix.lire_configurations(self.dossier, self._connus)

    @cached_property
    def actes(self) -> Mapping[str, actes.ContenuActe]:
        """Contenu des actes."""
        lus = actes.lire(self.dossier, self._connus)
        self._renvois_au_droit("actes", {id: (objet.droit,) for id, objet in lus.items()})
        return lus

    @cached_property
    def controles(self) -> Mapping[str, conformite.Controle]:
        """Grille de conformité."""
        lus = conformite.lire(self.dossier, self._connus)
        self._renvois_au_droit("conformite", {id: (objet.droit,) for id, objet in lus.items()})
        return lus

    @cached_property
    def evaluations(self) -> tuple[evaluations.Evaluation, ...]:
        """Constats d'évaluations publiées, dans l'ordre d'affichage."""
        return evaluations.lire(self.dossier, self._connus)

    @cached_property
    def _calendrier(self) -> calendrier.Calendrier:
        return calendrier.lire(self.dossier, self._connus)

    @property
    def contraintes(self) -> Mapping[str, calendrier.Contrainte]:
        """Contraintes de calendrier."""
        return self._calendrier.contraintes

    @property
    def taches(self) -> Mapping[str, calendrier.Tache]:
        """Tâches, dans un ordre exécutable."""
        return self._calendrier.taches

    @property
    def fenetres(self) -> Mapping[str, calendrier.Fenetre]:
        """Périodes où une séance se place mal."""
        return self._calendrier.fenetres

    @cached_property
    def risques(self) -> Mapping[str, risques.Risque]:
        """Risques communs à toutes les mutualisations."""
        return risques.lire(self.dossier, self._connus)

    @cached_property
    def grille_impact(self) -> Mapping[str, fiche_impact.PointImpact]:
        """Points de la fiche d'impact."""
        return fiche_impact.lire(self.dossier, self._connus)

    @cached_property
    def gouvernance(self) -> Mapping[str, gouvernance.Instance]:
        """Instances qui préparent, décident et suivent."""
        return gouvernance.lire(self.dossier, self._connus)

    @cached_property
    def _connus(self) -> Connus:
        return Connus(frozenset(self.sources), frozenset(self.unites))

    def _renvois_au_droit(self, fichier: str, renvois: Mapping[str, tuple[str, ...]]) -> None:
        """Toute entrée de droit citée existe."""
        constats = [
            Constat(f"droit/{fichier}.yaml, {id}, droit", f"« {cite} »", "une entrée de droit",
                    voisins(cite, self.droits, "Corrigez ce renvoi."))
            for id, cites in renvois.items()
            for cite in cites
            if cite not in self.droits
        ]
        if constats:
            raise ErreurDonnees.de_constats("Renvois au droit", constats)
