"""La production d'un territoire : tous les fichiers, les mêmes octets, et rien de moitié fait."""

from __future__ import annotations

import datetime
import json
from html import unescape
from pathlib import Path

import nbformat
import openpyxl
import pytest

from mutunb.erreurs import ErreurDonnees, ErreurUsage
from mutunb.execution import export, moteur
from mutunb.execution.commande import Commande
from mutunb.execution.production import Rapport, produire
from tests.execution import fabrique_carnets as fabrique
from tests.execution.conftest import PNG, Essai

JOUR = datetime.date(2026, 1, 15)


def produire_ici(racine: Path, **options) -> tuple[Rapport, Path]:
    rapport = produire(fabrique.SIREN, Commande(sorties=racine / "outputs", edition=JOUR, **options))
    return rapport, racine / "outputs" / fabrique.SIREN


def carnet_simple(*bruts: dict, html: str = "<p>vu</p>") -> nbformat.NotebookNode:
    paquet = {"text/html": html, fabrique.TYPE_RESULTATS: list(bruts)}
    return fabrique.carnet(fabrique.parametres(), fabrique.code(fabrique.montrer(paquet)))


@pytest.mark.lent
def test_les_fichiers_promis_sont_la(essai: Essai) -> None:
    presents = {str(f.relative_to(essai.dossier)) for f in essai.dossier.rglob("*") if f.is_file()}
    assert presents == {
        "index.html", "diagnostic.html", "resultats.json", "tableaux.xlsx", "manifeste.json",
        "carnets/10_portrait.ipynb", "carnets/12_achats.ipynb", "carnets/14_priorites.ipynb",
    }  # fmt: skip
    assert {f.name for f in essai.dossier.parent.iterdir()} == {fabrique.SIREN}
    assert [page.name for page in essai.rapport.pages] == ["index.html", "diagnostic.html"]
    assert not essai.rapport.est_complet


@pytest.mark.lent
def test_resultats_et_classeur_disent_la_meme_chose(essai: Essai) -> None:
    diagnostic = json.loads(essai.lire("resultats.json"), parse_constant=pytest.fail)["etapes"]["diagnostic"]
    assert diagnostic["carnets"] == {"10_portrait": "produit", "12_achats": "echec", "14_priorites": "produit"}
    assert diagnostic["indicateurs"]["vide"]["valeur"] is None
    lignes = diagnostic["tableaux"]["communes"]["lignes"]
    assert lignes[0][0] == "01004"
    feuille = openpyxl.load_workbook(essai.dossier / "tableaux.xlsx").worksheets[1]
    assert feuille.cell(9, 3).value == lignes[2][2] == 1234.5


@pytest.mark.lent
def test_le_manifeste_raconte_la_production(essai: Essai) -> None:
    bloc = json.loads(essai.lire("manifeste.json"))["etapes"]["diagnostic"]
    assert bloc["profil"] == "client" and bloc["bibliotheques"]["papermill"]
    assert set(bloc["entrees"]["carnets"]) == {f"1_diagnostic/{nom}.ipynb" for nom in essai.rapport.statuts}
    assert "echantillon/epci.csv" in bloc["entrees"]["donnees"]
    echec = bloc["carnets"]["12_achats"]
    assert (echec["statut"], echec["cellule"], echec["phrase"]) == ("echec", 3, "La table des marchés est vide.")
    assert echec["detail"] == ""  # une trace cite le code, des chemins, parfois une valeur : au consultant seulement
    portrait = bloc["carnets"]["10_portrait"]
    assert portrait["parametres"]["territoire"] == fabrique.SIREN
    assert any("secret de cuisine" in alerte for alerte in portrait["alertes"])
    assert {defaut["gravite"] for defaut in bloc["constats"]} <= {"alerte", "information"}


@pytest.mark.lent
def test_le_carnet_en_echec_est_garde_jusqu_a_l_erreur(essai: Essai) -> None:
    carnet = nbformat.read(essai.dossier / "carnets" / "12_achats.ipynb", as_version=4)
    assert [len(cellule.get("outputs", [])) for cellule in carnet.cells] == [0, 0, 0, 1, 0]


