"""Toutes les dépendances installées ont une licence connue et compatible, et docs/licences.md les nomme."""

from __future__ import annotations

import pytest

from mutunb import chemins
from tests.fiabilite import licences


def test_toutes_les_licences_sont_compatibles() -> None:
    noms = licences.dependances()
    assert len(noms) > 60
    assert [f"{n} : {licences.licence(n)}" for n in noms if licences.genre(licences.licence(n)) == "inconnue"] == []


def test_la_liste_livree_nomme_chaque_dependance() -> None:
    livree = (chemins.racine() / "docs" / "licences.md").read_text("utf-8")
    absentes = [nom for nom in licences.dependances() if f"| {nom} |" not in livree]
    assert absentes == [], "refaites la liste : python -m tests.fiabilite.licences"


@pytest.mark.parametrize("texte", ["GPL-3.0-only", "AGPL-3.0", "Proprietary", "", "SSPL-1.0", "MIT AND GPL-2.0"])
def test_une_licence_incompatible_serait_vue(texte: str) -> None:
    assert licences.genre(texte) == "inconnue"
