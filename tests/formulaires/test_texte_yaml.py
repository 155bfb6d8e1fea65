"""Retoucher un YAML : ce qui ne change pas reste au caractère près."""

from __future__ import annotations

import datetime

import pytest
import yaml

from mutunb.erreurs import ErreurDonnees
from mutunb.formulaires.texte_yaml import changer, retirer, scalaire

TEXTE = """\
# en tête
part_rh:
  bas: 2   # plancher
  # au milieu
  central: 2.5  # comptage
  motif: >-
    un long
    motif

# entre deux
inflation: {bas: 1, central: 2}
# à la fin
"""


def test_seules_les_valeurs_changees_bougent() -> None:
    neuf = changer(TEXTE, "part_rh", {"bas": 2, "central": 2.75})
    assert neuf == TEXTE.replace("2.5  #", "2.75  #")


def test_un_texte_sur_plusieurs_lignes_se_remplace_en_entier() -> None:
    neuf = changer(TEXTE, "part_rh", {"motif": "court : # vrai"})
    assert yaml.safe_load(neuf)["part_rh"]["motif"] == "court : # vrai"
    assert "un long" not in neuf and "# entre deux\ninflation" in neuf


def test_une_cle_nouvelle_se_range_dans_son_bloc() -> None:
    neuf = changer(TEXTE, "part_rh", {"haut": 3, "date": datetime.date(2026, 1, 15)})
    assert yaml.safe_load(neuf)["part_rh"] == {
        "bas": 2, "central": 2.5, "motif": "un long motif", "haut": 3, "date": datetime.date(2026, 1, 15),
    }  # fmt: skip
    assert "# plancher" in neuf and "# à la fin" in neuf


def test_un_bloc_en_ligne_et_un_bloc_nouveau() -> None:
    assert yaml.safe_load(changer(TEXTE, "inflation", {"central": 3}))["inflation"] == {"bas": 1, "central": 3}
    neuf = changer(TEXTE, "neuf", {"perimetre": ("012345678", "x")})
    assert neuf.startswith(TEXTE) and yaml.safe_load(neuf)["neuf"] == {"perimetre": ["012345678", "x"]}


def test_une_liste_et_des_cles_vides() -> None:
    texte = "f:\n  instrument:\n  cle:  # à voir\n  cst:\n  - a\n  - b\n  # après\nautre: 3"
    neuf = changer(texte, "f", {"instrument": "SC", "cle": "unites", "cst": ("c",)})
    assert yaml.safe_load(neuf) == {"f": {"instrument": "SC", "cle": "unites", "cst": ["c"]}, "autre": 3}
    assert "# à voir" in neuf and "# après" in neuf


def test_un_bloc_retire_se_lit_encore_en_commentaire() -> None:
    neuf = retirer(TEXTE, "part_rh", "retiré")
    assert yaml.safe_load(neuf) == {"inflation": {"bas": 1, "central": 2}}
    assert "# retiré\n# part_rh:\n#   bas: 2   # plancher" in neuf
    assert retirer(neuf, "part_rh", "encore") == neuf


@pytest.mark.parametrize("texte", ["a: &x {b: 1}\nf: *x\n", "- liste\n", "f: [1\n"])
def test_ce_qui_ne_se_retouche_pas_surement_est_refuse(texte: str) -> None:
    with pytest.raises(ErreurDonnees):
        changer(texte, "f", {"b": 2})


@pytest.mark.parametrize("valeur", [1e-7, 3.0, 45100.5, True, None, "012345678", "« é » : # - x", ["1", "2"]])
def test_un_scalaire_se_relit_egal(valeur: object) -> None:
    assert yaml.safe_load(f"v: {scalaire(valeur)}")["v"] == valeur
