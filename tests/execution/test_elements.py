"""Les éléments déclarés par un carnet : stricts, complets, uniques."""

from __future__ import annotations

import math
from typing import Any

import pytest

from mutunb.erreurs import ErreurDonnees
from mutunb.execution import elements
from tests.execution import fabrique_carnets as fabrique


def lire(*bruts: dict[str, Any]) -> tuple[elements.UnElement, ...]:
    sorties = [fabrique.sortie([brut], html="<p>vu</p>") for brut in bruts]
    return elements.lire(fabrique.carnet(fabrique.code("x", sorties=sorties)), "10_portrait")


def test_les_elements_se_lisent_dans_l_ordre() -> None:
    recommandation = {"genre": "recommandation", "id": "achats", "rang": 1, "texte": "Étudier", "note": 3.5}
    lus = lire(fabrique.synthese(), fabrique.tableau(), recommandation)
    assert [element.genre for element in lus] == ["synthese", "tableau", "recommandation"]
    assert lus[2].model_dump()["note"] == 3.5


def test_nan_et_infini_deviennent_une_absence() -> None:
    lignes = [["01004", "A", math.nan, math.inf], ["01005", "B", "nan", "-inf"]]  # Jupyter les écrit ainsi
    (lu,) = lire(fabrique.tableau(lignes=lignes))
    assert lu.lignes == (("01004", "A", None, None), ("01005", "B", None, None))


def test_les_textes_et_les_entiers_ne_changent_pas_de_type() -> None:
    (lu,) = lire(fabrique.tableau(lignes=[["01004", "1,5", 3, 0.5]]))
    assert [type(valeur) for valeur in lu.lignes[0]] == [str, str, int, float]


@pytest.mark.parametrize(
    ("brut", "attendu"),
    [
        (fabrique.tableau(lignes=[["01004", "A"]]), "4 valeurs par ligne"),
        (fabrique.tableau(colonnes=["a", "b", "c", "d"]), "libelles"),
        (fabrique.tableau(unites={"insee": "texte", "nom": "texte", "depense": "dollars", "part": "part"}), "dollars"),
        (fabrique.tableau(source=""), "source"),
        (fabrique.tableau(couleur="rouge"), "couleur"),
        (fabrique.indicateur(statut="vrai"), "constate"),
        (fabrique.indicateur(valeur=[1]), "un nombre, un texte ou rien"),
        (fabrique.indicateur("Mal Nommé"), "id"),
        (fabrique.synthese(constats=["un", "deux"]), "constats"),
        ({"genre": "chanson"}, "Genres possibles"),
        ({"id": "x"}, "Genres possibles"),
    ],
)
def test_un_element_mal_forme_est_refuse(brut: dict[str, Any], attendu: str) -> None:
    with pytest.raises(ErreurDonnees, match="10_portrait, élément n° 1") as refus:
        lire(brut)
    assert attendu in str(refus.value)


def test_tous_les_defauts_sont_dits_ensemble() -> None:
    with pytest.raises(ErreurDonnees, match="2 problèmes"):
        lire(fabrique.indicateur("a", unite="x"), fabrique.indicateur("b", statut="x"))


def test_un_identifiant_en_double_est_refuse() -> None:
    with pytest.raises(ErreurDonnees, match="tableau « communes » : trouvé un identifiant déjà pris"):
        lire(fabrique.tableau(), fabrique.tableau())


def test_une_figure_et_son_tableau_partagent_un_identifiant() -> None:
    figure = {"genre": "figure", "id": "communes", "titre": "t", "alt": "a", "source": "s"}
    assert len(lire(figure, fabrique.tableau())) == 2


def test_deux_syntheses_sont_refusees() -> None:
    with pytest.raises(ErreurDonnees, match="synthese"):
        lire(fabrique.synthese(), fabrique.synthese())
