"""Les vrais carnets, sur de vrais territoires : tout est produit, tout est dans la page, deux exécutions se valent."""

import json
import re

import nbformat
import openpyxl
import pytest
from tests.production import TERRITOIRES, produire

from mutunb import chemins
from mutunb.execution import documentation

pytestmark = pytest.mark.lent


def lire(sorties, siren, nom):
    return json.loads((sorties / siren / nom).read_text(encoding="utf-8"))


@pytest.mark.parametrize("siren", TERRITOIRES.values(), ids=TERRITOIRES.keys())
def test_tous_les_carnets_produits(sorties, siren):
    etape = lire(sorties, siren, "resultats.json")["etapes"]["diagnostic"]
    assert set(etape["carnets"].values()) == {"produit"}
    assert len(etape["indicateurs"]) >= 15 and len(etape["tableaux"]) >= 18
    assert [r["rang"] for r in etape["recommandations"]] == list(range(1, 13))


@pytest.mark.parametrize("siren", TERRITOIRES.values(), ids=TERRITOIRES.keys())
def test_chaque_tableau_montre_est_dans_le_classeur(sorties, siren):
    etape = lire(sorties, siren, "resultats.json")["etapes"]["diagnostic"]
    classeur = openpyxl.load_workbook(sorties / siren / "tableaux.xlsx")
    assert len(classeur.sheetnames) == len(etape["tableaux"]) + 1  # le sommaire en plus


@pytest.mark.parametrize("siren", TERRITOIRES.values(), ids=TERRITOIRES.keys())
def test_chaque_sortie_du_carnet_est_dans_la_page(sorties, siren):
    page = (sorties / siren / "diagnostic.html").read_text(encoding="utf-8")
    legendes = re.findall(r"<caption[^>]*>(.*?)</caption>", page, re.S)
    for chemin in (sorties / siren / "carnets").glob("*.ipynb"):
        for cellule in nbformat.read(chemin, as_version=4).cells:
            for sortie in cellule.get("outputs", []):
                for element in sortie.get("data", {}).get("application/vnd.mutunb.v1+json", []):
                    if element["genre"] == "tableau":
                        titre = element["titre"].replace("'", "&#x27;")
                        assert any(_lisse(titre) in _lisse(legende) for legende in legendes), element["id"]


def _lisse(texte: str) -> str:
    return texte.replace("\u00a0", " ").replace("&#39;", "'").replace("&#x27;", "'")


def test_l_autre_moteur_donne_les_memes_octets(sorties, tmp_path):
    """papermill ordinaire, un noyau par carnet : page, résultats, classeur et carnets exécutés ne diffèrent d'aucun octet."""
    siren = TERRITOIRES["cc_rurale"]
    bilan = produire(siren, tmp_path, "--moteur", "papermill")
    assert bilan.returncode == 0, bilan.stderr
    fichiers = {f.relative_to(tmp_path) for f in (tmp_path / siren).rglob("*") if f.is_file()}
    assert {f.suffix for f in fichiers} == {".html", ".json", ".xlsx", ".ipynb"}
    differents = [str(f) for f in sorted(fichiers) if (tmp_path / f).read_bytes() != (sorties / f).read_bytes()]
    assert differents == [f"{siren}/manifeste.json"]  # il date et chronomètre


def test_une_metropole_n_est_pas_invitee_a_recruter_un_demi_comptable(sorties):
    etape = lire(sorties, TERRITOIRES["metropole"], "resultats.json")["etapes"]["diagnostic"]
    textes = " ".join([*etape["synthese"]["constats"], etape["synthese"]["decision"]])
    assert "demi" not in textes
    assert etape["indicateurs"]["communes_sous_poste_comptabilite_finances"]["valeur"] <= 1


def test_la_documentation_des_resultats_est_a_jour(sorties):
    attendue = documentation.decrire(lire(sorties, siren, "resultats.json") for siren in TERRITOIRES.values())
    ecrite = (chemins.racine() / "docs" / "resultats.md").read_text(encoding="utf-8")
    manquants = [ligne for ligne in attendue.splitlines() if ligne.startswith("| `") and ligne not in ecrite]
    assert manquants == [], "docs/resultats.md a dérivé : python -m mutunb.execution.documentation SORTIES"
