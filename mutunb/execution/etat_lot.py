"""L'état d'un lot en cours : la date d'édition à garder s'il est repris un autre jour."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import TYPE_CHECKING

from mutunb import chemins

if TYPE_CHECKING:
    from mutunb.execution.lot import Lot

NOM_FICHIER = "lot-en-cours.json"


def edition(lot: Lot, jour: datetime.date) -> datetime.date:
    """Date portée par les pages : celle qu'on impose, celle du lot interrompu que l'on reprend, ou aujourd'hui."""
    if lot.commande.edition is not None:
        return lot.commande.edition
    if lot.reprendre:
        try:
            return datetime.date.fromisoformat(json.loads((lot.sorties / NOM_FICHIER).read_text("utf-8"))["edition"])
        except (OSError, ValueError, KeyError, TypeError):
            return jour
    return jour


def noter(sorties: Path, jour: datetime.date | None) -> None:
    """Note qu'un lot est en cours, et sous quelle date."""
    chemins.ecrire(sorties / NOM_FICHIER, json.dumps({"edition": str(jour)}))


def clore(sorties: Path) -> None:
    """Le lot est allé à son terme."""
    (sorties / NOM_FICHIER).unlink(missing_ok=True)
