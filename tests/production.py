"""Produire pour de vrai quelques territoires, comme un consultant, par la ligne de commande."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mutunb import chemins

#: une petite communauté rurale en fiscalité additionnelle, une agglomération, une métropole
TERRITOIRES = {"cc_rurale": "244600573", "agglomeration": "200069052", "metropole": "242900314"}
#: le déploiement : le territoire fictif et son dossier complet, une communauté sans dossier, une autre en fiscalité additionnelle
DEPLOIEMENTS = {"dossier_complet": "999999998", "sans_dossier": "247900798", "cc_rurale": "244600573"}


def produire(siren: str, dossier: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """``mutunb produire SIREN``, sans dépendre de l'installation ni des réglages de qui lance les tests."""
    programme = "from mutunb.cli import principal; principal()"
    commande = [sys.executable, "-c", programme, "produire", siren, "--sorties", str(dossier), *options]
    environnement = {nom: reglage for nom, reglage in os.environ.items() if not nom.startswith("MUTUNB_")}
    environnement["MUTUNB_DONNEES"] = str(chemins.echantillon())
    return subprocess.run(commande, cwd=chemins.racine(), env=environnement, capture_output=True, text=True, check=False)


def produire_tous(dossier: Path, territoires: Mapping[str, str] = TERRITOIRES, etape: str = "diagnostic") -> Path:
    """Une étape de ces territoires, deux à la fois ; arrête la session si l'un d'eux échoue."""
    with ThreadPoolExecutor(max_workers=2) as ouvriers:
        bilans = list(ouvriers.map(lambda siren: produire(siren, dossier, "--etape", etape), territoires.values()))
    echecs = [bilan.stdout + bilan.stderr for bilan in bilans if bilan.returncode]
    if echecs:
        pytest.fail("mutunb produire a échoué :\n" + "\n".join(echecs), pytrace=False)
    return dossier
