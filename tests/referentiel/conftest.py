"""Un petit référentiel de papier, complet, que chaque test abîme à sa façon."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees

SOURCES = """
    cnfpt:
      auteur: CNFPT
      titre: Bouquet de ressources
      date: ""
      adresse: https://www.cnfpt.fr
      niveau: A
    usage: {auteur: Usage, titre: Pratique courante, date: "", adresse: "", niveau: B}
"""
UNITES = """
    "%": Part exprimée sur cent.
    agents: Nombre d'agents.
    jours: Jours calendaires.
"""
POINTS = """
    V1: {sujet: Un article, pourquoi: Il n'a pas été relu.}
"""
HYPOTHESES = """
    part_rh:
      libelle: Part de la fonction RH
      fonction: ressources_humaines
      bas: 1
      central: 2.3
      haut: 3
      unite: "%"
      annee: 2022
      niveau: A
      source: cnfpt
      qualite: orange
      impact: moyen
      remarque: Moyenne nationale.
"""
REPERES = """\
id;fonction;indicateur;perimetre;bas;central;haut;unite;annee;source;niveau;remarque
RH01;ressources_humaines;Part des agents RH;France;;2.3;;%;2022;cnfpt;A;
RH04;ressources_humaines;Agents par agent RH;France;40;;60;agents;;usage;B;Pratique courante
"""
DROIT = """
    comite_social:
      libelle: Comité social territorial
      texte: CGFP, art. L.251-5
      resume: À partir de 50 agents, la collectivité a son comité.
      niveau: A
      source: cnfpt
      version: 2026-04-03
      verifie_le: 2026-04-03
      points:
        - {sujet: Seuil, texte: Cinquante agents., niveau: A, source: [cnfpt, usage]}
      valeurs:
        - id: seuil
          libelle: Effectif à partir duquel le comité est propre
          unite: agents
          niveau: A
          source: cnfpt
          historique:
            - {depuis: 2019-01-01, valeur: 40, reference: Loi de 2019}
            - {depuis: 2024-01-01, valeur: 50, reference: Loi de 2024}
      points_a_verifier: [V1]
"""


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Dossier de référentiel valide, hors fonctions et catalogues."""
    (tmp_path / "droit").mkdir()
    contenus = {
        "sources.yaml": SOURCES,
        "unites.yaml": UNITES,
        "points_a_verifier.yaml": POINTS,
        "hypotheses.yaml": HYPOTHESES,
        "reperes.csv": REPERES,
        "droit/personnel.yaml": DROIT,
    }
    for nom, contenu in contenus.items():
        (tmp_path / nom).write_text(dedent(contenu), encoding="utf-8")
    return tmp_path


@pytest.fixture
def remplacer(dossier: Path) -> Callable[..., Path]:
    """Remplace des mots d'un fichier du dossier ; refuse un mot absent, pour qu'un test ne passe pas à vide."""

    def appliquer(nom: str, *paires: tuple[str, str]) -> Path:
        chemin = dossier / nom
        texte = chemin.read_text(encoding="utf-8")
        for ancien, nouveau in paires:
            assert ancien in texte, f"« {ancien} » absent de {nom}"
            texte = texte.replace(ancien, nouveau, 1)
        chemin.write_text(texte, encoding="utf-8")
        return dossier

    return appliquer


@pytest.fixture
def constats_de() -> Callable[[Callable[[], object]], list[str]]:
    """Les constats, en texte, de l'erreur que lève un appel."""

    def relever(appel: Callable[[], object]) -> list[str]:
        with pytest.raises(ErreurDonnees) as leve:
            appel()
        return [str(constat) for constat in leve.value.constats]

    return relever


@pytest.fixture(scope="session")
def methode() -> Path:
    """Dossier de la méthode d'origine, voisin du projet ; le test se saute sans lui."""
    chemin = chemins.RACINE_PAQUET.parent.parent / "shared" / "methode"
    if not (chemin / "reperes.csv").is_file():
        pytest.skip(f"méthode d'origine absente ({chemin})")
    return chemin
