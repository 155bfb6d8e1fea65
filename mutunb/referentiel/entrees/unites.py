"""Les unités : le libellé tel qu'on l'écrit à côté du nombre, et la phrase qui dit ce qu'il compte."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from mutunb.erreurs import Constat, ErreurDonnees
from mutunb.referentiel.champs import montrer
from mutunb.referentiel.lecture import lire_bloc, nom_court
from mutunb.typographie import composer


def lire(dossier: Path) -> Mapping[str, str]:
    """Unités de ``unites.yaml`` : libellé → phrase."""
    return lire_phrases(dossier / "unites.yaml", "Unités")


def lire_phrases(chemin: Path, titre: str) -> Mapping[str, str]:
    """Fichier « mot: phrase » ; toute valeur qui n'est pas un texte est refusée."""
    contenu, constats = lire_bloc(chemin)
    constats += [
        Constat(f"{nom_court(chemin)}, {mot}", montrer(phrase), "un mot et sa phrase", "Écrivez la phrase.")
        for mot, phrase in contenu.items()
        if not isinstance(phrase, str) or not phrase.strip() or not isinstance(mot, str)
    ]
    if constats:
        raise ErreurDonnees.de_constats(titre, constats)
    return MappingProxyType({mot: composer(phrase.strip()) for mot, phrase in contenu.items()})
