"""Les défauts de données, dits en français avec leurs chiffres."""

import numpy as np
import pytest

from mutunb import territoires
from mutunb.territoires.defauts import relever_defauts


def defauts(siren) -> dict[str, str]:
    return {d.id: d.phrase.replace("\u00a0", " ") for d in territoires.ouvrir(siren).defauts}


def releves(territoire, communes=None, **changes):
    epci = territoire.epci
    for colonne, valeur in changes.items():
        epci[colonne] = valeur
    lus = relever_defauts(epci, territoire.communes if communes is None else communes, territoire.millesime)
    return {d.id: d.phrase.replace("\u00a0", " ") for d in lus}


@pytest.fixture
def thouarsais():
    return territoires.ouvrir("247900798")


def test_commune_sans_comptes():
    phrases = defauts("241200641")
    assert "1 commune sur 12 sans comptes 2024 à la source : Conques-en-Rouergue (1 609 hab.). Ses montants" in (
        phrases["communes_sans_comptes"]
    )
    assert "86,7 %" in phrases["communes_couverture_insuffisante"]
    communes = territoires.ouvrir("241200641").communes.set_index("nom")
    assert np.isnan(communes.loc["Conques-en-Rouergue", "dep_fonctionnement"])


def test_commune_nouvelle_partielle_et_population_a_verifier():
    assert "66 % de sa population" in defauts("200069755")["commune_partielle_79307"]
    assert "253 hab., sa population totale est de 201 hab." in defauts("249730052")["commune_a_verifier_97314"]


def test_cif_connu_ou_non():
    assert "cif_inconnu" not in defauts("247900798")
    assert "n'est pas estimé" in defauts("200067825")["cif_inconnu"]


def test_la_fiscalite_reversee_ne_se_dit_jamais_ac():
    assert "fiscalite_additionnelle" in defauts("246700967")
    assert "« AC + DSC (OFGL) »" in defauts("247900798")["fiscalite_reversee_approchee"]
    assert "manque à la source" in defauts("249730052")["fiscalite_reversee_absente"]


def test_seuil_de_couverture(thouarsais):
    assert "ofgl_couverture_insuffisante" not in releves(thouarsais, ofgl_couverture_pop=0.95)
    assert "94,9 %" in releves(thouarsais, ofgl_couverture_pop=0.949)["ofgl_couverture_insuffisante"]


def test_epci_sans_comptes(thouarsais):
    assert "comptes 2024" in releves(thouarsais, dep_fonctionnement=np.nan)["epci_sans_comptes"]


def test_plusieurs_communes_sans_comptes(thouarsais):
    communes = thouarsais.communes
    communes.loc[:7, "ofgl_qualite"] = "absent"
    phrase = releves(thouarsais, communes)["communes_sans_comptes"]
    assert phrase.startswith("8 communes sur 24 sans comptes")
    assert "et 2 autres (" in phrase and "Leurs montants" in phrase


def test_la_metropole_de_lyon_exerce_aussi_un_departement():
    assert "département" in defauts("200046977")["metropole_de_lyon"]


@pytest.mark.parametrize("siren", ["247900798", "241200641", "249730052", "244600573", "200046977"])
def test_les_alertes_d_abord_et_des_phrases_entieres(siren):
    releves = territoires.ouvrir(siren).defauts
    assert [d.gravite for d in releves] == sorted(d.gravite for d in releves)  # alerte < information
    assert {"epci_consolide", "perimetre", "competences_declarees", "marches_travaux"} <= {d.id for d in releves}
    assert len({d.id for d in releves}) == len(releves)
    for defaut in releves:
        assert defaut.phrase.endswith(".") and "nan" not in defaut.phrase and "None" not in defaut.phrase
