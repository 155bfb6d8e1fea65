"""Un territoire ouvert ne se modifie pas."""

import copy
import dataclasses
import datetime
import pickle

import pandas as pd
import pytest

from mutunb import territoires
from mutunb.territoires.modeles import MILLESIME_REFERENCE, Territoire


@pytest.fixture
def thouarsais():
    return territoires.ouvrir("247900798")


def test_modifier_une_table_rendue_ne_change_rien(thouarsais):
    avant = thouarsais.communes["pop_municipale_2025"].tolist()
    rendue = thouarsais.communes
    rendue.loc[0, "pop_municipale_2025"] = -1.0
    rendue["invention"] = 1
    ligne = thouarsais.epci
    ligne["nom"] = "autre"
    assert thouarsais.communes["pop_municipale_2025"].tolist() == avant
    assert "invention" not in thouarsais.communes
    assert thouarsais.epci["nom"] == "CC du Thouarsais"
    assert territoires.ouvrir("247900798").communes["pop_municipale_2025"].tolist() == avant


def test_les_valeurs_brutes_sont_en_lecture_seule(thouarsais):
    with pytest.raises(ValueError, match="read-only"):
        thouarsais.communes["pop_municipale_2025"].to_numpy()[0] = -1.0


def test_modifier_la_table_fournie_ne_change_pas_le_territoire():
    communes = pd.DataFrame({"insee": ["79329"], "pop_municipale_2025": [100.0]})
    territoire = Territoire("1", "x", "CC", "FPU", "79", epci=pd.Series({"nom": "x"}), communes=communes, contours=None)
    communes.loc[0, "pop_municipale_2025"] = -1.0
    assert territoire.communes.loc[0, "pop_municipale_2025"] == 100.0
    assert territoire.contours is None


@pytest.mark.parametrize("champ", [champ.name for champ in dataclasses.fields(Territoire)])
def test_aucun_champ_ne_se_remplace(thouarsais, champ):
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(thouarsais, champ, None)


@pytest.mark.parametrize("dupliquer", [copy.deepcopy, lambda t: pickle.loads(pickle.dumps(t)), dataclasses.replace])
def test_un_territoire_se_copie_et_voyage_entre_processus(thouarsais, dupliquer):
    copie = dupliquer(thouarsais)
    pd.testing.assert_frame_equal(copie.communes, thouarsais.communes)
    assert copie.defauts == thouarsais.defauts and copie.millesime == thouarsais.millesime


def test_complet_ou_non():
    assert territoires.ouvrir("247900798").est_complet
    assert not territoires.ouvrir("241200641").est_complet  # une commune sans comptes
    assert not territoires.ouvrir("200069755").est_complet  # une commune nouvelle partielle


def test_le_millesime_se_lit():
    texte = str(MILLESIME_REFERENCE).replace("\u00a0", " ")
    assert texte == (
        "périmètre au 1er janvier 2025, comptes 2024, DGF 2025, population légale 2022 (en vigueur en 2025)"
    )
    assert MILLESIME_REFERENCE.perimetre == datetime.date(2025, 1, 1)
