"""Les constats d'évaluations publiées : une liste ordonnée, chaque constat sourcé."""

from __future__ import annotations

import pytest

from mutunb.referentiel import Contenu

DEUX = """
- {id: un, niveau: A, source: cnfpt, texte: Premier constat.}
- {id: deux, niveau: B, source: usage, texte: Second constat.}
"""


def test_l_ordre_du_fichier_est_celui_de_l_affichage(dossier):
    (dossier / "evaluations.yaml").write_text(DEUX, encoding="utf-8")
    assert [lue.id for lue in Contenu(dossier).evaluations] == ["un", "deux"]


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu"),
    [
        ("source: cnfpt", "source: cnfp", "n° 1, source : trouvé « cnfp »"),
        ("id: deux", "id: un", "n° 2 : trouvé id : « un »"),
        ("niveau: B, ", "", "n° 2, niveau : trouvé rien"),
        ("- {id: un", "- du texte\n- {id: un", "n° 1 : trouvé « du texte »"),
        (DEUX, "un: {}", "attendu une liste"),
    ],
)
def test_constat_refuse(dossier, constats_de, ancien, nouveau, attendu):
    assert ancien in DEUX
    (dossier / "evaluations.yaml").write_text(DEUX.replace(ancien, nouveau, 1), encoding="utf-8")
    constats = constats_de(lambda: Contenu(dossier).evaluations)
    assert any(attendu in constat for constat in constats), constats
