"""Le règlement d'un service : fermeture exacte pour toute donnée, deux méthodes, l'EPCI usager, ce qui est refusé."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb.calculs.reglement import COUT_REEL, COUT_UNITAIRE, METHODES, regler
from mutunb.erreurs import ErreurDonnees, ErreurUsage

PREVUES = {"EPCI": 2200, "A": 3100, "B": 1700, "C": 600, "D": 400}
CONSTATEES = {"EPCI": 2350, "A": 2900, "B": 1800, "C": 550, "D": 400}
APPELS = {"A": 85250, "B": 46750, "C": 16500, "D": 11000}

montants = st.decimals(0, 2_000_000, places=2)
quantites = st.decimals(0, 9_000, places=2)
usagers = st.dictionaries(st.sampled_from("ABCDEFGH"), st.tuples(quantites, quantites, montants), min_size=1).filter(
    lambda u: sum(p for p, _, _ in u.values()) > 0 and sum(c for _, c, _ in u.values()) > 0
)


def test_cas_c1_avec_l_epci_usager_jamais_facture() -> None:
    comptes = regler(220_000, CONSTATEES, APPELS, "EPCI", unites_prevues=PREVUES)
    assert comptes.cout_unitaire_eur == Decimal("27.5")
    assert comptes.regularisation_eur == {"A": -5500, "B": 2750, "C": -1375, "D": 0}
    assert comptes.part_epci_eur == 64_625 and "EPCI" not in comptes.verse_eur
    assert comptes.recouvrement.non_recouvre_eur == 0


def test_cas_c1_variante_de_7600_unites() -> None:
    comptes = regler(220_000, {**CONSTATEES, "A": 2500}, APPELS, "EPCI", unites_prevues=PREVUES)
    assert comptes.recouvrement.non_recouvre_eur == 11_000 and comptes.recouvrement.alerte
    reel = regler(220_000, {**CONSTATEES, "A": 2500}, APPELS, "EPCI", methode=COUT_REEL)
    assert reel.recouvrement.non_recouvre_eur == 0 and not reel.recouvrement.alerte
    assert reel.part_epci_eur + reel.a_repartir_eur == 220_000


@given(montants, usagers, st.sampled_from(METHODES))
def test_les_comptes_ferment_au_centime_pour_toute_donnee(charges, donnees, methode) -> None:
    epci = min(donnees)
    prevues = {n: p for n, (p, _, _) in donnees.items()}
    constatees = {n: c for n, (_, c, _) in donnees.items()}
    verse = {n: v for n, (_, _, v) in donnees.items() if n != epci}
    comptes = regler(charges, constatees, verse, epci, unites_prevues=prevues, methode=methode)
    assert comptes.somme_regularisations_eur == comptes.a_repartir_eur - sum(verse.values())
    assert charges == comptes.part_epci_eur + comptes.a_repartir_eur + comptes.recouvrement.non_recouvre_eur
    assert sum(comptes.du_eur.values()) == comptes.recouvrement.facture_eur
    if methode == COUT_REEL:
        assert comptes.somme_regularisations_eur == charges - comptes.part_epci_eur - comptes.somme_verse_eur
    for nom, du in comptes.du_eur.items():
        assert abs(du - comptes.cout_unitaire_eur * constatees[nom]) < Decimal("0.02")


@given(montants, usagers, st.randoms(use_true_random=False), st.sampled_from(METHODES))
def test_l_ordre_des_usagers_ne_change_rien(charges, donnees, hasard, methode) -> None:
    def comptes(noms):
        return regler(
            charges, {n: donnees[n][1] for n in noms}, {n: donnees[n][2] for n in noms},
            unites_prevues={n: donnees[n][0] for n in noms}, methode=methode,
        )  # fmt: skip

    noms = list(donnees)
    hasard.shuffle(noms)
    assert comptes(noms).regularisation_eur == comptes(list(donnees)).regularisation_eur


def test_qui_a_verse_sans_rien_consommer_est_rembourse() -> None:
    comptes = regler(100, {"A": 1}, {"A": 60, "B": 40})
    assert comptes.regularisation_eur == {"A": 40, "B": -40}


def test_tous_les_versements_absents_sont_nommes() -> None:
    with pytest.raises(ErreurDonnees) as erreur:
        regler(100, {"EPCI": 1, "A": 1, "B": 1}, {}, "EPCI")
    assert len(erreur.value.constats) == 2


@pytest.mark.parametrize("methode", METHODES)
def test_unites_absentes_nulles_ou_negatives(methode) -> None:
    for unites in ({"A": None}, {"A": 0}, {"A": -1}):
        with pytest.raises(ErreurDonnees, match="unités"):
            regler(100, unites, {"A": 1}, methode=methode)


def test_l_epci_ne_se_verse_rien_et_la_methode_est_connue() -> None:
    with pytest.raises(ErreurDonnees, match="ne se verse rien"):
        regler(100, {"EPCI": 1, "A": 1}, {"EPCI": 3, "A": 1}, "EPCI")
    with pytest.raises(ErreurUsage, match=COUT_UNITAIRE):
        regler(100, {"A": 1}, {"A": 1}, methode="cout_unitair")
