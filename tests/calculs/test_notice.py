"""La page des calculs suit le code, et n'oublie rien de ce qu'un contrôle extérieur appelle."""

import doctest
import importlib
import inspect
import re

import pytest

from mutunb.calculs import notice, notice_questions
from mutunb.calculs.notice_questions import QUESTIONS


def test_la_page_suit_le_code():
    assert notice.chemin_notice().read_text(encoding="utf-8") == notice.rediger(), (
        "docs/calculs.md ne suit plus le code : lancez « python -m mutunb.calculs.notice »."
    )


@pytest.mark.parametrize("module", notice.MODULES, ids=lambda module: module.__name__)
def test_toute_fonction_publique_a_son_exemple(module):
    fonctions = [public for public in notice.noms_publics(module) if inspect.isfunction(getattr(module, public))]
    assert fonctions or _a_des_classes(module)
    sans_exemple = [public for public in fonctions if ">>> " not in inspect.getdoc(getattr(module, public))]
    assert set(sans_exemple) <= {"positif"}


def _a_des_classes(module) -> bool:
    return any(inspect.isclass(getattr(module, public)) for public in notice.noms_publics(module))


def test_l_exemple_de_chaque_question_est_rejoue():
    bilan = doctest.testmod(notice_questions)
    assert bilan.attempted > 3 * len(QUESTIONS)
    assert not bilan.failed


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.titre[:40])
def test_une_question_renvoie_a_des_fonctions_documentees(question):
    for nom in question.fonctions:
        module, _, fonction = nom.partition(".")
        assert fonction in notice.noms_publics(importlib.import_module(f"mutunb.calculs.{module}")), nom


def test_tout_lien_de_la_page_arrive_quelque_part():
    page = notice.rediger()
    ancres = re.findall(r'<a id="([^"]+)">', page)
    assert len(ancres) == len(set(ancres))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= set(ancres)


def test_rien_d_interne_n_est_declare_a_tort():
    modules = {module.__name__.rpartition(".")[2]: module for module in notice.MODULES}
    for nom, internes in notice.INTERNES.items():
        assert all(hasattr(modules[nom], interne) for interne in internes), nom


def test_la_page_se_lit():
    page = notice.rediger()
    assert '#### <a id="repartition-repartir"></a>`repartir`' in page
    assert "- `total_centimes : int` : Total à répartir" in page
    assert ":func:" not in page
    assert "``" not in page.replace("```", "")
