"""Les espaces insécables : là où il en faut, et nulle part ailleurs."""

from __future__ import annotations

import re

import pytest

from mutunb import referentiel
from mutunb.typographie import composer

I = "\u00a0"  # noqa: E741


@pytest.mark.parametrize(
    ("ecrit", "compose"),
    [
        ("3 500 habitants", f"3{I}500 habitants"),
        ("1 965 300 agents", f"1{I}965{I}300 agents"),
        ("10 % de 48,9 Md€", f"10{I}% de 48,9{I}Md€"),
        ("le 5 octobre 2026", f"le 5{I}octobre 2026"),
        ("au 1er janvier 2026", f"au 1er{I}janvier 2026"),
        ("n° 99926", f"n°{I}99926"),
        ("« libre » ; oui : non", f"«{I}libre{I}»{I}; oui{I}: non"),
        ("article 41 du décret", "article 41 du décret"),
        ("CGCT, art. L.5211-4-2", "CGCT, art. L.5211-4-2"),
        ("https://www.cnfpt.fr", "https://www.cnfpt.fr"),
        ("15 jours, puis 8 jours", "15 jours, puis 8 jours"),
        ("", ""),
    ],
)
def test_composer(ecrit, compose):
    assert composer(ecrit) == compose
    assert composer(compose) == compose


def test_aucun_nombre_secable_dans_le_referentiel():
    secable = re.compile(r"\d \d{3}(?!\d)| [;:!?»]|« ")
    fautifs = [
        f"{genre}.{id}"
        for genre in ("droits", "fonctions", "reperes", "hypotheses", "instruments", "actes", "taches", "contraintes")
        for id, objet in getattr(referentiel, genre)().items()
        if secable.search(" | ".join(_textes(objet.model_dump(exclude={"source", "sources"}))))
    ]
    assert fautifs == []


def _textes(objet: object) -> list[str]:
    if isinstance(objet, dict):
        return [texte for valeur in objet.values() for texte in _textes(valeur)]
    if isinstance(objet, list | tuple):
        return [texte for valeur in objet for texte in _textes(valeur)]
    return [objet] if isinstance(objet, str) else []
