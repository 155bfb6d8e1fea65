"""Le contenu des actes : ce qu'un texte impose d'y écrire et ce que la pratique recommande."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mutunb.referentiel.champs import Connus, Entree, IdsSource, Prose, ProseLibre, Texte
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau, est_a_verifier


class Clause(Entree):
    """Une clause : ``impose`` par un texte lu, ou ``recommande`` par des modèles et la pratique.

    ``article`` précise la référence d'une clause imposée ; vide, c'est le texte de l'entrée de droit de l'acte.
    """

    titre: Prose
    texte: Prose
    portee: Literal["impose", "recommande"]
    article: ProseLibre = ""
    niveau: Niveau
    source: IdsSource

    @property
    def a_verifier(self) -> bool:
        """Vrai si le niveau n'est pas A."""
        return est_a_verifier(self.niveau)


class ContenuActe(Entree):
    """Un acte à rédiger et ses clauses, dans l'ordre de rédaction."""

    id: Texte
    libelle: Prose
    droit: Texte
    clauses: tuple[Clause, ...]


def lire(dossier: Path, connus: Connus) -> Mapping[str, ContenuActe]:
    """Actes de ``droit/actes.yaml``."""
    return fige("Contenu des actes", *lire_entrees(dossier / "droit" / "actes.yaml", ContenuActe, connus))
