"""Remplir un modèle Word : Jinja en bac à sable, échappement d'office, toutes les variables inconnues à la fois."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, TemplateError, TemplateSyntaxError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from mutunb.erreurs import Constat, ErreurDonnees, noms_proches

_EXTRAIT = 60


def remplir(modele: Path, contexte: Mapping[str, Any]) -> Document:
    """Document rendu ; le contexte ne contient que des textes, des nombres, des listes et des correspondances.

    Raises
    ------
    ErreurDonnees
        Fichier qui n'est pas un Word, syntaxe fautive (avec l'endroit), geste interdit, variables inconnues (toutes,
        avec leurs voisines).
    """
    inconnues: dict[str, list[str]] = {}
    gabarit = _ouvrir(modele)
    tampon = io.BytesIO()
    try:
        gabarit.render(dict(contexte), _environnement(inconnues))
        _refuser_inconnues(modele, inconnues)
        gabarit.save(tampon)
    except TemplateSyntaxError as faute:
        raise ErreurDonnees(_phrase_syntaxe(modele, faute)) from faute
    except SecurityError as faute:
        raise ErreurDonnees(
            f"Modèle {modele.name} : geste interdit ({faute}). Un modèle affiche des variables, il n'appelle rien."
        ) from faute
    except (TemplateError, SyntaxError, TypeError, ValueError, LookupError, AttributeError) as faute:
        _refuser_inconnues(modele, inconnues)
        raise ErreurDonnees(
            f"Modèle {modele.name} : une balise ne peut pas s'appliquer ({faute}). Comparez-la à docs/actes.md, ou "
            "repartez du modèle livré."
        ) from faute
    return docx.Document(tampon)


def _ouvrir(modele: Path) -> DocxTemplate:
    gabarit = DocxTemplate(modele)
    try:
        gabarit.init_docx()
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as faute:
        raise ErreurDonnees(
            f"Modèle {modele} illisible : ce n'est pas un document Word (.docx). Enregistrez-le à nouveau depuis Word."
        ) from faute
    return gabarit


def _environnement(inconnues: dict[str, list[str]]) -> ImmutableSandboxedEnvironment:
    """Bac à sable sans fonction globale ; une variable inconnue est notée, et le rendu continue pour trouver les autres."""

    class Inconnue(ChainableUndefined):
        def _noter(self) -> None:
            connus = list(self._undefined_obj) if isinstance(self._undefined_obj, dict) else []
            inconnues.setdefault(str(self._undefined_name), connus)

        def __str__(self) -> str:
            self._noter()
            return ""

        def __html__(self) -> str:
            return str(self)

        def __iter__(self):
            self._noter()
            return iter(())

        def __bool__(self) -> bool:
            self._noter()
            return False

    environnement = ImmutableSandboxedEnvironment(autoescape=True, undefined=Inconnue)
    environnement.globals.clear()
    return environnement


def _refuser_inconnues(modele: Path, inconnues: Mapping[str, list[str]]) -> None:
    constats = []
    for nom, connus in inconnues.items():
        proches = noms_proches(nom, connus)
        remede = f"Vouliez-vous dire : {', '.join(proches)} ?" if proches else "Les variables sont dans docs/actes.md."
        constats.append(Constat(modele.name, f"« {nom} »", "une variable connue", remede))
    if constats:
        raise ErreurDonnees.de_constats(f"Modèle {modele}", constats)


def _phrase_syntaxe(modele: Path, faute: TemplateSyntaxError) -> str:
    """Dit le passage fautif, tel qu'on le lit dans Word."""
    lignes = (faute.source or "").splitlines()
    brut = lignes[faute.lineno - 1] if 0 < (faute.lineno or 0) <= len(lignes) else ""
    passage = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", brut)).strip()
    ou = f" près de « {passage[:_EXTRAIT]} »" if passage else ""
    return (
        f"Modèle {modele.name} : balise mal écrite{ou} ({faute.message}). Chaque {{{{ se ferme par }}}}, chaque "
        "{% if %} ou {% for %} par {% endif %} ou {% endfor %}."
    )
