"""Les messages conseillent la commande telle que l'utilisateur la tape."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from mutunb import chemins
from mutunb.cli import principal
from mutunb.invocation import VARIABLE, commande


def test_la_commande_est_celle_de_mutunb_sh_quand_on_y_passe(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert (commande(), commande("produire 1")) == ("mutunb", "mutunb produire 1")
    monkeypatch.setenv(VARIABLE, "sh mutunb.sh")
    assert (commande(), commande("produire 1")) == ("sh mutunb.sh", "sh mutunb.sh produire 1")


@pytest.mark.parametrize(
    "arguments",
    [
        ["produire"],
        ["produire", "999"],
        ["produire", "217903297"],
        ["verifier", "242900314"],
        ["geler", "242900314", "--date", "2026-01-15", "--auteur", "DGS"],
        ["territoires", "--departement", "79"],
        ["dossier", "247900798"],
        ["--help"],
    ],
)
def test_aucun_message_ne_conseille_une_autre_commande(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    monkeypatch.setenv(VARIABLE, "sh mutunb.sh")
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path))
    dit = CliRunner().invoke(principal, arguments, prog_name=commande()).output
    assert "sh mutunb.sh" in dit
    assert not re.search(r"(?<!sh )\bmutunb (territoires|dossier|verifier|geler|produire|donnees)\b", dit), dit


def test_aucune_commande_n_est_ecrite_en_dur() -> None:
    """Une phrase montrée passe par :func:`commande` ; seules les documentations nomment ``mutunb produire``."""
    en_dur = re.compile(r"(?<![`\w.])mutunb (territoires|dossier|verifier|geler|produire|donnees)\b")
    fautes = [
        f"{chemin.name}:{rang}"
        for chemin in chemins.RACINE_PAQUET.rglob("*.py")
        for rang, ligne in enumerate(chemin.read_text(encoding="utf-8").splitlines(), start=1)
        if en_dur.search(ligne)
    ]
    assert fautes == []


def test_mutunb_sh_pose_la_variable() -> None:
    assert f'export {VARIABLE}="sh $0"' in (chemins.racine() / "mutunb.sh").read_text(encoding="utf-8")
