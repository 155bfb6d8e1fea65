"""Les modèles : ceux que mutunb livre sont à jour, ceux d'un cabinet les remplacent, un modèle cassé se dit en français."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest

from mutunb import chemins
from mutunb.actes import documentation, modeles, redaction
from mutunb.actes.gabarit import remplir
from mutunb.actes.redaction import rendre
from mutunb.erreurs import ErreurDonnees, ErreurUsage

CONTEXTE = {"epci": {"nom": "CC & <Cie>"}, "communes": [{"nom": "A"}, {"nom": "B"}], "avertissement": {}}


def modele_de(dossier: Path, *paragraphes: str, nom: str = "essai.docx") -> Path:
    document = docx.Document()
    for paragraphe in paragraphes:
        document.add_paragraph(paragraphe)
    document.save(str(dossier / nom))
    return dossier / nom


def membres(octets: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


@pytest.mark.parametrize("acte", list(modeles.TITRES))
def test_le_modele_livre_est_a_jour(acte):
    livre = (modeles.dossier_livre() / f"{acte}.docx").read_bytes()
    refait = modeles.fabriquer(acte)
    assert membres(livre) == membres(refait), "refaites les modèles : python -m mutunb.actes.modeles"
    assert refait == modeles.fabriquer(acte)


def test_la_documentation_est_a_jour():
    page = (chemins.racine() / "docs" / "actes.md").read_text(encoding="utf-8")
    assert page == documentation.decrire(), "refaites la page : python -m mutunb.actes.documentation"


def test_le_modele_du_client_passe_avant_celui_du_cabinet(tmp_path, monkeypatch):
    monkeypatch.setenv("MUTUNB_TERRITOIRES", str(tmp_path / "territoires"))
    client, cabinet = tmp_path / "territoires" / "247900798" / "modeles", tmp_path / "cabinet"
    assert modeles.modele("fiche_impact", "247900798").parent == modeles.dossier_livre()
    cabinet.mkdir()
    monkeypatch.setenv(modeles.VARIABLE, str(cabinet))
    assert modeles.modele("fiche_impact", "247900798").parent == modeles.dossier_livre()
    modele_de(cabinet, "cabinet", nom="fiche_impact.docx")
    assert modeles.modele("fiche_impact", "247900798").parent == cabinet
    client.mkdir(parents=True)
    modele_de(client, "client", nom="fiche_impact.docx")
    assert modeles.modele("fiche_impact", "247900798").parent == client
    assert modeles.modele("deliberation", "247900798").parent == modeles.dossier_livre()


def test_acte_inconnu_et_dossier_de_cabinet_absent(tmp_path, monkeypatch):
    with pytest.raises(ErreurUsage, match="fiche_impact"):
        modeles.modele("fiche_impacts")
    monkeypatch.setenv(modeles.VARIABLE, str(tmp_path / "absent"))
    with pytest.raises(ErreurDonnees, match="MUTUNB_MODELES.*n'est pas un dossier"):
        modeles.modele("fiche_impact")


def test_toutes_les_variables_inconnues_a_la_fois(tmp_path):
    chemin = modele_de(tmp_path, "{{ epci.nomm }} et {{ comunes }}", "{{ autre.chose.encore }}")
    with pytest.raises(ErreurDonnees) as refus:
        remplir(chemin, CONTEXTE)
    message = str(refus.value)
    assert "« nomm »" in message and "Vouliez-vous dire : nom ?" in message
    assert "« comunes »" in message and "« autre »" in message and "3 problèmes" in message


@pytest.mark.parametrize(
    "fautif",
    ["Le {{ epci.nom }", "{%p for c in communes %}", "{% if epci.nom %} sans fin", "{{ epci.nom | filtre_inconnu }}"],
)
def test_une_balise_mal_ecrite_se_dit(tmp_path, fautif):
    with pytest.raises(ErreurDonnees, match="Modèle essai.docx"):
        remplir(modele_de(tmp_path, fautif, "fin"), CONTEXTE)


@pytest.mark.parametrize(
    "geste",
    [
        "{{ epci.__class__.__mro__ }}",
        "{{ ''.__class__.__base__.__subclasses__() }}",
        "{{ range(10) }}",
        "{{ lipsum.__globals__ }}",
        "{{ epci.update({'nom': 'x'}) }}",
    ],
)
def test_un_modele_ne_peut_rien_appeler(tmp_path, geste):
    with pytest.raises(ErreurDonnees):
        remplir(modele_de(tmp_path, geste), CONTEXTE)


def test_un_fichier_qui_n_est_pas_un_word(tmp_path):
    (tmp_path / "essai.docx").write_bytes(b"PK pas une archive")
    with pytest.raises(ErreurDonnees, match="ce n'est pas un document Word"):
        remplir(tmp_path / "essai.docx", CONTEXTE)
    with zipfile.ZipFile(tmp_path / "vide.docx", "w") as archive:
        archive.writestr("rien.txt", "rien")
    with pytest.raises(ErreurDonnees, match="ce n'est pas un document Word"):
        remplir(tmp_path / "vide.docx", CONTEXTE)


def test_un_modele_de_cabinet_minimal_se_remplit(tmp_path):
    chemin = modele_de(tmp_path, "{{ epci.nom }} : [à compléter : date]", "{%p for c in communes %}", "- {{ c.nom }}", "{%p endfor %}")
    octets, points = rendre(chemin, CONTEXTE, "Essai")
    document = docx.Document(io.BytesIO(octets))
    assert [p.text for p in document.paragraphs] == ["CC & <Cie> : [à compléter : date]", "- A", "- B"]
    assert [point.libelle for point in points] == ["date"]
    assert document.paragraphs[0].runs[1].style.name == "À compléter"


def test_un_modele_casse_n_ecrit_aucun_acte(tmp_path, monkeypatch):
    from mutunb.calculs.projet import projeter
    from mutunb.dossier import ouvrir

    modele_de(tmp_path, "{{ inconnue }}", nom="deliberation.docx")
    monkeypatch.setenv(modeles.VARIABLE, str(tmp_path))
    with pytest.raises(ErreurDonnees, match="inconnue"):
        redaction.rediger(projeter(ouvrir("247900798")), "achats", sorties=tmp_path / "sorties")
    assert not (tmp_path / "sorties").exists()