@pytest.mark.lent
def test_l_accueil_mene_a_tout(essai: Essai) -> None:
    accueil = unescape(essai.lire("index.html"))
    for cible in ("diagnostic.html", "diagnostic.html#10_portrait", "tableaux.xlsx", "carnets/12_achats.ipynb"):
        assert f'href="{cible}"' in accueil
    assert "diagnostic.html#12_achats" not in accueil and "n'a pas pu être produite" in accueil
    assert "Chiffre 1" in accueil and "1er\u00a0janvier\u00a02025" in accueil


@pytest.mark.lent
def test_deux_productions_donnent_les_memes_octets(projet_vide) -> None:
    racine = projet_vide({"10_portrait": carnet_simple(fabrique.tableau(), fabrique.indicateur())})
    premiere = {nom: (produire_ici(racine)[1] / nom).read_bytes() for nom in ("resultats.json",)}
    _, dossier = produire_ici(racine)
    assert (dossier / "resultats.json").read_bytes() == premiere["resultats.json"]


@pytest.mark.lent
def test_le_consultant_travaille_a_part_et_sa_page_se_reconnait(projet_vide) -> None:
    """Ce que reçoit le client ne change pas d'un octet, et rien du consultant n'est hors de son sous-dossier."""
    racine = projet_vide({"10_portrait": carnet_simple(fabrique.indicateur())})
    _, dossier = produire_ici(racine)
    avant = {f.relative_to(dossier): f.read_bytes() for f in dossier.rglob("*") if f.is_file()}
    rapport, _ = produire_ici(racine, profil="consultant")
    apres = {f.relative_to(dossier): f.read_bytes() for f in dossier.rglob("*") if f.is_file()}
    assert {chemin: octets for chemin, octets in apres.items() if chemin.parts[0] != "consultant"} == avant
    travail = dossier / "consultant"
    assert {chemin.name for chemin in travail.iterdir()} == {
        "index.html", "diagnostic-consultant.html", "resultats.json", "tableaux.xlsx", "manifeste.json", "carnets",
    }  # fmt: skip
    assert rapport.pages == (travail / "index.html", travail / "diagnostic-consultant.html")
    assert 'href="diagnostic-consultant.html"' in (travail / "index.html").read_text(encoding="utf-8")
    for page in rapport.pages:
        texte = unescape(page.read_text(encoding="utf-8")).replace("\u00a0", " ")
        assert "<title>Version de travail — " in texte and "Version de travail du consultant — ne pas diffuser." in texte
    for page in ("index.html", "diagnostic.html"):
        client = (dossier / page).read_text(encoding="utf-8")
        assert "Version de travail" not in client and "consultant/" not in client


@pytest.mark.lent
def test_un_bloc_produit_pour_le_consultant_n_entre_pas_chez_le_client(projet_vide) -> None:
    """Un dossier d'avant la séparation : l'étape de travail qui s'y trouve ne passe pas dans les fichiers du client."""
    racine = projet_vide({"10_portrait": carnet_simple(fabrique.indicateur())})
    dossier = racine / "outputs" / fabrique.SIREN
    dossier.mkdir(parents=True)
    (dossier / "resultats.json").write_text('{"version": 1, "etapes": {"pilotage": {"carnets": {}}}}', encoding="utf-8")
    (dossier / "manifeste.json").write_text('{"version": 1, "etapes": {"pilotage": {"profil": "consultant"}}}', encoding="utf-8")
    produire_ici(racine)
    for nom in ("resultats.json", "manifeste.json"):
        assert set(json.loads((dossier / nom).read_text(encoding="utf-8"))["etapes"]) == {"diagnostic"}


@pytest.mark.lent
def test_une_etape_deja_produite_est_gardee(projet_vide) -> None:
    racine = projet_vide({"10_portrait": carnet_simple(fabrique.indicateur())})
    dossier = racine / "outputs" / fabrique.SIREN
    dossier.mkdir(parents=True)
    (dossier / "resultats.json").write_text('{"version": 1, "etapes": {"pilotage": {"carnets": {}}}}', encoding="utf-8")
    produire_ici(racine)
    assert set(json.loads((dossier / "resultats.json").read_text(encoding="utf-8"))["etapes"]) == {"diagnostic", "pilotage"}


