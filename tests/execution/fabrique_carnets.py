"""De petits carnets, et une copie du projet où les exécuter : de vraies données, un parcours d'essai."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
import yaml
from nbformat import NotebookNode

from mutunb import chemins
from mutunb.execution.elements import TYPE_RESULTATS

SIREN = "247900798"
HOSTILE = "<script>alert(1)</script> {{ 7 * 7 }} {% raw %} =cmd|' /C calc'!A0 &amp; « x »"


def texte(source: str, *marques: str) -> NotebookNode:
    """Cellule de texte."""
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(marques)})


def code(source: str, *marques: str, sorties: list[NotebookNode] | None = None) -> NotebookNode:
    """Cellule de code, avec ses sorties si elle est déjà exécutée."""
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(marques)}, outputs=sorties or [])


def parametres() -> NotebookNode:
    """Cellule de paramètres d'un carnet qui ne dépend que du territoire."""
    return code('territoire = "000000000"', "parameters")


def carnet(*cellules: NotebookNode) -> NotebookNode:
    """Carnet Python fait de ces cellules."""
    noyau = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=list(cellules), metadata={"kernelspec": noyau})


def sortie(elements: list[dict[str, Any]] | None = None, **formats: str) -> NotebookNode:
    """Sortie d'affichage : ``html="…"``, ``png="…"``, ``svg="…"``, ``markdown="…"``, ``plain="…"``."""
    noms = {"html": "text/html", "png": "image/png", "svg": "image/svg+xml", "markdown": "text/markdown",
            "plain": "text/plain", "composant": "application/vnd.jupyter.widget-view+json", "latex": "text/latex"}
    donnees: dict[str, Any] = {noms[nom]: contenu for nom, contenu in formats.items()}
    if elements is not None:
        donnees[TYPE_RESULTATS] = elements
    return nbformat.v4.new_output("display_data", data=donnees)


def montrer(paquet: Mapping[str, Any]) -> str:
    """Code d'une cellule qui affiche ce paquet de formats."""
    return f"from IPython.display import display\nnan = float('nan')\ndisplay({dict(paquet)!r}, raw=True)"


def tableau(identifiant: str = "communes", **changes: Any) -> dict[str, Any]:
    """Élément tableau : deux communes et leur total, une valeur absente, un code qui commence par zéro."""
    return {
        "genre": "tableau",
        "id": identifiant,
        "titre": "Communes et leurs dépenses",
        "colonnes": ["insee", "nom", "depense", "part"],
        "libelles": {"insee": "Code", "nom": "Commune", "depense": "Dépense", "part": "Part"},
        "unites": {"insee": "texte", "nom": "texte", "depense": "eur", "part": "part"},
        "statuts": {"depense": "constate", "part": "constate"},
        "lignes": [["01004", "Ambérieu", 1234.5, 0.4], ["01005", HOSTILE, None, 0.6], ["", "Total", 1234.5, 1]],
        "perimetre": "deux communes",
        "source": "essai",
        "note": "",
        "total": True,
    } | changes


def indicateur(identifiant: str = "population", **changes: Any) -> dict[str, Any]:
    """Élément indicateur."""
    return {"genre": "indicateur", "id": identifiant, "libelle": "Population", "valeur": 12, "unite": "habitants",
            "statut": "constate", "source": "essai"} | changes


def synthese(**changes: Any) -> dict[str, Any]:
    """Élément synthèse : cinq chiffres, trois constats, une décision."""
    chiffre = {"libelle": "Chiffre", "affichage": "12", "precision": "", "statut": "estime", "source": "essai"}
    return {
        "genre": "synthese",
        "titre": "Ce qu'il faut retenir",
        "chiffres": [chiffre | {"libelle": f"Chiffre {rang}"} for rang in range(1, 6)],
        "constats": ["Premier constat.", "Deuxième constat.", "Troisième constat."],
        "decision": "Décider de poursuivre.",
    } | changes


def projet(racine: Path, carnets: Mapping[str, NotebookNode]) -> Path:
    """Copie du projet dont l'étape diagnostic contient ces carnets (identifiants connus des modèles de paramètres)."""
    (racine / "data" / "public").mkdir(parents=True)
    (racine / "data" / "referentiel").symlink_to(chemins.referentiel())
    (racine / "data" / "public" / "echantillon").symlink_to(chemins.echantillon())
    dossier = racine / "notebooks" / "1_diagnostic"
    dossier.mkdir(parents=True)
    entrees = []
    for nom, contenu in carnets.items():
        nbformat.write(contenu, dossier / f"{nom}.ipynb")
        entrees.append({"id": nom, "fichier": f"1_diagnostic/{nom}.ipynb", "titre": f"Titre de {nom}",
                        "question": f"Question de {nom} ?", "livrable": "Essai", "parametres": nom})
    etape = {"id": "diagnostic", "titre": "Diagnostic", "question": "Que faire ?", "livrable": "Essai", "carnets": entrees}
    parcours = yaml.safe_dump({"etapes": [etape]}, allow_unicode=True)
    (racine / "notebooks" / "parcours.yaml").write_text(parcours, encoding="utf-8")
    return racine
