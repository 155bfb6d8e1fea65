"""Le millésime d'un dossier de données."""

import datetime

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.millesime import NOM, ecrire_millesime, lire_millesime
from mutunb.territoires.modeles import MILLESIME_REFERENCE, Millesime


def test_sans_fichier_c_est_le_jeu_de_reference(tmp_path):
    assert lire_millesime(tmp_path) == MILLESIME_REFERENCE


def test_ce_qui_est_ecrit_se_relit(tmp_path):
    autre = Millesime(datetime.date(2026, 1, 1), 2025, 2026, 2023)
    ecrire_millesime(tmp_path, autre)
    assert lire_millesime(tmp_path) == autre


def test_une_cle_de_plus_est_permise(tmp_path):
    (tmp_path / NOM).write_text('{"perimetre": "2026-01-01", "comptes": 2025, "dgf": 2026, "population": 2023, "x": 1}')
    assert lire_millesime(tmp_path).comptes == 2025


def test_toutes_les_cles_fautives_d_un_coup(tmp_path):
    (tmp_path / NOM).write_text('{"perimetre": "1er janvier", "comptes": "2025", "dgf": 26}')
    with pytest.raises(ErreurDonnees) as leve:
        lire_millesime(tmp_path)
    assert [constat.ou for constat in leve.value.constats] == [f"{NOM}, clé {c}" for c in
                                                               ("perimetre", "comptes", "dgf", "population")]


@pytest.mark.parametrize("contenu", ["{", "[]", "2025"])
def test_json_illisible(tmp_path, contenu):
    (tmp_path / NOM).write_text(contenu)
    with pytest.raises(ErreurDonnees, match="mutunb donnees"):
        lire_millesime(tmp_path)
