"""Remplacer un dossier d'un coup : tout le nouveau, ou tout l'ancien."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutunb.erreurs import ErreurUsage
from mutunb.territoires.bascule import dossier_neuf

TEMOIN = "millesime.json"


def remplir(vers: Path, texte: str) -> None:
    with dossier_neuf(vers, TEMOIN) as neuf:
        (neuf / TEMOIN).write_text(texte, encoding="utf-8")


def contenu(vers: Path) -> dict[str, str]:
    return {chemin.name: chemin.read_text(encoding="utf-8") for chemin in vers.iterdir()}


def test_le_dossier_est_cree_puis_remplace_sans_reste(tmp_path: Path) -> None:
    vers = tmp_path / "public" / "national"
    remplir(vers, "un")
    (vers / "perime.parquet").write_text("x", encoding="utf-8")
    remplir(vers, "deux")
    assert contenu(vers) == {TEMOIN: "deux"}
    assert [chemin.name for chemin in vers.parent.iterdir()] == ["national"]


def test_une_erreur_laisse_l_ancien_intact(tmp_path: Path) -> None:
    vers = tmp_path / "national"
    remplir(vers, "un")
    with pytest.raises(RuntimeError), dossier_neuf(vers, TEMOIN) as neuf:
        (neuf / TEMOIN).write_text("deux", encoding="utf-8")
        raise RuntimeError
    assert contenu(vers) == {TEMOIN: "un"}
    assert [chemin.name for chemin in tmp_path.iterdir()] == ["national"]


def test_une_bascule_interrompue_est_reparee(tmp_path: Path) -> None:
    vers = tmp_path / "national"
    remplir(vers, "un")
    vers.rename(tmp_path / ".national.ancien")
    with pytest.raises(RuntimeError), dossier_neuf(vers, TEMOIN):
        raise RuntimeError
    assert contenu(vers) == {TEMOIN: "un"}


def test_le_dossier_d_autrui_n_est_pas_efface(tmp_path: Path) -> None:
    (tmp_path / "photos.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ErreurUsage, match=r"photos\.txt"), dossier_neuf(tmp_path, TEMOIN):
        pytest.fail("le dossier n'aurait pas dû être préparé")
    assert contenu(tmp_path) == {"photos.txt": "x"}


def test_un_dossier_vide_ou_a_fichier_cache_est_accepte(tmp_path: Path) -> None:
    vers = tmp_path / "national"
    vers.mkdir()
    (vers / ".gitkeep").write_text("", encoding="utf-8")
    remplir(vers, "un")
    assert contenu(vers) == {TEMOIN: "un"}


def test_un_fichier_a_la_place_du_dossier_est_refuse(tmp_path: Path) -> None:
    vers = tmp_path / "national"
    vers.write_text("x", encoding="utf-8")
    with pytest.raises(ErreurUsage, match="est un fichier"), dossier_neuf(vers, TEMOIN):
        pytest.fail("le dossier n'aurait pas dû être préparé")
