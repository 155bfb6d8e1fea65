"""Le JSON écrit vite est celui de la bibliothèque standard, octet pour octet."""

from __future__ import annotations

import json

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.execution.livrables import texte_du_carnet
from mutunb.execution.texte_json import ecrire_json
from tests.execution.fabrique_carnets import carnet, code, sortie, texte

SCALAIRES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALEURS = st.recursive(SCALAIRES, lambda v: st.lists(v) | st.dictionaries(st.text(), v) | st.tuples(v, v), max_leaves=30)


@given(VALEURS)
def test_memes_octets_que_json(valeur: object) -> None:
    assert ecrire_json(valeur) == json.dumps(valeur, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)


@pytest.mark.parametrize("refusee", [float("nan"), [float("inf")], {"a": object()}, {1: 2}, {"a": {1, 2}}])
def test_ce_qui_n_est_pas_du_json_est_refuse(refusee: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        ecrire_json(refusee)


def test_un_carnet_s_ecrit_comme_par_nbformat() -> None:
    essai = carnet(
        texte("# Titre\n\nligne\n"),
        code("a = 1\nb", sorties=[sortie(html="<p>\n</p>", svg="<svg>\n</svg>", png="iVBO\nRw0K", elements=[{"genre": "figure", "n": 1.5}])]),
        code("", sorties=[nbformat.v4.new_output("stream", name="stdout", text="a\nb"), nbformat.v4.new_output("error", ename="E", evalue="v", traceback=["t\nu"])]),
    )
    essai.cells[0]["attachments"] = {"image": {"text/plain": "x\ny"}}
    essai.metadata["signature"] = "s"
    essai.cells[1].metadata["trusted"] = True
    assert texte_du_carnet(nbformat.from_dict(essai)) == nbformat.writes(essai)
