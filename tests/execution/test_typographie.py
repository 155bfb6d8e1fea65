"""La typographie : insécables là où on lit, rien de changé ailleurs."""

from __future__ import annotations

import pytest

from mutunb.execution.typographie import insecables


@pytest.mark.parametrize(
    ("html", "attendu"),
    [
        ("<p>Qui ? Oui ; non : « ah » !</p>", "<p>Qui~? Oui~; non~: «~ah~»~!</p>"),
        ("<td>1 000 à 1 999 hab.</td>", "<td>1~000 à 1~999 hab.</td>"),
        ("<td>12 345 678 €, 3 %</td>", "<td>12~345~678~€, 3~%</td>"),
        ("<p>en 2024 100 communes</p>", "<p>en 2024 100 communes</p>"),
        ('<img alt="1 000 habitants ?" src="a ?">', '<img alt="1~000 habitants~?" src="a ?">'),
        ("<pre>x = 1 ; y</pre> a ;", "<pre>x = 1 ; y</pre> a~;"),
        ("<style>a :hover { b : c }</style>", "<style>a :hover { b : c }</style>"),
        ("<p><code>a ; b</code> c ;</p>", "<p><code>a ; b</code> c~;</p>"),
    ],
)
def test_insecables(html: str, attendu: str) -> None:
    assert insecables(html) == attendu.replace("~", "\u00a0")
