"""Écrire dans le dossier client ce qu'un formulaire a saisi : relu par le lecteur du dossier avant d'être écrit, d'un coup."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mutunb import chemins
from mutunb.dossier import Dossier, fichiers_client
from mutunb.dossier.creation import DECISIONS, HYPOTHESES
from mutunb.dossier.decisions import NOM_FICHIER as FICHIER_DECISIONS
from mutunb.dossier.decisions import lire_decisions
from mutunb.dossier.ouverture import lire_hypotheses_propres
from mutunb.erreurs import ErreurDonnees
from mutunb.formulaires.texte_yaml import changer, retirer

FICHIER_HYPOTHESES = "hypotheses.yaml"
Blocs = Mapping[str, Mapping[str, Any] | None]


def ecrire_hypotheses(dossier: Dossier, blocs: Blocs) -> Path:
    """Écrit ces hypothèses dans ``hypotheses.yaml`` ; un bloc ``None`` revient à la référence (il devient un commentaire).

    Raises
    ------
    ErreurDonnees
        Ce que le lecteur du dossier refuserait ; le fichier n'est alors pas touché.
    """
    return _ecrire(dossier, FICHIER_HYPOTHESES, HYPOTHESES, blocs, lire_hypotheses_propres)


def ecrire_decisions(dossier: Dossier, blocs: Blocs) -> Path:
    """Écrit ces décisions dans ``decisions.yaml`` ; un bloc ``None`` cesse d'être décidé (il devient un commentaire).

    Raises
    ------
    ErreurDonnees
        Ce que le lecteur du dossier refuserait ; le fichier n'est alors pas touché.
    """
    return _ecrire(
        dossier, FICHIER_DECISIONS, DECISIONS, blocs, lambda chemin: lire_decisions(chemin, dossier.territoire)
    )


def signature(auteur: str, motif: str) -> dict[str, Any]:
    """Auteur, date du jour et motif d'un bloc ; refuse qu'il en manque un.

    Raises
    ------
    ErreurDonnees
        Auteur ou motif vide.
    """
    manquants = [nom for nom, texte in (("l'auteur", auteur), ("le motif", motif)) if not texte.strip()]
    if manquants:
        raise ErreurDonnees(f"Il manque {' et '.join(manquants)} : une valeur qui s'écarte de la référence se justifie.")
    return {"auteur": auteur.strip(), "date": datetime.date.today(), "motif": motif.strip()}


def _ecrire(dossier: Dossier, nom: str, entete: str, blocs: Blocs, lire: Callable[[Path], Any]) -> Path:
    siren = dossier.territoire.siren
    a_lire, propre = fichiers_client.dossier_a_lire(siren), fichiers_client.dossier_client(siren)
    texte = (a_lire / nom).read_text(encoding="utf-8-sig") if (a_lire / nom).is_file() else entete
    for bloc, valeurs in blocs.items():
        if valeurs is not None:
            texte = changer(texte, bloc, valeurs)
        else:
            texte = retirer(texte, bloc, f"retiré le {datetime.date.today()} : retour aux valeurs de référence")
    _relire(texte, propre / nom, lire)
    if a_lire != propre:
        _reprendre_l_exemple(a_lire, propre)
    return chemins.ecrire(propre / nom, texte)


def _relire(texte: str, chemin: Path, lire: Callable[[Path], Any]) -> None:
    with tempfile.TemporaryDirectory() as essai:
        brouillon = Path(essai, chemin.name)
        brouillon.write_text(texte, encoding="utf-8")
        try:
            lire(brouillon)
        except ErreurDonnees as refusee:
            raise ErreurDonnees(str(refusee).replace(str(brouillon), str(chemin)), refusee.constats) from None


def _reprendre_l_exemple(livre: Path, propre: Path) -> None:
    """Copie l'exemple livré dans le dossier client : sans ses réponses, l'enregistrement le viderait de son contenu."""
    for source in sorted(chemin for chemin in livre.rglob("*") if chemin.is_file()):
        cible = propre / source.relative_to(livre)
        if not cible.exists():
            cible.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, cible)
