"""Le calendrier : chaîne des tâches, recalculée comme un chef de projet le ferait."""

from __future__ import annotations

import pytest

from mutunb import referentiel
from mutunb.referentiel import Contenu

CALENDRIER = """
contraintes:
  C1: {texte: D'abord la fiche., reference: Article, niveau: A, source: cnfpt}
taches:
  T1:
    {libelle: Première, predecesseurs: [], duree_min_jours: 5, duree_usuelle_jours: 10, nature: acte, niveau: B,
     source: usage}
  T2:
    {libelle: Seconde, predecesseurs: [T1], duree_min_jours: 5, duree_usuelle_jours: null, nature: acte, niveau: B,
     source: usage}
"""


def duree(borne: str, jusqua: str, sans: frozenset[str] = frozenset()) -> float:
    """Plus long chemin jusqu'à la fin d'une tâche, en jours."""
    fins: dict[str, float] = {}
    for tache in referentiel.taches().values():
        debut = max((fins[autre] for autre in tache.predecesseurs), default=0)
        fins[tache.id] = debut + (0 if tache.id in sans else getattr(tache, borne) or 0)
    return fins[jusqua]


def test_duree_totale_jusqu_a_la_date_d_effet():
    assert duree("duree_min_jours", "T21") == 185
    assert duree("duree_usuelle_jours", "T21") == 545
    assert duree("duree_usuelle_jours", "T21", frozenset({"T11x"})) == 515


def test_contraintes_et_taches_completes():
    assert list(referentiel.contraintes()) == [f"C{rang}" for rang in range(1, 16)]
    attendues = {f"T{rang:02d}" for rang in range(1, 25) if rang != 11} | {"T11a", "T11b", "T11c", "T11x"}
    assert set(referentiel.taches()) == attendues


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu"),
    [
        ("predecesseurs: [T1]", "predecesseurs: [T11]", "Vouliez-vous dire : T1"),
        ("predecesseurs: []", "predecesseurs: [T2]", "une tâche placée avant"),
        ("predecesseurs: [T1]", "predecesseurs: [T2]", "une tâche placée avant"),
        ("duree_usuelle_jours: 10", "duree_usuelle_jours: 4", "au moins 5 jours"),
        ("nature: acte", "nature: actes", "Vouliez-vous dire : acte"),
        ("taches:", "tache:", "contraintes, taches, fenetres"),
        ("  C1:", "  C1: texte\n  C2:", "C1"),
    ],
)
def test_calendrier_refuse(dossier, constats_de, ancien, nouveau, attendu):
    assert ancien in CALENDRIER
    (dossier / "droit" / "calendrier.yaml").write_text(CALENDRIER.replace(ancien, nouveau, 1), encoding="utf-8")
    constats = constats_de(lambda: Contenu(dossier).taches)
    assert any(attendu in constat for constat in constats), constats


def test_calendrier_sain(dossier):
    (dossier / "droit" / "calendrier.yaml").write_text(CALENDRIER, encoding="utf-8")
    assert Contenu(dossier).taches["T2"].duree_usuelle_jours is None
