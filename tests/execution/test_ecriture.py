"""Le lot s'écrit en entier ou pas du tout."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutunb import chemins
from mutunb.execution.ecriture import ecrire_lot


def contenu(dossier: Path) -> dict[str, str]:
    return {str(f.relative_to(dossier)): f.read_text(encoding="utf-8") for f in dossier.rglob("*") if f.is_file()}


def test_le_lot_remplace_ses_fichiers_et_garde_les_autres(tmp_path: Path) -> None:
    dossier = tmp_path / "247900798"
    ecrire_lot(dossier, {"a.txt": "un", "actes/b.txt": "gardé"})
    ecrits = ecrire_lot(dossier, {"a.txt": b"deux", "carnets/c.txt": "trois"})
    assert contenu(tmp_path) == {
        "247900798/a.txt": "deux", "247900798/actes/b.txt": "gardé", "247900798/carnets/c.txt": "trois"
    }  # fmt: skip
    assert ecrits == [dossier / "a.txt", dossier / "carnets/c.txt"]


def test_une_panne_au_milieu_ne_laisse_rien(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dossier = tmp_path / "247900798"
    ecrire_lot(dossier, {"a.txt": "avant", "b.txt": "avant"})
    ecrire = chemins.ecrire

    def tomber(chemin: Path, texte: str) -> Path:
        if chemin.name == "b.txt":
            raise OSError("disque plein")
        return ecrire(chemin, texte)

    monkeypatch.setattr(chemins, "ecrire", tomber)
    with pytest.raises(OSError, match="disque plein"):
        ecrire_lot(dossier, {"a.txt": "après", "b.txt": "après"})
    assert contenu(tmp_path) == {"247900798/a.txt": "avant", "247900798/b.txt": "avant"}
    assert [f.name for f in tmp_path.iterdir()] == ["247900798"]
