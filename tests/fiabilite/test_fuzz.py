"""Données tirées au hasard, version courte : aucun lecteur ne rend autre chose qu'une valeur, un constat ou une erreur annoncée."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mutunb.dossier.lecture_classeur import lire_fichier
from mutunb.dossier.ouverture import lire_hypotheses_propres
from mutunb.dossier.reglages import lire_reglages
from mutunb.erreurs import ErreurMutunb
from mutunb.referentiel import hypotheses
from tests.fiabilite.test_contenus_hostiles import BASE

COURT = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEUILLES = st.none() | st.booleans() | st.floats() | st.integers() | st.dates() | st.text(max_size=20)
ARBRES = st.recursive(FEUILLES, lambda n: st.lists(n, max_size=4) | st.dictionaries(st.text(max_size=8) | st.integers(), n, max_size=4), max_leaves=15)
NOMS = st.sampled_from([*hypotheses(), "siren", "nom", "seuil_confidentialite", "date_t0", "auteur", "bas", "central", "haut", "motif"])


@COURT
@given(contenu=st.dictionaries(NOMS, ARBRES | st.dictionaries(NOMS, ARBRES, max_size=6), max_size=4), brut=st.binary(max_size=80))
def test_un_yaml_quelconque(tmp_path: Path, contenu: object, brut: bytes) -> None:
    import yaml

    for octets in (yaml.safe_dump(contenu, allow_unicode=True).encode("utf-8", "surrogatepass"), brut):
        (fichier := tmp_path / "f.yaml").write_bytes(octets)
        for lire in (lire_hypotheses_propres, lambda chemin: lire_reglages(chemin, "247900798", "X")):
            with contextlib.suppress(ErreurMutunb):
                lire(fichier)


@COURT
@given(places=st.lists(st.tuples(st.integers(0, len(BASE) - 1), st.integers(0, 255)), max_size=12), coupe=st.integers(1, len(BASE)), nom=st.sampled_from(["a.xlsx", "a.csv", "a.ods", "a.xls"]))
def test_un_classeur_abime_au_hasard(tmp_path: Path, places: list[tuple[int, int]], coupe: int, nom: str) -> None:
    octets = bytearray(BASE)
    for place, octet in places:
        octets[place] = octet
    (tmp_path / nom).write_bytes(bytes(octets[:coupe]))
    lecture = lire_fichier(tmp_path / nom)
    assert lecture.constats or lecture.lignes


@COURT
@given(texte=st.text(max_size=400))
@pytest.mark.parametrize("entete", ["siren;collectivite;poste;fonction\n", ""])
def test_un_csv_quelconque(tmp_path: Path, texte: str, entete: str) -> None:
    (tmp_path / "a.csv").write_bytes((entete + texte).encode("utf-8", "surrogatepass"))
    lire_fichier(tmp_path / "a.csv")
