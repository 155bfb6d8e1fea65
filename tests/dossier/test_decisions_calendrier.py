"""La clé « calendrier » de decisions.yaml : départ et dates de séance."""

from __future__ import annotations

from datetime import date

import pytest

from mutunb import territoires
from mutunb.dossier.decisions import lire_decisions
from mutunb.erreurs import ErreurDonnees


@pytest.fixture
def lire(tmp_path):
    def lu(texte: str):
        chemin = tmp_path / "decisions.yaml"
        chemin.write_text(texte, encoding="utf-8")
        return lire_decisions(chemin, territoires.ouvrir("247900798"))

    return lu


def test_dates_lues_et_triees(lire):
    decisions = lire("calendrier:\n  date_depart: 2026-09-01\n  conseils: [2027-09-30, 2027-06-24]\n  cst: ['2027-06-03']\n")
    assert decisions.calendrier.date_depart == date(2026, 9, 1)
    assert decisions.calendrier.conseils == (date(2027, 6, 24), date(2027, 9, 30))
    assert decisions.calendrier.cst == (date(2027, 6, 3),) and decisions.calendrier.cst_cdg == ()
    assert not decisions.fonctions


@pytest.mark.parametrize("texte", ["", "calendrier:\n", "# rien\n", "calendrier:\n  cst:\n"])
def test_calendrier_vide(lire, texte):
    assert lire(texte).calendrier.date_depart is None and lire(texte).calendrier.cst == ()


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("calendrier: demain\n", "un bloc de clés"),
        ("calendrier:\n  cst: 2027-06-03\n", "une liste de dates"),
        ("calendrier:\n  cst: [bientôt]\n", "une date AAAA-MM-JJ"),
        ("calendrier:\n  cst: [2027-06-03, 2027-06-03]\n", "chaque date une seule fois"),
        ("calendrier:\n  comites: [2027-06-03]\n", "comites"),
    ],
)
def test_calendrier_refuse(lire, texte, attendu):
    with pytest.raises(ErreurDonnees, match=attendu):
        lire(texte)
