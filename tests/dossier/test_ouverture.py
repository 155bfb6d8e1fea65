"""Ouvrir un dossier : ce que le client a rendu entre, dans l'ordre, et la ligne de commande le vérifie et le gèle."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import openpyxl
import pytest
import yaml
from click.testing import CliRunner, Result

from mutunb import cli, dossier
from mutunb.dossier.creation import creer
from mutunb.dossier.t0 import lire_t0
from mutunb.erreurs import ErreurDonnees
from tests import fabrique

SIREN, THOUARS, LOUZY = "247900798", "200084267", "217901578"
JOUR = "2026-01-15"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Dossier client neuf, son classeur pré-rempli."""
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "clients"))
    return creer(SIREN).dossier


def remplir(classeur: Path, vers: Path, **feuilles: list[dict]) -> Path:
    """Copie du classeur, des lignes ajoutées à la suite dans les feuilles nommées."""
    copie = openpyxl.load_workbook(classeur)
    for feuille in copie.worksheets:
        noms = [cellule.value for cellule in feuille[3]]
        for lignes in (feuilles[nom] for nom in feuilles if feuille.title == nom):
            rang = 6
            while any(cellule.value is not None for cellule in feuille[rang]):
                rang += 1
            for decalage, ligne in enumerate(lignes):
                for champ, contenu in ligne.items():
                    feuille.cell(rang + decalage, noms.index(champ) + 1, contenu)
    vers.parent.mkdir(parents=True, exist_ok=True)
    copie.save(vers)
    return vers


def poste(siren: str = THOUARS, repere: str = "P1", part: float = 100, **autres) -> dict:
    return {"siren": siren, "poste": repere, "fonction": "Achats", "part_temps": part, "quotite": 100} | autres


@pytest.fixture
def rempli(client: Path) -> Path:
    """Dossier client dont une mairie a répondu : un poste à 110 %, un contrat."""
    postes = [poste(part=60, cout_employeur_eur=50_000), poste(part=50, fonction="Juridique", cout_employeur_eur=50_000)]
    contrats = [{"siren": THOUARS, "reference": "C1", "objet": "Copieurs", "fin": datetime.date(2027, 6, 30)}]
    remplir(client / "collecte.xlsx", client / "recus" / "thouars.xlsx", Effectifs=postes, Contrats=contrats)
    return client


def lancer(*arguments: str) -> Result:
    return CliRunner().invoke(cli.principal, list(arguments))


# --- ouvrir ------------------------------------------------------------------


def test_sans_dossier_client_rien_ne_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path))
    ouvert = dossier.ouvrir(SIREN)
    assert (ouvert.collecte, ouvert.t0, ouvert.corrections, ouvert.constats) == (None, None, (), ())
    assert ouvert.reglages.seuil_confidentialite == 5


def test_un_dossier_construit_a_la_main_a_ses_reglages() -> None:
    assert fabrique.dossier([fabrique.commune("Adam", 100, 1, 1)]).reglages.diffusion_financiere is False


def test_un_classeur_non_rempli_n_est_pas_une_reponse(client: Path) -> None:
    ouvert = dossier.ouvrir(SIREN)
    assert (ouvert.collecte, ouvert.sources) == (None, ())


def test_collecte_xlsx_rempli_est_lu(client: Path) -> None:
    remplir(client / "collecte.xlsx", client / "collecte.xlsx", Effectifs=[poste()])
    ouvert = dossier.ouvrir(SIREN)
    assert [chemin.name for chemin in ouvert.sources] == ["collecte.xlsx"]
    assert len(ouvert.collecte.table("effectifs")) == 1


def test_les_classeurs_recus_sont_lus_dans_l_ordre(rempli: Path) -> None:
    remplir(rempli / "collecte.xlsx", rempli / "recus" / "louzy.xlsx", Effectifs=[poste(LOUZY)])
    (rempli / "recus" / "~$louzy.xlsx").write_bytes(b"verrou")
    (rempli / "recus" / "lettre.docx").write_bytes(b"")
    ouvert = dossier.ouvrir(SIREN)
    assert [chemin.name for chemin in ouvert.sources] == ["louzy.xlsx", "thouars.xlsx"]
    assert ouvert.collecte.table("effectifs")["siren"].tolist() == [LOUZY, THOUARS, THOUARS]
    assert [fichier.nom for fichier in ouvert.collecte.fichiers] == ["louzy.xlsx", "thouars.xlsx"]
    assert ouvert.collecte.tables["effectifs"].equals(dossier.ouvrir(SIREN).collecte.tables["effectifs"])


