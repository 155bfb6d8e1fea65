"""La situation d'une fonction : l'estimé, le déclaré qui le remplace, et ce qui reste inconnu."""

import numpy as np
import pytest

from mutunb.calculs.situation import COLONNES, situation
from mutunb.calculs.volumes import volumes_declares
from mutunb.dossier import ouvrir
from mutunb.erreurs import ErreurUsage
from tests.fabrique import commune, dossier, sans_comptes
from tests.fabrique_collecte import avec, poste, siren_commune
from tests.fabrique_projet import deux_communes, finances_declarees, volume


def test_colonnes_et_ordre_des_lignes():
    table = situation(deux_communes(), "ressources_humaines")
    assert list(table.columns) == list(COLONNES)
    assert table["genre"].tolist() == ["epci", "commune", "commune"]
    assert table["insee"].iloc[1:].tolist() == sorted(table["insee"].iloc[1:])


def test_sans_reponse_tout_est_estime_et_large():
    table = situation(deux_communes(), "ressources_humaines")
    communes = table.iloc[1:]
    assert communes["statut_etp"].eq("estime").all() and communes["statut_cout"].eq("estime").all()
    assert (communes["etp_bas"] < communes["etp"]).all() and (communes["cout_eur"] < communes["cout_haut_eur"]).all()


def test_l_estimation_refaite_a_la_main():
    alpha = situation(deux_communes(), "ressources_humaines").iloc[1]
    effectif = 2_000_000 / 45_100
    assert alpha["etp"] == pytest.approx(effectif * 0.023)
    assert alpha["cout_eur"] == pytest.approx(effectif * 0.023 * 48_500)
    assert alpha["unites"] == pytest.approx(12 * effectif)


def test_le_juridique_ne_s_estime_pas():
    table = situation(deux_communes(), "juridique")
    assert table[["etp", "cout_eur", "unites"]].isna().all(axis=None)
    assert table[["statut_etp", "statut_cout", "statut_unites"]].isna().all(axis=None)


def test_le_declare_remplace_cellule_par_cellule():
    table = situation(finances_declarees(), "comptabilite_finances")
    assert table["etp"].tolist() == [2, 2, 1]
    assert table["cout_eur"].tolist() == table["cout_bas_eur"].tolist() == [100_000, 100_000, 50_000]
    assert table["statut_cout"].tolist() == ["declare"] * 3
    assert table["unites"].tolist() == [5_000, 5_000, 0]  # zéro déclaré reste zéro
    assert table["statut_unites"].tolist() == ["declare"] * 3


def test_une_commune_sans_comptes_reste_inconnue():
    table = situation(dossier([commune("Alpha", 5000, 2_000_000, 800_000), sans_comptes("Nue", 200)]), "achats")
    nue = table.set_index("nom").loc["Nue"]
    assert np.isnan(nue["etp"]) and np.isnan(nue["cout_eur"]) and np.isnan(nue["depense_fonctionnement_eur"])


def test_les_autres_charges_s_ajoutent_sauf_celles_qui_ne_sont_pas_liees():
    etude = deux_communes()
    epci = etude.territoire.siren
    charge = {"siren": epci, "fonction": "juridique", "nature": "prestataires", "montant_eur": 10_000.0, "exercice": 2025.0}
    etude = avec(
        etude,
        effectifs=[poste(epci, "P1", "juridique", cout_employeur_eur=60_000.0)],
        couts=[charge | {"strictement_lie": "oui"}, charge | {"nature": "locaux", "montant_eur": 7_000.0, "strictement_lie": "non"}],
    )
    assert situation(etude, "juridique")["cout_eur"].iloc[0] == 70_000


def test_une_charge_sans_personnel_connu_ne_fait_pas_un_cout():
    etude = deux_communes()
    charge = {"siren": siren_commune(etude, 0), "fonction": "juridique", "nature": "prestataires", "montant_eur": 9_000.0}
    assert situation(avec(etude, couts=[charge]), "juridique")["cout_eur"].isna().all()


def test_bulletins_du_mois_et_bulletins_de_l_annee():
    etude = deux_communes()
    un, autre = siren_commune(etude, 0), siren_commune(etude, 1)
    etude = avec(
        etude,
        activite=[
            volume(un, "ressources_humaines", "bulletins", 50, "bulletins/mois"),
            volume(autre, "ressources_humaines", "bulletins", 120, "bulletins/an"),
        ],
    )
    assert volumes_declares(etude, "ressources_humaines") == {un: 600, autre: 120}


def test_un_volume_dont_un_terme_manque_reste_inconnu():
    etude = deux_communes()
    etude = avec(etude, activite=[volume(siren_commune(etude, 0), "comptabilite_finances", "mandats", 900)])
    assert volumes_declares(etude, "comptabilite_finances") == {}
    assert situation(etude, "comptabilite_finances")["unites"].isna().all()


def test_des_achats_sans_procedures_prennent_le_montant_des_comptes():
    table = situation(deux_communes(), "achats")
    assert table["unite"].unique().tolist() == ["ACH_UO_MONTANT"]
    assert table["unites"].iloc[1] == 800_000
    etude = deux_communes()
    etude = avec(etude, activite=[volume(siren_commune(etude, 0), "achats", "procedures", 12)])
    table = situation(etude, "achats")
    assert table["unite"].unique().tolist() == ["ACH_UO_PROC"]
    assert table["unites"].iloc[1] == 12 and table["unites"].iloc[[0, 2]].isna().all()  # deux unités ne se mêlent pas


def test_fonction_inconnue():
    with pytest.raises(ErreurUsage, match="achats"):
        situation(deux_communes(), "achat")


@pytest.mark.parametrize("siren", ["999999998", "247900798", "244600573", "242900314"])
def test_bornes_ordonnees_sur_de_vrais_territoires(siren):
    etude = ouvrir(siren)
    for fonction in ("achats", "systemes_information", "juridique", "comptabilite_finances", "ressources_humaines"):
        table = situation(etude, fonction)
        assert len(table) == len(etude.territoire.communes) + 1
        for mesure in (["etp_bas", "etp", "etp_haut"], ["cout_bas_eur", "cout_eur", "cout_haut_eur"]):
            connues = table[mesure].dropna()
            assert (connues.diff(axis=1).iloc[:, 1:] >= -1e-9).all(axis=None)
        assert (table["cout_eur"].notna() == table["statut_cout"].notna()).all()
