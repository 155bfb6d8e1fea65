"""Un projet d'essai de trois carnets, produit une fois : un qui réussit, un qui échoue, un qui porte la synthèse."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mutunb import chemins
from mutunb.execution.commande import Commande
from mutunb.execution.production import Rapport, produire
from tests.execution import fabrique_carnets as fabrique

#: un pixel
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect id="r" width="9" height="9"/></svg>'
FIGURE = {"genre": "figure", "id": "carte", "titre": "Où l'on vit", "alt": "Deux communes voisines", "source": "essai"}


def carnet_complet() -> fabrique.NotebookNode:
    """Toutes les sortes de sorties permises, du texte hostile, un flux d'erreur, une cellule de méthode."""
    tableau_html = "<table class='mutunb'><caption>Les communes</caption><tr><th scope='col'>Nom</th></tr></table>"
    paquet_tableau = {"text/html": tableau_html, "text/plain": "…", fabrique.TYPE_RESULTATS: [
        fabrique.tableau(), fabrique.indicateur(), fabrique.indicateur("vide", valeur=float("nan"))]}
    return fabrique.carnet(
        fabrique.texte(f"# Portrait d'essai\n\nChapô du carnet. {fabrique.HOSTILE}"),
        fabrique.parametres(),
        fabrique.texte("## Première question ?\n\n![photo](https://exemple.fr/x.png) et [lien](javascript:alert(1))"),
        fabrique.code(fabrique.montrer(paquet_tableau)),
        fabrique.code(fabrique.montrer({"image/png": PNG, fabrique.TYPE_RESULTATS: [FIGURE]})),
        fabrique.code(fabrique.montrer({"text/markdown": "## Titre d'une sortie\n\nPhrase **chiffrée** : 1 234 €."})),
        fabrique.code("print('dit à voix haute', territoire, type(territoire).__name__)"),
        fabrique.code("import sys\nprint('secret de cuisine', file=sys.stderr)"),
        fabrique.code("from pathlib import Path\nf'dossier {Path.cwd().name}'"),
        fabrique.texte("Explication réservée au consultant.", "methode"),
    )


def carnet_en_echec() -> fabrique.NotebookNode:
    """Un carnet qui s'arrête à sa troisième cellule, sur une erreur annoncée."""
    return fabrique.carnet(
        fabrique.texte("# Achats d'essai"),
        fabrique.parametres(),
        fabrique.code("from mutunb.erreurs import ErreurDonnees\nraise ErreurDonnees('La table des marchés est vide.')"),
        fabrique.code("'jamais atteint'"),
    )


def carnet_synthese() -> fabrique.NotebookNode:
    """Le carnet qui porte la synthèse de l'étape."""
    paquet = {"text/html": "<p>synthèse vue dans Jupyter</p>", fabrique.TYPE_RESULTATS: [fabrique.synthese()]}
    return fabrique.carnet(fabrique.parametres(), fabrique.code(fabrique.montrer(paquet)))


CARNETS = {"10_portrait": carnet_complet, "12_achats": carnet_en_echec, "14_priorites": carnet_synthese}


@dataclass(frozen=True)
class Essai:
    """Le projet d'essai et ce qu'il a produit."""

    racine: Path
    rapport: Rapport
    dossier: Path

    def lire(self, nom: str) -> str:
        """Texte d'un fichier produit."""
        return (self.dossier / nom).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def essai(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Essai]:
    """Le projet d'essai, produit en profil client."""
    racine = fabrique.projet(tmp_path_factory.mktemp("projet"), {nom: faire() for nom, faire in CARNETS.items()})
    with pytest.MonkeyPatch.context() as reglages:
        for variable in [nom for nom in os.environ if nom.startswith("MUTUNB_")]:
            reglages.delenv(variable)
        donnees = chemins.echantillon()
        reglages.setenv("MUTUNB_RACINE", str(racine))
        rapport = produire(fabrique.SIREN, Commande(donnees=donnees, sorties=racine / "outputs"))
    yield Essai(racine, rapport, racine / "outputs" / fabrique.SIREN)


@pytest.fixture
def projet_vide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Fabrique d'un projet d'essai : ``projet_vide({"10_portrait": carnet})`` rend sa racine, déjà choisie."""

    def preparer(carnets: dict) -> Path:
        racine = fabrique.projet(tmp_path / "projet", carnets)
        monkeypatch.setenv("MUTUNB_RACINE", str(racine))
        return racine

    return preparer
