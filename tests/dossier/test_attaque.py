"""L'attaquant n'a que les livrables du client : il ne retrouve aucune cellule de moins de cinq agents, ni un mot privé."""

import base64
import html
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from tests.dossier import attaque
from tests.production import produire

import mutunb
from mutunb import chemins, referentiel
from mutunb.calculs import additions
from mutunb.calculs.arrondis import RONDES
from mutunb.calculs.tableaux_effectifs import tableau_seuils
from mutunb.dossier import exemple
from mutunb.formats import MASQUE

SEUIL = 5
TEMOINS = ("TEMOIN-APPETENCE-MAIRE", "TEMOIN-APPETENCE-DGS", "TEMOIN-QUALITE", "TEMOIN-REMARQUE", "TEMOIN-SOURCE")


@pytest.fixture
def etude():
    return mutunb.ouvrir(exemple.SIREN)


@pytest.fixture(scope="session")
def livrables(tmp_path_factory) -> Path:
    """Dossier client du territoire fictif, produit pour de vrai."""
    dossier = tmp_path_factory.mktemp("client")
    bilan = produire(exemple.SIREN, dossier, "--profil", "client")
    assert bilan.returncode == 0, bilan.stdout + bilan.stderr
    return dossier / exemple.SIREN


def montrees(effectifs) -> dict[str, dict]:
    """Les tableaux d'effectifs, tels que ``resultats.json`` les donne au client."""
    noms = mutunb.tableaux
    tableaux = [noms.entites, noms.fonctions, noms.comparaison, noms.couts, noms.hypotheses, tableau_seuils]
    entrees = [effectifs] * 4 + [effectifs.dossier, effectifs]
    elements = [mutunb.montrer(t(e)).elements[0] for t, e in zip(tableaux, entrees, strict=True)]
    return {element["id"]: json.loads(json.dumps(element)) for element in elements}


def trouvailles(effectifs, tableaux, total_des_quatre=None) -> list[str]:
    """Cellules de moins de cinq agents que l'attaquant retrouve à 10 % près : ETP, coûts, totaux de fonction."""
    declares = effectifs.declares
    noms = effectifs.entites["nom"].to_dict()
    colonnes = {f"entite_{s}": r for r, s in effectifs.entites["siren"].items()}
    fonctions = {f.libelle_court: f.id for f in referentiel.fonctions().values()}
    rangs = {nom: rang for rang, nom in noms.items()}
    vues = []
    for (nom, fonction), bornes in attaque.bornes_etp(tableaux, total_des_quatre).items():
        vraie, agents = declares.etp.at[rangs[nom], fonction], declares.agents.at[rangs[nom], fonction]
        if 0 < agents < SEUIL and vraie > 0 and attaque.retrouvee(vraie, bornes):
            vues.append(f"ETP {nom} {fonction} : {vraie} dans {bornes}")
    for (colonne, libelle), bornes in attaque.bornes_couts(tableaux).items():
        couts, agents = declares.couts[fonctions[libelle]], declares.agents[fonctions[libelle]]
        if colonne == "reste":
            continue
        vraie = couts.sum() if colonne == "ensemble" else couts[colonnes[colonne]]
        porteurs = agents.sum() if colonne == "ensemble" else agents[colonnes[colonne]]
        if 0 < porteurs < SEUIL and vraie > 0 and attaque.retrouvee(vraie, bornes):
            vues.append(f"coût {colonne} {libelle} : {vraie} dans {bornes}")
    return vues


@pytest.mark.parametrize("diffusion", [False, True])
def test_l_attaquant_ne_retrouve_rien(etude, diffusion):
    etude = replace(etude, reglages=etude.reglages.model_copy(update={"diffusion_financiere": diffusion}))
    effectifs = mutunb.effectifs(etude)
    quatre = sum(effectifs.total(f) for f in attaque.FONCTIONS)
    assert trouvailles(effectifs, montrees(effectifs), quatre) == []


def test_l_attaquant_retrouve_sans_suppression_complementaire(etude, monkeypatch):
    monkeypatch.setattr(additions, "choisir", lambda systeme, seuil, ecart: (systeme.sensibles(seuil),) * 2)
    effectifs = mutunb.effectifs(etude)
    vues = trouvailles(effectifs, montrees(effectifs))
    assert any("Val d'Aubrelle" in vue for vue in vues)  # le total moins les communes


