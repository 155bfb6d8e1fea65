"""Les hypothèses : bornes ordonnées, marques par borne, remplacement par le client."""

from __future__ import annotations

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.referentiel import Contenu


def test_une_marque_vaut_pour_les_trois_bornes(dossier):
    part = Contenu(dossier).hypotheses["part_rh"]
    assert (part.sources.bas, part.sources.central, part.sources.haut) == ("cnfpt", "cnfpt", "cnfpt")
    assert not part.a_verifier


def test_la_borne_la_plus_fragile_donne_le_niveau(remplacer):
    dossier = remplacer("hypotheses.yaml", ("niveau: A", "niveaux: {bas: B, central: D, haut: A}"))
    part = Contenu(dossier).hypotheses["part_rh"]
    assert part.niveau == "B"
    assert part.a_verifier


@pytest.mark.parametrize(
    ("ancien", "nouveau", "ou"),
    [("bas: 1", "bas: 2.4", "central"), ("haut: 3", "haut: 2.2", "haut"), ("bas: 1", "bas: 3.5", "central")],
)
def test_bornes_dans_le_desordre(remplacer, constats_de, ancien, nouveau, ou):
    dossier = remplacer("hypotheses.yaml", (ancien, nouveau))
    constats = constats_de(lambda: Contenu(dossier).hypotheses)
    assert constats[0].startswith(f"hypotheses.yaml, part_rh, {ou}")
    assert "bas ≤ central ≤ haut" in constats[0]


def test_le_desordre_se_dit_meme_avec_d_autres_defauts(remplacer, constats_de):
    dossier = remplacer("hypotheses.yaml", ("haut: 3", "haut: 2"), ("source: cnfpt", "source: inconnue"))
    constats = constats_de(lambda: Contenu(dossier).hypotheses)
    assert any("au moins 2.3" in constat for constat in constats)
    assert any("inconnue" in constat for constat in constats)


def test_niveau_et_niveaux_ne_vont_pas_ensemble(remplacer, constats_de):
    dossier = remplacer("hypotheses.yaml", ("niveau: A", "niveau: A\n  niveaux: {bas: A, central: A, haut: A}"))
    (constat,) = constats_de(lambda: Contenu(dossier).hypotheses)
    assert "la clé « niveau »" in constat


def test_remplacee_par_le_client(dossier):
    origine = Contenu(dossier).hypotheses["part_rh"]
    choisie = origine.remplacee(2, 2.5, 3, auteur="DGS", motif="Tableau des effectifs")
    assert (choisie.bas, choisie.central, choisie.haut) == (2, 2.5, 3)
    assert (choisie.id, choisie.unite, choisie.libelle) == (origine.id, origine.unite, origine.libelle)
    assert (choisie.auteur, choisie.motif) == ("DGS", "Tableau des effectifs")
    assert (choisie.niveau, choisie.sources.central) == ("B", "client")
    assert (origine.bas, origine.niveau) == (1, "A")


def test_remplacee_dans_le_desordre(dossier):
    with pytest.raises(ErreurDonnees, match="bas ≤ central ≤ haut"):
        Contenu(dossier).hypotheses["part_rh"].remplacee(3, 2, 1, auteur="DGS", motif="essai")