def test_une_correction_s_applique_a_l_ouverture(rempli: Path) -> None:
    fiche = {
        "feuille": "effectifs", "cle": {"siren": THOUARS, "poste": "P1", "fonction": "juridique"}, "champ": "part_temps",
        "ancienne": 0.5, "nouvelle": 0.4, "motif": "confirmé", "auteur": "Cabinet", "date": datetime.date(2026, 1, 15),
    }  # fmt: skip
    (rempli / "corrections.yaml").write_text(yaml.safe_dump([fiche], allow_unicode=True), encoding="utf-8")
    ouvert = dossier.ouvrir(SIREN)
    assert sorted(ouvert.collecte.table("effectifs")["part_temps"]) == [0.4, 0.6]
    assert len(ouvert.corrections) == 1
    assert "parts_de_temps_au_dela" not in {constat.controle for constat in ouvert.constats}
    remplir(rempli / "collecte.xlsx", rempli / "recus" / "thouars.xlsx", Effectifs=[poste(part=45, fonction="Juridique")])
    with pytest.raises(ErreurDonnees, match="La source a changé"):
        dossier.ouvrir(SIREN)


def test_la_date_du_t0_juge_les_dates(rempli: Path) -> None:
    reglages = rempli / "territoire.yaml"
    texte = reglages.read_text(encoding="utf-8")
    reglages.write_text(texte.replace("date_t0:", "date_t0: 2027-07-01"), encoding="utf-8")
    ouvert = dossier.ouvrir(SIREN)
    assert ouvert.jour == datetime.date(2027, 7, 1)
    assert "contrat_echu" in {constat.controle for constat in ouvert.constats}
    reglages.write_text(texte.replace("date_t0:", "date_t0: 2027-06-30"), encoding="utf-8")
    assert "contrat_echu" not in {constat.controle for constat in dossier.ouvrir(SIREN).constats}


def test_un_dossier_affiche_ne_montre_pas_les_postes(rempli: Path) -> None:
    assert "P1" not in repr(dossier.ouvrir(SIREN))


# --- verifier ----------------------------------------------------------------


def test_verifier_dit_tout_annote_et_rend_un(rempli: Path) -> None:
    recu = (rempli / "recus" / "thouars.xlsx").read_bytes()
    resultat = lancer("verifier", SIREN)
    assert resultat.exit_code == 1, resultat.output
    assert "ERREUR thouars.xlsx, Effectifs, cellules F6 et F7 : trouvé 110\u00a0%" in resultat.output
    annote = rempli / "annotes" / "thouars_annote.xlsx"
    assert str(annote) in resultat.output
    assert "110" in openpyxl.load_workbook(annote)["Effectifs"]["F6"].comment.text
    assert (rempli / "recus" / "thouars.xlsx").read_bytes() == recu
    # relire l'annoté donne les mêmes réponses
    shutil.copy(annote, rempli / "recus" / "thouars.xlsx")
    assert len(dossier.ouvrir(SIREN).collecte.table("effectifs")) == 2


def test_verifier_sans_erreur_rend_zero(client: Path) -> None:
    remplir(client / "collecte.xlsx", client / "recus" / "a.xlsx", Effectifs=[poste(categorie="B", cout_employeur_eur=48_000)])
    resultat = lancer("verifier", SIREN)
    assert resultat.exit_code == 0, resultat.output
    assert "ALERTE" in resultat.output


def test_verifier_sans_reponse_le_dit(client: Path) -> None:
    resultat = lancer("verifier", SIREN)
    assert (resultat.exit_code, "aucune réponse" in resultat.output) == (0, True)
    assert not (client / "annotes").exists()


# --- geler -------------------------------------------------------------------


def test_geler_deux_fois_garde_le_premier(rempli: Path) -> None:
    resultat = lancer("geler", SIREN, "--date", JOUR, "--auteur", "DGS")
    assert resultat.exit_code == 0, resultat.output
    premier = rempli / "t0" / f"t0-1-{JOUR}.json"
    assert str(premier) in resultat.output
    octets = premier.read_bytes()
    remplir(rempli / "collecte.xlsx", rempli / "recus" / "louzy.xlsx", Effectifs=[poste(LOUZY)])
    assert lancer("geler", SIREN, "--date", JOUR, "--auteur", "DGS", "--motif", "réponse tardive").exit_code == 0
    assert premier.read_bytes() == octets
    assert [lire_t0(rempli, numero).couverture["effectifs"]["repondants"] for numero in (1, 2)] == [1, 2]
    assert dossier.ouvrir(SIREN).t0.numero == 2


