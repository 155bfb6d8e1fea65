"""Comment l'utilisateur lance mutunb : ce que tout message écrit quand il conseille une commande."""

from __future__ import annotations

import os

#: posée par ``mutunb.sh`` : la façon dont il a été lancé
VARIABLE = "MUTUNB_COMMANDE"


def commande(suite: str = "") -> str:
    """La commande à taper : ``sh mutunb.sh …`` si l'on est passé par ``mutunb.sh``, sinon ``mutunb …``.

    Examples
    --------
    >>> commande("territoires NOM").endswith(" territoires NOM")
    True
    """
    return f"{os.environ.get(VARIABLE) or 'mutunb'} {suite}".strip()
