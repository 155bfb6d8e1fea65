"""Tables de coûts : toutes les façons d'écrire une coalition, sous-additivité signalée sans plantage, fonction de coût."""

import numpy as np
import pytest
from hypothesis import given

from mutunb.calculs.coalitions import (
    depuis_table,
    lire_jeu,
    manques_sous_additivite,
    membres_des_masques,
    minimum_sur_partitions,
    rendre_sous_additif,
)
from mutunb.calculs.fonction_cout import FonctionCout
from mutunb.erreurs import ErreurDonnees
from tests.calculs.jeux_de_couts import TROIS, services, tables


@pytest.mark.parametrize(
    "couts",
    [
        {"A": 10, "B": 20, "AB": 24},
        {"A": 10, "B": 20, "A+B": 24},
        {"A": 10, "B": 20, "B, A": 24},
        {("A",): 10, ("B",): 20, ("A", "B"): 24},
        {frozenset("A"): 10, frozenset("B"): 20, frozenset("AB"): 24, frozenset(): 0},
        {"A": 10, frozenset("B"): 20, ("B", "A"): 24, "": 0},
    ],
)
def test_chaque_ecriture_se_lit(couts):
    jeu = lire_jeu(couts)
    assert jeu.joueurs == ("A", "B") and jeu.table.tolist() == [0, 10, 20, 24]


def test_des_joueurs_numerotes_et_des_noms_longs():
    assert lire_jeu({(1,): 5, (2,): 6, (1, 2): 8}).cout([1, 2]) == 8
    noms = {"Sainte-Mirelle": 1, "Les Essarols": 2, "Sainte-Mirelle + Les Essarols": 2.5}
    assert lire_jeu(noms).joueurs == ("Les Essarols", "Sainte-Mirelle")
    assert lire_jeu(noms, joueurs=["Sainte-Mirelle", "Les Essarols"]).table.tolist() == [0, 1, 2, 2.5]


def test_une_fonction_ou_une_suite_de_couts():
    assert lire_jeu(lambda s: 10 * len(s), ["A", "B"]).table.tolist() == [0, 10, 10, 20]
    assert lire_jeu([0, 10, 20, 24], ["A", "B"]).cout(["A", "B"]) == 24
    with pytest.raises(ErreurDonnees, match="Donnez les joueurs"):
        lire_jeu([0, 10, 20, 24])


@pytest.mark.parametrize(
    ("couts", "joueurs", "morceau"),
    [
        ({"A": 1, "B": 2}, None, "coalition A \\+ B : trouvé rien"),
        ({"A": 1, "B": None, "AB": 3}, None, "un coût en euros"),
        ({"A": 1, "B": 2, "A+B": 3, "B+A": 4}, None, "un seul coût"),
        ({"A": 1, "B": 2, "AB": 3, "C": 1}, ["A", "B"], "des joueurs connus"),
        ({"A": 1, "": 4}, None, "un seul coût"),
        ({}, None, "0 joueurs"),
    ],
)
def test_une_table_fausse_est_expliquee(couts, joueurs, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        lire_jeu(couts, joueurs)


def test_completer_prend_la_meilleure_partition():
    jeu = lire_jeu({"A": 10, "B": 20, "C": 30, "AB": 24}, completer=True)
    assert jeu.cout(["A", "C"]) == 40 and jeu.cout(["A", "B", "C"]) == 54


def test_une_table_non_sous_additive_est_signalee():
    couts = TROIS | {"AB": 130, "ABC": 200}
    manques = manques_sous_additivite(couts)
    assert manques["coalition"].tolist() == [("A", "B", "C"), ("A", "B")]
    assert manques["ecart_eur"].tolist() == [30, 10]
    assert manques.at[0, "coupe"] in [(("A", "C"), ("B",)), (("A",), ("B", "C"))]
    repare = rendre_sous_additif(couts)
    assert repare.cout(["A", "B"]) == 120 and repare.total == 200
    assert rendre_sous_additif(couts, total_compris=True).total == 170


@given(tables())
def test_le_minimum_sur_partitions_est_sous_additif(jeu):
    repare = rendre_sous_additif(jeu, total_compris=True)
    assert manques_sous_additivite(repare).empty
    assert (repare.table <= jeu.table).all()
    assert (minimum_sur_partitions(repare.table) == repare.table).all()


@given(services())
def test_un_service_a_palier_et_part_fixe_est_sous_additif(jeu):
    assert manques_sous_additivite(jeu).empty


def test_sous_jeu_et_total_remplace():
    jeu = lire_jeu(TROIS)
    assert jeu.restreint(["A", "C"]).table.tolist() == [0, 60, 60, 110]
    assert jeu.avec_total(140).total == 140 and jeu.total == 135
    assert jeu.seuls.tolist() == [60, 60, 60] and jeu.sans_lui.tolist() == [110, 110, 80]


def test_table_mal_formee():
    with pytest.raises(ErreurDonnees, match="4 coûts"):
        depuis_table([0, 1, 2], ["A", "B"])
    with pytest.raises(ErreurDonnees, match="coalition vide"):
        depuis_table([1, 1, 2, 3], ["A", "B"])
    with pytest.raises(ErreurDonnees, match="inconnus : Z"):
        lire_jeu(TROIS).cout(["Z"])


def test_fonction_de_cout_refaite_a_la_main():
    cout = FonctionCout(
        {"A": 0.8, "B": 0.4, "C": 0.1, "D": 0}, eur_par_etp=50_000, fixe_eur=10_000, continuite_etp=1,
        volumes={"A": 100, "C": 10}, variable_eur=2,
    )  # fmt: skip
    assert cout.cout(["A"]) == 10_000 + 200 + 50_000  # 0,8 ETP, relevé à la continuité d'un poste
    assert cout.cout(["A", "B"]) == 10_000 + 200 + 75_000  # 1,2 ETP, palier de 1,5
    assert cout.cout(["A", "B", "C"]) == 10_000 + 220 + 75_000  # 1,3 ETP, même palier
    assert cout.cout(["D"]) == 0  # rien à faire
    assert cout.etp(["A", "B"]) == 1.5


@pytest.mark.parametrize(("charge", "etp"), [(1.0, 1.0), (1.0000001, 1.5), (1.5, 1.5), (0.3, 1.0), (0.1 + 0.2 + 0.7, 1.0)])
def test_palier_d_un_demi_poste_des_deux_cotes(charge, etp):
    assert FonctionCout({"A": charge}, 1, continuite_etp=1).etp(["A"]) == etp


def test_s_en_passer_ne_vaut_que_si_tous_les_couts_isoles_sont_connus():
    cout = FonctionCout({"A": 0.2, "B": 0.2}, 50_000, continuite_etp=1, isole_eur={"A": 9_000})
    assert cout.cout(["A"]) == 9_000 and cout.cout(["A", "B"]) == 50_000
    assert cout.couts_equipe(membres_des_masques([1], 2)).tolist() == [50_000]


def test_fonction_de_cout_mal_remplie():
    with pytest.raises(ErreurDonnees, match="2 problèmes"):
        FonctionCout({"A": -1}, 50_000, volumes={"Z": 1})


def test_le_jeu_d_une_fonction_a_le_meme_cout_avec_ou_sans_table():
    cout = FonctionCout({f"J{i}": 0.1 * i for i in range(6)}, 50_000, 5_000, continuite_etp=1)
    membres = membres_des_masques(np.arange(64), 6)
    assert (cout.jeu().couts(membres) == cout.jeu(table_max=0).couts(membres)).all()
    assert cout.jeu(total_eur=1, table_max=0).total == 1 == cout.jeu(total_eur=1).total
