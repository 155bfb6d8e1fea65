"""Priorités : la règle fondatrice, la portée selon l'intégration, les signaux des deux côtés de leur seuil."""

import pytest
from tests.fabrique import commune, dossier
from hypothesis import given
from hypothesis import strategies as st

from mutunb import referentiel
from mutunb.calculs.priorites import AXES, hierarchiser, normaliser_poids, note_axe, portee
from mutunb.calculs.signaux import Signal
from mutunb.calculs.stabilite import eprouver_stabilite
from mutunb.erreurs import ErreurUsage

SOCLE = {"systemes_information", "juridique", "comptabilite_finances"}
RURALES = [commune(f"C{i}", 300 + i, 80_000, 60_000) for i in range(8)]


def signaux(communes, **options):
    return {s.id: s for s in hierarchiser(dossier(communes, **options)).signaux}


@pytest.mark.parametrize("frais_epci", [0.0, 2e5, 5e6])
def test_socle_toujours_etudie(frais_epci):
    priorites = hierarchiser(dossier(RURALES, frais_personnel=frais_epci))
    assert set(priorites.fonctions_de("socle")) == SOCLE


@pytest.mark.parametrize(
    ("fonction", "integration", "attendue"),
    [
        ("achats", 3, "elargissement"),
        ("achats", 2, "forme_legere"),
        ("achats", 1, "forme_legere"),  # deux crans, mais un groupement de commandes reste possible
        ("ressources_humaines", 3, "elargissement"),
        ("ressources_humaines", 2, "forme_legere"),
        ("ressources_humaines", 1, "plus_tard"),
        ("archives", 1, "volontariat"),
        ("communication", 1, "plus_tard"),
        ("achats", None, "a_decider"),
        ("juridique", None, "socle"),
    ],
)
def test_portee_selon_l_integration(fonction, integration, attendue):
    assert portee(referentiel.fonction(fonction), integration) == attendue


def test_une_note_non_classee_n_est_ni_faible_ni_nulle():
    juridique = referentiel.fonction("juridique")
    assert juridique.potentiel_gain.note is None
    assert note_axe(juridique, "potentiel_gain", ()) == 2.0


def test_note_bornee_a_l_echelle():
    achats = referentiel.fonction("achats")
    pousse = Signal("integration_forte", "potentiel_gain", {"achats": 5.0})
    assert note_axe(achats, "potentiel_gain", (pousse,)) == 4.0


def test_note_refaite_a_la_main():
    # Sans signal sur le juridique (moins de quatre communes) : 0,4 × 2 + 0,3 × 3 + 0,3 × 3 = 2,6.
    priorites = hierarchiser(dossier(RURALES[:3]))
    assert priorites.table.set_index("fonction").at["juridique", "note"] == pytest.approx(2.6)


@pytest.mark.parametrize(("equipees", "present"), [(0, True), (1, True), (2, False)])
def test_signal_de_fragilite_au_seuil_de_neuf_communes_sur_dix(equipees, present):
    # Vingt communes. Finances : un poste plein à 66,7 ETP, soit 3,01 M€ de personnel. 18 sur 20 = 90 % : signal.
    communes = [commune(f"C{i}", 300, 80_000, 1) for i in range(20 - equipees - 1)]
    communes += [commune(f"V{i}", 9000, 4e6, 1) for i in range(equipees + 1)]
    trouves = hierarchiser(dossier(communes)).signaux
    fragiles = [s for s in trouves if s.id == "communes_sans_poste" and "comptabilite_finances" in s.effets]
    assert bool(fragiles) is present


@pytest.mark.parametrize(("combien", "present"), [(50, False), (51, True)])
def test_communes_nombreuses(combien, present):
    communes = [commune(f"C{i}", 100, 1e5, 1e5) for i in range(combien)]
    assert ("communes_nombreuses" in signaux(communes)) is present


