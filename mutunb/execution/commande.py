"""Ce qu'on demande de produire."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mutunb.execution.export import Profil
from mutunb.execution.moteur import Delais, Moteur


@dataclass(frozen=True)
class Commande:
    """Ce qu'on demande de produire.

    Parameters
    ----------
    etape : str
    profil : str
        ``client`` ou ``consultant``.
    donnees : Path, optional
        Dossier de données nationales.
    sorties : Path, optional
        Dossier des livrables ; ``outputs`` par défaut.
    parametres : Mapping
        Paramètres de carnet imposés ; chacun va aux carnets qui le connaissent.
    delais : Delais
    edition : datetime.date, optional
        Date portée par les pages ; aujourd'hui par défaut.
    moteur : str, optional
        ``mutunb`` ou ``papermill`` ; le plus rapide que le système permette par défaut.
    memoire_mo : int
        Mémoire accordée à un carnet, en mégaoctets ; 0 : sans limite.
    empreinte : str
        Empreinte des entrées, notée au manifeste pour la reprise d'un lot ; vide hors lot.
    """

    etape: str = "diagnostic"
    profil: Profil = "client"
    donnees: Path | None = None
    sorties: Path | None = None
    parametres: Mapping[str, Any] = field(default_factory=dict)
    delais: Delais = Delais()
    edition: datetime.date | None = None
    moteur: Moteur | None = None
    memoire_mo: int = 0
    empreinte: str = ""
