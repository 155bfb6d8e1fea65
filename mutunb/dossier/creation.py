"""Créer le dossier d'un client : ses réglages, ses hypothèses, ses décisions, et le classeur à envoyer aux mairies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from mutunb import chemins, territoires
from mutunb.dossier import reglages
from mutunb.dossier.classeur_collecte import classeurs
from mutunb.formats import pluriel
from mutunb.territoires import Territoire

#: dossier des fichiers renvoyés par les mairies, et celui des classeurs à leur envoyer un par un
RECUS, ENVOIS = "recus", "envois"

HYPOTHESES = """\
# Hypothèses propres à ce territoire : elles remplacent celles du référentiel (data/referentiel/hypotheses.yaml).
# Seules les hypothèses écrites ici changent. Toutes les clés sont attendues ; bas ≤ central ≤ haut, dans l'unité d'origine.
# Pour en écrire une, retirez les « # » de l'exemple et changez ses valeurs.
#
# part_rh:
#   bas: 2
#   central: 2.5
#   haut: 3
#   auteur: Direction des ressources humaines
#   date: 2026-01-15
#   motif: comptage du tableau des effectifs de 2025
"""
CORRECTIONS = """\
# Corrections des réponses reçues : le fichier d'une mairie n'est jamais modifié, la correction s'écrit ici.
# « cle » désigne la ligne (les champs qui l'identifient), « ancienne » la valeur lue : si la source change, la correction
# est refusée. Une part s'écrit de 0 à 1 ; null est une absence.
# Pour en écrire une, retirez les « # » de l'exemple et changez ses valeurs.
#
# - feuille: effectifs
#   cle: {siren: "999999980", poste: P01, fonction: comptabilite_finances}
#   champ: part_temps
#   ancienne: 0.4
#   nouvelle: 0.5
#   motif: le poste est partagé à parts égales, confirmé par la direction
#   auteur: Cabinet
#   date: 2026-01-15
"""
DECISIONS = """\
# Décisions prises au fil de l'étude : une par bloc, avec son auteur, sa date et son motif.
"""


@dataclass(frozen=True)
class Creation:
    """Ce que la création d'un dossier a écrit, et ce qu'elle a laissé en place."""

    territoire: str
    dossier: Path
    crees: tuple[Path, ...]
    conserves: tuple[Path, ...]

    def __str__(self) -> str:
        lignes = [f"{self.territoire} : dossier {self.dossier}"]
        lignes += self._enumerer("écrit", self.crees)
        lignes += self._enumerer("déjà là, laissé tel quel", self.conserves)
        if self.crees:
            lignes.append(f"Envoyez le classeur aux mairies, puis déposez leurs réponses dans {self.dossier / RECUS}.")
        return "\n".join(lignes)

    def _enumerer(self, etat: str, fichiers: tuple[Path, ...], montres: int = 8) -> list[str]:
        noms = [str(chemin.relative_to(self.dossier)) for chemin in fichiers]
        reste = len(noms) - montres
        lignes = [f"  {nom} ({etat})" for nom in noms[:montres]]
        return lignes + ([f"  … et {pluriel(reste, 'autre fichier', 'autres fichiers')} ({etat})"] if reste > 0 else [])


def creer(siren: str, un_par_commune: bool = False, auteur: str = "", donnees: Path | None = None) -> Creation:
    """Crée (ou complète) le dossier client d'un EPCI ; un fichier existant n'est jamais modifié.

    Parameters
    ----------
    siren : str
        SIREN de l'EPCI à fiscalité propre.
    un_par_commune : bool
        Vrai : un classeur par entité dans ``envois/`` ; faux : un seul ``collecte.xlsx``.
    auteur : str
        Qui tient le dossier, inscrit dans ``territoire.yaml``.
    donnees : Path, optional
        Dossier de données nationales.

    Raises
    ------
    ErreurUsage, ErreurDonnees
        SIREN inconnu, avec les voisins ; données publiques incomplètes.
    """
    territoire = territoires.ouvrir(siren, donnees)
    dossier = chemins.territoires() / territoire.siren
    envois = classeurs(territoire, un_par_commune)
    (dossier / RECUS).mkdir(parents=True, exist_ok=True)
    sous_dossier = ENVOIS if un_par_commune else ""
    contenus: dict[str, str | bytes] = {
        reglages.NOM_FICHIER: texte_reglages(territoire, auteur),
        "hypotheses.yaml": HYPOTHESES,
        "decisions.yaml": DECISIONS,
        "corrections.yaml": CORRECTIONS,
    } | {str(Path(sous_dossier, nom)): octets for nom, octets in envois.items()}
    deja = {nom for nom in contenus if (dossier / nom).exists()}
    crees = tuple(chemins.ecrire(dossier / nom, contenu) for nom, contenu in contenus.items() if nom not in deja)
    return Creation(territoire.nom, dossier, crees, tuple(dossier / nom for nom in contenus if nom in deja))


def texte_reglages(territoire: Territoire, auteur: str = "") -> str:
    """``territoire.yaml`` d'un dossier neuf, commenté."""
    return (
        f"# Réglages du dossier. SIREN entre guillemets ; une date s'écrit 2026-01-15, ou rien.\n"
        f"siren: {_en_yaml(territoire.siren)}\n"
        f"nom: {_en_yaml(territoire.nom)}\n"
        "# nombre d'agents sous lequel une case qui révélerait une personne est masquée hors du profil consultant\n"
        f"seuil_confidentialite: {reglages.SEUIL_CONFIDENTIALITE}\n"
        "# true si les communes peuvent voir les chiffres financiers les unes des autres\n"
        "diffusion_financiere: false\n"
        "# date à laquelle l'état de départ (T0) est figé, la même pour toutes les entités\n"
        "date_t0:\n"
        "# qui tient ce dossier\n"
        f"auteur: {_en_yaml(auteur)}\n"
    )


def _en_yaml(texte: str) -> str:
    """Le texte entre guillemets, quoi qu'il contienne."""
    return yaml.safe_dump(texte, allow_unicode=True, default_style='"', width=10_000).strip()
