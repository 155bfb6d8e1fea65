"""Le dossier client : créé d'un coup, jamais écrasé, et lisible par ceux qui l'ouvrent ensuite."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from mutunb import cli, dossier
from mutunb.dossier.corrections import lire_corrections
from mutunb.dossier.creation import CORRECTIONS, HYPOTHESES, creer
from mutunb.dossier.ouverture import lire_hypotheses_propres
from mutunb.dossier.questionnaire import questionnaire
from mutunb.dossier.reglages import Reglages, lire_reglages
from mutunb.erreurs import ErreurDonnees, ErreurUsage

SIREN, NOM = "247900798", "CC du Thouarsais"


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "clients"))
    return tmp_path / "clients"


def exemple(texte: str) -> str:
    """L'exemple d'un fichier commenté, sans ses « # »."""
    bloc = texte.split("#\n", maxsplit=1)[1]
    return "\n".join(ligne.removeprefix("# ") for ligne in bloc.splitlines())


def reglages(chemin: Path, texte: str) -> Reglages:
    chemin.write_text(texte, encoding="utf-8")
    return lire_reglages(chemin, SIREN, NOM)


def test_le_dossier_est_cree(clients: Path) -> None:
    creation = creer(SIREN, auteur='Cabinet : "Essai"')
    assert {chemin.name for chemin in creation.crees} == {
        "territoire.yaml", "hypotheses.yaml", "decisions.yaml", "corrections.yaml", "collecte.xlsx",
    }
    assert creation.dossier == clients / SIREN
    assert (creation.dossier / "recus").is_dir()
    assert creation.conserves == ()


def test_un_fichier_existant_n_est_jamais_ecrase(clients: Path) -> None:
    creer(SIREN)
    le_mien = f'siren: "{SIREN}"\nnom: le mien\n'
    for chemin in (clients / SIREN).glob("*.*"):
        chemin.write_text(le_mien, encoding="utf-8")
    (clients / SIREN / "decisions.yaml").unlink()
    creation = creer(SIREN)
    assert [chemin.name for chemin in creation.crees] == ["decisions.yaml"]
    assert len(creation.conserves) == 4
    assert all(chemin.read_text(encoding="utf-8") == le_mien for chemin in creation.conserves)
    assert "collecte.xlsx (déjà là, laissé tel quel)" in str(creation)


def test_un_classeur_par_commune(clients: Path) -> None:
    creation = creer(SIREN, un_par_commune=True)
    envois = sorted(chemin.name for chemin in (clients / SIREN / "envois").iterdir())
    assert len(envois) == 25
    assert "collecte_epci.xlsx" in envois
    assert "collecte_79329_thouars.xlsx" in envois
    assert not (clients / SIREN / "collecte.xlsx").exists()
    assert len(creation.crees) == 29


def test_aucun_fichier_a_moitie_ecrit_ne_reste(clients: Path) -> None:
    creer(SIREN)
    assert not list(clients.rglob("*.part"))


def test_un_siren_inconnu_ne_cree_rien(clients: Path) -> None:
    with pytest.raises(ErreurUsage):
        creer("123456789")
    assert not clients.exists()


def test_le_dossier_neuf_s_ouvre(clients: Path) -> None:
    creer(SIREN)
    assert dossier.ouvrir(SIREN).hypotheses_propres == frozenset()
    assert lire_corrections(clients / SIREN / "corrections.yaml") == ()
    assert yaml.safe_load((clients / SIREN / "decisions.yaml").read_text(encoding="utf-8")) is None
    lus = lire_reglages(clients / SIREN / "territoire.yaml", SIREN, NOM)
    assert lus == Reglages(siren=SIREN, nom=NOM)


@pytest.mark.parametrize("auteur", ['Cabinet : "Essai"', "l'étude # 2", "oui", "2026-01-15", "- tiret"])
def test_l_auteur_se_relit_tel_quel(clients: Path, auteur: str) -> None:
    creer(SIREN, auteur=auteur)
    assert lire_reglages(clients / SIREN / "territoire.yaml", SIREN, NOM).auteur == auteur


def test_l_exemple_d_hypothese_est_au_format_lu(tmp_path: Path) -> None:
    chemin = tmp_path / "hypotheses.yaml"
    chemin.write_text(exemple(HYPOTHESES), encoding="utf-8")
    assert list(lire_hypotheses_propres(chemin)) == ["part_rh"]


def test_l_exemple_de_correction_est_au_format_lu(tmp_path: Path) -> None:
    chemin = tmp_path / "corrections.yaml"
    chemin.write_text(exemple(CORRECTIONS), encoding="utf-8")
    (correction,) = lire_corrections(chemin)
    feuille = questionnaire().feuille(correction.feuille)
    assert tuple(correction.cle) == feuille.cle
    assert feuille.champ(correction.champ).type == "part"


