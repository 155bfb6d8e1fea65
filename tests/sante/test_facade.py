"""La façade : peu de noms, tous vivants, tous employés par un carnet."""

from __future__ import annotations

import importlib
import json
from collections.abc import Collection

import pytest

import mutunb
from tests.sante.regles import depot
from tests.sante.regles.carnets import appels_a_la_facade

NOMS_MAX = 30
#: à la disposition du consultant dans un notebook libre, sans carnet qui les montre
HORS_CARNETS: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def appels() -> set[tuple[str, ...]]:
    carnets = depot.fichiers("notebooks", suffixe=".ipynb")
    if not carnets:
        pytest.skip("aucun carnet dans notebooks/ : rien à comparer à la façade")
    return set().union(*(appels_a_la_facade(json.loads(chemin.read_text(encoding="utf-8"))) for chemin in carnets))


def ecarts_de_parite(noms: Collection[str], appels: set[tuple[str, ...]], libres: Collection[str] = ()) -> list[str]:
    """Noms offerts sans être employés, et noms employés sans être offerts."""
    employes = {chaine[0] for chaine in appels}
    return [
        *(f"mutunb.{nom} : offert, employé par aucun carnet" for nom in sorted(set(noms) - employes - set(libres))),
        *(f"mutunb.{nom} : employé par un carnet, absent de __all__" for nom in sorted(employes - set(noms))),
    ]


def test_la_facade_tient_en_trente_noms() -> None:
    trop = sorted(mutunb.__all__)[NOMS_MAX:]
    depot.exiger(trop, f"{NOMS_MAX} noms au plus : un carnet n'a pas besoin de tout le paquet.")


def test_chaque_nom_de_la_facade_existe() -> None:
    absents = [f"mutunb.{nom}" for nom in mutunb.__all__ if getattr(mutunb, nom, None) is None]
    depot.exiger(absents, "corrigez le module ou le nom dans mutunb/__init__.py.")


def test_aucun_nom_de_la_facade_ne_cache_un_module() -> None:
    """Python remplace ``mutunb.territoires`` par le sous-paquet dès que celui-ci est importé."""
    caches = [f"mutunb.{nom}" for nom in mutunb.__all__ if f"mutunb.{nom}" in depot.modules()]
    depot.exiger(caches, "un nom de façade et un module ne peuvent pas s'appeler pareil : renommez le nom de façade.")


def test_facade_et_carnets_se_repondent(appels: set[tuple[str, ...]]) -> None:
    ecarts = ecarts_de_parite(mutunb.__all__, appels, HORS_CARNETS)
    depot.exiger(ecarts, "retirez de __all__ ce que personne n'emploie ; ajoutez ce qu'un carnet appelle.")


def test_chaque_appel_d_un_carnet_aboutit(appels: set[tuple[str, ...]]) -> None:
    perdus = [f"mutunb.{'.'.join(chaine)}" for chaine in sorted(appels) if not aboutit(chaine)]
    depot.exiger(perdus, "le carnet appelle un nom qui n'existe pas (ou plus).")


def aboutit(chaine: tuple[str, ...]) -> bool:
    objet = mutunb
    for nom in chaine:
        if not hasattr(objet, nom):
            return False
        objet = getattr(objet, nom)
    return True


def test_la_regle_voit_les_deux_sens() -> None:
    appels = {("ouvrir",), ("phrases", "finances")}
    assert ecarts_de_parite(["ouvrir", "phrases"], appels) == []
    assert ecarts_de_parite(["ouvrir", "phrases", "cartes"], appels) == [
        "mutunb.cartes : offert, employé par aucun carnet"
    ]
    assert ecarts_de_parite(["ouvrir", "phrases", "cartes"], appels, {"cartes"}) == []
    assert ecarts_de_parite(["ouvrir"], appels) == ["mutunb.phrases : employé par un carnet, absent de __all__"]


def test_un_appel_perdu_est_vu() -> None:
    importlib.import_module("mutunb.formats")
    assert aboutit(("formats", "nombre"))
    assert not aboutit(("formats", "nombrre"))


def test_les_appels_se_lisent_en_entier() -> None:
    carnet = {"cells": [{"cell_type": "code", "metadata": {}, "source": "mutunb.a.b(mutunb.c(x.y)).d"}]}
    assert appels_a_la_facade(carnet) == {("a", "b"), ("c",)}
