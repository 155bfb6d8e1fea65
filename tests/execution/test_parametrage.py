"""Les paramètres : chacun va aux carnets qui le connaissent, tous les refus sont dits ensemble."""

from __future__ import annotations

import pytest

from mutunb.erreurs import ErreurUsage
from mutunb.execution import parcours
from mutunb.execution.parametrage import parametres_par_carnet


def essayer(**imposes: str) -> dict:
    return parametres_par_carnet(parcours.lire().etape("diagnostic"), "010040000", imposes)


def test_le_siren_reste_un_texte_dans_chaque_carnet() -> None:
    valides = essayer()
    assert {valeurs["territoire"] for valeurs in valides.values()} == {"010040000"}


def test_un_parametre_va_aux_seuls_carnets_qui_le_connaissent() -> None:
    valides = essayer(nb_comparables="12")
    assert valides["10_portrait"]["nb_comparables"] == 12
    assert "nb_comparables" not in valides["14_priorites"]


def test_tous_les_refus_sont_dits_ensemble() -> None:
    with pytest.raises(ErreurUsage) as refus:
        essayer(nb_comparable="5", nb_comparables="1", poids_gain="beaucoup")
    message = str(refus.value)
    assert "Vouliez-vous dire : nb_comparables" in message
    assert "10_portrait, nb_comparables" in message and "14_priorites, poids_gain" in message


def test_le_territoire_n_est_pas_un_parametre_comme_un_autre() -> None:
    with pytest.raises(ErreurUsage, match="argument de la commande"):
        essayer(territoire="247900798")
