"""Portrait : sommes qui ferment, ville-centre, tranches, absences."""

import math

import pytest
from tests.fabrique import commune, dossier, sans_comptes

from mutunb.calculs.portrait import AGREGATS, dresser_portrait


def test_ville_centre_et_sommes():
    portrait = dresser_portrait(dossier([commune("Petite", 1000, 1e5, 2e5), commune("Grande", 3000, 9e5, 8e5)]))
    assert portrait.ville_centre == "Grande"
    assert portrait.part_ville_centre == 0.75
    finances = portrait.finances.donnees.set_index("agregat")
    assert finances.at["dont frais de personnel", "communes"] == 1e6
    assert portrait.detail_communes.donnees["frais_personnel"].iloc[-1] == 1e6


def test_ex_aequo_departages_par_insee():
    assert dresser_portrait(dossier([commune("A", 100, 1, 1), commune("B", 100, 1, 1)])).ville_centre == "A"


@pytest.mark.parametrize(
    ("population", "tranche"),
    [(0, "moins de 500 habitants"), (499, "moins de 500 habitants"), (500, "500 à 999"), (1000, "1\u00a0000 à 1\u00a0999"),
     (99_999, "50\u00a0000 à 99\u00a0999"), (100_000, "100\u00a0000 et plus")],
)  # fmt: skip
def test_bornes_de_tranche(population, tranche):
    portrait = dresser_portrait(dossier([commune("A", population, 1, 1), commune("B", 200_000, 1, 1)]))
    table = portrait.tranches.donnees.set_index("tranche")
    assert table.at[tranche, "communes"] >= 1
    assert table.at["Ensemble", "communes"] == 2


def test_couverture_insuffisante_masque_le_montant_par_habitant():
    # 94 % de la population couverte : sous 95 %, pas de montant par habitant ; 96 % : montré.
    montre = dresser_portrait(dossier([commune("A", 96, 100, 100), sans_comptes("B", 4)]))
    masque = dresser_portrait(dossier([commune("A", 94, 100, 100), sans_comptes("B", 6)]))
    assert montre.finances.donnees["ensemble_hab"].notna().all()
    assert masque.finances.donnees["ensemble_hab"].isna().all()
    assert masque.communes_sans_comptes == ("B",)


def test_aucun_compte_reste_absent():
    portrait = dresser_portrait(dossier([sans_comptes("A", 100)]))
    assert portrait.finances.donnees["communes"].isna().all()
    assert math.isnan(portrait.detail_communes.donnees["frais_personnel"].iloc[-1])


def test_reversements_seulement_en_fpu():
    communes = [commune("A", 100, 1, 1, fiscalite_reversee=500.0), commune("B", 100, 1, 1, fiscalite_reversee=-100.0)]
    assert dresser_portrait(dossier(communes, regime="FA")).reversements is None
    table = dresser_portrait(dossier(communes, regime="FPU")).reversements.donnees
    assert table["montant"].iloc[-1] == 400


def test_agregats_dans_l_ordre_annonce():
    table = dresser_portrait(dossier([commune("A", 100, 1, 1)])).finances.donnees
    assert table["agregat"].tolist() == list(AGREGATS.values())
