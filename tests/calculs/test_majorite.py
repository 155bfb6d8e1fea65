"""La majorité qualifiée : seuils des deux côtés, silence, commune la plus peuplée, plus petits groupes bloquants."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mutunb import referentiel, territoires
from mutunb.calculs.majorite import groupes_bloquants, verifier_majorite
from mutunb.erreurs import ErreurDonnees, ErreurUsage

DEUX_VOIES = "rapport_clect"


def vote(populations: list[int], favorables: int | list[int], regle: str = DEUX_VOIES, **mots):
    """Vote où les communes numérotées de 0 acceptent (les ``favorables`` premières, ou celles de la liste)."""
    oui = range(favorables) if isinstance(favorables, int) else favorables
    noms = {f"c{i}": p for i, p in enumerate(populations)}
    return verifier_majorite(noms, {nom: int(nom[1:]) in oui for nom in noms}, regle, **mots)


@pytest.mark.parametrize(
    ("populations", "favorables", "atteinte", "voie"),
    [
        # deux tiers des communes : 2 sur 3 suffisent, à condition de plus de la moitié de la population
        ([340, 330, 330], 2, True, "communes"),
        ([251, 250, 499], 2, True, "communes"),
        ([250, 250, 500], 2, False, None),
        ([249, 250, 501], 2, False, None),
        # 7 communes : 5 (≥ 4,67) passent par les communes, 4 n'y passent pas
        ([100] * 7, 5, True, "communes"),
        ([100] * 7, 4, False, None),
        # moitié des communes et deux tiers de la population, égalité comprise des deux côtés
        ([400, 400, 200, 200], 2, True, "population"),
        ([399, 400, 201, 200], 2, False, None),
        ([450, 450, 150, 150], 2, True, "population"),
        ([900, 100, 100, 100], 1, False, None),
        ([900, 50, 50], 1, False, None),
        ([1], 1, True, "communes"),
        ([1], 0, False, None),
    ],
)
def test_seuils_des_deux_cotes(populations, favorables, atteinte, voie):
    resultat = vote(populations, favorables)
    assert (resultat.atteinte, resultat.voie) == (atteinte, voie)
    assert bool(resultat.manque) is not atteinte


@pytest.mark.parametrize(("plus_peuplee", "requis"), [(250, False), (251, True)])
def test_la_commune_la_plus_peuplee_au_dela_du_quart(plus_peuplee, requis):
    populations = [plus_peuplee] + [(1000 - plus_peuplee) / 5] * 5
    resultat = vote(populations, [1, 2, 3, 4, 5], "transfert_competence")
    assert resultat.accord_plus_peuplee is (False if requis else None)
    assert resultat.atteinte is not requis
    assert vote(populations, [1, 2, 3, 4, 5], DEUX_VOIES).atteinte


def test_deux_communes_a_egalite_aucune_n_est_la_plus_peuplee():
    assert vote([400, 400, 200], [0, 2], "modification_statuts").plus_peuplee is None
    assert vote([400, 400, 200], [0, 2], "modification_statuts").atteinte


@pytest.mark.parametrize(
    ("regle", "atteinte"), [("transfert_competence", True), ("modification_statuts", True), (DEUX_VOIES, False), ("service_commun", False)]
)
def test_le_silence_vaut_accord_ou_refus_selon_la_regle(regle, atteinte):
    communes = {"A": 100, "B": 100, "C": 100}
    assert verifier_majorite(communes, dict.fromkeys(communes, "silence"), regle).atteinte is atteinte


def test_votes_partiels_ce_qui_manque_et_qui_suffirait():
    communes = {"A": 500, "B": 300, "C": 150, "D": 50}
    resultat = verifier_majorite(communes, {"C": "favorable"}, DEUX_VOIES)
    assert not resultat.atteinte and resultat.possible and resultat.ralliements == ("A", "B")
    assert resultat.manque[0] == "par les communes : 2 communes et 351 habitants"
    assert resultat.manque[1] == "par la population : 1 commune et 517 habitants"
    perdu = verifier_majorite(communes, {"A": "defavorable", "B": "abstention"}, DEUX_VOIES)
    assert not perdu.possible and perdu.ralliements == ()
    assert verifier_majorite(communes).possible and verifier_majorite(communes).communes_favorables == 0


def test_l_abstention_n_est_pas_un_accord():
    communes = {"A": 1, "B": 1}
    assert not verifier_majorite(communes, dict.fromkeys(communes, "sans_avis"), "transfert_competence").atteinte


@pytest.mark.parametrize(("pour", "exprimes", "atteinte"), [(20, 30, True), (19, 30, False)])
def test_le_conseil_aux_deux_tiers_pour_la_revision_libre(pour, exprimes, atteinte):
    communes = {"A": 10, "B": 20}
    resultat = verifier_majorite(communes, dict.fromkeys(communes, True), "revision_libre_ac", conseil=(pour, exprimes))
    assert resultat.atteinte is atteinte and resultat.conseil is atteinte
    assert not verifier_majorite(communes, {"A": True, "B": False}, "revision_libre_ac", conseil=(30, 30)).possible


@pytest.mark.parametrize(("pour", "atteinte"), [(15, False), (16, True)])
def test_la_majorite_simple_du_conseil_est_stricte(pour, atteinte):
    assert vote([1, 1], 2, "transfert_competence", conseil=(pour, 30)).atteinte is atteinte


@pytest.mark.parametrize(
    ("populations", "votes", "mot"),
    [
        ({}, {}, "au moins une commune"),
        ({"A": None}, {}, "population de A"),
        ({"A": float("nan")}, {}, "population de A"),
        ({"A": -1, "B": 0}, {}, "2 problèmes"),
        ({"A": 1}, {"B": True}, "vote de B"),
        ({"A": 1}, {"A": "peut-être"}, "vote de A"),
    ],
)
def test_une_donnee_fausse_est_refusee(populations, votes, mot):
    with pytest.raises(ErreurDonnees, match=mot):
        verifier_majorite(populations, votes)


def test_une_regle_inconnue_propose_ses_voisines():
    with pytest.raises(ErreurUsage, match="transfert_competence"):
        verifier_majorite({"A": 1}, regle="transfert")
    with pytest.raises(ErreurDonnees, match="40 voix"):
        verifier_majorite({"A": 1}, {"A": True}, conseil=(40, 30))


def force_brute(communes: dict[str, int], regle: str) -> tuple[int | None, set[frozenset[str]]]:
    """Plus petits groupes bloquants, par énumération de toutes les réunions."""
    for taille in range(len(communes) + 1):
        trouves = {
            frozenset(groupe)
            for groupe in itertools.combinations(communes, taille)
            if not verifier_majorite(communes, {c: c not in groupe for c in communes}, regle).atteinte
        }
        if trouves:
            return taille, trouves
    return None, set()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(1, 50), min_size=1, max_size=7),
    st.sampled_from([DEUX_VOIES, "transfert_competence", "modification_statuts", "service_commun"]),
)
def test_les_groupes_bloquants_sont_ceux_de_la_force_brute(populations, regle):
    communes = {f"c{i}": p for i, p in enumerate(populations)}
    taille, attendus = force_brute(communes, regle)
    trouves = groupes_bloquants(communes, regle=regle)
    assert trouves.taille == taille and not trouves.partiel and trouves.nombre == len(attendus)
    assert {frozenset(groupe) for groupe in trouves.groupes} == attendus
    assert trouves == groupes_bloquants(dict(reversed(communes.items())), regle=regle)


@settings(max_examples=40, deadline=None)
@given(populations=st.lists(st.integers(1, 1000), min_size=1, max_size=9), tirage=st.data())
def test_un_accord_de_plus_ne_defait_jamais_une_majorite(populations, tirage):
    communes = {f"c{i}": p for i, p in enumerate(populations)}
    oui = tirage.draw(st.sets(st.sampled_from(list(communes))))
    if verifier_majorite(communes, {c: c in oui for c in communes}, "transfert_competence").atteinte:
        for autre in communes:
            assert verifier_majorite(communes, {c: c in oui | {autre} for c in communes}, "transfert_competence").atteinte


def test_les_votes_deja_emis_comptent_dans_le_blocage():
    communes = {"A": 400, "B": 250, "C": 200, "D": 150}
    assert groupes_bloquants(communes, {"A": False}, DEUX_VOIES).taille == 1
    assert groupes_bloquants(communes, {"A": False, "B": False}, DEUX_VOIES).taille == 0
    assert groupes_bloquants(communes, dict.fromkeys(communes, True), DEUX_VOIES).taille is None


def test_une_ville_dominante_bloque_seule_un_transfert_mais_pas_la_clect():
    communes = {"Ville": 300} | {f"c{i}": 70 for i in range(10)}
    assert groupes_bloquants(communes).groupes == (("Ville",),)
    assert groupes_bloquants(communes, regle=DEUX_VOIES).taille > 1


def test_rapide_sur_90_communes_et_partiel_au_dela_de_la_limite():
    communes = {f"c{i:02d}": 300 + (i * 7919) % 1000 for i in range(90)}
    depart = time.perf_counter()
    bloquants = groupes_bloquants(communes, regle=DEUX_VOIES, limite=500)
    assert time.perf_counter() - depart < 2
    assert len(bloquants.groupes) == 500 and bloquants.partiel and bloquants.nombre is None
    refus = {commune: commune not in bloquants.groupes[0] for commune in communes}
    assert not verifier_majorite(communes, refus, DEUX_VOIES).atteinte
    moins = set(sorted(communes, key=communes.get, reverse=True)[: bloquants.taille - 1])
    assert verifier_majorite(communes, {commune: commune not in moins for commune in communes}, DEUX_VOIES).atteinte


def test_les_regles_du_referentiel():
    assert {m.silence for m in referentiel.majorites().values()} == {"favorable", "defavorable"}
    for majorite in referentiel.majorites().values():
        assert majorite.accord_de_chacune or (majorite.part_forte * 3 == 2 and majorite.part_faible * 2 == 1)


def test_sur_un_territoire_reel():
    communes = territoires.ouvrir("247900798").communes
    populations = dict(zip(communes["nom"], communes["pop_municipale_2025"].astype(float), strict=True))
    assert groupes_bloquants(populations, regle="modification_statuts").groupes == (("Thouars",),)
