"""Les cas calculés à la main : les nôtres (YAML d'à côté) et ceux du dossier partagé, s'il est là."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Number
from pathlib import Path
from typing import Any

import pytest
import yaml

from mutunb import chemins
from tests.cas.reponses import REPONSES

ICI = Path(__file__).parent
PARTAGES = chemins.RACINE_PAQUET.parent.parent / "shared" / "cas"
#: explications en prose d'un cas : rien à recalculer
PROSE = {"constat", "niveau"}
#: clé attendue → nom de sa tolérance
TOLERANCES = {"delai_retour_simple_interpole_ans": "delai_interpole_ans", "potentiel_heures_an": "heures", "heures_an": "heures"}


def lire(chemin: Path) -> dict[str, Any]:
    return yaml.safe_load(chemin.read_text(encoding="utf-8"))


def ecarts(attendu: Any, obtenu: Any, tolerances: Mapping[str, float], ou: str = "", cle: str = "") -> list[str]:
    """Tout ce qui diffère, chaque valeur attendue étant cherchée dans l'obtenu."""
    if isinstance(attendu, Mapping):
        manques = [f"{ou}/{nom} : rien" for nom in attendu if nom not in PROSE and nom not in obtenu]
        communs = [nom for nom in attendu if nom not in PROSE and nom in obtenu]
        suite = (ecarts(attendu[n], obtenu[n], tolerances, f"{ou}/{n}", n if isinstance(n, str) else cle) for n in communs)
        return manques + [ecart for trouves in suite for ecart in trouves]
    if isinstance(attendu, list):
        if len(attendu) != len(obtenu):
            return [f"{ou} : {len(obtenu)} éléments au lieu de {len(attendu)}"]
        paires = enumerate(zip(attendu, obtenu, strict=True))
        return [e for i, (a, o) in paires for e in ecarts(a, o, tolerances, f"{ou}/{i}", cle)]
    if isinstance(attendu, bool) or not isinstance(attendu, Number):
        juste = str(obtenu).startswith("refus") if str(attendu).startswith("refus") else obtenu == attendu
        return [] if juste else [f"{ou} : {obtenu!r} au lieu de {attendu!r}"]
    defaut = tolerances.get("montants_eur", min(tolerances.values()))
    tolerance = tolerances.get(TOLERANCES.get(cle, cle), defaut)
    juste = abs(float(obtenu) - attendu) <= tolerance + 1e-9
    return [] if juste else [f"{ou} : {obtenu} au lieu de {attendu} (± {tolerance})"]


def passer(cas: Mapping[str, Any]) -> None:
    assert ecarts(cas["attendu"], REPONSES[cas["id"]](cas["entrees"]), cas["tolerance"]) == []


@pytest.mark.parametrize("chemin", sorted(ICI.glob("*.yaml")), ids=lambda chemin: chemin.stem)
def test_cas(chemin: Path) -> None:
    passer(lire(chemin))


@pytest.mark.parametrize("identifiant", sorted(REPONSES))
def test_cas_partage(identifiant: str) -> None:
    chemin = PARTAGES / f"{identifiant}.yaml"
    if not chemin.is_file():
        pytest.skip(f"cas partagé absent (cherché : ../shared/cas/{identifiant}.yaml)")
    passer(lire(chemin))


def test_tous_les_cas_ont_une_reponse_et_un_calcul_a_la_main() -> None:
    ecrits = [lire(chemin) for chemin in ICI.glob("*.yaml")]
    assert {cas["id"] for cas in ecrits} == set(REPONSES)
    for cas in ecrits:
        assert cas["calcul"] and cas["source"] and cas["niveau"]


def test_aucun_cas_partage_n_est_oublie() -> None:
    if not PARTAGES.is_dir():
        pytest.skip("cas partagés absents (cherchés : ../shared/cas)")
    assert {chemin.stem for chemin in PARTAGES.glob("*.yaml")} <= set(REPONSES)


@pytest.mark.parametrize(
    ("attendu", "obtenu", "combien"),
    [
        ({"a": 1.0}, {"a": 1.004}, 0),
        ({"a": 1.0}, {"a": 1.006}, 1),
        ({"a": 1.0}, {}, 1),
        ({"a": [1, 2]}, {"a": [1]}, 1),
        ({"a": True}, {"a": False}, 1),
        ({"a": {"b": "x", "constat": "y"}}, {"a": {"b": "z"}}, 1),
    ],
)
def test_la_comparaison_voit_les_ecarts(attendu: Any, obtenu: Any, combien: int) -> None:
    assert len(ecarts(attendu, obtenu, {"montants_eur": 0.005})) == combien
