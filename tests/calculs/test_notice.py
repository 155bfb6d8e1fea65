"""La page des calculs suit le code, et n'oublie rien de ce qu'un contrôle extérieur appelle."""

import inspect

import pytest

from mutunb.calculs import notice


def test_la_page_suit_le_code():
    assert notice.chemin_notice().read_text(encoding="utf-8") == notice.rediger(), (
        "docs/calculs.md ne suit plus le code : lancez « python -m mutunb.calculs.notice »."
    )


@pytest.mark.parametrize("module", notice.MODULES, ids=lambda module: module.__name__)
def test_toute_fonction_publique_a_son_exemple(module):
    fonctions = [public for public in notice.noms_publics(module) if inspect.isfunction(getattr(module, public))]
    assert fonctions
    sans_exemple = [public for public in fonctions if ">>> " not in inspect.getdoc(getattr(module, public))]
    assert set(sans_exemple) <= {"positif"}


def test_la_page_se_lit():
    page = notice.rediger()
    assert "### `repartir`" in page
    assert "- `total_centimes : int` : Total à répartir" in page
    assert ":func:" not in page
    assert "``" not in page.replace("```", "")
