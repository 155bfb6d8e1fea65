"""Les points de droit à faire vérifier avant de s'en prévaloir devant un client."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mutunb.referentiel.champs import Connus, Entree, Prose, Texte
from mutunb.referentiel.lecture import fige, lire_entrees


class PointAVerifier(Entree):
    """Un point ouvert : ce qu'il faut vérifier (``sujet``) et la raison (``pourquoi``)."""

    id: Texte
    sujet: Prose
    pourquoi: Prose


def lire(dossier: Path) -> Mapping[str, PointAVerifier]:
    """Points de ``points_a_verifier.yaml``, par identifiant (V1, V2…)."""
    return fige("Points à vérifier", *lire_entrees(dossier / "points_a_verifier.yaml", PointAVerifier, Connus()))
