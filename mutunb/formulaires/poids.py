"""Le formulaire des poids des priorités : ce que chaque axe pèse dans le classement des fonctions."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import ipywidgets as W

from mutunb import formats
from mutunb.calculs.appetence import mesurer_appetence
from mutunb.calculs.priorites import Priorites, hierarchiser, poids_en_vigueur
from mutunb.dossier import Dossier
from mutunb.dossier.decisions_priorites import CLE, DecisionPriorites
from mutunb.formulaires.base import Formulaire, tableau_avant_apres
from mutunb.formulaires.champs import champs, commande
from mutunb.formulaires.enregistrement import ecrire_decisions, signature
from mutunb.referentiel.parametres import Priorites as ParametresPriorites

LIBELLES = {
    "poids_gain": "Potentiel de gain",
    "poids_structurant": "Effet structurant",
    "poids_facilite": "Facilité",
    "poids_appetence": "Souhait des communes",
}
#: fonctions montrées dans l'avant/après
MONTREES = 8


class FormulairePoids(Formulaire):
    """Poids des quatre axes ; l'avant/après montre le classement des fonctions."""

    titre = "Poids des priorités"
    mode_emploi = (
        "Un poids va de 0 (l'axe ne compte pas) à 1, sans unité ; leur somme est ramenée à 1. Valeurs de référence : choix "
        "de mutunb (usage, à vérifier)."
    )

    def construire(self) -> list[W.Widget]:
        """Un curseur par axe ; le souhait des communes n'agit que s'il a été recueilli."""
        self._champs = champs(ParametresPriorites, tuple(LIBELLES))
        self.references = {nom: champ.defaut for nom, champ in self._champs.items()}
        decides = self.dossier.decisions.priorites
        actuels = {nom: getattr(decides, nom) if decides else self.references[nom] for nom in LIBELLES}
        self.curseurs = {nom: commande(champ, LIBELLES[nom], actuels[nom]) for nom, champ in self._champs.items()}
        if decides is not None:
            self.motif.value = decides.motif
        if mesurer_appetence(self.dossier) is None:
            self.curseurs["poids_appetence"].disabled = True
        self._avant = hierarchiser(self.dossier)
        return list(self.curseurs.values())

    def surveillees(self) -> list[W.Widget]:
        """Tous les curseurs."""
        return list(self.curseurs.values())

    @property
    def valeurs(self) -> dict[str, float]:
        """Poids saisis, par nom de paramètre."""
        return {nom: round(curseur.value, 4) for nom, curseur in self.curseurs.items()}

    def classement(self) -> Priorites:
        """Priorités avec les poids saisis, par le même calcul que le carnet."""
        essai = ParametresPriorites.model_construct(territoire=self.dossier.territoire.siren, **self.valeurs)
        sans_decision = replace(self.dossier, decisions=self.dossier.decisions.model_copy(update={"priorites": None}))
        return hierarchiser(sans_decision, essai.poids)

    def comparaison(self) -> str:
        """Rang et note des premières fonctions, avant et après."""
        apres = self.classement()
        avant = self._avant.table.set_index("fonction")
        lignes = [
            (apres.fonctions[ligne.fonction].libelle_court, _rang(avant.loc[ligne.fonction]), _rang(ligne))
            for ligne in apres.table.sort_values("rang").head(MONTREES).itertuples()
        ]
        return tableau_avant_apres("Rang (et note sur 4) des fonctions", lignes)

    def remettre(self) -> None:
        """Poids de référence."""
        for nom, curseur in self.curseurs.items():
            curseur.value = self.references[nom]

    def ecrire(self) -> tuple[Path, Dossier]:
        """Bloc ``priorites`` de ``decisions.yaml`` ; retiré si tous les poids sont ceux de référence."""
        bloc = None
        if self.valeurs != self.references:
            bloc = {**self.valeurs, **signature(self.auteur.value, self.motif.value)}
        chemin = ecrire_decisions(self.dossier, {CLE: bloc})
        decides = DecisionPriorites(**bloc) if bloc else None
        relu = replace(self.dossier, decisions=self.dossier.decisions.model_copy(update={"priorites": decides}))
        self._avant = hierarchiser(relu, poids_en_vigueur(relu))
        return chemin, relu


def _rang(ligne: object) -> str:
    return f"{formats.nombre(ligne.rang)} ({formats.nombre(ligne.note, 2)})"
