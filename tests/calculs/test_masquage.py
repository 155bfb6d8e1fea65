"""Masquage, vu par un attaquant : ni différence, ni moindres carrés, ni programme linéaire ne rend une cellule."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from mutunb.calculs.masquage import ECART, TOTAL, Croise, TableMasquee, intervalles, masquer, masquer_lies
from mutunb.erreurs import ErreurDonnees

SEUIL = 5


def table(lignes, colonnes=None, dimension=None):
    lignes = np.array(lignes, dtype=float)
    colonnes = colonnes or [f"c{i}" for i in range(lignes.shape[1])]
    index = [f"l{i}" for i in range(lignes.shape[0])]
    cree = pd.DataFrame(lignes, index=index, columns=colonnes)
    return cree if dimension is None else cree.rename_axis(index="fonction", columns=dimension)


def equations(publiees):
    """Ce qu'un attaquant écrit, sans rien emprunter au code : une équation par ligne et par colonne de chaque table."""
    inconnues, lignes, seconds = {}, [], []

    def terme(publiee, ligne, colonne):
        cle = tuple(sorted((str(d), str(m)) for d, m in
                           [(publiee.table.index.name or "l", ligne), (publiee.table.columns.name or "c", colonne)]
                           if m != TOTAL))
        return (publiee.mesure, cle)

    def ajouter(publiee, parties, total):
        coefficients, second = {}, 0.0
        for (ligne, colonne), signe in [*((p, 1.0) for p in parties), (total, -1.0)]:
            if publiee.masque.at[ligne, colonne]:
                rang = inconnues.setdefault(terme(publiee, ligne, colonne), len(inconnues))
                coefficients[rang] = coefficients.get(rang, 0.0) + signe
            elif np.isfinite(publiee.table.at[ligne, colonne]):
                second -= signe * publiee.table.at[ligne, colonne]
        if publiee.masque.at[total] or np.isfinite(publiee.table.at[total]):
            lignes.append(coefficients)
            seconds.append(second)

    for publiee in publiees:
        interieur_l = [x for x in publiee.table.index if x != TOTAL]
        interieur_c = [x for x in publiee.table.columns if x != TOTAL]
        if TOTAL in publiee.table.columns:
            for ligne in publiee.table.index:
                ajouter(publiee, [(ligne, c) for c in interieur_c], (ligne, TOTAL))
        if TOTAL in publiee.table.index:
            for colonne in publiee.table.columns:
                ajouter(publiee, [(x, colonne) for x in interieur_l], (TOTAL, colonne))
    matrice = np.zeros((len(lignes), len(inconnues)))
    for rang, coefficients in enumerate(lignes):
        for colonne, signe in coefficients.items():
            matrice[rang, colonne] = signe
    return inconnues, matrice, np.array(seconds)


def par_moindres_carres(matrice):
    """Rangs des inconnues que l'algèbre seule détermine : leur vecteur est dans l'espace des lignes."""
    if not matrice.size:
        return []
    projecteur = np.linalg.pinv(matrice) @ matrice
    return [i for i in range(matrice.shape[1]) if np.allclose(projecteur[i], np.eye(matrice.shape[1])[i], atol=1e-8)]


def largeur(matrice, seconds, rang):
    objectif = np.eye(matrice.shape[1])[rang]
    reglages = {"A_eq": matrice, "b_eq": seconds, "bounds": [(0, None)] * matrice.shape[1], "method": "highs"}
    bas, haut = linprog(objectif, **reglages), linprog(-objectif, **reglages)
    return (-haut.fun if haut.success else np.inf) - (bas.fun if bas.success else -np.inf)


def exiger_a_l_abri(publiees, valeurs, effectifs, seuil=SEUIL):
    """Toutes les cellules sensibles masquées, aucune cellule masquée récupérable, zéros vrais publiés."""
    inconnues, matrice, seconds = equations(publiees)
    assert par_moindres_carres(matrice) == []
    for publiee, vraies, agents in zip(publiees, valeurs, effectifs, strict=True):
        for ligne in vraies.index:
            for colonne in vraies.columns:
                sensible = 0 < agents.at[ligne, colonne] < seuil
                masquee = publiee.masque.at[ligne, colonne]
                assert masquee or not sensible
                assert not masquee or np.isnan(publiee.table.at[ligne, colonne])
                if agents.at[ligne, colonne] == 0 and vraies.at[ligne, colonne] == 0:
                    assert publiee.table.at[ligne, colonne] == 0
                if not masquee:
                    assert publiee.table.at[ligne, colonne] == vraies.at[ligne, colonne]
    for (mesure, cle), rang in inconnues.items():
        vue = largeur(matrice, seconds, rang)
        assert vue > 1e-6
        for publiee, vraies, agents in zip(publiees, valeurs, effectifs, strict=True):
            noms = dict(cle)
            ligne = noms.get(publiee.table.index.name or "l", TOTAL)
            colonne = noms.get(publiee.table.columns.name or "c", TOTAL)
            dedans = publiee.mesure == mesure and ligne in vraies.index and colonne in vraies.columns
            if dedans and len(cle) == 2 and 0 < agents.at[ligne, colonne] < seuil:
                assert vue >= ECART * vraies.at[ligne, colonne] * 0.999


