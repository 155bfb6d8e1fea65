"""Le manifeste : versions réelles, empreintes justes."""

from __future__ import annotations

import hashlib
import os
import platform
from pathlib import Path

import pandas as pd

from mutunb.execution import manifeste


def test_les_versions_sont_celles_de_l_environnement() -> None:
    versions = manifeste.versions()
    assert versions["python"] == platform.python_version()
    assert versions["bibliotheques"]["pandas"] == pd.__version__
    assert None not in versions["bibliotheques"].values()


def test_empreintes_des_seules_donnees(tmp_path: Path) -> None:
    dossier = tmp_path / "national"
    (dossier / "sous").mkdir(parents=True)
    (dossier / "epci.csv").write_bytes(b"abc")
    (dossier / "sous" / "x.yaml").write_bytes(b"")
    (dossier / "LISEZMOI.md").write_bytes(b"non")
    attendue = hashlib.sha256(b"abc").hexdigest()
    assert manifeste.empreintes([dossier], profond=False) == {"national/epci.csv": attendue}
    assert set(manifeste.empreintes([dossier])) == {"national/epci.csv", "national/sous/x.yaml"}


def test_une_empreinte_suit_le_fichier(tmp_path: Path) -> None:
    chemin = tmp_path / "x.csv"
    chemin.write_bytes(b"un")
    premiere = manifeste.empreinte(chemin)
    chemin.write_bytes(b"deux")
    os.utime(chemin, ns=(1, 1))
    assert manifeste.empreinte(chemin) == hashlib.sha256(b"deux").hexdigest() != premiere
