"""Effectifs : les formules refaites à la main, les bornes, les seuils des deux côtés, et ce qui manque."""

import math

import pytest
from tests.fabrique import commune, dossier, sans_comptes
from hypothesis import given, settings
from hypothesis import strategies as st

from mutunb.calculs.effectifs import (
    BORNES,
    FONCTIONS_ESTIMEES,
    estimer_effectifs,
    jeu,
    sensibilite_etp,
)
from mutunb.calculs.tableaux_effectifs import tableau_entites, tableau_fonctions, tableau_seuils

#: 4,51 M€ de personnel au coût central de 45 100 € : 100 ETP
CENT_ETP = 4_510_000


def test_formules_a_la_main():
    # 100 ETP. RH : 100 × 2,3 % = 2,3. Finances : 100 × 1,5 % = 1,5. SI : 100 × 55 % / 60 = 0,9167.
    # Achats : (6 M€ + 1,5 M€) / 7,5 M€ = 1.
    etude = dossier([commune("A", 5000, CENT_ETP, 6_000_000, dep_equipement=1_500_000.0)])
    effectifs = estimer_effectifs(etude)
    assert effectifs.entites.loc[1, "effectif_central"] == pytest.approx(100)
    etp = effectifs.etp["central"].loc[1]
    assert etp["ressources_humaines"] == pytest.approx(2.3)
    assert etp["comptabilite_finances"] == pytest.approx(1.5)
    assert etp["systemes_information"] == pytest.approx(55 / 60)
    assert etp["achats"] == pytest.approx(1.0)


def test_couts_a_la_main():
    # RH : 2,3 × 48 500. SI : 0,9167 × 60 000 + 100 × 1 660.
    couts = estimer_effectifs(dossier([commune("A", 5000, CENT_ETP, 0)])).couts["central"].loc[1]
    assert couts["ressources_humaines"] == pytest.approx(2.3 * 48_500)
    assert couts["systemes_information"] == pytest.approx(55 / 60 * 60_000 + 100 * 1_660)


def test_les_diviseurs_croisent_leurs_bornes():
    hypotheses = dossier([commune("A", 100, 1, 1)]).hypotheses
    assert jeu(hypotheses, "bas")["cout_etp_moyen"] == hypotheses["cout_etp_moyen"].haut
    assert jeu(hypotheses, "haut")["achats_par_acheteur"] == hypotheses["achats_par_acheteur"].bas
    assert jeu(hypotheses, "bas")["part_rh"] == hypotheses["part_rh"].bas


@pytest.mark.parametrize(("personnel", "sous"), [(CENT_ETP * 2 / 3 - 1, 1), (CENT_ETP * 2 / 3 + 1, 0), (CENT_ETP, 0)])
def test_seuil_du_poste_plein_des_deux_cotes(personnel, sous):
    # 1,5 % de l'effectif en finances : un poste plein à 66,67 ETP, soit deux tiers de 4,51 M€.
    effectifs = estimer_effectifs(dossier([commune("A", 5000, personnel, 0)]))
    assert effectifs.sous_poste_plein("comptabilite_finances") == sous


def test_sans_comptes_reste_absent_et_ne_compte_pas():
    effectifs = estimer_effectifs(dossier([commune("A", 500, 100_000, 50_000), sans_comptes("B", 400)]))
    assert effectifs.communes_estimees == 1
    assert math.isnan(effectifs.etp["central"].loc[2, "achats"])
    assert effectifs.sous_poste_plein("achats") == 1


def test_frais_de_personnel_negatifs_inexploitables():
    effectifs = estimer_effectifs(dossier([commune("A", 50, -2218, 1000)]))
    assert effectifs.communes_estimees == 0
    assert math.isnan(effectifs.total("ressources_humaines", genre="commune"))


def test_sans_personnel_donne_zero_et_non_absent():
    effectifs = estimer_effectifs(dossier([commune("A", 50, 0, 1000)]))
    assert effectifs.total("ressources_humaines", genre="commune") == 0


def test_tableaux_ferment():
    communes = [commune(f"C{i}", 300 * (i + 1), 90_000 * (i + 1), 40_000) for i in range(5)]
    effectifs = estimer_effectifs(dossier(communes, frais_personnel=2e6, achats_charges_externes=1e6))
    entites = tableau_entites(effectifs).donnees
    fonctions = tableau_fonctions(effectifs).donnees.set_index("fonction")
    for fonction, colonne in (("Achats", "achats"), ("Ressources humaines", "ressources_humaines")):
        assert entites[colonne].iloc[:-1].sum() == pytest.approx(entites[colonne].iloc[-1])
        assert fonctions.at[fonction, "epci"] + fonctions.at[fonction, "communes"] == pytest.approx(
            fonctions.at[fonction, "etp_central"]
        )
    seuils = tableau_seuils(effectifs).donnees
    assert (seuils[["moins_demi", "demi_a_un", "un_et_plus"]].sum(axis=1) == 5).all()


def test_juridique_non_estime():
    table = tableau_fonctions(estimer_effectifs(dossier([commune("A", 500, 1e6, 1e6)]))).donnees.set_index("fonction")
    assert table.loc["Juridique"].isna().all()


@settings(deadline=None)  # la première estimation lit le référentiel
@given(
    personnel=st.floats(0, 1e9, allow_nan=False),
    achats=st.floats(0, 1e9, allow_nan=False),
    facteur=st.floats(0.1, 10),
)
def test_bornes_ordonnees_et_proportionnalite(personnel, achats, facteur):
    effectifs = estimer_effectifs(dossier([commune("A", 500, personnel, achats)]))
    plus = estimer_effectifs(dossier([commune("A", 500, personnel * facteur, achats * facteur)]))
    for fonction in FONCTIONS_ESTIMEES:
        valeurs = [effectifs.total(fonction, borne) for borne in BORNES]
        assert valeurs == sorted(valeurs)
        assert plus.total(fonction) == pytest.approx(effectifs.total(fonction) * facteur, rel=1e-9, abs=1e-9)


def test_sensibilite_triee_et_centree():
    etude = dossier([commune("A", 500, 1e6, 1e6), commune("B", 900, 3e6, 2e6)])
    table = sensibilite_etp(etude)
    total = sum(estimer_effectifs(etude).total(f) for f in FONCTIONS_ESTIMEES)
    assert table["central"].to_numpy() == pytest.approx(total)
    assert table["amplitude"].is_monotonic_decreasing
    assert (table["bas"] <= table["central"]).all() and (table["central"] <= table["haut"]).all()
