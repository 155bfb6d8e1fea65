"""Un territoire dont chaque texte est une charge hostile, de bout en bout : rien ne s'exécute, rien ne casse."""

from __future__ import annotations

import io
import tracemalloc
import zipfile
from pathlib import Path

import openpyxl
import pytest

from mutunb.dossier import annotation, lecture_fichier
from mutunb.dossier.annotation import annoter
from mutunb.dossier.lecture_classeur import lire_fichier
from mutunb.dossier.ouverture import lire_hypotheses_propres
from mutunb.dossier.rapprochements import lire_rapprochements
from mutunb.dossier.reglages import lire_reglages
from mutunb.erreurs import ErreurDonnees
from mutunb.execution import classeur, innocuite, zygote
from tests.dossier.fabrique_classeurs import modifier_zip, xlsx
from tests.execution import fabrique_carnets as fabrique
from tests.fiabilite import charges, inspecteur, inspection

rapide = pytest.mark.skipif(not zygote.possible(), reason="pas de moteur rapide sur ce système")
COMMANDES = (
    ("produire", charges.SIREN),
    ("produire", charges.SIREN, "--etape", "deploiement"),
    ("produire", charges.SIREN, "--profil", "consultant"),
    ("actes", charges.SIREN),
    ("portefeuille",),
)
BASE = xlsx({"Effectifs": [["siren", "collectivite", "poste", "fonction"], ["217903293", "Thouars", "P01", "achats"]]})


@pytest.mark.lent
@rapide
def test_un_territoire_hostile_de_bout_en_bout(tmp_path: Path) -> None:
    charges.semer(tmp_path)
    assert charges.lancer(tmp_path, "verifier", charges.SIREN).returncode in (0, 1)
    for commande in COMMANDES:
        bilan = charges.lancer(tmp_path, *commande)
        assert bilan.returncode == 0, bilan.stdout[-1000:] + bilan.stderr[-2000:]
    produits = inspection.fichiers(tmp_path / "outputs") + inspection.fichiers(tmp_path / "territoires" / charges.SIREN / "annotes")
    assert {f.suffix for f in produits} == {".html", ".json", ".xlsx", ".docx", ".ipynb", ".parquet"}
    assert [faute for fichier in produits for faute in inspecteur.fautes(fichier)] == []
    vus = " ".join(texte for f in produits if f.suffix in (".html", ".docx") for _, texte in inspection.parties(f))
    assert "&lt;script&gt;" in vus and "onerror=alert(1)" in vus  # les charges sont montrées, inertes : elles n'ont pas été perdues
    assert {chemin.name for chemin in tmp_path.iterdir()} == {"projet", "territoires", "outputs", "tmp"}
    assert list((tmp_path / "tmp").glob("mutunb-*")) == []


def test_sans_controle_d_innocuite_une_page_hostile_passerait() -> None:
    """L'inspecteur, qui ne doit rien au code du produit, voit ce que le contrôle refuse."""
    page = "<html><body><script>1</script><img src=x onerror=alert(1)></body></html>"
    assert len(innocuite.suspects(page, page=True)) >= 2


def test_sans_protection_le_classeur_porterait_une_formule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tableau = {**fabrique.tableau(), "lignes": [["=1+1", "=cmd|' /C calc'!A0", 1, 0.5]], "total": False}
    (sain := tmp_path / "sain.xlsx").write_bytes(classeur.classeur("=1+1", [tableau]))
    assert inspecteur.fautes(sain) == []
    monkeypatch.setattr(classeur.Worksheet, "write_string", lambda feuille, *a: feuille.write_formula(*a) if str(a[2]).startswith("=") else 0)
    (nu := tmp_path / "nu.xlsx").write_bytes(classeur.classeur("=1+1", [tableau]))
    assert any("formule" in faute for faute in inspecteur.fautes(nu))