def exiger_restes(publiee: TableMasquee, agents: pd.DataFrame, seuil=SEUIL):
    """Un total publié moins ses cellules publiées ne porte jamais sur un petit groupe."""
    for ligne in agents.index:
        cachees = publiee.masque.loc[ligne, agents.columns]
        if cachees.any() and not publiee.masque.at[ligne, TOTAL]:
            assert agents.loc[ligne][cachees].sum() >= seuil
    for colonne in agents.columns:
        cachees = publiee.masque.loc[agents.index, colonne]
        if cachees.any() and not publiee.masque.at[TOTAL, colonne]:
            assert agents[colonne][cachees].sum() >= seuil


@st.composite
def croises(tirer, lignes=5, colonnes=5):
    hauteur, largeur_ = tirer(st.integers(1, lignes)), tirer(st.integers(1, colonnes))
    agent = st.sampled_from([0, 0, 1, 2, 4, 5, 7, 12, 40])
    agents = tirer(st.lists(st.lists(agent, min_size=largeur_, max_size=largeur_), min_size=hauteur, max_size=hauteur))
    prix = tirer(st.lists(st.integers(20_000, 70_000), min_size=hauteur * largeur_, max_size=hauteur * largeur_))
    couts = np.array(agents, dtype=float) * np.array(prix, dtype=float).reshape(hauteur, largeur_)
    return table(couts), table(agents)


@settings(max_examples=60, deadline=None)
@given(croises())
def test_rien_ne_se_recalcule(cas):
    couts, agents = cas
    publiee = masquer(couts, agents)
    exiger_a_l_abri([publiee], [couts], [agents])
    exiger_restes(publiee, agents)


@settings(max_examples=25, deadline=None)
@given(croises(4, 4), st.integers(1, 3), st.randoms(use_true_random=False))
def test_deux_tableaux_lies_ne_se_trahissent_pas(cas, combien, hasard):
    couts, agents = (t.rename_axis(index="fonction", columns="commune") for t in cas)
    categories = [f"k{i}" for i in range(combien)]
    reparties = pd.DataFrame(0, index=agents.index, columns=categories, dtype=float)
    for ligne in agents.index:
        for _ in range(int(agents.loc[ligne].sum())):
            reparties.at[ligne, hasard.choice(categories)] += 1
    moyen = couts.sum(axis=1) / agents.sum(axis=1).replace(0, 1)
    montants = reparties.mul(moyen, axis=0).rename_axis(index="fonction", columns="categorie")
    reparties = reparties.rename_axis(index="fonction", columns="categorie")
    publiees = masquer_lies([Croise(couts, agents), Croise(montants, reparties)])
    exiger_a_l_abri(publiees, [couts, montants], [agents, reparties])
    partages = [p.masque[TOTAL] for p in publiees]
    pd.testing.assert_series_equal(*partages, check_names=False)


@settings(max_examples=25, deadline=None)
@given(croises(4, 4))
def test_deux_mesures_sont_masquees_aux_memes_places(cas):
    couts, agents = cas
    etp = agents * 0.8
    cout, temps = masquer_lies([Croise(couts, agents, "cout_eur"), Croise(etp, agents, "etp")])
    pd.testing.assert_frame_equal(cout.masque, temps.masque)
    exiger_a_l_abri([cout, temps], [couts, etp], [agents, agents])


def test_une_seule_cellule_sensible_en_masque_quatre():
    publiee = masquer(table([[90, 400, 50], [300, 500, 60], [250, 350, 70]]), table([[2, 9, 6], [8, 12, 6], [7, 8, 6]]))
    assert publiee.masque.to_numpy().sum() == 4
    assert publiee.cellules.motif.value_counts().to_dict() == {"complémentaire": 3, "effectif sous le seuil": 1}
    assert not publiee.masque[TOTAL].any()


@pytest.mark.parametrize(("agents", "masquees"), [(0, 0), (1, 4), (4, 4), (5, 0)])
def test_le_seuil_des_deux_cotes(agents, masquees):
    publiee = masquer(table([[90, 400], [300, 500]]), table([[agents, 9], [8, 12]]))
    assert publiee.masque.to_numpy().sum() == masquees


def test_une_seule_ligne_masque_aussi_ses_totaux_de_colonne():
    publiee = masquer(table([[90, 400, 500]]), table([[2, 9, 12]]))
    exiger_a_l_abri([publiee], [table([[90, 400, 500]])], [table([[2, 9, 12]])])
    assert publiee.masque.loc[TOTAL, "c0"]


def test_un_tableau_d_une_cellule_se_masque_en_entier():
    publiee = masquer(table([[90]]), table([[2]]))
    assert publiee.masque.to_numpy().all()


def test_une_seule_colonne_sensible_et_un_total_de_bas_de_page():
    couts, agents = table([[90], [400], [500]]), table([[2], [9], [12]])
    publiee = masquer(couts, agents, totaux="ligne")
    assert list(publiee.table.columns) == ["c0"]
    assert publiee.masque["c0"].tolist() == [True, True, False, False]
    exiger_a_l_abri([publiee], [couts], [agents])


