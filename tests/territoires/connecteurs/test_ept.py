"""Composition des établissements publics territoriaux : archive de l'INSEE, lignes de titre, Paris sans EPT."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.territoires.connecteurs import ept
from tests.territoires.fabrique_exports import ecrire_classeur

ENTETES = ("CODGEO", "LIBGEO", "EPT", "LIBEPT")
LIGNES = [
    ("93001", "Aubervilliers", "200057867", "Plaine Commune"),
    ("93006", "Bagnolet", "200057875", "Est Ensemble"),
    ("75056", "Paris", "ZZZZZZZZZ", "Sans objet"),
]


def archive(dossier: Path, lignes: list, combien: int = 1) -> Path:
    chemin = dossier / "ept.zip"
    with zipfile.ZipFile(chemin, "w") as sortie:
        for rang in range(combien):
            classeur = ecrire_classeur(dossier / f"ept_{rang}.xlsx", [ENTETES, *lignes], "Composition_communale", 5)
            sortie.write(classeur, classeur.name)
    return chemin


def test_l_archive_se_lit_et_paris_est_ecarte(tmp_path: Path) -> None:
    table = ept.lire_ept(archive(tmp_path, LIGNES))
    assert table.to_dict("list") == {
        "insee": ["93001", "93006"], "ept_siren": ["200057867", "200057875"],
        "nom": ["Plaine Commune", "Est Ensemble"],
    }


def test_le_classeur_seul_se_lit_aussi(tmp_path: Path) -> None:
    assert len(ept.lire_ept(ecrire_classeur(tmp_path / "ept.xlsx", [ENTETES, *LIGNES], "Feuil1"))) == 2


def test_une_commune_dans_deux_ept_est_refusee(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="des communes répétées .93001"):
        ept.lire_ept(archive(tmp_path, [*LIGNES, ("93001", "Aubervilliers", "200057875", "Est Ensemble")]))


def test_une_archive_de_deux_classeurs_est_refusee(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="2 classeurs dans l'archive"):
        ept.lire_ept(archive(tmp_path, LIGNES, combien=2))


def test_une_archive_tronquee_est_refusee(tmp_path: Path) -> None:
    chemin = archive(tmp_path, LIGNES)
    chemin.write_bytes(chemin.read_bytes()[:500])
    with pytest.raises(ErreurDonnees, match="illisible, tronqué"):
        ept.lire_ept(chemin)
