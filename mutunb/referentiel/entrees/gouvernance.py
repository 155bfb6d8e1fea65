"""Les instances d'une mutualisation : qui prépare, qui donne un avis, qui décide, qui suit, à quel rythme."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from mutunb.referentiel.champs import Connus, Entree, IdsSource, Prose, Texte
from mutunb.referentiel.lecture import fige, lire_entrees
from mutunb.referentiel.niveaux import Niveau

Role = Literal["decide", "avis", "prepare", "suit"]
Quand = Literal["toujours", "comite_social", "imputation", "service", "facture"]


class Instance(Entree):
    """Une instance et son rôle.

    Parameters
    ----------
    role : str
        Ce qu'elle fait : ``decide``, donne un ``avis``, ``prepare`` ou ``suit``.
    quand : str
        ``toujours``, ou seulement si l'avis d'un comité social est requis, si le coût passe par l'attribution de
        compensation, si un service est mis en commun, si le service est facturé.
    """

    id: Texte
    libelle: Prose
    composition: Prose
    role: Role
    objet: Prose
    rythme: Prose
    quand: Quand = "toujours"
    niveau: Niveau
    source: IdsSource


def lire(dossier: Path, connus: Connus) -> Mapping[str, Instance]:
    """Instances de ``gouvernance.yaml``."""
    return fige("Gouvernance", *lire_entrees(dossier / "gouvernance.yaml", Instance, connus))
