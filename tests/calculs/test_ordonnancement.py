"""La méthode du chemin critique, recalculée à la main puis contre networkx, et le nivellement des bascules."""

from __future__ import annotations

from datetime import date

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mutunb import referentiel
from mutunb.calculs.ordonnancement import niveler, planifier, trimestre
from mutunb.erreurs import ErreurDonnees

#: A(3) → B(4) → D(2) ; A → C(6) → D ; E(1) seule
PROJET = {"A": (3, []), "B": (4, ["A"]), "C": (6, ["A"]), "D": (2, ["B", "C"]), "E": (1, [])}


def test_a_la_main():
    plan = planifier(PROJET)
    assert plan.duree == 11
    assert plan.chemin_critique == ("A", "C", "D")
    assert plan.critiques == ("A", "C", "D")
    assert plan.debut_tot == {"A": 0, "B": 3, "C": 3, "D": 9, "E": 0}
    assert plan.fin_tard == {"A": 3, "B": 9, "C": 9, "D": 11, "E": 11}
    assert plan.marge_totale == {"A": 0, "B": 2, "C": 0, "D": 0, "E": 10}
    assert plan.marge_libre == {"A": 0, "B": 2, "C": 0, "D": 0, "E": 10}


def test_marge_libre_sous_la_marge_totale():
    plan = planifier({"A": (1, []), "B": (1, ["A"]), "C": (5, []), "D": (1, ["B", "C"])})
    assert (plan.marge_totale["A"], plan.marge_libre["A"]) == (3, 0)
    assert (plan.marge_totale["B"], plan.marge_libre["B"]) == (3, 3)


def test_delai_minimal_sur_un_lien():
    plan = planifier({"avis": (1, []), "vote": (1, [("avis", 6)])})
    assert plan.debut_tot["vote"] == 7
    assert plan.duree == 8
    assert plan.fin_tard["avis"] == 1


def test_fin_imposee_des_deux_cotes():
    assert planifier(PROJET, fin=15).marge_totale["A"] == 4
    serre = planifier(PROJET, fin=10)
    assert serre.marge_totale["A"] == -1
    assert serre.critiques == ("A", "C", "D")


def test_jours_ouvres_et_premier_mai():
    plan = planifier({"acte": (2, [])}, debut=date(2026, 4, 30), unite="ouvres")
    assert plan.date(plan.fin_tot["acte"]) == date(2026, 5, 5)  # 1er mai férié, puis une fin de semaine
    assert planifier({"acte": (2, [])}, debut=date(2026, 4, 30)).date(2) == date(2026, 5, 2)


def test_table_avec_dates():
    table = planifier(PROJET, debut=date(2026, 1, 5)).table().set_index("tache")
    assert table.at["D", "date_fin_tard"] == date(2026, 1, 16)
    assert table.at["B", "critique"] == False  # noqa: E712


def test_chaine_du_referentiel():
    for borne, attendu in (("duree_min_jours", 185), ("duree_usuelle_jours", 545)):
        taches = {t.id: (getattr(t, borne) or 0, list(t.predecesseurs)) for t in referentiel.taches().values()}
        assert planifier(taches).fin_tot["T21"] == attendu


def test_projet_vide_et_dictionnaires():
    assert planifier({}).duree == 0
    assert planifier({"a": {"duree": 2, "predecesseurs": []}}).duree == 2
    assert planifier({"a": (2, None), "b": (1, "a")}).duree == 3


def test_toutes_les_erreurs_a_la_fois():
    with pytest.raises(ErreurDonnees) as levee:
        planifier({"etude": (-1, ["etud"]), "avis": ("x", ["vote"]), "vote": (1, ["avis"]), "acte": (1, [("etude", -2)])})
    message = str(levee.value)
    assert "5 problèmes" in message
    for morceau in ("tâche etude, durée", "Vouliez-vous dire : etude", "'x'", "délai après etude", "avis → vote → avis"):
        assert morceau in message


def test_une_tache_qui_s_attend_elle_meme():
    with pytest.raises(ErreurDonnees, match="a → a"):
        planifier({"a": (1, ["a"])})


def test_chaque_boucle_est_dite():
    with pytest.raises(ErreurDonnees, match="2 problèmes"):
        planifier({"a": (1, ["b"]), "b": (1, ["a"]), "c": (1, ["d"]), "d": (1, ["c"]), "suite": (1, ["a"])})


