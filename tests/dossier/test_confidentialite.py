"""Confidentialité : un poste ne sort jamais au client, une commune ne lit pas sa voisine, un oubli cache."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mutunb import territoires
from mutunb.calculs.tableau import Tableau
from mutunb.dossier.confidentialite import (
    RESERVE,
    colonnes_de_poste,
    decrit_des_postes,
    est_consultant,
    masque_financier,
    pour_client,
    profil,
)
from mutunb.dossier.modeles_questionnaire import forme_simple
from mutunb.dossier.questionnaire import questionnaire
from mutunb.dossier.reglages import Reglages
from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.execution import classeur, elements, moteur, production, resultats, traitement
from mutunb.execution.commande import Commande
from mutunb.rendu.figure import Figure
from mutunb.rendu.tableaux import montrer_tableau

SECRET = 46_123


def tableau(**options):
    donnees = options.pop("donnees", pd.DataFrame({"fonction": ["paie", "achats"], "cout": [SECRET, 90_000.0]}))
    return Tableau(
        id="essai",
        titre="Essai",
        donnees=donnees,
        unites={"fonction": "texte", "cout": "eur", "poste": "texte"},
        libelles={"fonction": "Fonction", "cout": "Coût", "poste": "Poste"},
        perimetre="bloc communal",
        source="questionnaire",
        statuts="declare",
        **options,
    )


def masque(*valeurs):
    return pd.DataFrame({"cout": list(valeurs)})


def reglages(**options):
    return Reglages(siren="200000000", nom="CC", **options)


def livrables(montre):
    """Tout ce qu'un lecteur peut ouvrir : la page, le JSON, le classeur."""
    lus = [elements.Tableau.model_validate(element) for element in montre.elements]
    bloc = resultats.etape(lus, {})
    tableaux = resultats.tableaux_dans_l_ordre(bloc)
    return montre.html, resultats.texte(bloc), tableaux


def feuille_lue(tableaux, tmp_path):
    fichier = tmp_path / "tableaux.xlsx"
    fichier.write_bytes(classeur.classeur("Essai", tableaux))
    return [str(cellule) for cellule in pd.read_excel(fichier, sheet_name=1, header=None, engine="calamine").to_numpy().ravel()]


@pytest.mark.parametrize("lu", ["", "client"])
def test_sans_mention_c_est_le_client(monkeypatch, lu):
    monkeypatch.setenv("MUTUNB_PROFIL", lu)
    assert profil() == "client"
    assert not est_consultant()


def test_un_profil_inconnu_est_refuse(monkeypatch):
    monkeypatch.setenv("MUTUNB_PROFIL", "consultante")
    with pytest.raises(ErreurUsage, match="consultant"):
        profil()


def test_un_poste_ne_sort_pas_au_client(tmp_path):
    donnees = pd.DataFrame({"poste": ["Secrétaire Zélie"], "cout": [SECRET]})
    html, texte, tableaux = livrables(montrer_tableau(tableau(donnees=donnees)))
    cellules = feuille_lue(tableaux, tmp_path)
    for trace in ("Zélie", str(SECRET), "46,1", "46 123"):
        assert trace not in html + texte + " ".join(cellules)
    assert RESERVE in html


def test_le_consultant_voit_les_postes(monkeypatch):
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    donnees = pd.DataFrame({"poste": ["Secrétaire Zélie"], "cout": [SECRET]})
    assert "Zélie" in montrer_tableau(tableau(donnees=donnees)).html


def test_un_tableau_dit_sensible_se_vide_sous_d_autres_noms():
    assert pour_client(tableau(sensible=True)).donnees.empty


def test_un_index_de_poste_est_vu():
    table = pd.DataFrame({"cout": [1]}, index=pd.Index(["P01"], name="agt_id"))
    assert decrit_des_postes(table)
    assert pour_client(table).empty
    assert len(table) == 1


def test_tous_les_noms_d_un_poste_dans_le_questionnaire_sont_connus():
    sensibles = [feuille for feuille in questionnaire().feuilles if feuille.sensible]
    assert sensibles
    for feuille in sensibles:
        assert {"poste"} & set(feuille.cle)
        for champ in feuille.champs:
            if champ.nom == "poste":
                assert {forme_simple(nom) for nom in champ.noms_acceptes} <= colonnes_de_poste()


def test_une_cellule_masquee_ne_se_lit_nulle_part(tmp_path):
    montre = montrer_tableau(tableau(masque=masque(True, False)))
    html, texte, tableaux = livrables(montre)
    cellules = feuille_lue(tableaux, tmp_path)
    assert ">masqué<" in html
    assert "masqué" in cellules
    assert json.loads(texte)["tableaux"]["essai"]["lignes"] == [["paie", None], ["achats", 90_000]]
    assert json.loads(texte)["tableaux"]["essai"]["masques"] == [[0, 1]]
    for trace in (str(SECRET), "46,1"):
        assert trace not in html + texte + " ".join(cellules)


