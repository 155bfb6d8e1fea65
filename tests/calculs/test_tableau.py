"""Le tableau refuse d'exister sans ce qui permet de le lire, et ne laisse passer ni NaN ni modification."""

import json

import numpy as np
import pandas as pd
import pytest

from mutunb.calculs.tableau import Indicateur, Tableau
from mutunb.erreurs import ErreurDonnees


def tableau(**remplace):
    champs = {
        "id": "essai",
        "titre": "Essai",
        "donnees": pd.DataFrame({"commune": ["A", None], "montant": [1.5, np.nan]}),
        "unites": {"commune": "texte", "montant": "eur"},
        "libelles": {"commune": "Commune", "montant": "Montant"},
        "perimetre": "essai",
        "source": "essai",
        "statuts": "constate",
    }
    return Tableau(**champs | remplace)


@pytest.mark.parametrize(
    ("remplace", "morceau"),
    [
        ({"titre": ""}, "titre"),
        ({"source": ""}, "source"),
        ({"perimetre": ""}, "perimetre"),
        ({"unites": {"commune": "texte"}}, "unité de « montant »"),
        ({"unites": {"commune": "texte", "montant": "euros"}}, "unité de « montant »"),
        ({"libelles": {"commune": "Commune"}}, "libellé de « montant »"),
        ({"statuts": "sûr"}, "statut de « montant »"),
    ],
)
def test_refuse_l_incomplet(remplace, morceau):
    with pytest.raises(ErreurDonnees, match=morceau):
        tableau(**remplace)


def test_dit_tous_les_manques_a_la_fois():
    with pytest.raises(ErreurDonnees) as erreur:
        tableau(titre="", source="", libelles={})
    assert len(erreur.value.constats) == 4


def test_ne_partage_pas_ses_donnees():
    source = pd.DataFrame({"commune": ["A"], "montant": [1.0]})
    copie = tableau(donnees=source)
    source.loc[0, "montant"] = 99
    assert copie.donnees.at[0, "montant"] == 1.0


def test_json_strict_sans_nan():
    element = tableau().element()
    assert element["lignes"] == [["A", 1.5], [None, None]]
    json.dumps(element, allow_nan=False)


def test_entier_reste_entier_dans_le_json():
    assert tableau(donnees=pd.DataFrame({"commune": ["A"], "montant": [3.0]})).element()["lignes"] == [["A", 3]]


def test_indicateur():
    assert str(Indicateur("x", "Essai", None, "eur", "constate", "s")) == "n.d."