def test_unite_inconnue():
    with pytest.raises(ErreurDonnees, match="ouvres"):
        planifier({}, unite="heures")


@st.composite
def reseaux(draw):
    """Réseaux sans boucle : une tâche n'attend que des tâches de rang inférieur, dans un ordre mélangé."""
    combien = draw(st.integers(1, 12))
    taches = {}
    for rang in range(combien):
        avant = draw(st.lists(st.integers(0, rang - 1), unique=True, max_size=3)) if rang else []
        liens = [(f"t{a}", draw(st.integers(0, 5))) for a in avant]
        taches[f"t{rang}"] = (draw(st.integers(0, 20)), liens)
    return {nom: taches[nom] for nom in draw(st.permutations(list(taches)))}


def plus_long_chemin(taches) -> int:
    """Longueur du plus long chemin : chaque tâche est un arc, chaque lien aussi."""
    graphe = nx.DiGraph()
    for nom, (duree, liens) in taches.items():
        graphe.add_edge((nom, "debut"), (nom, "fin"), weight=duree)
        for avant, delai in liens:
            graphe.add_edge((avant, "fin"), (nom, "debut"), weight=delai)
    return nx.dag_longest_path_length(graphe)


@given(reseaux())
@settings(max_examples=150)
def test_duree_egale_au_plus_long_chemin_de_networkx(taches):
    assert planifier(taches).duree == plus_long_chemin(taches)


@given(reseaux())
@settings(max_examples=100)
def test_invariants(taches):
    plan = planifier(taches)
    for nom in taches:
        assert 0 <= plan.marge_libre[nom] <= plan.marge_totale[nom]
        assert plan.debut_tot[nom] + taches[nom][0] == plan.fin_tot[nom]
    assert set(plan.chemin_critique) <= set(plan.critiques)
    chemin = plan.chemin_critique
    liens = {(avant, nom): delai for nom, (_, avants) in taches.items() for avant, delai in avants}
    assert sum(taches[n][0] for n in chemin) + sum(liens[p] for p in zip(chemin, chemin[1:], strict=False)) == plan.duree


@given(reseaux())
def test_l_ordre_recu_ne_change_pas_les_dates(taches):
    inverse = dict(reversed(list(taches.items())))
    assert planifier(taches).debut_tard == planifier(inverse).debut_tard


JANVIER = date(2028, 1, 1)


def test_nivellement_des_deux_cotes_de_la_limite():
    assert not any(place.decalee for place in niveler({"a": JANVIER, "b": JANVIER}, 2).values())
    places = niveler({"a": JANVIER, "b": JANVIER, "c": JANVIER}, 2)
    assert [p.retenue for p in places.values()] == [JANVIER, JANVIER, date(2028, 4, 1)]
    assert niveler({"a": date(2028, 10, 1), "b": date(2028, 12, 1)}, 1)["b"].retenue == date(2029, 1, 1)


def test_nivellement_suit_la_priorite_puis_la_date():
    places = niveler({"tard": date(2028, 2, 1), "tot": JANVIER}, 1)
    assert not places["tot"].decalee and places["tard"].retenue == date(2028, 4, 1)
    assert list(niveler({"b": JANVIER, "a": JANVIER}, 1)) == ["b", "a"]
    assert not niveler({"b": JANVIER, "a": JANVIER}, 1)["b"].decalee


def test_places_deja_prises_et_capacite_nulle():
    assert niveler({"a": JANVIER}, 1, dejas=[date(2028, 3, 31)])["a"].retenue == date(2028, 4, 1)
    with pytest.raises(ErreurDonnees, match="1 au moins"):
        niveler({"a": JANVIER}, 0)


@given(st.lists(st.dates(date(2027, 1, 1), date(2028, 12, 31)), max_size=12), st.integers(1, 3))
def test_jamais_plus_que_la_capacite_et_jamais_en_avance(dates, capacite):
    places = niveler({str(i): jour for i, jour in enumerate(dates)}, capacite)
    trimestres = [trimestre(p.retenue) for p in places.values()]
    assert all(trimestres.count(t) <= capacite for t in trimestres)
    assert all(p.retenue >= p.demandee for p in places.values())
