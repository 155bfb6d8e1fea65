"""Les actes tels qu'on les imprime : LibreOffice les ouvre, le texte y est, les pages se comptent."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from pypdf import PdfReader

from mutunb.actes.redaction import rediger
from mutunb.calculs.projet import projeter
from mutunb.dossier import ouvrir


@pytest.fixture
def soffice() -> str:
    chemin = shutil.which("soffice")
    if chemin is None:
        pytest.skip("LibreOffice (soffice) absent : la conversion des actes en PDF n'est pas éprouvée")
    return chemin


@pytest.mark.lent
def test_les_actes_s_impriment(soffice, tmp_path):
    faite = rediger(projeter(ouvrir("999999998")), "systemes_information", sorties=tmp_path / "sorties")
    profil = f"-env:UserInstallation=file://{tmp_path}/profil"
    commande = [soffice, profil, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*commande, *(str(e.chemin) for e in faite.ecrits)], check=True, capture_output=True, timeout=180)
    for ecrit in faite.ecrits:
        lu = PdfReader(tmp_path / f"{ecrit.chemin.stem}.pdf")
        assert abs(float(lu.pages[0].mediabox.width) - 595.3) < 1  # A4
        pages = [page.extract_text() for page in lu.pages]
        assert all("PROJET" in page for page in pages)
        assert f"page {len(pages)} sur {len(pages)}" in pages[-1].replace("\u00a0", " ")
        assert "Points à compléter" in "".join(pages).replace("\u00a0", " ")