def test_l_attaquant_lit_tout_ce_que_lit_le_consultant(etude, monkeypatch):
    monkeypatch.setenv("MUTUNB_PROFIL", "consultant")
    effectifs = mutunb.effectifs(etude)
    vues = trouvailles(effectifs, montrees(effectifs))
    assert len(vues) > 30


@pytest.mark.lent
def test_les_livrables_produits_resistent(livrables, etude):
    diagnostic = json.loads((livrables / "resultats.json").read_text())["etapes"]["diagnostic"]
    quatre = diagnostic["indicateurs"]["etp_support_central"]["valeur"]
    assert trouvailles(mutunb.effectifs(etude), diagnostic["tableaux"], quatre) == []
    assert diagnostic["tableaux"]["effectifs_entites"]["lignes"][-1][2] == pytest.approx(2.861, abs=0.001)  # les totaux restent


@pytest.mark.lent
def test_page_et_classeur_masquent_ce_que_masque_le_json(livrables):
    tableaux = json.loads((livrables / "resultats.json").read_text())["etapes"]["diagnostic"]["tableaux"]
    page = (livrables / "diagnostic.html").read_text()
    feuilles = openpyxl.load_workbook(livrables / "tableaux.xlsx").worksheets
    cellules = [str(c.value) for f in feuilles for rang in f.iter_rows() for c in rang]
    attendus = sum(len(t.get("masques", [])) for t in tableaux.values())
    assert page.count(f">{MASQUE}<") == cellules.count(MASQUE) == attendus > 80
    assert "Masqué : moins de 5 agents" in re.sub(r"[\u00a0\u202f]", " ", html.unescape(page))


@pytest.mark.lent
def test_aucun_mot_prive_ni_chemin_dans_aucun_fichier(livrables):
    fichiers = [f for f in livrables.rglob("*") if f.is_file()]
    assert {f.suffix for f in fichiers} == {".html", ".json", ".xlsx", ".ipynb"}
    for fichier in fichiers:
        lu = "\n".join(textes(fichier))
        for interdit in (*TEMOINS, "TEMOIN", str(chemins.racine()), "input_path", "output_path"):
            assert interdit not in lu, f"{fichier.name} : {interdit}"


def textes(fichier: Path) -> list[str]:
    """Tout ce qu'un fichier contient de texte : parties d'un classeur, images incrustées, échappements JSON."""
    octets = fichier.read_bytes()
    if fichier.suffix == ".xlsx":
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            return [archive.read(nom).decode("utf-8") for nom in archive.namelist()]
    lu = octets.decode("utf-8")
    images = re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", lu)
    json_lus = [json.dumps(json.loads(lu), ensure_ascii=False)] if fichier.suffix in (".json", ".ipynb") else []
    return [lu, *json_lus, *(base64.b64decode(i).decode("utf-8") for i in images)]


def test_les_temoins_sont_bien_dans_le_dossier(etude):
    lues = "".join(t.to_csv() for t in etude.collecte.tables.values())
    assert all(temoin in lues for temoin in TEMOINS)


def test_un_quartile_publie_n_est_le_chiffre_de_personne(etude):
    effectifs = mutunb.effectifs(etude)
    for tableau in (mutunb.tableaux.dispersion(effectifs), mutunb.tableaux.volumes(effectifs)):
        for ligne in attaque.lignes(mutunb.montrer(tableau).elements[0]):
            for nom in ("etp_q1", "etp_mediane", "etp_q3", "q1", "mediane", "q3"):
                if ligne.get(nom):
                    assert any(ligne[nom] == pytest.approx(r * 10.0**p) for r in RONDES for p in range(-4, 6)), (nom, ligne)
            assert ligne.get("cout_mediane") is None  # une entité au moins n'a qu'un ou deux postes


def test_les_departs_du_client_comptent_cinq_partants(etude):
    elements = attaque.lignes(mutunb.montrer(mutunb.figures.departs(mutunb.effectifs(etude)).donnees).elements[0])
    assert "fonction" not in elements[0] and min(ligne["departs"] for ligne in elements) >= SEUIL
    assert "2029 à 2030" in [ligne["periode"] for ligne in elements]  # deux partants en 2030 : groupés
