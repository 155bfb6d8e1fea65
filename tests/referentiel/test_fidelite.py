"""Fidélité à la méthode d'origine : mêmes chiffres, mêmes niveaux, mêmes sources, autres mots."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from mutunb import chemins, referentiel

#: sources ajoutées par mutunb
AJOUTS = {"client", "cdg44_elections_2026", "se_00343_2013"}
CITATION = re.compile(r"«[^»]*»")


def test_reperes_identiques_sauf_remarques(methode):
    with (methode / "reperes.csv").open(encoding="utf-8", newline="") as ouvert:
        origine = list(csv.DictReader(ouvert, delimiter=";"))
    with (chemins.referentiel() / "reperes.csv").open(encoding="utf-8", newline="") as ouvert:
        livre = list(csv.DictReader(ouvert, delimiter=";"))
    assert len(origine) == len(livre) == 114
    for attendu, lu in zip(origine, livre, strict=True):
        assert {**attendu, "remarque": ""} == {**lu, "remarque": ""}
        assert bool(attendu["remarque"]) == bool(lu["remarque"])
        assert not attendu["remarque"] or attendu["remarque"] != lu["remarque"]


def test_sources_de_la_methode_conservees(methode):
    origine = yaml.safe_load((methode / "sources.yaml").read_text(encoding="utf-8"))
    for id, attendu in origine.items():
        lue = referentiel.source(id).model_dump()
        assert {cle: valeur.replace("\u00a0", " ") for cle, valeur in lue.items()} == {"id": id, **attendu}


def test_sources_du_droit_et_de_la_chaine_financiere(methode):
    lignes = _lignes_de_sources(methode, "droit.md") | _lignes_de_sources(methode, "chaine-financiere.md")
    methode_ids = set(yaml.safe_load((methode / "sources.yaml").read_text(encoding="utf-8")))
    assert set(referentiel.sources()) == set(lignes) | methode_ids | AJOUTS
    for id, adresses in lignes.items():
        for adresse in referentiel.source(id).adresses:
            assert adresse in adresses, id
        assert len(referentiel.source(id).adresses) == adresses.count("http") or id in ("S5", "S7"), id


def _lignes_de_sources(methode, nom: str) -> dict[str, str]:
    texte = (methode / nom).read_text(encoding="utf-8")
    trouvees = {}
    for ids, adresses in re.findall(r"^\| ((?:[SF]\d+(?:, )?)+) \|.*\| ([^|]*) \|$", texte, re.MULTILINE):
        if adresses != "—":
            trouvees |= dict.fromkeys(ids.split(", "), adresses)
    return trouvees


def test_taches_identiques(methode):
    texte = (methode / "droit.md").read_text(encoding="utf-8")
    lignes = re.findall(r"^\| (T\d\d\w?) \|[^|]*\| ([^|]*) \| (\d+) \| (\d+|—) \|", texte, re.MULTILINE)
    assert len(lignes) == len(referentiel.taches()) == 27
    for id, avant, minimum, usuel in lignes:
        tache = referentiel.taches()[id]
        assert tache.predecesseurs == (() if avant == "—" else tuple(avant.split(", ")))
        assert tache.duree_min_jours == int(minimum)
        assert tache.duree_usuelle_jours == (None if usuel == "—" else int(usuel))


def test_contraintes_de_meme_niveau(methode):
    texte = (methode / "droit.md").read_text(encoding="utf-8")
    lignes = re.findall(r"^\| (C\d+) \|.*\| ([^|]*) \|$", texte, re.MULTILINE)
    assert len(lignes) == 15
    for id, ecrit in lignes:
        # « A/B » garde le plus faible ; « A (pratique) » reste A
        attendu = ecrit.split(" ")[0].split("/")[-1]
        assert referentiel.contraintes()[id].niveau == attendu, id


def _textes(objet: Any) -> Iterator[str]:
    if isinstance(objet, dict):
        for valeur in objet.values():
            yield from _textes(valeur)
    elif isinstance(objet, list):
        for valeur in objet:
            yield from _textes(valeur)
    elif isinstance(objet, str):
        yield objet


def _normal(texte: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"[*`]", "", texte)).casefold()


@pytest.mark.parametrize("longueur", [80])
def test_aucune_phrase_recopiee(methode, longueur):
    """Aucune suite de 80 caractères n'est commune avec la méthode, hors citations entre guillemets."""
    noms = ("droit.md", "chaine-financiere.md", "pratique.md")
    origine = _normal(" ".join((methode / nom).read_text(encoding="utf-8") for nom in noms))
    suites = {origine[i : i + longueur] for i in range(len(origine) - longueur)}
    recopiees = []
    for chemin in sorted(chemins.referentiel().rglob("*.yaml")):
        if chemin.name in ("sources.yaml", "exports_officiels.yaml"):
            continue
        for texte in _textes(yaml.safe_load(chemin.read_text(encoding="utf-8"))):
            propre = _normal(CITATION.sub("«»", texte))
            if any(propre[i : i + longueur] in suites for i in range(len(propre) - longueur + 1)):
                recopiees.append(f"{chemin.name} : {texte[:100]}")
    assert recopiees == []