@pytest.mark.parametrize(
    ("nature", "centre", "present"), [("CA", 5000, True), ("CA", 4999, False), ("CC", 9000, False)]
)
def test_ville_centre_dominante_en_agglomeration_seulement(nature, centre, present):
    communes = [commune("Centre", centre, 1e6, 1e6), commune("A", 10_000 - centre, 1e6, 1e6)]
    if centre == 4999:
        communes[1:] = [commune("A", 2501, 1e6, 1e6), commune("B", 2500, 1e6, 1e6)]
    assert ("ville_centre_dominante" in signaux(communes, nature=nature)) is present


@pytest.mark.parametrize(("declaration", "present"), [(1, True), (0, False), (float("nan"), False)])
def test_declaration_banatic(declaration, present):
    assert ("achats_declares" in signaux(RURALES, comp_acquisition_commune_materiel=declaration)) is present


@pytest.mark.parametrize(("plus_petite", "present"), [(1999, False), (2000, True)])
def test_secretariat_sans_petite_commune(plus_petite, present):
    communes = [commune("A", plus_petite, 1e6, 1e6), commune("B", 9000, 1e6, 1e6)]
    assert ("sans_petite_commune" in signaux(communes)) is present


@pytest.mark.parametrize(("plus_grandes", "present"), [(1, True), (2, False)])
def test_secretariats_isoles_a_neuf_communes_sur_dix(plus_grandes, present):
    communes = [commune(f"C{i}", 999 if i >= plus_grandes else 1000, 1e5, 1e5) for i in range(10)]
    assert ("secretariats_isoles" in signaux(communes)) is present


@pytest.mark.parametrize(
    "poids",
    [{}, {"potentiel_gain": 1.0}, dict.fromkeys(AXES, 0.0), dict.fromkeys(AXES, -1.0), dict.fromkeys(AXES, float("nan"))],
)
def test_poids_refuses(poids):
    with pytest.raises(ErreurUsage, match="Poids des priorités"):
        normaliser_poids(poids)


@given(st.lists(st.floats(0.01, 100), min_size=3, max_size=3))
def test_poids_normalises(valeurs):
    poids = normaliser_poids(dict(zip(AXES, valeurs, strict=True)))
    assert sum(poids.values()) == pytest.approx(1)


def test_classement_insensible_a_l_echelle_des_poids():
    etude = dossier(RURALES)
    un = hierarchiser(etude, {"potentiel_gain": 4, "effet_structurant": 3, "facilite": 3})
    dix = hierarchiser(etude)
    assert un.table["fonction"].tolist() == dix.table["fonction"].tolist()


def test_stabilite_meme_graine_meme_resultat():
    priorites = hierarchiser(dossier(RURALES))
    un, deux = (eprouver_stabilite(priorites, 500, graine=7).table for _ in range(2))
    assert un.equals(deux)
    assert not un.equals(eprouver_stabilite(priorites, 500, graine=8).table)


def test_stabilite_coherente():
    table = eprouver_stabilite(hierarchiser(dossier(RURALES)), 500).table
    assert table["part_premier"].sum() >= 1  # les ex æquo partagent le premier rang
    assert table["part_podium"].between(0, 1).all() and (table["part_premier"] <= table["part_podium"]).all()
    assert (table["rang_min_10"] <= table["rang"]).all() and (table["rang"] <= table["rang_max_10"]).all()
    assert (table["rang_p5"] <= table["rang_median"]).all() and (table["rang_median"] <= table["rang_p95"]).all()


def test_poids_sur_un_seul_axe():
    priorites = hierarchiser(dossier(RURALES), {"potentiel_gain": 1, "effet_structurant": 0, "facilite": 0})
    table = priorites.table
    assert table["note"].to_numpy() == pytest.approx(table["potentiel_gain"].to_numpy())
    assert eprouver_stabilite(priorites, 200).table["rang_max_10"].notna().all()
