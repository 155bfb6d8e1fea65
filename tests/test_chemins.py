"""Écriture d'un coup : l'ancien fichier ou le nouveau, jamais un reste."""

import pytest

from mutunb import chemins
from mutunb.erreurs import ErreurDonnees


def test_ecrit_texte_et_octets(tmp_path):
    cible = chemins.ecrire(tmp_path / "neuf" / "é.txt", "déjà")
    assert cible.read_bytes() == "déjà".encode()
    assert chemins.ecrire(cible, b"\x00\x01").read_bytes() == b"\x00\x01"
    assert [f.name for f in cible.parent.iterdir()] == ["é.txt"]


def test_echec_garde_l_ancien_et_ne_laisse_rien(tmp_path, monkeypatch):
    cible = chemins.ecrire(tmp_path / "a.txt", "ancien")

    def panne(*_):
        raise OSError("disque plein")

    monkeypatch.setattr(chemins.os, "replace", panne)
    with pytest.raises(OSError, match="disque plein"):
        chemins.ecrire(cible, "nouveau")
    assert cible.read_text() == "ancien"
    assert len(list(tmp_path.iterdir())) == 1


def test_racine_absente_dit_quoi_faire(monkeypatch, tmp_path):
    monkeypatch.setenv("MUTUNB_RACINE", str(tmp_path))
    with pytest.raises(ErreurDonnees, match="MUTUNB_RACINE"):
        chemins.racine()


def test_variables_d_environnement(monkeypatch, tmp_path):
    monkeypatch.setenv("MUTUNB_SORTIES", str(tmp_path / "s"))
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "t"))
    assert chemins.sorties() == tmp_path / "s"
    assert chemins.territoires() == tmp_path / "t"
