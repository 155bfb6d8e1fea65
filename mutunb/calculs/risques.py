"""Le registre des risques, amorcé : les risques communs à toute mutualisation, puis les freins de chaque fonction retenue.

Gravité et probabilité (1 à 4) sont des cotes de départ, à réviser en comité : des hypothèses, jamais des mesures. Le
registre ne désigne personne : le responsable de chaque risque reste à nommer.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from mutunb import referentiel
from mutunb.calculs.appetence import mesurer_appetence
from mutunb.calculs.personnel import role_des_agents
from mutunb.calculs.projet import Projet
from mutunb.calculs.taches import SANS_BASCULE

COMMUN = "toutes"
A_DESIGNER = "à désigner"
#: famille de freins → gravité et probabilité de départ, parade générale (choix de mutunb, niveau B)
FREINS: dict[str, tuple[str, int, int, str]] = {
    "reglementaires": ("Juridique", 4, 2, "Relire le texte, viser l'article dans l'acte, vérifier avant la délibération."),
    "techniques_organisationnels": ("Organisation", 2, 3, "Traiter dans la préparation, avec un responsable et une date."),
    "politiques": ("Politique", 3, 2, "En parler d'abord avec les maires, chiffres par commune à l'appui."),
}
FAMILLES = {
    "organisation": "Organisation", "social": "Social", "politique": "Politique", "financier": "Financier",
    "donnees": "Données", "juridique": "Juridique",
}  # fmt: skip
PROBABILITE_CONFIRMEE = 3
CONFIRMATION = "Des communes posent des lignes rouges sur cette fonction (enquête d'appétence)."
#: criticité (gravité × probabilité) à partir de laquelle un risque se suit à chaque comité
CRITICITE_SUIVIE = 9


@dataclass(frozen=True)
class Registre:
    """Registre des risques d'un projet.

    Attributes
    ----------
    projet : Projet
    table : DataFrame
        ``fonction`` (identifiant, ou « toutes »), ``famille, risque, declencheur, parade, observe, gravite, probabilite,
        criticite, responsable, niveau, source``, du plus critique au moins critique.
    """

    projet: Projet
    table: pd.DataFrame

    @property
    def communs(self) -> pd.DataFrame:
        """Risques communs à toutes les fonctions."""
        return self.table[self.table["fonction"].eq(COMMUN)]

    def freins(self, fonction: str) -> pd.DataFrame:
        """Risques tirés des freins d'une fonction."""
        return self.table[self.table["fonction"].eq(fonction)]

    @property
    def suivis(self) -> pd.DataFrame:
        """Risques dont la criticité appelle un suivi à chaque comité."""
        return self.table[self.table["criticite"].ge(CRITICITE_SUIVIE)]


def amorcer_registre(projet: Projet) -> Registre:
    """Registre des risques d'un projet : risques communs qui le concernent, et freins de ses fonctions."""
    appetence = mesurer_appetence(projet.dossier)
    refusees = {f for f in projet.choix if appetence is not None and appetence.formes_ecartees(f)}
    lignes = [*_communs(projet), *(ligne for fonction in projet.choix for ligne in _freins(fonction, fonction in refusees))]
    table = pd.DataFrame(lignes, columns=list(COLONNES))
    table["criticite"] = table["gravite"] * table["probabilite"]
    table["responsable"] = A_DESIGNER
    table = table.sort_values("criticite", ascending=False, kind="stable", ignore_index=True)
    return Registre(projet, table[[*COLONNES[:8], "criticite", "responsable", *COLONNES[8:]]])


COLONNES = ("fonction", "famille", "risque", "declencheur", "parade", "observe", "gravite", "probabilite", "niveau", "source")


def _communs(projet: Projet) -> list[tuple]:
    choix = list(projet.choix.values())
    vrais = {
        "toujours": bool(choix),
        "agents": any(role_des_agents(c.instrument) for c in choix),
        "imputation": any(c.mode_financier in ("ac", "mixte") for c in choix),
        "informatique": any(c.instrument not in SANS_BASCULE for c in choix),
    }
    return [
        (COMMUN, FAMILLES[r.famille], r.libelle, r.declencheur, r.parade, r.observe, r.gravite, r.probabilite, r.niveau, _source(r.source))
        for r in referentiel.risques().values()
        if vrais[r.quand]
    ]


def _freins(fonction: str, refusee: bool) -> list[tuple]:
    """Freins d'une fonction ; l'enquête d'appétence, quand des communes y refusent une forme, relève les freins politiques."""
    objet = referentiel.fonction(fonction)
    lignes = []
    for nom, (famille, gravite, probabilite, parade) in FREINS.items():
        confirme = refusee and nom == "politiques"
        cote = PROBABILITE_CONFIRMEE if confirme else probabilite
        declencheur = CONFIRMATION if confirme else ""
        lignes += [
            (fonction, famille, frein.texte, declencheur, parade, "", gravite, cote, frein.niveau, _source(frein.source))
            for frein in getattr(objet.freins, nom)
        ]
    return lignes


def _source(source: str | tuple[str, ...]) -> str:
    citees = (source,) if isinstance(source, str) else source
    return " ; ".join(referentiel.source(s).auteur for s in citees)
