"""Les fonctions : modèle complet, notes non classées, codes d'instruments."""

from __future__ import annotations

import shutil

import pytest

from mutunb import chemins
from mutunb.referentiel import Contenu


@pytest.fixture
def copie(tmp_path):
    """Copie du vrai référentiel, réduite à une fonction."""
    origine = chemins.referentiel()
    for nom in ("sources.yaml", "unites.yaml"):
        shutil.copy(origine / nom, tmp_path / nom)
    (tmp_path / "fonctions").mkdir()
    shutil.copy(origine / "fonctions" / "juridique.yaml", tmp_path / "fonctions" / "juridique.yaml")
    return tmp_path


def abimer(copie, ancien: str, nouveau: str):
    chemin = copie / "fonctions" / "juridique.yaml"
    texte = chemin.read_text(encoding="utf-8")
    assert ancien in texte
    chemin.write_text(texte.replace(ancien, nouveau, 1), encoding="utf-8")
    return copie


def test_une_fonction_se_lit(copie):
    juridique = Contenu(copie).fonctions["juridique"]
    assert juridique.socle is True
    assert juridique.potentiel_gain.note is None
    assert juridique.potentiel_gain.a_verifier


def test_une_note_donnee_porte_son_niveau(copie, constats_de):
    sans_niveau = "id: juridique\npotentiel_gain: {note: fort, phrase: Oui., niveau: null, source: usage}\n"
    (copie / "fonctions" / "juridique.yaml").write_text(sans_niveau, encoding="utf-8")
    constats = constats_de(lambda: Contenu(copie).fonctions)
    assert any("potentiel_gain, niveau" in constat and "un niveau de preuve" in constat for constat in constats)


@pytest.mark.parametrize(
    ("ancien", "nouveau", "attendu"),
    [
        ("id: juridique", "id: juridiques", "attendu une fonction connue. Vouliez-vous dire : juridique"),
        ("id: juridique", "id: archives", "attendu « juridique »"),
        ("garde_fous:", "gardes_fous:", "Vouliez-vous dire : garde_fous ?"),
        ("famille: pilier", "famille: piliers", "Vouliez-vous dire : pilier ?"),
        ("code: SC,", "code: SX,", "attendu un code d'instrument"),
        ("note: fort", "note: forte", "Vouliez-vous dire : fort ?"),
        ("socle: true", "socle: peut-être", "attendu true ou false"),
    ],
)
def test_fonction_refusee(copie, constats_de, ancien, nouveau, attendu):
    constats = constats_de(lambda: Contenu(abimer(copie, ancien, nouveau)).fonctions)
    assert any(attendu in constat for constat in constats), constats
    assert all(constat.startswith("fonctions/juridique.yaml") for constat in constats)


def test_une_fonction_vide_est_un_constat(copie, constats_de):
    (copie / "fonctions" / "juridique.yaml").write_text("", encoding="utf-8")
    (constat,) = constats_de(lambda: Contenu(copie).fonctions)
    assert "fonctions/juridique.yaml" in constat
