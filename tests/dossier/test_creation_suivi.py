"""``mutunb suivi SIREN AAAA`` : un classeur prêt à remplir, jamais écrasé, relu à l'identique une fois rempli."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import mutunb
from mutunb import chemins, cli
from mutunb.calculs.services_suivis import services_suivis
from mutunb.dossier.creation_suivi import ServiceSuivi, classeur_suivi, creer_suivi, preparer
from mutunb.dossier.exemple import SIREN
from mutunb.dossier.modele_suivi import modele_suivi
from mutunb.dossier.suivi import lire_suivi
from mutunb.erreurs import ErreurUsage
from tests.fabrique_suivi import ADAM, BERE, EPCI, SI, exercice, suivi, territoire, usager

SERVICE = ServiceSuivi(SI, (EPCI, ADAM, BERE), "ac", datetime.date(2028, 1, 1))


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path))
    return tmp_path


def remplir(chemin: Path, feuille: str, champ: str, valeurs: list[object]) -> None:
    """Tape des valeurs sous l'en-tête d'un champ, à partir de la première ligne de saisie."""
    document = openpyxl.load_workbook(chemin)
    onglet = document[modele_suivi().feuille(feuille).libelle]
    colonne = modele_suivi().feuille(feuille).colonnes.index(champ) + 2
    for rang, valeur in enumerate(valeurs, start=5):
        onglet.cell(rang, colonne).value = valeur
    document.save(chemin)


def test_genere_rempli_relu_a_l_identique(tmp_path: Path) -> None:
    chemin = tmp_path / "suivi" / "suivi-2028.xlsx"
    chemins.ecrire(chemin, classeur_suivi(territoire(), 2028, [SERVICE]))
    remplir(chemin, "exercice", "complet", ["Oui"])
    remplir(chemin, "unites", "unites_constatees", ["1 234,5", 0, "NC"])
    remplir(chemin, "unites", "unites_prevues", [1200, 3, 4])
    remplir(chemin, "charges", "montant_eur", [1000, 200.5])
    remplir(chemin, "versements", "verse_eur", [10, 20])
    lu = lire_suivi(tmp_path, territoire()).exercice()
    unites = lu.table("unites")
    assert unites[["siren", "unite"]].to_numpy().tolist() == [[s, "SI_UO_POSTE"] for s in SERVICE.perimetre]
    assert unites["unites_constatees"].tolist()[:2] == [1234.5, 0.0] and unites["unites_constatees"].isna().tolist()[2]
    assert unites["unites_prevues"].tolist() == [1200, 3, 4] and set(unites["mois_presence"]) == {12}
    assert lu.table("charges")["montant_eur"].tolist()[:2] == [1000, 200.5]
    versements = lu.table("versements")
    assert versements[["siren", "mode", "verse_eur"]].to_numpy().tolist() == [[ADAM, "ac", 10], [BERE, "ac", 20]]
    assert lu.complet and len(lu.table("indicateurs")) == 14
    assert lu.table("indicateurs")["indicateur"].str.startswith("SI_").all()


def test_le_classeur_guide_la_saisie(tmp_path: Path) -> None:
    chemin = chemins.ecrire(tmp_path / "suivi.xlsx", classeur_suivi(territoire(), 2028, [SERVICE]))
    document = openpyxl.load_workbook(chemin)
    assert document.sheetnames[0] == "Mode d'emploi" and document.sheetnames[-1] == "Listes"
    assert {p.name: p.value for p in document.custom_doc_props.props} == {
        "version du modèle": "1", "SIREN du territoire": EPCI,
    }  # fmt: skip
    charges = document["Charges"]
    assert charges["E2"].value == "Montant (€/an)"
    assert {v.type for v in charges.data_validations.dataValidation} >= {"list", "decimal"}
    assert document["Unités de fonctionnement"]["E5"].value == "Poste de travail géré"
    assert classeur_suivi(territoire(), 2028, [SERVICE]) == chemin.read_bytes()


def test_l_annee_precedente_donne_usagers_et_cibles(tmp_path: Path) -> None:
    cible = {"fonction": SI, "indicateur": "SI_09", "valeur": 3, "cible": 4.2, "seuil_alerte": 3, "taux_reponse": 50}
    depart = usager(BERE, mouvement="sortie", mois_presence=6, date_mouvement=datetime.date(2028, 6, 30))
    gain = {"fonction": SI, "famille": "GA", "libelle": "Contrat résilié", "prevu": 500, "realise": 400}
    lu = suivi(tmp_path, {"exercice": [exercice()], "unites": [usager(), depart], "indicateurs": [cible], "gains": [gain]})
    lignes = preparer(territoire(), 2029, [SERVICE], lu.exercice())
    assert [ligne["siren"] for ligne in lignes["unites"]] == [ADAM]
    (reprise,) = [ligne for ligne in lignes["indicateurs"] if ligne["indicateur"] == "SI_09"]
    assert reprise["cible"] == 4.2 and "valeur" not in reprise and reprise["exercice"] == 2029
    assert lignes["gains"] == [{"fonction": SI, "famille": "GA", "libelle": "Contrat résilié", "prevu": 500}]


def test_un_service_mixte_a_deux_voies() -> None:
    mixte = ServiceSuivi(SI, (EPCI, ADAM), "mixte", datetime.date(2028, 1, 1))
    assert [ligne["mode"] for ligne in preparer(territoire(), 2028, [mixte])["versements"]] == ["ac", "facture"]


def test_la_commande_n_ecrase_rien(clients: Path) -> None:
    lancer = CliRunner().invoke
    assert lancer(cli.principal, ["dossier", "247900798"]).exit_code == 0
    (clients / "247900798" / "collecte.xlsx").unlink()
    premier = lancer(cli.principal, ["suivi", "247900798", "2029"])
    assert premier.exit_code == 0 and "recommandé, non décidé" in premier.output
    chemin = clients / "247900798" / "suivi" / "suivi-2029.xlsx"
    octets = chemin.read_bytes()
    assert lancer(cli.principal, ["suivi", "247900798", "2029"]).exit_code == 2
    assert chemin.read_bytes() == octets and [p.name for p in chemin.parent.iterdir()] == [chemin.name]
    verification = lancer(cli.principal, ["verifier", "247900798"])
    assert verification.exit_code == 1 and "suivi-2029.xlsx, feuille Exercice" in verification.output
    assert "unités" in verification.output.casefold()


def test_la_commande_refuse_une_annee_sans_service_ou_deja_suivie(clients: Path) -> None:
    dossier = mutunb.ouvrir(SIREN)
    services = services_suivis(dossier)
    for annee, phrase in ((2026, "Aucun service n'est ouvert"), (2028, "déjà suivi"), (28, "n'est pas un exercice")):
        with pytest.raises(ErreurUsage, match=phrase):
            creer_suivi(dossier, annee, services)
    with pytest.raises(ErreurUsage, match="aucune fonction n'est retenue"):
        creer_suivi(dossier, 2031, [])
    assert list(clients.iterdir()) == []


def test_sans_dossier_client_la_commande_le_dit(clients: Path) -> None:
    rendu = CliRunner().invoke(cli.principal, ["suivi", "247900798", "2029"])
    assert rendu.exit_code == 1 and "dossier 247900798" in str(rendu.exception) + rendu.output


def test_le_suivi_d_un_client_remplace_celui_de_l_exemple(clients: Path) -> None:
    livre = chemins.exemples() / SIREN / "suivi" / "suivi-2028.xlsx"
    propre = clients / SIREN / "suivi" / livre.name
    propre.parent.mkdir(parents=True)
    shutil.copy(livre, propre)
    dossier = mutunb.ouvrir(SIREN)
    assert list(dossier.suivi.exercices) == [2028] and dossier.collecte is not None


def test_ecrire_neuf_refuse_de_remplacer(tmp_path: Path) -> None:
    chemin = chemins.ecrire_neuf(tmp_path / "a" / "neuf.txt", "un")
    with pytest.raises(FileExistsError):
        chemins.ecrire_neuf(chemin, "deux")
    assert chemin.read_text() == "un" and len(list(chemin.parent.iterdir())) == 1