def test_masque_n_est_pas_n_d(tmp_path):
    donnees = pd.DataFrame({"fonction": ["paie", "achats"], "cout": [SECRET, np.nan]})
    html, _, tableaux = livrables(montrer_tableau(tableau(donnees=donnees, masque=masque(True, False))))
    assert html.count("masqué") == html.count("n.d.") == 1
    assert {"masqué", "n.d."} <= set(feuille_lue(tableaux, tmp_path))


def test_les_donnees_d_une_figure_sont_masquees():
    from matplotlib.figure import Figure as Dessin

    figure = Figure("Titre", "Unité", "Texte", tableau(masque=masque(True, False)), Dessin())
    affiche = figure.affichage()
    assert str(SECRET) not in affiche.html + json.dumps(affiche.elements)


def test_le_consultant_voit_en_clair(monkeypatch):
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    montre = montrer_tableau(tableau(masque=masque(True, False)))
    assert "masqué" not in montre.html
    assert montre.elements[0]["lignes"][0] == ["paie", SECRET]
    assert "masques" not in montre.elements[0]


def test_un_masque_suit_ses_colonnes_et_ses_lignes():
    reduit = tableau(masque=masque(True, False)).reduit(["cout"])
    assert reduit.element()["lignes"] == [[None], [90_000]]
    with pytest.raises(ErreurDonnees, match="masque"):
        tableau(masque=masque(True))


def test_ce_qu_une_figure_peut_lire():
    lues = tableau(masque=masque(True, False)).publiables()
    assert np.isnan(lues.at[0, "cout"])
    assert lues.at[1, "cout"] == 90_000


def test_sans_masque_rien_ne_change():
    assert "masques" not in tableau().element()
    assert tableau(masque=masque(False, False)).masque is None


def test_une_valeur_sous_un_masque_est_refusee_par_l_execution():
    faux = tableau().element() | {"masques": [[0, 1]]}
    with pytest.raises(ValueError, match="masque"):
        elements.Tableau.model_validate(faux)


COUTS = pd.DataFrame({"commune": ["A", "B", "C", "EPCI", "Total"], "cout": [10, 20, 30, 40, 100]})


@pytest.mark.parametrize(
    ("options", "attendu"),
    [
        ({}, [True, True, True, True, False]),
        ({"publics": ["EPCI"]}, [True, True, True, False, False]),
        ({"publics": ["EPCI"], "destinataire": "A"}, [False, True, True, False, True]),  # B + C : chacune lirait l'autre
    ],
)
def test_les_finances_ne_circulent_que_si_le_dossier_le_dit(options, attendu):
    assert masque_financier(COUTS, "commune", ["cout"], reglages(), total=True, **options)["cout"].tolist() == attendu
    permis = reglages(diffusion_financiere=True)
    assert not masque_financier(COUTS, "commune", ["cout"], permis, total=True, **options).to_numpy().any()


@given(st.lists(st.one_of(st.none(), st.integers(1, 99)), min_size=1, max_size=8), st.integers(0, 9))
def test_le_total_ne_rend_jamais_une_seule_commune(montants, rang):
    noms = [f"c{i}" for i in range(len(montants))]
    donnees = pd.DataFrame({"commune": [*noms, "Total"], "cout": [*montants, sum(m or 0 for m in montants)]}, dtype=object)
    destinataire = noms[rang] if rang < len(noms) else None
    caches = masque_financier(donnees, "commune", ["cout"], reglages(), destinataire, total=True)["cout"]
    if not caches.iloc[-1]:
        assert caches.iloc[:-1].sum() != 1
        assert caches.iloc[:-1].sum() != 2


@pytest.mark.parametrize("demande", ["client", "consultant"])
def test_l_execution_transmet_le_profil_aux_carnets(monkeypatch, demande):
    transmises = []

    def executer(chemin, parametres, variables, *reglages):
        transmises.append(variables["MUTUNB_PROFIL"])
        raise ErreurDonnees("rien à exécuter ici")

    monkeypatch.setattr(moteur, "executer", executer)
    commande = Commande(profil=demande)
    parcours, etape = production.verifier(commande)
    territoire = territoires.ouvrir("247900798")
    parametres = {carnet.id: {} for carnet in etape.carnets}
    traitement.traiter(parcours, etape, territoire, parametres, commande, lambda phrase: None)
    assert transmises == [demande] * len(etape.carnets)