@pytest.mark.parametrize(
    ("arguments", "code", "phrase"),
    [
        (("--auteur", "DGS"), 2, "date du T0"),
        (("--date", "15/01/2026", "--auteur", "DGS"), 2, "AAAA-MM-JJ"),
        (("--date", JOUR), 2, "auteur"),
    ],
)
def test_geler_demande_une_date_et_un_auteur(rempli: Path, arguments: tuple[str, ...], code: int, phrase: str) -> None:
    resultat = lancer("geler", SIREN, *arguments)
    assert (resultat.exit_code, phrase in resultat.output) == (code, True), resultat.output
    assert not (rempli / "t0").exists()


def test_geler_un_dossier_vide_est_refuse(client: Path) -> None:
    resultat = lancer("geler", SIREN, "--date", JOUR, "--auteur", "DGS")
    assert (resultat.exit_code, "rien à geler" in resultat.output) == (1, True), resultat.output


# --- ce qu'une consultante attend des commandes --------------------------------


@pytest.mark.parametrize("commande", [("verifier", SIREN), ("geler", SIREN, "--date", JOUR, "--auteur", "DGS")])
def test_sans_dossier_la_commande_dit_comment_le_creer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commande: tuple[str, ...]
) -> None:
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "clients"))
    resultat = lancer(*commande)
    assert (resultat.exit_code, f"mutunb dossier {SIREN}" in resultat.output) == (1, True), resultat.output
    assert not (tmp_path / "clients").exists()


def test_un_fichier_d_un_autre_format_est_nomme(client: Path) -> None:
    for nom in ("thouars.pdf", "louzy.docx", "tout.zip", "sans_extension", "~$louzy.xlsx", ".DS_Store", "Thumbs.db"):
        (client / "recus" / nom).write_bytes(b"x")
    (client / "recus" / "sous").mkdir()
    (client / "recus" / "sous" / "photo.jpg").write_bytes(b"x")
    resultat = lancer("verifier", SIREN)
    lignes = [ligne for ligne in resultat.output.splitlines() if "ALERTE" in ligne]
    noms = ["recus/louzy.docx", "recus/sans_extension", "recus/sous/photo.jpg", "recus/thouars.pdf", "recus/tout.zip"]
    assert [ligne.split()[1] for ligne in lignes] == noms
    assert all(".xlsx" in ligne and "n'est pas lu" in ligne for ligne in lignes)
    assert "Décompressez" in lignes[-1] and "aucune réponse" in resultat.output


def test_un_fichier_ignore_est_dit_aussi_quand_d_autres_se_lisent(rempli: Path) -> None:
    (rempli / "recus" / "louzy.pdf").write_bytes(b"x")
    assert "recus/louzy.pdf" in lancer("verifier", SIREN).output


def test_le_gel_dit_ce_qu_il_a_gele_ou_et_a_quoi_il_sert(rempli: Path) -> None:
    bilan = lancer("geler", SIREN, "--date", JOUR, "--auteur", "DGS").output.replace("\u00a0", " ")
    assert "T0 n° 1 gelé au 15 janvier 2026" in bilan and "3 lignes de réponses de 1 entité sur 25" in bilan
    assert "1 erreur non corrigée" in bilan and f"verifier {SIREN}" in bilan
    assert "aucun changement dans les réponses" in lancer("verifier", SIREN).output
    remplir(rempli / "collecte.xlsx", rempli / "recus" / "louzy.xlsx", Effectifs=[poste(LOUZY)])
    assert "1\u00a0changement dans les réponses" in lancer("verifier", SIREN).output


def test_verifier_et_geler_l_exemple_ne_le_cachent_pas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """La relecture et le T0 du territoire fictif vont chez le client sans que ses réponses disparaissent."""
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path))
    premier = lancer("verifier", "999999998").output
    assert lancer("geler", "999999998", "--date", JOUR, "--auteur", "DGS").exit_code == 0
    ouvert = dossier.ouvrir("999999998")
    assert ouvert.collecte is not None and ouvert.t0.numero == 1 and set(ouvert.t0.entrees) >= {"recus/retour_la_ferrolle.xlsx", "territoire.yaml"}
    assert premier.splitlines()[0] == lancer("verifier", "999999998").output.splitlines()[0]