def bombe(lignes: int) -> bytes:
    """Classeur d'une feuille de ``lignes`` lignes, compressé à moins d'un centième de sa taille."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as copie, zipfile.ZipFile(io.BytesIO(BASE)) as source:
        for nom in source.namelist():
            if nom != "xl/worksheets/sheet1.xml":
                copie.writestr(nom, source.read(nom))
        with copie.open("xl/worksheets/sheet1.xml", "w") as flux:
            flux.write(b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
            for debut in range(1, lignes, 10_000):
                flux.write(b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (k, k) for k in range(debut, debut + 10_000)))
            flux.write(b"</sheetData></worksheet>")
    return tampon.getvalue()


def test_deux_millions_de_lignes_se_refusent_avant_lecture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (fichier := tmp_path / "a.xlsx").write_bytes(bombe(2_000_000))
    lus = []
    monkeypatch.setattr(lecture_fichier, "_ajouter_grille", lambda *a: lus.append(a))
    assert any("démesurée" in str(constat) for constat in lire_fichier(fichier).constats)
    assert lus == []  # la feuille n'a jamais été chargée
    monkeypatch.setattr(annotation.openpyxl, "load_workbook", lambda *a, **o: pytest.fail("chargé malgré sa taille"))
    assert annoter(fichier, [], tmp_path / "annotes").is_file()


def test_sans_limite_de_poids_l_annotation_chargerait_la_bombe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (fichier := tmp_path / "a.xlsx").write_bytes(BASE)
    charges_lues = []
    monkeypatch.setattr(annotation, "OCTETS_ANNOTABLES", 10)
    assert annotation._ouvrir(fichier) is None
    monkeypatch.setattr(annotation, "_poids", lambda chemin: 0)
    monkeypatch.setattr(annotation.openpyxl, "load_workbook", lambda *a, **o: charges_lues.append(a))
    annotation._ouvrir(fichier)
    assert len(charges_lues) == 1


def test_une_bombe_zip_se_refuse_par_sa_taille_annoncee(tmp_path: Path) -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/workbook.xml", "w") as flux:
            for _ in range(210):
                flux.write(b"\0" * (1 << 20))
    (fichier := tmp_path / "bombe.xlsx").write_bytes(tampon.getvalue())
    tracemalloc.start()
    constats = lire_fichier(fichier).constats
    sommet = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert any("une fois décompressé" in str(constat) for constat in constats) and sommet < 20 << 20


def test_les_entites_xml_ne_sont_pas_resolues(tmp_path: Path) -> None:
    (secret := tmp_path / "secret.txt").write_text("SECRET-DU-DISQUE")
    entete = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}"><!ENTITY f "ENTITE-INTERNE">]><sst '
    piege = modifier_zip(BASE, "xl/sharedStrings.xml", b"<sst ", entete.encode())
    piege = modifier_zip(piege, "xl/sharedStrings.xml", b"Thouars", b"&e;&f;")
    (fichier := tmp_path / "recus.xlsx").write_bytes(piege)
    lecture = lire_fichier(fichier)
    annote = annoter(fichier, [], tmp_path / "annotes")
    assert lecture.constats and not lecture.lignes
    assert "SECRET-DU-DISQUE" not in str(lecture.lignes) + str(lecture.constats)
    assert inspection.ou_se_lit("SECRET-DU-DISQUE", annote.parent) == []
    openpyxl.load_workbook(annote)


BOMBE_YAML = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    "texte",
    ["a: " + "[" * 5000 + "]" * 5000, "[" * 20_000, BOMBE_YAML + "siren: *j\n", "!!python/object/apply:os.system ['false']",
     "a: \x00", "date: 9999-99-99", "siren: " + "9" * 5000, "? {a: b}\n: b", "<<: *x", "nom: \udce9"],
    ids=["profond", "ouvert", "bombe", "objet", "nul", "date", "entier", "cle", "fusion", "encodage"],
)  # fmt: skip
def test_un_yaml_hostile_est_une_erreur_de_donnees(texte: str, tmp_path: Path) -> None:
    (fichier := tmp_path / "hypotheses.yaml").write_bytes(texte.encode("utf-8", "surrogateescape"))
    for lire in (lire_hypotheses_propres, lire_rapprochements, lambda chemin: lire_reglages(chemin, charges.SIREN, "X")):
        with pytest.raises(ErreurDonnees) as refus:
            lire(fichier)
        assert len(str(refus.value)) < 20_000