def test_reglages_par_defaut_sans_fichier(tmp_path: Path) -> None:
    lus = lire_reglages(tmp_path / "territoire.yaml", SIREN, NOM)
    assert (lus.seuil_confidentialite, lus.diffusion_financiere, lus.date_t0, lus.auteur) == (5, False, None, "")


def test_reglages_remplis(tmp_path: Path) -> None:
    texte = f'siren: "{SIREN}"\nnom: X\nseuil_confidentialite: 8\ndiffusion_financiere: true\ndate_t0: 2025-12-31\n'
    lus = reglages(tmp_path / "territoire.yaml", texte)
    assert (lus.seuil_confidentialite, lus.diffusion_financiere) == (8, True)
    assert lus.date_t0 == datetime.date(2025, 12, 31)


def test_tous_les_defauts_des_reglages_a_la_fois(tmp_path: Path) -> None:
    texte = "siren: 247900798\nseuil_confidentialite: 1\ndiffusion_financiere: peut-être\ndate_t0: hier\nauter: x\n"
    with pytest.raises(ErreurDonnees) as refus:
        reglages(tmp_path / "territoire.yaml", texte)
    endroits = [constat.ou.removeprefix("territoire.yaml, ") for constat in refus.value.constats]
    assert endroits == ["siren", "nom", "seuil_confidentialite", "diffusion_financiere", "date_t0", "auter"]


@pytest.mark.parametrize("seuil", ["1", "2.5", '"5"', "true"])
def test_un_seuil_invalide_est_refuse(tmp_path: Path, seuil: str) -> None:
    with pytest.raises(ErreurDonnees, match="seuil_confidentialite"):
        reglages(tmp_path / "territoire.yaml", f'siren: "{SIREN}"\nnom: X\nseuil_confidentialite: {seuil}\n')


def test_le_seuil_le_plus_bas_est_deux(tmp_path: Path) -> None:
    texte = f'siren: "{SIREN}"\nnom: X\nseuil_confidentialite: 2\n'
    assert reglages(tmp_path / "territoire.yaml", texte).seuil_confidentialite == 2


@pytest.mark.parametrize("texte", ["", "- a\n", "siren: [\n"])
def test_des_reglages_illisibles_sont_dits(tmp_path: Path, texte: str) -> None:
    with pytest.raises(ErreurDonnees, match="territoire.yaml"):
        reglages(tmp_path / "territoire.yaml", texte)


def test_les_reglages_d_un_autre_territoire_sont_refuses(tmp_path: Path) -> None:
    with pytest.raises(ErreurDonnees, match="autre dossier"):
        reglages(tmp_path / "territoire.yaml", 'siren: "200000000"\nnom: X\n')


def test_la_commande_cree_puis_conserve(clients: Path) -> None:
    premiere = CliRunner().invoke(cli.principal, ["dossier", SIREN])
    assert premiere.exit_code == 0, premiere.output
    assert "collecte.xlsx (écrit)" in premiere.output
    seconde = CliRunner().invoke(cli.principal, ["dossier", SIREN])
    assert seconde.exit_code == 0
    assert "(écrit)" not in seconde.output


def test_la_commande_refuse_un_siren_inconnu(clients: Path) -> None:
    assert CliRunner().invoke(cli.principal, ["dossier", "123456789"]).exit_code == 2


def test_le_classeur_commun_previent_et_conseille(clients: Path) -> None:
    texte = str(creer(SIREN))
    assert "montre à chaque commune les réponses des autres" in texte and f"dossier {SIREN} --un-par-commune" in texte
    assert "date_limite et contact" in texte and texte.endswith(f"mutunb verifier {SIREN}")
    assert "Attention" not in str(creer(SIREN, un_par_commune=True))


def test_le_classeur_commun_se_tait_si_la_diffusion_est_permise(clients: Path) -> None:
    reglages_client = creer(SIREN).dossier / "territoire.yaml"
    texte = reglages_client.read_text(encoding="utf-8").replace("diffusion_financiere: false", "diffusion_financiere: true")
    reglages_client.write_text(texte, encoding="utf-8")
    (clients / SIREN / "collecte.xlsx").unlink()
    assert "Attention" not in str(creer(SIREN))


def test_la_date_limite_et_le_contact_se_donnent_et_se_relisent(clients: Path) -> None:
    arguments = ["dossier", SIREN, "--date-limite", "2026-09-30", "--contact", "Mme Essai : 05"]
    faite = CliRunner().invoke(cli.principal, arguments)
    assert faite.exit_code == 0 and "à compléter" not in faite.output
    lus = lire_reglages(clients / SIREN / "territoire.yaml", SIREN, NOM)
    assert (lus.date_limite, lus.contact) == (datetime.date(2026, 9, 30), "Mme Essai : 05")


def test_des_reglages_defectueux_arretent_la_creation(clients: Path) -> None:
    (clients / SIREN).mkdir(parents=True)
    (clients / SIREN / "territoire.yaml").write_text("siren: 1", encoding="utf-8")
    with pytest.raises(ErreurDonnees, match="territoire.yaml"):
        creer(SIREN)
