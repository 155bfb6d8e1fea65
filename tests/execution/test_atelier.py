"""``mutunb ouvrir`` : un vrai JupyterLab, en français, fermé à l'extérieur, qui s'arrête proprement."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from mutunb import chemins
from mutunb.erreurs import ErreurUsage
from mutunb.execution import atelier

DELAI_S = 45


def port_libre() -> int:
    with socket.socket() as prise:
        prise.bind((atelier.ADRESSE, 0))
        return prise.getsockname()[1]


def attendre(adresse: str) -> requests.Response:
    fin = time.monotonic() + DELAI_S
    while True:
        try:
            return requests.get(adresse, timeout=10)
        except requests.ConnectionError:
            if time.monotonic() > fin:
                raise
            time.sleep(0.2)


def test_les_reglages_ferment_l_exterieur(tmp_path: Path) -> None:
    options = atelier.options(atelier.poser_reglages(tmp_path), 9000, False)
    assert {"--LabApp.news_url=None", "--LabApp.extension_manager=readonly", "--ServerApp.ip=127.0.0.1"} <= set(options)
    assert not any("token" in option for option in options)
    page = json.loads((tmp_path / "config" / "labconfig" / "page_config.json").read_text())
    assert page["disabledExtensions"]["@jupyterlab/apputils-extension:announcements"]


def test_un_port_pris_est_dit() -> None:
    with socket.socket() as prise:
        prise.bind((atelier.ADRESSE, 0))
        prise.listen()
        with pytest.raises(ErreurUsage, match="déjà pris"):
            atelier._port(prise.getsockname()[1])


@pytest.mark.lent
def test_la_commande_sert_la_page_puis_s_arrete() -> None:
    port = port_libre()
    commande = [sys.executable, "-m", "mutunb", "ouvrir", "--sans-navigateur", "--port", str(port)]
    environnement = {**os.environ, "PYTHONUNBUFFERED": "1"}
    lance = subprocess.Popen(commande, cwd=chemins.racine(), env=environnement, stdout=subprocess.PIPE, text=True)
    try:
        annonce = lance.stdout.readline()
        adresse = re.search(r"http://\S+", annonce).group()
        page = attendre(adresse)
        assert page.status_code == 200
        reglages = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page.text, re.DOTALL).group(1))
        assert reglages["news"]["disabled"] if isinstance(reglages.get("news"), dict) else not reglages.get("news")
        racine, jeton = f"http://{atelier.ADRESSE}:{port}", adresse.split("token=")[1]
        assert requests.get(f"{racine}/api/contents", timeout=10).status_code == 403
        langues = requests.get(f"{racine}/lab/api/translations/fr_FR?token={jeton}", timeout=10).json()
        assert bool(langues.get("data")) == atelier.langue_installee()
        assert dehors(lance.pid) == []
    finally:
        lance.send_signal(2)
        code = lance.wait(atelier.DELAI_ARRET_S + 10)
    assert code == 0
    with socket.socket() as prise:
        assert prise.connect_ex((atelier.ADRESSE, port)) != 0


def dehors(pid: int) -> list[str]:
    """Adresses distantes auxquelles un processus et ses descendants sont reliés (Linux ; vide ailleurs)."""
    psutil = pytest.importorskip("psutil")
    tous = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    liens = [lien for processus in tous for lien in processus.net_connections(kind="inet")]
    return [lien.raddr.ip for lien in liens if lien.raddr and not lien.raddr.ip.startswith(("127.", "::1", "::ffff:127."))]