@pytest.mark.lent
def test_des_resultats_anterieurs_illisibles_arretent_avant_tout_calcul(projet_vide, monkeypatch) -> None:
    racine = projet_vide({"10_portrait": carnet_simple()})
    dossier = racine / "outputs" / fabrique.SIREN
    dossier.mkdir(parents=True)
    (dossier / "resultats.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(moteur, "executer", lambda *_: pytest.fail("un carnet a été exécuté"))
    with pytest.raises(ErreurDonnees, match="illisible"):
        produire_ici(racine)


@pytest.mark.lent
@pytest.mark.parametrize(
    ("second", "phrase"),
    [
        (carnet_simple(fabrique.indicateur()), "indicateur « population »"),
        (carnet_simple(fabrique.indicateur("autre", unite="x")), "un code d'unité connu"),
        (carnet_simple(html="<img src='https://exemple.fr/x.png'>"), "ni script ni requête"),
        (fabrique.carnet(fabrique.parametres(), fabrique.code(fabrique.montrer({"image/png": PNG}))), "texte de remplacement"),
        (fabrique.carnet(fabrique.code("1")), "il en faut une et une seule"),
    ],
    ids=["identifiant pris", "élément mal formé", "requête", "image muette", "sans paramètres"],
)
def test_un_carnet_inacceptable_echoue_seul(projet_vide, second: nbformat.NotebookNode, phrase: str) -> None:
    rapport, dossier = produire_ici(projet_vide({"10_portrait": carnet_simple(fabrique.indicateur()), "12_achats": second}))
    assert rapport.statuts == {"10_portrait": "produit", "12_achats": "echec"}
    assert phrase in rapport.phrases["12_achats"]
    assert set(json.loads((dossier / "resultats.json").read_text())["etapes"]["diagnostic"]["indicateurs"]) == {"population"}


@pytest.mark.lent
def test_un_carnet_sans_objet_le_dit(projet_vide) -> None:
    raison = {"genre": "sans_objet", "phrase": "ce territoire n'a qu'une commune."}
    rapport, dossier = produire_ici(projet_vide({"10_portrait": carnet_simple(raison)}))
    assert rapport.statuts == {"10_portrait": "sans_objet"} and rapport.est_complet
    page = unescape((dossier / "diagnostic.html").read_text(encoding="utf-8")).replace("\u00a0", " ")
    assert "sans objet pour ce territoire : ce territoire n'a qu'une commune." in page
    assert "La synthèse n'a pas pu être produite" in page


@pytest.mark.lent
def test_une_panne_pendant_l_assemblage_ne_laisse_rien(projet_vide, monkeypatch) -> None:
    racine = projet_vide({"10_portrait": carnet_simple()})

    def tomber(*_: object) -> str:
        raise RuntimeError("panne")

    monkeypatch.setattr(export, "page_etape", tomber)
    with pytest.raises(RuntimeError, match="panne"):
        produire_ici(racine)
    assert not (racine / "outputs").exists()


@pytest.mark.parametrize(
    ("options", "phrase"),
    [
        ({"etape": "cloture"}, "étape « cloture »"),
        ({"profil": "clients"}, "Vouliez-vous dire : client"),
        ({"parametres": {"poid": "1"}}, "paramètre « poid »"),
    ],
)
def test_une_demande_mal_formulee_n_execute_rien(tmp_path: Path, monkeypatch, options: dict, phrase: str) -> None:
    monkeypatch.setattr(moteur, "executer", lambda *_: pytest.fail("un carnet a été exécuté"))
    with pytest.raises(ErreurUsage, match=phrase):
        produire_ici(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_le_client_ne_recoit_rien_des_cellules_de_methode() -> None:
    from mutunb.execution.traitement import retirer_methode

    secret = fabrique.code("x", sorties=[fabrique.sortie(html="<p>nominatif</p>")])
    secret.metadata["tags"] = ["methode"]
    public = fabrique.code("y", sorties=[fabrique.sortie(html="<p>montré</p>")])
    carnet = fabrique.carnet(secret, public)
    retirer_methode(carnet)
    assert [len(cellule.outputs) for cellule in carnet.cells if cellule.cell_type == "code"] == [0, 1]
