"""L'innocuité : ce qui s'exécute ou sort de la page est nommé, le reste passe."""

from __future__ import annotations

import pytest

from mutunb.execution.innocuite import suspects


@pytest.mark.parametrize(
    "html",
    [
        "<script>1</script>",
        "<SCRIPT src='data:,x'></SCRIPT>",
        "<p onclick='x()'>a</p>",
        "<svg/onload=alert(1)>",
        "<img src='https://exemple.fr/a.png'>",
        "<img src='//exemple.fr/a.png'>",
        "<img src='a.png'>",
        "<img srcset='https://exemple.fr/a.png 2x'>",
        "<iframe srcdoc='x'></iframe>",
        "<object data='x'></object>",
        "<link rel='stylesheet' href='x.css'>",
        "<meta http-equiv='refresh' content='0;url=https://exemple.fr'>",
        "<base href='https://exemple.fr'>",
        "<form action='/x'></form>",
        "<input type='text'>",
        "<a href='javascript:alert(1)'>x</a>",
        "<a href='data:text/html,x'>x</a>",
        "<style>@import 'x.css';</style>",
        "<style>p{background:url(https://exemple.fr/x)}</style>",
        "<p style='background:url(//exemple.fr/x)'>a</p>",
        "<svg><image href='https://exemple.fr/x.png'/></svg>",
        "<svg><use xlink:href='x.svg#a'/></svg>",
        "<svg><foreignObject></foreignObject></svg>",
        "<video src='x'></video>",
    ],
)
def test_un_fragment_suspect_est_nomme(html: str) -> None:
    assert suspects(html) != []


@pytest.mark.parametrize(
    "html",
    [
        "<p class='x'>1 &lt;script&gt; <b>gras</b></p>",
        "<img src='data:image/png;base64,AAAA' alt='a'>",
        "<a href='#ancre'>x</a> <a href='https://www.cnfpt.fr'>y</a>",
        "<style scoped>.dataframe { text-align: right; }</style>",
        "<svg><defs><path id='m'/></defs><use xlink:href='#m' style='fill: url(#d)'/></svg>",
        "<details open><summary>x</summary><table><tr><td colspan='2'>1</td></tr></table></details>",
    ],
)
def test_un_fragment_inerte_passe(html: str) -> None:
    assert suspects(html) == []


def test_une_page_a_son_en_tete_et_ses_liens_voisins() -> None:
    page = "<meta charset='utf-8'><link rel='icon' href='data:,'><a href='diagnostic.html#a'>x</a>"
    assert suspects(page, page=True) == []
    assert len(suspects(page)) == 3
