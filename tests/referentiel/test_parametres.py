"""Les paramètres des carnets : SIREN protégé, bornes des deux côtés, toutes les erreurs à la fois."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from mutunb.erreurs import ErreurUsage
from mutunb.referentiel.parametres import MODELES, depuis_cellule, modele, valider


@pytest.mark.parametrize("saisi", ["247900798", 247900798, "247 900 798", "247\u00a0900\u00a0798"])
def test_un_siren_reste_une_chaine(saisi):
    assert valider("12_achats", {"territoire": saisi}).territoire == "247900798"


def test_les_zeros_de_tete_reviennent():
    assert valider("12_achats", {"territoire": 4570000}).territoire == "004570000"


@pytest.mark.parametrize(
    "saisi", ["24790079", "2479007981", "CC du Thouarsais", "", None, True, 2479007981, -1, 1.5, "²47900798"]
)
def test_ce_qui_n_est_pas_un_siren(saisi):
    with pytest.raises(ErreurUsage, match="un SIREN de 9 chiffres"):
        valider("12_achats", {"territoire": saisi})


def test_valeurs_par_defaut():
    portrait = valider("10_portrait", {"territoire": "247900798"})
    assert (portrait.nb_comparables, portrait.poids_depense) == (10, 1.0)
    priorites = valider("14_priorites", {"territoire": "247900798"})
    poids = (priorites.poids_gain, priorites.poids_structurant, priorites.poids_facilite)
    assert (*poids, priorites.tirages, priorites.graine) == (0.4, 0.3, 0.3, 2000, 20260101)


def test_le_mode_d_emploi_n_a_pas_de_parametre():
    assert valider("00_mode_d_emploi", {}).model_dump() == {}
    with pytest.raises(ErreurUsage, match="territoire"):
        valider("00_mode_d_emploi", {"territoire": "247900798"})


@pytest.mark.parametrize(("nom", "carnet", "admis", "refuses"), [
    ("nb_comparables", "10_portrait", [3, 30, "12"], [2, 31, 10.5, "dix", True]),
    ("tirages", "14_priorites", [100, 20_000], [99, 20_001]),
    ("graine", "14_priorites", [0, 1], [-1, 1.5]),
    ("poids_gain", "14_priorites", [0, 0.5, "2"], [-0.1, "beaucoup", True, float("nan"), float("inf")]),
])
def test_bornes_des_deux_cotes(nom, carnet, admis, refuses):
    for valeur in admis:
        assert getattr(valider(carnet, {"territoire": "247900798", nom: valeur}), nom) == float(valeur)
    for valeur in refuses:
        with pytest.raises(ErreurUsage, match=nom):
            valider(carnet, {"territoire": "247900798", nom: valeur})


def test_un_poids_au_moins_est_positif():
    nuls = {"poids_gain": 0, "poids_structurant": 0, "poids_facilite": 0}
    with pytest.raises(ErreurUsage, match="au moins un poids positif"):
        valider("14_priorites", {"territoire": "247900798", **nuls})
    assert valider("14_priorites", {"territoire": "247900798", **nuls, "poids_facilite": 0.1})
    criteres = dict.fromkeys(("poids_population", "poids_communes", "poids_ville_centre", "poids_depense"), 0)
    with pytest.raises(ErreurUsage, match="au moins un poids positif"):
        valider("10_portrait", {"territoire": "247900798", **criteres})


def test_toutes_les_erreurs_a_la_fois():
    with pytest.raises(ErreurUsage) as leve:
        valider("14_priorites", {"poid_gain": 1, "tirages": 5, "graine": "x"})
    message = str(leve.value)
    assert message.startswith("Paramètres du carnet 14_priorites : 4 problèmes.")
    for attendu in ("la clé « territoire »", "Vouliez-vous dire : poids_gain", "au moins 100", "un nombre entier"):
        assert attendu in message
    assert leve.value.code_sortie == 2


def test_carnet_inconnu():
    with pytest.raises(ErreurUsage, match="Vouliez-vous dire : 10_portrait"):
        modele("10_portait")


def test_les_parametres_ne_se_modifient_pas():
    with pytest.raises(ValidationError):
        valider("12_achats", {"territoire": "247900798"}).territoire = "autre"


def test_la_cellule_ignore_les_autres_variables():
    assert depuis_cellule("12_achats", {"territoire": 247900798, "np": object()}).territoire == "247900798"


def test_des_scalaires_seulement():
    types = {champ.annotation for modele_ in MODELES.values() for champ in modele_.model_fields.values()}
    assert types <= {str, int, float}
