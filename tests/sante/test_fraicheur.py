"""Le droit de niveau A est relu : alerte après douze mois, échec après vingt-quatre."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest

from mutunb import referentiel
from tests.sante.regles import depot
from tests.sante.regles.fraicheur import examiner, plus_mois

REMEDE = "relisez le texte en vigueur, corrigez l'entrée de data/referentiel/droit, puis datez verifie_le."


@dataclass
class Texte:
    niveau: str
    verifie_le: datetime.date | None
    id: str = "texte"


def test_le_droit_de_niveau_a_est_frais() -> None:
    bilan = examiner(referentiel.droits().values(), datetime.date.today())
    depot.alerter(bilan.anciennes, f"vérifié il y a plus de douze mois : {REMEDE}")
    depot.alerter(bilan.sans_date, f"date de vérification non établie : {REMEDE}")
    depot.exiger(bilan.perimees, f"vérifié il y a plus de vingt-quatre mois : {REMEDE}")


def test_ce_qui_n_est_pas_de_niveau_a_porte_le_badge() -> None:
    sans_badge = [
        entree.id for entree in referentiel.droits().values() if entree.niveau != "A" and not entree.a_verifier
    ]
    depot.exiger(sans_badge, "le badge « à vérifier » se déduit du niveau (mutunb.referentiel.niveaux).")


@pytest.mark.parametrize(
    ("niveau", "aujourd_hui", "rang"),
    [
        ("A", "2026-06-15", "frais"),  # douze mois jour pour jour
        ("A", "2026-06-16", "anciennes"),
        ("A", "2027-06-15", "anciennes"),  # vingt-quatre mois jour pour jour
        ("A", "2027-06-16", "perimees"),
        ("B", "2026-06-16", "anciennes"),
        ("A15", "2035-01-01", "anciennes"),  # le badge suffit : ne bloque jamais
    ],
)
def test_seuils_des_deux_cotes(niveau: str, aujourd_hui: str, rang: str) -> None:
    texte = Texte(niveau, datetime.date(2025, 6, 15))
    bilan = examiner([texte], datetime.date.fromisoformat(aujourd_hui))
    pleins = [nom for nom, liste in vars(bilan).items() if liste]
    assert pleins == ([] if rang == "frais" else [rang])


def test_une_date_absente_est_dite_et_ne_bloque_pas() -> None:
    bilan = examiner([Texte("A", None)], datetime.date(2026, 1, 1))
    assert (bilan.perimees, bilan.sans_date) == ([], ["texte (niveau A)"])


@pytest.mark.parametrize(
    ("jour", "mois", "attendu"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-01-31", 1, "2025-02-28"),
        ("2025-12-31", 12, "2026-12-31"),
        ("2025-11-30", 1, "2025-12-30"),
    ],
)
def test_ajout_de_mois(jour: str, mois: int, attendu: str) -> None:
    assert plus_mois(datetime.date.fromisoformat(jour), mois) == datetime.date.fromisoformat(attendu)
