"""La typographie française d'une page : les espaces qui ne doivent pas finir une ligne deviennent insécables."""

from __future__ import annotations

import re

from mutunb.typographie import composer

BALISE = re.compile(r"(<[^>]*>)")
#: là où une espace a un autre sens
INTOUCHABLES = frozenset({"style", "pre", "code"})
#: attributs que l'on lit ou que l'on entend
LUS = re.compile(r'(?<=\s)(?:alt|title|aria-label)="[^"]*"')
OUVERTURE = re.compile(r"<(\w+)")
#: début d'une balise intouchable, ouvrante ou fermante
SENSIBLE = re.compile(rf"</?\s*(?:{'|'.join(sorted(INTOUCHABLES))})\b", re.IGNORECASE)


def insecables(html: str) -> str:
    """Le même HTML, espaces insécables posées dans ce qui se lit : textes, alternatives, étiquettes ; jamais dans le code.

    Examples
    --------
    >>> insecables('<p class="a ?">Qui ?</p>') == '<p class="a ?">Qui\\u00a0?</p>'
    True
    """
    morceaux, ouverts = BALISE.split(html), 0  # un texte, une balise, un texte…
    for rang, morceau in enumerate(morceaux):
        if rang % 2:
            if SENSIBLE.match(morceau):
                ouverts = max(ouverts + _variation(morceau), 0)
            if " " in morceau and "=" in morceau:
                morceaux[rang] = LUS.sub(lambda attribut: composer(attribut.group()), morceau)
        elif not ouverts and " " in morceau:  # composer ne change que des espaces
            morceaux[rang] = composer(morceau)
    return "".join(morceaux)


def _variation(balise: str) -> int:
    """+1 à l'entrée d'une balise intouchable, −1 à sa sortie."""
    ouvrante = OUVERTURE.match(balise)
    if ouvrante:
        return int(ouvrante.group(1).lower() in INTOUCHABLES and not balise.endswith("/>"))
    return -int(balise[2:-1].strip().lower() in INTOUCHABLES)
