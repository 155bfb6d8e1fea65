"""Départ d'une commune et effets de seuil : trajectoires refaites à la main, test rejoué, tarifs qui baissent."""

import pytest

from mutunb.calculs.seuils import inversions, zones_de_seuil
from mutunb.calculs.sortie_commune import simuler_sortie
from mutunb.calculs.tarifs import Bareme
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from tests.calculs.jeux_de_couts import TROIS

EGALE = {"A": 1, "B": 1, "C": 1}


def test_trajectoire_refaite_a_la_main():
    # C part en année 2 : A et B paieraient 80 seuls, mais 135 − 80 = 55 restent à porter, moitié éteints l'année suivante
    sortie = simuler_sortie(TROIS, EGALE, "C", annee=2, horizon_ans=4, duree_extinction_ans=2)
    assert sortie.trajectoire["cout_eur"].tolist() == [135, 135, 107.5, 80]
    assert sortie.trajectoire["cout_echoue_eur"].tolist() == [0, 55, 27.5, 0]
    assert sortie.trajectoire["hausse_eur"].tolist() == [0, 45, 17.5, -10]
    assert sortie.indemnite_eur == 52.5
    assert sortie.parts[["joueur", "avant_eur", "apres_eur"]].values.tolist() == [["A", 45, 67.5], ["B", 45, 67.5]]


def test_le_test_se_rejoue_entre_ceux_qui_restent():
    # avec tout le coût échoué, 135 à deux alors que chacun seul paie 60 : plus rien ne tient
    lourde = simuler_sortie(TROIS, EGALE, "C")
    assert not lourde.test.stable and lourde.etendue.vide and lourde.etendue.effort_eur == pytest.approx(7.5)
    legere = simuler_sortie(TROIS, EGALE, "C", part_echouee=0)
    assert legere.test.stable and not legere.etendue.vide
    assert legere.indemnite_eur == 0 and legere.trajectoire["hausse_eur"].tolist()[2:] == [-10] * 4


@pytest.mark.parametrize(("part", "stable"), [("0.72", True), ("0.73", False)])
def test_part_echouee_des_deux_cotes_de_la_stabilite(part, stable):
    # A et B tiennent jusqu'à 120 à deux (60 chacun) : 80 + 55 × p ≤ 120, p ≤ 0,727
    assert simuler_sortie(TROIS, EGALE, "C", part_echouee=part).test.stable is stable


def test_depart_impossible_a_rejouer():
    with pytest.raises(ErreurUsage):
        simuler_sortie(TROIS, EGALE, "Z")
    for options in ({"annee": 9}, {"part_echouee": 2}, {"duree_extinction_ans": 0}):
        with pytest.raises(ErreurDonnees):
            simuler_sortie(TROIS, EGALE, "C", **options)
    with pytest.raises(ErreurDonnees, match="deux entités"):
        simuler_sortie({"A": 1, "B": 1, "AB": 1}, {"A": 1, "B": 1}, "A")


TDE90 = [
    {"de": 1, "a": 2, "coefficient": 1}, {"de": 3, "a": 5, "coefficient": "0.9"}, {"de": 6, "a": 15, "coefficient": "0.7"},
    {"de": 16, "a": None, "coefficient": "0.65"},
]  # fmt: skip


def test_zones_du_tarif_degressif():
    zones = zones_de_seuil(Bareme("574.88", TDE90))
    assert zones[["quantite", "quantite_moins_chere"]].values.tolist() == [[5, 6], [15, 16]]
    assert zones["economie_eur"].tolist() == [172.46, 57.49]
    assert zones_de_seuil(Bareme("574.88", TDE90, "marginal")).empty
    assert zones_de_seuil(lambda n: 100 * n, range(1, 50)).empty
    assert len(zones_de_seuil({10: 100, 20: 90, 30: 80})) == 2
    with pytest.raises(ErreurDonnees, match="quantités"):
        zones_de_seuil(lambda n: n)


def test_inversions_entre_communes():
    parts = {"A": "2414.50", "B": "2586.96", "C": 500}
    assert inversions({"A": 6, "B": 5, "C": 1}, parts)[["grosse", "petite", "ecart_eur"]].values.tolist() == [["A", "B", 172.46]]
    assert inversions({"A": 5, "B": 5, "C": 1}, parts).empty  # à volume égal, ce n'est pas un effet de seuil
    with pytest.raises(ErreurDonnees):
        inversions({"A": 1}, parts)
