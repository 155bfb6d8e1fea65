"""Le parcours : lu en entier, ou refusé avec tous ses défauts."""

from __future__ import annotations

from pathlib import Path

import pytest

from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.execution import parcours
from tests.execution import fabrique_carnets as fabrique


def test_le_parcours_du_projet_se_lit() -> None:
    lu = parcours.lire()
    diagnostic = lu.etape("diagnostic")
    assert [carnet.id for carnet in diagnostic.carnets] == [
        "10_portrait", "11_effectifs_et_couts", "12_achats", "13_systemes_information", "14_priorites"
    ]  # fmt: skip
    assert all(carnet.question.endswith("?") for carnet in lu.carnets)
    assert lu.chemin(diagnostic.carnets[0]).is_file()


def test_l_etape_voisine_est_proposee() -> None:
    with pytest.raises(ErreurUsage, match="Vouliez-vous dire : diagnostic"):
        parcours.lire().etape("diagnostique")


def essayer(dossier: Path, ancien: str, nouveau: str) -> str:
    racine = fabrique.projet(dossier / "p", {"10_portrait": fabrique.carnet(), "12_achats": fabrique.carnet()})
    fichier = racine / "notebooks" / "parcours.yaml"
    contenu = fichier.read_text(encoding="utf-8")
    assert ancien in contenu
    fichier.write_text(contenu.replace(ancien, nouveau), encoding="utf-8")
    with pytest.raises(ErreurDonnees) as refus:
        parcours.lire(racine / "notebooks")
    return str(refus.value)


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendus"),
    [
        ("titre: Diagnostic", "titrre: Diagnostic", ["titrre", "Vouliez-vous dire : titre", "2 problèmes"]),
        ("id: 12_achats", "id: 10_portrait", ["carnet « 10_portrait »", "…/10_portrait.ipynb"]),
        ("fichier: 1_diagnostic/", "fichier: 2_ailleurs/", ["2 problèmes", "2_ailleurs/12_achats.ipynb"]),
        ("etapes:", "etapes: [", ["illisible"]),
    ],
)
def test_un_parcours_defectueux_dit_tous_ses_defauts(
    tmp_path: Path, ancien: str, nouveau: str, attendus: list[str]
) -> None:
    message = essayer(tmp_path, ancien, nouveau)
    assert [attendu for attendu in attendus if attendu not in message] == []


def test_un_parcours_absent_est_dit(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="absent"):
        parcours.lire(tmp_path)
