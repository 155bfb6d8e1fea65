"""Contrôler le suivi : tous les contrôles de ``controles_suivi.yaml`` sur chaque exercice, sans plafond."""

from __future__ import annotations

from dataclasses import replace

# chacun de ces modules enregistre ses contrôles à l'importation
from mutunb.dossier import controles_suivi_exercice, controles_suivi_usagers  # noqa: F401
from mutunb.dossier.controles import Adresses, ConstatDossier, constater, ranger
from mutunb.dossier.decisions import Decisions
from mutunb.dossier.examen_suivi import ExamenSuivi, controles_du_suivi, registre_suivi
from mutunb.dossier.modele_suivi import modele_suivi
from mutunb.dossier.suivi import ExerciceSuivi, Suivi
from mutunb.territoires import Territoire


def controler_suivi(suivi: Suivi, territoire: Territoire, decisions: Decisions) -> tuple[ConstatDossier, ...]:
    """Constats des contrôles de tous les exercices, des erreurs aux informations, puis par fichier, feuille et ligne."""
    trouves = [c for exercice in suivi.exercices.values() for c in _controler(exercice, territoire, decisions)]
    return ranger(trouves, modele_suivi().noms)


def _controler(exercice: ExerciceSuivi, territoire: Territoire, decisions: Decisions) -> list[ConstatDossier]:
    examen, adresses = ExamenSuivi(exercice, territoire, decisions), Adresses(exercice.collecte)
    trouves = [
        constater(controle, releve, adresses)
        for controle in controles_du_suivi().values()
        for releve in registre_suivi()[controle.id](replace(examen, controle=controle))
    ]
    # sans cellule en cause (feuille laissée vide), le nom du classeur dit de quelle année l'on parle
    noms = ", ".join(fichier.nom for fichier in exercice.fichiers)
    return [c if c.cellules else replace(c, ou=f"{noms}, {c.ou}") for c in trouves]