def test_sans_total_seules_les_cellules_sensibles_sont_masquees():
    publiee = masquer(table([[90, 400], [300, 500]]), table([[2, 9], [8, 12]]), totaux=False)
    assert publiee.masque.to_numpy().sum() == 1


def test_un_total_donne_est_pris_tel_quel():
    couts, agents = table([[90, 400], [300, 500]]), table([[2, 9], [8, 12]])
    avec = [t.assign(**{TOTAL: t.sum(axis=1)}).pipe(lambda t: pd.concat([t, t.sum().to_frame(TOTAL).T])) for t in (couts, agents)]
    pd.testing.assert_frame_equal(masquer(*avec).table, masquer(couts, agents).table)


def test_un_petit_complement_ne_borne_pas_de_trop_pres():
    """Masquer 100 € à côté de 90 000 € donnerait 90 000 € à 100 € près : le complément est pris ailleurs."""
    couts, agents = table([[90_000, 100, 60_000], [300_000, 100, 50_000]]), table([[2, 6, 6], [8, 6, 6]])
    publiee = masquer(couts, agents)
    exiger_a_l_abri([publiee], [couts], [agents])
    assert not publiee.masque.loc["l0", "c1"]


def test_un_reste_de_peu_d_agents_se_complete():
    """Deux cellules de 1 et 2 agents se cachent l'une l'autre, mais leur somme, elle, serait celle de 3 agents."""
    couts = table([[50, 90, 400], [60, 80, 300], [500, 500, 500]])
    agents = table([[1, 2, 9], [2, 1, 8], [10, 10, 10]])
    publiee = masquer(couts, agents)
    exiger_restes(publiee, agents)
    exiger_a_l_abri([publiee], [couts], [agents])


def test_une_donnee_absente_reste_absente():
    couts, agents = table([[90, np.nan], [300, 500]]), table([[2, np.nan], [8, 12]])
    publiee = masquer(couts, agents)
    assert not publiee.masque.loc["l0", "c1"]
    assert np.isnan(publiee.table.loc["l0", "c1"])
    assert publiee.affichee().loc["l0", "c0"] == "masqué"


def test_un_effectif_inconnu_se_masque_par_prudence():
    publiee = masquer(table([[90, 400], [300, 500]]), table([[np.nan, 9], [8, 12]]))
    assert publiee.masque.loc["l0", "c0"]
    assert "effectif inconnu" in set(publiee.cellules.motif)


def test_les_valeurs_masquees_ne_sont_plus_dans_l_objet():
    publiee = masquer(table([[90123, 400], [300, 500]]), table([[2, 9], [8, 12]]))
    assert "90123" not in repr(vars(publiee))


def test_les_entrees_ne_changent_pas():
    couts, agents = table([[90, 400], [300, 500]]), table([[2, 9], [8, 12]])
    avant = couts.copy(), agents.copy()
    masquer(couts, agents)
    pd.testing.assert_frame_equal(couts, avant[0])
    pd.testing.assert_frame_equal(agents, avant[1])


def test_les_bornes_de_l_attaquant_contiennent_la_vraie_valeur():
    couts, agents = table([[90, 400], [300, 500]]), table([[2, 9], [8, 12]])
    bornes = intervalles(masquer(couts, agents))
    vraies = [couts.at[ligne, colonne] for ligne, colonne in zip(bornes.ligne, bornes.colonne, strict=True)]
    assert ((bornes.bas <= vraies) & (vraies <= bornes.haut)).all()


def test_meme_entree_meme_masque_quel_que_soit_l_ordre():
    couts, agents = table([[90, 400, 50], [300, 500, 60], [250, 350, 70]]), table([[2, 9, 6], [8, 12, 6], [7, 8, 6]])
    droit = masquer(couts, agents)
    envers = masquer(couts.iloc[::-1, ::-1], agents)
    pd.testing.assert_frame_equal(envers.masque.loc[droit.masque.index, droit.masque.columns], droit.masque)


@pytest.mark.parametrize(
    ("couts", "agents", "morceau"),
    [
        (table([[1, 2]]), table([[1, 2, 3]]), "colonnes des deux tables"),
        (table([[1, 2]]), table([[1, -2]]), "négatif"),
        (table([[1, 2]], ["a", "a"]), table([[1, 2]], ["a", "a"]), "en double"),
        (table([[1, 2, 9]], ["a", "b", TOTAL]), table([[8, 8, 16]], ["a", "b", TOTAL]), "total de l0"),
    ],
)
def test_des_tables_qui_ne_se_repondent_pas_sont_refusees(couts, agents, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        masquer(couts, agents)


def test_des_totaux_communs_differents_sont_refuses():
    premier, second = table([[10, 20]], dimension="commune"), table([[10, 25]], ["b", "c"], "categorie")
    agents = table([[9, 9]], dimension="commune"), table([[9, 9]], ["b", "c"], "categorie")
    with pytest.raises(ErreurDonnees, match="une même valeur"):
        masquer_lies([Croise(premier, agents[0]), Croise(second, agents[1])])
